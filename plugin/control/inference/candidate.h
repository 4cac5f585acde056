/* candidate.h
 * Streams and candidate framings, private to this folder
 *
 * A candidate framing is tried on a stream by walking over the bytes: each message leads to the next. What the walk
 * found is tallied, and weighed as evidence in bits: so many bits mean that chance would do the same in one of 2^bits
 * cases.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_INFERENCE_CANDIDATE_H
#define NP_CONTROL_INFERENCE_CANDIDATE_H

#include <glib.h>

#include "control/inference/inference.h"

#define MIN_MESSAGES 5     /* to claim a framing; of both directions together */
#define MIN_COVER 0.75     /* share of the bytes that messages have to cover */
#define MIN_CONFIDENCE 0.6 /* below: no framing is claimed */
#define MAX_COLUMN_BITS 12 /* of np_bits_of_columns(), that count for confidence */
#define LOOSE_ENDS 8       /* bits lost if most segments end within a message; not in text */
#define MAX_CANDIDATES 24
#define COLUMNS 12          /* bytes that are compared at the beginning of messages */
#define COLUMN_MESSAGES 512 /* messages that are compared */

/* ---- streams and walks (walk.c) ------------------------------------------------- */

/** Segments without missing bytes between them. */
typedef struct {
    const uint8_t *bytes;
    size_t length;
    const uint32_t *ends; /**< offsets at which segments end; the last one is length */
    unsigned end_count;
} run_t;

/** All payloads of one direction. */
typedef struct {
    uint8_t *bytes; /**< of all runs */
    uint32_t *ends; /**< likewise */
    run_t *runs;
    unsigned run_count;
    size_t length;
    size_t segments;
    double bits[256]; /**< information in a byte of this value: the rarer, the more; finite */
    double text;      /**< share of bytes that are text, 0 to 1 */
    double zeros;     /**< share of zero bytes, 0 to 1 */
} stream_t;

/** Copies the payloads. */
void np_stream_init(stream_t *stream, const np_segment_payloads_t *payloads);
/** Fills bits, text and zeros, for judging candidates. Takes as long as thousands of bytes to cut. */
void np_stream_measure(stream_t *stream);
void np_stream_clear(stream_t *stream);

/** What a walk found. A hit is a segment that ends where a message ends. */
typedef struct {
    unsigned messages;
    unsigned hits, ends;      /**< segments: with a hit, all */
    unsigned failures;        /**< places at which no message begins; the walk goes on with the next segment */
    unsigned distances;       /**< different numbers of bytes from one hit to the next */
    unsigned repeats;         /**< hits at a distance that occurred before */
    unsigned lengths;         /**< different lengths of messages */
    unsigned empty;           /**< messages of one byte */
    unsigned bare, bare_hits; /**< messages that end with their length field; hits of those */
    unsigned high, high_hits; /**< messages with an 8-bit length from 128 on; hits of those */
    size_t covered;           /**< bytes in messages */
    bool has_preface;         /**< the stream begins with something else */
    unsigned skipped;         /**< segments of that, but the first */
    uint32_t field_bits;      /**< OR of all length fields */
} tally_t;

/** How often each value occurs at one offset of messages. */
typedef struct {
    unsigned counts[256];
    unsigned total;
} column_t;

/** Walks over the whole stream. False: there are too many failures, or no message. *steps: messages that may still be
 *  tried; the walk reduces it, and gives up early if the framing cannot be claimed any more. steps NULL: no limit. */
bool np_stream_walk(const stream_t *stream, const np_framing_t *framing, tally_t *tally, unsigned *steps);

/** Counts the values at the beginning of the stream's first messages. inside: of those that do not begin a segment. */
void np_stream_fill_columns(const stream_t *stream, const np_framing_t *framing, bool inside,
                            column_t columns[COLUMNS]);

/** True if most segments end within a message. */
static inline bool
has_loose_ends(const tally_t *tally)
{
    return tally->hits * 2 < tally->ends;
}

#define MIN_HALVES 3

/** True if messages without a body occur, but never end a segment. Perhaps the field is one half of a wider one, whose
 *  other half is zero. */
static inline bool
may_be_halves(const tally_t *tally)
{
    return tally->bare >= MIN_HALVES && tally->bare_hits == 0;
}

/** True if, in addition, about every other message has no body: the field surely is one half. */
static inline bool
is_half_a_field(const tally_t *tally)
{
    return may_be_halves(tally) && tally->bare * 5 >= tally->messages * 2;
}

/* ---- evidence, in bits (bits.c) ------------------------------------------------- */

/** True if the length field counts the whole message, what follows the field, or the field and what follows. */
bool np_framing_is_natural(const np_framing_t *framing);

/** Evidence of one hit. */
double np_bits_per_hit(const stream_t *stream, const tally_t *tally);

/** Evidence from where messages end, from upper bytes of the length that are always zero, and from bytes that are alike
 *  in all messages. */
double np_bits_of_ends(const stream_t *stream, const tally_t *tally);
double np_bits_of_zeros(const stream_t *stream, const np_framing_t *framing, const tally_t *tally);
double np_bits_of_columns(const stream_t *stream, const np_framing_t *framing, const tally_t *tally);

/** To be subtracted: the penalty for choosing among many framings. Unusual ones pay more. */
double np_bits_of_choice(const np_framing_t *framing);

/** To be subtracted: the penalty for places at which no message begins, and for segments that a preface skips. */
double np_bits_of_restarts(const tally_t *tally);

/* ---- candidates (candidates.c) -------------------------------------------------- */

typedef struct {
    np_framing_t framing;
    tally_t tally;
    double bits;      /**< of ends and zeros, less the penalties */
    double columns;   /**< bits of columns */
    unsigned support; /**< messages of the other direction that it explains */
} candidate_t;

/** The best candidates, best first. */
typedef struct {
    candidate_t items[MAX_CANDIDATES];
    unsigned count;
} shortlist_t;

/** What candidates are sorted by. With equal hits, fewer messages rank higher. */
double np_shortlist_rank(const candidate_t *candidate);

/** Fills the list with what explains the stream. room: bytes in both directions; they limit how far from its beginning
 *  a message may have its length. is_last: no more bytes follow, so all fixed sizes are tried. */
void np_shortlist_find(shortlist_t *list, const stream_t *stream, size_t room, bool is_last);

/** Adds evidence for candidates that also explain the other direction. */
void np_shortlist_weigh_other(shortlist_t *list, const stream_t *stream, const shortlist_t *other);

#endif /* NP_CONTROL_INFERENCE_CANDIDATE_H */
