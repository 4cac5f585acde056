/* observer.h
 * Finding a frame's records, after the built-in dissectors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_OBSERVER_H
#define NP_LEGS_OBSERVER_H

#include "legs/control.h"
#include "model/carried.h"
#include "model/record.h"

void np_observer_register(int proto, np_begin_item_t *begin);
void np_observer_handoff(void);

/** Returns the frame's records as a list: those of RTP and RTCP first, then those of the other legs. NULL if the frame
 *  is not ours. The first pass makes the decisions. Call it from the post-dissector, or later for a frame that was
 *  dissected before: pinfo must describe the frame's last transport. */
const np_record_t *np_observer_records(packet_info *pinfo);

/** Finds again what the record's packet carries. Call it once for each record, in the order of the list. */
np_carried_t np_observer_carried(packet_info *pinfo, const np_record_t *record);

#endif /* NP_LEGS_OBSERVER_H */
