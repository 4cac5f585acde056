/* test_layout_planted.c
 * Naver Phone: more tests of control/layout, which must find each field of planted headers
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/layout.h"

#include <math.h>
#include <string.h>

/* ---- generated conversations ------------------------------------------------------ */

typedef enum {
    PLANT_END,
    PLANT_CONSTANT, /* never changes and has no zero byte */
    PLANT_PADDING,
    PLANT_LENGTH,      /* of the whole message, minus what the framing adds */
    PLANT_TYPE,        /* one of five; 0x80 higher in replies; determines the length */
    PLANT_SEQUENCE,    /* per side and connection, from 1; the server's from 17 */
    PLANT_TRANSACTION, /* random, echoed by the reply */
    PLANT_FLAGS,       /* three independent bits */
    PLANT_SECONDS,
    PLANT_MILLISECONDS,
    PLANT_CLIENT_ADDRESS,
    PLANT_SERVER_ADDRESS,
    PLANT_CLIENT_PORT,
    PLANT_TEXT,   /* up to the end */
    PLANT_RANDOM, /* up to the end */
    PLANT_NOISE   /* ... without any expectation */
} plant_kind_t;

typedef struct {
    plant_kind_t kind;
    unsigned offset, width;
    bool little;
} plant_t;

typedef struct {
    const char *framing;
    plant_t plants[12];
} header_t;

/* The fields' values in an exchange. */
typedef struct {
    unsigned type, connection;
    uint32_t transaction;
    uint32_t sequences[2];
} exchange_t;

static np_layout_kind_t
planted_kind(plant_kind_t kind)
{
    /* clang-format off */
    static const np_layout_kind_t kinds[] = {
        [PLANT_CONSTANT] = NP_LAYOUT_CONSTANT, [PLANT_PADDING] = NP_LAYOUT_PADDING, [PLANT_LENGTH] = NP_LAYOUT_LENGTH,
        [PLANT_TYPE] = NP_LAYOUT_TYPE, [PLANT_SEQUENCE] = NP_LAYOUT_SEQUENCE,
        [PLANT_TRANSACTION] = NP_LAYOUT_TRANSACTION, [PLANT_FLAGS] = NP_LAYOUT_FLAGS, [PLANT_SECONDS] = NP_LAYOUT_TIME,
        [PLANT_MILLISECONDS] = NP_LAYOUT_TIME, [PLANT_CLIENT_ADDRESS] = NP_LAYOUT_ADDRESS,
        [PLANT_SERVER_ADDRESS] = NP_LAYOUT_ADDRESS, [PLANT_CLIENT_PORT] = NP_LAYOUT_PORT, [PLANT_TEXT] = NP_LAYOUT_TEXT,
        [PLANT_RANDOM] = NP_LAYOUT_HIGH_ENTROPY
    };
    /* clang-format on */

    return kinds[kind];
}

static bool
is_number(plant_kind_t kind)
{
    return kind == PLANT_LENGTH || kind == PLANT_SEQUENCE || kind == PLANT_SECONDS || kind == PLANT_MILLISECONDS
        || kind == PLANT_TYPE;
}

static uint8_t
random_byte(GRand *random)
{
    return (uint8_t)(g_rand_int(random) >> 13);
}

static np_framing_t
framing_of(const char *text)
{
    np_framing_t framing = { 0 };

    g_assert_true(np_framing_parse(text, &framing));
    return framing;
}

static void
put_number(np_layout_message_t *message, const plant_t *plant, uint64_t value)
{
    for (unsigned i = 0; i < plant->width; i++) {
        message->head[plant->offset + (plant->little ? i : plant->width - 1 - i)] = (uint8_t)(value >> 8 * i);
    }
}

static void
put_body(np_layout_message_t *message, const plant_t *plant, GRand *random)
{
    for (unsigned i = plant->offset; i < message->head_length; i++) {
        message->head[i] = plant->kind != PLANT_TEXT
                             ? random_byte(random)
                             : (uint8_t)(g_rand_int_range(random, 0, 6) ? g_rand_int_range(random, 'a', 'z' + 1) : ' ');
    }
}

