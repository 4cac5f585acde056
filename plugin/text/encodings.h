/* encodings.h
 * Content of bytes: text, binary or high entropy
 *
 * CP949 (Unified Hangul Code) is tried after UTF-8, since Naver Phone ran on Korean Windows. Its use is not
 * documented.
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

/** UTF-8 or CP949 as UTF-8 (g_free()). NULL unless all characters are printable (not bidi marks and private ones), tab,
 *  CR or LF, and one is visible. */
char *np_text_from_wire(const uint8_t *bytes, size_t len);

/** True for one readable line: printable ASCII or UTF-8, or CP949 with two or more Hangul syllables of KS X 1001. One
 *  random pair in 28 is one. */
bool np_text_is_readable(np_span_t text);

/** High entropy: 64 or more bytes whose values look equally likely. */
np_content_t np_text_content(const uint8_t *bytes, size_t len);

#endif /* NP_TEXT_ENCODINGS_H */
