/* control.h
 * The control leg: TCP payload whose format nobody has published
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_CONTROL_H
#define NAVERPHONE_CONTROL_H

#include "legs/source.h"

/** Begins the top item of a payload; what is below it is added when all is known of the frame. NULL without a tree. */
typedef proto_item *np_begin_item_t(proto_tree *tree, tvbuff_t *payload);

/** Registers dissector and heuristic. The heuristic is asked after all built-in ones that are registered later. */
void np_control_register(int proto, np_begin_item_t *begin);
void np_control_handoff(void);

/** The dissector of control connections. */
dissector_handle_t np_control_handle(void);

/** A later pass comes to these records: their streams are shown by all that was collected. */
void np_control_conclude(const np_record_t *record);

#endif /* NAVERPHONE_CONTROL_H */
