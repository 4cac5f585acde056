/* control_tree.h
 * Control frames in the packet details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_TREE_H
#define NP_SHOW_CONTROL_TREE_H

#include "model/record.h"

/** True if the framing is known, and bytes of this frame do not fit it. */
bool np_control_tree_is_lost(packet_info *pinfo, const np_record_t *record);

/** Adds framing and messages to our tree of the frame. */
void np_control_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_TREE_H */
