/* encodings.h
 * Content of bytes: text, binary or high entropy
 *
 * Pure: glib only, linear time. CP949 (Unified Hangul Code) is tried after UTF-8, because Naver Phone ran on Korean
 * Windows; its use is not documented.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_ENCODINGS_H
#define NP_TEXT_ENCODINGS_H

#include "text/span.h"

/** naverphone.control.content */
typedef enum {
    NP_CONTENT_TEXT = 1,
    NP_CONTENT_BINARY = 2,
    NP_CONTENT_HIGH_ENTROPY = 3,
    NP_CONTENT_EMPTY = 4
} np_content_t;

/**
 * Returns UTF-8 or CP949 text as UTF-8 (g_free()); NULL if not all characters are printable, tab, CR or LF, or none is
 * visible. Bidi marks and private characters are not printable.
 */
char *np_text_from_wire(const uint8_t *bytes, size_t len);

/**
 * True if readable in one line: printable ASCII or UTF-8, no tab; or CP949 that is ASCII and at least two Hangul
 * syllables of KS X 1001 (one random pair in 28 is one).
 */
bool np_text_is_readable(np_span_t text);

/** High entropy: at least 64 bytes whose values look equally likely. */
np_content_t np_text_content(const uint8_t *bytes, size_t len);

#endif /* NP_TEXT_ENCODINGS_H */
