/* ends.h
 * Addresses and ports of a client and a server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_ENDS_H
#define NAVERPHONE_ENDS_H

#include "compat.h"

#include <epan/address.h>

/** The ends of a connection, or of a client's datagram. The addresses live as long as their owner says. */
typedef struct {
    address  client, server;
    uint16_t client_port, server_port;
} np_ends_t;

#endif /* NAVERPHONE_ENDS_H */
