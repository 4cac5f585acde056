/* tree.h
 * A frame's records in the packet details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_TREE_H
#define NP_SHOW_TREE_H

#include "model/carried.h"
#include "model/record.h"

proto_item *np_tree_begin(proto_tree *tree, tvbuff_t *payload);

/** tree NULL: expert items are still counted. */
void np_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried);

/** True if the preference mark_sip_rtp allows our fields on it. */
bool np_tree_marks(const np_record_t *record);

#endif /* NP_SHOW_TREE_H */
