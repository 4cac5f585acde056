/* signalling.h
 * Assigning SIP messages to session, Call-ID group and call
 *
 * A retransmission gets no event and changes nothing. Any other message changes its call or registration
 * (transitions.h).
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
    const address *client; /**< borrowed from the session */
    const char *call_id;   /**< as sent */
    np_session_t *session;
    np_call_t *call; /**< latest; NULL: none yet */
    uint32_t number;       /**< unique among groups */
    uint32_t unregister_cseq; /**< of the latest REGISTER that removes the registration; 0: none */
    bool register_seen, challenged, confirmed;
} np_call_id_group_t;

/** Called by the init routine. */
void np_signalling_init(void);

/** True if the client has used the Call-ID. host NULL: any client. */
bool np_signalling_knows(const address *host, np_span_t call_id);

/** First pass: processes a client's message that is accepted, and fills its record. client_rank: confidence that the
 *  message is the client's. */
void np_signalling_process(const np_sip_message_t *message, np_client_rank_t client_rank);

/** First pass: fills the record of a message between servers with a client's Call-ID. Nothing else changes. */
void np_signalling_process_hop(const np_sip_message_t *message);

/** True for a registration that was challenged and not confirmed so far. */
bool np_call_id_group_is_incomplete(const np_call_id_group_t *group);

#endif /* NP_MODEL_SIGNALLING_H */
