/* inference.c
 * Which framing does a byte stream have?
 *
 * Every candidate is walked over the stream, message by message. What speaks for it is counted in
 * bits: how much less likely would this be if the candidate were a chance reading of other bytes?
 *
 *   ends      messages end where segments do, more often than as many random boundaries would.
 *             Only messages of different lengths count: equal ones end there by being equal.
 *   zeros     the field's upper bytes are zero in every message, which in a random place they are
 *             not; again for different lengths only
 *   columns   the bytes at one offset of the messages are alike (types, magic numbers), more than
 *             bytes of the stream are
 *
 * From that the bits are taken that choosing among so many candidates gives away, more for unusual
 * fields. The confidence follows from the rest, and from how many messages there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/framing.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#define OFFSETS     32      /* a length field begins at one of these */
#define COLUMNS     12      /* bytes of the messages' begin that are compared */
#define COLUMN_BYTES 32     /* of the stream that give columns the weight of a message ... */
#define COLUMN_WEIGHT 30    /* ... up to that many */
#define SHORTLIST   24      /* candidates that are looked at closely */
#define MOST_PREFACE 3      /* messages before the first failure: else they are messages indeed */
#define STARTS      4       /* segments that may be the first to begin with a message */
#define MESSAGE_ENDS 4      /* segment ends after it at which that message may end */
#define MOST_ADD    1024    /* constants to add that are tried, up or down */
#define LEAST_TEXT  0.95    /* of the bytes must be text where CRLF is claimed */
#define MOST_TEXT   0.98    /* ... where less telling delimiters are */
#define MOST_COLUMNS 12     /* bits of columns that count for the confidence */
#define LEAST_MESSAGES 5    /* for any claim, those of the other direction included */
#define LEAST_COVER 0.75    /* of the bytes must be explained */
#define LEAST_CLAIM 0.6     /* confidence below which nothing is claimed */
#define ONE_LENGTH  0.85    /* ... that all messages being of one length can give at most */
#define SMALL_BYTE  0.85    /* ... and an 8 bit field below 128: it may be of variable width (BER, MQTT) */
#define MANY        100     /* messages that rule that out */
#define RIVALLED    0.85    /* ... and another cut that explains the stream as well ... */
#define NEAR        0.9     /* ... by this share of the bits */
#define LOOSE_ENDS  8       /* bits that segments which end within a message take */
#define LOOSE_SIZE  0.7     /* ... and a fixed size with which segments do not end */

/* A stretch of the stream without gaps. */
typedef struct {
    const uint8_t *bytes;
    size_t length;
    const uint32_t *cuts;       /* where its segments end, ascending; the last one is length */
    unsigned cut_count;
} run_t;

/* A direction's stream, put together. */
typedef struct {
    uint8_t  *bytes;
    uint32_t *cuts;             /* of all runs, relative to their begins */
    run_t    *runs;
    unsigned  run_count;
    size_t    length, pieces;
    double    share[256];       /* of each byte value, never 0 */
    double    text;             /* share of bytes that text has */
} stream_t;

/* What a walk found. */
typedef struct {
    unsigned messages, hits, cuts, failures;
    unsigned distances, repeats;    /* different distances between hits; the others */
    unsigned lengths;               /* different message lengths */
    unsigned empty;                 /* messages of one byte */
    unsigned high, high_hits;       /* messages whose 8 bit length is 128 or more; those that end with a segment */
    size_t   covered;
    bool     has_preface;           /* the stream begins with something else */
    uint32_t field_bits;            /* all values of the length field, or-ed */
} tally_t;

typedef struct {
    np_framing_t framing;
    tally_t      tally;
    double       bits;          /* of ends and zeros, less those of the choice */
    double       columns;       /* ... and of columns, which count fully in the choice alone */
    unsigned     support;       /* messages of the other direction that it explains */
} candidate_t;

typedef struct {
    candidate_t items[SHORTLIST];
    unsigned    count;
} shortlist_t;

/* ---- the stream ----------------------------------------------------------------- */

static bool
is_text(uint8_t byte)
{
    return byte >= 0x80 || g_ascii_isprint(byte) || byte == '\t' || byte == '\r' || byte == '\n';
}

