/* segment.h
 * Segments of a control stream, and the messages completed in them
 *
 * File scope. The first pass may change those of earlier frames, and np_control_streams_conclude() those of all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_SEGMENT_H
#define NP_CONTROL_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

/** A copy of a message that is not in one payload. */
typedef struct {
    const uint8_t *bytes;
    uint32_t captured;    /**< bytes; fewer than the message's length if truncated */
    uint32_t first_frame; /**< where the message begins */
} np_control_copy_t;

/** A message, in the list of those that the same frame completed. */
typedef struct np_control_message {
    struct np_control_message *next; /**< NULL: last */
    uint32_t number;                 /**< in its stream, from 1 */
    uint32_t length;                 /**< bytes on the wire */
    uint32_t last_frame;             /**< the frame that completed it; 0: not complete */
    uint32_t offset;                 /**< in that frame's payload; valid without copy */
    const np_control_copy_t *copy;   /**< NULL: the whole message is in the last frame's payload */
} np_control_message_t;

/** The payload of a frame, and the messages that the frame completed. A frame without payload has one, too, if it
 *  completed messages. */
typedef struct np_control_segment {
    uint32_t frame;
    uint32_t number;        /**< of the stream's payloads with new bytes, from 1; 0: none of its bytes is new */
    uint32_t packet_length; /**< bytes captured in the packet; 0: unknown */
    uint32_t packet_source; /**< where they are: index of the data source, */
    uint32_t packet_offset; /**< and offset in it */
    bool handed_on;         /**< TCP handed the payload on in the first pass; in a later one, it may not */
    bool lost;              /**< bytes of the stream do not fit the framing here, or are missing before it */
    np_control_message_t *first, *last;     /**< NULL: completed none */
    const np_control_message_t *unfinished; /**< message that holds the last bytes and goes on; NULL: none */
} np_control_segment_t;

/** Where bytes are in their stream. */
typedef enum {
    NP_PLACE_NEXT,
    NP_PLACE_FIRST,      /**< of a stream captured from its middle */
    NP_PLACE_AFTER_HOLE, /**< behind a hole given up */
    NP_PLACE_IN_HOLE     /**< late, from the hole's start on */
} np_place_t;

/** The next bytes of a stream, as np_arrivals_take() hands them out. */
typedef struct {
    np_place_t place;
    uint32_t hole;    /**< AFTER_HOLE and IN_HOLE: identifies the hole */
    bool fills_hole;  /**< IN_HOLE: the hole's last bytes */
    uint32_t missing; /**< AFTER_HOLE: bytes in the hole */
    uint32_t run;     /**< AFTER_HOLE: contiguous bytes from here on */
    uint32_t sequence;
    np_control_segment_t *segment; /**< that carried the bytes */
    uint32_t offset;               /**< in its payload */
    const uint8_t *bytes;          /**< NULL: none captured */
    uint32_t captured;             /**< bytes */
    uint32_t length;               /**< bytes on the wire */
} np_payload_t;

#endif /* NP_CONTROL_SEGMENT_H */
