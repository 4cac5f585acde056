/* text.h
 * Naver Phone: is it text, and which; Korean included
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure (glib only), linear in the bytes. Naver Phone ran on Korean Windows,
 * so text that is not UTF-8 is tried as CP949 (Unified Hangul Code). That the
 * control protocol carries such text is not documented: it is tried, not known.
 */

#ifndef NP_TEXT_H
#define NP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/span.h"

/** Values of naverphone.control.content. */
typedef enum {
    NP_CONTENT_TEXT         = 1,
    NP_CONTENT_BINARY       = 2,    /* structured binary */
    NP_CONTENT_HIGH_ENTROPY = 3,
    NP_CONTENT_EMPTY        = 4
} np_content_t;

/**
 * The bytes as UTF-8, if they are text: valid UTF-8, else valid CP949, made
 * of printable characters, tab, CR and LF only, at least one of them neither
 * blank nor line end. No other control, DEL, C1 control, bidi mark, private
 * use character or non-character is text.
 * @return new string, g_free(); NULL if it is not text (or empty).
 */
char *np_text_from_wire(const uint8_t *bytes, size_t len);

/**
 * Could a person read it, on one line? For "this password is readable text":
 * printable without any control (no tab or line end either), in ASCII or
 * UTF-8; or in CP949 of ASCII, KS X 1001 Hangul syllables alone (the 2350
 * in common use, lead B0 to C8, trail A1 to FE) of which there are two or
 * more. The last is strict since two random bytes are such a syllable in one
 * case of 28 and so one alone says nothing.
 */
bool np_text_is_readable(np_span_t text);

/**
 * What kind of content it is: empty, text (np_text_from_wire() takes it),
 * high entropy (64 bytes or more whose histogram looks uniform: text.c states
 * the test), else structured binary.
 */
np_content_t np_text_content(const uint8_t *bytes, size_t len);

#endif /* NP_TEXT_H */
