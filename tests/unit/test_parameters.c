/* test_parameters.c
 * Naver Phone: tests of parameters.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/parameters.h"
#include "spans.h"

static void
list_is_split_at_both_separators(void)
{
    np_span_t list = np_span_of("&id=hong;;pw=a=b&flag&=x&enc=\r\n");
    np_parameter_t parameter;
    size_t offset = 0;

    g_assert_true(np_parameters_next(list, &offset, &parameter));
    assert_span(parameter.name, "id");
    assert_span(parameter.value, "hong");
    g_assert_cmpint(parameter.role, ==, NP_ROLE_USER);
    g_assert_true(np_parameters_next(list, &offset, &parameter));
    assert_span(parameter.name, "pw");
    assert_span(parameter.value, "a=b");
    g_assert_cmpint(parameter.role, ==, NP_ROLE_PASSWORD);
    g_assert_true(np_parameters_next(list, &offset, &parameter));
    assert_span(parameter.name, "flag");
    assert_span(parameter.value, NULL);
    g_assert_cmpint(parameter.role, ==, NP_ROLE_NONE);
    g_assert_true(np_parameters_next(list, &offset, &parameter));
    assert_span(parameter.name, "");
    g_assert_true(np_parameters_next(list, &offset, &parameter));
    assert_span(parameter.name, "enc");
    assert_span(parameter.value, "");
    g_assert_false(np_parameters_next(list, &offset, &parameter));
}

static void
parameters_of_a_uri_follow_its_first_question_mark(void)
{
    assert_span(np_parameters_of_uri(np_span_of("/login?id=hong&pw=a?b")), "id=hong&pw=a?b");
    assert_span(np_parameters_of_uri(np_span_of("/login?")), "");
    assert_span(np_parameters_of_uri(np_span_of("/login")), NULL);
    assert_span(np_parameters_of_uri(NP_SPAN_ABSENT), NULL);
}

static void
roles_go_by_whole_names_in_any_case(void)
{
    /* clang-format off */
    static const struct {
        const char *list;
        np_role_t   role;
    } cases[] = {
        { "USERID=x", NP_ROLE_USER }, { "login_id=x", NP_ROLE_USER }, { "PassWd=x", NP_ROLE_PASSWORD },
        { "user_pw=x", NP_ROLE_PASSWORD }, { "idx=x", NP_ROLE_NONE }, { "sid=x", NP_ROLE_NONE }, { "i=x", NP_ROLE_NONE },
        { "p%77=x", NP_ROLE_NONE }
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        np_parameter_t parameter;
        size_t offset = 0;

        g_assert_true(np_parameters_next(np_span_of(cases[i].list), &offset, &parameter));
        g_assert_cmpint(parameter.role, ==, cases[i].role);
    }
}

static void
bodies_are_lists_or_opaque(void)
{
    static const char *const lists[] = { "id=hong&pw=1", "a=", "id=x&flag", "a[0]=my word\r\n", "a=1&&b=2&" };
    /* clang-format off */
    static const char *const opaque[] = {
        "", "hong", "=x", "a=1&=x", "\x01=2", "a=\x01", "QUJDRA==", "abcdefg=", "{\"a\"=1}", "<a b=\"c\"/>", "x = y",
        "&&", "a\xff=1", "flag&a=1", "4f2a9c00de", "\r\n", "a=1\r\nb=2"
    };
    /* clang-format on */
    np_span_t absent = { NULL, 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_assert_true(np_parameters_are_list(np_span_of(lists[i])));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(opaque); i++) {
        uint8_t *copy;

        g_assert_false(np_parameters_are_list(tight(opaque[i], strlen(opaque[i]), &copy)));
        g_free(copy);
    }
    g_assert_false(np_parameters_are_list(absent));
}