static void
measure(stream_t *stream)
{
    size_t counts[256] = { 0 }, text = 0;

    for (size_t i = 0; i < stream->length; i++) {
        counts[stream->bytes[i]]++;
        text += is_text(stream->bytes[i]);
    }
    for (unsigned i = 0; i < 256; i++) {
        stream->share[i] = ((double)counts[i] + 1) / ((double)stream->length + 256);
    }
    stream->text = stream->length ? (double)text / (double)stream->length : 0;
}

static void
stream_init(stream_t *stream, const np_pieces_t *pieces)
{
    size_t at = 0;
    run_t *run = NULL;

    memset(stream, 0, sizeof *stream);
    stream->pieces = pieces->count;
    for (size_t i = 0; i < pieces->count; i++) {
        stream->length += pieces->pieces[i].length;
    }
    stream->bytes = g_new0(uint8_t, stream->length + 1);
    stream->cuts = g_new(uint32_t, pieces->count + 1);
    stream->runs = g_new(run_t, pieces->count + 1);
    for (size_t i = 0; i < pieces->count; i++) {
        const np_piece_t *piece = &pieces->pieces[i];

        if (!run || !piece->continues) {
            run = &stream->runs[stream->run_count++];
            *run = (run_t){ .bytes = stream->bytes + at, .cuts = stream->cuts + i };
        }
        memcpy(stream->bytes + at, piece->bytes, piece->length);
        at += piece->length;
        run->length += piece->length;
        stream->cuts[i] = (uint32_t)run->length;
        run->cut_count++;
    }
    measure(stream);
}

static void
stream_clear(stream_t *stream)
{
    g_free(stream->bytes);
    g_free(stream->cuts);
    g_free(stream->runs);
}

/* ---- the walk ---------------------------------------------------------------------- */

/* A set of numbers that may take two for one: exact up to 255. Each walk begins with empty ones, so that they are small. */
typedef struct {
    uint64_t seen[4];
} set_t;

static bool
set_adds(set_t *set, uint32_t number)
{
    uint8_t place = (uint8_t)(number < 256 ? number : (number * 2654435761U) >> 24);
    uint64_t *seen = &set->seen[place / 64], bit = UINT64_C(1) << place % 64;
    bool is_new = !(*seen & bit);

    *seen |= bit;
    return is_new;
}

/* Values at one offset of the messages. */
typedef struct {
    unsigned counts[256];
    unsigned total;
} column_t;

/* A walk over one run. */
typedef struct {
    const run_t *run;
    size_t   at;                /* where the next message begins */
    size_t   last_hit;
    unsigned cut;               /* index of the first cut behind the last message */
    unsigned messages;          /* since it began or failed */
    set_t   *lengths, *distances;
    column_t *columns;          /* NULL: nobody asks */
} walk_t;

static unsigned
failures_allowed(const tally_t *tally)
{
    return 2 + tally->messages / 16;
}

/* The index of the first cut behind the place that the walk has come to. */
static unsigned
cut_ahead(const walk_t *walk)
{
    const run_t *run = walk->run;
    unsigned cut = walk->cut;

    while (cut < run->cut_count && run->cuts[cut] <= walk->at) {
        cut++;
    }
    return cut;
}

