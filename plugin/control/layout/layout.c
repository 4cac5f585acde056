/* layout.c
 * What do the fields of unknown messages look like?
 *
 * Each kind of field has a finder. They run from the most telling evidence to the least, and what one has
 * taken the next ones leave alone:
 *
 *   length (the framing's), address, time stamp, text up to the end, sequence, transaction, other lengths,
 *   port, counter, text within, type, flags; what is left is constant, padding, high entropy or unknown
 *
 * Where a number may be read in several ways (a low byte that counts, zeros around it) the widths and
 * alignments that formats use decide, and the byte order that the surer fields have.
 *
 * The cost is linear in the messages: a finder leaves a reading as soon as too many messages refute it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/layout.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES           NP_LAYOUT_HEAD
#define LEAST_MESSAGES  3
#define MOST_TIME       4e11    /* seconds either side of 1970: no product with a unit below overflows */
#define SAME_CLOCK      2       /* seconds between a time stamp and its capture */
#define WRONG_CLOCK     50400   /* ... where the clock is wrong or a local one's: 14 hours */
#define MOST_STEP       16      /* by which a sequence may count up */
#define ECHO_WINDOW     8       /* messages of one side, the last of which the other may echo */
#define LONGEST_ID      16
#define SAMPLE          1024    /* messages that are looked at for a type */
#define MOST_TYPES      48      /* values */
#define LEAST_TYPE      0.05
#define MOST_COMPARED   24      /* columns */
#define CATEGORIES      17      /* into which a column's values are put: the 15 usual ones, others, absent */
#define LEAST_DEVIATION 5       /* standard deviations that make a dependence no accident */
#define TEXT_HEAD       16      /* bytes of text, all messages together, that are worth a claim */

enum { OWN, OTHER };                        /* sides, seen from the direction that is looked at */
enum { BIG, LITTLE, ORDER_UNKNOWN };

/* What is before a message when its number counts up. */
typedef enum { SCOPE_OWN, SCOPE_JOINT, SCOPE_SERVER } scope_t;

typedef struct {
    const np_layout_message_t *message;
    int64_t  time[4];           /* in each of the units */
    unsigned length;            /* bytes that are there */
    unsigned connection;        /* from 0 on */
    unsigned turn;              /* how many its side has sent before in the connection */
    uint8_t  side;
    int      before[3];         /* index of the message before it, by scope; -1 */
} seen_t;

/* One byte of all messages of a side. */
typedef struct {
    unsigned counts[256];
    unsigned have, distinct;
    uint8_t  value;             /* the most frequent one */
    bool     constant, zero;
    bool     steady;            /* the same within each connection, but not in all of them */
} column_t;

typedef struct {
    unsigned offset, width;
    bool     little;
} reading_t;

typedef struct {
    seen_t   *seen;
    unsigned  count;
    unsigned *sides[2], totals[2];          /* indices of both sides' messages */
    unsigned  connections;
    column_t  columns[2][BYTES];
    const np_framing_t *framing;
    bool      taken[BYTES], text[BYTES];
    int       order;            /* of the surest number */
    unsigned  limit;            /* bytes that nearly all messages have */
    unsigned  reach;            /* bytes that most have, for fields that prove themselves */
    bool      echoed;           /* the id that the sides echo is found */
    bool      goes_on;          /* messages have bytes behind the limit */
    struct slot *slots;         /* for find_echo() */
    unsigned  slot_count, epoch;
    unsigned *latest;           /* turn of each connection's sides */
    int64_t  *bases;            /* a time of each connection */
    GArray   *fields;
} view_t;

/* ---- messages and columns ------------------------------------------------------- */

static const int64_t units[] = { 1, 1000, 1000000, 10000000 };      /* in a second */

static const seen_t *
side_message(const view_t *view, int side, unsigned i)
{
    return &view->seen[view->sides[side][i]];
}

static uint64_t
number_mask(unsigned width)
{
    return width >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * width) - 1;
}

static bool
read_number(const seen_t *seen, reading_t reading, uint64_t *value)
{
    const uint8_t *bytes = seen->message->head + reading.offset;
    uint64_t number = 0;

    if (seen->length < reading.offset + reading.width) {
        return false;
    }
    for (unsigned i = 0; i < reading.width; i++) {
        number = number << 8 | bytes[reading.little ? reading.width - 1 - i : i];
    }
    *value = number;
    return true;
}

static void
set_times(seen_t *seen)
{
    double time = seen->message->time;

    if (!(time > -MOST_TIME && time < MOST_TIME)) {
        time = 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        seen->time[i] = (int64_t)floor(time * (double)units[i]);
    }
}

/* The connection's number; last has the indices of its last messages: of both sides, and of any. */
static int *
connection_last(GHashTable *known, GArray *lasts, uint32_t connection, unsigned *number)
{
    gpointer found = g_hash_table_lookup(known, GUINT_TO_POINTER(connection));
    int none[3] = { -1, -1, -1 };

    if (!found) {
        g_array_append_vals(lasts, none, 3);
        found = GUINT_TO_POINTER(lasts->len / 3);
        g_hash_table_insert(known, GUINT_TO_POINTER(connection), found);
    }
    *number = GPOINTER_TO_UINT(found) - 1;
    return &g_array_index(lasts, int, *number * (size_t)3);
}

static void
collect_messages(view_t *view, const np_layout_message_t *messages, uint8_t direction)
{
    GHashTable *known = g_hash_table_new(NULL, NULL);
    GArray *lasts = g_array_new(FALSE, FALSE, sizeof(int));
    int last_own = -1;

    for (unsigned i = 0; i < view->count; i++) {
        seen_t *seen = &view->seen[i];
        int *last = connection_last(known, lasts, messages[i].connection, &seen->connection);

        seen->message = &messages[i];
        seen->length = MIN(MIN(messages[i].head_length, messages[i].length), BYTES);
        seen->side = messages[i].direction == direction ? OWN : OTHER;
        seen->before[SCOPE_OWN] = last[seen->side];
        seen->before[SCOPE_JOINT] = last[2];
        seen->before[SCOPE_SERVER] = seen->side == OWN ? last_own : -1;
        seen->turn = last[seen->side] < 0 ? 0 : view->seen[last[seen->side]].turn + 1;
        set_times(seen);
        last[seen->side] = last[2] = (int)i;
        last_own = seen->side == OWN ? (int)i : last_own;
        view->sides[seen->side][view->totals[seen->side]++] = i;
    }
    view->connections = lasts->len / 3;
    g_array_free(lasts, TRUE);
    g_hash_table_destroy(known);
}

static void
sum_up_column(column_t *column)
{
    for (unsigned value = 0; value < 256; value++) {
        column->distinct += column->counts[value] > 0;
        if (column->counts[value] > column->counts[column->value]) {
            column->value = (uint8_t)value;
        }
    }
    column->constant = column->distinct == 1;
    column->zero = column->constant && column->value == 0;
}

/* Does no connection change the byte, though connections are long enough to do so? */
static bool
is_steady(const view_t *view, int side, unsigned offset)
{
    unsigned steps = 0;

    for (unsigned i = 0; i < view->totals[side]; i++) {
        const seen_t *seen = side_message(view, side, i);
        const seen_t *before = seen->before[SCOPE_OWN] < 0 ? NULL : &view->seen[seen->before[SCOPE_OWN]];

        if (before && seen->length > offset && before->length > offset) {
            if (seen->message->head[offset] != before->message->head[offset]) {
                return false;
            }
            steps++;
        }
    }
    return steps >= LEAST_MESSAGES && steps * 3 >= view->totals[side];
}

static void
measure_columns(view_t *view)
{
    for (unsigned i = 0; i < view->count; i++) {
        const seen_t *seen = &view->seen[i];

        for (unsigned offset = 0; offset < seen->length; offset++) {
            column_t *column = &view->columns[seen->side][offset];

            column->counts[seen->message->head[offset]]++;
            column->have++;
        }
    }
    for (int side = OWN; side <= OTHER; side++) {
        for (unsigned offset = 0; offset < BYTES; offset++) {
            sum_up_column(&view->columns[side][offset]);
            view->columns[side][offset].steady = view->columns[side][offset].distinct > 1
                                              && is_steady(view, side, offset);
        }
    }
}

/* The header is what nearly all messages have: one in twenty may be cut wrongly or be a rare, short one. */
static void
measure_header(view_t *view)
{
    unsigned total = view->totals[OWN];

    while (view->limit < BYTES && view->columns[OWN][view->limit].have >= total - total / 20) {
        view->limit++;
    }
    view->reach = view->limit;
    while (view->reach < BYTES && view->columns[OWN][view->reach].have * 4 >= total * 3) {
        view->reach++;
    }
    for (unsigned i = 0; i < total; i++) {
        view->goes_on = view->goes_on || side_message(view, OWN, i)->message->length > view->limit;
    }
}

