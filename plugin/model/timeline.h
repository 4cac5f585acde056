/* timeline.h
 * Values that change over a capture, by frame number
 *
 * The first pass appends; every pass reads. A value holds after its frame; of two in one frame, the last counts. A
 * history has either numbers or pointers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TIMELINE_H
#define NP_MODEL_TIMELINE_H

#include <stdint.h>

#include <glib.h>

/** All zero: no value yet. The latest value is outside the array, because most histories have one value only, and the
 *  first pass nearly always reads the latest. No wmem_tree_t, because it takes 80 bytes a value, 1 kB a session; a
 *  wmem_array_t takes 56 bytes a history, 0.3 kB a session. */
typedef struct {
    struct np_moment *earlier; /**< values before the latest, by frame; NULL: none */
    void *latest;              /**< last one set */
    uint32_t since;            /**< frame from which it holds */
    uint32_t count;            /**< of earlier values */
} np_history_t;

/** First pass: the value holds from this frame on, and must live with the capture. The frame is none before that of the
 *  latest value; 0, as long as there is one value at most: it always held. */
void np_history_set(np_history_t *history, uint32_t frame, void *value);

/** Any pass: the value after this frame; NULL: none yet. */
void *np_history_at(const np_history_t *history, uint32_t frame);

static inline void
np_history_set_number(np_history_t *history, uint32_t frame, uint32_t number)
{
    np_history_set(history, frame, GUINT_TO_POINTER(number));
}

/** 0: none yet. */
static inline uint32_t
np_history_number_at(const np_history_t *history, uint32_t frame)
{
    return GPOINTER_TO_UINT(np_history_at(history, frame));
}

#endif /* NP_MODEL_TIMELINE_H */