static uint64_t
planted_value(const np_layout_message_t *message, const plant_t *plant, int32_t add, const exchange_t *exchange,
              GRand *random)
{
    switch (plant->kind) {
    case PLANT_CONSTANT:
        return 0x4e5076314e507631U;
    case PLANT_LENGTH:
        return (uint64_t)((int64_t)message->length - add);
    case PLANT_TYPE:
        return exchange->type | (message->direction == 2 ? 0x80U : 0);
    case PLANT_SEQUENCE:
        return exchange->sequences[message->direction - 1];
    case PLANT_TRANSACTION:
        return exchange->transaction;
    case PLANT_FLAGS:
        return (uint64_t)g_rand_int_range(random, 0, 8);
    case PLANT_SECONDS:
        return (uint64_t)message->time;
    case PLANT_MILLISECONDS:
        return (uint64_t)(message->time * 1000);
    case PLANT_CLIENT_PORT:
        return message->client_port;
    default:
        return 0;
    }
}

static void
put_plant(np_layout_message_t *message, const plant_t *plant, int32_t add, const exchange_t *exchange, GRand *random)
{
    if (plant->kind == PLANT_TEXT || plant->kind == PLANT_RANDOM || plant->kind == PLANT_NOISE) {
        put_body(message, plant, random);
    } else if (plant->kind == PLANT_CLIENT_ADDRESS || plant->kind == PLANT_SERVER_ADDRESS) {
        memcpy(message->head + plant->offset, plant->kind == PLANT_CLIENT_ADDRESS ? message->client : message->server,
               4);
    } else {
        put_number(message, plant, planted_value(message, plant, add, exchange, random));
    }
}

/* A message of one of three connections to a server. */
static np_layout_message_t
made_envelope(uint8_t direction, unsigned connection, uint32_t length, double time)
{
    np_layout_message_t message = { .direction = direction,
                                    .connection = 7 + connection,
                                    .length = length,
                                    .time = time,
                                    .head_length = (uint8_t)MIN(length, NP_LAYOUT_HEAD),
                                    .client = { 192, 168, 10, (uint8_t)(21 + connection) },
                                    .server = { 110, 93, 155, 77 },
                                    .client_port = (uint16_t)(49155 + connection),
                                    .server_port = 5349 };

    return message;
}

static unsigned
header_length(const header_t *header)
{
    unsigned length = 0;

    for (const plant_t *plant = header->plants; plant->kind; plant++) {
        length = MAX(length, plant->offset + plant->width);
    }
    return length;
}

static void
add_message(GArray *messages, const header_t *header, uint8_t direction, const exchange_t *exchange, double time,
            GRand *random)
{
    np_framing_t framing = framing_of(header->framing);
    uint32_t length = header_length(header) + 8 * exchange->type + (uint32_t)g_rand_int_range(random, 4, 12);
    np_layout_message_t message;

    if (framing.kind == NP_FRAMING_FIXED) {
        length = framing.size;
    }
    message = made_envelope(direction, exchange->connection, length, time);
    for (const plant_t *plant = header->plants; plant->kind; plant++) {
        put_plant(&message, plant, framing.add, exchange, random);
    }
    g_array_append_val(messages, message);
}

/* Requests and their replies in three alternating connections. */
static GArray *
made_conversation(const header_t *header, guint32 seed, unsigned exchanges)
{
    GArray *messages = g_array_new(FALSE, TRUE, sizeof(np_layout_message_t));
    GRand *random = g_rand_new_with_seed(seed);
    uint32_t sequences[3] = { 0 };
    double time = 1700000000.25;

    for (unsigned i = 0; i < exchanges; i++) {
        unsigned connection = (unsigned)g_rand_int_range(random, 0, 3);
        exchange_t exchange = { .type = (unsigned)g_rand_int_range(random, 1, 6),
                                .connection = connection,
                                .transaction = g_rand_int(random) };

        exchange.sequences[0] = ++sequences[connection];
        exchange.sequences[1] = exchange.sequences[0] + 16;
        add_message(messages, header, 1, &exchange, time += g_rand_double_range(random, 0.1, 9), random);
        add_message(messages, header, 2, &exchange, time += g_rand_double_range(random, 0.01, 0.1), random);
    }
    g_rand_free(random);
    return messages;
}

static GArray *
find(const GArray *messages, uint8_t direction, const char *framing_text)
{
    np_framing_t framing = framing_of(framing_text);

    return np_layout_find((const np_layout_message_t *)(void *)messages->data, messages->len, direction, &framing);
}

