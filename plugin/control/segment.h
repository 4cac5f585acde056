/* segment.h
 * The segments of a control stream, and the messages that end in them
 *
 * Created on the first pass, in file scope. Until it ends, segments of earlier frames may change, for example once the
 * framing is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_SEGMENT_H
#define NP_CONTROL_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

/** A message cut from its stream. */
typedef struct np_control_message {
    struct np_control_message *next; /**< next message that ends in the same frame, or NULL */
    uint32_t number;                 /**< in its stream, from 1 */
    uint32_t length;                 /**< bytes on the wire */
    uint32_t first_frame;            /**< frame in which it begins */
    uint32_t last_frame;             /**< frame that completed it; 0 if none did */
    const uint8_t *bytes; /**< copy, if the message is not contiguous in its last frame's payload; else NULL */
    uint32_t captured;    /**< size of the copy; less than length if the capture was truncated */
    uint32_t offset;      /**< start in the last frame's payload, if there is no copy */
} np_control_message_t;

/** The payload of a frame. A frame without payload has one if it completed messages. */
typedef struct np_control_segment {
    uint32_t frame;
    uint32_t number;        /**< counts payloads with new bytes in this direction, from 1; 0 if none are new */
    uint32_t packet_source; /**< index of the data source with the payload, unless TCP passed it on */
    uint32_t packet_offset; /**< start there */
    uint32_t packet_length; /**< length there; 0 if TCP passed it on */
    bool lost;              /**< the bytes do not fit the framing here */
    np_control_message_t *first, *last;     /**< messages completed by this frame, in order, or NULL */
    const np_control_message_t *unfinished; /**< message that ends later and includes the last bytes, or NULL */
} np_control_segment_t;

/** Position of a payload in its stream. */
typedef enum {
    NP_PLACE_NEXT,       /**< continues the bytes read so far */
    NP_PLACE_FIRST,      /**< the first one seen, of a stream whose start was not captured */
    NP_PLACE_AFTER_HOLE, /**< first bytes after a hole that was given up */
    NP_PLACE_IN_HOLE     /**< late: fills such a hole, from its start on */
} np_place_t;

/** New payload bytes of a segment, in stream order. */
typedef struct {
    np_place_t place;
    uint32_t hole;     /**< AFTER_HOLE, IN_HOLE: identifies the hole */
    uint32_t missing;  /**< AFTER_HOLE: bytes in the hole */
    uint32_t run;      /**< AFTER_HOLE: contiguous bytes received from here on */
    bool fills_hole;   /**< IN_HOLE: the hole is now complete */
    uint32_t sequence; /**< of the first byte */
    np_control_segment_t *segment;
    uint32_t offset;      /**< in that frame's payload */
    const uint8_t *bytes; /**< NULL if captured is 0 */
    uint32_t captured;    /**< bytes available */
    uint32_t length;      /**< bytes on the wire */
} np_payload_t;

#endif /* NP_CONTROL_SEGMENT_H */
