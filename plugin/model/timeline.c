/* timeline.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/timeline.h"

#include <stdbool.h>

#include <epan/wmem_scopes.h>

/* A value and the frame from which it holds. */
typedef struct np_moment {
    void *value;
    uint32_t since;
} moment_t;

/* The room doubles, so it is full if the count is 0 or a power of two. */
static void
add_earlier(np_history_t *history, moment_t moment)
{
    bool is_full = (history->count & (history->count - 1)) == 0;

    if (is_full) {
        size_t room = history->count ? 2 * (size_t)history->count : 1;

        history->earlier = (moment_t *)wmem_realloc(wmem_file_scope(), history->earlier, room * sizeof moment);
    }
    history->earlier[history->count++] = moment;
}

void
np_history_set(np_history_t *history, uint32_t frame, void *value)
{
    if (history->latest == value) {
        return;
    }
    if (frame > history->since && (history->latest || history->count)) {
        add_earlier(history, (moment_t){ history->latest, history->since });
    }
    history->latest = value;
    history->since = frame;
}

void *
np_history_at(const np_history_t *history, uint32_t frame)
{
    unsigned low = 0, high = history->count;

    if (frame >= history->since) {
        return history->latest;
    }
    while (low < high) { /* for the first moment after the frame */
        unsigned middle = low + (high - low) / 2;

        if (history->earlier[middle].since <= frame) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? history->earlier[low - 1].value : NULL;
}
