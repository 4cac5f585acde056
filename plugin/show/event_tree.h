/* event_tree.h
 * How often what happened, leg by leg, for the statistic "Naver Phone Events"; and the same as a statistics tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_EVENT_TREE_H
#define NAVERPHONE_EVENT_TREE_H

#include <epan/packet_info.h>

#include "packet-naverphone.h"

/** Something that a tap record counts as. */
typedef struct {
    unsigned    group;          /**< naverphone_leg_t, or a number above */
    unsigned    value;          /**< in its group */
    const char *name;
} np_counted_t;

#define NP_COUNTED 3            /**< at most: an event, a call that begins, a call that ends */

/** Fills what the record counts as, and returns how many these are. */
unsigned np_events_counted(const packet_info *pinfo, const naverphone_tap_info_t *info, np_counted_t counted[NP_COUNTED]);

/** The title of a group. */
const char *np_events_group_title(unsigned group);

/** Registers tshark's -z naverphone,tree. The window has the table (stats.h): it puts the statistics trees of plugins into
 *  another menu than their tables. */
void np_event_tree_register(void);

#endif /* NAVERPHONE_EVENT_TREE_H */
