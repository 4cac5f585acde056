/* timeline.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/timeline.h"

#include <epan/wmem_scopes.h>

/* A value and the frame from which it holds. */
typedef struct {
    void *value;
    uint32_t since;
} moment_t;

void
np_history_set(np_history_t *history, uint32_t frame, void *value)
{
    if (history->latest == value) {
        return;
    }
    if (frame > history->since && (history->latest || history->earlier)) {
        const moment_t moment = { history->latest, history->since };

        if (!history->earlier) {
            history->earlier = wmem_array_sized_new(wmem_file_scope(), sizeof moment, 1);
        }
        wmem_array_append_one(history->earlier, moment);
    }
    history->latest = value;
    history->since = frame;
}

void *
np_history_at(const np_history_t *history, uint32_t frame)
{
    const moment_t *moments;
    unsigned low = 0, high;

    if (frame >= history->since) {
        return history->latest;
    }
    if (!history->earlier) {
        return NULL;
    }
    moments = (const moment_t *)wmem_array_get_raw(history->earlier);
    high = wmem_array_get_count(history->earlier);
    while (low < high) { /* for the first moment after the frame */
        unsigned middle = low + (high - low) / 2;

        if (moments[middle].since <= frame) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? moments[low - 1].value : NULL;
}
