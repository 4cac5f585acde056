/* span.h
 * Views of text that is not NUL-terminated
 *
 * Pure: glib only. The str* functions and most of glib's want a NUL after the text, which bytes of a packet do not
 * have; hence the helpers here. A span points into its owner's bytes and is valid as long as they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SPAN_H
#define NP_TEXT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** A view of len bytes. data NULL: absent, which differs from empty. Blanks are space and tab. */
typedef struct {
    const uint8_t *data;
    size_t         len;
} np_span_t;

#define NP_SPAN_ABSENT ((np_span_t){ NULL, 0 })

/** The two arguments of "%.*s" in a format; an absent span is empty text. */
#define NP_SPAN_ARGUMENTS(span) (int)(span).len, (span).data ? (const char *)(span).data : ""

/** A view of a NUL-terminated text; absent for NULL. */
static inline np_span_t
np_span_of(const char *text)
{
    np_span_t made = { (const uint8_t *)text, text ? strlen(text) : 0 };

    return made;
}

/** True if the span has the bytes of text. An absent span equals nothing, not even "". */
bool np_span_equals(np_span_t span, const char *text);

/** Like np_span_equals(), but ignores the case of ASCII letters. */
bool np_span_equals_nocase(np_span_t span, const char *text);

bool np_span_starts_with(np_span_t span, const char *text);

/** The bytes from (inclusive) to (exclusive) of a span, which must have them; absent if the span is absent. */
np_span_t np_span_slice(np_span_t span, size_t from, size_t to);

/** The span without its first count bytes, which it must have. */
np_span_t np_span_skip(np_span_t span, size_t count);

/** The span without blanks and line ends at both ends. */
np_span_t np_span_trim(np_span_t span);

/** Offset of the first byte at or after from that is one of bytes; the span's length if there is none. */
size_t np_span_find_any(np_span_t span, size_t from, const char *bytes);

/** Offset after the first line feed at or after from; the span's length if there is none. */
size_t np_span_line_end(np_span_t span, size_t from);

/** Moves the first line from rest to line, which gets it without its line end. False if rest is empty. */
bool np_span_take_line(np_span_t *rest, np_span_t *line);

/** True if one of the lines is this text. */
bool np_span_has_line(np_span_t lines, const char *text);

/** Moves the first word between blanks from rest to the result; of length 0 if there is none. */
np_span_t np_span_take_word(np_span_t *rest);

/** Reads a decimal number that is the whole span. False, and number unset, if it is none or above max. */
bool np_span_to_number(np_span_t span, uint64_t max, uint64_t *number);

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
