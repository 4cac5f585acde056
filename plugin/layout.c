/* layout.c
 * What the fields of unknown messages look like: found from the messages alone
 *
 * Each detector looks at one reading of the header (offset, width, byte order) over all messages of
 * a direction and says how sure it is. The surest claims are taken first; what they leave is
 * constant, padding or unknown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "layout.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define LEAST_MESSAGES 3
#define TIME_SLACK     10.0     /* seconds that clocks may differ */
#define ECHO_WINDOW    8        /* messages of the other side among which an echo is looked for */
#define MOST_TYPES     32
#define MOST_FLAGS     12       /* values of a byte of flags */
#define LEAST_TYPE     0.45     /* confidence, below which a field of few values is unknown */
#define MOST_STEP      16       /* of a sequence number */
#define NTP_EPOCH      2208988800.0

static const char *kind_names[] = {
    [NP_LAYOUT_CONSTANT] = "Constant", [NP_LAYOUT_LENGTH] = "Length", [NP_LAYOUT_TYPE] = "Type",
    [NP_LAYOUT_SEQUENCE] = "Sequence", [NP_LAYOUT_TRANSACTION] = "Transaction", [NP_LAYOUT_FLAGS] = "Flags",
    [NP_LAYOUT_TIME] = "Time", [NP_LAYOUT_ADDRESS] = "Address", [NP_LAYOUT_PORT] = "Port",
    [NP_LAYOUT_COUNTER] = "Counter", [NP_LAYOUT_TEXT] = "Text", [NP_LAYOUT_PADDING] = "Padding",
    [NP_LAYOUT_HIGH_ENTROPY] = "High entropy", [NP_LAYOUT_UNKNOWN] = "Unknown",
};

const char *
np_layout_kind_name(np_layout_kind_t kind)
{
    return kind >= NP_LAYOUT_CONSTANT && kind <= NP_LAYOUT_UNKNOWN ? kind_names[kind] : "Unknown";
}

/* The values of one byte of the messages. */
typedef struct {
    unsigned counts[256];
    unsigned total, distinct;
} column_t;

/* The messages of the direction, and what is worked out of them once. */
typedef struct {
    const np_layout_message_t **own;    /* of the direction, in order */
    unsigned count;
    const np_layout_message_t *all;     /* of both */
    size_t   all_count;
    uint8_t  direction;
    unsigned limit;                     /* bytes that (nearly) all messages have */
    column_t columns[NP_LAYOUT_HEAD];
    bool     no_big, no_little;         /* byte orders that the framing's length field rules out */
    GArray  *claims;                    /* np_layout_field_t, overlapping */
} view_t;

/* One way to read a number. */
typedef struct {
    unsigned offset, width;
    bool     little;
} reading_t;

/* ---- reading ---------------------------------------------------------------------- */

static bool
has(const np_layout_message_t *message, const reading_t *reading)
{
    return reading->offset + reading->width <= message->head_length;
}

static uint64_t
read_number(const np_layout_message_t *message, const reading_t *reading)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < reading->width; i++) {
        unsigned at = reading->little ? reading->width - 1 - i : i;
        value = value << 8 | message->head[reading->offset + at];
    }
    return value;
}

static uint64_t
mask_of(unsigned width)
{
    return width == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * width)) - 1;
}

static int
compare_lengths(const void *a, const void *b)
{
    return (int)*(const uint8_t *)a - (int)*(const uint8_t *)b;
}

/* A few short messages shall not hide what all others have. */
static unsigned
usual_length(const view_t *view)
{
    uint8_t *lengths = g_new(uint8_t, view->count);
    unsigned usual;

    for (unsigned i = 0; i < view->count; i++) {
        lengths[i] = view->own[i]->head_length;
    }
    qsort(lengths, view->count, sizeof *lengths, compare_lengths);
    usual = lengths[view->count / 20];
    g_free(lengths);
    return usual;
}

static void
count_columns(view_t *view)
{
    for (unsigned i = 0; i < view->count; i++) {
        for (unsigned offset = 0; offset < view->own[i]->head_length; offset++) {
            column_t *column = &view->columns[offset];
            column->distinct += column->counts[view->own[i]->head[offset]]++ == 0;
            column->total++;
        }
    }
}

static bool
is_constant(const view_t *view, unsigned offset)
{
    return view->columns[offset].distinct == 1;
}

