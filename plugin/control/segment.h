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
    uint32_t last_frame;             /**< which completed it; 0: none did */
    const uint8_t *bytes;            /**< where they do not stand together in its last frame's payload; else NULL */
    uint32_t captured;               /**< how many of those: less than length where the capture cut some off */
    uint32_t offset;                 /**< where it begins in its last frame's payload; 0 if it has bytes of its own */
} np_control_message_t;

/** What is known of one frame's payload, or of a frame without any that completed messages. */
typedef struct np_control_segment {
    uint32_t frame;
    uint32_t number;                    /**< of the new payload in its direction, from 1; 0: none of it is new */
    uint32_t packet_source;             /**< the frame's data source with payload that TCP did not hand on as it is */
    uint32_t packet_offset;             /**< ... where it begins there */
    uint32_t packet_length;             /**< ... and its length; 0: TCP did */
    bool lost;                          /**< the stream does not fit its framing here */
    np_control_message_t *first, *last; /**< messages that it completed, in their order; NULL: none */
    const np_control_message_t *unfinished; /**< that its last bytes belong to, and that ends later; NULL: none */
} np_control_segment_t;

/** Where a payload stands in its stream. */
typedef enum {
    NP_PLACE_NEXT,       /**< follows what was read */
    NP_PLACE_FIRST,      /**< the first that was seen, of a stream whose start was not */
    NP_PLACE_AFTER_HOLE, /**< follows a hole that is not waited for any longer */
    NP_PLACE_IN_HOLE     /**< late: fills such a hole from its begin on */
} np_place_t;

/** The payload of a segment, or the part of it that is new, in the order of the stream. */
typedef struct {
    np_place_t place;
    uint32_t hole;                 /**< AFTER_HOLE, IN_HOLE: names the hole */
    uint32_t missing;              /**< AFTER_HOLE: bytes of the hole */
    uint32_t run;                  /**< AFTER_HOLE: bytes without a hole that begin here and have come, up to a limit */
    bool fills_hole;               /**< IN_HOLE: nothing is missing any more */
    uint32_t sequence;             /**< number of its first byte */
    np_control_segment_t *segment; /**< that brought it */
    uint32_t offset;               /**< in the payload of that frame */
    const uint8_t *bytes;          /**< NULL where captured is 0 */
    uint32_t captured;             /**< bytes there are */
    uint32_t length;               /**< bytes there were */
} np_payload_t;

#endif /* NP_CONTROL_SEGMENT_H */