static bool
is_text_byte(uint8_t byte)
{
    return byte >= 0x80 || g_ascii_isprint(byte) || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool
is_text_column(const column_t *column, bool with_zero)
{
    unsigned text = with_zero ? column->counts[0] : 0;

    for (unsigned value = 1; value < 256; value++) {
        text += is_text_byte((uint8_t)value) ? column->counts[value] : 0;
    }
    return column->have && text * 50 >= column->have * 49;
}

static bool
is_ascii_column(const column_t *column)
{
    unsigned text = 0;

    for (unsigned value = ' '; value < 0x7f; value++) {
        text += column->counts[value];
    }
    return text * 50 >= column->have * 49;
}

/* ---- fields --------------------------------------------------------------------- */

/* Good of total: near 1 for many, at most 0.5 for two. */
static double
sureness(unsigned good, unsigned total)
{
    return total ? (double)good / total * good / (good + 2.0) : 0;
}

static void add_field(view_t *view, reading_t reading, np_layout_kind_t kind, double confidence,
                      const char *format, ...) G_GNUC_PRINTF(5, 6);

static void
add_field(view_t *view, reading_t reading, np_layout_kind_t kind, double confidence, const char *format, ...)
{
    unsigned end = reading.width ? reading.offset + reading.width : BYTES;
    np_layout_field_t field = {
        .offset = (uint16_t)reading.offset, .width = (uint16_t)reading.width,
        .little = reading.little && reading.width > 1, .kind = kind, .confidence = CLAMP(confidence, 0, 0.99)
    };
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(field.evidence, sizeof field.evidence, format, arguments);
    va_end(arguments);
    for (unsigned offset = reading.offset; offset < MIN(end, BYTES); offset++) {
        view->taken[offset] = true;
        view->text[offset] = kind == NP_LAYOUT_TEXT;
    }
    g_array_append_val(view->fields, field);
}

static bool
is_free(const view_t *view, reading_t reading)
{
    if (reading.offset + reading.width > view->reach) {
        return false;
    }
    for (unsigned i = 0; i < reading.width; i++) {
        if (view->taken[reading.offset + i]) {
            return false;
        }
    }
    return true;
}

/* Is the reading free, and not the same in all messages? */
static bool
is_variable(const view_t *view, reading_t reading)
{
    bool varies = false;

    for (unsigned i = 0; i < reading.width && reading.offset + i < BYTES; i++) {
        varies = varies || view->columns[OWN][reading.offset + i].distinct > 1;
    }
    return varies && is_free(view, reading);
}

/* A number whose order is seen tells that of others. */
static void
learn_order(view_t *view, reading_t reading)
{
    if (view->order == ORDER_UNKNOWN && reading.width > 1) {
        view->order = reading.little ? LITTLE : BIG;
    }
}

/* How usual is a field of that width there? */
static double
score_form(const view_t *view, reading_t reading)
{
    static const double widths[] = { 0, 0, 0.5, -1.5, 0.5, -1.5, -1.5, -1.5, -0.5 };
    double score = reading.width < G_N_ELEMENTS(widths) ? widths[reading.width] : -2;

    if (reading.width < 2) {
        return score;
    }
    score += reading.offset % reading.width == 0 ? 1 : reading.offset % 2 == 0 ? 0.5 : -0.5;
    if (view->order == ORDER_UNKNOWN) {
        return score + (reading.little ? 0 : 0.5);
    }
    return score + ((view->order == LITTLE) == reading.little ? 1.5 : -2);
}

/* Do both sides of each connection have the same byte there? If they count from anywhere, upper bytes differ. */
static bool
has_both_same(const view_t *view, unsigned offset)
{
    unsigned pairs = 0;

    for (unsigned i = 0; i < view->count; i++) {
        const seen_t *seen = &view->seen[i];
        const seen_t *before = seen->before[SCOPE_JOINT] < 0 ? seen : &view->seen[seen->before[SCOPE_JOINT]];

        if (before->side != seen->side && seen->length > offset && before->length > offset) {
            pairs++;
            if (seen->message->head[offset] != before->message->head[offset]) {
                return false;
            }
        }
    }
    return pairs > 0;
}

/* Should a byte beside those that vary belong to the number? small: its values began with 0 or 1. */
static double
score_neighbour(const view_t *view, unsigned offset, bool small)
{
    const column_t *own = &view->columns[OWN][offset], *other = &view->columns[OTHER][offset];

    if (own->zero) {
        return 1;
    }
    if (own->constant) {
        return small ? -3 : other->have && !has_both_same(view, offset) ? 0.75 : -2;
    }
    if (own->steady) {
        return small || has_both_same(view, offset) ? -2 : 1;
    }
    return 2;                   /* it takes the carry: whoever asks has seen that the number is still right */
}

static double
score_neighbours(const view_t *view, reading_t reading, unsigned core, unsigned core_width, bool small)
{
    double score = 0;
    unsigned zeros = 0;

    for (unsigned offset = reading.offset; offset < reading.offset + reading.width; offset++) {
        if (offset >= core && offset < core + core_width) {
            continue;
        }
        zeros += view->columns[OWN][offset].zero;
        score += zeros > 3 && view->columns[OWN][offset].zero ? 0 : score_neighbour(view, offset, small);
    }
    return score;
}

/* ---- length, address, port ------------------------------------------------------ */

/* How many messages are as long as the number there, plus something that is the same for all? */
static unsigned
count_lengths(const view_t *view, reading_t reading, int64_t add)
{
    unsigned good = 0, total = view->totals[OWN], allowed = total / 20;

    for (unsigned i = 0; i < total; i++) {
        const seen_t *seen = side_message(view, OWN, i);
        uint64_t value;

        if (read_number(seen, reading, &value) && (int64_t)value + add == (int64_t)seen->message->length) {
            good++;
        } else if (i + 1 - good > allowed) {
            return 0;
        }
    }
    return good;
}

static void
find_framing_length(view_t *view)
{
    const np_framing_t *framing = view->framing;
    reading_t reading = { framing->offset, framing->width, framing->little };
    unsigned good = 0, total = view->totals[OWN];

    if (framing->kind != NP_FRAMING_LENGTH || framing->width < 1 || framing->width > 4
        || (unsigned)framing->offset + framing->width > view->reach) {
        return;
    }
    for (unsigned i = 0; i < total; i++) {
        const seen_t *seen = side_message(view, OWN, i);
        uint64_t value;

        good += read_number(seen, reading, &value)
             && (int64_t)value + framing->add == (int64_t)seen->message->length;
    }
    learn_order(view, reading);
    add_field(view, reading, NP_LAYOUT_LENGTH, sureness(good, total),
              "the framing's; message length less %d in %u of %u messages", (int)framing->add, good, total);
}

static unsigned
count_distinct_lengths(const view_t *view)
{
    GHashTable *lengths = g_hash_table_new(NULL, NULL);
    unsigned count;

    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        g_hash_table_add(lengths, GUINT_TO_POINTER(side_message(view, OWN, i)->message->length));
    }
    count = g_hash_table_size(lengths);
    g_hash_table_destroy(lengths);
    return count;
}

/* Message length less value, as the first message or the one in the middle has it. */
static unsigned
fit_length(const view_t *view, reading_t reading, int64_t *add)
{
    unsigned good = 0;

    for (unsigned i = 0; i < 2 && !good; i++) {
        const seen_t *seen = side_message(view, OWN, i ? view->totals[OWN] / 2 : 0);
        uint64_t value;

        if (read_number(seen, reading, &value)) {
            *add = (int64_t)seen->message->length - (int64_t)value;
            good = *add >= -256 && *add <= 256 ? count_lengths(view, reading, *add) : 0;
        }
    }
    return good;
}

/* Other fields that tell the length: those of a body, and the message's own where it is framed otherwise. */
static void
find_lengths(view_t *view)
{
    unsigned total = view->totals[OWN];
    reading_t best = { 0 };
    double best_score = -100;
    int64_t best_add = 0;
    unsigned best_good = 0;

    if (total < 5 || count_distinct_lengths(view) < 3) {
        return;
    }
    for (unsigned i = 0; i < view->reach * 8; i++) {
        reading_t reading = { i / 8, i % 4 + 1, i % 8 >= 4 };
        unsigned low = reading.little ? reading.offset : reading.offset + reading.width - 1;
        int64_t add = 0;
        unsigned good = (reading.width > 1 || !reading.little) && is_variable(view, reading)
                     && view->columns[OWN][low].distinct > 2 ? fit_length(view, reading, &add) : 0;
        double score = good ? good + score_form(view, reading) + score_neighbours(view, reading, low, 1, true) : 0;

        if (good && score > best_score) {
            best = reading;
            best_score = score;
            best_add = add;
            best_good = good;
        }
    }
    if (best.width) {
        learn_order(view, best);
        add_field(view, best, NP_LAYOUT_LENGTH, sureness(best_good, total),
                  "message length less %d in %u of %u messages", (int)best_add, best_good, total);
    }
}

/* The address or port of an end as it would stand in a message. */
static bool
endpoint_bytes(const seen_t *seen, bool is_server, unsigned width, bool little, uint8_t bytes[4])
{
    const np_layout_message_t *message = seen->message;
    const uint8_t *address = is_server ? message->server : message->client;
    uint16_t port = is_server ? message->server_port : message->client_port;
    uint8_t big[4] = { (uint8_t)(port >> 8), (uint8_t)port, 0, 0 };

    if (width == 4) {
        memcpy(big, address, 4);
    }
    for (unsigned i = 0; i < width; i++) {
        bytes[i] = big[little ? width - 1 - i : i];
    }
    return width == 4 ? (big[0] | big[1] | big[2] | big[3]) != 0 : port != 0;
}

/* How many messages have it there; ends: how many different ones. A port with a zero byte says nothing alone. */
static unsigned
count_endpoints(const view_t *view, reading_t reading, bool is_server, unsigned *ends, bool *plain)
{
    unsigned good = 0, total = view->totals[OWN];
    uint8_t last[4] = { 0 };

    *ends = 0;
    *plain = false;
    for (unsigned i = 0; i < total; i++) {
        const seen_t *seen = side_message(view, OWN, i);
        uint8_t bytes[4] = { 0 };

        if (endpoint_bytes(seen, is_server, reading.width, reading.little, bytes)
            && seen->length >= reading.offset + reading.width
            && memcmp(seen->message->head + reading.offset, bytes, reading.width) == 0) {
            good++;
            *ends += memcmp(bytes, last, sizeof last) != 0;
            *plain = *plain || (bytes[0] != 0 && bytes[1] != 0);
            memcpy(last, bytes, sizeof last);
        } else if (i + 1 - good > total / 20) {
            return 0;
        }
    }
    return good;
}

static void
find_endpoints(view_t *view, unsigned width)
{
    for (unsigned i = 0; i < view->reach * 4; i++) {
        reading_t reading = { i / 4, width, (i & 1) != 0 };
        bool is_server = (i & 2) != 0, plain = false;
        unsigned ends = 0;
        unsigned good = is_free(view, reading) ? count_endpoints(view, reading, is_server, &ends, &plain) : 0;

        if (good && (width == 4 || ends > 1 || plain)) {
            double most = width == 4 ? 0.95 : ends > 1 ? 0.9 : 0.6;
            add_field(view, reading, width == 4 ? NP_LAYOUT_ADDRESS : NP_LAYOUT_PORT,
                      MIN(most, sureness(good, view->totals[OWN]) + 0.1),
                      "the %s's in %u of %u messages%s", is_server ? "server" : "client", good, view->totals[OWN],
                      ends > 1 ? ", different ones" : "");
        }
    }
}

