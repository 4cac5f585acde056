/* packet-naverphone.c
 * Naver Phone, a Korean softphone (service closed in 2009): registration
 *
 * A client's traffic has four parts. Documented (a public packet analysis of one call, about
 * 2007) is where they run and in which order a call goes; the rooms in plugin/ say what of each
 * is known and what is not:
 *
 *   Control      plugin/legs/control.c      TCP 10500, opened at login, closed at logout; format unknown
 *   Login        plugin/legs/login.c        HTTP 8081, id and password encrypted; names and cipher unknown
 *   Signalling   plugin/legs/signalling.c   SIP 5060, by the built-in dissector
 *   Media        plugin/legs/rtp.c          RTP, by the built-in dissector
 *
 * plugin/legs/observer.c sees every frame after the built-in dissectors and asks these rooms;
 * plugin/model/ ties their findings into sessions and calls (store.h);
 * plugin/show/tree.c, flow.c, voip.c, stats.c and others present it. Nothing is parsed here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "plugin/compat.h"

#include <epan/proto.h>

#include "packet-naverphone.h"
#include "legs/control.h"
#include "show/conversation_filters.h"
#include "show/event_tree.h"
#include "legs/evidence.h"
#include "show/fields.h"
#include "show/layout_stats.h"
#include "legs/observer.h"
#include "plugin/settings/preferences.h"
#include "model/store.h"
#include "settings/user_tables.h"
#include "show/stats.h"

void proto_register_naverphone(void);
void proto_reg_handoff_naverphone(void);

int proto_naverphone = -1;

/* A capture is opened, or read again after a change of preferences, enabled protocols or Decode As. */
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
    np_observer_register(proto_naverphone);
    np_stats_register();
    np_layout_stats_register();
    np_event_tree_register();
    np_conversation_filters_register();
    register_init_routine(init_naverphone);
}

void
proto_reg_handoff_naverphone(void)
{
    np_preferences_apply();
    np_observer_handoff();
}
