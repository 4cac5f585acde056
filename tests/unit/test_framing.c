/* test_framing.c
 * Naver Phone: tests of control/framing.c and control/inference
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/framing.h"
#include "control/inference/inference.h"

#include <string.h>
#include <time.h>

#include <glib.h>

/* ---- grammar ------------------------------------------------------------------- */

static np_framing_t
framing_of(const char *text)
{
    np_framing_t framing = { 0 };

    g_assert_true(np_framing_parse(text, &framing));
    return framing;
}

static void
assert_spelling(const np_framing_t *framing, const char *expected)
{
    char text[NP_FRAMING_TEXT] = "";

    np_framing_format(framing, text);
    g_assert_cmpstr(text, ==, expected);
}

static void
every_form_is_read_and_written_alike(void)
{
    /* clang-format off */
    static const char *const forms[] = {
        "u8@1+2", "u8@0+0", "u8@255-65535", "u16be@0+2", "u16be@0-4", "u16le@0+0", "u24be@1+4", "u24le@31+1024",
        "u32be@0+4", "u32le@4+65535", "fixed 1", "fixed 20", "fixed 65535", "lines crlf", "lines lf", "nul", "segment"
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        np_framing_t framing = framing_of(forms[i]);

        assert_spelling(&framing, forms[i]);
    }
}

static void
what_is_read_means_what_it_says(void)
{
    np_framing_t expected = { .kind = NP_FRAMING_LENGTH, .width = 3, .little = true, .offset = 31, .add = 1024 };
    np_framing_t framing = framing_of("u24le@31+1024");

    g_assert_true(np_framing_equal(&framing, &expected));
    expected = (np_framing_t){ .kind = NP_FRAMING_LENGTH, .width = 2, .add = -4 };
    framing = framing_of("u16be@0-4");
    g_assert_true(np_framing_equal(&framing, &expected));
    expected = (np_framing_t){ .kind = NP_FRAMING_FIXED, .size = 20 };
    framing = framing_of("fixed 20");
    g_assert_true(np_framing_equal(&framing, &expected));
    expected.size = 21;
    g_assert_false(np_framing_equal(&framing, &expected));
    framing = framing_of("lines crlf");
    g_assert_cmpint(framing.kind, ==, NP_FRAMING_CRLF);
}

static void
what_is_no_framing_is_refused_and_leaves_it_alone(void)
{
    /* clang-format off */
    static const char *const wrong[] = {
        "", " ", "u", "u16", "u16@0+2", "u8be@0+1", "u8le@0+1", "u12be@0+2", "u0be@0+2", "u16xe@0+2", "u16be@0",
        "u16be@0+", "u16be@0-", "u16be@+2", "u16be@-1+2", "u16be@300+2", "u16be@256+2", "u16be@0+70000", "u16be@0+65536",
        "u16be@0-65536", "u40be@0+1", "u64be@0+1", "u16BE@0+2", "U16be@0+2", "u16be@0+2 ", " u16be@0+2", "u16be @0+2",
        "u16be@0+2x", "u16be@0++2", "u16be@0x1+2", "u4294967312be@0+2", "u16be@4294967296+2", "u16be@0+4294967298",
        "fixed", "fixed ", "fixed 0", "fixed -1", "fixed +1", "fixed 70000", "fixed 20 ", "fixed  20", "fixed 4294967316",
        "lines", "lines cr", "LINES CRLF", "lines  lf", "lines lf ", "Nul", "nul ", "segments", "segment "
    };
    /* clang-format on */
    np_framing_t framing = framing_of("u24le@31+1024"), before = framing;

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_test_message("\"%s\"", wrong[i]);
        g_assert_false(np_framing_parse(wrong[i], &framing));
        g_assert_cmpint(np_framing_equal(&framing, &before), ==, true);
    }
}

static void
hostile_text_is_refused_or_written_alike(void)
{
    static const char letters[] = "u123468@+-0belfixdnsc \xff";
    GRand *random = g_rand_new_with_seed(16);

    for (int round = 0; round < 100000; round++) {
        char text[NP_FRAMING_TEXT], again[NP_FRAMING_TEXT] = "";
        int length = g_rand_int_range(random, 0, 14);
        np_framing_t framing = { 0 }, second = { 0 };

        for (int i = 0; i < length; i++) {
            text[i] = letters[i == 0 && round % 2 ? 0 : g_rand_int_range(random, 0, sizeof letters - 1)];
        }
        text[length] = '\0';
        if (np_framing_parse(text, &framing)) {
            np_framing_format(&framing, again);
            g_assert_true(np_framing_parse(again, &second));
            g_assert_true(np_framing_equal(&framing, &second));
        }
    }
    g_rand_free(random);
}

static void
numbers_have_a_width_and_an_order(void)
{
    static const uint8_t bytes[] = { 0xf1, 0x02, 0x03, 0x04 };

    g_assert_cmphex(np_framing_number(bytes, 1, false), ==, 0xf1);
    g_assert_cmphex(np_framing_number(bytes, 2, false), ==, 0xf102);
    g_assert_cmphex(np_framing_number(bytes, 2, true), ==, 0x02f1);
    g_assert_cmphex(np_framing_number(bytes, 3, false), ==, 0xf10203);
    g_assert_cmphex(np_framing_number(bytes, 3, true), ==, 0x0302f1);
    g_assert_cmphex(np_framing_number(bytes, 4, false), ==, 0xf1020304);
    g_assert_cmphex(np_framing_number(bytes, 4, true), ==, 0x040302f1);
}

/* ---- splitting ----------------------------------------------------------------- */

#define NO_MESSAGE 0xdeadU

/* Splits an exactly sized copy, so that the sanitizer sees reads beyond it. */
static np_cut_t
cut(const char *text, const void *bytes, size_t length, size_t searched, uint32_t *message)
{
    np_framing_t framing = framing_of(text);
    uint8_t *copy = g_malloc(length ? length : 1);
    np_cut_t found;

    memcpy(copy, bytes, length);
    *message = NO_MESSAGE;
    found = np_framing_cut(&framing, copy, length, searched, message);
    g_free(copy);
    return found;
}

static void
assert_length(const char *text, const void *bytes, size_t length, size_t searched, uint32_t expected)
{
    uint32_t message;

    g_assert_cmpint(cut(text, bytes, length, searched, &message), ==, NP_CUT_LENGTH);
    g_assert_cmpuint(message, ==, expected);
}

static void
assert_no_length(const char *text, const void *bytes, size_t length, np_cut_t expected)
{
    uint32_t message;

    g_assert_cmpint(cut(text, bytes, length, 0, &message), ==, expected);
}

