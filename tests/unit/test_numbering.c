/* test_numbering.c
 * Naver Phone: tests of numbering.c; test_numbering_oracle.py compares thousands of numbers with phonenumbers
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "text/numbering.h"

static void
every_kind_of_the_plan_is_known(void)
{
    /* clang-format off */
    static const struct {
        const char      *dialled;
        np_number_kind_t kind;
        const char      *national, *e164;
    } cases[] = {
        { "01012345678", NP_NUMBER_MOBILE, "01012345678", "+821012345678" },
        { "0111234567", NP_NUMBER_MOBILE, "0111234567", "+82111234567" },
        { "0221234567", NP_NUMBER_SEOUL, "0221234567", "+82221234567" },
        { "021234567", NP_NUMBER_SEOUL, "021234567", "+8221234567" },
        { "0312345678", NP_NUMBER_AREA, "0312345678", "+82312345678" },
        { "06423456789", NP_NUMBER_AREA, "06423456789", "+826423456789" },
        { "031120", NP_NUMBER_AREA, "031120", "+8231120" },
        { "07012345678", NP_NUMBER_INTERNET_PHONE, "07012345678", "+827012345678" },
        { "05012345678", NP_NUMBER_PERSONAL, "05012345678", "+825012345678" },
        { "050512345678", NP_NUMBER_PERSONAL, "050512345678", "+8250512345678" },
        { "0801234567", NP_NUMBER_TOLL_FREE, "0801234567", "+82801234567" },
        { "00798123456789", NP_NUMBER_TOLL_FREE, "00798123456789", "" },
        { "0602345678", NP_NUMBER_PREMIUM, "0602345678", "+82602345678" },
        { "15881234", NP_NUMBER_REPRESENTATIVE, "15881234", "+8215881234" },
        { "18111234", NP_NUMBER_REPRESENTATIVE, "18111234", "+8218111234" },
        { "112", NP_NUMBER_EMERGENCY, "112", "" },
        { "119", NP_NUMBER_EMERGENCY, "119", "" },
        { "114", NP_NUMBER_SHORT_CODE, "114", "" },
        { "1330", NP_NUMBER_SHORT_CODE, "1330", "" },
        { "10114", NP_NUMBER_SHORT_CODE, "10114", "" },
        { "00112125550123", NP_NUMBER_INTERNATIONAL, "00112125550123", "+12125550123" },
        { "0070012125550123", NP_NUMBER_INTERNATIONAL, "0070012125550123", "+12125550123" },
        { "0073112125550123", NP_NUMBER_INTERNATIONAL, "0073112125550123", "+12125550123" },
        { "0820212345678", NP_NUMBER_CARRIER, "0820212345678", "+82212345678" },
        { "082212345678", NP_NUMBER_CARRIER, "082212345678", "+82212345678" },
        { "08212345678", NP_NUMBER_CARRIER, "08212345678", "" },
        { "0121234567", NP_NUMBER_PAGER, "0121234567", "+82121234567" },
        { "01512345678", NP_NUMBER_PAGER, "01512345678", "+821512345678" },
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        np_number_t number;

        g_test_message("%s", cases[i].dialled);
        np_number_parse(cases[i].dialled, &number);
        g_assert_cmpint(number.kind, ==, cases[i].kind);
        g_assert_cmpstr(number.national, ==, cases[i].national);
        g_assert_cmpstr(number.e164, ==, cases[i].e164);
    }
}

static void
separators_parameters_and_country_code_make_no_difference(void)
{
    /* clang-format off */
    static const char *const ways[] = {
        "010-1234-5678", "(010) 1234.5678", "010/1234/5678", "01012345678;phone-context=+82", "+821012345678",
        "+82-10-1234-5678", "+82(0)1012345678", "821012345678", " +82 10 1234 5678"
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        np_number_t number;

        g_test_message("%s", ways[i]);
        np_number_parse(ways[i], &number);
        g_assert_cmpint(number.kind, ==, NP_NUMBER_MOBILE);
        g_assert_cmpstr(number.national, ==, "01012345678");
        g_assert_cmpstr(number.e164, ==, "+821012345678");
    }
}

