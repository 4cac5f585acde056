/* encodings.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/encodings.h"

#include <glib.h>

/* g_unichar_isprint() accepts separators, which break lines. */
static bool
is_printable(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    return g_unichar_isprint(c) && type != G_UNICODE_PRIVATE_USE && type != G_UNICODE_LINE_SEPARATOR
        && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* True if all characters are printable or one of these controls, and one is visible. */
static bool
is_printable_text(const char *utf8, size_t len, const char *controls)
{
    const char *end = utf8 + len;
    bool is_visible = false;

    for (const char *at = utf8; at < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (c < 0x20 && c != 0 && strchr(controls, (int)c)) {
            continue;
        }
        if (!is_printable(c)) {
            return false;
        }
        is_visible = is_visible || g_unichar_isgraph(c);
    }
    return is_visible;
}

static bool
has_nul(const uint8_t *bytes, size_t len)
{
    return memchr(bytes, 0, len) != NULL;
}

/* Returns NULL if the bytes are neither UTF-8 nor CP949. */
static char *
to_utf8(const uint8_t *bytes, size_t len, gsize *utf8_len)
{
    const char *text = (const char *)bytes;

    if (g_utf8_validate(text, (gssize)len, NULL)) {
        *utf8_len = len;
        return g_strndup(text, len);
    }
    return g_convert(text, (gssize)len, "UTF-8", "CP949", NULL, utf8_len, NULL);
}

char *
np_text_from_wire(const uint8_t *bytes, size_t len)
{
    gsize utf8_len = 0;
    char *utf8;

    if (len == 0 || has_nul(bytes, len)) {
        return NULL;
    }
    utf8 = to_utf8(bytes, len, &utf8_len);
    if (utf8 && !is_printable_text(utf8, utf8_len, "\t\r\n")) {
        g_clear_pointer(&utf8, g_free);
    }
    return utf8;
}

static bool
is_common_korean(np_span_t text)
{
    size_t syllables = 0;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t lead = text.data[i];

        if (g_ascii_isprint(lead)) {
            continue;
        }
        if (lead < 0xb0 || lead > 0xc8 || text.len - i < 2 || text.data[i + 1] < 0xa1 || text.data[i + 1] > 0xfe) {
            return false;
        }
        syllables++;
        i++;
    }
    return syllables >= 2;
}

bool
np_text_is_readable(np_span_t text)
{
    if (text.len == 0 || has_nul(text.data, text.len)) {
        return false;
    }
    if (g_utf8_validate((const char *)text.data, (gssize)text.len, NULL)) {
        return is_printable_text((const char *)text.data, text.len, "");
    }
    return is_common_korean(text);
}

/* Pearson's chi-square over byte values has mean 255 and deviation 22.6 if all are equally likely. 3.5 deviations
 * reject one random message in a thousand. Fewer than 64 bytes prove nothing; beyond 4096 a compressed stream's bias
 * adds up. */
static bool
is_uniform(const uint8_t *bytes, size_t len)
{
    enum {
        MIN_BYTES = 64,
        MAX_BYTES = 4096,
        LOW = 176,
        HIGH = 334
    };
    uint64_t counts[256] = { 0 };
    uint64_t squares = 0;
    uint64_t n = MIN(len, MAX_BYTES);

    if (len < MIN_BYTES) {
        return false;
    }
    for (uint64_t i = 0; i < n; i++) {
        counts[bytes[i]]++;
    }
    for (size_t i = 0; i < 256; i++) {
        squares += counts[i] * counts[i];
    }
    return 256 * squares >= (n + LOW) * n && 256 * squares <= (n + HIGH) * n;
}

np_content_t
np_text_content(const uint8_t *bytes, size_t len)
{
    char *text;

    if (len == 0) {
        return NP_CONTENT_EMPTY;
    }
    text = np_text_from_wire(bytes, len);
    if (text) {
        g_free(text);
        return NP_CONTENT_TEXT;
    }
    return is_uniform(bytes, len) ? NP_CONTENT_HIGH_ENTROPY : NP_CONTENT_BINARY;
}
