/* test_layout.c
 * Naver Phone: tests of control/layout with streams of made-up protocols
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include <glib.h>

#include "control/layout/layout.h"

#define CLIENT 1
#define SERVER 2
#define START 1700000000.25 /* start of the captures, Unix time */

/* A conversation under construction. */
typedef struct {
    GArray *messages; /* np_layout_message_t */
    GRand *random;
    double time;
    GByteArray *bytes; /* of the message under construction */
} stream_t;

static stream_t
stream_new(guint32 seed)
{
    return (stream_t){ g_array_new(FALSE, FALSE, sizeof(np_layout_message_t)), g_rand_new_with_seed(seed), START,
                       g_byte_array_new() };
}

static void
stream_free(stream_t *stream)
{
    g_array_free(stream->messages, TRUE);
    g_rand_free(stream->random);
    g_byte_array_free(stream->bytes, TRUE);
}

static guint32
pick(stream_t *stream, guint32 below)
{
    return (guint32)g_rand_int_range(stream->random, 0, (gint32)below);
}

static void
put(stream_t *stream, guint64 value, unsigned width, bool little)
{
    for (unsigned i = 0; i < width; i++) {
        guint8 byte = (guint8)(value >> 8 * (little ? i : width - 1 - i));
        g_byte_array_append(stream->bytes, &byte, 1);
    }
}

static void
put_random(stream_t *stream, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        put(stream, g_rand_int(stream->random) & 0xff, 1, false);
    }
}

static void
put_text(stream_t *stream, unsigned length)
{
    static const char words[] = "the quick brown fox jumps over a lazy dog and then says nothing more at all to it ";

    for (unsigned i = 0, at = pick(stream, 60); i < length; i++, at++) {
        put(stream, (guint8)words[at % (sizeof words - 1)], 1, false);
    }
}

/* Writes the message's length at offset. */
static void
set_length(stream_t *stream, unsigned offset, unsigned width, bool little, int add)
{
    guint64 value = (guint64)((gint64)stream->bytes->len - add);

    for (unsigned i = 0; i < width; i++) {
        stream->bytes->data[offset + i] = (guint8)(value >> 8 * (little ? i : width - 1 - i));
    }
}

/* Turns the bytes put so far into a message. */
static void
send_message(stream_t *stream, unsigned direction, unsigned connection)
{
    np_layout_message_t message = { .direction = (uint8_t)direction,
                                    .connection = 70 + connection * 3,
                                    .length = stream->bytes->len,
                                    .time = stream->time,
                                    .head_length = (uint8_t)MIN(stream->bytes->len, NP_LAYOUT_HEAD),
                                    .client = { 192, 168, 37, (uint8_t)(40 + connection) },
                                    .server = { 203, 0, 113, 9 },
                                    .client_port = (uint16_t)(51234 + connection * 77),
                                    .server_port = 5566 };

    memcpy(message.head, stream->bytes->data, message.head_length);
    g_array_append_val(stream->messages, message);
    g_byte_array_set_size(stream->bytes, 0);
    stream->time += 0.05 + g_rand_double(stream->random) / 2;
}

static GArray *
find(const stream_t *stream, unsigned direction, const np_framing_t *framing)
{
    static const np_framing_t segment = { .kind = NP_FRAMING_SEGMENT };

    return np_layout_find((const np_layout_message_t *)(void *)stream->messages->data, stream->messages->len,
                          (uint8_t)direction, framing ? framing : &segment);
}

static const np_layout_field_t *
field_at(const GArray *fields, guint i)
{
    return &g_array_index(fields, np_layout_field_t, i);
}

/* Checks what holds for any fields. */
static void
assert_sound(const GArray *fields)
{
    unsigned end = 0;

    for (guint i = 0; i < fields->len; i++) {
        const np_layout_field_t *field = field_at(fields, i);

        g_assert_cmpuint(field->offset, >=, end);
        g_assert_cmpuint(field->offset + field->width, <=, NP_LAYOUT_HEAD);
        g_assert_true(field->width > 0 || i + 1 == fields->len);
        g_assert_true(field->confidence >= 0 && field->confidence <= 1);
        g_assert_false(field->width == 1 && field->little);
        g_assert_cmpint(field->kind, >=, NP_LAYOUT_CONSTANT);
        g_assert_cmpint(field->kind, <=, NP_LAYOUT_UNKNOWN);
        g_assert_cmpuint(strlen(field->evidence), >, 3);
        for (const char *c = field->evidence; *c; c++) {
            g_assert_true(g_ascii_isprint(*c));
        }
        end = field->offset + field->width;
    }
}

