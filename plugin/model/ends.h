/* ends.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_ENDS_H
#define NAVERPHONE_ENDS_H

#include "compat.h"

#include <epan/address.h>

/** The addresses belong to whoever filled them in. */
typedef struct {
    address client, server;
    uint16_t client_port, server_port;
} np_ends_t;

#endif /* NAVERPHONE_ENDS_H */
