/* voip.h
 * Sessions in Wireshark's Telephony, VoIP Calls: the tap "voip"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_VOIP_H
#define NAVERPHONE_VOIP_H

#include "model/carried.h"
#include "model/record.h"

/** Registers the tap "voip", which libwireshark listens to but does not feed. */
void np_voip_register(void);

/**
 * Sends control, login and registration events to the tap, if it has listeners. The SIP and RTP dissectors already feed
 * calls; a record of ours in a call's frame would take over its RTP.
 */
void np_voip_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried);

#endif /* NAVERPHONE_VOIP_H */