static void
length_field_tells_the_length_before_all_is_there(void)
{
    assert_length("u16be@0+2", "\0\3abc", 5, 0, 5);
    assert_length("u16be@0+2", "\0\3", 2, 0, 5);
    assert_length("u16be@0+2", "\0\0", 2, 0, 2);
    assert_length("u16le@0+2", "\3\0abc", 5, 0, 5);
    assert_length("u8@1+2", "x\xff", 2, 0, 257);
    assert_length("u24be@1+4", "x\1\2\3", 4, 0, 0x010203 + 4);
    assert_length("u32le@4+0", "abcd\x10\0\0\0", 8, 0, 16);
    assert_length("u16be@0-4", "\0\6", 2, 0, 2);
}

static void
less_than_the_field_wants_more(void)
{
    assert_no_length("u16be@0+2", "", 0, NP_CUT_MORE);
    assert_no_length("u16be@0+2", "\0", 1, NP_CUT_MORE);
    assert_no_length("u24le@31+1024", "0123456789012345678901234567890\1\2", 33, NP_CUT_MORE);
    assert_length("u24le@31+1024", "0123456789012345678901234567890\1\2\0", 34, 0, 0x0201 + 1024);
}

static void
length_that_is_no_messages_is_bad(void)
{
    assert_no_length("u16be@0+0", "\0\1", 2, NP_CUT_BAD);
    assert_no_length("u16be@2+0", "ab\0\3", 4, NP_CUT_BAD);
    assert_length("u16be@2+0", "ab\0\4", 4, 0, 4);
    assert_no_length("u16be@0-4", "\0\5", 2, NP_CUT_BAD);
    assert_no_length("u16be@0-4", "\0\0", 2, NP_CUT_BAD);
    assert_no_length("u32be@0+4", "\xff\xff\xff\xff", 4, NP_CUT_BAD);
    assert_no_length("u32be@0-65535", "\xff\xff\xff\xff", 4, NP_CUT_BAD);
    assert_no_length("u32be@0+0", "\1\0\0\1", 4, NP_CUT_BAD);
    assert_length("u32be@0+0", "\1\0\0\0", 4, 0, NP_FRAMING_MAX_MESSAGE);
}

static void
delimiter_ends_its_message(void)
{
    assert_length("lines crlf", "a\r\nb\r\n", 6, 0, 3);
    assert_length("lines crlf", "\r\n", 2, 0, 2);
    assert_length("lines crlf", "a\nb\r\n", 5, 0, 5);
    assert_length("lines crlf", "\n\r\n", 3, 0, 3);
    assert_length("lines lf", "a\nb\r\n", 5, 0, 2);
    assert_length("nul", "ab\0cd", 5, 0, 3);
    assert_no_length("lines crlf", "a\rb\nc", 5, NP_CUT_MORE);
    assert_no_length("lines crlf", "\n", 1, NP_CUT_MORE);
    assert_no_length("lines lf", "abc", 3, NP_CUT_MORE);
    assert_no_length("lines lf", "", 0, NP_CUT_MORE);
    assert_no_length("nul", "abc\n", 4, NP_CUT_MORE);
}

static void
what_was_searched_is_not_searched_again(void)
{
    assert_length("lines lf", "ab\ncd\n", 6, 3, 6);
    assert_length("nul", "ab\0cd\0", 6, 3, 6);
    assert_length("lines crlf", "a\r\nb\r\n", 6, 3, 6);
}

static void
carriage_return_at_the_end_and_line_feed_later_are_one_end(void)
{
    assert_no_length("lines crlf", "a\r", 2, NP_CUT_MORE);
    assert_length("lines crlf", "a\r\n", 3, 2, 3);
    assert_length("lines crlf", "a\r\nb", 4, 2, 3);
    assert_length("lines crlf", "a\r\r\n", 4, 2, 4);
}

static void
endless_line_is_bad(void)
{
    static const char *const forms[] = { "lines crlf", "lines lf", "nul" };
    size_t longest = NP_FRAMING_MAX_MESSAGE;
    uint8_t *bytes = g_malloc(longest + 1);

    memset(bytes, 'a', longest + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        np_framing_t framing = framing_of(forms[i]);
        uint32_t message;

        g_assert_cmpint(np_framing_cut(&framing, bytes, longest - 1, 0, &message), ==, NP_CUT_MORE);
        g_assert_cmpint(np_framing_cut(&framing, bytes, longest + 1, longest - 1, &message), ==, NP_CUT_BAD);
    }
    g_free(bytes);
}

static void
fixed_size_is_known_without_a_byte(void)
{
    assert_length("fixed 20", "", 0, 0, 20);
    assert_length("fixed 20", "abc", 3, 0, 20);
    assert_length("fixed 1", "abc", 3, 0, 1);
}

static void
segment_is_one_message(void)
{
    assert_length("segment", "a\r\nb\r\n", 6, 0, 6);
    assert_length("segment", "a", 1, 0, 1);
}

/* ---- synchronising --------------------------------------------------------------- */

static size_t
synchronise_after(const np_head_t *head, const char *text, const void *bytes, size_t length)
{
    np_framing_t framing = framing_of(text);
    uint8_t *copy = g_malloc(length ? length : 1);
    size_t begin;

    memcpy(copy, bytes, length);
    begin = np_framing_synchronise(&framing, head, copy, length);
    g_free(copy);
    return begin;
}

static size_t
synchronise(const char *text, const void *bytes, size_t length)
{
    np_head_t head = { .count = 0 };

    return synchronise_after(&head, text, bytes, length);
}

static void
segment_that_begins_with_messages_is_taken_from_its_begin(void)
{
    g_assert_cmpuint(synchronise("u16be@0+2", "\0\3abc\0\2de", 9), ==, 0);
    g_assert_cmpuint(synchronise("u16be@0+2", "\0\3abc", 5), ==, 0);
    g_assert_cmpuint(synchronise("u16be@0+2", "\0\3abc\0\7de", 9), ==, 0);
    g_assert_cmpuint(synchronise("u8@1+2", "x\3abcx\2de", 9), ==, 0);
}

static void
rest_of_a_lost_message_is_passed_over(void)
{
    g_assert_cmpuint(synchronise("u16be@0+2", "\xff\xff\xff\0\3abc\0\2de", 12), ==, 3);
    g_assert_cmpuint(synchronise("u32le@0+4", "\xff\xff\xff\xff\xff\3\0\0\0abc\2\0\0\0de", 18), ==, 5);
    g_assert_cmpuint(synchronise("u16be@0+2", "\xff\xff\xff\0\3abc", 8), ==, 3);
}

