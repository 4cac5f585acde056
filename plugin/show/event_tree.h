/* event_tree.h
 * Counts events by leg, and calls by number and end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_EVENT_TREE_H
#define NP_SHOW_EVENT_TREE_H

#include <epan/packet_info.h>

#include "packet-naverphone.h"

typedef struct {
    unsigned group; /**< naverphone_leg_t, or a higher number */
    unsigned value;
    const char *name;
    int change; /**< 1, or -1 for an end that was none */
} np_counted_t;

#define NP_COUNTED 4 /**< event, call's start, revoked end, call's end */

/** Returns their number. */
unsigned np_events_counted(const packet_info *pinfo, const naverphone_tap_info_t *info,
                           np_counted_t counted[NP_COUNTED]);

const char *np_events_group_title(unsigned group);

/** Registers tshark's -z naverphone,tree. The window has a table (stats.h), since Wireshark puts plugins' trees into
 *  another menu. */
void np_event_tree_register(void);

#endif /* NP_SHOW_EVENT_TREE_H */