static bool
is_zero(const view_t *view, unsigned offset)
{
    return is_constant(view, offset) && view->columns[offset].counts[0] > 0;
}

static bool G_GNUC_PRINTF(5, 6)
claim(view_t *view, const reading_t *reading, np_layout_kind_t kind, double confidence, const char *format, ...)
{
    np_layout_field_t field = { .offset = (uint16_t)reading->offset, .width = (uint16_t)reading->width,
                                .little = reading->little && reading->width > 1, .kind = kind,
                                .confidence = CLAMP(confidence, 0, 0.99) };
    va_list arguments;

    va_start(arguments, format);
    g_vsnprintf(field.evidence, sizeof field.evidence, format, arguments);
    va_end(arguments);
    g_array_append_val(view->claims, field);
    return true;
}

/* More messages, more confidence. */
static double
sure(double most, unsigned count)
{
    return most * (1 - 1 / (1.0 + count));
}

/* ---- detectors ------------------------------------------------------------------------ */

/* Does the number tell the message's length, less a constant? */
static void
find_length(view_t *view, const reading_t *reading)
{
    int64_t rest = 0;
    unsigned fits = 0;
    uint32_t shortest = UINT32_MAX, longest = 0;

    for (unsigned i = 0; i < view->count; i++) {
        int64_t value;

        if (!has(view->own[i], reading)) {
            continue;
        }
        value = (int64_t)view->own[i]->length - (int64_t)read_number(view->own[i], reading);
        rest = fits ? rest : value;
        if (value != rest) {
            return;
        }
        fits++;
        shortest = MIN(shortest, view->own[i]->length);
        longest = MAX(longest, view->own[i]->length);
    }
    if (fits >= LEAST_MESSAGES && longest > shortest && llabs(rest) <= NP_FRAMING_ADD) {
        claim(view, reading, NP_LAYOUT_LENGTH, sure(0.97, fits), "message length %+d in all %u messages", (int)-rest,
              fits);
    }
}

static void
find_framing_length(view_t *view, const np_framing_t *framing)
{
    reading_t reading = { framing->offset, framing->width, framing->little };

    if (framing->kind == NP_FRAMING_LENGTH && reading.offset + reading.width <= view->limit) {
        claim(view, &reading, NP_LAYOUT_LENGTH, 0.99, "the framing: message length %+d", -framing->add);
    }
}

/* What the number is in Unix seconds, if it were such a time stamp. */
static double
as_time(uint64_t value, unsigned unit)
{
    switch (unit) {
    case 0:
        return (double)value;
    case 1:
        return (double)value / 1000;
    default:
        return (double)value - NTP_EPOCH;
    }
}

static void
find_time(view_t *view, const reading_t *reading)
{
    static const char *units[] = { "Unix seconds", "Unix milliseconds", "NTP seconds" };

    for (unsigned unit = 0; unit < G_N_ELEMENTS(units); unit++) {
        unsigned near = 0, total = 0;

        for (unsigned i = 0; i < view->count; i++) {
            if (has(view->own[i], reading)) {
                total++;
                near += fabs(as_time(read_number(view->own[i], reading), unit) - view->own[i]->time) <= TIME_SLACK;
            }
        }
        if (near >= LEAST_MESSAGES && near == total && (unit == 1) == (reading->width == 8)) {
            claim(view, reading, NP_LAYOUT_TIME, sure(0.98, near), "%s, within %.0f s of capture time in all %u",
                  units[unit], TIME_SLACK, near);
        }
    }
}

/* Milliseconds since some start: they grow as the capture's clock does. */
static void
find_clock(view_t *view, const reading_t *reading)
{
    const np_layout_message_t *first = view->own[0], *last = view->own[view->count - 1];
    unsigned fits = 0;

    if (reading->width != 4 || last->time - first->time < 1 || !has(first, reading)) {
        return;
    }
    for (unsigned i = 1; i < view->count; i++) {
        double passed = (view->own[i]->time - first->time) * 1000, counted;

        if (!has(view->own[i], reading)) {
            continue;
        }
        counted = (double)(int32_t)(uint32_t)(read_number(view->own[i], reading) - read_number(first, reading));
        if (fabs(counted - passed) > 100 + passed / 1000) {
            return;
        }
        fits++;
    }
    if (fits >= LEAST_MESSAGES) {
        claim(view, reading, NP_LAYOUT_TIME, sure(0.95, fits), "counts milliseconds as the capture's clock does (%u)",
              fits);
    }
}

