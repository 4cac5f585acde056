/* span.h
 * Text that is not NUL-terminated
 *
 * The room text/ is pure: it uses GLib only. Its functions take any bytes, in linear time. Spans that they return point
 * into the caller's bytes. If something is missing, they return an absent span, or the offset of the end. Functions
 * named next return false if nothing is left; their *offset begins at 0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SPAN_H
#define NP_TEXT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

/** Absent, not empty, if data is NULL. */
typedef struct {
    const uint8_t *data;
    size_t len;
} np_span_t;

#define NP_SPAN_ABSENT ((np_span_t){ NULL, 0 })

/** For "%.*s". */
#define NP_SPAN_ARGUMENTS(span) (int)(span).len, (span).data ? (const char *)(span).data : ""

/** Absent for NULL. */
static inline np_span_t
np_span_of(const char *text)
{
    np_span_t made = { (const uint8_t *)text, text ? strlen(text) : 0 };

    return made;
}

/** Absent equals nothing, not even "". */
bool np_span_equals(np_span_t span, const char *text);

#define NP_LETTER_CASE 0x20 /**< the bit that differs between upper and lower case letters */

/** In line, because the first letter nearly always decides. */
static inline bool
np_span_equals_nocase(np_span_t span, const char *text)
{
    if (!span.data || (span.len > 0 && (span.data[0] | NP_LETTER_CASE) != (text[0] | NP_LETTER_CASE))) {
        return false;
    }
    return span.len == strlen(text) && g_ascii_strncasecmp((const char *)span.data, text, span.len) == 0;
}

bool np_span_starts_with(np_span_t span, const char *text);

bool np_span_starts_with_nocase(np_span_t span, const char *text);

/** The bytes from offset from up to, not including, to; they must exist. */
np_span_t np_span_slice(np_span_t span, size_t from, size_t to);

/** The span without its first count bytes; they must exist. */
np_span_t np_span_skip(np_span_t span, size_t count);

/** Removes blanks and line ends. */
np_span_t np_span_trim(np_span_t span);

/** The offset, not before from, of the first byte that equals this one. */
size_t np_span_find(np_span_t span, size_t from, char byte);

/** The offset, not before from, of the first byte that is one of these. */
size_t np_span_find_any(np_span_t span, size_t from, const char *bytes);

/** The host without port and final dot. IPv6 addresses stay whole. */
np_span_t np_span_bare_host(np_span_t host);

/** The offset after the next line feed. */
size_t np_span_line_end(np_span_t span, size_t from);

/** Takes the first line off rest, without its line end. False: rest is empty. */
bool np_span_take_line(np_span_t *rest, np_span_t *line);

/** Takes the first word off rest; empty if there is none. */
np_span_t np_span_take_word(np_span_t *rest);

/** True for decimal digits up to max; else number is unset. GLib's g_ascii_string_to_unsigned() needs a NUL. */
bool np_span_to_number(np_span_t span, uint64_t max, uint64_t *number);

/** True if one of the lines is this text; blanks around it do not matter. */
bool np_span_has_line(np_span_t lines, const char *text);

static inline bool
np_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static inline bool
np_is_blank_or_line_end(uint8_t c)
{
    return np_is_blank(c) || c == '\r' || c == '\n';
}

#endif /* NP_TEXT_SPAN_H */
