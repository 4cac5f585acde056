/* show.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/show.h"

#include "model/connection.h"
#include "show/control_columns.h"
#include "show/flow.h"
#include "show/tree.h"
#include "show/voip.h"

void
np_show_record(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried)
{
    if (!np_record_session(record)) {
        return;
    }
    if (record->leg == NAVERPHONE_LEG_CONTROL) {
        np_control_columns_show(pinfo, record, carried->payload);
    }
    if (np_tree_marks(record)) {
        np_tree_show(pinfo, tree, record, carried);
    }
    np_flow_publish(pinfo, record, carried);
    np_voip_publish(pinfo, record, carried);
}

void
np_show_register(int proto)
{
    np_flow_register(proto);
    np_voip_register();
}