/* After a failure: the next segment begins a message, maybe. */
static bool
walk_restarts(walk_t *walk, tally_t *tally)
{
    const run_t *run = walk->run;

    if (++tally->failures > failures_allowed(tally)) {
        return false;
    }
    tally->has_preface |= tally->messages < MOST_PREFACE;
    walk->cut = cut_ahead(walk);
    tally->cuts++;
    walk->at = walk->cut < run->cut_count ? run->cuts[walk->cut] : run->length;
    walk->last_hit = walk->at;
    walk->messages = 0;
    return true;
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
walk_steps(walk_t *walk, tally_t *tally, const np_framing_t *framing, uint32_t message)
{
    const run_t *run = walk->run;
    bool is_high = framing->width == 1 && message - (uint32_t)framing->add >= 0x80;

    tally->high += is_high;
    if (walk->columns) {
        count_columns(walk, message);
    }
    if (framing->kind == NP_FRAMING_LENGTH) {
        tally->field_bits |= message - (uint32_t)framing->add;
    }
    tally->messages++;
    walk->messages++;
    tally->covered += message;
    tally->empty += message == 1;
    tally->lengths += set_adds(walk->lengths, message);
    walk->at += message;
    for (; walk->cut < run->cut_count && run->cuts[walk->cut] <= walk->at; walk->cut++) {
        tally->cuts++;
        if (run->cuts[walk->cut] != walk->at) {
            continue;
        }
        tally->hits++;
        tally->high_hits += is_high;
        if (set_adds(walk->distances, (uint32_t)(walk->at - walk->last_hit))) {
            tally->distances++;
        } else {
            tally->repeats++;
        }
        walk->last_hit = walk->at;
    }
}

/* May a message go on behind the run's end? Not if it swallows segments before others have shown that lengths are
 * to be believed here. */
static bool
may_be_unfinished(const walk_t *walk, uint32_t message)
{
    unsigned left = walk->run->cut_count - cut_ahead(walk);

    return left <= 2 || (walk->messages >= 4 && message <= 0x10000);
}

static bool
walk_run(walk_t *walk, tally_t *tally, const np_framing_t *framing)
{
    const run_t *run = walk->run;

    while (walk->at < run->length) {
        uint32_t message = 0;
        size_t left = run->length - walk->at;
        np_cut_t cut = np_framing_cut(framing, run->bytes + walk->at, left, 0, &message);

        if (cut == NP_CUT_LENGTH && message <= left) {
            walk_steps(walk, tally, framing, message);
        } else if (cut != NP_CUT_BAD && may_be_unfinished(walk, message)) {
            return true;
        } else if (!walk_restarts(walk, tally)) {
            return false;
        }
    }
    return true;
}

/* False where the framing does not explain the stream. columns: COLUMNS of them to fill, or NULL. */
static bool
walk_stream(const stream_t *stream, const np_framing_t *framing, tally_t *tally, column_t *columns)
{
    set_t lengths = { { 0 } }, distances = { { 0 } };

    memset(tally, 0, sizeof *tally);
    for (unsigned i = 0; i < stream->run_count; i++) {
        walk_t walk = { .run = &stream->runs[i], .lengths = &lengths, .distances = &distances,
                        .columns = columns };

        if (!walk_run(&walk, tally, framing)) {
            return false;
        }
    }
    return tally->messages > 0;
}

/* ---- bits ------------------------------------------------------------------------- */

/* Of one segment end: how much likelier is it that messages end there as often as they do, if they do for a reason? */
static double
bits_per_hit(const stream_t *stream, const tally_t *tally)
{
    double chance = ((double)tally->messages + 1) / ((double)stream->length + 2);
    double hits = tally->hits, cuts = tally->cuts;
    double rate = hits / cuts, bits;

    if (rate <= chance) {
        return 0;
    }
    bits = hits * log2(rate / chance);
    if (tally->hits < tally->cuts) {
        bits += (cuts - hits) * log2((1 - rate) / (1 - chance));
    }
    return MIN(bits / hits, 8);
}

static double
bits_of_ends(const stream_t *stream, const tally_t *tally)
{
    double weight;

    if (tally->hits < 2 || tally->distances < 2) {
        return 0;
    }
    weight = tally->distances - 1 + MIN(tally->repeats / 8.0, tally->distances);
    return weight * bits_per_hit(stream, tally);
}

/* Upper bytes of the field that are zero in every message. */
static unsigned
zero_bytes(const np_framing_t *framing, const tally_t *tally)
{
    unsigned zeros = 0;

    for (unsigned i = framing->width; i > 1 && !(tally->field_bits >> (8 * (i - 1)) & 0xff); i--) {
        zeros++;
    }
    return zeros;
}

static double
bits_of_zeros(const stream_t *stream, const np_framing_t *framing, const tally_t *tally)
{
    double per_byte = MIN(-log2(stream->share[0]), 4);

    if (framing->kind != NP_FRAMING_LENGTH || tally->lengths < 2) {
        return 0;
    }
    return MIN((tally->lengths - 1) * zero_bytes(framing, tally) * per_byte, 24);
}

/* Do most segments end within a message? */
static bool
has_loose_ends(const tally_t *tally)
{
    return tally->hits * 2 < tally->cuts;
}

/* Lengths count the whole message, or what follows the field, or the field, too. */
static bool
is_natural(const np_framing_t *framing)
{
    return framing->add == 0 || framing->add == framing->offset || framing->add == framing->offset + framing->width;
}

/* What is unusual must show itself the clearer. */
static double
bits_of_choice(const np_framing_t *framing)
{
    double bits = 4;

    if (framing->kind != NP_FRAMING_LENGTH) {
        return bits;
    }
    bits += log2(1 + framing->offset) + (framing->little ? 0.5 : 0) + ((framing->offset % framing->width) ? 1 : 0);
    if (framing->width == 1 || framing->width == 3) {
        bits += 1.5;
    }
    if (is_natural(framing)) {
        return bits;
    }
    return bits + (framing->add > framing->offset + framing->width && framing->add <= 64 ? 2 : 5);
}

/* How much better do the column's own shares tell its bytes than the stream's do? Its values are paid for. */
static double
bits_of_column(const stream_t *stream, const column_t *column)
{
    double bits = 0, total = column->total;
    unsigned left = column->total;

    for (unsigned value = 0; left > 0; left -= column->counts[value++]) {
        double count = column->counts[value];

        if (count > 0) {
            bits += count * log2(count / total / stream->share[value]) - 0.5 * log2(total + 1) - 4;
        }
    }
    return MAX(bits, 0);
}

/* On the average of the messages' bytes, weighed by the stream's length: else the shorter messages are, the more they
 * would say. */
static double
bits_of_columns(const stream_t *stream, const np_framing_t *framing)
{
    column_t columns[COLUMNS] = { { { 0 }, 0 } };
    double bits = 0, bytes = 0;
    tally_t tally;

    walk_stream(stream, framing, &tally, columns);
    for (unsigned i = 0; i < COLUMNS; i++) {
        bool in_field = framing->kind == NP_FRAMING_LENGTH && i >= framing->offset
                     && i < (unsigned)framing->offset + framing->width;

        if (!in_field && columns[i].total > 1) {
            bits += bits_of_column(stream, &columns[i]);
            bytes += columns[i].total;
        }
    }
    return bytes > 0 ? bits / bytes * MIN((double)stream->length / COLUMN_BYTES, COLUMN_WEIGHT) : 0;
}

/* ---- candidates ---------------------------------------------------------------------- */

/* For the choice between candidates. Of two with the same ends the one with fewer messages is the simpler. */
static double
rank(const candidate_t *candidate)
{
    const tally_t *tally = &candidate->tally;
    return candidate->bits + candidate->columns + 10.0 * tally->hits / tally->messages;
}

/* Keeps the best, best first. */
static void
shortlist_add(shortlist_t *list, const candidate_t *candidate)
{
    unsigned place = list->count;

    for (unsigned i = 0; i < list->count; i++) {
        if (np_framing_equal(&list->items[i].framing, &candidate->framing)) {
            return;
        }
    }
    while (place > 0 && rank(&list->items[place - 1]) < rank(candidate)) {
        place--;
    }
    if (place == SHORTLIST) {
        return;
    }
    list->count = MIN(list->count + 1, SHORTLIST);
    memmove(&list->items[place + 1], &list->items[place], (list->count - 1 - place) * sizeof list->items[0]);
    list->items[place] = *candidate;
}

/* Messages of one length alone: a field that says so, where there is a usual one, or else a fixed size. */
static double
bits_of_one_length(const np_framing_t *framing, const tally_t *tally)
{
    if (framing->kind == NP_FRAMING_LENGTH && framing->width > 1 && is_natural(framing)
            && tally->hits == tally->cuts) {
        return 40;      /* it would be a strange accident; how sure it is, is bounded elsewhere */
    }
    return framing->kind == NP_FRAMING_LENGTH ? 0 : 8;
}

/* Where values of 128 or more do not mean lengths, but the others do, the field is of variable width (BER, MQTT). */
static bool
is_variable(const tally_t *tally)
{
    return tally->high && tally->high_hits * 2 < tally->high && tally->hits * 2 > tally->messages;
}

static void
try_framing(const stream_t *stream, const np_framing_t *framing, shortlist_t *list)
{
    candidate_t candidate = { .framing = *framing };

    if (!walk_stream(stream, framing, &candidate.tally, NULL) || is_variable(&candidate.tally)
            || (framing->kind == NP_FRAMING_LENGTH && candidate.tally.field_bits == 0)
            || (candidate.tally.lengths == 1 && bits_of_one_length(framing, &candidate.tally) == 0)
            || (double)candidate.tally.covered < LEAST_COVER / 2 * (double)stream->length) {
        return;
    }
    candidate.bits = bits_of_ends(stream, &candidate.tally) + bits_of_zeros(stream, framing, &candidate.tally)
                   - bits_of_choice(framing);
    shortlist_add(list, &candidate);
}

/* The constants worth a walk: the usual ones, and those that make a message end where a segment does. */
typedef struct {
    int32_t  values[STARTS * MESSAGE_ENDS * 2 + 24];
    unsigned count;
} constants_t;

static void
add_constant(constants_t *constants, int64_t value)
{
    if (value < -MOST_ADD || value > MOST_ADD || constants->count == G_N_ELEMENTS(constants->values)) {
        return;
    }
    for (unsigned i = 0; i < constants->count; i++) {
        if (constants->values[i] == value) {
            return;
        }
    }
    constants->values[constants->count++] = (int32_t)value;
}

static void
find_constants(const run_t *run, const np_framing_t *field, constants_t *constants)
{
    unsigned header = field->offset + field->width;

    add_constant(constants, 0);
    add_constant(constants, field->offset);
    add_constant(constants, header);
    for (unsigned usual = (header + 2) & ~1U; usual <= 32; usual += 2) {
        add_constant(constants, usual);
    }
    for (int32_t less = -1; less >= -4; less *= 2) {
        add_constant(constants, less);
    }
    for (unsigned start = 0; start < MIN(STARTS, run->cut_count); start++) {
        size_t at = start ? run->cuts[start - 1] : 0;

        if (run->length - at < header) {
            return;
        }
        for (unsigned end = start; end < MIN(start + MESSAGE_ENDS, run->cut_count); end++) {
            add_constant(constants, (int64_t)(run->cuts[end] - at)
                         - np_framing_number(run->bytes + at + field->offset, field->width, field->little));
        }
    }
}

static void
try_field(const stream_t *stream, np_framing_t *field, shortlist_t *list)
{
    constants_t constants = { .count = 0 };

    for (unsigned i = 0; i < MIN(stream->run_count, 2); i++) {
        find_constants(&stream->runs[i], field, &constants);
    }
    for (unsigned i = 0; i < constants.count; i++) {
        field->add = constants.values[i];
        try_framing(stream, field, list);
    }
}

static void
try_lengths(const stream_t *stream, shortlist_t *list)
{
    for (unsigned offset = 0; offset < OFFSETS; offset++) {
        for (unsigned width = 1; width <= 4; width++) {
            for (unsigned little = 0; little < (width > 1 ? 2U : 1U); little++) {
                np_framing_t field = { .kind = NP_FRAMING_LENGTH, .width = (uint8_t)width, .little = little,
                                       .offset = (uint8_t)offset };
                try_field(stream, &field, list);
            }
        }
    }
}

/* Is this text with that many delimiters in it? A segment alone with a few of them may be one message. */
static bool
may_be_lines(const stream_t *stream, np_framing_kind_t kind, const tally_t *tally)
{
    double text = stream->text;

    if (stream->pieces < 3 && tally->messages < 10) {
        return false;
    }
    if (kind == NP_FRAMING_CRLF) {
        return text >= LEAST_TEXT;
    }
    if (kind == NP_FRAMING_NUL) {       /* in binary headers, too, but not where segments end */
        text += (double)tally->messages / (double)stream->length;
        return text >= MOST_TEXT && !has_loose_ends(tally) && tally->empty * 16 <= tally->messages;
    }
    return text >= MOST_TEXT;
}

/* Lines are text. What ends them, text seldom has otherwise: they need neither end where segments do nor vary in
 * length. A CR before every LF says most. */
static void
try_lines(const stream_t *stream, shortlist_t *list)
{
    static const np_framing_kind_t kinds[] = { NP_FRAMING_CRLF, NP_FRAMING_LF, NP_FRAMING_NUL };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        candidate_t candidate = { .framing = { .kind = kinds[i] } };
        tally_t *tally = &candidate.tally;
        bool is_crlf = kinds[i] == NP_FRAMING_CRLF;

        if (!walk_stream(stream, &candidate.framing, tally, NULL)
                || !may_be_lines(stream, kinds[i], tally)) {
            continue;
        }
        candidate.bits = MIN(tally->messages * (is_crlf ? 4 : 2), 20) - bits_of_choice(&candidate.framing);
        if (tally->hits) {
            candidate.bits += tally->hits * bits_per_hit(stream, tally);
        }
        shortlist_add(list, &candidate);
        if (is_crlf) {
            return;     /* its lines end with LF, too */
        }
    }
}

