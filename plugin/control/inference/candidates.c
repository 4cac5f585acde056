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

/* Ignores a framing that is already listed. Drops the worst candidate from a full list. */
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

#define OFFSETS 32          /* offsets tried */
#define MAX_ADD 1024        /* constants tried, up or down */
#define STARTS 4            /* segments tried as the start of a message */
#define MESSAGE_ENDS 4      /* segment ends tried as its end */
#define ONE_LENGTH_FIELD 40 /* bits: a field seldom holds the only message length by chance */
#define ONE_LENGTH_OTHER 8
#define MIN_HALVES 3 /* messages that end with their length field */

/* Evidence if all messages have one length. inference.c limits the confidence. */
static double
bits_of_one_length(const np_framing_t *framing, const tally_t *tally)
{
    if (framing->kind != NP_FRAMING_LENGTH) {
        return ONE_LENGTH_OTHER;
    }
    return framing->width > 1 && np_framing_is_natural(framing) && tally->hits == tally->ends ? ONE_LENGTH_FIELD : 0;
}

/* True if only values below 128 are lengths: the field has a variable width (BER, MQTT). */
static bool
has_variable_width(const tally_t *tally)
{
    return tally->high && tally->high_hits * 2 < tally->high && tally->hits * 2 > tally->messages;
}

/* True if about every other message consists of a length field only: the two fields are halves of a wider one. */
static bool
is_half_a_field(const tally_t *tally)
{
    return tally->bare >= MIN_HALVES && tally->bare_hits == 0 && tally->bare * 5 >= tally->messages * 2;
}

/* What is being searched. */
typedef struct {
    const stream_t *stream;
    shortlist_t *list;
    size_t room;    /* bytes in both directions */
    unsigned steps; /* messages that may still be tried */
} search_t;

/* Returns false if the framing does not fit or has no evidence. */
static bool
weigh_framing(search_t *search, const np_framing_t *framing, candidate_t *candidate)
{
    const stream_t *stream = search->stream;
    tally_t *tally = &candidate->tally;

    candidate->framing = *framing;
    if ((size_t)(framing->offset + framing->width) * MIN_MESSAGES > search->room
        || !np_stream_try(stream, framing, tally, &search->steps) || has_variable_width(tally) || is_half_a_field(tally)
        || (framing->kind == NP_FRAMING_LENGTH && tally->field_bits == 0)
        || (tally->lengths == 1 && bits_of_one_length(framing, tally) == 0)
        || (double)tally->covered < MIN_COVER / 2 * (double)stream->length) {
        return false;
    }
    candidate->bits =
        np_bits_of_ends(stream, tally) + np_bits_of_zeros(stream, framing, tally) - np_bits_of_choice(framing);
    return true;
}

/* True if the bytes at the start of messages could still make the candidate credible. */
static bool
has_prospects(const candidate_t *candidate)
{
    double bits = candidate->bits + MAX_COLUMN_BITS - (has_loose_ends(&candidate->tally) ? LOOSE_ENDS : 0);

    if (candidate->tally.lengths == 1) {
        bits += bits_of_one_length(&candidate->framing, &candidate->tally);
    }
    return bits >= -4 * log2(1 - MIN_CONFIDENCE);
}

/* Returns whether the framing fits. */
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

/* Common constants, and those that make messages end with segments. */
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
    for (unsigned more = 1; more <= 2; more++) { /* the same, if the field is the lower part of a wider one */
        add_constant(constants, field->little ? header + more : field->offset - more);
    }
    for (unsigned usual = (header + 2) & ~1U; usual <= 32; usual += 2) {
        add_constant(constants, usual);
    }
    for (int32_t less = -1; less >= -4; less *= 2) {
        add_constant(constants, less);
    }
    for (unsigned start = 0; start < MIN(STARTS, run->end_count); start++) {
        size_t at = start ? run->ends[start - 1] : 0;

        if (run->length - at < header) {
            return;
        }
        for (unsigned end = start; end < MIN(start + MESSAGE_ENDS, run->end_count); end++) {
            add_constant(constants,
                         (int64_t)(run->ends[end] - at)
                             - np_framing_number(run->bytes + at + field->offset, field->width, field->little));
        }
    }
}

/* Tries fields of 24 and 32 bits with the same two lower bytes. */
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

/* The bytes collected seldom hold a message of 64 KiB, so a wider field divides them as its lower 16 bits do, which are
 * tried first. Any byte divides a stream into messages: 8 bits come last. */
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

#define MIN_TEXT_CRLF 0.95   /* share of text bytes */
#define MIN_TEXT 0.98        /* the same for LF and NUL */
#define MIN_LOOSE_TEXT 0.995 /* the same for NUL, if most segments end within a message */

