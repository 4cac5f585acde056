/* reference_search.h
 * Finds known values in control messages, in any form
 *
 * Only matches that are unlikely by chance count: text of four characters or more that is not part of a word, and
 * binary values of four bytes or more. A port counts beside its address, or as text of five digits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_REFERENCE_SEARCH_H
#define NP_CONTROL_REFERENCE_SEARCH_H

#include "control/references.h"

typedef struct np_reference_search np_reference_search_t;

/** Up to 4096 forms, usually a hundred. */
np_reference_search_t *np_reference_search_new(const np_references_t *references, wmem_allocator_t *scope);

/** A known value in a message. */
typedef struct {
    uint32_t offset, length;
    np_reference_t kind;
    uint32_t frame; /**< first that contained the value */
} np_hit_t;

/** Searches the first 64 KiB of a message. Returns up to 64 np_hit_t, by begin of their form, in the search's scope; or
 *  NULL. */
wmem_array_t *np_reference_search_find(const np_reference_search_t *search, const uint8_t *bytes, uint32_t length);

#endif /* NP_CONTROL_REFERENCE_SEARCH_H */
