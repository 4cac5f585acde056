/* candidates.c
 * Finds and ranks candidate framings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/inference/candidate.h"

#include <math.h>
#include <string.h>

/* ---- the shortlist -------------------------------------------------------------- */

double
np_shortlist_rank(const candidate_t *candidate)
{
    const tally_t *tally = &candidate->tally;

    return candidate->bits + candidate->columns + 10.0 * tally->hits / tally->messages;
}

static candidate_t *
shortlist_get(shortlist_t *list, const np_framing_t *framing)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (np_framing_equal(&list->items[i].framing, framing)) {
            return &list->items[i];
        }
    }
    return NULL;
}

static void
shortlist_add(shortlist_t *list, const candidate_t *candidate)
{
    unsigned place = list->count;

    if (shortlist_get(list, &candidate->framing)) {
        return;
    }
    while (place > 0 && np_shortlist_rank(&list->items[place - 1]) < np_shortlist_rank(candidate)) {
        place--;
    }
    if (place == MAX_CANDIDATES) {
        return;
    }
    list->count = MIN(list->count + 1, MAX_CANDIDATES);
    memmove(&list->items[place + 1], &list->items[place], (list->count - 1 - place) * sizeof list->items[0]);
    list->items[place] = *candidate;
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

/* ---- length fields -------------------------------------------------------------- */

#define OFFSETS 32          /* of the field, from the message's begin */
#define MAX_ADD 1024        /* limit of the constant n, either way */
#define STARTS 4            /* segments that may begin with a message ... */
#define MESSAGE_ENDS 4      /* ... which may end with one of so many segments */
#define ONE_LENGTH_FIELD 40 /* bits; a field seldom equals the only length by chance */
#define ONE_LENGTH_OTHER 8  /* bits */

static double
bits_of_one_length(const np_framing_t *framing, const tally_t *tally)
{
    if (framing->kind != NP_FRAMING_LENGTH) {
        return ONE_LENGTH_OTHER;
    }
    return framing->width > 1 && np_framing_is_natural(framing) && tally->hits == tally->ends ? ONE_LENGTH_FIELD : 0;
}

/* True if only values below 128 are lengths, as in BER and MQTT. */
static bool
has_variable_width(const tally_t *tally)
{
    return tally->high && tally->high_hits * 2 < tally->high && tally->hits * 2 > tally->messages;
}

typedef struct {
    const stream_t *stream;
    shortlist_t *list;
    size_t room;
    unsigned steps; /* messages that may still be tried */
} search_t;

static bool
weigh_framing(search_t *search, const np_framing_t *framing, candidate_t *candidate)
{
    const stream_t *stream = search->stream;
    tally_t *tally = &candidate->tally;

    candidate->framing = *framing;
    if ((size_t)(framing->offset + framing->width) * MIN_MESSAGES > search->room
        || !np_stream_walk(stream, framing, tally, &search->steps) || has_variable_width(tally)
        || is_half_a_field(tally) || (framing->kind == NP_FRAMING_LENGTH && tally->field_bits == 0)
        || (tally->lengths == 1 && bits_of_one_length(framing, tally) == 0)
        || (double)tally->covered < MIN_COVER / 2 * (double)stream->length) {
        return false;
    }
    candidate->bits = np_bits_of_ends(stream, tally) + np_bits_of_zeros(stream, framing, tally)
                    - np_bits_of_choice(framing) - np_bits_of_restarts(tally);
    return true;
}

/* True if the evidence of columns could still make the candidate credible. */
static bool
has_prospects(const candidate_t *candidate)
{
    double bits = candidate->bits + MAX_COLUMN_BITS - (has_loose_ends(&candidate->tally) ? LOOSE_ENDS : 0);

    if (candidate->tally.lengths == 1) {
        bits += bits_of_one_length(&candidate->framing, &candidate->tally);
    }
    return bits >= -4 * log2(1 - MIN_CONFIDENCE);
}

static bool
try_framing(search_t *search, const np_framing_t *framing)
{
    candidate_t candidate = { .support = 0 };

    if (!weigh_framing(search, framing, &candidate)) {
        return false;
    }
    if (has_prospects(&candidate)) {
        shortlist_add(search->list, &candidate);
    }
    return true;
}

/* Constants to try: usual ones, and those with which messages end where segments end. */
typedef struct {
    int32_t values[STARTS * MESSAGE_ENDS * 2 + 26];
    unsigned count;
} constants_t;

static void
add_constant(constants_t *constants, int64_t value)
{
    if (value < -MAX_ADD || value > MAX_ADD || constants->count == G_N_ELEMENTS(constants->values)) {
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
    /* The field may be the lower bytes of a wider one. A constant below 0 wraps here, and is out of range. */
    for (unsigned more = 1; more <= 2; more++) {
        add_constant(constants, field->little ? header + more : field->offset - more);
    }
    /* It may count what follows a longer header ... */
    for (unsigned usual = (header + 2) & ~1U; usual <= 32; usual += 2) {
        add_constant(constants, usual);
    }
    /* ... or more than the message. */
    for (int32_t less = -1; less >= -4; less *= 2) {
        add_constant(constants, less);
    }
    /* Constants with which messages end where segments end. */
    for (unsigned start = 0; start < MIN(STARTS, run->end_count); start++) {
        size_t at = start ? run->ends[start - 1] : 0;
        int64_t number;

        if (run->length - at < header) {
            return;
        }
        number = (int64_t)np_framing_number(run->bytes + at + field->offset, field->width, field->little);
        for (unsigned end = start; end < MIN(start + MESSAGE_ENDS, run->end_count); end++) {
            add_constant(constants, (int64_t)(run->ends[end] - at) - number);
        }
    }
}

static void
try_wider(search_t *search, const np_framing_t *framing)
{
    for (uint8_t more = 1; more <= 2; more++) {
        np_framing_t wider = *framing;

        wider.width = (uint8_t)(framing->width + more);
        wider.offset = (uint8_t)(framing->little ? framing->offset : framing->offset - more);
        if (framing->little || framing->offset >= more) {
            try_framing(search, &wider);
        }
    }
}

static void
try_field(search_t *search, np_framing_t field)
{
    const stream_t *stream = search->stream;
    constants_t constants = { .count = 0 };

    if ((size_t)(field.offset + field.width) * MIN_MESSAGES > search->room) {
        return;
    }
    for (unsigned i = 0; i < MIN(stream->run_count, 2); i++) {
        find_constants(&stream->runs[i], &field, &constants);
    }
    for (unsigned i = 0; i < constants.count; i++) {
        field.add = constants.values[i];
        if (try_framing(search, &field) && field.width > 1) {
            try_wider(search, &field);
        }
    }
}

/* Without messages of 64 KiB, wider fields divide like their lower 16 bits, so 16 bits are tried first. Any byte
 * divides a stream, so 8 bits are tried last. */
static void
try_lengths(search_t *search)
{
    static const struct {
        uint8_t width;
        bool little;
    } forms[] = { { 2, false }, { 2, true }, { 1, false } };

    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        for (unsigned offset = 0; offset < OFFSETS; offset++) {
            try_field(search, (np_framing_t){ .kind = NP_FRAMING_LENGTH,
                                              .width = forms[i].width,
                                              .little = forms[i].little,
                                              .offset = (uint8_t)offset });
        }
    }
}

/* ---- lines ---------------------------------------------------------------------- */

#define MIN_TEXT_CRLF 0.95
#define MIN_TEXT 0.98
#define MIN_LOOSE_TEXT 0.995 /* for NUL, if most segments end within a message */

/* A few delimiters in one segment prove nothing. */
static bool
may_be_lines(const stream_t *stream, np_framing_kind_t kind, const tally_t *tally)
{
    double text = stream->text;

    if (stream->segments < 3 && tally->messages < 10) {
        return false;
    }
    if (kind == NP_FRAMING_CRLF) {
        return text >= MIN_TEXT_CRLF;
    }
    if (kind == NP_FRAMING_NUL) { /* binary headers contain NULs, too */
        text += (double)tally->messages / (double)stream->length;
        return text >= (has_loose_ends(tally) ? MIN_LOOSE_TEXT : MIN_TEXT) && tally->empty * 16 <= tally->messages
            && stream->bytes[0] != '\0' && tally->hits > 0;
    }
    return text >= MIN_TEXT && stream->zeros == 0; /* with zeros: Git's packets */
}

static void
try_lines(const stream_t *stream, shortlist_t *list)
{
    static const np_framing_kind_t kinds[] = { NP_FRAMING_CRLF, NP_FRAMING_LF, NP_FRAMING_NUL };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        candidate_t candidate = { .framing = { .kind = kinds[i] } };
        tally_t *tally = &candidate.tally;
        bool is_crlf = kinds[i] == NP_FRAMING_CRLF;

        if (stream->text + (is_crlf || kinds[i] == NP_FRAMING_LF ? 0 : stream->zeros) < MIN_TEXT_CRLF
            || !np_stream_walk(stream, &candidate.framing, tally, NULL) || !may_be_lines(stream, kinds[i], tally)) {
            continue;
        }
        candidate.bits = MIN(tally->messages * (is_crlf ? 4 : 2), 20) - np_bits_of_choice(&candidate.framing);
        if (tally->hits) {
            candidate.bits += tally->hits * np_bits_per_hit(stream, tally);
        }
        shortlist_add(list, &candidate);
        if (is_crlf) {
            return;
        }
    }
}