/* The end of a lost message may be zeros, which look like empty messages. */
static void
zeros_before_a_message_are_passed_over(void)
{
    g_assert_cmpuint(synchronise("u16be@0+2", "\0\0\0\0\0\3abc\0\2de", 13), ==, 4);
}

static void
nothing_is_found_where_nothing_is(void)
{
    uint8_t bytes[300];

    memset(bytes, 0xff, sizeof bytes);
    g_assert_cmpuint(synchronise("u16be@0+2", bytes, sizeof bytes), ==, sizeof bytes);
    g_assert_cmpuint(synchronise("u32be@0+4", bytes, sizeof bytes), ==, sizeof bytes);
    memset(bytes, 0, sizeof bytes);
    g_assert_cmpuint(synchronise("u16be@0+2", bytes, sizeof bytes), ==, sizeof bytes);
    g_assert_cmpuint(synchronise("u16be@0+2", "", 0), ==, 0);
    g_assert_cmpuint(synchronise("u16be@0+2", "\xff", 1), ==, 1);
}

static void
one_message_of_a_short_field_is_too_little(void)
{
    g_assert_cmpuint(synchronise("u8@0+1", "\xff\xff\2ab", 5), ==, 5);
    g_assert_cmpuint(synchronise("u8@0+1", "\xff\xff\2ab\3abc", 9), ==, 2);
}

static void
lines_begin_after_the_first_end(void)
{
    g_assert_cmpuint(synchronise("lines crlf", "GIN\r\nPING\r\n", 11), ==, 5);
    g_assert_cmpuint(synchronise("lines crlf", "GIN\nPI\r\nNG", 10), ==, 8);
    g_assert_cmpuint(synchronise("lines lf", "GIN\nPING\n", 9), ==, 4);
    g_assert_cmpuint(synchronise("nul", "GIN\0PING", 8), ==, 4);
    g_assert_cmpuint(synchronise("lines lf", "GIN", 3), ==, 3);
    g_assert_cmpuint(synchronise("lines lf", "GIN\n", 4), ==, 4);
}

static void
fixed_size_ends_with_the_segment(void)
{
    char bytes[60] = { 0 };

    g_assert_cmpuint(synchronise("fixed 20", bytes, 60), ==, 0);
    g_assert_cmpuint(synchronise("fixed 20", bytes, 47), ==, 7);
    g_assert_cmpuint(synchronise("fixed 20", bytes, 19), ==, 19);
    g_assert_cmpuint(synchronise("segment", bytes, 60), ==, 0);
}

static np_head_t
head_of(const char *first, const char *others, unsigned count)
{
    np_head_t head = { .count = 0 };

    for (unsigned i = 0; i < count; i++) {
        const char *bytes = i ? others : first;
        np_head_add(&head, (const uint8_t *)bytes, strlen(bytes));
    }
    return head;
}

static void
head_is_what_messages_have_alike(void)
{
    static const bool all_but_fourth_and_last[NP_HEAD] = { true, true, true, false, true, true, true, false };
    static const bool first_two[NP_HEAD] = { true, true };
    np_head_t head = head_of("NP12abcdef", "NP13abcxyz", 5);

    g_assert_cmpuint(head.count, ==, 5);
    g_assert_cmpint(memcmp(head.alike, all_but_fourth_and_last, sizeof head.alike), ==, 0);
    g_assert_cmpint(memcmp(head.bytes, "NP", 2), ==, 0);
    head = head_of("NP1", "NP2", 2);
    g_assert_cmpint(memcmp(head.alike, first_two, sizeof head.alike), ==, 0);
}

static void
known_head_tells_a_begin(void)
{
    static const char bytes[] = "AB\0\3abcAB\0\2deNP\0\3abcNP\0\2de";
    np_head_t none = { .count = 0 }, many = head_of("NPxx", "NPyy", 20);

    g_assert_cmpuint(synchronise_after(&none, "u16be@2+4", bytes, 26), ==, 0);
    g_assert_cmpuint(synchronise_after(&many, "u16be@2+4", bytes, 26), ==, 13);
}

static void
hostile_segments_take_no_time(void)
{
    static const char *const forms[] = { "u8@0+1", "u16be@0+2", "u24le@31+1024", "u32be@0+4", "lines crlf", "fixed 1" };
    static const uint8_t fills[] = { 0, 1, 0xff };
    size_t length = 65536;
    uint8_t *bytes = g_malloc(length);
    gint64 begin = g_get_monotonic_time();

    for (size_t i = 0; i < G_N_ELEMENTS(fills); i++) {
        memset(bytes, fills[i], length);
        for (size_t form = 0; form < G_N_ELEMENTS(forms); form++) {
            g_assert_cmpuint(synchronise(forms[form], bytes, length), <=, length);
        }
    }
    g_assert_cmpint(g_get_monotonic_time() - begin, <, G_USEC_PER_SEC);
    g_free(bytes);
}

/* ---- generated streams ----------------------------------------------------------- */

typedef enum {
    ONE_EACH,
    SEVERAL_EACH,
    ANYWHERE
} delivery_t;

/* One direction: its bytes, the ends of messages, and the segments. */
typedef struct {
    GByteArray *bytes;
    GArray *ends;   /* of messages; uint32_t */
    GArray *pieces; /* np_segment_payload_t; made_pieces() sets their bytes */
} made_t;

static made_t
made_new(void)
{
    return (made_t){ g_byte_array_new(), g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                     g_array_new(FALSE, FALSE, sizeof(np_segment_payload_t)) };
}

static void
made_free(made_t *made)
{
    g_byte_array_free(made->bytes, TRUE);
    g_array_free(made->ends, TRUE);
    g_array_free(made->pieces, TRUE);
}

static uint8_t
random_byte(GRand *random)
{
    return (uint8_t)(g_rand_int(random) >> 13);
}

static void
put_random(made_t *made, GRand *random, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        uint8_t byte = random_byte(random);
        g_byte_array_append(made->bytes, &byte, 1);
    }
}

static void
end_message(made_t *made)
{
    uint32_t end = made->bytes->len;

    g_array_append_val(made->ends, end);
}

/* Typical bodies: numbers with leading zeros, words, and random bytes. */
static void
fill_body(uint8_t *bytes, unsigned length, GRand *random)
{
    for (unsigned at = 0; at < length;) {
        unsigned next = at + (unsigned)g_rand_int_range(random, 2, 12), end = MIN(next, length);
        int what = g_rand_int_range(random, 0, 3);

        for (unsigned i = at; i < end; i++) {
            bytes[i] = what == 0 ? (uint8_t)(i + 1 == end ? random_byte(random) : 0)
                     : what == 1 ? (uint8_t)g_rand_int_range(random, 'a', 'z' + 1)
                                 : random_byte(random);
        }
        at = end;
    }
}

