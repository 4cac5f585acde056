/* fuzz_parameters.c
 * Fuzzes login parameter lists: parsing terminates, parts lie within the bytes, and shown text is valid
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/parameters.h"
#include "text/encodings.h"

#include "input.h"

static void
check_text(np_span_t bytes)
{
    char *text = np_text_from_wire(bytes.data, bytes.len);

    if (text) {
        PROMISED(g_utf8_validate(text, -1, NULL));
        for (const char *at = text; *at; at = g_utf8_next_char(at))
            PROMISED(strchr("\t\r\n", *at) || !g_unichar_iscntrl(g_utf8_get_char(at)));
    }
    g_free(text);
    np_text_is_readable(bytes);
    np_text_content(bytes.data, bytes.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    input_t input = { bytes, length };
    uint8_t *copy = take_bytes(&input, &length);
    np_span_t list = { copy, length };
    size_t offset = 0, before = 0;
    np_parameter_t parameter;

    np_parameters_are_list(list);
    while (np_parameters_next(list, &offset, &parameter)) {
        GByteArray *decoded = g_byte_array_new();

        PROMISED(offset > before && offset <= length + 1);
        before = offset;
        check_within(parameter.name, list);
        check_within(parameter.value, list);
        if (parameter.value.data) {
            np_parameter_decode(parameter.value, decoded);
            PROMISED(decoded->len <= parameter.value.len);
            check_text((np_span_t){ decoded->data, decoded->len });
        }
        g_byte_array_free(decoded, TRUE);
    }
    check_text(list);
    g_free(copy);
    return 0;
}