typedef struct {
    unsigned offset, width;
    np_layout_kind_t kind;
    bool little;
    double confidence; /* minimum */
} planted_t;

static void
show(const GArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        const np_layout_field_t *field = field_at(fields, i);
        g_test_message("%u %u %s %s %.2f %s", field->offset, field->width, field->little ? "le" : "be",
                       np_layout_kind_name(field->kind), field->confidence, field->evidence);
    }
}

/* Checks that exactly these fields are found. */
static void
assert_fields(const stream_t *stream, unsigned direction, const np_framing_t *framing, const planted_t *planted,
              guint count)
{
    GArray *fields = find(stream, direction, framing);

    show(fields);
    assert_sound(fields);
    for (guint i = 0; i < MIN(count, fields->len); i++) {
        const np_layout_field_t *field = field_at(fields, i);

        g_assert_cmpuint(field->offset, ==, planted[i].offset);
        g_assert_cmpuint(field->width, ==, planted[i].width);
        g_assert_cmpstr(np_layout_kind_name(field->kind), ==, np_layout_kind_name(planted[i].kind));
        g_assert_cmpint(field->little, ==, planted[i].little);
        g_assert_cmpfloat(field->confidence, >=, planted[i].confidence);
    }
    g_assert_cmpuint(fields->len, ==, count);
    g_array_free(fields, TRUE);
}

/* Magic, version, type, length, sequence, time, flags, padding, session, text. The type of a reply is 0x80 higher. */
static void
put_usual(stream_t *stream, bool little, unsigned type, guint32 sequence, guint32 session)
{
    put(stream, 0x4e50, 2, little);
    put(stream, 3, 1, false);
    put(stream, type, 1, false);
    put(stream, 0, 2, false);
    put(stream, sequence, 4, little);
    put(stream, (guint32)stream->time, 4, little);
    put(stream, pick(stream, 2) | pick(stream, 2) << 2 | pick(stream, 2) << 5, 1, false);
    put(stream, 0, 1, false);
    put(stream, session, 4, little);
    put_text(stream, (type & 0x7f) == 4 ? 0 : (type & 0x7f) * 15 + pick(stream, 9));
    set_length(stream, 4, 2, little, 6);
}

static stream_t
usual_stream(bool little, unsigned turns)
{
    static const guint32 sessions[] = { 0x5ac31f7b, 0x91d62a84, 0x37e8b4c9 };
    static const guint32 starts[] = { 0x6f21a9e5, 0x02c4d881, 0xb81955fa };
    stream_t stream = stream_new(little ? 11 : 7);

    for (unsigned i = 0; i < turns; i++) {
        unsigned connection = i % 3, type = pick(&stream, 4) + 1;

        put_usual(&stream, little, type, starts[connection] + i / 3, sessions[connection]);
        send_message(&stream, CLIENT, connection);
        put_usual(&stream, little, type | 0x80, (starts[connection] ^ 0x55555555) + i / 3, sessions[connection]);
        send_message(&stream, SERVER, connection);
    }
    return stream;
}

