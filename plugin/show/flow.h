/* flow.h
 * The tap "naverphone" and its flow graph
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_FLOW_H
#define NP_SHOW_FLOW_H

#include "model/carried.h"
#include "model/record.h"

void np_flow_register(int proto);

/** The text of an event's arrow, printable: "INVITE 01012345678". Lives as long as the packet. */
const char *np_flow_label(packet_info *pinfo, const np_record_t *record, naverphone_event_t event,
                          const np_carried_t *carried);

/** Queues a naverphone_tap_info_t for each event of the record, if anybody listens. */
void np_flow_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried);

#endif /* NP_SHOW_FLOW_H */
