/* parameters.h
 * Login parameters and their encodings
 *
 * Names and cipher are not documented. So names are those that are common in web logins, and encodings are inferred
 * from the form of values.
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

/** Ignores case. */
np_role_t np_parameter_role(np_span_t name);

/** What follows the first '?'. */
np_span_t np_parameters_of_uri(np_span_t uri);

/** '&' or ';' separates pairs. Skips empty pairs and a final line end. */
bool np_parameters_next(np_span_t bytes, size_t *offset, np_parameter_t *parameter);

/**
 * Replaces decoded. Returns the last encoding that applied:
 * 1. percent, with '+' as space; malformed %xy stay
 * 2. hex: an even number of digits, 8 or more
 * 3. or else Base64: a multiple of 4 digits, 8 or more, padded, in the standard or URL alphabet
 *
 * Only form decides: "password" is Base64, "password1" plain. Base64 with '/' or '=' keeps '+', since form encoding
 * would have escaped all of them.
 */
np_encoding_t np_parameter_decode(np_span_t value, GByteArray *decoded);

/** Only step 2, in place. False: not hex. */
bool np_parameter_decode_hex(GByteArray *decoded);

/** Only steps 2 and 3, in place. */
np_encoding_t np_parameter_decode_unescaped(GByteArray *decoded);

/** True for readable pairs, the first with '=', whose names are letters, digits and . _ - [ ] % + $ *. A final line end
 *  is allowed. Padded Base64 ("QUJDRA==") is no list. */
bool np_parameters_are_list(np_span_t bytes);

#endif /* NP_TEXT_PARAMETERS_H */
