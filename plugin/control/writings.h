/* writings.h
 * Forms of known values, and search for them in control messages
 *
 * Only unlikely matches count: text of at least four characters, apart from letters and digits; binary values below
 * four bytes beside their address; ports in text with five digits, or behind their address.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_WRITINGS_H
#define NP_CONTROL_WRITINGS_H

#include "control/references.h"

#define NP_WRITINGS_SEARCHED 0x10000 /**< bytes searched per message */

typedef struct np_writings np_writings_t;

/** Builds up to 4096 forms, about a hundred per session; call it per packet. */
np_writings_t *np_writings_of(const np_references_t *references, wmem_allocator_t *scope);

typedef struct {
    uint32_t offset, length;
    np_reference_t kind;
    uint32_t frame; /**< first that contained the value */
} np_hit_t;

/** Returns up to 64 np_hit_t, ordered by offset, in the writings' scope; NULL if none. */
wmem_array_t *np_writings_find(const np_writings_t *writings, const uint8_t *bytes, uint32_t length);

#endif /* NP_CONTROL_WRITINGS_H */
