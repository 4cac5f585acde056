/* walk.c
 * Divides streams into messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/inference/candidate.h"

#include <math.h>
#include <string.h>

#define MAX_PREFACE 3 /* messages */
#define MAX_SKIPPED 8
#define FULL_SEGMENT 256     /* bytes, on average, ... */
#define MAX_SHORT_SEGMENTS 8 /* ... of more than so many */
#define MIN_ZEROS 32         /* empty messages that refute a length field */
#define MIN_ENDS 8           /* segments that refute an 8-bit length */

/* ---- streams -------------------------------------------------------------------- */

void
np_stream_init(stream_t *stream, const np_segment_payloads_t *payloads)
{
    size_t at = 0;
    run_t *run = NULL;

    memset(stream, 0, sizeof *stream);
    stream->segments = payloads->count;
    for (size_t i = 0; i < payloads->count; i++) {
        stream->length += payloads->items[i].length;
    }
    stream->bytes = g_new0(uint8_t, stream->length + 1);
    stream->ends = g_new(uint32_t, payloads->count + 1);
    stream->runs = g_new(run_t, payloads->count + 1);
    for (size_t i = 0; i < payloads->count; i++) {
        const np_segment_payload_t *payload = &payloads->items[i];

        if (!run || !payload->continues) {
            run = &stream->runs[stream->run_count++];
            *run = (run_t){ .bytes = stream->bytes + at, .ends = stream->ends + i };
        }
        memcpy(stream->bytes + at, payload->bytes, payload->length);
        at += payload->length;
        run->length += payload->length;
        stream->ends[i] = (uint32_t)run->length;
        run->end_count++;
    }
}

void
np_stream_measure(stream_t *stream)
{
    size_t counts[256] = { 0 }, text = 0;

    for (size_t i = 0; i < stream->length; i++) {
        counts[stream->bytes[i]]++;
        text += np_framing_is_text_byte(stream->bytes[i]);
    }
    for (unsigned i = 0; i < 256; i++) {
        stream->bits[i] = log2((double)stream->length + 256) - log2((double)counts[i] + 1);
    }
    if (stream->length) {
        stream->text = (double)text / (double)stream->length;
        stream->zeros = (double)counts[0] / (double)stream->length;
    }
}

void
np_stream_clear(stream_t *stream)
{
    g_free(stream->bytes);
    g_free(stream->ends);
    g_free(stream->runs);
}

/* ---- walks ---------------------------------------------------------------------- */

/* A walk needs two sets. With GHashTables, the thousands of walks would take twice as long. Numbers with the same
 * remainder count as one. The divisor is prime, since messages are often as long as a multiple of a power of two. */
typedef struct {
    bool seen[251];
} number_set_t;

static bool
number_set_add(number_set_t *set, uint32_t number)
{
    bool *seen = &set->seen[number % G_N_ELEMENTS(set->seen)];
    bool is_new = !*seen;

    *seen = true;
    return is_new;
}

typedef struct {
    const run_t *run;
    size_t at;
    size_t last_hit;
    unsigned end;
    unsigned messages; /* since the run's start or a failure */
    bool after_bare;   /* an empty message, if the field is twice as wide, looks like two bare ones */
    number_set_t *lengths, *distances;
    column_t *columns;
    bool inside;     /* columns of messages that begin inside a segment only */
    unsigned *steps; /* NULL: unlimited */
} walk_t;

static unsigned
failures_allowed(const tally_t *tally)
{
    return 2 + tally->messages / 16;
}

static unsigned
next_end(const walk_t *walk)
{
    const run_t *run = walk->run;
    unsigned end = walk->end;

    while (end < run->end_count && run->ends[end] <= walk->at) {
        end++;
    }
    return end;
}

/* A preface is one failure, however many segments it has. After so many chances, any byte would be an 8-bit length. */
static bool
count_failure(tally_t *tally, const np_framing_t *framing)
{
    bool is_preface = tally->messages < MAX_PREFACE;

    if (is_preface && tally->has_preface && framing->width > 1) {
        return ++tally->skipped <= MAX_SKIPPED;
    }
    tally->has_preface |= is_preface;
    return ++tally->failures <= failures_allowed(tally);
}

/* Goes on with the next segment. False: there were too many failures. */
static bool
restart_walk(walk_t *walk, tally_t *tally, const np_framing_t *framing)
{
    const run_t *run = walk->run;

    if (!count_failure(tally, framing)) {
        return false;
    }
    walk->end = next_end(walk);
    tally->ends++;
    walk->at = walk->end < run->end_count ? run->ends[walk->end] : run->length;
    walk->last_hit = walk->at;
    walk->messages = 0;
    return true;
}

static bool
begins_segment(const walk_t *walk)
{
    unsigned end = next_end(walk);

    return walk->at == (end ? walk->run->ends[end - 1] : 0);
}

