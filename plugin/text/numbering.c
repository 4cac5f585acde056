/* numbering.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/numbering.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

/* Digits; ITU-T E.164 allows 15. */
#define MIN_INTERNATIONAL 7
#define MAX_INTERNATIONAL 15

/* Digits after the carrier's code. */
#define MIN_CARRIED 7
#define MAX_CARRIED 12

typedef enum {
    E164_NONE,
    E164_WITHOUT_TRUNK, /* +82, without the leading 0 */
    E164_WHOLE          /* +82 before all digits */
} e164_t;

/* The first match counts. Patterns are of leading digits (x: any; n: 1 to 9; [...]: one of these). */
/* clang-format off */
static const struct {
    const char      *pattern;
    size_t           min, max;
    np_number_kind_t kind;
    e164_t           e164;
} plan[] = {
    { "010",             11, 11, NP_NUMBER_MOBILE,         E164_WITHOUT_TRUNK },
    { "01[16789]",       10, 11, NP_NUMBER_MOBILE,         E164_WITHOUT_TRUNK },
    { "01[25]",          10, 11, NP_NUMBER_PAGER,          E164_WITHOUT_TRUNK },
    { "02",               9, 10, NP_NUMBER_SEOUL,          E164_WITHOUT_TRUNK },
    { "03[123]",         10, 11, NP_NUMBER_AREA,           E164_WITHOUT_TRUNK },
    { "0[46][1234]",     10, 11, NP_NUMBER_AREA,           E164_WITHOUT_TRUNK },
    { "05[12345]",       10, 11, NP_NUMBER_AREA,           E164_WITHOUT_TRUNK },
    { "03[123]1",         6,  7, NP_NUMBER_AREA,           E164_WITHOUT_TRUNK },
    { "0[46][1234]1",     6,  7, NP_NUMBER_AREA,           E164_WITHOUT_TRUNK },
    { "05[12345]1",       6,  7, NP_NUMBER_AREA,           E164_WITHOUT_TRUNK },
    { "070",             11, 11, NP_NUMBER_INTERNET_PHONE, E164_WITHOUT_TRUNK },
    { "050",             11, 12, NP_NUMBER_PERSONAL,       E164_WITHOUT_TRUNK },
    { "080",             10, 10, NP_NUMBER_TOLL_FREE,      E164_WITHOUT_TRUNK },
    { "00308",           11, 12, NP_NUMBER_TOLL_FREE,      E164_NONE },
    { "00368",           12, 12, NP_NUMBER_TOLL_FREE,      E164_NONE },
    { "00798",           12, 14, NP_NUMBER_TOLL_FREE,      E164_NONE },
    { "060",             10, 10, NP_NUMBER_PREMIUM,        E164_WITHOUT_TRUNK },
    { "1[568]",           8,  8, NP_NUMBER_REPRESENTATIVE, E164_WHOLE },
    { "11[29]",           3,  3, NP_NUMBER_EMERGENCY,      E164_NONE },
    { "1",                3,  3, NP_NUMBER_SHORT_CODE,     E164_NONE },
    { "13",               4,  4, NP_NUMBER_SHORT_CODE,     E164_NONE },
    { "1[06789]1",        5,  5, NP_NUMBER_SHORT_CODE,     E164_NONE },
    { "1111",             5,  5, NP_NUMBER_SHORT_CODE,     E164_NONE },
};
/* clang-format on */

/* The country code begins at n. */
static const char *const international_prefixes[] = { "00[125689]n", "003[46]5n", "00391n",   "00700n",
                                                      "00727n",      "0073xn",    "007[56]xn" };

static const char *const carrier_prefixes[] = { "08[1234678]", "085xx" };

/* Returns how many digits match. */
static size_t
match_pattern(const char *pattern, const char *digits)
{
    size_t at = 0;

    for (; *pattern; pattern++, at++) {
        char digit = digits[at];

        if (digit == '\0') {
            return 0;
        }
        if (*pattern == '[') {
            const char *close = strchr(pattern, ']');

            if (!memchr(pattern + 1, digit, (size_t)(close - pattern) - 1)) {
                return 0;
            }
            pattern = close;
        } else if (*pattern == 'n' ? digit == '0' : *pattern != 'x' && *pattern != digit) {
            return 0;
        }
    }
    return at;
}

static void
set_korean_e164(np_number_t *number, const char *digits)
{
    snprintf(number->e164, sizeof number->e164, "+82%s", digits);
}

static bool
parse_plan(const char *digits, np_number_t *number)
{
    size_t len = strlen(digits);

    for (size_t i = 0; i < G_N_ELEMENTS(plan); i++) {
        if (len < plan[i].min || len > plan[i].max || match_pattern(plan[i].pattern, digits) == 0) {
            continue;
        }
        number->kind = plan[i].kind;
        if (plan[i].e164 != E164_NONE) {
            set_korean_e164(number, digits + (plan[i].e164 == E164_WITHOUT_TRUNK ? 1 : 0));
        }
        return true;
    }
    return false;
}