/* ---- fixed size -------------------------------------------------------------------------- */

#define LEAST_FIXED 4
#define MOST_FIXED  256
#define LEAST_FIXED_MESSAGES 6
#define LEAST_COLUMNS        1.5    /* bits, where all segments end with a message */
#define LEAST_LOOSE_COLUMNS  5      /* ... where not all do */
#define FIXED_BYTES 4096        /* of a stream that are compared with themselves */

/* How many bits does knowing the byte one message before save? */
static double
bits_of_period(const stream_t *stream, const run_t *run, unsigned size)
{
    size_t length = MIN(run->length, FIXED_BYTES);
    double bits = 0;

    for (size_t i = size; i < length; i++) {
        if (run->bytes[i] == run->bytes[i - size]) {
            bits -= log2(stream->share[run->bytes[i]]);
        }
    }
    return length > size ? bits / (double)(length - size) : 0;
}

/* The size for which the stream is most like itself; its multiples are, too, so the least of the best. */
static unsigned
best_period(const stream_t *stream, const run_t *run)
{
    double best = 0, bits[MOST_FIXED + 1] = { 0 };

    for (unsigned size = LEAST_FIXED; size <= MOST_FIXED && (size_t)size * 4 <= run->length; size++) {
        bits[size] = bits_of_period(stream, run, size);
        best = MAX(best, bits[size]);
    }
    for (unsigned size = LEAST_FIXED; best > 0 && size <= MOST_FIXED; size++) {
        if (bits[size] >= 0.75 * best) {
            return size;
        }
    }
    return 0;
}