static void
put_number(uint8_t *bytes, const np_framing_t *framing, uint32_t value)
{
    for (unsigned i = 0; i < framing->width; i++) {
        bytes[framing->offset + (framing->little ? i : framing->width - 1U - i)] = (uint8_t)(value >> 8 * i);
    }
}

/* A header: a magic word and a type before the length, other numbers after it. */
static void
put_by_length(made_t *made, const np_framing_t *framing, GRand *random, unsigned body)
{
    static const char magic[] = "NPv1....NPv1....NPv1....NPv1....";
    unsigned header = framing->offset + framing->width;
    unsigned length = (framing->add > (int)header ? (unsigned)framing->add : header) + body;
    uint8_t *bytes = g_malloc(length);

    g_assert(length >= header && framing->width <= 4);
    fill_body(bytes, length, random);
    memcpy(bytes, magic, framing->offset);
    if (framing->offset) {
        bytes[framing->offset - 1] = (uint8_t)g_rand_int_range(random, 1, 7);
    } else if (length > header) {
        bytes[header] = (uint8_t)g_rand_int_range(random, 1, 7);
    }
    put_number(bytes, framing, (uint32_t)((int)length - framing->add));
    g_byte_array_append(made->bytes, bytes, length);
    end_message(made);
    g_free(bytes);
}

static void
put_fixed(made_t *made, unsigned length, GRand *random)
{
    uint8_t *bytes = g_malloc0(length);

    g_assert(length >= 4);
    fill_body(bytes, length, random);
    memcpy(bytes, "NP\1", MIN(length, 3));
    bytes[length / 4] = (uint8_t)g_rand_int_range(random, 1, 7);
    bytes[length / 2] = bytes[length / 2 + 1] = 0;
    g_byte_array_append(made->bytes, bytes, length);
    end_message(made);
    g_free(bytes);
}

static void
put_line(made_t *made, np_framing_kind_t kind, GRand *random, unsigned body)
{
    static const char *const words[] = { "LOGIN ", "CALL ", "PING ", "OK 200 ", "NOTIFY " };
    const char *word = words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))];

    g_byte_array_append(made->bytes, (const uint8_t *)word, (guint)strlen(word));
    for (unsigned i = 0; i < body; i++) {
        uint8_t byte = i % 7 == 6 ? ' ' : (uint8_t)g_rand_int_range(random, 'a', 'z' + 1);
        g_byte_array_append(made->bytes, &byte, 1);
    }
    if (kind == NP_FRAMING_NUL) {
        g_byte_array_append(made->bytes, (const uint8_t *)"", 1);
    } else {
        bool is_crlf = kind == NP_FRAMING_CRLF;
        g_byte_array_append(made->bytes, (const uint8_t *)(is_crlf ? "\r\n" : "\n"), is_crlf ? 2 : 1);
    }
    end_message(made);
}

static void
put_messages(made_t *made, const char *text, GRand *random, unsigned messages, int shortest, int longest)
{
    np_framing_t framing = framing_of(text);

    for (unsigned i = 0; i < messages; i++) {
        unsigned body = (unsigned)g_rand_int_range(random, shortest, longest + 1);

        if (framing.kind == NP_FRAMING_LENGTH) {
            put_by_length(made, &framing, random, body);
        } else if (framing.kind == NP_FRAMING_FIXED) {
            put_fixed(made, framing.size, random);
        } else if (framing.kind == NP_FRAMING_SEGMENT) {
            put_random(made, random, body);
            end_message(made);
        } else {
            put_line(made, framing.kind, random, body);
        }
    }
}

static void
add_piece(made_t *made, size_t begin, size_t end)
{
    np_segment_payload_t piece = { NULL, end - begin, true };

    g_array_append_val(made->pieces, piece);
}

/* Puts the bytes that are in no segment yet into segments. */
static void
deliver(made_t *made, GRand *random, delivery_t delivery)
{
    unsigned message = 0;
    size_t at = 0;

    for (unsigned i = 0; i < made->pieces->len; i++) {
        at += g_array_index(made->pieces, np_segment_payload_t, i).length;
    }
    while (at < made->bytes->len) {
        size_t end = at + (size_t)g_rand_int_range(random, 1, 200);

        while (delivery != ANYWHERE && g_array_index(made->ends, uint32_t, message) <= at) {
            message++;
        }
        if (delivery != ANYWHERE) {
            unsigned last = message + (delivery == ONE_EACH ? 0 : (unsigned)g_rand_int_range(random, 0, 4));
            end = g_array_index(made->ends, uint32_t, MIN(last, made->ends->len - 1));
        }
        end = MIN(end, made->bytes->len);
        add_piece(made, at, end);
        at = end;
    }
}

/* The segments with pointers into the bytes, valid until bytes are added. */
static np_segment_payloads_t
made_pieces(made_t *made)
{
    size_t at = 0;

    for (unsigned i = 0; i < made->pieces->len; i++) {
        np_segment_payload_t *piece = &g_array_index(made->pieces, np_segment_payload_t, i);

        piece->bytes = made->bytes->data + at;
        at += piece->length;
    }
    return (np_segment_payloads_t){ (const np_segment_payload_t *)(void *)made->pieces->data, made->pieces->len };
}

static void
infer(made_t made[2], np_inferred_framing_t guesses[2])
{
    np_segment_payloads_t streams[2] = { made_pieces(&made[0]), made_pieces(&made[1]) };

    np_framing_infer(streams, true, guesses);
    made_free(&made[0]);
    made_free(&made[1]);
}

static made_t
made_stream(const char *framing, GRand *random, unsigned messages, int shortest, int longest, delivery_t delivery)
{
    made_t made = made_new();

    put_messages(&made, framing, random, messages, shortest, longest);
    deliver(&made, random, delivery);
    return made;
}

static void
assert_guess(const np_inferred_framing_t *guess, const char *expected)
{
    assert_spelling(&guess->framing, expected);
    g_assert_cmpfloat(guess->confidence, >, 0.5);
    g_assert_cmpfloat(guess->confidence, <=, 1.0);
}

static void
assert_abstains(const np_inferred_framing_t *guess)
{
    assert_spelling(&guess->framing, "segment");
    g_assert_cmpfloat(guess->confidence, <, 0.5);
    g_assert_cmpfloat(guess->confidence, >=, 0.0);
}

