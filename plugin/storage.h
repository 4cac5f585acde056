/* storage.h
 * Strings, addresses and hash tables that live with the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_STORAGE_H
#define NP_STORAGE_H

#include "compat.h"

#include <epan/address.h>

#include "text/span.h"

void np_storage_init(void);

/** Frees all. */
void np_storage_cleanup(void);

/* ---- copies ------------------------------------------------------------- */

/** The same bytes, and a NUL behind them. Equal texts have the same copy: user names, tags and lines of SDP repeat, so
 *  that a session has 100 bytes of text instead of 600. */
np_span_t np_copy_span(np_span_t bytes);

/** C string up to the first NUL; NULL: absent span. */
const char *np_copy_bytes(np_span_t bytes);

/** As UTF-8, invalid bytes replaced; NULL: absent span. */
const char *np_copy_text(np_span_t bytes);

/** NULL: NULL. */
char *np_copy_string(const char *string);

/** Equal addresses have the same copy, because a session has some 50 addresses of four hosts. */
const address *np_copy_address(const address *host);

/* ---- hash tables -------------------------------------------------------- */

/** An entry of wmem_map_t takes twice the memory, which was 2 kB a session. Keys and values must live with the
 *  capture. hash: wmem_str_hash(), or one that is made with these. */
GHashTable *np_map_new(GHashFunc hash, GEqualFunc equal);

/** For a map by text: copies the key if it is new, and sets its value. */
void np_map_set_text(GHashTable *map, const char *key, gpointer value);

/** Randomly seeded, so captured bytes cannot force collisions. */
unsigned np_hash_bytes(const void *bytes, size_t length);

/** add_address_to_hash() has no seed. */
unsigned np_hash_address(unsigned hash, const address *host);

/** In one go: each call of wmem_strong_hash() costs as much as hashing 40 bytes. */
unsigned np_hash_addresses(uint32_t first, uint32_t second, const address *src, const address *dst);

/** Keys of maps by address. */
unsigned np_address_hash(gconstpointer host);
gboolean np_address_equal(gconstpointer left, gconstpointer right);

#endif /* NP_STORAGE_H */
