/* observer.h
 * Sees every frame after the built-in dissectors: decides on the first pass, presents on all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_OBSERVER_H
#define NAVERPHONE_OBSERVER_H

#include "model/record.h"

/** Registers the observer (a post-dissector) and, at handoff, what it asks. */
void np_observer_register(int proto);
void np_observer_handoff(void);

/** What was decided for the frame on the first pass, which must be over; NULL for a foreign frame. */
const np_record_t *np_observer_record(packet_info *pinfo);

/** Do the preferences want our fields on the record's frame? */
bool np_observer_marks(const np_record_t *record);

#endif /* NAVERPHONE_OBSERVER_H */