/* Is it an address or port of client or server? */
static void
find_end(view_t *view, const reading_t *reading)
{
    static const char *whose[] = { "client", "server" };
    unsigned fits[2] = { 0, 0 };
    bool is_port = reading->width == 2;

    for (unsigned i = 0; i < view->count; i++) {
        const np_layout_message_t *message = view->own[i];
        static const reading_t address = { 0, 4, false };
        np_layout_message_t ends[2] = { { .head_length = 4 }, { .head_length = 4 } };
        uint64_t value;

        if (!has(message, reading)) {
            return;
        }
        memcpy(ends[0].head, message->client, 4);
        memcpy(ends[1].head, message->server, 4);
        value = read_number(message, reading);
        for (unsigned end = 0; value && end < 2; end++) {
            uint64_t wanted = !is_port ? read_number(&ends[end], &address)
                            : end == 0 ? message->client_port : message->server_port;
            fits[end] += value == wanted;
        }
    }
    for (unsigned end = 0; end < 2; end++) {
        if (fits[end] == view->count) {
            claim(view, reading, is_port ? NP_LAYOUT_PORT : NP_LAYOUT_ADDRESS, sure(is_port ? 0.95 : 0.99, fits[end]),
                  "the %s's, in all %u messages", whose[end], fits[end]);
        }
    }
}

/* Steps from each message to the next of its connection. */
typedef struct {
    unsigned steps, same, up, ones;
    unsigned restarts;          /* to 0 or 1, from wherever */
    uint64_t step;              /* the first that is not 0 */
    unsigned equal;             /* steps of that size */
    unsigned sizes;             /* steps of another size than the one before */
} steps_t;

static steps_t
count_steps(const view_t *view, const reading_t *reading)
{
    steps_t found = { 0 };
    uint64_t mask = mask_of(reading->width), before_step = 0;
    const np_layout_message_t *before = NULL;

    for (unsigned i = 0; i < view->count; i++) {
        const np_layout_message_t *message = view->own[i];
        uint64_t step;

        if (!has(message, reading)) {
            continue;
        }
        if (before && before->connection == message->connection) {
            step = (read_number(message, reading) - read_number(before, reading)) & mask;
            found.steps++;
            found.same += step == 0;
            found.ones += step == 1;
            found.up += step > 0 && step <= mask / 2;
            found.restarts += (step > mask / 2 || step == 0) && read_number(message, reading) <= 1;
            found.step = found.step ? found.step : step;
            found.equal += step == found.step && step != 0;
            found.sizes += found.steps > 1 && step != before_step;
            before_step = step;
        }
        before = message;
    }
    return found;
}

static void
find_sequence(view_t *view, const reading_t *reading)
{
    steps_t found = count_steps(view, reading);

    if (found.step == 0 || found.steps < LEAST_MESSAGES) {
        return;
    }
    if (found.step <= MOST_STEP && found.equal * 10 >= found.steps * 9) {
        claim(view, reading, NP_LAYOUT_SEQUENCE, sure(0.98, found.equal), "counts up by %u (%u of %u steps)",
              (unsigned)found.step, found.equal, found.steps);
    } else if (reading->width == 1 && (found.ones + found.restarts) * 20 >= found.steps * 19
            && found.ones >= 2 * LEAST_MESSAGES && found.ones * 3 > found.steps) {
        claim(view, reading, NP_LAYOUT_SEQUENCE, sure(0.8, found.ones), "counts up by 1, starts again (%u of %u steps)",
              found.ones, found.steps);
    } else if ((found.ones + found.same) * 20 >= found.steps * 19 && found.ones * 2 > found.steps) {
        claim(view, reading, NP_LAYOUT_SEQUENCE, sure(0.7, found.ones), "counts up by 1 or stays (%u of %u steps)",
              found.ones, found.steps);
    }
}

static void
find_counter(view_t *view, const reading_t *reading)
{
    steps_t found = count_steps(view, reading);

    if (found.steps >= 5 && found.up + found.same == found.steps && found.up * 2 > found.steps && found.sizes >= 3) {
        claim(view, reading, NP_LAYOUT_COUNTER, sure(0.75, found.up), "grows, by varying steps (%u of %u)", found.up,
              found.steps);
    }
}

