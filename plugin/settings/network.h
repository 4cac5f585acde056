/* network.h
 * Networks: ADDRESS or ADDRESS/LENGTH
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SETTINGS_NETWORK_H
#define NP_SETTINGS_NETWORK_H

#include "compat.h"

#include <epan/address.h>

/** All addresses that begin with the same bits. */
typedef struct {
    int type;               /**< AT_IPv4 or AT_IPv6 */
    uint8_t bytes[16];      /**< network order */
    unsigned prefix_length; /**< bits */
} np_network_t;

/** False: the word is no network. */
bool np_network_read(const char *word, np_network_t *network);

bool np_network_has(const np_network_t *network, const address *host);

#endif /* NP_SETTINGS_NETWORK_H */
