/* fuzz_numbering.c
 * Fuzzes numbering with any number and service prefix: the kind is valid and texts are terminated
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/numbering.h"

#include "input.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    input_t input = { bytes, length };
    size_t prefix_length = take_byte(&input) % 8;
    uint8_t *prefix_bytes = take_bytes(&input, &prefix_length);
    char *prefix = g_strndup((char *)prefix_bytes, prefix_length);
    char *dialled = take_text(&input);
    const char *rest = *prefix ? np_number_after_prefix(dialled, prefix) : NULL;
    np_number_t number;

    np_number_parse(dialled, &number);
    PROMISED(number.kind >= NP_NUMBER_MOBILE && number.kind <= NP_NUMBER_UNKNOWN);
    PROMISED(strlen(number.national) < sizeof number.national && strlen(number.e164) < sizeof number.e164);
    PROMISED(strspn(number.national, "0123456789") == strlen(number.national));
    PROMISED(!*number.e164
             || (*number.e164 == '+' && strspn(number.e164 + 1, "0123456789") == strlen(number.e164) - 1));
    if (rest) {
        PROMISED(rest >= dialled && rest <= dialled + strlen(dialled));
        np_number_parse(rest, &number);
        PROMISED(*number.e164);
    }
    g_free(dialled);
    g_free(prefix);
    g_free(prefix_bytes);
    return 0;
}
