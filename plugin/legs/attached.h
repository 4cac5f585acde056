/* attached.h
 * What the plugin attaches to a conversation
 *
 * A conversation has one place for each protocol's data, and may be found for other transports or addresses than those
 * it was made for. So what is attached is stored with its kind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_ATTACHED_H
#define NP_LEGS_ATTACHED_H

#include "compat.h"

#include <epan/conversation.h>

typedef enum {
    NP_ATTACHED_CONNECTION = 1, /**< np_connection_t, on TCP */
    NP_ATTACHED_MEDIA           /**< binding_t of rtp.c, on UDP */
} np_attached_t;

/** NULL: nothing attached, or of another kind. */
void *np_attached_get(const conversation_t *conversation, np_attached_t kind);

/** First pass: replaces what is attached. thing must live with the capture. */
void np_attached_set(conversation_t *conversation, np_attached_t kind, void *thing);

#endif /* NP_LEGS_ATTACHED_H */