/* Is the message's number among those of the other side, shortly after it (or before)? */
static bool
is_echoed(const view_t *view, const np_layout_message_t *message, const reading_t *reading)
{
    ptrdiff_t at = message - view->all, step = message->direction == 1 ? 1 : -1;
    unsigned seen = 0;

    for (at += step; at >= 0 && at < (ptrdiff_t)view->all_count && seen < ECHO_WINDOW; at += step) {
        const np_layout_message_t *other = &view->all[at];

        if (other->connection != message->connection || other->direction == message->direction) {
            continue;
        }
        seen++;
        if (has(other, reading) && read_number(other, reading) == read_number(message, reading)) {
            return true;
        }
    }
    return false;
}

static unsigned
distinct_numbers(const view_t *view, const reading_t *reading)
{
    GHashTable *seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    uint64_t *values = g_new(uint64_t, view->count);
    unsigned distinct;

    for (unsigned i = 0; i < view->count; i++) {
        values[i] = has(view->own[i], reading) ? read_number(view->own[i], reading) : 0;
        g_hash_table_add(seen, &values[i]);
    }
    distinct = g_hash_table_size(seen);
    g_hash_table_destroy(seen);
    g_free(values);
    return distinct;
}

static void
find_transaction(view_t *view, const reading_t *reading)
{
    unsigned echoed = 0, total = 0;

    if (reading->little || distinct_numbers(view, reading) * 2 < view->count) {     /* an echo has no byte order */
        return;
    }
    for (unsigned i = 0; i < view->count; i++) {
        if (has(view->own[i], reading)) {
            total++;
            echoed += is_echoed(view, view->own[i], reading);
        }
    }
    if (echoed >= LEAST_MESSAGES && echoed * 10 >= total * 8) {
        claim(view, reading, NP_LAYOUT_TRANSACTION, sure(0.96 - reading->offset * 0.01, echoed), "%u of %u %s", echoed, total,
              view->direction == 1 ? "are echoed by the server" : "echo the client's");
    }
}

/* ---- types and flags -------------------------------------------------------------------- */

static double
entropy(const unsigned *counts, unsigned size, unsigned total)
{
    double bits = 0;

    for (unsigned i = 0; i < size; i++) {
        if (counts[i]) {
            bits -= (double)counts[i] / total * log2((double)counts[i] / total);
        }
    }
    return bits;
}

#define BUCKETS 64      /* of message lengths */

/* What is grouped by the values of a byte. */
typedef unsigned (*trait_t)(const np_layout_message_t *message, unsigned offset);

static unsigned
length_trait(const np_layout_message_t *message, unsigned offset G_GNUC_UNUSED)
{
    return message->length % BUCKETS;
}

/* A byte of the message's content. */
static unsigned
content_trait(const np_layout_message_t *message, unsigned offset)
{
    return offset < message->head_length ? message->head[offset] % BUCKETS : 0;
}

/* Which share of the uncertainty about a trait does the byte at offset take away? 0 to 1. Small groups look alike by
 * chance: what that gives on the average (Miller and Madow) does not count. */
static double
tells(const view_t *view, unsigned offset, trait_t trait, unsigned at)
{
    const column_t *column = &view->columns[offset];
    unsigned groups[256][BUCKETS] = { { 0 } }, all[BUCKETS] = { 0 }, traits = 0;
    double before, after = 0, chance;

    for (unsigned i = 0; i < view->count; i++) {
        const np_layout_message_t *message = view->own[i];
        unsigned value = offset < message->head_length ? message->head[offset] : 0, found = trait(message, at);

        traits += all[found]++ == 0;
        groups[value][found]++;
    }
    before = entropy(all, BUCKETS, view->count);
    for (unsigned value = 0; value < 256; value++) {
        if (column->counts[value]) {
            after += entropy(groups[value], BUCKETS, column->counts[value]) * column->counts[value] / view->count;
        }
    }
    chance = (column->distinct - 1.0) * (traits - 1.0) / (2 * view->count * G_LN2);
    return before > 0.1 ? CLAMP((before - after - chance) / before, 0, 1) : 0;
}

#define CONTENT 8       /* bytes of content that a type is compared with */

/* The same of the bytes where content begins, on the average. */
static double
tells_content(const view_t *view, unsigned offset)
{
    double sum = 0;

    for (unsigned i = 0; i < CONTENT; i++) {
        sum += tells(view, offset, content_trait, MIN(view->limit + i, NP_LAYOUT_HEAD - 1U));
    }
    return sum / CONTENT;
}

