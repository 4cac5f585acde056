/* network.h
 * Networks as users write them: ADDRESS or ADDRESS/LENGTH, IPv4 or IPv6
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SETTINGS_NETWORK_H
#define NP_SETTINGS_NETWORK_H

#include "compat.h"

#include <epan/address.h>

typedef struct {
    int      type;              /**< AT_IPv4 or AT_IPv6 */
    uint8_t  bytes[16];         /**< of the address, in network order */
    unsigned prefix_length;     /**< bits */
} np_network_t;

/** Reads a network. Returns false if the word is none. */
bool np_network_read(const char *word, np_network_t *network);

/** Returns true if the address is in the network. */
bool np_network_has(const np_network_t *network, const address *host);

#endif /* NP_SETTINGS_NETWORK_H */
