/* ends.h
 * Addresses and ports of both ends, in a few bytes
 *
 * An address of libwireshark's takes 24 bytes beside its own, and a session has some twenty: here both ends of IPv4 are 16.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_ENDS_H
#define NAVERPHONE_ENDS_H

#include "compat.h"

#include <epan/address.h>

#define NP_LONGEST_ADDRESS 16       /**< bytes: IPv6's; of longer ones the first count */
#define NP_ENDS_ROOM ((size_t)2 * NP_LONGEST_ADDRESS)

/** Bytes of addresses. Who has them knows how many. */
typedef union {
    uint8_t        here[2 * 4];     /**< if they fit: two of IPv4 do */
    const uint8_t *elsewhere;
} np_address_bytes_t;

/** Where length bytes are. */
static inline const uint8_t *
np_address_bytes(const np_address_bytes_t *bytes, size_t length)
{
    return length <= sizeof bytes->here ? bytes->here : bytes->elsewhere;
}

/** The bytes, copied if they fit, else where they are. */
np_address_bytes_t np_address_view(const uint8_t *source, size_t length);

/** What was viewed, to live with the capture. */
np_address_bytes_t np_address_keep(const np_address_bytes_t *view, size_t length);

/** How many bytes of an address count. */
static inline uint8_t
np_address_length(const address *host)
{
    return (uint8_t)CLAMP(host->len, 0, NP_LONGEST_ADDRESS);
}

/** Which end: of a packet, and of a connection. */
enum { NP_END_SRC = 0, NP_END_DST = 1, NP_END_CLIENT = 0, NP_END_SERVER = 1 };

/** Two ends. Arrays are by NP_END_. */
typedef struct {
    np_address_bytes_t bytes;       /**< of both addresses, the second's behind the first's */
    uint16_t ports[2];
    uint8_t  types[2], lengths[2];  /**< of the addresses */
} np_ends_t;

/** A view: room is for bytes that the ends themselves do not hold. */
np_ends_t np_ends_view(const address *first, uint16_t first_port, const address *second, uint16_t second_port,
                       uint8_t room[NP_ENDS_ROOM]);

/** What was viewed, to live with the capture. */
np_ends_t np_ends_keep(const np_ends_t *view);

/** The bytes of both addresses, and how many. */
static inline size_t
np_ends_length(const np_ends_t *ends)
{
    return (size_t)ends->lengths[0] + ends->lengths[1];
}

static inline const uint8_t *
np_ends_bytes(const np_ends_t *ends)
{
    return np_address_bytes(&ends->bytes, np_ends_length(ends));
}

bool np_ends_equal(const np_ends_t *left, const np_ends_t *right);

/** The address of an end, a view of the ends' bytes. */
address np_ends_host(const np_ends_t *ends, unsigned end);

#endif /* NAVERPHONE_ENDS_H */
