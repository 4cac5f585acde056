/* event_tree.h
 * Counts events by leg, and calls by kind of number and by end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_EVENT_TREE_H
#define NAVERPHONE_EVENT_TREE_H

#include <epan/packet_info.h>

#include "packet-naverphone.h"

typedef struct {
    unsigned group; /**< naverphone_leg_t, or a higher number */
    unsigned value; /**< within its group */
    const char *name;
} np_counted_t;

#define NP_COUNTED 3 /**< maximum: an event, the start of a call, the end of a call */

/** Sets what a tap record counts as. Returns the number of entries. */
unsigned np_events_counted(const packet_info *pinfo, const naverphone_tap_info_t *info,
                           np_counted_t counted[NP_COUNTED]);

const char *np_events_group_title(unsigned group);

/**
 * Registers tshark's -z naverphone,tree. In the window, the table of stats.h replaces it, because Wireshark puts a
 * plugin's statistics trees into the menu Statistics.
 */
void np_event_tree_register(void);

#endif /* NAVERPHONE_EVENT_TREE_H */
