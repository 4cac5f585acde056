/* timeline.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/timeline.h"

#include <glib.h>

#include <epan/wmem_scopes.h>

void
np_history_set(np_history_t *history, uint32_t frame, uint32_t value)
{
    if (!history->values) {
        history->values = wmem_tree_new(wmem_file_scope());
    } else if (history->latest == value) {
        return;
    }
    history->latest = value;
    history->since = frame;
    wmem_tree_insert32(history->values, frame, GUINT_TO_POINTER(value));
}

uint32_t
np_history_at(const np_history_t *history, uint32_t frame)
{
    if (frame >= history->since) { /* nearly always on the first pass, and spares cache misses */
        return history->latest;
    }
    return GPOINTER_TO_UINT(wmem_tree_lookup32_le(history->values, frame));
}
