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

void np_copies_init(void);
/** Frees all copies. */
void np_copies_cleanup(void);

/** The same bytes, and a NUL behind them. */
np_span_t np_copy_span(np_span_t bytes);

/** C string up to the first NUL; NULL: absent span. */
const char *np_copy_bytes(np_span_t bytes);

/** As UTF-8, invalid bytes replaced; NULL: absent span. */
const char *np_copy_text(np_span_t bytes);

/** NULL: NULL. */
char *np_copy_string(const char *string);

/** Equal addresses share one copy: a session has some 50 addresses, of four hosts. */
void np_copy_address(address *copy, const address *host);

/** For maps by address. */
unsigned np_address_hash(gconstpointer host);
gboolean np_address_equal(gconstpointer left, gconstpointer right);

/** Randomly seeded, so captured bytes cannot force collisions. */
unsigned np_hash_bytes(const void *bytes, size_t length);

/** add_address_to_hash() has no seed. */
unsigned np_hash_address(unsigned hash, const address *host);

/** In one go: each call of wmem_strong_hash() costs as much as hashing 40 bytes. */
unsigned np_hash_addresses(uint32_t first, uint32_t second, const address *src, const address *dst);

#endif /* NP_MODEL_COPIES_H */
