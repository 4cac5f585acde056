/* keep.h
 * Small pieces that live as long as the capture file is open
 *
 * Each piece that libwireshark's allocator gives costs 16 bytes more, and is rounded up to as many. What a session keeps are
 * some hundred pieces of 8 to 50 bytes, for all of its capture's life: here they lie one behind the other. None can be
 * given back by itself; what grows or goes earlier is for wmem_file_scope().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_KEEP_H
#define NAVERPHONE_KEEP_H

#include "compat.h"

#include <epan/address.h>

#include "text/span.h"

/** For an init routine, before anything is kept. */
void np_keep_init(void);

/** size bytes (1 or more), all 0, aligned for pointers and numbers. Never NULL. */
void *np_keep(size_t size);

/** A new object of that type, all 0. */
#define np_keep_new(type) ((type *)np_keep(sizeof(type)))

/** A copy of an object of that size, aligned as np_keep() has it. */
void *np_keep_copy(const void *object, size_t size);

/** A copy of the bytes, not aligned, with a NUL behind them; NULL for an absent span. */
const char *np_keep_bytes(np_span_t bytes);
const char *np_keep_text(const char *text);

/** The same, but equal bytes have one copy: for what many sessions have in common. */
const char *np_keep_once(np_span_t bytes);

/** The same, with its length; NULL for an absent span. */
const np_span_t *np_keep_span_once(np_span_t bytes);

/** Makes *copy an address with bytes of its own. */
void np_keep_address(address *copy, const address *host);

/** A hash table: an entry takes less than half of wmem_map_t's. */
GHashTable *np_keep_new_table(GHashFunc hash, GEqualFunc equal);

#endif /* NAVERPHONE_KEEP_H */