/* ---- what holds for any result ----------------------------------------------------- */

static void
assert_is_field(const np_layout_field_t *field)
{
    const char *end = memchr(field->evidence, '\0', sizeof field->evidence);

    g_assert_cmpint(field->kind, >=, NP_LAYOUT_CONSTANT);
    g_assert_cmpint(field->kind, <=, NP_LAYOUT_UNKNOWN);
    g_assert_cmpfloat(field->confidence, >=, 0);
    g_assert_cmpfloat(field->confidence, <=, 1);
    g_assert_nonnull(end);
    g_assert_true(end > field->evidence);
    for (const char *at = field->evidence; at < end; at++) {
        g_assert_true(g_ascii_isprint(*at));
    }
    g_assert_false(field->little && field->width <= 1);
}

static void
assert_are_fields(const GArray *fields)
{
    unsigned end = 0;

    for (guint i = 0; i < fields->len; i++) {
        const np_layout_field_t *field = &g_array_index(fields, np_layout_field_t, i);

        assert_is_field(field);
        g_assert_cmpuint(field->offset, >=, end);
        g_assert_true(field->width || i + 1 == fields->len);
        end = field->offset + field->width;
    }
    g_assert_cmpuint(end, <=, NP_LAYOUT_HEAD);
}

static const np_layout_field_t *
field_at(const GArray *fields, unsigned offset)
{
    for (guint i = 0; i < fields->len; i++) {
        const np_layout_field_t *field = &g_array_index(fields, np_layout_field_t, i);

        if (field->offset == offset) {
            return field;
        }
    }
    return NULL;
}

static void
show_fields(const GArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        const np_layout_field_t *field = &g_array_index(fields, np_layout_field_t, i);

        g_test_message("  %2u+%u%s %s %.2f: %s", field->offset, field->width, field->little ? " little" : "",
                       np_layout_kind_name(field->kind), field->confidence, field->evidence);
    }
}

/* ---- planted fields ---------------------------------------------------------------- */

static bool
is_found(const GArray *fields, const plant_t *plant)
{
    const np_layout_field_t *field = field_at(fields, plant->offset);

    return field && field->width == plant->width && field->kind == planted_kind(plant->kind)
        && (!is_number(plant->kind) || field->little == (plant->little && plant->width > 1));
}

static unsigned
count_missed(const header_t *header, guint32 seed, uint8_t direction)
{
    GArray *messages = made_conversation(header, seed, 40);
    GArray *fields = find(messages, direction, header->framing);
    unsigned missed = 0;

    assert_are_fields(fields);
    for (const plant_t *plant = header->plants; plant->kind; plant++) {
        if (plant->kind != PLANT_NOISE && !is_found(fields, plant)) {
            g_test_message("%s, seed %u, direction %u: no %s in %u bytes at %u", header->framing, seed, direction,
                           np_layout_kind_name(planted_kind(plant->kind)), plant->width, plant->offset);
            missed++;
        }
    }
    if (missed) {
        show_fields(fields);
    }
    g_array_free(fields, TRUE);
    g_array_free(messages, TRUE);
    return missed;
}

static void
assert_all_found(const header_t *header)
{
    unsigned missed = 0;

    for (guint32 seed = 1; seed <= 5; seed++) {
        missed += count_missed(header, seed, 1);
        missed += count_missed(header, seed, 2);
    }
    g_assert_cmpuint(missed, ==, 0);
}

static void
magic_length_type_padding_and_sequence_of_32_bits(void)
{
    static const header_t header = { "u16be@2+0",
                                     {
                                         { PLANT_CONSTANT, 0, 2, false },
                                         { PLANT_LENGTH, 2, 2, false },
                                         { PLANT_TYPE, 4, 2, false },
                                         { PLANT_PADDING, 6, 2, false },
                                         { PLANT_SEQUENCE, 8, 4, false },
                                         { PLANT_RANDOM, 12, 0, false },
                                     } };

    assert_all_found(&header);
}

static void
little_endian_header_with_flags_and_text(void)
{
    static const header_t header = { "u32le@0+4",
                                     {
                                         { PLANT_LENGTH, 0, 4, true },
                                         { PLANT_TYPE, 4, 1, false },
                                         { PLANT_FLAGS, 5, 1, false },
                                         { PLANT_SEQUENCE, 6, 2, true },
                                         { PLANT_TEXT, 8, 0, false },
                                     } };

    assert_all_found(&header);
}

