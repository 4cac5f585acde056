/* writings.h
 * The ways in which known values could be written, and where they stand in the bytes of a control message
 *
 * A value counts where chance is ruled out: text stands by itself (no letter or digit before or after it) and has four
 * characters or more, numbers of less than four bytes stand beside the address they belong to, a text port has five digits
 * or follows its address.
 *
 * The writings are worked out when messages are shown, for as long as the packet lives: a session's few values have a
 * hundred of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_WRITINGS_H
#define NP_CONTROL_WRITINGS_H

#include "control/references.h"

#define NP_WRITINGS_SEARCHED 0x10000 /**< bytes of a message that are searched */

typedef struct np_writings np_writings_t;

/** All ways to write the known values, up to some four thousand; they live in scope. */
np_writings_t *np_writings_of(const np_references_t *references, wmem_allocator_t *scope);

/** One place where a known value stands. */
typedef struct {
    uint32_t offset, length;
    np_reference_t kind;
    uint32_t frame; /**< from which the value is known */
} np_hit_t;

/** Searches bytes. Returns hits (np_hit_t) in the order of their offsets, up to 64, in the scope of the writings; NULL
 *  where there are none. */
wmem_array_t *np_writings_find(const np_writings_t *writings, const uint8_t *bytes, uint32_t length);

#endif /* NP_CONTROL_WRITINGS_H */
