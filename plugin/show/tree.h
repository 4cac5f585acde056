/* tree.h
 * What a frame's records look like in the packet details and columns; reads the store, changes nothing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_TREE_H
#define NAVERPHONE_TREE_H

#include "model/carried.h"
#include "model/record.h"

/** Begins the top item of a control payload, where that is dissected. */
proto_item *np_tree_begin(proto_tree *tree, tvbuff_t *payload);

/** Shows one record with its expert items. tree may be NULL: expert items count without one, too. */
void np_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried);

/** Do the preferences want our fields on the record's frame? */
bool np_tree_marks(const np_record_t *record);

#endif /* NAVERPHONE_TREE_H */
