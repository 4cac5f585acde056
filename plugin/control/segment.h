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

typedef struct np_control_message {
    struct np_control_message *next; /**< completed by the frame, or NULL */
    uint32_t number;                 /**< in its stream, from 1 */
    uint32_t length;                 /**< on the wire */
    uint32_t first_frame;
    uint32_t last_frame;  /**< completed it; 0: none */
    const uint8_t *bytes; /**< copy, unless contiguous in the last frame; else NULL */
    uint32_t captured;    /**< size of the copy; may be truncated */
    uint32_t offset;      /**< in the last frame's payload, without a copy */
} np_control_message_t;

/** A frame without payload has one if it completed messages. */
typedef struct np_control_segment {
    uint32_t frame;
    uint32_t number;        /**< of payloads with new bytes, from 1; 0: none are new */
    uint32_t packet_source; /**< data source, if TCP did not pass it on */
    uint32_t packet_offset;
    uint32_t packet_length; /**< 0: TCP passed it on */
    bool lost;
    np_control_message_t *first, *last;
    const np_control_message_t *unfinished; /**< holds the last bytes, or NULL */
} np_control_segment_t;

typedef enum {
    NP_PLACE_NEXT,
    NP_PLACE_FIRST,      /**< of a stream captured from its middle */
    NP_PLACE_AFTER_HOLE, /**< behind a hole given up */
    NP_PLACE_IN_HOLE     /**< late, from the hole's start on */
} np_place_t;

/** The next bytes of a stream, as np_arrivals_take() hands them out. */
typedef struct {
    np_place_t place;
    uint32_t hole;    /**< identifies it */
    uint32_t missing; /**< bytes in the hole */
    uint32_t run;     /**< contiguous bytes from here on */
    bool fills_hole;
    uint32_t sequence;
    np_control_segment_t *segment;
    uint32_t offset;
    const uint8_t *bytes;
    uint32_t captured;
    uint32_t length; /**< on the wire */
} np_payload_t;

#endif /* NP_CONTROL_SEGMENT_H */
