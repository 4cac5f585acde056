/* timeline.h
 * Values that change over a capture, by frame number
 *
 * The first pass appends; every pass reads. A value holds after its frame; of two in one frame, the last counts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TIMELINE_H
#define NP_MODEL_TIMELINE_H

#include <stdint.h>

#include <wsutil/wmem/wmem_tree.h>

/** All zero: no value yet. */
typedef struct {
    wmem_tree_t *values; /**< by frame; NULL: none */
    uint32_t latest;     /**< last one set */
    uint32_t since;      /**< frame from which it holds */
} np_history_t;

/** First pass: the value holds from this frame on. */
void np_history_set(np_history_t *history, uint32_t frame, uint32_t value);

/** Any pass: the value after this frame; 0: none yet. */
uint32_t np_history_at(const np_history_t *history, uint32_t frame);

#endif /* NP_MODEL_TIMELINE_H */
