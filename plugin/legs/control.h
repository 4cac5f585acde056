/* control.h
 * The control leg: TCP payload of unpublished format
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_CONTROL_H
#define NP_LEGS_CONTROL_H

#include "legs/packet.h"

/** Begins a payload's top item, which is filled later. NULL: no tree. */
typedef proto_item *np_begin_item_t(proto_tree *tree, tvbuff_t *payload);

/** Call before handoff: the heuristic added last is tried first, and built-in dissectors add theirs at handoff. */
void np_control_register(int proto, np_begin_item_t *begin);
void np_control_handoff(void);

dissector_handle_t np_control_handle(void);

/** Later passes: gives streams a framing if it is still unknown. Not done where the first pass ends, since Wireshark does
 *  not call the routines of register_postseq_cleanup_routine() after it has dissected a file again. */
void np_control_conclude(const np_record_t *record);

#endif /* NP_LEGS_CONTROL_H */
