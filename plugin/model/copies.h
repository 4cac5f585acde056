/* copies.h
 * Copies that live with the capture, and hashes of captured bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_COPIES_H
#define NP_MODEL_COPIES_H

#include "compat.h"

#include <epan/address.h>

#include "text/span.h"

/** Copies the bytes up to the first NUL as a C string. NULL for an absent span. */
const char *np_copy_bytes(np_span_t bytes);

/** Copies the bytes as UTF-8, replacing invalid ones. NULL for an absent span. */
const char *np_copy_text(np_span_t bytes);

/** Hashes bytes. The seed is random, so that captured bytes cannot force collisions. */
unsigned np_hash_bytes(const void *bytes, size_t length);

/** Adds an address to a hash. Used because add_address_to_hash() has no seed. */
unsigned np_hash_address(unsigned hash, const address *host);

#endif /* NP_MODEL_COPIES_H */
