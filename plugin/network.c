/* network.c
 * Networks as the user writes them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "network.h"

#include <wsutil/inet_addr.h>

bool
np_network_read(const char *word, np_network_t *network)
{
    char **parts = g_strsplit(word, "/", 2);
    const char *host = parts[0] ? parts[0] : "";
    bool valid = true;
    uint64_t length;

    memset(network, 0, sizeof *network);
    if (ws_inet_pton4(host, (ws_in4_addr *)network->address))
        network->size = 4;
    else if (ws_inet_pton6(host, (ws_in6_addr *)network->address))
        network->size = 16;
    else
        valid = false;
    network->prefix_length = network->size * 8;
    if (valid && parts[1]) {
        valid = g_ascii_string_to_unsigned(parts[1], 10, 0, (guint64)network->size * 8, &length, NULL);
        network->prefix_length = valid ? (unsigned)length : 0;
    }
    g_strfreev(parts);
    return valid;
}

bool
np_network_has(const np_network_t *network, const address *host)
{
    unsigned size = host->type == AT_IPv4 ? 4 : host->type == AT_IPv6 ? 16 : 0;
    unsigned whole = network->prefix_length / 8, rest = network->prefix_length % 8;
    const uint8_t *bytes = (const uint8_t *)host->data;

    if (size == 0 || size != network->size || memcmp(network->address, bytes, whole) != 0)
        return false;
    return rest == 0 || ((network->address[whole] ^ bytes[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
}