static void
plus_and_another_country_is_international(void)
{
    np_number_t number;

    np_number_parse("+1 212 555 0123", &number);
    g_assert_cmpint(number.kind, ==, NP_NUMBER_INTERNATIONAL);
    g_assert_cmpstr(number.national, ==, "");
    g_assert_cmpstr(number.e164, ==, "+12125550123");
    np_number_parse("+8215881234", &number);
    g_assert_cmpint(number.kind, ==, NP_NUMBER_REPRESENTATIVE);
    g_assert_cmpstr(number.national, ==, "15881234");
}

static void
what_is_not_digits_is_a_name(void)
{
    static const char *const names[] = { "hong", "hong1", "0101234567a", "+",    "++82101234567",
                                         "*72",  "010+1", "-",           "한글", ";x" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        np_number_t number;

        np_number_parse(names[i], &number);
        g_assert_cmpint(number.kind, ==, NP_NUMBER_NAME);
        g_assert_cmpstr(number.national, ==, "");
        g_assert_cmpstr(number.e164, ==, "");
    }
}

static void
digits_of_no_shape_are_unknown(void)
{
    /* clang-format off */
    static const char *const wrong[] = {
        "", "0", "1", "0101234567", "010123456789", "02123456", "02123456789", "1234567", "0701234567", "070123456789",
        "0901234567", "0131234567", "03412345678", "0201", "081", "11", "12345678", "158812345", "1400", "001", "0010212345678",
        "0011234", "+0212345678", "+123456", "+1234567890123456", "+82", "+82112", "82", "77001012345678", "00300000",
        "1234567890123456789012345678901234567890", "+821234567890123456789012345678901234567890"
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        np_number_t number;

        g_test_message("%s", wrong[i]);
        np_number_parse(wrong[i], &number);
        g_assert_cmpint(number.kind, ==, NP_NUMBER_UNKNOWN);
        g_assert_cmpstr(number.e164, ==, "");
    }
}

static void
service_prefix_needs_a_valid_subscriber_after_it(void)
{
    /* clang-format off */
    static const struct {
        const char *dialled, *prefix, *rest;
    } cases[] = {
        { "77001012345678", "770", "01012345678" },
        { "770-010-1234-5678", "770", "010-1234-5678" },
        { "77001012345678;x=y", "770", "01012345678;x=y" },
        { "770+821012345678", "770", "+821012345678" },
        { "7700221234567", "770", "0221234567" },
        { "77015881234", "770", "15881234" },
        { "7700101234567", "770", NULL },
        { "770", "770", NULL },
        { "770119", "770", NULL },
        { "770114", "770", NULL },
        { "770hong", "770", NULL },
        { "77008212345678", "770", NULL },
        { "77101012345678", "770", NULL },
        { "01012345678", "770", NULL },
        { "01012345678", "", NULL },
        { "", "770", NULL },
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].dialled);
        g_assert_cmpstr(np_number_after_prefix(cases[i].dialled, cases[i].prefix), ==, cases[i].rest);
    }
}

static void
hostile_text_does_no_harm(void)
{
    GRand *random = g_rand_new_with_seed(770);

    for (int round = 0; round < 50000; round++) {
        size_t len = (size_t)g_rand_int_range(random, 0, 80);
        char *text = g_malloc(len + 1);
        np_number_t number;

        for (size_t i = 0; i < len; i++) {
            text[i] = (char)(g_rand_int_range(random, 0, 40) ? '0' + g_rand_int_range(random, 0, 10)
                                                             : g_rand_int_range(random, 1, 256));
        }
        text[len] = '\0';
        np_number_parse(text, &number);
        g_assert_cmpint(number.kind, >=, NP_NUMBER_MOBILE);
        g_assert_cmpint(number.kind, <=, NP_NUMBER_UNKNOWN);
        np_number_after_prefix(text, "7");
        g_free(text);
    }
    g_rand_free(random);
}

#define ADD(scenario) g_test_add_func("/numbering/" #scenario, scenario)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(every_kind_of_the_plan_is_known);
    ADD(separators_parameters_and_country_code_make_no_difference);
    ADD(plus_and_another_country_is_international);
    ADD(what_is_not_digits_is_a_name);
    ADD(digits_of_no_shape_are_unknown);
    ADD(service_prefix_needs_a_valid_subscriber_after_it);
    ADD(hostile_text_does_no_harm);
    return g_test_run();
}
