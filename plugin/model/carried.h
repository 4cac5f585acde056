/* carried.h
 * What a frame carries for one of its records: handed from the legs, which found it, to show, by value
 *
 * Everything lives as long as the packet. What is not there is NULL.
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
    proto_item *item;  /**< the top item that was begun where the payload was dissected */

    /* Login: a request */
    const np_message_t *request;
    tvbuff_t *http; /**< that has it */
    tvbuff_t *body; /**< with its codings off */
    tvbuff_t *basic; /**< "user:password" of Basic authentication; NULL: it has none */
} np_carried_t;

#endif /* NP_MODEL_CARRIED_H */