static unsigned
common_divisor(const stream_t *stream)
{
    unsigned divisor = 0;

    for (unsigned i = 0; i < stream->run_count; i++) {
        for (unsigned cut = 0; cut < stream->runs[i].cut_count; cut++) {
            unsigned a = stream->runs[i].cuts[cut], b = divisor;

            while (b) {
                unsigned rest = a % b;
                a = b;
                b = rest;
            }
            divisor = a;
        }
    }
    return divisor;
}

/* A size that only segments speak for needs columns, too: padded ciphers have segments of equal size. */
static void
try_size(const stream_t *stream, unsigned size, shortlist_t *list)
{
    candidate_t candidate = { .framing = { .kind = NP_FRAMING_FIXED, .add = (int32_t)size } };

    if (size < LEAST_FIXED || size > MOST_FIXED * 4 || !walk_stream(stream, &candidate.framing, &candidate.tally, NULL)
            || candidate.tally.messages < LEAST_FIXED_MESSAGES) {
        return;
    }
    candidate.columns = bits_of_columns(stream, &candidate.framing);
    if (candidate.columns < (candidate.tally.hits == candidate.tally.cuts ? LEAST_COLUMNS : LEAST_LOOSE_COLUMNS)) {
        return;
    }
    candidate.bits = bits_of_ends(stream, &candidate.tally) - bits_of_choice(&candidate.framing);
    shortlist_add(list, &candidate);
}