/* True for text with enough delimiters. A few delimiters in one segment prove nothing. */
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
    if (kind == NP_FRAMING_NUL) { /* binary headers contain NULs, but not at segment ends */
        text += (double)tally->messages / (double)stream->length;
        return text >= (has_loose_ends(tally) ? MIN_LOOSE_TEXT : MIN_TEXT) && tally->empty * 16 <= tally->messages
            && stream->bytes[0] != '\0';
    }
    return text >= MIN_TEXT;
}

/* Lines may have equal lengths or cross segments, since text seldom contains line ends within a line. LF is not tried
 * if CRLF fits, as it would fit too. */
static void
try_lines(const stream_t *stream, shortlist_t *list)
{
    static const np_framing_kind_t kinds[] = { NP_FRAMING_CRLF, NP_FRAMING_LF, NP_FRAMING_NUL };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        candidate_t candidate = { .framing = { .kind = kinds[i] } };
        tally_t *tally = &candidate.tally;
        bool is_crlf = kinds[i] == NP_FRAMING_CRLF;

        if (stream->text + (is_crlf || kinds[i] == NP_FRAMING_LF ? 0 : stream->zeros) < MIN_TEXT_CRLF
            || !np_stream_walk(stream, &candidate.framing, tally) || !may_be_lines(stream, kinds[i], tally)) {
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

#define MIN_FIXED 4 /* bytes */
#define MAX_FIXED 256
#define MIN_FIXED_MESSAGES 6
#define MIN_COLUMN_BITS 1.5     /* if all segments end with a message */
#define MIN_LOOSE_COLUMN_BITS 5 /* otherwise */
#define MOST_OF_BEST 0.75       /* share of the best size's bits that suffices for a smaller size */
#define PART_OF_BEST 0.5        /* the same for a divisor of the best size */
#define FIXED_BYTES 2048        /* bytes of a stream that are compared with those one message earlier */

/* Bits per byte gained from bytes that repeat one message later. */
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

/* The size at which the stream repeats best, of those that divide the divisor or that it divides. Multiples repeat as well, so a smaller size that is nearly as good wins. A
 * divisor wins sooner: if message types alternate, pairs repeat better than single messages. */
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

/* The largest size that divides all segments. */
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

/* Equal segment sizes alone prove little: padded ciphertext has them, too. */
static void
try_size(const stream_t *stream, unsigned size, shortlist_t *list)
{
    candidate_t candidate = { .framing = { .kind = NP_FRAMING_FIXED, .add = (int32_t)size } };

    if (size < MIN_FIXED || size > MAX_FIXED * 4 || !np_stream_walk(stream, &candidate.framing, &candidate.tally)
        || candidate.tally.messages < MIN_FIXED_MESSAGES) {
        return;
    }
    candidate.columns = np_bits_of_columns(stream, &candidate.framing);
    if (candidate.columns < (candidate.tally.hits == candidate.tally.ends ? MIN_COLUMN_BITS : MIN_LOOSE_COLUMN_BITS)) {
        return;
    }
    candidate.bits = np_bits_of_ends(stream, &candidate.tally) - np_bits_of_choice(&candidate.framing);
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
        return; /* segments end anywhere: every size is possible, but none is certain */
    }
    try_size(stream, best_period(stream, &stream->runs[0], divisor < MIN_FIXED ? 1 : divisor), list);
}

#define STEPS_PER_BYTE 1
#define MIN_STEPS 0x3000

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
    for (unsigned i = 0; i < list->count; i++) {
        list->items[i].columns = np_bits_of_columns(stream, &list->items[i].framing);
    }
    try_lines(stream, list);
    try_fixed(stream, is_last, list);
    for (unsigned i = 0; i < list->count; i++) {
        if (list->items[i].tally.lengths == 1 && list->items[i].tally.messages >= MIN_MESSAGES) {
            list->items[i].bits += bits_of_one_length(&list->items[i].framing, &list->items[i].tally);
        }
    }
    sort_shortlist(list);
}

/* Adds the framing even if the stream alone would not make it credible. */
static candidate_t *
get_or_try(shortlist_t *list, const stream_t *stream, const np_framing_t *framing)
{
    search_t search = { .stream = stream, .list = list, .room = SIZE_MAX, .steps = UINT_MAX };
    candidate_t candidate = { .support = 0 };

    if (!shortlist_get(list, framing) && weigh_framing(&search, framing, &candidate)) {
        candidate.columns = np_bits_of_columns(stream, framing);
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
