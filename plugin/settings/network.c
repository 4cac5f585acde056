/* network.c
 * Networks as the user writes them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "settings/network.h"

#include <wsutil/inet_addr.h>

/* As many leading bits as the prefix has; the others are 0 already. */
static void
set_mask(uint8_t *mask, unsigned prefix_length)
{
    for (unsigned bit = 0; bit < prefix_length; bit++)
        mask[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

bool
np_network_read(const char *word, np_network_t *network)
{
    char **parts = g_strsplit(word, "/", 2);
    const char *host = parts[0] ? parts[0] : "";
    uint64_t length, most;
    bool valid = true;

    memset(network, 0, sizeof *network);
    if (ws_inet_pton4(host, (ws_in4_addr *)network->address))
        network->size = 4;
    else if (ws_inet_pton6(host, (ws_in6_addr *)network->address))
        network->size = 16;
    else
        valid = false;
    length = most = (uint64_t)network->size * 8;
    if (valid && parts[1])
        valid = g_ascii_string_to_unsigned(parts[1], 10, 0, most, &length, NULL);
    set_mask((uint8_t *)network->mask, (unsigned)length);
    g_strfreev(parts);
    return valid;
}

bool
np_network_has(const np_network_t *network, const address *host)
{
    unsigned size = host->type == AT_IPv4 ? 4 : host->type == AT_IPv6 ? 16 : 0;
    uint32_t word;

    if (size == 0 || size != network->size)
        return false;
    for (unsigned i = 0; i < size / sizeof word; i++) {
        memcpy(&word, (const uint8_t *)host->data + i * sizeof word, sizeof word);
        if ((word ^ network->address[i]) & network->mask[i])
            return false;
    }
    return true;
}
