/* network.h
 * Networks as the user writes them: ADDRESS or ADDRESS/LENGTH, IPv4 or IPv6
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_NETWORK_H
#define NAVERPHONE_NETWORK_H

#include "compat.h"

#include <epan/address.h>

/** A network: its address, and which bits of that count; both as they stand in a packet. */
typedef struct {
    uint32_t address[4], mask[4];
    unsigned size;                  /**< bytes of the address: 4 or 16 */
} np_network_t;

/** False where the word is no network. */
bool np_network_read(const char *word, np_network_t *network);

/** Is the address in the network? */
bool np_network_has(const np_network_t *network, const address *host);

#endif /* NAVERPHONE_NETWORK_H */
