/* control.h
 * The control leg: TCP payload of unpublished format
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_CONTROL_H
#define NP_LEGS_CONTROL_H

#include "compat.h"

#include "model/record.h"

/** Adds the top item of a control payload to the tree; the post-dissector fills it. NULL: no tree. Implemented by
 *  np_tree_begin(). */
typedef proto_item *np_begin_item_t(proto_tree *tree, tvbuff_t *payload);

/** Call it at registration, not at handoff: the heuristic that was added last is tried first, and the built-in ones,
 *  which are added at handoff, must come before ours. */
void np_control_register(int proto, np_begin_item_t *begin);
void np_control_handoff(void);

/** The dissector of payload that is certainly ours. */
dissector_handle_t np_control_handle(void);

/** Later passes: if the framing of the record's connection was still unknown when the first pass ended, gives it the
 *  best one. This is done when a frame is shown, because Wireshark does not call the routines of
 *  register_postseq_cleanup_routine() after it has dissected a file again. */
void np_control_conclude(const np_record_t *record);

#endif /* NP_LEGS_CONTROL_H */
