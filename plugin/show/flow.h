/* flow.h
 * The tap "naverphone", and the flow graph that listens to it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_FLOW_H
#define NAVERPHONE_FLOW_H

#include "model/carried.h"
#include "model/record.h"

/** Registers the tap and the flow graph. */
void np_flow_register(int proto);

/** A few words for an arrow: SIP by its method or status, everything else by its event. Lives as long as the packet. */
const char *np_flow_label(packet_info *pinfo, const np_record_t *record, naverphone_event_t event,
                          const np_carried_t *carried);

/** Hands the events of a record to the tap's listeners, if there are any. */
void np_flow_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried);

#endif /* NAVERPHONE_FLOW_H */
