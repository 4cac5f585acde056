/* test_encodings.c
 * Naver Phone: tests of encodings.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "spans.h"
#include "text/encodings.h"

/* "한글" and "똠" in CP949; KS X 1001 does not contain the latter. */
#define HANGUL_CP949 "\xc7\xd1\xb1\xdb"
#define DDOM_CP949 "\x8c\x63"

/* True without a CP949 converter: on some systems glibc's converters are a separate package. */
static bool
lacks_cp949(void)
{
    GIConv converter = g_iconv_open("UTF-8", "CP949");

    if (converter == (GIConv)-1) {
        g_test_skip("no CP949 converter in this system");
        return true;
    }
    g_iconv_close(converter);
    return false;
}

static void
assert_text(const char *bytes, size_t len, const char *expected)
{
    uint8_t *copy;
    np_span_t tightened = tight(bytes, len, &copy);
    char *text = np_text_from_wire(tightened.data, len);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
    g_free(copy);
}

static void
utf8_and_line_ends_are_text(void)
{
    assert_text("LOGIN hong\r\n\t1", 14, "LOGIN hong\r\n\t1");
    assert_text("한글", strlen("한글"), "한글");
}

static void
cp949_is_text_in_utf8(void)
{
    if (lacks_cp949()) {
        return;
    }
    assert_text("id " HANGUL_CP949 "\r\n", 9, "id 한글\r\n");
    assert_text(DDOM_CP949, 2, "똠");
}

static void
controls_and_bidi_marks_are_no_text(void)
{
    /* clang-format off */
    static const char *const wrong[] = {
        "a\x01", "a\x1b[0m", "a\x7f", "a\xc2\x85", "a\xe2\x80\x8e", "a\xe2\x80\xae", "a\xe2\x81\xa6", "a\xe2\x81\xa9",
        "a\xe2\x80\xa8", "a\xee\x80\x80", "\xef\xbf\xbf", "\xff\xfe", "a\x80", "\xc7", " \r\n", "\t"
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        assert_text(wrong[i], strlen(wrong[i]), NULL);
    }
    assert_text("a\0b", 3, NULL);
    assert_text("", 0, NULL);
}

static bool
is_readable(const char *text)
{
    uint8_t *copy;
    bool readable = np_text_is_readable(tight(text, strlen(text), &copy));

    g_free(copy);
    return readable;
}

static void
readable_is_what_a_person_reads_on_one_line(void)
{
    np_span_t absent = { NULL, 0 };

    g_assert_true(is_readable("secret 1!"));
    g_assert_true(is_readable("비밀"));
    g_assert_true(is_readable(HANGUL_CP949 "1"));
    g_assert_false(is_readable("\xc7\xd1"));
    g_assert_false(is_readable("a\xc7\xd1"
                               "b"));
    g_assert_false(is_readable(DDOM_CP949 DDOM_CP949));
    g_assert_false(is_readable(HANGUL_CP949 "\xc7"));
    g_assert_false(is_readable("a\nb"));
    g_assert_false(is_readable("a\tb"));
    g_assert_false(is_readable("  "));
    g_assert_false(is_readable("\x01\x02"));
    g_assert_false(is_readable(""));
    g_assert_false(np_text_is_readable(absent));
}

/* The share of random texts of this length that the test accepts. */
static double
share_of_random(size_t len, bool (*judge)(const uint8_t *, size_t))
{
    GRand *random = g_rand_new_with_seed(10500);
    int taken = 0;
    uint8_t *bytes = g_malloc(len);

    for (int round = 0; round < 5000; round++) {
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)(g_rand_int(random) >> 11);
        }
        taken += judge(bytes, len);
    }
    g_free(bytes);
    g_rand_free(random);
    return taken / 5000.0;
}

static bool
judge_readable(const uint8_t *bytes, size_t len)
{
    return np_text_is_readable((np_span_t){ bytes, len });
}

static bool
judge_high_entropy(const uint8_t *bytes, size_t len)
{
    return np_text_content(bytes, len) == NP_CONTENT_HIGH_ENTROPY;
}

static void
random_bytes_are_seldom_readable(void)
{
    g_assert_cmpfloat(share_of_random(4, judge_readable), <, 0.05);
    g_assert_cmpfloat(share_of_random(8, judge_readable), <, 0.005);
    g_assert_cmpfloat(share_of_random(16, judge_readable), ==, 0.0);
}

static void
random_bytes_are_high_entropy_from_64_on(void)
{
    g_assert_cmpfloat(share_of_random(63, judge_high_entropy), ==, 0.0);
    g_assert_cmpfloat(share_of_random(64, judge_high_entropy), >, 0.99);
    g_assert_cmpfloat(share_of_random(200, judge_high_entropy), >, 0.99);
    g_assert_cmpfloat(share_of_random(4096, judge_high_entropy), >, 0.99);
}

static void
structures_are_no_high_entropy(void)
{
    uint8_t bytes[1024];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    g_assert_cmpint(np_text_content(bytes, 256), ==, NP_CONTENT_BINARY);
    g_assert_cmpint(np_text_content(bytes, sizeof bytes), ==, NP_CONTENT_BINARY);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = i % 7 ? (uint8_t)(i * 167 >> 3) : 0;
    }
    g_assert_cmpint(np_text_content(bytes, 64), ==, NP_CONTENT_BINARY);
    g_assert_cmpint(np_text_content(bytes, sizeof bytes), ==, NP_CONTENT_BINARY);
    g_assert_cmpint(np_text_content((const uint8_t *)"\0\x04\0\1", 4), ==, NP_CONTENT_BINARY);
}

static void
empty_and_text_are_told(void)
{
    g_assert_cmpint(np_text_content(NULL, 0), ==, NP_CONTENT_EMPTY);
    g_assert_cmpint(np_text_content((const uint8_t *)"PING\r\n", 6), ==, NP_CONTENT_TEXT);
}

#define ADD(scenario) g_test_add_func("/text/" #scenario, scenario)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(utf8_and_line_ends_are_text);
    ADD(cp949_is_text_in_utf8);
    ADD(controls_and_bidi_marks_are_no_text);
    ADD(readable_is_what_a_person_reads_on_one_line);
    ADD(random_bytes_are_seldom_readable);
    ADD(random_bytes_are_high_entropy_from_64_on);
    ADD(structures_are_no_high_entropy);
    ADD(empty_and_text_are_told);
    return g_test_run();
}
