/* event_tree.h
 * Counts events by leg, and calls by number and end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_EVENT_TREE_H
#define NP_SHOW_EVENT_TREE_H

#include <epan/packet_info.h>

#include "packet-naverphone.h"

/** What an event changes in the tables of events: by one, the count of a value of a group. */
typedef struct {
    unsigned group;   /**< naverphone_leg_t, or one of event_tree.c */
    unsigned value;   /**< identifies name within the group */
    const char *name; /**< "Answer" */
    int change;       /**< 1; -1: an end of a call that was revoked */
} np_counted_t;

/** "Signalling" */
const char *np_events_group_title(unsigned group);

#define NP_COUNTED 4 /**< at most: the event, the call's number, an end that was revoked, the call's end */

/** Fills counted with what the event changes. Returns the number of entries. */
unsigned np_events_counted(const packet_info *pinfo, const naverphone_tap_info_t *info,
                           np_counted_t counted[NP_COUNTED]);

/** Registers tshark's -z naverphone,tree. In the window, the same numbers are a table of stats.h, because Wireshark
 *  puts the trees of plugins into another menu. */
void np_event_tree_register(void);

#endif /* NP_SHOW_EVENT_TREE_H */