static void
transaction_and_seconds(void)
{
    static const header_t header = { "u16be@0+2",
                                     {
                                         { PLANT_LENGTH, 0, 2, false },
                                         { PLANT_TYPE, 2, 1, false },
                                         { PLANT_CONSTANT, 3, 1, false },
                                         { PLANT_TRANSACTION, 4, 4, false },
                                         { PLANT_SECONDS, 8, 4, false },
                                         { PLANT_RANDOM, 12, 0, false },
                                     } };

    assert_all_found(&header);
}

static void
milliseconds_address_and_port(void)
{
    static const header_t header = { "u32be@0+0",
                                     {
                                         { PLANT_LENGTH, 0, 4, false },
                                         { PLANT_TYPE, 4, 2, false },
                                         { PLANT_SEQUENCE, 6, 2, false },
                                         { PLANT_MILLISECONDS, 8, 8, false },
                                         { PLANT_CLIENT_ADDRESS, 16, 4, false },
                                         { PLANT_CLIENT_PORT, 20, 2, false },
                                         { PLANT_PADDING, 22, 2, false },
                                         { PLANT_TEXT, 24, 0, false },
                                     } };

    assert_all_found(&header);
}

static void
sequence_of_8_bits(void)
{
    static const header_t header = { "u16be@2+4",
                                     {
                                         { PLANT_CONSTANT, 0, 1, false },
                                         { PLANT_TYPE, 1, 1, false },
                                         { PLANT_LENGTH, 2, 2, false },
                                         { PLANT_SEQUENCE, 4, 1, false },
                                         { PLANT_FLAGS, 5, 1, false },
                                         { PLANT_RANDOM, 6, 0, false },
                                     } };

    assert_all_found(&header);
}

static void
little_endian_transaction_address_and_milliseconds(void)
{
    static const header_t header = { "u16le@0+0",
                                     {
                                         { PLANT_LENGTH, 0, 2, true },
                                         { PLANT_TYPE, 2, 2, true },
                                         { PLANT_TRANSACTION, 4, 4, true },
                                         { PLANT_SERVER_ADDRESS, 8, 4, false },
                                         { PLANT_PADDING, 12, 4, false },
                                         { PLANT_MILLISECONDS, 16, 8, true },
                                         { PLANT_RANDOM, 24, 0, false },
                                     } };

    assert_all_found(&header);
}

static void
fixed_size_with_sequence_and_seconds(void)
{
    static const header_t header = { "fixed 24",
                                     {
                                         { PLANT_CONSTANT, 0, 4, false },
                                         { PLANT_SEQUENCE, 4, 4, false },
                                         { PLANT_SECONDS, 8, 4, false },
                                         { PLANT_TRANSACTION, 12, 4, false },
                                         { PLANT_NOISE, 16, 0, false },
                                     } };

    assert_all_found(&header);
}

static void
wide_little_endian_sequence_behind_a_magic_word(void)
{
    static const header_t header = { "u32le@8+16",
                                     {
                                         { PLANT_CONSTANT, 0, 4, false },
                                         { PLANT_SEQUENCE, 4, 4, true },
                                         { PLANT_LENGTH, 8, 4, true },
                                         { PLANT_TYPE, 12, 4, true },
                                         { PLANT_RANDOM, 16, 0, false },
                                     } };

    assert_all_found(&header);
}

/* ---- too few messages, and no fields ------------------------------------------------- */

static void
fewer_than_three_messages_tell_nothing(void)
{
    static const header_t header = { "u16be@0+2",
                                     {
                                         { PLANT_LENGTH, 0, 2, false },
                                         { PLANT_TYPE, 2, 1, false },
                                         { PLANT_RANDOM, 3, 0, false },
                                     } };

    for (unsigned exchanges = 0; exchanges < 3; exchanges++) {
        GArray *messages = made_conversation(&header, 1, exchanges);

        for (uint8_t direction = 1; direction <= 2; direction++) {
            GArray *fields = find(messages, direction, header.framing);

            g_assert_cmpuint(fields->len, ==, 0);
            g_array_free(fields, TRUE);
        }
        g_array_free(messages, TRUE);
    }
}