/* ---- inferred framings ----------------------------------------------------------- */

static void
assert_found(const char *client, const char *server, guint32 seed, unsigned messages, delivery_t delivery)
{
    GRand *random = g_rand_new_with_seed(seed);
    made_t made[2] = { made_stream(client, random, messages, 4, 150, delivery),
                       made_stream(server, random, messages, 4, 150, delivery) };
    np_inferred_framing_t guesses[2];

    g_test_message("%s, %s, seed %u, delivery %d", client, server, seed, (int)delivery);
    infer(made, guesses);
    assert_guess(&guesses[0], client);
    assert_guess(&guesses[1], server);
    g_rand_free(random);
}

/* clang-format off */
static const char *const known_framings[] = {
    "u8@0+1", "u8@1+2", "u16be@0+0", "u16be@0+2", "u16le@0+0", "u16le@0+2", "u16be@2+4", "u16le@2+0", "u16be@3+5",
    "u16be@2+20", "u16be@4+8", "u32be@0+0", "u32be@0+4", "u32le@0+0", "u32le@0+4", "u32be@4+8", "u32le@8+12",
    "fixed 20", "lines crlf", "lines lf", "nul"
};
/* clang-format on */

static void
made_framings_are_found_with_a_message_a_segment(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_framings); i++) {
        assert_found(known_framings[i], known_framings[i], (guint32)i + 1, 24, ONE_EACH);
    }
}

static void
made_framings_are_found_with_several_messages_a_segment(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_framings); i++) {
        assert_found(known_framings[i], known_framings[i], (guint32)i + 101, 24, SEVERAL_EACH);
    }
}

static void
wide_fields_are_found_in_segments_cut_anywhere(void)
{
    static const char *const framings[] = {
        "u16be@0+2", "u16le@0+0", "u16be@2+4", "u32be@0+4", "u32le@0+4", "u32be@4+8"
    };

    for (size_t i = 0; i < G_N_ELEMENTS(framings); i++) {
        assert_found(framings[i], framings[i], (guint32)i + 201, 60, ANYWHERE);
    }
}

/* The upper byte is used; otherwise the lower two bytes would fit as well. */
static void
field_of_24_bits_is_found_where_messages_are_long(void)
{
    GRand *random = g_rand_new_with_seed(251);
    made_t made[2] = { made_stream("u24be@1+4", random, 24, 4, 150000, ONE_EACH),
                       made_stream("u24le@0+3", random, 24, 4, 150000, ONE_EACH) };
    np_inferred_framing_t guesses[2];

    infer(made, guesses);
    assert_guess(&guesses[0], "u24be@1+4");
    assert_guess(&guesses[1], "u24le@0+3");
    g_rand_free(random);
}

static void
directions_may_differ(void)
{
    assert_found("u16be@0+2", "u32be@0+4", 301, 24, ONE_EACH);
    assert_found("lines crlf", "u16be@2+4", 302, 24, ONE_EACH);
    assert_found("u32le@0+4", "u16be@0+0", 303, 24, SEVERAL_EACH);
    assert_found("fixed 20", "u32be@4+8", 304, 24, ONE_EACH);
}

static void
one_direction_is_enough(void)
{
    GRand *random = g_rand_new_with_seed(401);
    made_t made[2] = { made_new(), made_stream("u16be@2+4", random, 24, 4, 150, ONE_EACH) };
    np_inferred_framing_t guesses[2];

    infer(made, guesses);
    assert_abstains(&guesses[0]);
    assert_guess(&guesses[1], "u16be@2+4");
    g_rand_free(random);
}

static void
same_bytes_give_the_same_guess(void)
{
    np_inferred_framing_t guesses[2][2];

    for (int i = 0; i < 2; i++) {
        GRand *random = g_rand_new_with_seed(402);
        made_t made[2] = { made_stream("u16be@2+4", random, 24, 4, 150, ONE_EACH),
                           made_stream("u16be@2+4", random, 24, 4, 150, ONE_EACH) };
        infer(made, guesses[i]);
        g_rand_free(random);
    }
    g_assert_true(np_framing_equal(&guesses[0][0].framing, &guesses[1][0].framing));
    g_assert_cmpfloat(guesses[0][0].confidence, ==, guesses[1][0].confidence);
    g_assert_cmpfloat(guesses[0][1].confidence, ==, guesses[1][1].confidence);
}

/* Loses the pieces from first up to next. */
static void
make_hole(made_t *made, unsigned first, unsigned next)
{
    size_t begin = 0, end;

    for (unsigned i = 0; i < first; i++) {
        begin += g_array_index(made->pieces, np_segment_payload_t, i).length;
    }
    end = begin;
    for (unsigned i = first; i < next; i++) {
        end += g_array_index(made->pieces, np_segment_payload_t, i).length;
    }
    g_array_index(made->pieces, np_segment_payload_t, next).continues = false;
    g_array_remove_range(made->pieces, first, next - first);
    g_byte_array_remove_range(made->bytes, (guint)begin, (guint)(end - begin));
}

static void
hole_in_the_stream_is_no_hindrance(void)
{
    static const char *const framings[] = { "u16be@0+2", "u32le@4+0", "lines crlf" };

    for (size_t i = 0; i < G_N_ELEMENTS(framings); i++) {
        GRand *random = g_rand_new_with_seed((guint32)i + 501);
        made_t made[2] = { made_stream(framings[i], random, 50, 4, 150, ONE_EACH),
                           made_stream(framings[i], random, 50, 4, 150, SEVERAL_EACH) };
        np_inferred_framing_t guesses[2];

        g_test_message("%s", framings[i]);
        make_hole(&made[0], 20, 23);
        make_hole(&made[1], 6, 7);
        infer(made, guesses);
        assert_guess(&guesses[0], framings[i]);
        assert_guess(&guesses[1], framings[i]);
        g_rand_free(random);
    }
}

static made_t
made_with_preface(const char *preface, const char *framing, GRand *random)
{
    made_t made = made_new();

    g_byte_array_append(made.bytes, (const uint8_t *)preface, (guint)strlen(preface));
    add_piece(&made, 0, made.bytes->len);
    put_messages(&made, framing, random, 24, 4, 150);
    deliver(&made, random, ONE_EACH);
    return made;
}