static void
count_columns(walk_t *walk, uint32_t message)
{
    const uint8_t *bytes = walk->run->bytes + walk->at;

    for (unsigned i = 0; i < MIN(COLUMNS, message); i++) {
        walk->columns[i].counts[bytes[i]]++;
        walk->columns[i].total++;
    }
}

static void
count_ends(walk_t *walk, tally_t *tally, bool is_high, bool is_bare)
{
    const run_t *run = walk->run;

    for (; walk->end < run->end_count && run->ends[walk->end] <= walk->at; walk->end++) {
        tally->ends++;
        if (run->ends[walk->end] != walk->at) {
            continue;
        }
        tally->hits++;
        tally->high_hits += is_high;
        tally->bare_hits += is_bare;
        if (number_set_add(walk->distances, (uint32_t)(walk->at - walk->last_hit))) {
            tally->distances++;
        } else {
            tally->repeats++;
        }
        walk->last_hit = walk->at;
    }
}

static void
count_message(walk_t *walk, tally_t *tally, const np_framing_t *framing, uint32_t message)
{
    uint32_t field = message - (uint32_t)framing->add;
    bool is_high = framing->width == 1 && field >= 0x80;
    bool is_bare = framing->kind == NP_FRAMING_LENGTH && message == (uint32_t)framing->offset + framing->width;

    tally->high += is_high;
    tally->bare += is_bare;
    if (walk->columns && !(walk->inside && begins_segment(walk))) {
        count_columns(walk, message);
    }
    if (framing->kind == NP_FRAMING_LENGTH) {
        tally->field_bits |= field;
    }
    tally->messages++;
    walk->messages++;
    tally->covered += message;
    tally->empty += message == 1;
    tally->lengths += number_set_add(walk->lengths, message);
    walk->at += message;
    count_ends(walk, tally, is_high, is_bare && !walk->after_bare);
    walk->after_bare = is_bare;
}

/* Messages across many segments need earlier ones to confirm them. */
static bool
may_be_unfinished(const walk_t *walk, uint32_t message)
{
    unsigned left = walk->run->end_count - next_end(walk);

    return left <= 2 || (walk->messages >= 4 && message <= 0x10000);
}

/* A long message fills its segments. */
static bool
fills_segments(const walk_t *walk)
{
    size_t segments = walk->run->end_count - next_end(walk);

    return segments <= MAX_SHORT_SEGMENTS || walk->run->length - walk->at >= segments * FULL_SEGMENT;
}

/* Any byte can be an 8-bit length. */
static bool
is_hopeless(const np_framing_t *framing, const tally_t *tally)
{
    if (framing->kind != NP_FRAMING_LENGTH) {
        return false;
    }
    return (tally->messages >= MIN_ZEROS && tally->field_bits == 0)
        || (framing->width == 1 && tally->ends >= MIN_ENDS && tally->hits * 4 < tally->ends);
}

static bool
takes_step(const walk_t *walk, const np_framing_t *framing, const tally_t *tally)
{
    if (!walk->steps) {
        return true;
    }
    if (*walk->steps == 0 || is_hopeless(framing, tally)) {
        return false;
    }
    --*walk->steps;
    return true;
}

static bool
walk_run(walk_t *walk, tally_t *tally, const np_framing_t *framing)
{
    const run_t *run = walk->run;

    while (walk->at < run->length) {
        uint32_t message = 0;
        size_t left = run->length - walk->at;
        np_cut_t cut;

        if (!takes_step(walk, framing, tally)) {
            return false;
        }
        cut = np_framing_cut(framing, run->bytes + walk->at, left, 0, &message);
        if (cut == NP_CUT_LENGTH && message <= left) {
            count_message(walk, tally, framing, message);
        } else if (cut != NP_CUT_BAD && may_be_unfinished(walk, message)) {
            return fills_segments(walk);
        } else if (!restart_walk(walk, tally, framing)) {
            return false;
        }
    }
    return true;
}

static bool
walk_runs(const stream_t *stream, const walk_t *begin, const np_framing_t *framing, tally_t *tally)
{
    number_set_t lengths = { { 0 } }, distances = { { 0 } };

    memset(tally, 0, sizeof *tally);
    for (unsigned i = 0; i < stream->run_count; i++) {
        walk_t walk = *begin;

        walk.run = &stream->runs[i];
        walk.lengths = &lengths;
        walk.distances = &distances;
        if (!walk_run(&walk, tally, framing)) {
            return false;
        }
    }
    return tally->messages > 0;
}

bool
np_stream_walk(const stream_t *stream, const np_framing_t *framing, tally_t *tally, unsigned *steps)
{
    const walk_t begin = { .steps = steps };

    return walk_runs(stream, &begin, framing, tally);
}

void
np_stream_fill_columns(const stream_t *stream, const np_framing_t *framing, bool inside, column_t columns[COLUMNS])
{
    unsigned steps = COLUMN_MESSAGES;
    const walk_t begin = { .columns = columns, .inside = inside, .steps = &steps };
    tally_t tally;

    walk_runs(stream, &begin, framing, &tally);
}
