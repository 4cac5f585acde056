/* tree.h
 * Shows a frame's records in the packet details; never changes the model
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_TREE_H
#define NAVERPHONE_TREE_H

#include "model/carried.h"
#include "model/record.h"

/** Creates the top item when a control payload is dissected. */
proto_item *np_tree_begin(proto_tree *tree, tvbuff_t *payload);

/** Shows one record with its expert items. tree may be NULL: expert items are counted without one. */
void np_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried);

/** True if the preferences allow our fields on the record's frame. */
bool np_tree_marks(const np_record_t *record);

#endif /* NAVERPHONE_TREE_H */
