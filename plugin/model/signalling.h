/* signalling.h
 * SIP messages: to which session, Call-ID and call each belongs
 *
 * A message is first told from its retransmissions, then it gets its event and changes its call (transitions.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_SIGNALLING_H
#define NP_MODEL_SIGNALLING_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "model/session.h"

/** All messages of one Call-ID of one client: at most one registration, any number of calls in a row. Lives with the
 *  capture; the first pass writes it. */
typedef struct np_call_id_group {
    const address *client; /**< the session's */
    const char *call_id;   /**< as sent */
    np_session_t *session;
    np_call_t *call; /**< the latest; NULL while there is none */
    uint32_t number;       /**< tells its messages from those of others */
    uint32_t unregister_cseq; /**< of the latest REGISTER that takes the registration back; 0: there was none */
    bool register_seen, challenged, confirmed;
} np_call_id_group_t;

/** For the init routine. */
void np_signalling_init(void);

/** Is the Call-ID one of the host's, as a client? host NULL: of any client. */
bool np_signalling_knows(const address *host, np_span_t call_id);

/** First pass: applies a message of a client (accepted by evidence), and fills its record. client_rank: how sure it is that it
 *  is the client's. */
void np_signalling_process(const np_sip_message_t *message, np_client_rank_t client_rank);

/** First pass: a message between servers that has a Call-ID of a client belongs to that, and does nothing. */
void np_signalling_process_hop(const np_sip_message_t *message);

/** Is this a registration that was challenged, and not confirmed so far? */
bool np_call_id_group_is_incomplete(const np_call_id_group_t *group);

#endif /* NP_MODEL_SIGNALLING_H */