/* Do several bits vary, some of them together and some alone, as flags do and numbers of types do not? */
static bool
looks_like_flags(const column_t *column)
{
    unsigned any = 0, together = 0, alone = 0;

    for (unsigned value = 0; value < 256; value++) {
        if (column->counts[value]) {
            bool is_single = value && (value & (value - 1)) == 0;

            any |= value;
            alone += is_single;
            together += value && !is_single;
        }
    }
    return column->counts[0] && alone >= 2 && together >= 1 && any >= column->distinct;
}

/* The whole number that ends with this byte: zero bytes before (or after) it are its upper ones where that is its
 * natural place. */
static reading_t
widen(const view_t *view, unsigned offset)
{
    for (unsigned width = 4; width >= 2; width /= 2) {
        unsigned begin = offset + 1 - width;
        bool big = !view->no_big && offset + 1 >= width && begin % width == 0;
        bool little = !view->no_little && offset % width == 0 && offset + width <= view->limit;

        for (unsigned i = 1; i < width; i++) {
            big = big && is_zero(view, offset - i);
            little = little && is_zero(view, offset + i);
        }
        if (big) {
            return (reading_t){ begin, width, false };
        }
        if (little) {
            return (reading_t){ offset, width, true };
        }
    }
    return (reading_t){ offset, 1, false };
}

static void
find_type(view_t *view, unsigned offset)
{
    const column_t *column = &view->columns[offset];
    unsigned most = MIN(MOST_TYPES, view->count / 2);
    reading_t reading = widen(view, offset);
    double lengths, contents, confidence;

    if (column->distinct < 2 || column->distinct > most || column->total * 10 < view->count * 9) {
        return;
    }
    lengths = tells(view, offset, length_trait, 0);
    contents = tells_content(view, offset);
    if (looks_like_flags(column) && lengths < 0.3 && column->distinct <= MOST_FLAGS) {
        claim(view, &reading, NP_LAYOUT_FLAGS, sure(0.7, view->count / 2), "%u values, of bits that vary by themselves",
              column->distinct);
        return;
    }
    /* Of several the one that tells most, and the earlier one. */
    confidence = sure(0.5 + 0.4 * MAX(lengths, contents) - offset * 0.01, view->count / 2);
    if (confidence >= LEAST_TYPE) {
        claim(view, &reading, NP_LAYOUT_TYPE, confidence, "%u values, which tell %.0f%% of the length, %.0f%% of the "
              "content", column->distinct, lengths * 100, contents * 100);
    }
}

/* ---- what is left -------------------------------------------------------------------------- */

static bool
is_text_byte(unsigned value)
{
    return value >= 0x80 || g_ascii_isprint((int)value) || value == '\t' || value == '\r' || value == '\n';
}

/* What a byte is that no field claims. */
static np_layout_kind_t
kind_of_column(const view_t *view, unsigned offset)
{
    const column_t *column = &view->columns[offset];
    unsigned text = 0;

    if (is_zero(view, offset)) {
        return NP_LAYOUT_PADDING;
    }
    if (is_constant(view, offset)) {
        return NP_LAYOUT_CONSTANT;
    }
    for (unsigned value = 0; value < 0x80; value++) {
        text += is_text_byte(value) ? column->counts[value] : 0;
    }
    if (text == column->total) {
        return NP_LAYOUT_TEXT;
    }
    /* n draws of 256 values: about 256 * (1 - exp(-n / 256)) different ones */
    if (column->total >= 8 && column->distinct >= 0.85 * 256 * (1 - exp(-(double)column->total / 256))) {
        return NP_LAYOUT_HIGH_ENTROPY;
    }
    return NP_LAYOUT_UNKNOWN;
}

static void
describe(np_layout_field_t *field, const view_t *view)
{
    static const struct {
        np_layout_kind_t kind;
        const char *words;
    } words[] = {
        { NP_LAYOUT_CONSTANT, "same in all" }, { NP_LAYOUT_PADDING, "zero in all" },
        { NP_LAYOUT_TEXT, "printable in all" }, { NP_LAYOUT_HIGH_ENTROPY, "all values alike in" },
        { NP_LAYOUT_UNKNOWN, "varies in" },
    };
    bool is_claim = field->kind == NP_LAYOUT_UNKNOWN;

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (field->kind == words[i].kind) {
            g_snprintf(field->evidence, sizeof field->evidence, "%s %u messages", words[i].words, view->count);
        }
    }
    field->confidence = is_claim ? 0 : sure(field->kind == NP_LAYOUT_HIGH_ENTROPY ? 0.8 : 0.95, view->count);
}

