/* encodings.h
 * What kind of content bytes are: text in UTF-8 or CP949, binary, or high entropy
 *
 * Pure: glib only. All functions take linear time. Naver Phone ran on Korean Windows, so bytes that are not UTF-8 are
 * tried as CP949 (Unified Hangul Code). It is not documented that the control protocol carries such text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_ENCODINGS_H
#define NP_TEXT_ENCODINGS_H

#include "text/span.h"

/** Values of naverphone.control.content. */
typedef enum {
    NP_CONTENT_TEXT         = 1,
    NP_CONTENT_BINARY       = 2,    /**< structured binary */
    NP_CONTENT_HIGH_ENTROPY = 3,
    NP_CONTENT_EMPTY        = 4
} np_content_t;

/**
 * Returns the bytes as UTF-8 in a new string (g_free()), or NULL if they are not text. Text is valid UTF-8, or else
 * valid CP949, has only printable characters, tab, CR and LF, and at least one visible character. Bidi marks, private
 * use characters, non-characters and all other controls are not printable.
 */
char *np_text_from_wire(const uint8_t *bytes, size_t len);

/**
 * Returns true if a person could read the text on one line. It has only printable characters (no tab or line end) in
 * ASCII or UTF-8, or in CP949 with two or more of the 2350 common Hangul syllables of KS X 1001 (lead B0 to C8, trail
 * A1 to FE) and no other ones. One syllable is not enough: one in 28 pairs of random bytes is such a syllable.
 */
bool np_text_is_readable(np_span_t text);

/**
 * Returns the kind of content: text if np_text_from_wire() accepts it, high entropy if it has 64 bytes or more whose
 * values look equally likely, else structured binary.
 */
np_content_t np_text_content(const uint8_t *bytes, size_t len);

#endif /* NP_TEXT_ENCODINGS_H */
