/* event_tree.h
 * Counts events by leg, and calls by kind of number and by end, for the statistics "Naver Phone Events"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_EVENT_TREE_H
#define NAVERPHONE_EVENT_TREE_H

#include <epan/packet_info.h>

#include "packet-naverphone.h"

typedef struct {
    unsigned    group;          /**< naverphone_leg_t, or a higher number */
    unsigned    value;          /**< in its group */
    const char *name;
} np_counted_t;

#define NP_COUNTED 3            /**< at most: an event, a call that begins, a call that ends */

/** Fills in what a tap record counts as. Returns the number of entries. */
unsigned np_events_counted(const packet_info *pinfo, const naverphone_tap_info_t *info, np_counted_t counted[NP_COUNTED]);

const char *np_events_group_title(unsigned group);

/** Registers tshark's -z naverphone,tree. The window shows the table in stats.h instead, since it puts plugins' statistics
 *  trees into the menu Statistics. */
void np_event_tree_register(void);

#endif /* NAVERPHONE_EVENT_TREE_H */