/* The bytes behind what all messages have: text, if that is all there is in them. */
static np_layout_kind_t
kind_of_rest(const view_t *view, unsigned begin)
{
    unsigned counts[256] = { 0 }, total = 0, text = 0;

    for (unsigned i = 0; i < view->count; i++) {
        for (unsigned at = begin; at < view->own[i]->head_length; at++) {
            unsigned value = view->own[i]->head[at];

            counts[value]++;
            text += is_text_byte(value);
            total++;
        }
    }
    if (total == 0) {
        return NP_LAYOUT_UNKNOWN;
    }
    if (text * 20 >= total * 19) {
        return NP_LAYOUT_TEXT;
    }
    return total >= 256 && entropy(counts, 256, total) > 8 - 220.0 / total ? NP_LAYOUT_HIGH_ENTROPY
                                                                           : NP_LAYOUT_UNKNOWN;
}

/* ---- putting it together ----------------------------------------------------------------------- */

static void
look_at(view_t *view, unsigned offset, unsigned width, bool little)
{
    reading_t reading = { offset, width, little };

    if (offset + width > view->limit) {
        return;
    }
    if (width == 2 || width == 4) {
        find_end(view, &reading);
        find_length(view, &reading);
        find_counter(view, &reading);
        find_transaction(view, &reading);
    }
    if (width == 4 || width == 8) {
        find_time(view, &reading);
    }
    if (width <= 4) {
        find_sequence(view, &reading);
    }
    find_clock(view, &reading);
}

/* Claims in the order in which they are taken: the surer, the wider, the one in its natural place. */
static double
weight(const np_layout_field_t *field)
{
    double in_place = field->width > 1 && field->offset % field->width == 0 ? 0.06 : 0;
    double wide = field->width == 4 || field->width == 8 ? 0.03 : field->width == 2 ? 0.02 : 0;
    double kind = field->kind == NP_LAYOUT_TIME || field->kind == NP_LAYOUT_ADDRESS || field->kind == NP_LAYOUT_LENGTH
                ? 0.3 : field->kind == NP_LAYOUT_SEQUENCE ? 0.2 : field->kind == NP_LAYOUT_TRANSACTION ? 0.1 : 0;

    return field->confidence + kind + in_place + wide;
}

static int
compare_claims(const void *a, const void *b)
{
    double left = weight((const np_layout_field_t *)a), right = weight((const np_layout_field_t *)b);
    return left < right ? 1 : left > right ? -1 : 0;
}

static int
compare_offsets(const void *a, const void *b)
{
    return (int)((const np_layout_field_t *)a)->offset - (int)((const np_layout_field_t *)b)->offset;
}

/* Takes the claims that fit. There is one type, one length, one transaction: what else is echoed is content. */
static void
take_claims(view_t *view, GArray *fields, bool taken[NP_LAYOUT_HEAD])
{
    unsigned kinds[NP_LAYOUT_UNKNOWN + 1] = { 0 };

    g_array_sort(view->claims, compare_claims);
    for (unsigned i = 0; i < view->claims->len; i++) {
        const np_layout_field_t *field = &g_array_index(view->claims, np_layout_field_t, i);
        bool is_single = field->kind == NP_LAYOUT_TYPE || field->kind == NP_LAYOUT_LENGTH
                      || field->kind == NP_LAYOUT_TRANSACTION;
        bool fits = !(is_single && kinds[field->kind]);

        for (unsigned at = 0; at < field->width; at++) {
            fits = fits && !taken[field->offset + at];
        }
        if (!fits) {
            continue;
        }
        kinds[field->kind]++;
        memset(taken + field->offset, true, field->width);
        g_array_append_val(fields, *field);
    }
}

