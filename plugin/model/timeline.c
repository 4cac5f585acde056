/* timeline.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/timeline.h"

#include <epan/wmem_scopes.h>

void
np_history_set(np_history_t *history, uint32_t frame, void *value)
{
    if (history->latest == value) {
        return;
    }
    if (frame > history->since && (history->latest || history->earlier)) {
        if (!history->earlier) {
            history->earlier = wmem_tree_new(wmem_file_scope());
        }
        wmem_tree_insert32(history->earlier, history->since, history->latest);
    }
    history->latest = value;
    history->since = frame;
}

void *
np_history_at(const np_history_t *history, uint32_t frame)
{
    if (frame >= history->since) {
        return history->latest;
    }
    return history->earlier ? wmem_tree_lookup32_le(history->earlier, frame) : NULL;
}
