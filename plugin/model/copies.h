/* copies.h
 * Copies that live with the capture, and hashes of keys that come from the wire
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_COPIES_H
#define NP_MODEL_COPIES_H

#include "compat.h"

#include <epan/address.h>

#include "text/span.h"

/** The bytes up to a NUL, with a NUL behind them; NULL for an absent span. */
const char *np_copy_bytes(np_span_t bytes);

/** The bytes as UTF-8 text; NULL for an absent span. */
const char *np_copy_text(np_span_t bytes);

/** Hash of bytes. Whoever chooses them cannot make them collide: wmem_strong_hash() starts from a random seed. */
unsigned np_hash_bytes(const void *bytes, size_t length);

/** Mixes an address into the hash of what else a key holds; add_address_to_hash() has no seed. */
unsigned np_hash_address(unsigned hash, const address *host);

#endif /* NP_MODEL_COPIES_H */
