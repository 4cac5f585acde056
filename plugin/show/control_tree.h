/* control_tree.h
 * The control leg in the packet details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_TREE_H
#define NP_SHOW_CONTROL_TREE_H

#include "model/record.h"

/** Is the framing lost in this frame? */
bool np_control_tree_is_lost(packet_info *pinfo, const np_record_t *record);

/** Shows the payload of a control frame under its Naver Phone tree. */
void np_control_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_TREE_H */
