/* carried.h
 * What a record's packet carries, for show
 *
 * A pass finds it again for each record, in the packet that it dissects: so it lives as long as the packet. NULL:
 * absent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CARRIED_H
#define NP_MODEL_CARRIED_H

#include "compat.h"

#include "text/message.h"

typedef struct {
    /* Control */
    tvbuff_t *payload;
    proto_item *item; /**< the top item that the control dissector began; NULL: show begins one */

    /* Login request */
    const np_message_t *request;
    tvbuff_t *http;
    tvbuff_t *body;  /**< transfer and content codings undone */
    tvbuff_t *basic; /**< "user:password" of Basic authentication */
} np_carried_t;

#endif /* NP_MODEL_CARRIED_H */
