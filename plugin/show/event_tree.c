/* event_tree.c
 * The statistics tree "Naver Phone Events": how often what happened, leg by leg
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/event_tree.h"

#include "compat.h"

#include <epan/stats_tree.h>

#include "packet-naverphone.h"
#include "show/fields.h"

static const char *calls_title = "Calls by kind of number", *ends_title = "Calls by end";

/* The pivots, made anew each time the tree is opened: libwireshark gives the ids out in the same order. */
static int legs[NAVERPHONE_LEG_MEDIA + 1], numbers, ends;

static void
init_tree(stats_tree *tree)
{
    for (unsigned leg = NAVERPHONE_LEG_CONTROL; leg <= NAVERPHONE_LEG_MEDIA; leg++)
        legs[leg] = stats_tree_create_pivot(tree, val_to_str_const(leg, np_leg_names, ""), 0);
    numbers = stats_tree_create_pivot(tree, calls_title, 0);
    ends = stats_tree_create_pivot(tree, ends_title, 0);
}

static void
count_call(stats_tree *tree, const packet_info *pinfo, const naverphone_tap_info_t *info)
{
    const naverphone_call_info_t *call = info->call;

    if (info->event == NAVERPHONE_EVENT_INVITE && pinfo->num == call->invite_frame)
        stats_tree_tick_pivot(tree, numbers, val_to_str_const(call->phone_number_kind, np_number_kind_names, "Unknown"));
    if (info->leg == NAVERPHONE_LEG_SIGNALLING && pinfo->num == call->release_frame)
        stats_tree_tick_pivot(tree, ends, val_to_str_const(call->state, np_call_state_names, "Unknown"));
}

static tap_packet_status
count_event(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;

    if (!info->shared)
        stats_tree_tick_pivot(tree, legs[info->leg], val_to_str_ext_const(info->event, &np_event_names_ext, "Unknown event"));
    if (info->call)
        count_call(tree, pinfo, info);
    return TAP_PACKET_REDRAW;
}

void
np_event_tree_register(void)
{
    stats_tree_register_plugin(NAVERPHONE_TAP, "naverphone", "Naver Phone Events", 0, count_event, init_tree, NULL);
}