/* ---- fixed size ----------------------------------------------------------------- */

#define MIN_FIXED 4       /* bytes */
#define MAX_FIXED 256     /* bytes */
#define MAX_ALIGNMENT 8   /* bytes; sizes up to this may be the alignment of data */
#define MAX_PER_SEGMENT 4 /* messages, on average */
#define MIN_FIXED_MESSAGES 6
#define MIN_COLUMN_BITS 4       /* if all segments end with a message ... */
#define MIN_LOOSE_COLUMN_BITS 5 /* ... or not */
#define MOST_OF_BEST 0.75       /* of the best size's bits, for a smaller size ... */
#define PART_OF_BEST 0.5        /* ... or a divisor */
#define FIXED_BYTES 2048        /* in which repetitions are counted */

/* Bits per byte, of the bytes that are repeated a message later. */
static double
bits_of_period(const stream_t *stream, const run_t *run, unsigned size)
{
    size_t length = MIN(run->length, FIXED_BYTES);
    double bits = 0;

    for (size_t i = size; i < length; i++) {
        if (run->bytes[i] == run->bytes[i - size]) {
            bits += stream->bits[run->bytes[i]];
        }
    }
    return length > size ? bits / (double)(length - size) : 0;
}

/* Returns the size after which bytes repeat best: one that divides divisor, or a multiple of it. Multiples of the right
 * size repeat as well as it does, and pairs of alternating messages better, so a smaller size needs fewer bits. */
