/* voip.h
 * Sessions in Wireshark's Telephony, VoIP Calls: the tap "voip"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_VOIP_H
#define NP_SHOW_VOIP_H

#include "model/carried.h"
#include "model/record.h"

/** libwireshark listens to this tap, but does not feed it. */
void np_voip_register(void);

/** Queues control, login and registration events. Calls are in that window already: a record of ours in their frames
 *  would take over their RTP. */
void np_voip_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried);

#endif /* NP_SHOW_VOIP_H */