/* Neighbours of one kind are one field. */
static void
take_rest(view_t *view, GArray *fields, const bool taken[NP_LAYOUT_HEAD])
{
    for (unsigned offset = 0; offset < view->limit; offset++) {
        np_layout_field_t field = { .offset = (uint16_t)offset, .width = 1 };

        if (taken[offset]) {
            continue;
        }
        field.kind = kind_of_column(view, offset);
        while (offset + 1 < view->limit && !taken[offset + 1] && kind_of_column(view, offset + 1) == field.kind) {
            field.width++;
            offset++;
        }
        describe(&field, view);
        g_array_append_val(fields, field);
    }
}

static bool
is_content(np_layout_kind_t kind)
{
    return kind == NP_LAYOUT_TEXT || kind == NP_LAYOUT_HIGH_ENTROPY || kind == NP_LAYOUT_UNKNOWN;
}

/* The last field goes to the messages' end, and takes in what before it is no field either. */
static void
take_body(view_t *view, GArray *fields)
{
    np_layout_field_t body = { .offset = (uint16_t)view->limit };
    bool is_longer = false;

    for (unsigned i = 0; i < view->count; i++) {
        is_longer |= view->own[i]->length > view->limit;
    }
    if (!is_longer) {
        return;
    }
    while (fields->len > 0) {
        const np_layout_field_t *last = &g_array_index(fields, np_layout_field_t, fields->len - 1);

        if (!is_content(last->kind)) {
            break;
        }
        body.offset = last->offset;
        g_array_set_size(fields, fields->len - 1);
    }
    body.kind = kind_of_rest(view, body.offset);
    describe(&body, view);
    g_array_append_val(fields, body);
}

static void
find_claims(view_t *view, const np_framing_t *framing)
{
    static const unsigned widths[] = { 1, 2, 4, 8 };

    find_framing_length(view, framing);
    view->no_big = framing->kind == NP_FRAMING_LENGTH && framing->width > 1 && framing->little;
    view->no_little = framing->kind == NP_FRAMING_LENGTH && framing->width > 1 && !framing->little;
    for (unsigned offset = 0; offset < view->limit; offset++) {
        for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
            look_at(view, offset, widths[i], false);
            if (widths[i] > 1) {
                look_at(view, offset, widths[i], true);
            }
        }
        find_type(view, offset);
    }
}

GArray *
np_layout_find(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_framing_t *framing)
{
    GArray *fields = g_array_new(FALSE, FALSE, sizeof(np_layout_field_t));
    view_t *view = g_new0(view_t, 1);
    bool taken[NP_LAYOUT_HEAD] = { false };

    view->own = g_new(const np_layout_message_t *, count + 1);
    view->all = messages;
    view->all_count = count;
    view->direction = direction;
    view->claims = g_array_new(FALSE, FALSE, sizeof(np_layout_field_t));
    for (size_t i = 0; i < count; i++) {
        if (messages[i].direction == direction) {
            view->own[view->count++] = &messages[i];
        }
    }
    if (view->count >= LEAST_MESSAGES) {
        view->limit = usual_length(view);
        count_columns(view);
        find_claims(view, framing);
        take_claims(view, fields, taken);
        take_rest(view, fields, taken);
        g_array_sort(fields, compare_offsets);
        take_body(view, fields);
    }
    g_array_free(view->claims, TRUE);
    g_free(view->own);
    g_free(view);
    return fields;
}

static int
compare_values(const void *a, const void *b)
{
    uint32_t left = ((const np_layout_value_t *)a)->value, right = ((const np_layout_value_t *)b)->value;
    return left < right ? -1 : left > right;
}

static void
count_value(GArray *values, uint32_t number, uint32_t length)
{
    np_layout_value_t value = { number, 1, length, length };

    for (unsigned i = 0; i < values->len; i++) {
        np_layout_value_t *known = &g_array_index(values, np_layout_value_t, i);

        if (known->value == number) {
            known->count++;
            known->shortest = MIN(known->shortest, length);
            known->longest = MAX(known->longest, length);
            return;
        }
    }
    if (values->len < 2 * MOST_TYPES) {
        g_array_append_val(values, value);
    }
}

GArray *
np_layout_values(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_layout_field_t *field)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(np_layout_value_t));
    reading_t reading = { field->offset, MIN(field->width, 4U), field->little };

    for (size_t i = 0; i < count; i++) {
        if (messages[i].direction == direction && has(&messages[i], &reading)) {
            count_value(values, (uint32_t)read_number(&messages[i], &reading), messages[i].length);
        }
    }
    g_array_sort(values, compare_values);
    return values;
}
