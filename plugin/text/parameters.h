/* parameters.h
 * Login parameters and their encodings
 *
 * Pure: glib only, linear time. Spans point into the caller's bytes. Naver Phone's names and cipher are not documented:
 * names are those common in web logins, encodings inferred from form.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_PARAMETERS_H
#define NP_TEXT_PARAMETERS_H

#include <glib.h>

#include "text/span.h"

/** naverphone.login.param.encoding */
typedef enum {
    NP_ENCODING_PLAIN = 1,
    NP_ENCODING_PERCENT = 2,
    NP_ENCODING_HEX = 3,
    NP_ENCODING_BASE64 = 4
} np_encoding_t;

typedef enum {
    NP_ROLE_NONE,
    NP_ROLE_USER,
    NP_ROLE_PASSWORD
} np_role_t;

typedef struct {
    np_span_t name;
    np_span_t value; /**< absent without '=' */
    np_role_t role;
} np_parameter_t;

/** Looks up a name, ignoring case. */
np_role_t np_parameter_role(np_span_t name);

/** What follows the first '?'; absent without one. */
np_span_t np_parameters_of_uri(np_span_t uri);

/**
 * True for readable text (np_text_is_readable(), one final line end allowed) of pairs, the first with '=', whose names
 * are letters, digits and . _ - [ ] % + $ *. Padded Base64 ("QUJDRA==") is no list.
 */
bool np_parameters_are_list(np_span_t bytes);

/**
 * Takes the next pair from *offset, initially 0; false at the end. Any bytes are accepted. '&' or ';' separates pairs.
 * Skips empty pairs and one final line end.
 */
bool np_parameters_next(np_span_t bytes, size_t *offset, np_parameter_t *parameter);

/**
 * Replaces decoded. Returns the last encoding that applied:
 * 1. percent, with '+' as space; keeps malformed %xy
 * 2. hex: an even number of digits, 8 or more
 * 3. or else Base64: a multiple of 4 digits, 8 or more, padded, in one alphabet (standard or URL)
 *
 * Only form decides: "deadbeef" is hex, "password" Base64, "password1" plain. Base64 with '/' or '=' keeps '+', because
 * form encoding would have escaped them all.
 */
np_encoding_t np_parameter_decode(np_span_t value, GByteArray *decoded);

/** Applies step 2 in place; false if not hex. */
bool np_parameter_decode_hex(GByteArray *decoded);

/** Applies steps 2 and 3 in place. */
np_encoding_t np_parameter_decode_unescaped(GByteArray *decoded);

#endif /* NP_TEXT_PARAMETERS_H */
