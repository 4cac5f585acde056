/* candidate.h
 * Streams and candidate framings, private to this folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_INFERENCE_CANDIDATE_H
#define NP_CONTROL_INFERENCE_CANDIDATE_H

#include <glib.h>

#include "control/inference/inference.h"

#define MIN_MESSAGES 5 /* to claim a framing; of both directions */
#define MIN_COVER 0.75
#define MIN_CONFIDENCE 0.6
#define MAX_COLUMN_BITS 12 /* that count for confidence */
#define LOOSE_ENDS 8       /* bits lost if most segments end within a message; not in text */
#define MAX_CANDIDATES 24
#define COLUMNS 12 /* bytes compared at messages' begins */
#define COLUMN_MESSAGES 512

/* ---- streams and walks (walk.c) ------------------------------------------------- */

typedef struct {
    const uint8_t *bytes;
    size_t length;
    const uint32_t *ends; /**< of segments; the last one is length */
    unsigned end_count;
} run_t;

typedef struct {
    uint8_t *bytes;
    uint32_t *ends;
    run_t *runs;
    unsigned run_count;
    size_t length;
    size_t segments;
    double bits[256]; /**< information in each value; finite */
    double text;
    double zeros;
} stream_t;

/** Copies the payloads. */
void np_stream_init(stream_t *stream, const np_segment_payloads_t *payloads);
/** Fills bits, text and zeros, for judging candidates. Takes as long as thousands of bytes to cut. */
void np_stream_measure(stream_t *stream);
void np_stream_clear(stream_t *stream);

/** A hit is a segment that ends with a message. */
typedef struct {
    unsigned messages;
    unsigned hits, ends;
    unsigned failures; /**< bytes that were no message */
    unsigned distances, repeats;
    unsigned lengths;
    unsigned empty;
    unsigned bare, bare_hits; /**< messages that end with their length field */
    unsigned high, high_hits; /**< messages with an 8-bit length from 128 on */
    size_t covered;
    bool has_preface;    /**< something else comes first */
    unsigned skipped;    /**< segments of the preface but the first */
    uint32_t field_bits; /**< OR of all length fields */
} tally_t;

typedef struct {
    unsigned counts[256];
    unsigned total;
} column_t;

bool np_stream_walk(const stream_t *stream, const np_framing_t *framing, tally_t *tally);

/** Gives up a framing that cannot be claimed. steps: messages that may still be tried, reduced. */
bool np_stream_try(const stream_t *stream, const np_framing_t *framing, tally_t *tally, unsigned *steps);

void np_stream_fill_columns(const stream_t *stream, const np_framing_t *framing, column_t columns[COLUMNS]);

static inline bool
has_loose_ends(const tally_t *tally)
{
    return tally->hits * 2 < tally->ends;
}

#define MIN_HALVES 3

/** Messages without a body never end a segment: perhaps halves of a wider field. */
static inline bool
may_be_halves(const tally_t *tally)
{
    return tally->bare >= MIN_HALVES && tally->bare_hits == 0;
}

/** Every other message ends with its field. */
static inline bool
is_half_a_field(const tally_t *tally)
{
    return may_be_halves(tally) && tally->bare * 5 >= tally->messages * 2;
}

/* ---- evidence, in bits (bits.c) ------------------------------------------------- */

/** The length is the message's, or starts at or behind the field. */
bool np_framing_is_natural(const np_framing_t *framing);

double np_bits_per_hit(const stream_t *stream, const tally_t *tally);

double np_bits_of_ends(const stream_t *stream, const tally_t *tally);
double np_bits_of_zeros(const stream_t *stream, const np_framing_t *framing, const tally_t *tally);
double np_bits_of_columns(const stream_t *stream, const np_framing_t *framing);

/** Penalty for choosing among many; higher if unusual. */
double np_bits_of_choice(const np_framing_t *framing);

double np_bits_of_preface(const tally_t *tally);

/* ---- candidates (candidates.c) -------------------------------------------------- */

typedef struct {
    np_framing_t framing;
    tally_t tally;
    double bits; /**< of ends and zeros, less the penalty */
    double columns;
    unsigned support;
} candidate_t;

typedef struct {
    candidate_t items[MAX_CANDIDATES];
    unsigned count;
} shortlist_t;

/** With equal hits, fewer messages rank higher. */
double np_shortlist_rank(const candidate_t *candidate);

/** room: bytes in both directions, which limit the header. is_last: tries all fixed sizes. */
void np_shortlist_find(shortlist_t *list, const stream_t *stream, size_t room, bool is_last);

/** Adds evidence for candidates that also explain the other direction. */
void np_shortlist_weigh_other(shortlist_t *list, const stream_t *stream, const shortlist_t *other);

#endif /* NP_CONTROL_INFERENCE_CANDIDATE_H */