static unsigned
best_period(const stream_t *stream, const run_t *run, unsigned divisor)
{
    double bits[MAX_FIXED + 1] = { 0 };
    unsigned best = 0;

    for (unsigned size = MIN_FIXED; size <= MAX_FIXED && (size_t)size * 4 <= run->length; size++) {
        if (divisor % size != 0 && size % divisor != 0) {
            continue;
        }
        bits[size] = bits_of_period(stream, run, size);
        if (bits[size] > bits[best]) {
            best = size;
        }
    }
    for (unsigned size = MIN_FIXED; size < best; size++) {
        if (bits[size] > 0 && bits[size] >= ((best % size) ? MOST_OF_BEST : PART_OF_BEST) * bits[best]) {
            return size;
        }
    }
    return best;
}

static unsigned
common_divisor(unsigned a, unsigned b)
{
    while (b) {
        unsigned rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static unsigned
segment_divisor(const stream_t *stream)
{
    unsigned divisor = 0;

    for (unsigned i = 0; i < stream->run_count; i++) {
        for (unsigned end = 0; end < stream->runs[i].end_count; end++) {
            divisor = common_divisor(stream->runs[i].ends[end], divisor);
        }
    }
    return divisor;
}

/* True if these are strings of mostly one length, not several of different lengths in each message. */
static bool
are_strings(const stream_t *stream, const tally_t *sizes)
{
    const np_framing_t strings = { .kind = NP_FRAMING_NUL };
    tally_t tally;

    return stream->text + stream->zeros >= MIN_TEXT && stream->zeros > 0
        && np_stream_walk(stream, &strings, &tally, NULL)
        && (tally.lengths == 1 || tally.messages * 2 < sizes->messages * 3);
}

/* Equal segments prove little: padded ciphertext has them, too. Segments of many messages prove nothing: buffers are
 * multiples of many sizes, and aligned data repeat at theirs. */
static void
try_size(const stream_t *stream, unsigned size, shortlist_t *list)
{
    candidate_t candidate = { .framing = { .kind = NP_FRAMING_FIXED, .size = size } };
    const tally_t *tally = &candidate.tally;
    bool is_exact, has_few;

    if (size < MIN_FIXED || size > MAX_FIXED * 4 || !np_stream_walk(stream, &candidate.framing, &candidate.tally, NULL)
        || tally->messages < MIN_FIXED_MESSAGES || are_strings(stream, tally)) {
        return;
    }
    has_few = tally->messages <= MAX_PER_SEGMENT * tally->ends;
    is_exact = has_few && tally->hits == tally->ends;
    candidate.columns = np_bits_of_columns(stream, &candidate.framing, tally);
    if (candidate.columns < (is_exact ? MIN_COLUMN_BITS : MIN_LOOSE_COLUMN_BITS)
        || (size <= MAX_ALIGNMENT && !has_few)) {
        return;
    }
    candidate.bits = (has_few ? np_bits_of_ends(stream, tally) : 0) - np_bits_of_choice(&candidate.framing);
    shortlist_add(list, &candidate);
}

static void
try_fixed(const stream_t *stream, bool is_last, shortlist_t *list)
{
    unsigned divisor;

    if (stream->run_count == 0) {
        return;
    }
    divisor = segment_divisor(stream);
    try_size(stream, divisor, list);
    if (divisor < MIN_FIXED && !is_last) {
        return;
    }
    try_size(stream, best_period(stream, &stream->runs[0], divisor < MIN_FIXED ? 1 : divisor), list);
}

/* Messages that may be tried, so that the time is proportional to the bytes. */
#define STEPS_PER_BYTE 1
#define MIN_STEPS 0x5000

static void
weigh_columns(shortlist_t *list, const stream_t *stream)
{
    for (unsigned i = 0; i < list->count; i++) {
        candidate_t *candidate = &list->items[i];

        candidate->columns = np_bits_of_columns(stream, &candidate->framing, &candidate->tally);
    }
}

void
np_shortlist_find(shortlist_t *list, const stream_t *stream, size_t room, bool is_last)
{
    search_t search = {
        .stream = stream, .list = list, .room = room, .steps = MIN_STEPS + STEPS_PER_BYTE * (unsigned)stream->length
    };

    list->count = 0;
    if (stream->length == 0) {
        return;
    }
    try_lengths(&search);
    weigh_columns(list, stream);
    try_lines(stream, list);
    try_fixed(stream, is_last, list);
    for (unsigned i = 0; i < list->count; i++) {
        if (list->items[i].tally.lengths == 1 && list->items[i].tally.messages >= MIN_MESSAGES) {
            list->items[i].bits += bits_of_one_length(&list->items[i].framing, &list->items[i].tally);
        }
    }
    sort_shortlist(list);
}

/* Adds the framing even if the stream alone does not make it credible. */
static candidate_t *
get_or_try(shortlist_t *list, const stream_t *stream, const np_framing_t *framing)
{
    search_t search = { .stream = stream, .list = list, .room = SIZE_MAX, .steps = UINT_MAX };
    candidate_t candidate = { .support = 0 };

    if (!shortlist_get(list, framing) && weigh_framing(&search, framing, &candidate)) {
        candidate.columns = np_bits_of_columns(stream, framing, &candidate.tally);
        shortlist_add(list, &candidate);
    }
    return shortlist_get(list, framing);
}

void
np_shortlist_weigh_other(shortlist_t *list, const stream_t *stream, const shortlist_t *other)
{
    for (unsigned i = 0; i < MIN(other->count, 4); i++) {
        const candidate_t *theirs = &other->items[i];
        candidate_t *ours;

        if (theirs->framing.kind != NP_FRAMING_LENGTH || theirs->bits <= 0) {
            continue;
        }
        ours = get_or_try(list, stream, &theirs->framing);
        if (ours) {
            ours->bits += MIN(theirs->bits / 2, i == 0 ? 10 : 3);
            ours->support = theirs->tally.messages;
        }
    }
    sort_shortlist(list);
}
