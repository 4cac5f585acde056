/* packet-naverphone.c
 * Registers the dissector of Naver Phone, a Korean softphone closed in 2009 (doc/protocol.md)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/compat.h"

#include <epan/proto.h>

#include "legs/control.h"
#include "legs/evidence.h"
#include "legs/observer.h"
#include "model/store.h"
#include "packet-naverphone.h"
#include "settings/preferences.h"
#include "settings/user_tables.h"
#include "show/conversation_filters.h"
#include "show/event_tree.h"
#include "show/fields.h"
#include "show/layout_stats.h"
#include "show/show.h"
#include "show/stats.h"
#include "show/tree.h"

void proto_register_naverphone(void);
void proto_reg_handoff_naverphone(void);

int proto_naverphone = -1;

/* Post-dissector. Returns 0, so that frame.protocols is unchanged. */
static int
dissect_naverphone(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    for (const np_record_t *record = np_observer_records(pinfo); record; record = record->next) {
        const np_carried_t carried = np_observer_carried(pinfo, record);

        np_show_record(pinfo, tree, record, &carried);
    }
    return 0;
}

/* Post-dissectors run only while a protocol of one is enabled, which becomes a layer of every frame. A name is enabled
 * with its protocol but is no layer, which saves a third of what foreign frames cost. */
static int
register_name(void)
{
    return proto_register_protocol_in_name_only("Naver Phone (post-dissector)", "NaverPhone (post)", "naverphone_post",
                                                proto_naverphone, FT_PROTOCOL);
}

static void
init_naverphone(void)
{
    np_evidence_init(np_control_handle());
    np_store_init(np_user_tables_find_service);
}

void
proto_register_naverphone(void)
{
    proto_naverphone = proto_register_protocol("Naver Phone", "NaverPhone", "naverphone");
    np_fields_register(proto_naverphone);
    np_preferences_register(proto_naverphone);
    np_observer_register(proto_naverphone, np_tree_begin);
    np_show_register(proto_naverphone);
    np_stats_register();
    np_layout_stats_register();
    np_event_tree_register();
    np_conversation_filters_register(np_observer_records);
    register_init_routine(init_naverphone);
    register_cleanup_routine(np_store_cleanup);
    register_postdissector(create_dissector_handle(dissect_naverphone, register_name()));
}

void
proto_reg_handoff_naverphone(void)
{
    np_preferences_apply();
    np_observer_handoff();
}
