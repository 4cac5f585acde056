/* copies.h
 * Copies that live with the capture, and hashes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_COPIES_H
#define NP_MODEL_COPIES_H

#include "compat.h"

#include <epan/address.h>

#include "text/span.h"

/** C string up to the first NUL; NULL: absent span. */
const char *np_copy_bytes(np_span_t bytes);

/** As UTF-8, invalid bytes replaced; NULL: absent span. */
const char *np_copy_text(np_span_t bytes);

/** Randomly seeded, so captured bytes cannot force collisions. */
unsigned np_hash_bytes(const void *bytes, size_t length);

/** add_address_to_hash() has no seed. */
unsigned np_hash_address(unsigned hash, const address *host);

/** In one go: each call of wmem_strong_hash() costs as much as hashing 40 bytes. */
unsigned np_hash_addresses(uint32_t first, uint32_t second, const address *src, const address *dst);

#endif /* NP_MODEL_COPIES_H */