static void
assert_usual(bool little)
{
    const np_framing_t framing = { NP_FRAMING_LENGTH, 2, little, 4, 6, 0 };
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 3, NP_LAYOUT_CONSTANT, false, 0.95 }, { 3, 1, NP_LAYOUT_TYPE, false, 0.6 },
        { 4, 2, NP_LAYOUT_LENGTH, little, 0.9 }, { 6, 4, NP_LAYOUT_SEQUENCE, little, 0.9 },
        { 10, 4, NP_LAYOUT_TIME, little, 0.9 }, { 14, 1, NP_LAYOUT_FLAGS, false, 0.5 },
        { 15, 1, NP_LAYOUT_PADDING, false, 0.8 }, { 16, 4, NP_LAYOUT_CONSTANT, false, 0.7 },
        { 20, 0, NP_LAYOUT_TEXT, false, 0.9 }
    };
    /* clang-format on */
    stream_t stream = usual_stream(little, 60);

    assert_fields(&stream, CLIENT, &framing, planted, G_N_ELEMENTS(planted));
    assert_fields(&stream, SERVER, &framing, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

static void
a_usual_big_endian_header_is_found(void)
{
    assert_usual(false);
}

static void
a_usual_little_endian_header_is_found(void)
{
    assert_usual(true);
}

/* Length, 16-bit type, transaction, 32-bit counter, random bytes. */
static void
put_transaction(stream_t *stream, unsigned type, guint32 id, guint32 counter)
{
    put(stream, 0, 4, true);
    put(stream, type, 2, true);
    put(stream, 0xbeef, 2, true);
    put(stream, id, 4, true);
    put(stream, counter, 4, true);
    put_random(stream, type % 4 * 20 + pick(stream, 10));
    set_length(stream, 0, 4, true, 0);
}

static void
random_ids_that_are_echoed_are_transactions(void)
{
    const np_framing_t framing = { NP_FRAMING_LENGTH, 4, true, 0, 0, 0 };
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 4, NP_LAYOUT_LENGTH, true, 0.9 }, { 4, 2, NP_LAYOUT_TYPE, true, 0.5 },
        { 6, 2, NP_LAYOUT_CONSTANT, false, 0.9 }, { 8, 4, NP_LAYOUT_TRANSACTION, true, 0.9 },
        { 12, 4, NP_LAYOUT_COUNTER, true, 0.7 }, { 16, 0, NP_LAYOUT_HIGH_ENTROPY, false, 0.7 }
    };
    /* clang-format on */
    stream_t stream = stream_new(3);
    guint32 counters[2] = { 17, 5 };

    for (unsigned i = 0; i < 50; i++) {
        unsigned type = pick(&stream, 5) * 2 + 1;
        guint32 id = g_rand_int(stream.random);

        put_transaction(&stream, type, id, counters[0] += 1 + pick(&stream, 200));
        send_message(&stream, CLIENT, 0);
        put_transaction(&stream, type + 1, id, counters[1] += 1 + pick(&stream, 90));
        send_message(&stream, SERVER, 0);
    }
    assert_fields(&stream, CLIENT, &framing, planted, G_N_ELEMENTS(planted));
    assert_fields(&stream, SERVER, &framing, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

/* Ids count up from a random start. Replies come in another order, with some messages that no request caused. */
static void
counting_ids_that_are_echoed_are_transactions(void)
{
    const np_framing_t framing = { NP_FRAMING_LENGTH, 2, false, 0, 2, 0 };
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 2, NP_LAYOUT_LENGTH, false, 0.9 }, { 2, 2, NP_LAYOUT_TRANSACTION, false, 0.6 },
        { 4, 0, NP_LAYOUT_TEXT, false, 0.9 }
    };
    /* clang-format on */
    stream_t stream = stream_new(5);

    for (unsigned i = 0; i < 120; i++) {
        static const unsigned ids[] = { 0, 1, 2, 2, 0, 1, 9 };
        unsigned turn = i % 7;

        put(&stream, 0, 2, false);
        put(&stream, turn == 6 ? 0 : 0x07c0 + i / 7 * 3 + ids[turn], 2, false);
        put_text(&stream, 10 + pick(&stream, 50));
        set_length(&stream, 0, 2, false, 2);
        send_message(&stream, turn < 3 ? CLIENT : SERVER, 0);
    }
    assert_fields(&stream, CLIENT, &framing, planted, G_N_ELEMENTS(planted));
    assert_fields(&stream, SERVER, &framing, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

/* Sequence, Unix milliseconds, the client's address and port, the server's port, 16-bit flags, a nonce, text. */
static void
milliseconds_addresses_ports_and_nonces_are_found(void)
{
    const np_framing_t framing = { NP_FRAMING_LENGTH, 2, false, 0, 2, 0 };
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 2, NP_LAYOUT_LENGTH, false, 0.9 }, { 2, 2, NP_LAYOUT_SEQUENCE, false, 0.9 },
        { 4, 8, NP_LAYOUT_TIME, false, 0.9 }, { 12, 4, NP_LAYOUT_ADDRESS, false, 0.9 },
        { 16, 2, NP_LAYOUT_PORT, false, 0.6 }, { 18, 2, NP_LAYOUT_PORT, true, 0.5 },
        { 20, 2, NP_LAYOUT_FLAGS, false, 0.5 }, { 22, 8, NP_LAYOUT_HIGH_ENTROPY, false, 0.7 },
        { 30, 0, NP_LAYOUT_TEXT, false, 0.9 }
    };
    /* clang-format on */
    stream_t stream = stream_new(21);

    for (unsigned i = 0; i < 80; i++) {
        unsigned connection = i % 2, port = 51234 + connection * 77;

        put(&stream, 0, 2, false);
        put(&stream, i / 2, 2, false);
        put(&stream, (guint64)(stream.time * 1000), 8, false);
        put(&stream, 0xc0a82528 + connection, 4, false);
        put(&stream, port, 2, false);
        put(&stream, 5566, 2, true);
        put(&stream, pick(&stream, 4) << 12 | pick(&stream, 4) << 3, 2, false);
        put_random(&stream, 8);
        put_text(&stream, pick(&stream, 6) ? 20 + pick(&stream, 60) : 0);
        set_length(&stream, 0, 2, false, 2);
        send_message(&stream, CLIENT, connection);
    }
    assert_fields(&stream, CLIENT, &framing, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

/* "한국 전화 연결" and similar. */
static void
korean_text_of_cp949_is_text(void)
{
    /* clang-format off */
    static const char *const texts[] = {
        "\xc7\xd1\xb1\xb9 \xc0\xfc\xc8\xad", "\xbf\xac\xb0\xe1\xb5\xc7\xbe\xfa\xbd\xc0\xb4\xcf\xb4\xd9",
        "\xc0\xfc\xc8\xad hong", "\xb3\xd7\xc0\xcc\xb9\xf6 \xc6\xf9"
    };
    /* clang-format on */
    const np_framing_t framing = { NP_FRAMING_LENGTH, 1, false, 1, 3, 0 };
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 1, NP_LAYOUT_CONSTANT, false, 0.9 }, { 1, 1, NP_LAYOUT_LENGTH, false, 0.9 },
        { 2, 1, NP_LAYOUT_SEQUENCE, false, 0.9 }, { 3, 0, NP_LAYOUT_TEXT, false, 0.9 }
    };
    /* clang-format on */
    stream_t stream = stream_new(31);
    GArray *fields;

    for (unsigned i = 0; i < 40; i++) {
        const char *text = texts[pick(&stream, G_N_ELEMENTS(texts))];

        put(&stream, 0xa5, 1, false);
        put(&stream, 0, 1, false);
        put(&stream, i, 1, false);
        g_byte_array_append(stream.bytes, (const guint8 *)text, (guint)strlen(text));
        set_length(&stream, 1, 1, false, 3);
        send_message(&stream, SERVER, 0);
    }
    assert_fields(&stream, SERVER, &framing, planted, G_N_ELEMENTS(planted));
    fields = find(&stream, SERVER, &framing);
    g_assert_nonnull(strstr(field_at(fields, 3)->evidence, "CP949"));
    g_array_free(fields, TRUE);
    stream_free(&stream);
}

