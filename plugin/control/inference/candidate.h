/* candidate.h
 * Streams and candidate framings, private to this folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_INFERENCE_CANDIDATE_H
#define NP_CONTROL_INFERENCE_CANDIDATE_H

#include <glib.h>

#include "control/inference/inference.h"

#define MIN_MESSAGES 5 /* in both directions together, to claim a framing */
#define MIN_COVER 0.75 /* share of the bytes that must be explained */
#define MIN_CONFIDENCE 0.6
#define MAX_COLUMN_BITS 12 /* column bits that count for confidence */
#define LOOSE_ENDS 8       /* bits; penalty if most segments end within a message; not for text framings */
#define MAX_CANDIDATES 24  /* kept for each stream */
#define COLUMNS 12         /* bytes compared at the start of messages */
#define COLUMN_MESSAGES 512

/* ---- streams and walks (walk.c) ------------------------------------------------- */

/** A part of a stream without missing bytes. */
typedef struct {
    const uint8_t *bytes;
    size_t length;
    const uint32_t *ends; /**< segment ends, ascending; the last one is length */
    unsigned end_count;
} run_t;

/** The bytes of one direction. */
typedef struct {
    uint8_t *bytes;
    uint32_t *ends; /**< segment ends of all runs, each relative to its run */
    run_t *runs;
    unsigned run_count;
    size_t length; /**< bytes in all runs */
    size_t segments;
    double bits[256]; /**< information in each byte value, from its share of the stream; finite */
    double text;      /**< share of text bytes */
    double zeros;     /**< share of NUL bytes */
} stream_t;

void np_stream_init(stream_t *stream, const np_segment_payloads_t *payloads);
void np_stream_clear(stream_t *stream);

/** A stream divided by a framing. A hit is a segment that ends with a message. */
typedef struct {
    unsigned messages;
    unsigned hits, ends;         /**< ends: number of segments */
    unsigned failures;           /**< times that bytes were no message */
    unsigned distances, repeats; /**< distinct distances between hits, and repeated ones */
    unsigned lengths;            /**< distinct message lengths */
    unsigned empty;              /**< messages of one byte */
    unsigned bare, bare_hits;    /**< messages that end with their length field, and hits among them */
    unsigned high, high_hits;    /**< messages with an 8-bit length of 128 or more, and hits among them */
    size_t covered;              /**< bytes in messages */
    bool has_preface;            /**< the stream begins with something else */
    uint32_t field_bits;         /**< OR of all length fields */
} tally_t;

/** Byte values at one offset of all messages. */
typedef struct {
    unsigned counts[256];
    unsigned total;
} column_t;

/** Divides the stream into messages. Returns false if the framing does not fit. */
bool np_stream_walk(const stream_t *stream, const np_framing_t *framing, tally_t *tally);

/**
 * The same, but gives up as soon as the framing cannot be claimed any more. steps: messages that may still be tried,
 * with this and other framings; reduced.
 */
bool np_stream_try(const stream_t *stream, const np_framing_t *framing, tally_t *tally, unsigned *steps);

/** Adds the first COLUMN_MESSAGES messages to columns. */
void np_stream_fill_columns(const stream_t *stream, const np_framing_t *framing, column_t columns[COLUMNS]);

static inline bool
has_loose_ends(const tally_t *tally)
{
    return tally->hits * 2 < tally->ends;
}

/* ---- evidence, in bits (bits.c) ------------------------------------------------- */

/** True if the length counts the message, what follows the field, or the field and what follows. */
bool np_framing_is_natural(const np_framing_t *framing);

double np_bits_per_hit(const stream_t *stream, const tally_t *tally);

double np_bits_of_ends(const stream_t *stream, const tally_t *tally);
double np_bits_of_zeros(const stream_t *stream, const np_framing_t *framing, const tally_t *tally);
double np_bits_of_columns(const stream_t *stream, const np_framing_t *framing);

/** Penalty for choosing among many framings; unusual ones cost more. */
double np_bits_of_choice(const np_framing_t *framing);

/* ---- candidates (candidates.c) -------------------------------------------------- */

typedef struct {
    np_framing_t framing;
    tally_t tally;
    double bits;      /**< of ends and zeros, less the penalty */
    double columns;   /**< bits of columns; only some count for confidence */
    unsigned support; /**< messages that it explains in the other direction */
} candidate_t;

/** Sorted, best first. */
typedef struct {
    candidate_t items[MAX_CANDIDATES];
    unsigned count;
} shortlist_t;

/** Total evidence. With equal hits, fewer messages rank higher. */
double np_shortlist_rank(const candidate_t *candidate);

/**
 * room: bytes in both directions; a framing with so long a header that they hold too few messages is not tried.
 * is_last: tries fixed sizes that segment ends do not suggest, too.
 */
void np_shortlist_find(shortlist_t *list, const stream_t *stream, size_t room, bool is_last);

/** Adds evidence to candidates that also explain the other direction. */
void np_shortlist_weigh_other(shortlist_t *list, const stream_t *stream, const shortlist_t *other);

#endif /* NP_CONTROL_INFERENCE_CANDIDATE_H */
