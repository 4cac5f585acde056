/* signalling.h
 * Assigning SIP messages to session, Call-ID group and call
 *
 * Any message that is not a retransmission adds an event and changes its call or registration (transitions.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_SIGNALLING_H
#define NP_MODEL_SIGNALLING_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "model/session.h"

/** The messages of one client with one Call-ID: at most one registration, and any number of successive calls. Lives
 *  with the capture; written on the first pass. */
typedef struct np_call_id_group {
    const address *client; /**< the session's */
    const char *call_id;   /**< as sent */
    np_session_t *session;
    np_call_t *call;          /**< latest; NULL: none yet */
    uint32_t number;          /**< unique among groups */
    uint32_t unregister_cseq; /**< of the latest REGISTER that unregisters; 0: none */
    bool register_seen, challenged, confirmed;
} np_call_id_group_t;

void np_signalling_init(void);

/** True if the client has used the Call-ID. host NULL: any client. */
bool np_signalling_knows(const address *host, np_span_t call_id);

/** First pass: applies an accepted message of a client, and fills its record. client_rank: confidence in the client. */
void np_signalling_process(const np_sip_message_t *message, np_client_rank_t client_rank);

/** First pass: fills the record of a message between servers that has a client's Call-ID. Nothing else changes. */
void np_signalling_process_hop(const np_sip_message_t *message);

/** True for a registration that was challenged and is not confirmed. */
bool np_call_id_group_is_incomplete(const np_call_id_group_t *group);

#endif /* NP_MODEL_SIGNALLING_H */
