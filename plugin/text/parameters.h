/* parameters.h
 * Parameters of a login request, and how their values are encoded
 *
 * Pure: glib only. All functions take linear time; spans point into the caller's bytes. Neither parameter names nor
 * cipher of Naver Phone are documented: names are those that web logins commonly use, and an encoding is told from the
 * form of the value alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_PARAMETERS_H
#define NP_TEXT_PARAMETERS_H

#include <glib.h>

#include "text/span.h"

/** Values of naverphone.login.param.encoding. */
typedef enum {
    NP_ENCODING_PLAIN   = 1,
    NP_ENCODING_PERCENT = 2,
    NP_ENCODING_HEX     = 3,
    NP_ENCODING_BASE64  = 4
} np_encoding_t;

typedef enum {
    NP_ROLE_NONE,
    NP_ROLE_USER,
    NP_ROLE_PASSWORD
} np_role_t;

/** One name=value pair, both as sent. */
typedef struct {
    np_span_t name;
    np_span_t value;        /**< absent without '=' */
    np_role_t role;         /**< by the name; case is ignored */
} np_parameter_t;

/** What a parameter of this name is. */
np_role_t np_parameter_role(np_span_t name);

/** The parameters of a request URI: what follows its first '?'; absent without one. */
np_span_t np_parameters_of_uri(np_span_t uri);

/**
 * Returns true if a body is a list of name=value pairs: it is readable text (np_text_is_readable(), apart from one line
 * end at its end), its first pair has a '=', and all names have only letters, digits and . _ - [ ] % + $ *. Padded
 * Base64 ("QUJDRA==") is no list.
 */
bool np_parameters_are_list(np_span_t bytes);

/**
 * Finds the next pair at or after *offset, which must be 0 on the first call and is set after the pair. Pairs are
 * separated by '&' or ';'. Empty pairs are skipped; a name may be empty. One line end at the end of the bytes belongs
 * to no pair. Any bytes are accepted. Returns false if there is no pair left.
 */
bool np_parameters_next(np_span_t bytes, size_t *offset, np_parameter_t *parameter);

/**
 * Decodes a value into decoded, whose content is replaced, and returns the last encoding that applied:
 * 1. percent, with '+' for a blank as in forms; a malformed %xy stays as it is, and it applies if anything changed
 * 2. hex: an even number of digits, 8 or more
 * 3. or else Base64: a length of 8 or more that is a multiple of 4, with proper padding, in the standard or the URL
 *    alphabet but not in a mixture
 *
 * The form decides, so some words are decoded, too: "12345678" and "deadbeef" as hex, "password" and "hongkildong1" as
 * Base64. "hong", "secret" and "password1" stay plain.
 *
 * A '+' may also be Base64's own. Form encoding leaves neither '/' nor '=' in a value, so a value that is Base64 as it
 * stands and has one of them was not form-encoded and keeps its '+'.
 */
np_encoding_t np_parameter_decode(np_span_t value, GByteArray *decoded);

/** Decodes a value in place, if it is hex as step 2 has it. */
bool np_parameter_decode_hex(GByteArray *decoded);

/** Decodes in place a value without percent coding: steps 2 and 3. */
np_encoding_t np_parameter_decode_unescaped(GByteArray *decoded);

#endif /* NP_TEXT_PARAMETERS_H */
