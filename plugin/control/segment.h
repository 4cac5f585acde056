/* segment.h
 * The segments of a control stream, and the messages that end in them
 *
 * Segments and messages are made on the first pass and live with the capture. What is found out later about a frame (where
 * its last message ends, how its bytes are cut once the framing is known) is added to its segment then; a later pass reads it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_SEGMENT_H
#define NP_CONTROL_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

/** A message, cut from its stream. */
typedef struct np_control_message {
    struct np_control_message *next; /**< the next that ends in the same frame; NULL: none */
    uint32_t number;                 /**< in its stream, from 1 */
    uint32_t length;                 /**< bytes on the wire */
    uint32_t first_frame;            /**< where it begins */
    uint32_t last_frame;             /**< where it ends; 0: not seen */
    const uint8_t *bytes;            /**< where they do not stand together in its last frame's payload; else NULL */
    uint32_t captured;               /**< how many of those: less than length where the capture cut some off */
    uint32_t offset;                 /**< where it begins in its last frame's payload; 0 if it has bytes of its own */
} np_control_message_t;

/** What is known of one frame's payload. */
typedef struct np_control_segment {
    uint32_t frame;
    uint32_t number;                        /**< of the new payload in its direction, from 1; 0: none of it is new */
    uint32_t packet_source;                 /**< the frame's data source with payload that TCP did not hand on as it is */
    uint32_t packet_offset;                 /**< ... where it begins there */
    uint32_t packet_length;                 /**< ... and its length; 0: TCP did */
    bool lost;                              /**< the stream does not fit its framing here */
    np_control_message_t *first, *last;     /**< messages that end in it, in their order; NULL: none does */
    const np_control_message_t *unfinished; /**< that its last bytes belong to, and that ends later; NULL: none */
} np_control_segment_t;

/** Where a segment stands in its stream. */
typedef enum {
    NP_PLACE_NEXT,  /**< follows what was seen */
    NP_PLACE_FIRST, /**< the first that was seen, of a stream whose start was not */
    NP_PLACE_AFTER_GAP,
    NP_PLACE_GAP_BEGIN, /**< late: fills the latest gap from its begin on */
    NP_PLACE_GAP_END,   /**< late: fills the latest gap up to its end */
    NP_PLACE_IN_GAP     /**< late: from the middle of the gap, which cannot be filled any more */
} np_place_t;

static inline bool
np_place_is_late(np_place_t place)
{
    return place >= NP_PLACE_GAP_BEGIN;
}

/** A segment's payload, as far as it is new. */
typedef struct {
    np_place_t place;
    bool fills_gap;       /**< late: nothing is missing any more */
    uint32_t offset;      /**< in the frame's payload */
    const uint8_t *bytes; /**< NULL where captured is 0 */
    uint32_t captured;    /**< bytes there are */
    uint32_t length;      /**< bytes there were */
} np_payload_t;

#endif /* NP_CONTROL_SEGMENT_H */
