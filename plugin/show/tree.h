/* tree.h
 * A frame's records in the packet details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_TREE_H
#define NP_SHOW_TREE_H

#include "model/carried.h"
#include "model/record.h"

/** Adds the top item of a payload that TCP hands to our dissector; np_tree_show() fills it. */
proto_item *np_tree_begin(proto_tree *tree, tvbuff_t *payload);

/** Adds the record's fields and expert items. tree NULL: only counts the expert items. */
void np_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried);

/** True if the frame may have our fields: the preference mark_sip_rtp excludes SIP and RTP. */
bool np_tree_marks(const np_record_t *record);

#endif /* NP_SHOW_TREE_H */
