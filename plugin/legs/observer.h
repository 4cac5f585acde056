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

/** The first record, media first; NULL: none. Call it where pinfo describes the frame's last transport. */
const np_record_t *np_observer_records(packet_info *pinfo);

/** Call once per record. */
np_carried_t np_observer_carried(packet_info *pinfo, const np_record_t *record);

#endif /* NP_LEGS_OBSERVER_H */