/* ---- time stamps ---------------------------------------------------------------- */

typedef struct {
    unsigned width, unit;
} time_form_t;

/* In the order they are tried in. */
static const time_form_t time_forms[] = {
    { 8, 1 }, { 6, 1 }, { 8, 0 }, { 4, 0 }, { 8, 2 }, { 8, 3 }, { 4, 1 }, { 4, 2 }
};
static const char *const unit_names[] = { "seconds", "milliseconds", "microseconds", "100 ns" };

/* Value less capture time, as a signed number of the field's width. */
static bool
time_distance(const seen_t *seen, reading_t reading, unsigned unit, int64_t *distance)
{
    unsigned shift = 64 - 8 * reading.width;
    uint64_t value;

    if (!read_number(seen, reading, &value)) {
        return false;
    }
    value = (value - (uint64_t)seen->time[unit]) << shift;
    *distance = (int64_t)value / ((int64_t)1 << MIN(shift, 62));
    return true;
}

static bool
is_near(int64_t a, int64_t b, int64_t tolerance)
{
    uint64_t distance = a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;

    return distance <= (uint64_t)tolerance;
}

/* Messages whose value less capture time is base, or nearly. */
static unsigned
count_times(const view_t *view, reading_t reading, unsigned unit, int64_t base)
{
    unsigned good = 0, total = view->totals[OWN];

    for (unsigned i = 0; i < total; i++) {
        int64_t distance;

        if (time_distance(side_message(view, OWN, i), reading, unit, &distance)
            && is_near(distance, base, SAME_CLOCK * units[unit])) {
            good++;
        } else if (i + 1 - good > total / 20) {
            return 0;
        }
    }
    return good;
}

/* Unix time: near capture time in all messages, or off by the same hours. */
static bool
claim_absolute_time(view_t *view, reading_t reading, unsigned unit)
{
    unsigned total = view->totals[OWN], good;
    int64_t base;

    if (!time_distance(side_message(view, OWN, total / 2), reading, unit, &base)
        || !is_near(base, 0, (is_variable(view, reading) ? WRONG_CLOCK : 60) * units[unit])) {
        return false;
    }
    good = count_times(view, reading, unit, 0);
    if (good) {
        learn_order(view, reading);
        add_field(view, reading, NP_LAYOUT_TIME, sureness(good, total),
                  "within %d s of capture time in %u of %u, Unix %s", SAME_CLOCK, good, total, unit_names[unit]);
        return true;
    }
    good = count_times(view, reading, unit, base);
    if (good) {
        learn_order(view, reading);
        add_field(view, reading, NP_LAYOUT_TIME, 0.9 * sureness(good, total),
                  "tracks capture time in %u of %u, %d s off, Unix %s", good, total, (int)(base / units[unit]), unit_names[unit]);
    }
    return good != 0;
}

/* Messages that follow capture time since the first of their connection. */
static unsigned
count_tracking(const view_t *view, reading_t reading, unsigned unit, int64_t tolerance, unsigned *total)
{
    unsigned good = 0;

    *total = 0;
    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const seen_t *seen = side_message(view, OWN, i);
        int64_t distance = 0;

        if (seen->before[SCOPE_OWN] < 0) {
            time_distance(seen, reading, unit, &distance);
            view->bases[seen->connection] = distance;
            continue;
        }
        ++*total;
        if (time_distance(seen, reading, unit, &distance)
            && is_near(distance, view->bases[seen->connection], tolerance)) {
            good++;
        } else if (*total - good > view->totals[OWN] / 20) {
            return 0;
        }
    }
    return good;
}

/* The longest time between messages of a connection, in units. */
static int64_t
time_span(const view_t *view, unsigned unit)
{
    int64_t span = 0;

    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const seen_t *seen = side_message(view, OWN, i);

        if (seen->before[SCOPE_OWN] < 0) {
            view->bases[seen->connection] = seen->time[unit];
        }
        span = MAX(span, seen->time[unit] - view->bases[seen->connection]);
    }
    return span;
}

/* Not Unix time, but as fast: since a start, or since another year. The span must be long enough to tell. */
static bool
claim_relative_time(view_t *view, reading_t reading, unsigned unit, int64_t span)
{
    int64_t tolerance = MIN(span / 10, SAME_CLOCK * units[unit]);
    unsigned total = 0, good;

    if (span < units[unit] || tolerance < (unit ? 1 : SAME_CLOCK) || !is_variable(view, reading)) {
        return false;
    }
    good = count_tracking(view, reading, unit, tolerance, &total);
    if (good < 5) {
        return false;
    }
    learn_order(view, reading);
    add_field(view, reading, NP_LAYOUT_TIME, 0.95 * sureness(good, total),
              "tracks capture time in %u of %u steps, %s from another start", good, total, unit_names[unit]);
    return true;
}

static void
find_times(view_t *view, bool absolute)
{
    int64_t spans[G_N_ELEMENTS(units)];

    for (unsigned unit = 0; unit < G_N_ELEMENTS(units); unit++) {
        spans[unit] = time_span(view, unit);
    }
    for (size_t form = 0; form < G_N_ELEMENTS(time_forms); form++) {
        for (unsigned i = 0; i < view->reach * 2; i++) {
            reading_t reading = { i / 2, time_forms[form].width, i % 2 != 0 };
            unsigned unit = time_forms[form].unit;

            /* Less than all of a Unix time's bits proves little; its upper zeros may be another field's. */
            if (!is_free(view, reading) || (absolute && reading.width == 4 && unit != 0)
                || (!absolute && reading.width == 6) || (reading.width == 8 && unit == 0 && reading.offset % 8 != 0)) {
                continue;
            }
            if (absolute) {
                claim_absolute_time(view, reading, unit);
            } else {
                claim_relative_time(view, reading, unit, spans[unit]);
            }
        }
    }
}

/* ---- sequences ------------------------------------------------------------------ */

typedef struct {
    scope_t  scope;
    uint8_t  step;
    unsigned good, total;
} count_t;

/* The messages that a scope looks at: those of one side, or all. */
static unsigned
scope_size(const view_t *view, scope_t scope, int side)
{
    return scope == SCOPE_JOINT ? view->count : view->totals[side];
}

static const seen_t *
scope_message(const view_t *view, scope_t scope, int side, unsigned i)
{
    return scope == SCOPE_JOINT ? &view->seen[i] : side_message(view, side, i);
}

/* The usual difference between a byte and the one before. */
static count_t
usual_step(const view_t *view, unsigned offset, scope_t scope)
{
    count_t count = { .scope = scope };
    unsigned steps[256] = { 0 };

    for (unsigned i = 0; i < scope_size(view, scope, OWN); i++) {
        const seen_t *seen = scope_message(view, scope, OWN, i);
        const seen_t *before = seen->before[scope] < 0 ? NULL : &view->seen[seen->before[scope]];

        if (before && seen->length > offset && before->length > offset) {
            steps[(uint8_t)(seen->message->head[offset] - before->message->head[offset])]++;
            count.total++;
        }
    }
    for (unsigned step = 1; step <= MOST_STEP; step++) {
        if (steps[step] > count.good) {
            count.good = steps[step];
            count.step = (uint8_t)step;
        }
    }
    return count;
}

/* As above for a whole number, with a known step. */
static count_t
count_steps(const view_t *view, reading_t reading, scope_t scope, int side, uint8_t step)
{
    count_t count = { .scope = scope, .step = step };

    for (unsigned i = 0; i < scope_size(view, scope, side); i++) {
        const seen_t *seen = scope_message(view, scope, side, i);
        uint64_t value, last;

        if (seen->before[scope] >= 0 && read_number(seen, reading, &value)
            && read_number(&view->seen[seen->before[scope]], reading, &last)) {
            count.total++;
            count.good += ((value - last) & number_mask(reading.width)) == step;
        }
    }
    return count;
}

static bool
is_counting(count_t count)
{
    unsigned least = count.step == 1 && count.scope == SCOPE_OWN ? 2 : 4;

    return count.step && count.good >= least && count.good * 10 >= count.total * 9;
}

/* Does the number begin with 0 or 1 in each connection? */
static bool
begins_small(const view_t *view, reading_t reading, int side)
{
    for (unsigned i = 0; i < view->totals[side]; i++) {
        const seen_t *seen = side_message(view, side, i);
        uint64_t value;

        if (seen->before[SCOPE_OWN] < 0 && read_number(seen, reading, &value) && value > 1) {
            return false;
        }
    }
    return true;
}

/* Bytes of a reading that vary, but never where the number counts: so they take no carry. */
static unsigned
count_strangers(const view_t *view, reading_t reading, unsigned low, const count_t *count)
{
    unsigned strangers = 0;

    for (unsigned offset = reading.offset; offset < reading.offset + reading.width; offset++) {
        const column_t *column = &view->columns[OWN][offset];
        bool is_stranger = offset != low && column->distinct > 1 && !column->steady;

        for (unsigned i = 0; i < scope_size(view, count->scope, OWN) && is_stranger; i++) {
            const seen_t *seen = scope_message(view, count->scope, OWN, i);
            const seen_t *before = seen->before[count->scope] < 0 ? seen : &view->seen[seen->before[count->scope]];
            uint64_t value, last;

            is_stranger = !read_number(seen, reading, &value) || !read_number(before, reading, &last)
                       || ((value - last) & number_mask(reading.width)) != count->step
                       || seen->message->head[offset] == before->message->head[offset];
        }
        strangers += is_stranger;
    }
    return strangers;
}

