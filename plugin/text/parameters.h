/* parameters.h
 * Naver Phone: the parameters of a login request, and how they are encoded
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure (glib only), linear in the bytes, spans point into the caller's bytes.
 * Naver Phone's own parameter names and cipher are not documented: names are
 * the common ones of web logins, and encodings are told from the shape of the
 * value alone.
 */

#ifndef NP_PARAMETERS_H
#define NP_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>

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

/** One name=value, both as sent. No '=': the value is absent. */
typedef struct {
    np_span_t name;
    np_span_t value;
    np_role_t role;     /* by common names (one table, in parameters.c), case-insensitive */
} np_parameter_t;

/**
 * Is a body a list of name=value pairs at all (else it is opaque)?
 * Yes if it is printable (np_text_is_readable(), one line end after it
 * apart), its first pair has a '=', and every pair between '&' or ';' has a
 * name of letters, digits and . _ - [ ] % + $ * (an empty pair is passed
 * over). What is padded Base64 as a whole ("QUJDRA==") is no list.
 */
bool np_parameters_are_list(np_span_t bytes);

/**
 * The next parameter at or after *offset (0 to begin with; set after it).
 * Separators are '&' and ';'; empty pairs are passed over; a pair with an
 * empty name is given with a name of length 0. Tolerates any bytes.
 * One line end after the last is no part of its value.
 * @return false when there is none left.
 */
bool np_parameters_next(np_span_t bytes, size_t *offset, np_parameter_t *parameter);

/**
 * Decodes a value as the contract has it: percent first (with '+' as blank,
 * as forms have it); then hex (even count, 8 digits or more), else Base64
 * (length a multiple of 4, proper padding, 8 characters or more, standard or
 * URL alphabet, not a mixture), else plain. The last that applied is the
 * encoding. A malformed %xy stays as it is; percent counts only if something
 * changed.
 *
 * The rule goes by shape, so it follows from it that words of the right
 * shape decode: "12345678" and "deadbeef" are hex (4 bytes), "password",
 * "abcdefgh" and "hongkildong1" are Base64, while "hong", "secret" and
 * "password1" stay plain.
 *
 * '+' as blank meets Base64's own '+'. Form encoding leaves neither '/' nor
 * '=' in a value, so what is Base64 as it stands and has one of them was not
 * form-encoded and keeps its '+'; any other '+' is a blank.
 *
 * @param decoded cleared first, then holds the result.
 */
np_encoding_t np_parameter_decode(np_span_t value, GByteArray *decoded);

#endif /* NP_PARAMETERS_H */
