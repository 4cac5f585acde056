/* address_pair.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_ADDRESS_PAIR_H
#define NP_MODEL_ADDRESS_PAIR_H

#include "compat.h"

#include <epan/address.h>

/** The addresses belong to whoever filled them in. */
typedef struct {
    address client, server;
    uint16_t client_port, server_port;
} np_address_pair_t;

#endif /* NP_MODEL_ADDRESS_PAIR_H */