/* The number whose low byte counts. */
static reading_t
widen_sequence(const view_t *view, unsigned low, count_t *count)
{
    static const unsigned widths[] = { 1, 2, 3, 4, 8 };
    reading_t best = { low, 1, false };
    bool small = begins_small(view, best, OWN);
    unsigned least = count->good;
    double best_score = 0;

    for (unsigned i = 1; i < 2 * G_N_ELEMENTS(widths); i++) {
        unsigned width = widths[i / 2];
        reading_t reading = { i % 2 ? low : low + 1 - width, width, i % 2 != 0 };
        count_t wide;
        double score;

        if (width == 1 || (!reading.little && low + 1 < width) || !is_free(view, reading)) {
            continue;
        }
        wide = count_steps(view, reading, count->scope, OWN, count->step);
        score = score_form(view, reading) + score_neighbours(view, reading, low, 1, small)
              - 4.0 * count_strangers(view, reading, low, count);
        if (wide.good >= least && score > best_score) {
            best = reading;
            best_score = score;
            *count = wide;
        }
    }
    return best;
}

/* ---- transactions --------------------------------------------------------------- */

/* Who said a value first, and in which of his turns last. */
typedef struct slot {
    uint64_t value;
    unsigned epoch, connection, turn;
    uint8_t  side;
} slot_t;

typedef struct {
    unsigned said[2], fresh[2], echoed[2];      /* by side: values, those that are new, those that the other began */
    int chooser;
} echo_t;

static slot_t *
find_slot(const view_t *view, unsigned connection, uint64_t value)
{
    uint64_t hash = (value ^ (uint64_t)connection << 40) * UINT64_C(0x9e3779b97f4a7c15);
    unsigned at = (unsigned)(hash >> 32) & (view->slot_count - 1);

    while (view->slots[at].epoch == view->epoch
           && (view->slots[at].value != value || view->slots[at].connection != connection)) {
        at = (at + 1) & (view->slot_count - 1);
    }
    return &view->slots[at];
}

/* Zeros are left out: where there is no id to say, that is said. */
static echo_t
find_echo(view_t *view, reading_t reading)
{
    echo_t echo = { { 0 }, { 0 }, { 0 }, 0 };

    view->epoch++;
    for (unsigned i = 0; i < view->count; i++) {
        const seen_t *seen = &view->seen[i];
        uint64_t value;
        slot_t *slot;

        view->latest[seen->connection * 2 + seen->side] = seen->turn;
        if (!read_number(seen, reading, &value) || value == 0) {
            continue;
        }
        slot = find_slot(view, seen->connection, value);
        echo.said[seen->side]++;
        if (slot->epoch != view->epoch) {
            *slot = (slot_t){ value, view->epoch, seen->connection, seen->turn, seen->side };
            echo.fresh[seen->side]++;
        } else if (slot->side == seen->side) {
            slot->turn = seen->turn;
        } else {
            echo.echoed[seen->side] += view->latest[seen->connection * 2 + slot->side] - slot->turn < ECHO_WINDOW;
        }
    }
    echo.chooser = echo.fresh[OWN] >= echo.fresh[OTHER] ? OWN : OTHER;
    return echo;
}

static bool
is_echoed(const echo_t *echo)
{
    int other = !echo->chooser;

    return echo->echoed[other] >= 3 && echo->echoed[other] * 10 >= echo->said[other] * 7;
}

/* ... and new for each message: types are echoed, too. */
static bool
is_transaction(const echo_t *echo)
{
    return is_echoed(echo) && echo->fresh[echo->chooser] >= 3
        && echo->fresh[echo->chooser] * 2 >= echo->said[echo->chooser];
}

static void
describe_echo(const echo_t *echo, char *text, size_t size)
{
    snprintf(text, size,
             echo->chooser == OWN ? "%u of %u replies echo it" : "echoes the other side's in %u of %u",
             echo->echoed[!echo->chooser], echo->said[!echo->chooser]);
}

/* Both sides count from 0 or 1: in step, the one does not echo the other for sure. */
static bool
are_both_counting(const view_t *view, reading_t reading, const count_t *count)
{
    count_t other = count_steps(view, reading, SCOPE_OWN, OTHER, count->step);

    return count->scope == SCOPE_OWN && is_counting(other) && begins_small(view, reading, OWN)
        && begins_small(view, reading, OTHER);
}

static void
claim_sequence(view_t *view, unsigned low, count_t count)
{
    static const char *const scopes[] = { "", " over both directions", " over all connections" };
    reading_t reading = widen_sequence(view, low, &count);
    echo_t echo = find_echo(view, reading);
    bool echoed = count.scope == SCOPE_OWN && is_transaction(&echo);
    bool is_sequence = !echoed || are_both_counting(view, reading, &count);
    char text[60] = "";

    view->echoed = view->echoed || echoed;
    if (echoed) {
        describe_echo(&echo, text, sizeof text);
    }
    add_field(view, reading, is_sequence ? NP_LAYOUT_SEQUENCE : NP_LAYOUT_TRANSACTION,
              sureness(count.good, count.total),
              "counts up by %u%s (%u of %u steps)%s%s", count.step, scopes[count.scope], count.good, count.total,
              echoed ? "; " : "", text);
}

static void
find_sequences(view_t *view)
{
    for (unsigned offset = 0; offset < view->reach; offset++) {
        for (unsigned i = SCOPE_OWN; i <= SCOPE_SERVER; i++) {
            scope_t scope = (scope_t)i;
            count_t count;

            if (view->taken[offset] || view->columns[OWN][offset].distinct < 3
                || (scope == SCOPE_SERVER && view->connections < 2)
                || (scope == SCOPE_JOINT && !view->columns[OTHER][offset].have)) {
                continue;
            }
            count = usual_step(view, offset, scope);
            if (is_counting(count) && (scope == SCOPE_OWN || count.step == 1)) {
                claim_sequence(view, offset, count);
            }
        }
    }
}

/* Counts up over both directions and begins again with each exchange, from the same number. */
static bool
is_restarting(const view_t *view, unsigned offset, unsigned *good, unsigned *total)
{
    unsigned restarts[256] = { 0 }, peaks = 0, values = 0, usual = 0;
    bool peak[256] = { false }, seen_value[256] = { false };

    for (unsigned i = 0; i < view->count; i++) {
        const seen_t *seen = &view->seen[i];
        const seen_t *before = seen->before[SCOPE_JOINT] < 0 ? NULL : &view->seen[seen->before[SCOPE_JOINT]];

        if (!before || seen->length <= offset || before->length <= offset) {
            continue;
        }
        uint8_t value = seen->message->head[offset], last = before->message->head[offset];
        ++*total;
        seen_value[value] = true;
        if (value == (uint8_t)(last + 1)) {
            ++*good;
        } else {
            restarts[value]++;
            peak[last] = true;
        }
    }
    for (unsigned value = 0; value < 256; value++) {
        peaks += peak[value];
        values += seen_value[value];
        usual = MAX(usual, restarts[value]);
    }
    return *good >= 6 && *good * 5 >= *total * 2 && (*good + usual) * 20 >= *total * 19 && peaks >= 3 && values >= 4;
}

static void
find_restarting(view_t *view)
{
    for (unsigned offset = 0; offset < MIN(view->limit, 16); offset++) {
        unsigned good = 0, total = 0;

        if (!view->taken[offset] && view->columns[OTHER][offset].have
            && is_restarting(view, offset, &good, &total)) {
            add_field(view, (reading_t){ offset, 1, false }, NP_LAYOUT_SEQUENCE, 0.9 * sureness(good, good),
                      "counts up by 1 over both directions (%u of %u steps), then begins again", good, total);
        }
    }
}

/* Is it echoed, and as often new as an id is? */
static bool
is_echoed_column(view_t *view, unsigned offset)
{
    const column_t *own = &view->columns[OWN][offset], *other = &view->columns[OTHER][offset];
    unsigned least = MAX(3, MIN(MIN(own->have, other->have), 256) / 4);
    echo_t echo;

    if (view->taken[offset] || own->distinct < least || other->distinct < least || is_ascii_column(own)) {
        return false;           /* a reply often repeats the text of its request */
    }
    echo = find_echo(view, (reading_t){ offset, 1, false });
    return is_echoed(&echo);
}

/* The id of which these bytes are echoed: they are all of it, unless ids count. */
static reading_t
widen_transaction(view_t *view, unsigned core, unsigned core_width)
{
    reading_t best = { core, core_width, view->order == LITTLE };
    echo_t known = find_echo(view, best);
    double best_score = score_form(view, best);

    for (unsigned i = 0; i < 8 && core_width != 2 && core_width != 4 && core_width < 8; i++) {
        static const unsigned widths[] = { 2, 4 };
        unsigned width = widths[i % 2];
        bool little = (i & 2) != 0;
        unsigned offset = little ? core : core + core_width - width;
        reading_t reading = { offset, width, little };
        double score;
        echo_t echo;

        if (width <= core_width || (!little && core + core_width < width) || !is_free(view, reading)) {
            continue;
        }
        echo = find_echo(view, reading);
        score = score_form(view, reading) + score_neighbours(view, reading, core, core_width, true);
        if (echo.echoed[!known.chooser] >= known.echoed[!known.chooser] && score > best_score) {
            best = reading;
            best_score = score;
        }
    }
    best.little = view->order == ORDER_UNKNOWN ? best.little : view->order == LITTLE;   /* an echo has no order */
    return best;
}

/* Steps up in the first messages; 0 where it goes down. A step of an eighth of the range or more is no step up. */
static unsigned
count_growth(const view_t *view, reading_t reading, int side, unsigned most, unsigned *total)
{
    uint64_t longest = number_mask(reading.width) >> 3;
    unsigned messages = MIN(most, view->totals[side]);
    unsigned up = 0, bad = 0;

    *total = 0;
    for (unsigned i = 0; i < messages; i++) {
        const seen_t *seen = side_message(view, side, i);
        uint64_t value, last, step;

        if (seen->before[SCOPE_OWN] < 0 || !read_number(seen, reading, &value)
            || !read_number(&view->seen[seen->before[SCOPE_OWN]], reading, &last)) {
            continue;
        }
        ++*total;
        step = (value - last) & number_mask(reading.width);
        up += step > 0 && step <= longest;
        bad += step > longest;
        if (bad > messages / 50) {
            return 0;
        }
    }
    return up;
}

