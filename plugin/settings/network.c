/* network.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "settings/network.h"

#include <wsutil/inet_addr.h>

/* Returns its bits; 0 if invalid. */
static unsigned
read_address(const char *host, np_network_t *network)
{
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;

    if (ws_inet_pton4(host, &ipv4)) {
        network->type = AT_IPv4;
        memcpy(network->bytes, &ipv4, sizeof ipv4);
        return 32;
    }
    if (ws_inet_pton6(host, &ipv6)) {
        network->type = AT_IPv6;
        memcpy(network->bytes, &ipv6, sizeof ipv6);
        return 128;
    }
    return 0;
}

bool
np_network_read(const char *word, np_network_t *network)
{
    char **parts = g_strsplit(word, "/", 2);
    uint64_t length, bits;
    bool is_valid;

    memset(network, 0, sizeof *network);
    length = bits = read_address(parts[0] ? parts[0] : "", network);
    is_valid = bits > 0;
    if (is_valid && parts[1]) {
        is_valid = g_ascii_string_to_unsigned(parts[1], 10, 0, bits, &length, NULL);
    }
    network->prefix_length = (unsigned)length;
    g_strfreev(parts);
    return is_valid;
}

/* For both families: ip_get_subnet_mask() is for IPv4 only. */
bool
np_network_has(const np_network_t *network, const address *host)
{
    const uint8_t *bytes = (const uint8_t *)host->data;
    unsigned whole = network->prefix_length / 8, rest = network->prefix_length % 8;

    if (host->type != network->type || memcmp(bytes, network->bytes, whole) != 0) {
        return false;
    }
    return rest == 0 || (bytes[whole] ^ network->bytes[whole]) >> (8 - rest) == 0;
}
