/* event_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/event_tree.h"

#include "compat.h"

#include <epan/stats_tree.h>

#include "show/fields.h"

/* Groups of what is counted, besides the legs. */
enum {
    GROUP_CALLS_BY_NUMBER = NAVERPHONE_LEG_MEDIA + 1,
    GROUP_CALLS_BY_END,
    GROUPS
};

/* The nodes of -z naverphone,tree, by group. */
static int pivots[GROUPS];

const char *
np_events_group_title(unsigned group)
{
    if (group == GROUP_CALLS_BY_NUMBER) {
        return "Calls by kind of number";
    }
    return group == GROUP_CALLS_BY_END ? "Calls by end" : val_to_str_const(group, np_leg_names, "");
}

static np_counted_t
counted_end(naverphone_call_state_t state, int change)
{
    return (np_counted_t){ GROUP_CALLS_BY_END, state, val_to_str_const(state, np_call_state_names, "Unknown"), change };
}

unsigned
np_events_counted(const packet_info *pinfo, const naverphone_tap_info_t *info, np_counted_t counted[NP_COUNTED])
{
    const naverphone_call_info_t *call = info->call;
    unsigned count = 0;

    if (!info->shared) {
        counted[count++] = (np_counted_t){ info->leg, info->event,
                                           val_to_str_ext_const(info->event, &np_event_names_ext, "Unknown event"), 1 };
    }
    if (call && info->event == NAVERPHONE_EVENT_INVITE && pinfo->num == call->invite_frame) {
        counted[count++] =
            (np_counted_t){ GROUP_CALLS_BY_NUMBER, call->phone_number_kind,
                            val_to_str_const(call->phone_number_kind, np_number_kind_names, "Unknown"), 1 };
    }
    if (info->revoked_end) {
        counted[count++] = counted_end(info->revoked_end, -1);
    }
    if (call && info->ends_call) {
        counted[count++] = counted_end(call->state, 1);
    }
    return count;
}

static void
init_tree(stats_tree *tree)
{
    for (unsigned group = NAVERPHONE_LEG_CONTROL; group < GROUPS; group++) {
        pivots[group] = stats_tree_create_pivot(tree, np_events_group_title(group), 0);
    }
}

/* stats_tree_tick_pivot() in reverse: libwireshark has no function for it. */
static void
untick_pivot(stats_tree *tree, const np_counted_t *counted)
{
    increase_stat_node(tree, np_events_group_title(counted->group), 0, TRUE, -1);
    increase_stat_node(tree, counted->name, pivots[counted->group], FALSE, -1);
}

static tap_packet_status
count_event(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    np_counted_t counted[NP_COUNTED];
    unsigned count = np_events_counted(pinfo, (const naverphone_tap_info_t *)data, counted);

    for (unsigned i = 0; i < count; i++) {
        if (counted[i].change > 0) {
            stats_tree_tick_pivot(tree, pivots[counted[i].group], counted[i].name);
        } else {
            untick_pivot(tree, &counted[i]);
        }
    }
    return TAP_PACKET_REDRAW;
}

void
np_event_tree_register(void)
{
    stats_tree_register(NAVERPHONE_TAP, "naverphone", "Naver Phone Events", 0, count_event, init_tree, NULL);
}
