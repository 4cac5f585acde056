/* control.h
 * The control leg: TCP payload of unpublished format
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_CONTROL_H
#define NAVERPHONE_CONTROL_H

#include "legs/source.h"

/** Creates a payload's top tree item, which is filled once the frame is known. Returns NULL without a tree. */
typedef proto_item *np_begin_item_t(proto_tree *tree, tvbuff_t *payload);

/** Registers dissector and heuristic. Call before handoff, so that built-in heuristics are tried first. */
void np_control_register(int proto, np_begin_item_t *begin);
void np_control_handoff(void);

dissector_handle_t np_control_handle(void);

/** To be called when a later pass reaches the records: shows their streams by all that was collected. */
void np_control_conclude(const np_record_t *record);

#endif /* NAVERPHONE_CONTROL_H */