static void
three_messages_tell_the_length(void)
{
    static const header_t header = { "u16be@0+2",
                                     {
                                         { PLANT_LENGTH, 0, 2, false },
                                         { PLANT_TYPE, 2, 1, false },
                                         { PLANT_RANDOM, 3, 0, false },
                                     } };
    GArray *messages = made_conversation(&header, 1, 3);
    GArray *fields = find(messages, 1, header.framing);

    assert_are_fields(fields);
    g_assert_true(is_found(fields, &header.plants[0]));
    g_array_free(fields, TRUE);
    g_array_free(messages, TRUE);
}

static GArray *
made_random(guint32 seed, unsigned count, int shortest, int longest)
{
    GArray *messages = g_array_new(FALSE, TRUE, sizeof(np_layout_message_t));
    GRand *random = g_rand_new_with_seed(seed);

    for (unsigned i = 0; i < count; i++) {
        np_layout_message_t message =
            made_envelope((uint8_t)g_rand_int_range(random, 1, 3), i % 2,
                          (uint32_t)g_rand_int_range(random, shortest, longest + 1), 1700000000 + i * 0.5);
        for (unsigned j = 0; j < message.head_length; j++) {
            message.head[j] = random_byte(random);
        }
        g_array_append_val(messages, message);
    }
    g_rand_free(random);
    return messages;
}

static unsigned
count_claims(const GArray *fields)
{
    unsigned claims = 0;

    for (guint i = 0; i < fields->len; i++) {
        np_layout_kind_t kind = g_array_index(fields, np_layout_field_t, i).kind;

        claims += kind == NP_LAYOUT_TYPE || kind == NP_LAYOUT_SEQUENCE || kind == NP_LAYOUT_LENGTH
               || kind == NP_LAYOUT_TRANSACTION;
    }
    return claims;
}

static void
assert_random_claims_nothing(guint32 seeds, unsigned count, int shortest, int longest)
{
    for (guint32 seed = 1; seed <= seeds; seed++) {
        GArray *messages = made_random(seed, count, shortest, longest);

        for (uint8_t direction = 1; direction <= 2; direction++) {
            GArray *fields = find(messages, direction, "segment");

            g_test_message("seed %u, direction %u", seed, direction);
            show_fields(fields);
            assert_are_fields(fields);
            g_assert_cmpuint(count_claims(fields), ==, 0);
            g_array_free(fields, TRUE);
        }
        g_array_free(messages, TRUE);
    }
}

static void
random_bytes_have_no_fields(void)
{
    assert_random_claims_nothing(50, 80, 20, 200);
    assert_random_claims_nothing(50, 80, 48, 48);
    assert_random_claims_nothing(50, 400, 8, 100);
}

static void
few_random_messages_have_no_fields(void)
{
    assert_random_claims_nothing(200, 8, 20, 200);
    assert_random_claims_nothing(200, 24, 20, 200);
}

/* ---- hostile input ---------------------------------------------------------------- */

static np_layout_message_t
made_hostile(GRand *random)
{
    static const double times[] = { 0, -1, 1e300, -1e300, 1.7e9, 4294967295.5 };
    np_layout_message_t message =
        made_envelope((uint8_t)g_rand_int_range(random, 0, 4), g_rand_int(random) >> 30, 0, 0);
    int fill = g_rand_int_range(random, 0, 4);
    int time = g_rand_int_range(random, 0, G_N_ELEMENTS(times) + 2);

    message.length = g_rand_int_range(random, 0, 3) ? g_rand_int(random) >> g_rand_int_range(random, 0, 31) : 0;
    message.head_length = random_byte(random);
    message.time = time < (int)G_N_ELEMENTS(times) ? times[time] : time % 2 ? (double)NAN : (double)INFINITY;
    for (unsigned i = 0; i < NP_LAYOUT_HEAD; i++) {
        message.head[i] = fill == 0 ? 0
                        : fill == 1 ? 0xff
                        : fill == 2 ? random_byte(random)
                                    : (uint8_t)g_rand_int_range(random, 0, 2);
    }
    return message;
}