/* Do both sides' numbers grow? Then they meet now and then. */
static bool
is_growing(const view_t *view, reading_t reading)
{
    unsigned total;

    return count_growth(view, reading, OWN, SAMPLE, &total) > 0
        && count_growth(view, reading, OTHER, SAMPLE, &total) > 0;
}

/* The id that is echoed best: what else is echoed is content, or happens to be. */
static void
find_transactions(view_t *view)
{
    reading_t best = { 0 };
    double best_share = 0;

    for (unsigned offset = 0, end; offset < view->limit && !view->echoed; offset = end + 1) {
        for (end = offset; end < view->limit && is_echoed_column(view, end);) {
            end++;
        }
        if (end > offset && end - offset <= LONGEST_ID) {
            reading_t reading = widen_transaction(view, offset, end - offset);
            echo_t echo = find_echo(view, reading);
            double share = (double)echo.echoed[!echo.chooser] / MAX(1, echo.said[!echo.chooser]);

            if (is_transaction(&echo) && share > best_share + 0.05 && (share > 0.9 || !is_growing(view, reading))) {
                best = reading;
                best_share = share;
            }
        }
    }
    if (best.width) {
        echo_t echo = find_echo(view, best);
        double sure = sureness(echo.echoed[!echo.chooser], echo.said[!echo.chooser]);
        char text[60];

        describe_echo(&echo, text, sizeof text);
        add_field(view, best, NP_LAYOUT_TRANSACTION, (best.width > 1 ? 1 : 0.8) * sure, "%s; %u values", text,
                  echo.fresh[OWN] + echo.fresh[OTHER]);
        view->echoed = true;
    }
}

/* ---- counters ------------------------------------------------------------------- */

static double
score_counter(const view_t *view, reading_t reading, unsigned up, unsigned total)
{
    unsigned low = reading.little ? reading.offset : reading.offset + reading.width - 1, shorter_total;
    reading_t shorter = { reading.offset + (reading.little ? 1 : 0), reading.width - 1, reading.little };
    double score = 16.0 * up / total - 8 + score_form(view, reading);

    for (unsigned i = 0; i < reading.width; i++) {
        const column_t *column = &view->columns[OWN][reading.offset + i];
        score += column->zero ? 0.7 : column->constant ? -2 : column->steady ? -1 : 0;
    }
    if (view->columns[OWN][low].distinct * 3 < MIN(up, 128)) {
        score -= 3;             /* the low byte would change with each step */
    }
    if (shorter.width && count_growth(view, shorter, OWN, SAMPLE, &shorter_total) * 50 >= up * 49) {
        score -= 1;             /* the low byte says nothing */
    }
    return score;
}

/* All readings that grow, with what speaks for each. */
typedef struct {
    reading_t reading;
    double    score;
} counter_t;

static GArray *
find_growing(const view_t *view)
{
    static const unsigned widths[] = { 1, 2, 4, 8 };
    GArray *counters = g_array_new(FALSE, FALSE, sizeof(counter_t));

    for (unsigned i = 0; i < view->reach * 8; i++) {
        counter_t counter = { .reading = { i / 8, widths[i % 4], i % 8 >= 4 } };
        unsigned total = 0, up;

        if ((counter.reading.width == 1 && counter.reading.little) || !is_variable(view, counter.reading)) {
            continue;
        }
        up = count_growth(view, counter.reading, OWN, SAMPLE, &total);
        if (up >= (counter.reading.width > 1 ? 8U : 12U) && up * 2 >= total) {
            counter.score = score_counter(view, counter.reading, up, total);
            g_array_append_val(counters, counter);
        }
    }
    return counters;
}

static int
compare_counters(gconstpointer a, gconstpointer b)
{
    const counter_t *left = (const counter_t *)a, *right = (const counter_t *)b;

    if (left->score > right->score || left->score < right->score) {
        return left->score > right->score ? -1 : 1;
    }
    return (int)(left->reading.offset << 8 | left->reading.width << 1 | left->reading.little)
         - (int)(right->reading.offset << 8 | right->reading.width << 1 | right->reading.little);
}

static void
find_counters(view_t *view)
{
    GArray *counters = find_growing(view);

    g_array_sort(counters, compare_counters);
    for (guint i = 0; i < counters->len; i++) {
        const counter_t *counter = &g_array_index(counters, counter_t, i);
        unsigned total = 0, up = 0;

        if (counter->score > 0 && is_free(view, counter->reading)) {
            up = count_growth(view, counter->reading, OWN, G_MAXUINT, &total);
        }
        if (up * 2 >= MAX(total, 1)) {
            add_field(view, counter->reading, NP_LAYOUT_COUNTER, 0.9 * sureness(up, total),
                      "grows in %u of %u steps, unevenly", up, total);
        }
    }
    g_array_free(counters, TRUE);
}

/* ---- text ----------------------------------------------------------------------- */

typedef struct {
    unsigned have, bytes;               /* messages that have those bytes */
    unsigned utf8, cp949;               /* messages; the others are ASCII */
} texts_t;

/* Pairs of Unified Hangul Code, most of them the usual syllables. The last may be cut. */
static bool
is_cp949(const uint8_t *bytes, unsigned length)
{
    unsigned pairs = 0, usual = 0;

    for (unsigned i = 0; i < length; i++) {
        if (bytes[i] < 0x80 || i + 1 == length) {
            continue;
        }
        uint8_t lead = bytes[i], trail = bytes[++i];
        if (lead < 0x81 || lead > 0xfd || trail < 0x41 || trail == 0xff) {
            return false;
        }
        pairs++;
        usual += lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1;
    }
    return pairs && usual * 10 >= pairs * 8;
}

/* Counts what bytes that look like text are encoded in. */
static bool
count_text(texts_t *texts, const uint8_t *bytes, unsigned length, bool is_cut)
{
    const char *end = NULL;
    unsigned high = 0;

    for (unsigned i = 0; i < length; i++) {
        high += bytes[i] >= 0x80;
    }
    if (!high) {
        return true;
    }
    if (g_utf8_validate((const char *)bytes, (gssize)length, &end)
        || (is_cut && length >= 8 && (const char *)bytes + length - end < 4)) {
        texts->utf8++;
    } else if (is_cp949(bytes, length)) {
        texts->cp949++;
    } else {
        return false;
    }
    return true;
}

static const char *
encoding_name(const texts_t *texts)
{
    return texts->cp949 > texts->utf8 ? "CP949" : texts->utf8 ? "UTF-8" : "ASCII";
}

/* From where on a message is text up to what is known of it; NULs may stand between and after strings. */
static unsigned
text_begin(const seen_t *seen)
{
    const uint8_t *head = seen->message->head;
    unsigned at = seen->length, begin = at, nuls = 0;

    while (at > 0 && (is_text_byte(head[at - 1]) || head[at - 1] == 0)) {
        at--;
        nuls += head[at] == 0;
        if (head[at] != 0 && nuls * 4 <= seen->length - at) {
            begin = at;
        }
    }
    return begin;
}

/* The offset from which nine of ten messages are text, if they go on there. */
static unsigned
text_offset(const view_t *view)
{
    unsigned begins[BYTES + 1] = { 0 }, text = 0;

    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const seen_t *seen = side_message(view, OWN, i);
        unsigned begin = text_begin(seen);

        begins[begin] += begin < seen->length;
    }
    for (unsigned offset = 0; offset + 4 <= BYTES; offset++) {
        unsigned have = view->columns[OWN][offset].have;

        text += begins[offset];
        if (have >= LEAST_MESSAGES && text * 10 >= have * 9 && !view->taken[offset]) {
            return offset;
        }
    }
    return BYTES;
}

/* Is it a sequence's low byte, which is printable for a while? Digits in text count, too. */
static bool
is_counting_in_front(const view_t *view, unsigned offset)
{
    const column_t *column = &view->columns[OWN][offset];
    count_t count = usual_step(view, offset, SCOPE_OWN);
    unsigned digits = 0;

    for (unsigned value = '0'; value <= '9'; value++) {
        digits += column->counts[value];
    }
    return column->distinct > 2 && is_counting(count) && count.good * 50 >= count.total * 49 && digits < column->have;
}

/* Some messages end a little behind a header of binary: that is where the text begins, not with a byte of the
 * header that happens to be printable. */
static unsigned
text_behind_header(const view_t *view, unsigned offset)
{
    bool has_header = false;

    for (unsigned i = 0; i < offset; i++) {
        has_header = has_header || !is_text_byte(view->columns[OWN][i].value);
    }
    for (unsigned i = 0; i < BYTES; i++) {
        bool counts = i >= offset && i < offset + 4 && is_counting_in_front(view, i);
        offset = view->taken[i] || counts ? MAX(offset, i + 1) : offset;
    }
    if (!has_header) {
        return offset;
    }
    if (view->limit > offset && view->limit - offset <= 4 && view->limit < BYTES
        && view->columns[OWN][view->limit].have + 2 <= view->totals[OWN]) {
        return view->limit;
    }
    return offset;
}

/* Messages that are text from there on. */
static unsigned
count_texts(const view_t *view, unsigned offset, texts_t *texts)
{
    unsigned good = 0;

    *texts = (texts_t){ 0 };
    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const seen_t *seen = side_message(view, OWN, i);

        if (seen->length > offset) {
            texts->have++;
            texts->bytes += seen->length - offset;
            good += text_begin(seen) <= offset
                 && count_text(texts, seen->message->head + offset, seen->length - offset,
                               seen->message->length > seen->length);
        }
    }
    return good;
}

/* The bytes in front may look like text and be none. Where it is not in most messages it is one type's body. */
static void
find_text_body(view_t *view)
{
    unsigned begin = text_behind_header(view, text_offset(view));

    for (unsigned offset = begin; offset < MIN(begin + 8, BYTES - 8); offset++) {
        texts_t texts;
        unsigned good = count_texts(view, offset, &texts);

        if ((offset > view->limit && texts.have * 2 < view->totals[OWN]) || texts.have < LEAST_MESSAGES
            || texts.bytes < TEXT_HEAD || texts.bytes < texts.have * 3) {
            return;
        }
        if (good * 10 >= texts.have * 8) {
            add_field(view, (reading_t){ offset, 0, false }, NP_LAYOUT_TEXT,
                      sureness(good, texts.have) * texts.bytes / (texts.bytes + TEXT_HEAD),
                      "text in %u of %u messages that have it, %s", good, texts.have, encoding_name(&texts));
            view->limit = MIN(view->limit, offset);
            view->reach = offset;
            return;
        }
    }
}

