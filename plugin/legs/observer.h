/* observer.h
 * Sees every frame after the built-in dissectors: finds its records, on the first pass by asking each leg's room
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_OBSERVER_H
#define NAVERPHONE_OBSERVER_H

#include "legs/control.h"
#include "model/carried.h"
#include "model/record.h"

/** Registers the legs and, at handoff, what they ask. begin: begins the top item of a control payload. */
void np_observer_register(int proto, np_begin_item_t *begin);
void np_observer_handoff(void);

/**
 * The first of the frame's records: of RTP and RTCP, and of everything else; NULL: it has none. On the first pass the legs
 * decide on the frame before. To be called, media first, where pinfo describes the frame's last transport.
 */
const np_record_t *np_observer_media(packet_info *pinfo);
const np_record_t *np_observer_records(packet_info *pinfo);

/** What the frame carries for the record. To be called once for each, since a top item is handed over once. */
np_carried_t np_observer_carried(packet_info *pinfo, const np_record_t *record);

#endif /* NAVERPHONE_OBSERVER_H */