/* Records of 48 bytes: type, sequence, milliseconds since the start, a 16-byte name, padding, checksum. */
static void
records_of_one_size_with_names_are_found(void)
{
    static const char *const names[] = { "hong", "kim younghee", "lee", "park.chulsoo" };
    const np_framing_t framing = { .kind = NP_FRAMING_FIXED, .size = 48 };
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 4, NP_LAYOUT_TYPE, true, 0.6 }, { 4, 4, NP_LAYOUT_SEQUENCE, true, 0.9 },
        { 8, 4, NP_LAYOUT_TIME, true, 0.8 }, { 12, 16, NP_LAYOUT_TEXT, false, 0.7 },
        { 28, 16, NP_LAYOUT_PADDING, false, 0.8 }, { 44, 4, NP_LAYOUT_HIGH_ENTROPY, false, 0.6 }
    };
    /* clang-format on */
    stream_t stream = stream_new(41);

    for (unsigned i = 0; i < 90; i++) {
        unsigned who = pick(&stream, G_N_ELEMENTS(names));
        char name[16] = "";

        g_strlcpy(name, names[who], sizeof name);
        put(&stream, who + 2, 4, true);
        put(&stream, 200 + i, 4, true);
        put(&stream, (guint64)((stream.time - START) * 1000) + 77000, 4, true);
        g_byte_array_append(stream.bytes, (const guint8 *)name, sizeof name);
        put(&stream, 0, 8, false);
        put(&stream, 0, 8, false);
        put_random(&stream, 4);
        send_message(&stream, CLIENT, 0);
    }
    assert_fields(&stream, CLIENT, &framing, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

/* The framing is unknown, but there are lengths of the whole message and of the text. */
static void
lengths_are_found_without_framing(void)
{
    stream_t stream = stream_new(51);
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 2, NP_LAYOUT_CONSTANT, false, 0.9 }, { 2, 2, NP_LAYOUT_LENGTH, true, 0.9 },
        { 4, 2, NP_LAYOUT_SEQUENCE, true, 0.9 }, { 6, 0, NP_LAYOUT_TEXT, false, 0.9 }
    };
    /* clang-format on */

    for (unsigned i = 0; i < 60; i++) {
        put(&stream, 0xfade, 2, false);
        put(&stream, 0, 2, false);
        put(&stream, 1000 + i, 2, true);
        put_text(&stream, 5 + pick(&stream, 400));
        set_length(&stream, 2, 2, true, 0);
        send_message(&stream, CLIENT, 0);
    }
    assert_fields(&stream, CLIENT, NULL, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

static void
a_sequence_that_both_sides_share_is_found(void)
{
    stream_t stream = stream_new(61);
    const planted_t planted[] = { { 0, 4, NP_LAYOUT_SEQUENCE, false, 0.8 },
                                  { 4, 0, NP_LAYOUT_HIGH_ENTROPY, false, 0.7 } };

    for (unsigned i = 0; i < 90; i++) {
        put(&stream, i, 4, false);
        put_random(&stream, 10 + pick(&stream, 30));
        send_message(&stream, pick(&stream, 2) ? CLIENT : SERVER, 0);
    }
    assert_fields(&stream, CLIENT, NULL, planted, G_N_ELEMENTS(planted));
    assert_fields(&stream, SERVER, NULL, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

/* MySQL numbers packets like this: each command starts at 0. */
static void
a_sequence_that_begins_again_is_found(void)
{
    const np_framing_t framing = { NP_FRAMING_LENGTH, 3, true, 0, 4, 0 };
    stream_t stream = stream_new(71);

    for (unsigned i = 0; i < 30; i++) {
        for (unsigned j = 0, most = 2 + pick(&stream, 6); j < most; j++) {
            put(&stream, 0, 3, true);
            put(&stream, j, 1, false);
            put_text(&stream, 5 + pick(&stream, 50));
            set_length(&stream, 0, 3, true, 4);
            send_message(&stream, j ? SERVER : CLIENT, 0);
        }
    }
    for (unsigned direction = CLIENT; direction <= SERVER; direction++) {
        /* clang-format off */
        const planted_t planted[] = {
            { 0, 3, NP_LAYOUT_LENGTH, true, 0.9 }, { 3, 1, NP_LAYOUT_SEQUENCE, false, 0.7 },
            { 4, 0, NP_LAYOUT_TEXT, false, 0.9 }
        };
        /* clang-format on */
        assert_fields(&stream, direction, &framing, planted, G_N_ELEMENTS(planted));
    }
    stream_free(&stream);
}

/* Both count from 1 in step, so each also echoes the other. */
static void
counters_in_step_are_sequences_that_are_echoed(void)
{
    stream_t stream = stream_new(81);
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 1, NP_LAYOUT_CONSTANT, false, 0.9 }, { 1, 1, NP_LAYOUT_TYPE, false, 0.3 },
        { 2, 2, NP_LAYOUT_SEQUENCE, false, 0.9 }, { 4, 0, NP_LAYOUT_HIGH_ENTROPY, false, 0.7 }
    };
    /* clang-format on */
    GArray *fields;

    for (unsigned i = 0; i < 60; i++) {
        put(&stream, 0x4e, 1, false);
        put(&stream, i / 2 % 4 + 1, 1, false);
        put(&stream, i / 2 + 1, 2, false);
        put_random(&stream, pick(&stream, 6) ? 20 + pick(&stream, 30) : 0);
        send_message(&stream, i % 2 ? SERVER : CLIENT, 0);
    }
    assert_fields(&stream, CLIENT, NULL, planted, G_N_ELEMENTS(planted));
    fields = find(&stream, CLIENT, NULL);
    g_assert_nonnull(strstr(field_at(fields, 2)->evidence, "echo"));
    g_array_free(fields, TRUE);
    stream_free(&stream);
}

/* Unix time of a clock that is nine hours ahead, and Windows FILETIME. */
static void
wrong_clocks_still_track_capture_time(void)
{
    stream_t stream = stream_new(91);
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 4, NP_LAYOUT_TIME, true, 0.8 }, { 4, 8, NP_LAYOUT_TIME, true, 0.8 },
        { 12, 0, NP_LAYOUT_HIGH_ENTROPY, false, 0.7 }
    };
    /* clang-format on */

    for (unsigned i = 0; i < 90; i++) {
        put(&stream, (guint64)stream.time + 9 * (guint64)3600, 4, true);
        put(&stream, (guint64)((stream.time + 11644473600.0) * 1e7) + pick(&stream, 5000), 8, true);
        put_random(&stream, 20 + pick(&stream, 30));
        send_message(&stream, CLIENT, 0);
    }
    assert_fields(&stream, CLIENT, NULL, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

static void
lines_are_text(void)
{
    const np_framing_t framing = { .kind = NP_FRAMING_CRLF };
    const planted_t planted[] = { { 0, 0, NP_LAYOUT_TEXT, false, 0.9 } };
    stream_t stream = stream_new(101);

    for (unsigned i = 0; i < 30; i++) {
        put_text(&stream, 3 + pick(&stream, 90));
        put(&stream, 0x0d0a, 2, false);
        send_message(&stream, CLIENT, 0);
    }
    assert_fields(&stream, CLIENT, &framing, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

static void
two_messages_have_no_fields(void)
{
    stream_t stream = usual_stream(false, 2);
    GArray *fields = find(&stream, CLIENT, NULL);

    g_assert_cmpuint(fields->len, ==, 0);
    g_array_free(fields, TRUE);
    stream_free(&stream);
    fields = np_layout_find(NULL, 0, CLIENT, &(np_framing_t){ .kind = NP_FRAMING_SEGMENT });
    g_assert_cmpuint(fields->len, ==, 0);
    g_array_free(fields, TRUE);
}

static void
more_messages_make_surer(void)
{
    const np_framing_t framing = { NP_FRAMING_LENGTH, 2, false, 4, 6, 0 };
    double last = 0;

    for (unsigned turns = 12; turns <= 192; turns *= 2) {
        stream_t stream = usual_stream(false, turns);
        GArray *fields = find(&stream, CLIENT, &framing);
        double confidence = 0;

        assert_sound(fields);
        for (guint i = 0; i < fields->len; i++) {
            confidence = field_at(fields, i)->kind == NP_LAYOUT_SEQUENCE ? field_at(fields, i)->confidence : confidence;
        }
        g_assert_cmpfloat(confidence, >, last);
        last = confidence;
        g_array_free(fields, TRUE);
        stream_free(&stream);
    }
}

static void
random_bytes_have_no_fields(void)
{
    for (guint32 seed = 0; seed < 400; seed++) {
        stream_t stream = stream_new(1000 + seed);
        unsigned count = seed % 4 ? 6 + pick(&stream, 60) : 8 + pick(&stream, 800), least = 1 + pick(&stream, 40);

        for (unsigned i = 0; i < count; i++) {
            put_random(&stream, least + pick(&stream, 80));
            send_message(&stream, pick(&stream, 2) ? CLIENT : SERVER, pick(&stream, 2));
        }
        for (unsigned direction = CLIENT; direction <= SERVER; direction++) {
            GArray *fields = find(&stream, direction, NULL);

            assert_sound(fields);
            for (guint i = 0; i < fields->len; i++) {
                const np_layout_field_t *field = field_at(fields, i);
                g_assert_true(field->kind == NP_LAYOUT_HIGH_ENTROPY || field->kind == NP_LAYOUT_UNKNOWN
                              || field->confidence <= 0.5);
            }
            g_array_free(fields, TRUE);
        }
        stream_free(&stream);
    }
}

static void
messages_that_are_all_the_same_are_constant(void)
{
    /* clang-format off */
    const planted_t planted[] = {
        { 0, 4, NP_LAYOUT_CONSTANT, false, 0.9 }, { 4, 4, NP_LAYOUT_PADDING, false, 0.8 },
        { 8, 3, NP_LAYOUT_CONSTANT, false, 0.9 }
    };
    /* clang-format on */
    stream_t stream = stream_new(111);

    for (unsigned i = 0; i < 20; i++) {
        put(&stream, 0xcafe1234, 4, false);
        put(&stream, 0, 4, false);
        put(&stream, 0x010203, 3, false);
        send_message(&stream, CLIENT, 0);
    }
    assert_fields(&stream, CLIENT, NULL, planted, G_N_ELEMENTS(planted));
    stream_free(&stream);
}

/* Heads shorter or longer than possible, invalid times, invalid directions. */
static void
nothing_breaks_it(void)
{
    for (guint32 seed = 0; seed < 300; seed++) {
        stream_t stream = stream_new(5000 + seed);
        unsigned few = 1 + pick(&stream, 255);

        for (unsigned i = 0, count = pick(&stream, 120); i < count; i++) {
            np_layout_message_t message;
            guint8 *bytes = (guint8 *)&message;
            static const double times[] = { -1e300, 1e300, 0, G_MAXDOUBLE, 1e11, -1e18 };

            for (size_t j = 0; j < sizeof message; j++) {
                bytes[j] = (guint8)(pick(&stream, 3) ? g_rand_int(stream.random) % few : 0);
            }
            message.direction = (uint8_t)pick(&stream, 4);
            message.connection = pick(&stream, 2) ? G_MAXUINT32 : pick(&stream, 3);
            message.time = pick(&stream, 3) ? START + i : times[pick(&stream, G_N_ELEMENTS(times))];
            message.time = pick(&stream, 40) ? message.time : message.time * 0 / 0.0;
            g_array_append_val(stream.messages, message);
        }
        for (unsigned direction = 0; direction < 3; direction++) {
            const np_framing_t framing = { (np_framing_kind_t)pick(&stream, 6),
                                           (uint8_t)pick(&stream, 6),
                                           pick(&stream, 2) != 0,
                                           (uint8_t)pick(&stream, 80),
                                           -70000,
                                           0 };
            GArray *fields = find(&stream, direction, &framing);

            assert_sound(fields);
            for (guint i = 0; i < fields->len; i++) {
                g_array_free(np_layout_values((const np_layout_message_t *)(void *)stream.messages->data,
                                              stream.messages->len, (uint8_t)direction, field_at(fields, i)),
                             TRUE);
            }
            g_array_free(fields, TRUE);
        }
        stream_free(&stream);
    }
}

static void
the_same_messages_have_the_same_fields(void)
{
    stream_t stream = usual_stream(true, 40);
    GArray *first = find(&stream, CLIENT, NULL), *second = find(&stream, CLIENT, NULL);

    g_assert_cmpuint(first->len, ==, second->len);
    for (guint i = 0; i < first->len; i++) {
        g_assert_cmpstr(field_at(first, i)->evidence, ==, field_at(second, i)->evidence);
        g_assert_true(field_at(first, i)->confidence >= field_at(second, i)->confidence);
        g_assert_true(field_at(first, i)->confidence <= field_at(second, i)->confidence);
    }
    g_array_free(first, TRUE);
    g_array_free(second, TRUE);
    stream_free(&stream);
}

static void
values_are_counted_with_their_lengths(void)
{
    /* clang-format off */
    static const struct {
        guint32 value;
        unsigned length, direction;
    } sent[] = {
        { 0x0102, 9, CLIENT }, { 0x0300, 4, CLIENT }, { 0x0102, 5, CLIENT }, { 0x0777, 6, SERVER },
        { 0x0102, 7, CLIENT }
    };
    /* clang-format on */
    const np_layout_field_t field = { .offset = 1, .width = 2, .little = true, .kind = NP_LAYOUT_TYPE };
    stream_t stream = stream_new(121);
    const np_layout_value_t *value;
    GArray *values;

    for (unsigned i = 0; i < G_N_ELEMENTS(sent); i++) {
        put(&stream, 0xff, 1, false);
        put(&stream, sent[i].value, 2, true);
        put_random(&stream, sent[i].length - 3);
        send_message(&stream, sent[i].direction, 0);
    }
    put(&stream, 0xff01, 2, false);
    send_message(&stream, CLIENT, 0);
    values = np_layout_values((const np_layout_message_t *)(void *)stream.messages->data, stream.messages->len, CLIENT,
                              &field);
    g_assert_cmpuint(values->len, ==, 2);
    value = &g_array_index(values, np_layout_value_t, 0);
    g_assert_cmpuint(value->value, ==, 0x0102);
    g_assert_cmpuint(value->count, ==, 3);
    g_assert_cmpuint(value->shortest, ==, 5);
    g_assert_cmpuint(value->longest, ==, 9);
    value++;
    g_assert_cmpuint(value->value, ==, 0x0300);
    g_assert_cmpuint(value->count, ==, 1);
    g_array_free(values, TRUE);
    stream_free(&stream);
}

static void
every_kind_has_a_name(void)
{
    for (int kind = NP_LAYOUT_CONSTANT; kind < NP_LAYOUT_UNKNOWN; kind++) {
        g_assert_cmpstr(np_layout_kind_name((np_layout_kind_t)kind), !=, "Unknown");
    }
    g_assert_cmpstr(np_layout_kind_name(NP_LAYOUT_HIGH_ENTROPY), ==, "High entropy");
    g_assert_cmpstr(np_layout_kind_name(NP_LAYOUT_UNKNOWN), ==, "Unknown");
    g_assert_cmpstr(np_layout_kind_name((np_layout_kind_t)0), ==, "Unknown");
    g_assert_cmpstr(np_layout_kind_name((np_layout_kind_t)99), ==, "Unknown");
}

#define ADD(scenario) g_test_add_func("/layout/" #scenario, scenario)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_usual_big_endian_header_is_found);
    ADD(a_usual_little_endian_header_is_found);
    ADD(random_ids_that_are_echoed_are_transactions);
    ADD(counting_ids_that_are_echoed_are_transactions);
    ADD(milliseconds_addresses_ports_and_nonces_are_found);
    ADD(korean_text_of_cp949_is_text);
    ADD(records_of_one_size_with_names_are_found);
    ADD(lengths_are_found_without_framing);
    ADD(a_sequence_that_both_sides_share_is_found);
    ADD(a_sequence_that_begins_again_is_found);
    ADD(counters_in_step_are_sequences_that_are_echoed);
    ADD(wrong_clocks_still_track_capture_time);
    ADD(lines_are_text);
    ADD(two_messages_have_no_fields);
    ADD(more_messages_make_surer);
    ADD(random_bytes_have_no_fields);
    ADD(messages_that_are_all_the_same_are_constant);
    ADD(nothing_breaks_it);
    ADD(the_same_messages_have_the_same_fields);
    ADD(values_are_counted_with_their_lengths);
    ADD(every_kind_has_a_name);
    return g_test_run();
}