static void
preface_is_told_from_messages(void)
{
    GRand *random = g_rand_new_with_seed(601);
    made_t made[2] = { made_with_preface("NAVERPHONE/1.0 HELLO\r\n", "u16be@0+2", random),
                       made_stream("u16be@0+2", random, 24, 4, 150, ONE_EACH) };
    np_inferred_framing_t guesses[2];

    infer(made, guesses);
    assert_guess(&guesses[0], "u16be@0+2");
    assert_guess(&guesses[1], "u16be@0+2");
    g_assert_true(guesses[0].has_preface);
    g_assert_false(guesses[1].has_preface);
    g_rand_free(random);
}

static void
usual_widths_are_preferred_where_all_cut_alike(void)
{
    static const char *const framings[] = {
        "u16be@0+2", "u16le@0+2", "u32be@0+4", "u32le@0+4", "u32be@4+8", "u16be@2+4"
    };

    for (size_t i = 0; i < G_N_ELEMENTS(framings); i++) {
        GRand *random = g_rand_new_with_seed((guint32)i + 701);
        made_t made[2] = { made_stream(framings[i], random, 30, 4, 90, ONE_EACH),
                           made_stream(framings[i], random, 30, 4, 90, ONE_EACH) };
        np_inferred_framing_t guesses[2];

        g_test_message("%s", framings[i]);
        infer(made, guesses);
        assert_guess(&guesses[0], framings[i]);
        assert_guess(&guesses[1], framings[i]);
        g_assert_cmpuint(guesses[0].widest.width, >=, guesses[0].framing.width);
        g_rand_free(random);
    }
}

/* Messages of u16le@8+0 behind three zero bytes, with lengths below 256: u32be@5+0 divides them alike. */
static made_t
made_behind_zeros(GRand *random)
{
    made_t made = made_new();

    for (unsigned turn = 0; turn < 30; turn++) {
        unsigned body = (unsigned)g_rand_int_range(random, 4, 200);
        const uint8_t header[] = { 'N', 'P', (uint8_t)(turn % 4), (uint8_t)turn, 7, 0, 0, 0, (uint8_t)(10 + body), 0 };

        g_byte_array_append(made.bytes, header, sizeof header);
        put_random(&made, random, body);
        end_message(&made);
    }
    deliver(&made, random, ONE_EACH);
    return made;
}

static void
aligned_field_is_preferred_to_one_that_is_not(void)
{
    GRand *random = g_rand_new_with_seed(1301);
    made_t made[2] = { made_behind_zeros(random), made_behind_zeros(random) };
    np_inferred_framing_t guesses[2];

    infer(made, guesses);
    assert_guess(&guesses[0], "u16le@8+0");
    assert_guess(&guesses[1], "u16le@8+0");
    g_assert_true(guesses[0].widest.little);
    g_rand_free(random);
}

static void
small_values_of_a_byte_are_not_sure(void)
{
    static const char *const framings[] = { "u8@0+1", "u8@1+2" };

    for (size_t i = 0; i < G_N_ELEMENTS(framings); i++) {
        GRand *random = g_rand_new_with_seed((guint32)i + 801);
        made_t made[2] = { made_stream(framings[i], random, 24, 4, 100, ONE_EACH),
                           made_stream(framings[i], random, 24, 4, 100, ONE_EACH) };
        np_inferred_framing_t guesses[2];

        infer(made, guesses);
        assert_guess(&guesses[0], framings[i]);
        g_assert_cmpfloat(guesses[0].confidence, <, NP_CONFIDENT);
        g_assert_cmpfloat(guesses[1].confidence, <, NP_CONFIDENT);
        g_rand_free(random);
    }
}

/* Messages of one length that differ in little but a number. */
static made_t
made_alike(const char *text, GRand *random, unsigned messages, unsigned varied)
{
    static const char body[] = "\1\2\0\0....\0\0\0\0PING\0\0\0\0\0\0\0\0";
    np_framing_t framing = framing_of(text);
    unsigned header = framing.offset + framing.width, length = header + sizeof body - 1;
    made_t made = made_new();

    for (unsigned i = 0; i < messages; i++) {
        uint8_t bytes[64] = "NPv1";

        memcpy(bytes + header, body, sizeof body - 1);
        for (unsigned at = 0; at < varied; at++) {
            bytes[header + 4 + at] = random_byte(random);
        }
        put_number(bytes, &framing, (uint32_t)((int)length - framing.add));
        g_byte_array_append(made.bytes, bytes, length);
        end_message(&made);
    }
    deliver(&made, random, ONE_EACH);
    return made;
}

#define FULL_SEGMENT 1460

/* Random bytes of so many, with the length before them, in as few segments as they need. */
static void
put_random_message(made_t *made, const char *text, GRand *random, unsigned length)
{
    np_framing_t framing = framing_of(text);
    uint8_t header[4] = { 0 };
    size_t begin = made->bytes->len;

    put_number(header, &framing, length);
    g_byte_array_append(made->bytes, header, framing.width);
    put_random(made, random, length);
    for (size_t at = begin; at < made->bytes->len; at += FULL_SEGMENT) {
        add_piece(made, at, MIN(at + FULL_SEGMENT, made->bytes->len));
    }
}

/* In random bytes a short length walks anywhere, and half of a length field is one, too. */
static void
one_long_random_message_misleads_nobody(void)
{
    static const char *const framings[] = { "u32le@0+4", "u32be@0+4", "u16be@0+2" };

    for (guint32 seed = 0; seed < 60; seed++) {
        const char *framing = framings[seed % G_N_ELEMENTS(framings)];
        GRand *random = g_rand_new_with_seed(seed);
        unsigned place = (unsigned)g_rand_int_range(random, 0, 13);
        made_t made[2] = { made_new(), made_new() };
        np_inferred_framing_t guesses[2];

        for (unsigned i = 0; i < 13; i++) {
            put_random_message(
                &made[0], framing, random,
                (unsigned)(i == place ? g_rand_int_range(random, 8000, 20000) : g_rand_int_range(random, 4, 40)));
        }
        g_test_message("%s, seed %u", framing, seed);
        infer(made, guesses);
        assert_guess(&guesses[0], framing);
        g_rand_free(random);
    }
}

static void
text_is_found_however_it_is_cut(void)
{
    static const char *const framings[] = { "lines crlf", "lines lf", "nul" };

    for (guint32 seed = 0; seed < 30; seed++) {
        const char *framing = framings[seed % G_N_ELEMENTS(framings)];
        GRand *random = g_rand_new_with_seed(seed + 4000);
        made_t made[2] = { made_stream(framing, random, 40, 4, 150, ANYWHERE),
                           made_stream(framing, random, 40, 4, 150, ANYWHERE) };
        np_inferred_framing_t guesses[2];

        g_test_message("%s, seed %u", framing, seed);
        infer(made, guesses);
        assert_guess(&guesses[0], framing);
        assert_guess(&guesses[1], framing);
        g_assert_cmpfloat(guesses[0].confidence, >=, NP_CONFIDENT);
        g_rand_free(random);
    }
}

