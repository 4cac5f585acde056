/* span.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/span.h"

#include <glib.h>

bool
np_span_equals(np_span_t span, const char *text)
{
    return span.data && span.len == strlen(text) && memcmp(span.data, text, span.len) == 0;
}

bool
np_span_starts_with(np_span_t span, const char *text)
{
    size_t len = strlen(text);

    return span.len >= len && memcmp(span.data, text, len) == 0;
}

bool
np_span_starts_with_nocase(np_span_t span, const char *text)
{
    size_t len = strlen(text);

    return span.len >= len && np_span_equals_nocase(np_span_slice(span, 0, len), text);
}

np_span_t
np_span_slice(np_span_t span, size_t from, size_t to)
{
    np_span_t slice = NP_SPAN_ABSENT;

    if (span.data) {
        slice.data = span.data + from;
        slice.len = to - from;
    }
    return slice;
}

np_span_t
np_span_skip(np_span_t span, size_t count)
{
    return np_span_slice(span, count, span.len);
}

np_span_t
np_span_trim(np_span_t span)
{
    size_t from = 0, to = span.len;

    while (from < to && np_is_blank_or_line_end(span.data[from])) {
        from++;
    }
    while (to > from && np_is_blank_or_line_end(span.data[to - 1])) {
        to--;
    }
    return np_span_slice(span, from, to);
}

size_t
np_span_find(np_span_t span, size_t from, char byte)
{
    const uint8_t *found = from < span.len ? memchr(span.data + from, byte, span.len - from) : NULL;

    return found ? (size_t)(found - span.data) : MAX(from, span.len);
}

size_t
np_span_find_any(np_span_t span, size_t from, const char *bytes)
{
    bool is_wanted[256] = { false };

    for (const char *byte = bytes; *byte; byte++) {
        is_wanted[(uint8_t)*byte] = true;
    }
    while (from < span.len && !is_wanted[span.data[from]]) {
        from++;
    }
    return from;
}

np_span_t
np_span_bare_host(np_span_t host)
{
    size_t colon = np_span_find(host, 0, ':');

    if (np_span_find(host, MIN(colon + 1, host.len), ':') == host.len) {
        host.len = colon;
    }
    if (host.len > 0 && host.data[host.len - 1] == '.') {
        host.len--;
    }
    return host;
}

size_t
np_span_line_end(np_span_t span, size_t from)
{
    size_t feed = np_span_find(span, from, '\n');

    return feed < span.len ? feed + 1 : span.len;
}

bool
np_span_take_line(np_span_t *rest, np_span_t *line)
{
    size_t after, end;

    if (rest->len == 0) {
        return false;
    }
    after = end = np_span_line_end(*rest, 0);
    if (end > 0 && rest->data[end - 1] == '\n') {
        end--;
    }
    if (end > 0 && rest->data[end - 1] == '\r') {
        end--;
    }
    *line = np_span_slice(*rest, 0, end);
    *rest = np_span_skip(*rest, after);
    return true;
}

np_span_t
np_span_take_word(np_span_t *rest)
{
    size_t from = 0, to;
    np_span_t word;

    while (from < rest->len && np_is_blank(rest->data[from])) {
        from++;
    }
    to = from;
    while (to < rest->len && !np_is_blank(rest->data[to])) {
        to++;
    }
    word = np_span_slice(*rest, from, to);
    *rest = np_span_skip(*rest, to);
    return word;
}

bool
np_span_to_number(np_span_t span, uint64_t max, uint64_t *number)
{
    uint64_t value = 0;

    if (span.len == 0) {
        return false;
    }
    for (size_t i = 0; i < span.len; i++) {
        uint64_t digit;

        if (!g_ascii_isdigit(span.data[i])) {
            return false;
        }
        digit = (uint64_t)(span.data[i] - '0');
        if (value > (max - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

bool
np_span_has_line(np_span_t lines, const char *text)
{
    np_span_t line;

    while (np_span_take_line(&lines, &line)) {
        if (np_span_equals(np_span_trim(line), text)) {
            return true;
        }
    }
    return false;
}