static void
try_fixed(const stream_t *stream, shortlist_t *list)
{
    if (stream->run_count == 0) {
        return;
    }
    try_size(stream, common_divisor(stream), list);
    try_size(stream, best_period(stream, &stream->runs[0]), list);
}

/* ---- choosing ------------------------------------------------------------------------------ */

/* Do both fields end with the same byte, so that they say the same where the wider one's upper bytes are zero? */
static bool
is_same_field(const np_framing_t *a, const np_framing_t *b)
{
    if (a->kind != NP_FRAMING_LENGTH || b->kind != NP_FRAMING_LENGTH || a->add != b->add) {
        return false;
    }
    if (a->width > 1 && b->width > 1 && a->little != b->little) {
        return false;
    }
    if (a->little || b->little) {
        return a->offset == b->offset;
    }
    return a->offset + a->width == b->offset + b->width;
}

/* A field that its constant fits, one in its natural place, one of 32 or 16 bits rather than 24 or 8: in this order. */
static unsigned
preference(const np_framing_t *framing)
{
    static const unsigned by_width[] = { 0, 1, 3, 2, 4 };
    bool is_usual = framing->width == 2 || framing->width == 4;
    bool in_place = is_usual && framing->offset % framing->width == 0;

    return (is_natural(framing) ? 16 : 0) + (in_place ? 8 : 0) + by_width[framing->width];
}

