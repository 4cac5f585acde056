/* reader.h
 * Reads the two byte streams of a control connection: finds their framing, cuts them into messages
 *
 * First pass. A stream is shown segment by segment until its framing is known: set by the user
 * (then from its start), or inferred from what was collected so far. From that frame on, and on
 * later passes for the frames before it, too, it is shown message by message. What is collected
 * is bounded (NP_READER_COLLECTS) and given back as soon as the framing is decided, or given up.
 *
 * A message belongs to the frame in which its last byte was seen first. TCP is not asked to put
 * segments together: it would hand a message's middle segments to nobody, and a framing that is
 * found late could not be applied to segments it has let go. Segments that come late fill the
 * stream's latest gap, as session.h's connections count them.
 *
 * Everything lives as long as the capture file is open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_READER_H
#define NAVERPHONE_READER_H

#include "compat.h"

#include "control/framing.h"
#include "control/inference/inference.h"

#define NP_READER_COLLECTS 0x8000   /**< bytes of a stream that are looked at for its framing */

/** Values of naverphone.control.framing_origin. */
typedef enum {
    NP_ORIGIN_USER     = 1,
    NP_ORIGIN_INFERRED = 2,
    NP_ORIGIN_SEGMENT  = 3
} np_origin_t;

/** A message that does not stand in the frame's payload as a whole: its bytes. */
typedef struct {
    uint32_t first_frame;       /**< where it begins */
    uint32_t length;            /**< less than the message's where the capture cut some off */
    uint8_t  bytes[];
} np_kept_t;

/** A message, cut from its stream. */
typedef struct np_pdu {
    struct np_pdu *next;        /**< the next that ends in the same frame; of the last one the first */
    uint32_t number;            /**< in its stream, from 1 */
    uint32_t length : 31;       /**< bytes */
    uint32_t is_kept : 1;       /**< its bytes are kept apart */
    union {
        uint32_t offset;        /**< where its first byte stands in the frame's payload */
        const np_kept_t *kept;  /**< is_kept */
    };
} np_pdu_t;

/** What is known of one frame's payload. */
typedef struct np_reading {
    uint32_t  frame;
    uint32_t  number;           /**< of the frame's new payload within its direction, from 1; 0: none of it is new */
    uint32_t  packet_offset, packet_length;     /**< payload that TCP did not hand on as it is, in the packet's bytes;
                                                     length 0: it did */
    /* The rest is what the reader says of it. */
    uint32_t  ends_in;          /**< frame in which the message that its last bytes belong to ends; 0: not seen */
    bool      lost;             /**< the stream does not fit its framing here */
    np_pdu_t *last_pdu;         /**< of the messages that end in it; NULL: none does */
} np_reading_t;

/** The messages that end in a frame, in their order. NULL where there is none; so may the reading be. */
static inline const np_pdu_t *
np_reading_first(const np_reading_t *reading)
{
    return reading && reading->last_pdu ? reading->last_pdu->next : NULL;
}

/** The one after that; NULL behind the last. */
static inline const np_pdu_t *
np_reading_next(const np_reading_t *reading, const np_pdu_t *pdu)
{
    return pdu == reading->last_pdu ? NULL : pdu->next;
}

/** How a stream is cut: what is shown with its messages. */
typedef struct {
    np_framing_t framing;
    np_origin_t  origin;
    double       confidence;    /**< of inferred ones and of segments */
} np_cutting_t;

/** What a server's connections have taught of its two streams. Zeroed at first, then the readers' own. */
typedef struct {
    np_inferred_framing_t known[2];        /**< confidence 0: not known */
    np_inferred_framing_t hinted[2];       /**< what one connection was not sure enough of: another may agree */
    unsigned   losses[2];       /**< times that messages of later connections did not fit it */
    unsigned   fruitless;       /**< connections without framing; one that had bytes enough counts for several */
    unsigned   vain;            /**< guesses that decided nothing, before their connection's end */
    unsigned   vain_segments;   /**< ... and the most segments that one of them had */
} np_endpoint_t;

typedef struct np_reader np_reader_t;

/** For an init routine. */
void np_readers_init(void);

/**
 * A reader for a connection to a server. user: the framing that the user set for it, or NULL.
 * infer: may it be found? What was decided on one connection of a server goes for those after it,
 * so that looking for it costs once a server, not once a connection.
 */
np_reader_t *np_reader_new(np_endpoint_t *endpoint, const np_framing_t *user, bool infer);

/** Where a segment stands in its stream. */
typedef enum {
    NP_PLACE_NEXT,              /**< follows what was seen */
    NP_PLACE_FIRST,             /**< the first that was seen, of a stream whose start was not */
    NP_PLACE_AFTER_GAP,
    NP_PLACE_GAP_BEGIN,         /**< late: fills the latest gap from its begin on */
    NP_PLACE_GAP_END,           /**< late: fills the latest gap up to its end */
    NP_PLACE_IN_GAP             /**< late: from the middle of the gap, which cannot be filled any more */
} np_place_t;

static inline bool
np_place_is_late(np_place_t place)
{
    return place >= NP_PLACE_GAP_BEGIN;
}

/** A segment's payload, as far as it is new. */
typedef struct {
    np_place_t place;
    bool       fills_gap;       /**< late: nothing is missing any more */
    uint32_t   offset;          /**< in the frame's payload */
    const uint8_t *bytes;       /**< NULL where captured is 0 */
    uint32_t   captured;        /**< bytes there are */
    uint32_t   length;          /**< bytes there were */
} np_payload_t;

/** Reads a segment of the stream of a direction (0 from the client, 1 to it); reading lives with the capture. */
void np_reader_read(np_reader_t *reader, unsigned direction, const np_payload_t *payload, np_reading_t *reading);

/** No more will come: what was collected has to do. */
void np_reader_end(np_reader_t *reader);

/**
 * How the stream's messages are cut, as far as is known. later: on a later pass, which also knows what the first
 * one could not be sure enough of. Then readings made before may change: ask for the cutting first.
 */
np_cutting_t np_reader_cutting(np_reader_t *reader, unsigned direction, bool later);

#endif /* NAVERPHONE_READER_H */
