/* voip.h
 * Sessions among Wireshark's Telephony, VoIP Calls: the tap "voip"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_VOIP_H
#define NAVERPHONE_VOIP_H

#include "model/carried.h"
#include "model/record.h"

/** Registers the tap "voip". libwireshark listens to it, yet has no dissector that feeds it. */
void np_voip_register(void);

/** Hands the events of a record to that tap, if anybody listens: of Control, Login and registrations. Calls and RTP have
 *  rows and arrows by their own dissectors: a record of ours there would take over the call's RTP. */
void np_voip_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried);

#endif /* NAVERPHONE_VOIP_H */
