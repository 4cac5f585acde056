/* ends.c
 * Addresses and ports of both ends, in a few bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/ends.h"

#include "model/keep.h"

np_address_bytes_t
np_address_view(const uint8_t *source, size_t length)
{
    np_address_bytes_t bytes = { .elsewhere = source };

    if (length > 0 && length <= sizeof bytes.here)
        memcpy(bytes.here, source, length);
    return bytes;
}

np_address_bytes_t
np_address_keep(const np_address_bytes_t *view, size_t length)
{
    if (length <= sizeof view->here)
        return *view;
    return np_address_view((const uint8_t *)np_keep_copy(view->elsewhere, length), length);
}

np_ends_t
np_ends_view(const address *first, uint16_t first_port, const address *second, uint16_t second_port,
             uint8_t room[NP_ENDS_ROOM])
{
    np_ends_t ends = {
        .ports = { first_port, second_port }, .types = { (uint8_t)first->type, (uint8_t)second->type },
        .lengths = { np_address_length(first), np_address_length(second) }
    };

    if (ends.lengths[0])
        memcpy(room, first->data, ends.lengths[0]);
    if (ends.lengths[1])
        memcpy(room + ends.lengths[0], second->data, ends.lengths[1]);
    ends.bytes = np_address_view(room, np_ends_length(&ends));
    return ends;
}

np_ends_t
np_ends_keep(const np_ends_t *view)
{
    np_ends_t ends = *view;

    ends.bytes = np_address_keep(&view->bytes, np_ends_length(view));
    return ends;
}

bool
np_ends_equal(const np_ends_t *left, const np_ends_t *right)
{
    return memcmp(left->ports, right->ports, sizeof left->ports) == 0
        && memcmp(left->lengths, right->lengths, sizeof left->lengths) == 0
        && memcmp(np_ends_bytes(left), np_ends_bytes(right), np_ends_length(left)) == 0;
}

address
np_ends_host(const np_ends_t *ends, unsigned end)
{
    const uint8_t *bytes = np_ends_bytes(ends) + (end == 0 ? 0 : ends->lengths[0]);
    address host = ADDRESS_INIT(ends->types[end], ends->lengths[end], ends->lengths[end] ? bytes : NULL);

    return host;
}
