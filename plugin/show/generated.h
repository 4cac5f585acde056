/* generated.h
 * Fields of what is not in the packet's bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_GENERATED_H
#define NP_SHOW_GENERATED_H

#include "compat.h"

#include <epan/proto.h>

/** For numbers of 8 to 32 bits, and frame numbers. */
static inline proto_item *
np_add_uint(proto_tree *tree, int field, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree, field, NULL, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

/** Skips a negative time, which only means that the clock was set back. */
static inline void
np_add_time(proto_tree *tree, int field, const nstime_t *value)
{
    if (nstime_to_sec(value) >= 0) {
        proto_item_set_generated(proto_tree_add_time(tree, field, NULL, 0, 0, value));
    }
}

#endif /* NP_SHOW_GENERATED_H */