/* Is it a string, then zeros? bytes: of the strings so far. */
static bool
count_string(texts_t *texts, const uint8_t *bytes, unsigned width, unsigned *sum)
{
    unsigned length = 0;

    while (length < width && bytes[length]) {
        length++;
    }
    for (unsigned i = length; i < width; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    *sum += length;
    return length && count_text(texts, bytes, length, false);
}

static void
claim_string(view_t *view, reading_t reading)
{
    unsigned good = 0, total = view->totals[OWN], sum = 0;
    texts_t texts = { 0 };

    for (unsigned i = 0; i < total; i++) {
        const seen_t *seen = side_message(view, OWN, i);

        good += seen->length >= reading.offset + reading.width
             && count_string(&texts, seen->message->head + reading.offset, reading.width, &sum);
    }
    if (good * 20 >= total * 19 && sum >= total * 3 && sum >= TEXT_HEAD) {
        add_field(view, reading, NP_LAYOUT_TEXT, 0.9 * sureness(good, total), "a string in %u of %u messages, %s", good,
                  total, encoding_name(&texts));
    }
}

/* The bytes that strings use, up to a multiple of 8: zeros behind that are padding. */
static unsigned
string_room(const view_t *view, unsigned offset, unsigned width)
{
    unsigned used = width;

    while (used > 1 && view->columns[OWN][offset + used - 1].zero) {
        used--;
    }
    used = (used + 7) / 8 * 8;
    return used + 8 <= width ? used : width;
}

/* Strings of a fixed room, filled up with zeros. */
static void
find_strings(view_t *view)
{
    unsigned end;

    for (unsigned offset = 0; offset < view->limit; offset = MAX(end, offset) + 1) {
        bool varies = false;

        end = offset;
        if (view->taken[offset] || !is_text_column(&view->columns[OWN][offset], false)) {
            continue;
        }
        while (end < view->limit && !view->taken[end] && is_text_column(&view->columns[OWN][end], true)) {
            varies = varies || !view->columns[OWN][end].constant;
            end++;
        }
        if (varies && end - offset >= 4) {
            claim_string(view, (reading_t){ offset, string_room(view, offset, end - offset), false });
        }
    }
}

/* ---- randomness ----------------------------------------------------------------- */

/* Pairs of equal values are as rare as among 256 equally likely ones, and the upper bit is set as often as not. */
static bool
is_uniform(const unsigned counts[256], unsigned columns, unsigned have)
{
    double pairs = 0, expected = (double)columns * have * (have - 1.0) / 512;
    unsigned high = 0, sum = 0;

    for (unsigned value = 0; value < 256; value++) {
        sum += counts[value];
        high += value >= 0x80 ? counts[value] : 0;
    }
    if (columns == 1) {
        for (unsigned value = 0; value < 256; value++) {
            pairs += 0.5 * counts[value] * (counts[value] - 1.0);
        }
    }
    return sum && high * 5 >= sum && high * 5 <= sum * 4 && pairs <= 1.6 * expected + 2 * sqrt(expected) + 1.2;
}

static bool
is_random_column(const column_t *column)
{
    return column->have >= 8 && is_uniform(column->counts, 1, column->have);
}

/* ---- types ---------------------------------------------------------------------- */

/* How much of one thing another tells: strength 0 to 1, and by how many standard deviations that is no accident. */
typedef struct {
    double strength, deviation;
} dependence_t;

/* The messages a type is looked for in, as categories. */
typedef struct {
    unsigned count;
    uint8_t  lengths[2][SAMPLE];        /* by sixteenths and by quarters */
    uint8_t  values[MOST_COMPARED][SAMPLE];
    unsigned offsets[MOST_COMPARED];
    unsigned columns;
} sample_t;

/* Goodman and Kruskal's tau, less what is there by chance; its deviation after Light and Margolin. */
static dependence_t
measure_dependence(const uint8_t *from, const uint8_t *to, unsigned count)
{
    unsigned table[64][CATEGORIES] = { { 0 } }, rows[64] = { 0 }, columns[CATEGORIES] = { 0 };
    unsigned row_count = 0, column_count = 0;
    double within = 0, squares = 0, tau, degrees;
    dependence_t found = { 0, 0 };

    for (unsigned i = 0; i < count; i++) {
        table[from[i] & 63][to[i]]++;
        rows[from[i] & 63]++;
        columns[to[i]]++;
    }
    for (unsigned column = 0; column < CATEGORIES; column++) {
        column_count += columns[column] > 0;
        squares += (double)columns[column] * columns[column];
    }
    for (unsigned row = 0; row < 64; row++) {
        row_count += rows[row] > 0;
        for (unsigned column = 0; column < CATEGORIES && rows[row]; column++) {
            within += (double)table[row][column] * table[row][column] / rows[row];
        }
    }
    if (count < 6 || row_count < 2 || column_count < 2 || row_count + 2 > count) {
        return found;
    }
    tau = (within - squares / count) / (count - squares / count);
    degrees = (row_count - 1.0) * (column_count - 1.0);
    found.deviation = ((count - 1.0) * (column_count - 1.0) * tau - degrees) / sqrt(2 * degrees);
    found.strength = MAX(0, 1 - (1 - tau) * (count - 1.0) / (count - row_count));
    return found;
}

/* Each byte value's category: the usual ones by themselves, the others together. */
static void
categorise(const column_t *column, uint8_t categories[256])
{
    unsigned order[256], most = CATEGORIES - 2;

    memset(categories, CATEGORIES - 2, 256);
    for (unsigned i = 0; i < most; i++) {
        order[i] = 256;
        for (unsigned value = 0; value < 256; value++) {
            if (column->counts[value] && categories[value] == CATEGORIES - 2
                && (order[i] == 256 || column->counts[value] > column->counts[order[i]])) {
                order[i] = value;
            }
        }
        if (order[i] == 256) {
            return;
        }
        categories[order[i]] = (uint8_t)i;
    }
}

static unsigned
sample_index(const view_t *view, unsigned i, unsigned count)
{
    return (unsigned)((uint64_t)i * view->totals[OWN] / count);
}

static int
compare_lengths(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

static void
sample_lengths(const view_t *view, sample_t *sample)
{
    uint32_t sorted[SAMPLE] = { 0 };

    for (unsigned i = 0; i < sample->count; i++) {
        sorted[i] = side_message(view, OWN, sample_index(view, i, sample->count))->message->length;
    }
    qsort(sorted, sample->count, sizeof *sorted, compare_lengths);
    for (unsigned i = 0; i < sample->count; i++) {
        uint32_t length = side_message(view, OWN, sample_index(view, i, sample->count))->message->length;

        for (unsigned way = 0, parts = 16; way < 2; way++, parts = 4) {
            sample->lengths[way][i] = 0;
            for (unsigned part = 1; part < parts; part++) {
                bool is_longer = sorted[part * sample->count / parts] <= length;
                sample->lengths[way][i] = (uint8_t)(sample->lengths[way][i] + is_longer);
            }
        }
    }
}

static void
sample_columns(const view_t *view, sample_t *sample)
{
    sample->columns = 0;
    for (unsigned offset = 0; offset < BYTES && sample->columns < MOST_COMPARED; offset++) {
        const column_t *column = &view->columns[OWN][offset];
        uint8_t categories[256], *values = sample->values[sample->columns];

        if ((view->taken[offset] && !view->text[offset]) || column->distinct < 2) {
            continue;
        }
        categorise(column, categories);
        for (unsigned i = 0; i < sample->count; i++) {
            const seen_t *seen = side_message(view, OWN, sample_index(view, i, sample->count));
            values[i] = seen->length > offset ? categories[seen->message->head[offset]] : CATEGORIES - 1;
        }
        sample->offsets[sample->columns++] = offset;
    }
}

/* What the byte there in a request tells of that in its reply. */
static dependence_t
measure_replies(const view_t *view, unsigned offset)
{
    uint8_t asked[SAMPLE] = { 0 }, replied[SAMPLE] = { 0 }, categories[2][256];
    unsigned count = 0;

    categorise(&view->columns[OWN][offset], categories[OWN]);
    categorise(&view->columns[OTHER][offset], categories[OTHER]);
    for (unsigned i = 0; i < view->count && count < SAMPLE; i++) {
        const seen_t *seen = &view->seen[i];
        const seen_t *before = seen->before[SCOPE_JOINT] < 0 ? NULL : &view->seen[seen->before[SCOPE_JOINT]];

        if (before && before->side != seen->side && seen->message->direction == 2
            && seen->length > offset && before->length > offset) {
            asked[count] = categories[before->side][before->message->head[offset]];
            replied[count++] = categories[seen->side][seen->message->head[offset]];
        }
    }
    return measure_dependence(asked, replied, count);
}

static bool
has_few_values(const view_t *view, unsigned offset)
{
    const column_t *column = &view->columns[OWN][offset];

    return !view->taken[offset] && !column->steady && column->have >= 6 && column->distinct >= 2
        && column->distinct <= MOST_TYPES && column->distinct * 3 <= column->have;
}

/* Is one value's share so large that the others may be accidents? */
static bool
is_usual(const column_t *column)
{
    return column->counts[column->value] * 20 >= column->have * 19;
}

/* Each bit that varies does so for itself: the value's entropy is the sum of the bits'. */
static bool
has_independent_bits(const column_t *column, unsigned *bits)
{
    double entropy = 0, sum = 0;

    *bits = 0;
    for (unsigned value = 0; value < 256; value++) {
        double share = (double)column->counts[value] / column->have;
        entropy -= share > 0 ? share * log2(share) : 0;
    }
    for (unsigned bit = 0; bit < 8; bit++) {
        unsigned set = 0;
        for (unsigned value = 0; value < 256; value++) {
            set += value >> bit & 1 ? column->counts[value] : 0;
        }
        if (set && set < column->have) {
            double share = (double)set / column->have;
            sum -= share * log2(share) + (1 - share) * log2(1 - share);
            ++*bits;
        }
    }
    /* Few messages make both too small (Miller and Madow). */
    entropy += (column->distinct - 1) / (2 * G_LN2 * column->have);
    sum += *bits / (2 * G_LN2 * column->have);
    return *bits > 0 && *bits < 7 && entropy >= 0.93 * sum;
}

typedef struct {
    reading_t    reading;
    unsigned     values;
    double       score;
    dependence_t length, content, reply;
} type_t;

static double
significant(dependence_t dependence)
{
    return dependence.deviation >= LEAST_DEVIATION ? dependence.strength : 0;
}

/* The mean dependence of the columns that depend most. */
static dependence_t
measure_content(const sample_t *sample, const uint8_t *values, unsigned first, unsigned width)
{
    dependence_t best[3] = { { 0, 0 } }, mean = { 0, 0 };

    for (unsigned i = 0; i < sample->columns; i++) {
        dependence_t found;

        if (sample->offsets[i] >= first && sample->offsets[i] < first + width) {
            continue;
        }
        found = measure_dependence(values, sample->values[i], sample->count);
        for (unsigned j = 0; j < G_N_ELEMENTS(best); j++) {
            if (significant(found) > best[j].strength) {
                dependence_t less = best[j];
                best[j] = found;
                found = less;
            }
        }
    }
    for (unsigned j = 0; j < G_N_ELEMENTS(best); j++) {
        mean.strength += best[j].strength / G_N_ELEMENTS(best);
        mean.deviation = MAX(mean.deviation, best[j].deviation);
    }
    return mean;
}

/* The values' numbers in their order of appearance; how many there are. */
static unsigned
number_values(const view_t *view, reading_t reading, uint8_t *numbers, unsigned count)
{
    uint64_t known[MOST_TYPES];
    unsigned known_count = 0;

    for (unsigned i = 0; i < count; i++) {
        uint64_t value = UINT64_MAX;
        unsigned at = 0;

        read_number(side_message(view, OWN, sample_index(view, i, count)), reading, &value);
        while (at < known_count && known[at] != value) {
            at++;
        }
        if (at == known_count && known_count == MOST_TYPES) {
            return MOST_TYPES + 1;
        }
        known[at] = value;
        known_count += at == known_count;
        numbers[i] = (uint8_t)at;
    }
    return known_count;
}

static type_t
measure_type(const view_t *view, const sample_t *sample, reading_t reading)
{
    type_t type = { .reading = reading };
    uint8_t numbers[SAMPLE];
    dependence_t quarters;

    type.values = number_values(view, reading, numbers, sample->count);
    if (type.values > MOST_TYPES) {
        return type;
    }
    type.length = measure_dependence(numbers, sample->lengths[0], sample->count);
    quarters = measure_dependence(numbers, sample->lengths[1], sample->count);
    type.length = significant(quarters) > significant(type.length) ? quarters : type.length;
    type.content = measure_content(sample, numbers, reading.offset, reading.width);
    type.reply = reading.width == 1 ? measure_replies(view, reading.offset) : (dependence_t){ 0, 0 };
    /* Nearly as many values as messages tell everything, and nothing. */
    type.score = MAX(significant(type.length), significant(type.content))
               * MAX(0, 1 - 2.0 * type.values / sample->count);
    return type;
}

/* Types of two bytes: where both have few values, together they must tell more than each. */
static void
try_wide_type(const view_t *view, const sample_t *sample, type_t *type)
{
    unsigned offset = type->reading.offset & ~1U;
    reading_t pair = { offset, 2, view->order == LITTLE };
    type_t wide;

    if (offset + 2 > view->limit || !has_few_values(view, offset) || !has_few_values(view, offset + 1)) {
        return;
    }
    wide = measure_type(view, sample, pair);
    wide.reply = type->reply;       /* both scores are without it here */
    if (wide.values * 4 <= sample->count && wide.score > type->score + 0.1) {
        *type = wide;
    }
}

/* The zeros beside a number's low byte that may be its upper ones. */
static unsigned
count_upper_zeros(const view_t *view, unsigned low)
{
    bool little = view->order == LITTLE;
    unsigned zeros = 0;

    for (unsigned at = low; little ? ++at < view->limit : at-- > 0;) {
        if (view->taken[at] || !view->columns[OWN][at].zero) {
            break;
        }
        zeros++;
    }
    return zeros;
}

/* A type of 16 or 32 bits has zeros for upper bytes. More of them than it needs may be another field's, unless it is
 * aligned. */
static reading_t
widen_type(const view_t *view, reading_t reading)
{
    unsigned low = reading.offset, zeros = reading.width == 1 ? count_upper_zeros(view, low) : 0;
    bool little = view->order == LITTLE;
    reading_t best = reading;

    for (unsigned width = 2; width <= 4 && width <= zeros + 1; width *= 2) {
        reading_t wide = { little ? low : low + 1 - width, width, little };

        if (wide.offset % width == 0 || (width == 2 && zeros % 2)) {
            best = wide;
        }
    }
    return best;
}

static void
claim_type(view_t *view, const type_t *type)
{
    double length = significant(type->length), content = significant(type->content), reply = significant(type->reply);
    double strength = MAX(length, content), least = strength > 0 || type->values <= 8 ? 0.5 : 0.4;
    unsigned have = view->columns[OWN][type->reading.offset].have;

    add_field(view, widen_type(view, type->reading), NP_LAYOUT_TYPE,
              (least + 0.5 * MAX(strength, 0.2 * reply)) * have / (have + 4.0),
              "%u values%s%s%s", type->values, length > 0 ? "; length follows the value" : "",
              content > 0 ? "; content follows the value" : "", reply > 0 ? "; the reply's follows the request's" : "");
}

/* Nothing depends on it; but few values early in the message that are no combination of bits are a type's rather than
 * anything else. */
static void
claim_weak_type(view_t *view)
{
    for (unsigned offset = 0; offset < MIN(view->limit, 16); offset++) {
        const column_t *column = &view->columns[OWN][offset];
        unsigned bits;

        if (has_few_values(view, offset) && column->have >= 12 && column->distinct > 2 && column->distinct <= 16
            && !has_independent_bits(column, &bits)) {
            reading_t reading = { offset, 1, false };

            add_field(view, widen_type(view, reading), NP_LAYOUT_TYPE, 0.6 * column->have / (column->have + 8.0),
                      "%u values in %u messages; nothing follows them", column->distinct, column->have);
            return;
        }
    }
}

static void
find_type(view_t *view)
{
    sample_t *sample = g_new(sample_t, 1);
    type_t best = { .score = 0 };
    unsigned tried = 0, taken = 0, others = 0;

    sample->count = MIN(view->totals[OWN], SAMPLE);
    sample_lengths(view, sample);
    sample_columns(view, sample);
    for (unsigned offset = 0; offset < view->limit && tried < MOST_COMPARED; offset++) {
        if (has_few_values(view, offset)) {
            type_t type = measure_type(view, sample, (reading_t){ offset, 1, false });

            tried++;
            if (type.score > LEAST_TYPE) {
                try_wide_type(view, sample, &type);
            }
            /* A body's first bytes may tell as much, but behind others, and less of the reply. */
            type.score += 0.3 * significant(type.reply) - 0.08 * others - 0.01 * taken;
            best = type.score > best.score ? type : best;
        }
        taken += view->taken[offset];
        others += !view->taken[offset] && !view->columns[OWN][offset].constant
               && !is_random_column(&view->columns[OWN][offset]);
    }
    g_free(sample);
    if (best.score > LEAST_TYPE) {
        claim_type(view, &best);
    } else {
        claim_weak_type(view);
    }
}

/* ---- flags and the rest --------------------------------------------------------- */

static void
find_flags(view_t *view)
{
    for (unsigned offset = 0; offset < view->limit; offset++) {
        const column_t *column = &view->columns[OWN][offset];
        unsigned bits = 0, more = 0;
        reading_t reading = { offset, 1, false };

        if (!has_few_values(view, offset) || column->have < 8 || is_usual(column)
            || !has_independent_bits(column, &bits)) {
            continue;
        }
        if (offset % 2 == 0 && offset + 1 < view->limit && has_few_values(view, offset + 1)
            && !is_usual(column + 1) && has_independent_bits(column + 1, &more)) {
            reading = (reading_t){ offset, 2, view->order == LITTLE };
        } else if (offset % 2 && view->order != LITTLE && !view->taken[offset - 1] && column[-1].zero) {
            reading = (reading_t){ offset - 1, 2, false };
        }
        add_field(view, reading, NP_LAYOUT_FLAGS, (bits + more > 1 ? 0.7 : 0.5) * column->have / (column->have + 4.0),
                  bits + more > 1 ? "%u bits vary, each for itself" : "%u bit varies", bits + more);
    }
}

typedef enum { CLASS_TAKEN, CLASS_CONSTANT, CLASS_ZERO, CLASS_STEADY, CLASS_USUAL, CLASS_RANDOM, CLASS_OTHER } class_t;

/* A zero before a constant may be the upper byte of a number of 16 bits. */
static bool
is_upper_zero(const view_t *view, unsigned offset)
{
    unsigned other = offset ^ 1U;
    bool upper_first = view->order != LITTLE;

    return (offset % 2 == 0) == upper_first && other < view->limit && !view->taken[other]
        && view->columns[OWN][other].constant && !view->columns[OWN][other].zero;
}

static class_t
classify(const view_t *view, unsigned offset)
{
    const column_t *column = &view->columns[OWN][offset];

    if (view->taken[offset]) {
        return CLASS_TAKEN;
    }
    if (column->zero) {
        return is_upper_zero(view, offset) ? CLASS_CONSTANT : CLASS_ZERO;
    }
    if (column->constant) {
        return CLASS_CONSTANT;
    }
    if (column->steady) {
        return CLASS_STEADY;
    }
    if (is_usual(column)) {
        return CLASS_USUAL;
    }
    return is_random_column(column) ? CLASS_RANDOM : CLASS_OTHER;
}

static void
add_rest(view_t *view, class_t class, reading_t reading)
{
    const column_t *column = &view->columns[OWN][reading.offset];
    unsigned have = column->have, samples = have * reading.width;

    switch (class) {
    case CLASS_CONSTANT:
        add_field(view, reading, NP_LAYOUT_CONSTANT, have / (have + 1.0), "same in all %u messages", have);
        break;
    case CLASS_ZERO:
        add_field(view, reading, NP_LAYOUT_PADDING, 0.9 * have / (have + 1.0), "zero in all %u messages", have);
        break;
    case CLASS_STEADY:
        add_field(view, reading, NP_LAYOUT_CONSTANT, 0.8 * have / (have + 4.0), "same within each of %u connections",
                  view->connections);
        break;
    case CLASS_USUAL:
        add_field(view, reading, NP_LAYOUT_CONSTANT, 0.6 * have / (have + 4.0), "same in %u of %u messages",
                  column->counts[column->value], have);
        break;
    case CLASS_RANDOM:
        add_field(view, reading, NP_LAYOUT_HIGH_ENTROPY, 0.9 * samples / (samples + 64.0),
                  "all values equally likely, %u bytes seen", samples);
        break;
    default:
        add_field(view, reading, NP_LAYOUT_UNKNOWN, 0.3,
                  reading.width == 1 ? "no pattern; %u values" : "no pattern in %u messages",
                  reading.width == 1 ? column->distinct : have);
        break;
    }
}

/* The last byte of a header that fields have, at least as many as nearly all messages have. */
static unsigned
header_end(const view_t *view)
{
    unsigned end = view->limit;

    for (unsigned offset = view->limit; offset < view->reach; offset++) {
        end = view->taken[offset] ? offset + 1 : end;
    }
    return view->reach < BYTES && view->taken[view->reach] ? view->reach : end;     /* up to the text */
}

static void
fill_gaps(view_t *view, unsigned end)
{
    class_t classes[BYTES + 1];

    for (unsigned offset = 0; offset < end; offset++) {
        classes[offset] = classify(view, offset);
    }
    for (unsigned offset = 0, next; offset < end; offset = next) {
        for (next = offset + 1; next < end && classes[next] == classes[offset] && classes[offset] != CLASS_USUAL;) {
            next++;
        }
        if (classes[offset] == CLASS_RANDOM && (next - offset) * view->columns[OWN][offset].have < 32) {
            classes[offset] = CLASS_OTHER;          /* too little to be sure */
        }
        if (classes[offset] != CLASS_TAKEN) {
            add_rest(view, classes[offset], (reading_t){ offset, next - offset, false });
        }
    }
}

static int
compare_fields(gconstpointer a, gconstpointer b)
{
    return (int)((const np_layout_field_t *)a)->offset - (int)((const np_layout_field_t *)b)->offset;
}

/* Unknown bytes side by side, found for different reasons, are one field. */
static void
join_neighbours(view_t *view)
{
    for (guint i = 1; i < view->fields->len;) {
        np_layout_field_t *last = &g_array_index(view->fields, np_layout_field_t, i - 1);
        np_layout_field_t *field = &g_array_index(view->fields, np_layout_field_t, i);

        if (last->kind == NP_LAYOUT_UNKNOWN && field->kind == NP_LAYOUT_UNKNOWN && last->width && field->width) {
            last->width = (uint16_t)(last->width + field->width);
            snprintf(last->evidence, sizeof last->evidence, "no pattern in %u messages", view->totals[OWN]);
            g_array_remove_index(view->fields, i);
        } else {
            i++;
        }
    }
}

/* The bytes from offset on, all messages': are they random? */
static bool
is_random_body(const view_t *view, unsigned offset, unsigned *samples)
{
    unsigned columns = 0, random = 0;

    *samples = 0;
    for (unsigned i = offset; i < BYTES; i++) {
        const column_t *column = &view->columns[OWN][i];

        if (column->have >= 8) {
            columns++;
            random += is_random_column(column);
            *samples += column->have;
        }
    }
    return columns && random * 10 >= columns * 9 && *samples >= 48;
}

/* What is behind the header, up to the end, and what the header ends with and is alike. */
static void
add_body(view_t *view, unsigned end)
{
    unsigned samples = 0;
    bool random;

    while (view->fields->len) {
        const np_layout_field_t *last = &g_array_index(view->fields, np_layout_field_t, view->fields->len - 1);
        bool last_random = last->kind == NP_LAYOUT_HIGH_ENTROPY;

        if ((!last_random && last->kind != NP_LAYOUT_UNKNOWN)
            || (last_random && !is_random_body(view, last->offset, &samples))) {
            break;
        }
        end = last->offset;
        g_array_set_size(view->fields, view->fields->len - 1);
    }
    random = is_random_body(view, end, &samples);
    add_field(view, (reading_t){ end, 0, false }, random ? NP_LAYOUT_HIGH_ENTROPY : NP_LAYOUT_UNKNOWN,
              random ? 0.9 * samples / (samples + 64.0) : 0.3,
              random ? "all values equally likely, %u bytes seen" : "no pattern", samples);
}

/* ---- all of it ------------------------------------------------------------------ */

static void
find_all(view_t *view)
{
    unsigned end;

    find_framing_length(view);
    find_endpoints(view, 4);
    find_times(view, true);
    find_text_body(view);
    find_sequences(view);
    find_restarting(view);
    find_transactions(view);
    find_times(view, false);
    find_lengths(view);
    find_endpoints(view, 2);
    find_counters(view);
    find_strings(view);
    find_type(view);
    find_flags(view);
    end = header_end(view);
    fill_gaps(view, end);
    g_array_sort(view->fields, compare_fields);
    join_neighbours(view);
    if (view->goes_on && (end == BYTES || !view->taken[end])) {
        add_body(view, end);
    }
}

static void
open_view(view_t *view, const np_layout_message_t *messages, size_t count, uint8_t direction)
{
    view->count = (unsigned)MIN(count, G_MAXINT / 8);
    view->seen = g_new0(seen_t, view->count);
    view->sides[OWN] = g_new(unsigned, view->count);
    view->sides[OTHER] = g_new(unsigned, view->count);
    view->order = ORDER_UNKNOWN;
    collect_messages(view, messages, direction);
    for (view->slot_count = 64; view->slot_count < view->count * 2;) {
        view->slot_count *= 2;
    }
    view->slots = g_new0(slot_t, view->slot_count);
    view->latest = g_new0(unsigned, (gsize)view->connections * 2);
    view->bases = g_new0(int64_t, view->connections);
}

static void
close_view(view_t *view)
{
    g_free(view->seen);
    g_free(view->sides[OWN]);
    g_free(view->sides[OTHER]);
    g_free(view->slots);
    g_free(view->latest);
    g_free(view->bases);
    g_free(view);
}

GArray *
np_layout_find(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_framing_t *framing)
{
    GArray *fields = g_array_new(FALSE, TRUE, sizeof(np_layout_field_t));
    view_t *view = g_new0(view_t, 1);

    open_view(view, messages, count, direction);
    view->framing = framing;
    view->fields = fields;
    if (view->totals[OWN] >= LEAST_MESSAGES) {
        measure_columns(view);
        measure_header(view);
        find_all(view);
    }
    close_view(view);
    return fields;
}

static int
compare_values(gconstpointer a, gconstpointer b)
{
    uint32_t left = ((const np_layout_value_t *)a)->value, right = ((const np_layout_value_t *)b)->value;

    return left < right ? -1 : left > right;
}

static void
add_value(GArray *values, GHashTable *known, uint32_t value, uint32_t length)
{
    guint at = GPOINTER_TO_UINT(g_hash_table_lookup(known, GUINT_TO_POINTER(value)));
    np_layout_value_t *entry;

    if (!at) {
        np_layout_value_t new_entry = { value, 0, length, length };

        g_array_append_val(values, new_entry);
        at = values->len;
        g_hash_table_insert(known, GUINT_TO_POINTER(value), GUINT_TO_POINTER(at));
    }
    entry = &g_array_index(values, np_layout_value_t, at - 1);
    entry->count++;
    entry->shortest = MIN(entry->shortest, length);
    entry->longest = MAX(entry->longest, length);
}

GArray *
np_layout_values(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_layout_field_t *field)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(np_layout_value_t));
    GHashTable *known = g_hash_table_new(NULL, NULL);
    reading_t reading = { field->offset, field->width, field->little };

    for (size_t i = 0; i < count && field->width >= 1 && field->width <= 4; i++) {
        seen_t seen = { .message = &messages[i] };
        uint64_t value;

        seen.length = MIN(MIN(messages[i].head_length, messages[i].length), BYTES);
        if (messages[i].direction == direction && read_number(&seen, reading, &value)) {
            add_value(values, known, (uint32_t)value, messages[i].length);
        }
    }
    g_hash_table_destroy(known);
    g_array_sort(values, compare_values);
    return values;
}

const char *
np_layout_kind_name(np_layout_kind_t kind)
{
    static const char *const names[] = {
        [NP_LAYOUT_CONSTANT] = "Constant", [NP_LAYOUT_LENGTH] = "Length", [NP_LAYOUT_TYPE] = "Type",
        [NP_LAYOUT_SEQUENCE] = "Sequence", [NP_LAYOUT_TRANSACTION] = "Transaction", [NP_LAYOUT_FLAGS] = "Flags",
        [NP_LAYOUT_TIME] = "Time", [NP_LAYOUT_ADDRESS] = "Address", [NP_LAYOUT_PORT] = "Port",
        [NP_LAYOUT_COUNTER] = "Counter", [NP_LAYOUT_TEXT] = "Text", [NP_LAYOUT_PADDING] = "Padding",
        [NP_LAYOUT_HIGH_ENTROPY] = "High entropy", [NP_LAYOUT_UNKNOWN] = "Unknown"
    };

    return (size_t)kind < G_N_ELEMENTS(names) && names[kind] ? names[kind] : "Unknown";
}
