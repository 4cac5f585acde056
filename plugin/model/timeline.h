/* timeline.h
 * What was so at a frame: a value that changes over a capture, by frame number
 *
 * The first pass appends; every pass, the first one included, asks what was so at the frame it shows. A history says
 * what was so after all that the frame did: of two values of one frame the last one stays. Histories live with the
 * capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_TIMELINE_H
#define NAVERPHONE_TIMELINE_H

#include <stdint.h>

#include <wsutil/wmem/wmem_tree.h>

/** A number that changes, such as a state. All zero: it never had a value. */
typedef struct {
    wmem_tree_t *values;        /**< by frame; NULL: none yet */
    uint32_t     latest;        /**< first pass */
} np_history_t;

/** First pass: the number is this one from the frame on. */
void np_history_set(np_history_t *history, uint32_t frame, uint32_t value);

/** The number after the frame; 0: it had none yet. */
uint32_t np_history_at(const np_history_t *history, uint32_t frame);

#endif /* NAVERPHONE_TIMELINE_H */