/* digits: from the country code on. */
static bool
parse_abroad(const char *digits, np_number_t *number)
{
    size_t len = strlen(digits);

    if (digits[0] == '0' || len < MIN_INTERNATIONAL || len > MAX_INTERNATIONAL) {
        return false;
    }
    number->kind = NP_NUMBER_INTERNATIONAL;
    snprintf(number->e164, sizeof number->e164, "+%s", digits);
    return true;
}

static bool
parse_international(const char *digits, np_number_t *number)
{
    for (size_t i = 0; i < G_N_ELEMENTS(international_prefixes); i++) {
        size_t len = match_pattern(international_prefixes[i], digits);

        if (len > 0) {
            return parse_abroad(digits + len - 1, number);
        }
    }
    return false;
}

/* The leading 0 may be missing after the carrier. */
static bool
parse_carrier(const char *digits, np_number_t *number)
{
    np_number_t carried = { NP_NUMBER_UNKNOWN, "", "" };
    size_t len = 0;
    char trunk[sizeof number->national + 1];

    for (size_t i = 0; i < G_N_ELEMENTS(carrier_prefixes) && len == 0; i++) {
        len = match_pattern(carrier_prefixes[i], digits);
    }
    if (len == 0 || strlen(digits + len) < MIN_CARRIED || strlen(digits + len) > MAX_CARRIED) {
        return false;
    }
    number->kind = NP_NUMBER_CARRIER;
    snprintf(trunk, sizeof trunk, "0%s", digits + len);
    if (parse_plan(digits + len, &carried) || parse_plan(trunk, &carried)) {
        memcpy(number->e164, carried.e164, sizeof number->e164);
    }
    return true;
}

static bool
parse_national(const char *digits, np_number_t *number)
{
    if (strlen(digits) >= sizeof number->national) {
        return false;
    }
    g_strlcpy(number->national, digits, sizeof number->national);
    return parse_plan(digits, number) || parse_international(digits, number) || parse_carrier(digits, number);
}

/* After 82, the 0 may be missing, present (+82(0)10...), or not part of the number. */
static bool
parse_korean(const char *digits, np_number_t *number)
{
    static const char *const trunks[] = { "0", "" };

    if (strlen(digits) + 1 >= sizeof number->national) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(trunks); i++) {
        np_number_t found = { NP_NUMBER_UNKNOWN, "", "" };

        snprintf(found.national, sizeof found.national, "%s%s", trunks[i], digits);
        if (parse_plan(found.national, &found) && found.e164[0] != '\0') {
            *number = found;
            return true;
        }
    }
    snprintf(number->national, sizeof number->national, "%s%s", digits[0] == '0' ? "" : "0", digits);
    return false;
}

#define SEPARATORS " -.()/"

static bool
take_digits(const char *text, GString *digits)
{
    for (; *text != '\0' && *text != ';'; text++) {
        if (g_ascii_isdigit(*text)) {
            g_string_append_c(digits, *text);
        } else if (!strchr(SEPARATORS, *text)) {
            return false;
        }
    }
    return digits->len > 0;
}

static bool
parse_digits(const char *digits, bool is_plus, np_number_t *number)
{
    np_number_t korean = *number;
    bool is_korea = g_str_has_prefix(digits, "82");

    if (is_plus) {
        return is_korea ? parse_korean(digits + 2, number) : parse_abroad(digits, number);
    }
    if (is_korea && parse_korean(digits + 2, &korean)) {
        *number = korean;
        return true;
    }
    return parse_national(digits, number);
}

void
np_number_parse(const char *dialled, np_number_t *number)
{
    GString *digits;
    bool is_plus;

    memset(number, 0, sizeof *number);
    number->kind = NP_NUMBER_UNKNOWN;
    if (dialled[0] == '\0') {
        return;
    }
    dialled += strspn(dialled, SEPARATORS);
    is_plus = *dialled == '+';
    digits = g_string_new(NULL);
    if (!take_digits(dialled + (is_plus ? 1 : 0), digits)) {
        number->kind = NP_NUMBER_NAME;
    } else {
        parse_digits(digits->str, is_plus, number);
    }
    g_string_free(digits, TRUE);
}

const char *
np_number_after_prefix(const char *dialled, const char *prefix)
{
    np_number_t number;

    if (prefix[0] == '\0' || !g_str_has_prefix(dialled, prefix)) {
        return NULL;
    }
    dialled += strlen(prefix);
    dialled += strspn(dialled, SEPARATORS);
    np_number_parse(dialled, &number);
    return number.e164[0] != '\0' ? dialled : NULL;
}
