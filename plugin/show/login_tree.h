/* login_tree.h
 * Login requests and responses in the packet details
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_LOGIN_TREE_H
#define NP_SHOW_LOGIN_TREE_H

#include "model/carried.h"
#include "model/record.h"

void np_login_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried);

#endif /* NP_SHOW_LOGIN_TREE_H */