static void
aligned_data_have_no_fixed_size(void)
{
    GRand *random = g_rand_new_with_seed(1501);
    made_t made[2] = { made_new(), made_new() };
    np_inferred_framing_t guesses[2];

    for (unsigned i = 0; i < 40; i++) {
        guint begin = made[0].bytes->len;

        for (int words = g_rand_int_range(random, 6, 40); words > 0; words--) {
            const uint8_t word[] = { (uint8_t)g_rand_int(random), (uint8_t)g_rand_int_range(random, 0, 4), 0, 0 };

            g_byte_array_append(made[0].bytes, word, sizeof word);
        }
        add_piece(&made[0], begin, made[0].bytes->len);
    }
    infer(made, guesses);
    assert_abstains(&guesses[0]);
    g_rand_free(random);
}

/* Four messages together are more like the next four than each is like the next. */
static void
fixed_size_is_found_where_types_take_turns(void)
{
    unsigned found = 0;

    for (guint32 seed = 0; seed < 20; seed++) {
        GRand *random = g_rand_new_with_seed(seed + 5000);
        made_t made[2] = { made_new(), made_new() };
        np_inferred_framing_t guesses[2];

        for (unsigned i = 0; i < 60; i++) {
            const uint8_t header[4] = { 0x4e, (uint8_t)(i % 4), 0, (uint8_t)i };

            g_byte_array_append(made[0].bytes, header, sizeof header);
            put_random(&made[0], random, 12);
        }
        add_piece(&made[0], 0, made[0].bytes->len);
        g_test_message("seed %u", seed);
        infer(made, guesses);
        if (guesses[0].framing.kind != NP_FRAMING_SEGMENT) {
            assert_spelling(&guesses[0].framing, "fixed 16");
            found++;
        }
        g_rand_free(random);
    }
    g_assert_cmpuint(found, >=, 15);
}

static void
field_of_messages_of_one_length_is_not_sure(void)
{
    static const char *const framings[] = { "u16be@0+2", "u16be@0+0", "u32be@0+4", "u16be@2+4" };

    for (size_t i = 0; i < G_N_ELEMENTS(framings); i++) {
        GRand *random = g_rand_new_with_seed((guint32)i + 901);
        made_t made[2] = { made_alike(framings[i], random, 30, 2), made_alike(framings[i], random, 30, 16) };
        np_inferred_framing_t guesses[2];

        g_test_message("%s", framings[i]);
        infer(made, guesses);
        assert_guess(&guesses[0], framings[i]);
        assert_guess(&guesses[1], framings[i]);
        g_assert_cmpfloat(guesses[0].confidence, <, NP_CONFIDENT);
        g_assert_cmpfloat(guesses[1].confidence, <, NP_CONFIDENT);
        g_rand_free(random);
    }
}

/* ---- nothing to infer ------------------------------------------------------------- */

/* Segments of random bytes, each of unit times shortest to longest bytes. */
static made_t
made_random(GRand *random, unsigned segments, unsigned unit, int shortest, int longest)
{
    made_t made = made_new();

    for (unsigned i = 0; i < segments; i++) {
        put_random(&made, random, unit * (unsigned)g_rand_int_range(random, shortest, longest + 1));
        end_message(&made);
    }
    deliver(&made, random, ONE_EACH);
    return made;
}

static void
assert_random_abstains(guint32 seeds, unsigned segments, unsigned unit, int shortest, int longest)
{
    for (guint32 seed = 1; seed <= seeds; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        made_t made[2] = { made_random(random, segments, unit, shortest, longest),
                           made_random(random, segments, unit, shortest, longest) };
        np_inferred_framing_t guesses[2];

        g_test_message("seed %u", seed);
        infer(made, guesses);
        assert_abstains(&guesses[0]);
        assert_abstains(&guesses[1]);
        g_rand_free(random);
    }
}

static void
random_bytes_have_no_framing(void)
{
    assert_random_abstains(50, 30, 1, 1, 200);
}

static void
padded_ciphers_have_no_framing(void)
{
    assert_random_abstains(50, 30, 16, 1, 12);
}

static void
random_bytes_of_one_length_have_no_framing(void)
{
    assert_random_abstains(30, 30, 1, 64, 64);
    assert_random_abstains(30, 30, 1, 20, 20);
}

static void
two_messages_are_too_few(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_framings); i++) {
        GRand *random = g_rand_new_with_seed((guint32)i + 1001);
        made_t made[2] = { made_stream(known_framings[i], random, 2, 4, 150, ONE_EACH), made_new() };
        np_inferred_framing_t guesses[2];

        g_test_message("%s", known_framings[i]);
        infer(made, guesses);
        assert_abstains(&guesses[0]);
        assert_abstains(&guesses[1]);
        g_rand_free(random);
    }
}

static void
nothing_has_no_framing(void)
{
    made_t made[2] = { made_new(), made_new() };
    np_inferred_framing_t guesses[2];

    infer(made, guesses);
    assert_abstains(&guesses[0]);
    assert_abstains(&guesses[1]);
}

static void
hostile_streams_do_no_harm(void)
{
    static const uint8_t fills[] = { 0, 1, 'a', 0xff };

    for (size_t i = 0; i < G_N_ELEMENTS(fills); i++) {
        GRand *random = g_rand_new_with_seed(1101);
        made_t made[2] = { made_random(random, 200, 1, 1, 150), made_random(random, 3, 1, 1, 1) };
        np_inferred_framing_t guesses[2];
        gint64 begin = g_get_monotonic_time();

        memset(made[0].bytes->data, fills[i], made[0].bytes->len);
        infer(made, guesses);
        g_assert_cmpfloat(guesses[0].confidence, <, NP_CONFIDENT);
        g_assert_cmpint(g_get_monotonic_time() - begin, <, 10 * G_TIME_SPAN_SECOND);
        g_rand_free(random);
    }
}

#define HOSTILE_BYTES 0x8000
#define MOST_MILLISECONDS 20 /* 1 or 2 when nothing else runs */