static unsigned
width_of(const np_framing_t *framing)
{
    return framing->width;
}

/* A narrower field that explains messages which are too short for the wider one: that has read zeros behind it. */
static const candidate_t *
narrower_field(const shortlist_t *list, const candidate_t *best)
{
    for (unsigned i = 0; i < list->count; i++) {
        const candidate_t *other = &list->items[i];

        if (is_same_field(&other->framing, &best->framing) && other->framing.width < best->framing.width
                && other->tally.messages > best->tally.messages && other->tally.hits >= best->tally.hits
                && other->tally.failures <= best->tally.failures) {
            return other;
        }
    }
    return best;
}

/* Of the fields that tile alike, the one of the greatest merit. */
static const candidate_t *
field_alike(const shortlist_t *list, const candidate_t *best, unsigned (*merit)(const np_framing_t *framing))
{
    const candidate_t *chosen = best;

    for (unsigned i = 0; i < list->count; i++) {
        const candidate_t *other = &list->items[i];

        if (is_same_field(&other->framing, &best->framing) && other->tally.messages == best->tally.messages
                && other->tally.hits == best->tally.hits && other->tally.failures == best->tally.failures
                && merit(&other->framing) > merit(&chosen->framing)) {
            chosen = other;
        }
    }
    return chosen;
}

static void
sort_shortlist(shortlist_t *list)
{
    shortlist_t sorted = { .count = 0 };

    for (unsigned i = 0; i < list->count; i++) {
        shortlist_add(&sorted, &list->items[i]);
    }
    *list = sorted;
}

static void
find_candidates(const stream_t *stream, shortlist_t *list)
{
    list->count = 0;
    if (stream->length == 0) {
        return;
    }
    try_lengths(stream, list);
    for (unsigned i = 0; i < list->count; i++) {
        list->items[i].columns = bits_of_columns(stream, &list->items[i].framing);
    }
    try_lines(stream, list);
    try_fixed(stream, list);
    for (unsigned i = 0; i < list->count; i++) {
        if (list->items[i].tally.lengths == 1 && list->items[i].tally.messages >= LEAST_MESSAGES) {
            list->items[i].bits += bits_of_one_length(&list->items[i].framing, &list->items[i].tally);
        }
    }
    sort_shortlist(list);
}

/* What explains the other direction well is likelier here. */
static void
weigh_other(const stream_t *stream, shortlist_t *list, const shortlist_t *other)
{
    for (unsigned i = 0; i < MIN(other->count, 4); i++) {
        const candidate_t *theirs = &other->items[i];
        tally_t tally;

        if (theirs->framing.kind != NP_FRAMING_LENGTH || theirs->bits <= 0
                || !walk_stream(stream, &theirs->framing, &tally, NULL)) {
            continue;
        }
        try_framing(stream, &theirs->framing, list);
        for (unsigned j = 0; j < list->count; j++) {
            if (np_framing_equal(&list->items[j].framing, &theirs->framing)) {
                list->items[j].bits += MIN(theirs->bits / 2, i == 0 ? 10 : 3);
                list->items[j].support = theirs->tally.messages;
            }
        }
    }
    sort_shortlist(list);
}

