/* span.h
 * Text that is not NUL-terminated
 *
 * Pure: glib only. Valid as long as its owner's bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SPAN_H
#define NP_TEXT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** data is NULL in an absent span, which differs from an empty one. */
typedef struct {
    const uint8_t *data;
    size_t len;
} np_span_t;

#define NP_SPAN_ABSENT ((np_span_t){ NULL, 0 })

/** Arguments for "%.*s"; absent prints nothing. */
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

/** Ignores the case of ASCII letters. */
bool np_span_equals_nocase(np_span_t span, const char *text);

bool np_span_starts_with(np_span_t span, const char *text);

/** Excludes the byte at to. The bytes must exist unless the span is absent. */
np_span_t np_span_slice(np_span_t span, size_t from, size_t to);

/** Drops count bytes, which must exist. */
np_span_t np_span_skip(np_span_t span, size_t count);

/** Drops spaces, tabs and line ends. */
np_span_t np_span_trim(np_span_t span);

/** Offset of the first of bytes at or after from; len if none. */
size_t np_span_find_any(np_span_t span, size_t from, const char *bytes);

/** Offset behind the next line feed; len if none. */
size_t np_span_line_end(np_span_t span, size_t from);

/** Moves the first line, without its end, from rest to line. False if rest is empty. */
bool np_span_take_line(np_span_t *rest, np_span_t *line);

/** True if a trimmed line is text. */
bool np_span_has_line(np_span_t lines, const char *text);

/** Moves the next word out of rest; empty if none. */
np_span_t np_span_take_word(np_span_t *rest);

/** Accepts only decimal digits, up to max. Otherwise false, and number is unset. */
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