/* Processor time of one inference, in milliseconds: the least of three. */
static double
time_of_inference(GRand *random, int values, unsigned segment)
{
    double least = G_MAXDOUBLE;

    for (unsigned turn = 0; turn < 3; turn++) {
        made_t made[2] = { made_new(), made_new() };
        np_inferred_framing_t guesses[2];
        clock_t begin;

        put_random(&made[0], random, HOSTILE_BYTES);
        for (unsigned i = 0; i < HOSTILE_BYTES; i++) {
            made[0].bytes->data[i] = (uint8_t)(made[0].bytes->data[i] % values);
        }
        for (unsigned at = 0; at < HOSTILE_BYTES; at += segment) {
            add_piece(&made[0], at, at + segment);
        }
        begin = clock();
        infer(made, guesses);
        least = MIN(least, (double)(clock() - begin) * 1000 / CLOCKS_PER_SEC);
        g_assert_cmpfloat(guesses[0].confidence, <, NP_CONFIDENT);
    }
    return least;
}

static void
hostile_bytes_take_a_few_milliseconds(void)
{
    static const int values[] = { 1, 4, 256 };
    GRand *random = g_rand_new_with_seed(1401);

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        for (unsigned segment = 128; segment <= 0x4000; segment *= 8) {
            double taken = time_of_inference(random, values[i], segment);

            g_test_message("%d values, segments of %u bytes: %.1f ms", values[i], segment, taken);
            g_assert_cmpfloat(taken, <, MOST_MILLISECONDS);
        }
    }
    g_rand_free(random);
}

/* ---- confidence -------------------------------------------------------------------- */

typedef struct {
    unsigned streams, claims, sure, sure_right;
} score_t;

static void
count_guess(score_t *score, const np_inferred_framing_t *guess, const char *framing, guint32 seed)
{
    char text[NP_FRAMING_TEXT] = "";
    bool is_right;

    np_framing_format(&guess->framing, text);
    is_right = strcmp(text, framing) == 0;
    score->streams++;
    score->claims += guess->framing.kind != NP_FRAMING_SEGMENT;
    if (guess->confidence >= NP_CONFIDENT) {
        score->sure++;
        score->sure_right += is_right;
        if (!is_right) {
            g_test_message("seed %u: %s was taken for %s, %.3f", seed, framing, text, guess->confidence);
        }
    }
}

/* One stream in four is random. The others have few or many, short or long messages, delivered in each way. */
static void
count_mixed_stream(score_t *score, guint32 seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    const char *framing = g_rand_int_range(random, 0, 4) == 0
                            ? "segment"
                            : known_framings[g_rand_int_range(random, 0, G_N_ELEMENTS(known_framings))];
    delivery_t delivery = (delivery_t)(strcmp(framing, "segment") ? g_rand_int_range(random, 0, 3) : ONE_EACH);
    int longest = g_rand_int_range(random, 5, 600);
    made_t made[2];
    np_inferred_framing_t guesses[2];

    for (int i = 0; i < 2; i++) {
        made[i] = made_stream(framing, random, (unsigned)g_rand_int_range(random, 3, 60), 1, longest, delivery);
    }
    infer(made, guesses);
    count_guess(score, &guesses[0], framing, seed);
    count_guess(score, &guesses[1], framing, seed);
    g_rand_free(random);
}

static void
sure_guesses_are_right_nine_times_in_ten(void)
{
    score_t score = { 0 };

    for (guint32 seed = 1; seed <= 200; seed++) {
        count_mixed_stream(&score, seed);
    }
    g_test_message("%u streams, %u claims, %u sure, %u of them right", score.streams, score.claims, score.sure,
                   score.sure_right);
    g_assert_cmpuint(score.sure, >=, score.streams / 4);
    g_assert_cmpuint(score.sure_right * (guint64)10, >=, score.sure * (guint64)9);
}

#define ADD(scenario) g_test_add_func("/framing/" #scenario, scenario)

static void
add_grammar_and_cutting(void)
{
    ADD(every_form_is_read_and_written_alike);
    ADD(what_is_read_means_what_it_says);
    ADD(what_is_no_framing_is_refused_and_leaves_it_alone);
    ADD(hostile_text_is_refused_or_written_alike);
    ADD(numbers_have_a_width_and_an_order);
    ADD(length_field_tells_the_length_before_all_is_there);
    ADD(less_than_the_field_wants_more);
    ADD(length_that_is_no_messages_is_bad);
    ADD(delimiter_ends_its_message);
    ADD(what_was_searched_is_not_searched_again);
    ADD(carriage_return_at_the_end_and_line_feed_later_are_one_end);
    ADD(endless_line_is_bad);
    ADD(fixed_size_is_known_without_a_byte);
    ADD(segment_is_one_message);
}

static void
add_synchronising(void)
{
    ADD(segment_that_begins_with_messages_is_taken_from_its_begin);
    ADD(rest_of_a_lost_message_is_passed_over);
    ADD(zeros_before_a_message_are_passed_over);
    ADD(nothing_is_found_where_nothing_is);
    ADD(one_message_of_a_short_field_is_too_little);
    ADD(lines_begin_after_the_first_end);
    ADD(fixed_size_ends_with_the_segment);
    ADD(head_is_what_messages_have_alike);
    ADD(known_head_tells_a_begin);
    ADD(hostile_segments_take_no_time);
}

static void
add_inference(void)
{
    ADD(made_framings_are_found_with_a_message_a_segment);
    ADD(made_framings_are_found_with_several_messages_a_segment);
    ADD(wide_fields_are_found_in_segments_cut_anywhere);
    ADD(field_of_24_bits_is_found_where_messages_are_long);
    ADD(directions_may_differ);
    ADD(one_direction_is_enough);
    ADD(same_bytes_give_the_same_guess);
    ADD(hole_in_the_stream_is_no_hindrance);
    ADD(preface_is_told_from_messages);
    ADD(usual_widths_are_preferred_where_all_cut_alike);
    ADD(aligned_field_is_preferred_to_one_that_is_not);
    ADD(small_values_of_a_byte_are_not_sure);
    ADD(one_long_random_message_misleads_nobody);
    ADD(text_is_found_however_it_is_cut);
    ADD(aligned_data_have_no_fixed_size);
    ADD(fixed_size_is_found_where_types_take_turns);
    ADD(field_of_messages_of_one_length_is_not_sure);
    ADD(random_bytes_have_no_framing);
    ADD(padded_ciphers_have_no_framing);
    ADD(random_bytes_of_one_length_have_no_framing);
    ADD(two_messages_are_too_few);
    ADD(nothing_has_no_framing);
    ADD(hostile_streams_do_no_harm);
    ADD(hostile_bytes_take_a_few_milliseconds);
    ADD(sure_guesses_are_right_nine_times_in_ten);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_grammar_and_cutting();
    add_synchronising();
    add_inference();
    return g_test_run();
}