/* What these bytes cannot tell, however many of their kind there are. */
static double
most_confidence(const candidate_t *candidate)
{
    const tally_t *tally = &candidate->tally;

    if (candidate->framing.kind == NP_FRAMING_FIXED && has_loose_ends(tally)) {
        return LOOSE_SIZE;
    }
    if (tally->lengths == 1 && candidate->framing.kind == NP_FRAMING_LENGTH) {
        return ONE_LENGTH;
    }
    if (candidate->framing.width == 1 && tally->field_bits < 0x80 && tally->messages < MANY) {
        return SMALL_BYTE;
    }
    return 1;
}

static double
confidence_of(const stream_t *stream, const candidate_t *candidate)
{
    const tally_t *tally = &candidate->tally;
    double covered = (double)tally->covered / (double)stream->length;
    double bits = candidate->bits + MIN(candidate->columns, MOST_COLUMNS) - (has_loose_ends(tally) ? LOOSE_ENDS : 0);
    double confidence = 1 - exp2(-bits / 4);

    if (covered < LEAST_COVER || tally->messages + candidate->support < LEAST_MESSAGES) {
        return 0;
    }
    confidence = MIN(confidence, 1 - 1 / (1.0 + tally->messages + candidate->support / 2.0));
    if (has_loose_ends(tally) && candidate->framing.width == 1 && candidate->columns < MOST_COLUMNS) {
        return 0;       /* any byte is a length of 8 bits */
    }
    if (tally->failures) {
        confidence *= MIN(covered + 0.02, 1);
    }
    return CLAMP(confidence, 0, most_confidence(candidate));
}

/* Is there another cut of the stream that is nearly as good? */
static bool
has_rival(const stream_t *stream, const shortlist_t *list, const candidate_t *best)
{
    for (const candidate_t *other = best + 1; other < list->items + list->count && rank(other) > NEAR * rank(best);
            other++) {
        if (!is_same_field(&best->framing, &other->framing) && other->tally.messages != best->tally.messages
                && other->tally.hits >= best->tally.hits
                && confidence_of(stream, other) >= LEAST_CLAIM) {
            return true;
        }
    }
    return false;
}

/* The first that can be claimed. */
static np_guess_t
guess_of(const stream_t *stream, const shortlist_t *list)
{
    np_guess_t guess = { .framing = { .kind = NP_FRAMING_SEGMENT } };

    for (unsigned i = 0; i < list->count; i++) {
        const candidate_t *best = narrower_field(list, &list->items[i]);
        const candidate_t *usual = field_alike(list, best, preference);
        double confidence = MIN(confidence_of(stream, best), confidence_of(stream, usual));

        if (confidence < LEAST_CLAIM) {
            continue;
        }
        guess.framing = usual->framing;
        guess.widest = field_alike(list, best, width_of)->framing;
        guess.confidence = has_rival(stream, list, best) ? MIN(confidence, RIVALLED) : confidence;
        guess.most = MIN(most_confidence(best), most_confidence(usual));
        guess.has_preface = best->tally.has_preface;
        break;
    }
    return guess;
}

void
np_framing_infer(const np_pieces_t pieces[2], np_guess_t guesses[2])
{
    stream_t streams[2];
    shortlist_t lists[2], alone;

    for (unsigned i = 0; i < 2; i++) {
        stream_init(&streams[i], &pieces[i]);
        find_candidates(&streams[i], &lists[i]);
    }
    alone = lists[0];
    weigh_other(&streams[0], &lists[0], &lists[1]);
    weigh_other(&streams[1], &lists[1], &alone);
    for (unsigned i = 0; i < 2; i++) {
        guesses[i] = guess_of(&streams[i], &lists[i]);
        stream_clear(&streams[i]);
    }
}
