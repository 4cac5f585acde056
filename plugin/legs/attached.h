/* attached.h
 * What the plugin attaches to conversations of libwireshark
 *
 * One conversation has one thing of ours, and a tag that says what it is. A frame can hold several transports, and a
 * conversation can be found by the ends of another one: nothing is read without its tag.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_ATTACHED_H
#define NAVERPHONE_ATTACHED_H

#include "compat.h"

#include <epan/conversation.h>

/** What is attached. */
typedef enum {
    NP_ATTACHED_CONNECTION = 1,     /**< np_connection_t, to a TCP conversation */
    NP_ATTACHED_MEDIA               /**< UDP that may be media without SDP (rtp.c) */
} np_attached_t;

/** The thing attached to the conversation, if it is of this kind; else NULL. */
void *np_attached_get(const conversation_t *conversation, np_attached_t kind);

/** Attaches a thing that lives with the capture, in place of what was attached before. */
void np_attached_set(conversation_t *conversation, np_attached_t kind, void *thing);

#endif /* NAVERPHONE_ATTACHED_H */