static void
hostile_messages_do_no_harm(void)
{
    static const char *const framings[] = { "segment",    "u16be@0+2",   "u8@63+0",     "u32le@60-65535",
                                            "u32be@62+4", "u32be@255+4", "fixed 65535", "lines lf" };

    for (guint32 seed = 1; seed <= 400; seed++) {
        GArray *messages = g_array_new(FALSE, TRUE, sizeof(np_layout_message_t));
        GRand *random = g_rand_new_with_seed(seed);
        unsigned count = (unsigned)g_rand_int_range(random, 0, 60);

        for (unsigned i = 0; i < count; i++) {
            np_layout_message_t message = made_hostile(random);
            g_array_append_val(messages, message);
        }
        for (uint8_t direction = 1; direction <= 2; direction++) {
            GArray *fields = find(messages, direction, framings[seed % G_N_ELEMENTS(framings)]);

            assert_are_fields(fields);
            g_array_free(fields, TRUE);
        }
        g_rand_free(random);
        g_array_free(messages, TRUE);
    }
}

static void
many_messages_take_no_time(void)
{
    static const header_t header = { "u16be@2+0",
                                     {
                                         { PLANT_CONSTANT, 0, 2, false },
                                         { PLANT_LENGTH, 2, 2, false },
                                         { PLANT_TYPE, 4, 2, false },
                                         { PLANT_SEQUENCE, 8, 4, false },
                                         { PLANT_RANDOM, 12, 0, false },
                                     } };
    GArray *messages = made_conversation(&header, 1, 20000);
    gint64 begin = g_get_monotonic_time();
    GArray *fields = find(messages, 1, header.framing);

    g_assert_cmpint(g_get_monotonic_time() - begin, <, 10 * G_TIME_SPAN_SECOND);
    assert_are_fields(fields);
    g_array_free(fields, TRUE);
    g_array_free(messages, TRUE);
}

/* ---- values ----------------------------------------------------------------------- */

static void
add_valued(GArray *messages, uint8_t direction, uint32_t length, uint8_t head_length, const char *head)
{
    np_layout_message_t message = made_envelope(direction, 0, length, 1700000000);

    memset(message.head, 0, sizeof message.head);
    memcpy(message.head, head, head_length);
    message.head_length = head_length;
    g_array_append_val(messages, message);
}

static GArray *
made_valued(void)
{
    GArray *messages = g_array_new(FALSE, TRUE, sizeof(np_layout_message_t));

    add_valued(messages, 1, 30, 4, "x\2\1z");
    add_valued(messages, 1, 10, 4, "x\1\2z");
    add_valued(messages, 2, 99, 4, "x\1\2z");
    add_valued(messages, 1, 20, 4, "x\2\1z");
    add_valued(messages, 1, 70000, 4, "x\2\1z");
    add_valued(messages, 1, 5, 4, "x\0\0z");
    add_valued(messages, 1, 2, 2, "x\7");
    add_valued(messages, 1, 2, 4, "x\7\7z"); /* head longer than the message */
    return messages;
}

static GArray *
values_of(uint8_t direction, unsigned offset, unsigned width, bool little)
{
    np_layout_field_t field = {
        .offset = (uint16_t)offset, .width = (uint16_t)width, .little = little, .kind = NP_LAYOUT_TYPE
    };
    GArray *messages = made_valued();
    GArray *values =
        np_layout_values((const np_layout_message_t *)(void *)messages->data, messages->len, direction, &field);

    g_array_free(messages, TRUE);
    return values;
}

static void
assert_value(const GArray *values, guint i, uint32_t value, uint32_t count, uint32_t shortest, uint32_t longest)
{
    const np_layout_value_t *entry = &g_array_index(values, np_layout_value_t, i);

    g_assert_cmpuint(entry->value, ==, value);
    g_assert_cmpuint(entry->count, ==, count);
    g_assert_cmpuint(entry->shortest, ==, shortest);
    g_assert_cmpuint(entry->longest, ==, longest);
}

static void
values_are_counted_and_sorted(void)
{
    GArray *values = values_of(1, 1, 2, false);

    g_assert_cmpuint(values->len, ==, 3);
    assert_value(values, 0, 0, 1, 5, 5);
    assert_value(values, 1, 0x0102, 1, 10, 10);
    assert_value(values, 2, 0x0201, 3, 20, 70000);
    g_array_free(values, TRUE);
}

