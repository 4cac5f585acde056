/* candidate.h
 * Streams, and the framings that may explain them. For the files of this room only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_INFERENCE_CANDIDATE_H
#define NP_CONTROL_INFERENCE_CANDIDATE_H

#include <glib.h>

#include "control/inference/inference.h"

#define MIN_MESSAGES    5       /* for any claim, those of the other direction included */
#define MIN_COVER       0.75    /* share of the bytes that must be explained */
#define MAX_CANDIDATES  24      /* that are compared */
#define COLUMNS         12      /* bytes at the start of messages that are compared */

/* ---- streams and walks (walk.c) ------------------------------------------------- */

/** A part of a stream without gaps. */
typedef struct {
    const uint8_t  *bytes;
    size_t          length;
    const uint32_t *ends;       /**< where its segments end, ascending; the last one is length */
    unsigned        end_count;
} run_t;

/** The bytes of one direction. */
typedef struct {
    uint8_t  *bytes;
    uint32_t *ends;             /**< of all runs, each relative to its begin */
    run_t    *runs;
    unsigned  run_count;
    size_t    length;           /**< without what gaps hold */
    size_t    segments;
    double    share[256];       /**< of each byte value, never 0 */
    double    text;             /**< share of text bytes */
} stream_t;

void np_stream_init(stream_t *stream, const np_segment_payloads_t *pieces);
void np_stream_clear(stream_t *stream);

/** What a framing makes of a stream: hits are segments that end with a message. */
typedef struct {
    unsigned messages;
    unsigned hits, ends;            /**< ends: segments */
    unsigned failures;              /**< bytes that are no message */
    unsigned distances, repeats;    /**< different distances between hits; the others */
    unsigned lengths;               /**< different message lengths */
    unsigned empty;                 /**< messages of one byte */
    unsigned bare, bare_hits;       /**< messages that end with their length field; those of them that are hits */
    unsigned high, high_hits;       /**< messages with an 8 bit length of 128 or more; those of them that are hits */
    size_t   covered;               /**< bytes of messages */
    bool     has_preface;           /**< the stream begins with something else */
    uint32_t field_bits;            /**< all values of the length field, or-ed */
} tally_t;

/** The values at one offset of the messages. */
typedef struct {
    unsigned counts[256];
    unsigned total;
} column_t;

/**
 * Divides the stream into messages. Returns false if the framing does not explain it. Adds to COLUMNS columns, unless
 * they are NULL.
 */
bool np_stream_walk(const stream_t *stream, const np_framing_t *framing, tally_t *tally, column_t *columns);

/** True if most segments end within a message. */
static inline bool
has_loose_ends(const tally_t *tally)
{
    return tally->hits * 2 < tally->ends;
}

/** True if messages of the framing end with a delimiter. */
static inline bool
is_text_framing(const np_framing_t *framing)
{
    return framing->kind == NP_FRAMING_CRLF || framing->kind == NP_FRAMING_LF || framing->kind == NP_FRAMING_NUL;
}

/* ---- evidence, in bits (bits.c) ------------------------------------------------- */

/** True if the length counts the whole message, or what follows the field, or the field and what follows it. */
bool np_framing_is_natural(const np_framing_t *framing);

/** For a hit. */
double np_bits_per_hit(const stream_t *stream, const tally_t *tally);

double np_bits_of_ends(const stream_t *stream, const tally_t *tally);
double np_bits_of_zeros(const stream_t *stream, const np_framing_t *framing, const tally_t *tally);
double np_bits_of_columns(const stream_t *stream, const np_framing_t *framing);

/** Against the framing: one among so many possible ones, and unusual ones more. */
double np_bits_of_choice(const np_framing_t *framing);

/* ---- candidates (candidates.c) -------------------------------------------------- */

typedef struct {
    np_framing_t framing;
    tally_t      tally;
    double       bits;          /**< of ends and zeros, less those of the choice */
    double       columns;       /**< bits of columns: a part of them counts for the confidence */
    unsigned     support;       /**< messages of the other direction that it explains */
} candidate_t;

/** The best candidates, best first. */
typedef struct {
    candidate_t items[MAX_CANDIDATES];
    unsigned    count;
} shortlist_t;

/** All evidence for a candidate; of two with the same hits, the one with fewer messages has more. */
double np_shortlist_rank(const candidate_t *candidate);

void np_shortlist_find(shortlist_t *list, const stream_t *stream);

/** Weighs the candidates again: what explains the other direction well is likelier here. */
void np_shortlist_weigh_other(shortlist_t *list, const stream_t *stream, const shortlist_t *other);

#endif /* NP_CONTROL_INFERENCE_CANDIDATE_H */