static void
values_decode_by_the_rule_of_the_contract(void)
{
    /* clang-format off */
    static const struct {
        const char   *value;
        np_encoding_t encoding;
        const char   *decoded;
    } cases[] = {
        { "hong", NP_ENCODING_PLAIN, "hong" },
        { "", NP_ENCODING_PLAIN, "" },
        { "password1", NP_ENCODING_PLAIN, "password1" },
        { "100%", NP_ENCODING_PLAIN, "100%" },
        { "%zz%4", NP_ENCODING_PLAIN, "%zz%4" },
        { "my+secret%21", NP_ENCODING_PERCENT, "my secret!" },
        { "%25%34%31", NP_ENCODING_PERCENT, "%41" },
        { "736563726574", NP_ENCODING_HEX, "secret" },
        { "7365637265740", NP_ENCODING_PLAIN, "7365637265740" },
        { "736563", NP_ENCODING_PLAIN, "736563" },
        { "12345678", NP_ENCODING_HEX, "\x12\x34\x56\x78" },
        { "DEADbeef", NP_ENCODING_HEX, "\xde\xad\xbe\xef" },
        { "%37365637265%374", NP_ENCODING_HEX, "secret" },
        { "c2VjcmV0IQ==", NP_ENCODING_BASE64, "secret!" },
        { "c2VjcmV0IQ%3D%3D", NP_ENCODING_BASE64, "secret!" },
        { "c2VjcmV0", NP_ENCODING_BASE64, "secret" },
        { "c2VjcmV0IQ=", NP_ENCODING_PLAIN, "c2VjcmV0IQ=" },
        { "c2Vj=mV0", NP_ENCODING_PLAIN, "c2Vj=mV0" },
        { "c2VjcmV0I===", NP_ENCODING_PLAIN, "c2VjcmV0I===" },
        { "c2Vj", NP_ENCODING_PLAIN, "c2Vj" },
        { "password", NP_ENCODING_BASE64, "\xa5\xab\x2c\xc2\x8a\xdd" },
        { "-_-_-_-_", NP_ENCODING_BASE64, "\xfb\xff\xbf\xfb\xff\xbf" },
        { "%2B/%2B/%2B/%2B/", NP_ENCODING_BASE64, "\xfb\xff\xbf\xfb\xff\xbf" },
        { "+/+/+/+/", NP_ENCODING_BASE64, "\xfb\xff\xbf\xfb\xff\xbf" },
        { "+/-_+/-_", NP_ENCODING_PERCENT, " /-_ /-_" },
        { "abc+defg", NP_ENCODING_PERCENT, "abc defg" },
    };
    /* clang-format on */
    GByteArray *decoded = g_byte_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t *copy;

        g_test_message("%s", cases[i].value);
        g_assert_cmpint(np_parameter_decode(tight(cases[i].value, strlen(cases[i].value), &copy), decoded), ==,
                        cases[i].encoding);
        assert_bytes(decoded, cases[i].decoded, strlen(cases[i].decoded));
        g_free(copy);
    }
    g_byte_array_unref(decoded);
}

static void
base64_decodes_as_glib_does(void)
{
    GRand *random = g_rand_new_with_seed(8081);
    GByteArray *decoded = g_byte_array_new();

    for (int round = 0; round < 2000; round++) {
        uint8_t bytes[40];
        size_t len = (size_t)g_rand_int_range(random, 6, 40);
        char *encoded;

        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)(g_rand_int(random) >> 9);
        }
        encoded = g_base64_encode(bytes, len);
        if (!strchr(encoded, '+')) {
            g_assert_cmpint(np_parameter_decode(np_span_of(encoded), decoded), ==, NP_ENCODING_BASE64);
            assert_bytes(decoded, bytes, len);
        }
        g_free(encoded);
    }
    g_byte_array_unref(decoded);
    g_rand_free(random);
}

static void
hostile_bytes_do_no_harm(void)
{
    GRand *random = g_rand_new_with_seed(72);
    GByteArray *decoded = g_byte_array_new();

    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[24] = { 0 };
        size_t len = (size_t)g_rand_int_range(random, 0, 24), offset = 0;
        np_parameter_t parameter;
        np_span_t list;
        uint8_t *copy;

        for (size_t i = 0; i < len; i++) {
            guint32 r = g_rand_int(random);

            bytes[i] = r % 4 ? (uint8_t) "&;=%+A0/\r\n"[r / 4 % 10] : (uint8_t)(r >> 8);
        }
        list = tight(bytes, len, &copy);
        np_parameters_are_list(list);
        while (np_parameters_next(list, &offset, &parameter)) {
            np_parameter_decode(parameter.value, decoded);
        }
        np_parameter_decode(list, decoded);
        g_assert_cmpuint(offset, <=, len);
        g_free(copy);
    }
    g_byte_array_unref(decoded);
    g_rand_free(random);
}

#define ADD(scenario) g_test_add_func("/parameters/" #scenario, scenario)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(list_is_split_at_both_separators);
    ADD(parameters_of_a_uri_follow_its_first_question_mark);
    ADD(roles_go_by_whole_names_in_any_case);
    ADD(bodies_are_lists_or_opaque);
    ADD(values_decode_by_the_rule_of_the_contract);
    ADD(base64_decodes_as_glib_does);
    ADD(hostile_bytes_do_no_harm);
    return g_test_run();
}
