/* flow.h
 * The tap "naverphone" and its flow graph
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_FLOW_H
#define NAVERPHONE_FLOW_H

#include "model/carried.h"
#include "model/record.h"

void np_flow_register(int proto);

/** Label of an arrow: method or status for SIP, the event otherwise. Lives as long as the packet. */
const char *np_flow_label(packet_info *pinfo, const np_record_t *record, naverphone_event_t event,
                          const np_carried_t *carried);

/** Sends a record's events to the tap's listeners, if any. */
void np_flow_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried);

#endif /* NAVERPHONE_FLOW_H */
