/* carried.h
 * Payloads and texts of a record's packet, passed from the legs to show by value
 *
 * All of it lives as long as the packet. NULL: absent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CARRIED_H
#define NP_MODEL_CARRIED_H

#include "compat.h"

#include "text/message.h"

typedef struct {
    /* Control */
    tvbuff_t *payload; /**< of the TCP segment */
    proto_item *item;  /**< top item in the tree, created when the payload was dissected */

    /* Login request */
    const np_message_t *request;
    tvbuff_t *http;  /**< buffer with the request */
    tvbuff_t *body;  /**< without its transfer and content codings */
    tvbuff_t *basic; /**< "user:password" of Basic authentication */
} np_carried_t;

#endif /* NP_MODEL_CARRIED_H */
