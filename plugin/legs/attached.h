/* attached.h
 * What the plugin attaches to libwireshark's conversations
 *
 * A conversation has at most one attachment. A tag tells its kind, since other transports or ends may find the same
 * conversation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_ATTACHED_H
#define NAVERPHONE_ATTACHED_H

#include "compat.h"

#include <epan/conversation.h>

typedef enum {
    NP_ATTACHED_CONNECTION = 1, /**< np_connection_t, on TCP */
    NP_ATTACHED_MEDIA           /**< on UDP, private to rtp.c: perhaps media without SDP */
} np_attached_t;

/** Returns the attachment; NULL if it is of another kind, or none. */
void *np_attached_get(const conversation_t *conversation, np_attached_t kind);

/** Replaces the attachment. It must live with the capture. */
void np_attached_set(conversation_t *conversation, np_attached_t kind, void *thing);

#endif /* NAVERPHONE_ATTACHED_H */