static void
values_have_the_fields_order_and_direction(void)
{
    GArray *values = values_of(1, 1, 2, true);

    g_assert_cmpuint(values->len, ==, 3);
    assert_value(values, 1, 0x0102, 3, 20, 70000);
    assert_value(values, 2, 0x0201, 1, 10, 10);
    g_array_free(values, TRUE);
    values = values_of(2, 1, 1, false);
    g_assert_cmpuint(values->len, ==, 1);
    assert_value(values, 0, 1, 1, 99, 99);
    g_array_free(values, TRUE);
}

static void
values_need_a_field_of_the_message(void)
{
    static const unsigned none[][2] = { { 0, 0 }, { 0, 5 }, { 4, 1 }, { 64, 4 }, { 65535, 1 } };
    GArray *values;

    for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
        values = values_of(1, none[i][0], none[i][1], false);
        g_assert_cmpuint(values->len, ==, 0);
        g_array_free(values, TRUE);
    }
    values = values_of(1, 1, 1, false); /* two more messages contain the byte */
    g_assert_cmpuint(values->len, ==, 4);
    assert_value(values, 3, 7, 2, 2, 2);
    g_array_free(values, TRUE);
}

static void
high_values_are_sorted_as_unsigned(void)
{
    GArray *messages = g_array_new(FALSE, TRUE, sizeof(np_layout_message_t)), *values;
    np_layout_field_t field = { .offset = 0, .width = 4, .kind = NP_LAYOUT_TYPE };

    add_valued(messages, 1, 4, 4, "\xff\xff\xff\xff");
    add_valued(messages, 1, 4, 4, "\0\0\0\1");
    add_valued(messages, 1, 4, 4, "\x80\0\0\0");
    values = np_layout_values((const np_layout_message_t *)(void *)messages->data, messages->len, 1, &field);
    g_assert_cmpuint(values->len, ==, 3);
    assert_value(values, 0, 1, 1, 4, 4);
    assert_value(values, 1, 0x80000000U, 1, 4, 4);
    assert_value(values, 2, 0xffffffffU, 1, 4, 4);
    g_array_free(values, TRUE);
    g_array_free(messages, TRUE);
}

static void
every_kind_has_a_name_of_its_own(void)
{
    for (int kind = NP_LAYOUT_CONSTANT; kind <= NP_LAYOUT_UNKNOWN; kind++) {
        const char *name = np_layout_kind_name((np_layout_kind_t)kind);

        g_assert_cmpuint(strlen(name), >, 0);
        for (int other = NP_LAYOUT_CONSTANT; other < kind; other++) {
            g_assert_cmpstr(name, !=, np_layout_kind_name((np_layout_kind_t)other));
        }
    }
    g_assert_cmpstr(np_layout_kind_name(NP_LAYOUT_CONSTANT), ==, "Constant");
    g_assert_cmpstr(np_layout_kind_name(NP_LAYOUT_LENGTH), ==, "Length");
    g_assert_cmpstr(np_layout_kind_name(NP_LAYOUT_TYPE), ==, "Type");
    g_assert_cmpstr(np_layout_kind_name((np_layout_kind_t)0), ==, "Unknown");
    g_assert_cmpstr(np_layout_kind_name((np_layout_kind_t)99), ==, "Unknown");
}

#define ADD(scenario) g_test_add_func("/layout_planted/" #scenario, scenario)

static void
add_planted(void)
{
    ADD(magic_length_type_padding_and_sequence_of_32_bits);
    ADD(little_endian_header_with_flags_and_text);
    ADD(transaction_and_seconds);
    ADD(milliseconds_address_and_port);
    ADD(sequence_of_8_bits);
    ADD(little_endian_transaction_address_and_milliseconds);
    ADD(fixed_size_with_sequence_and_seconds);
    ADD(wide_little_endian_sequence_behind_a_magic_word);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_planted();
    ADD(fewer_than_three_messages_tell_nothing);
    ADD(three_messages_tell_the_length);
    ADD(random_bytes_have_no_fields);
    ADD(few_random_messages_have_no_fields);
    ADD(hostile_messages_do_no_harm);
    ADD(many_messages_take_no_time);
    ADD(values_are_counted_and_sorted);
    ADD(values_have_the_fields_order_and_direction);
    ADD(values_need_a_field_of_the_message);
    ADD(high_values_are_sorted_as_unsigned);
    ADD(every_kind_has_a_name_of_its_own);
    return g_test_run();
}
