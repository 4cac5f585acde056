/* signalling.h
 * Assigning SIP messages to session, Call-ID group and call
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_SIGNALLING_H
#define NP_MODEL_SIGNALLING_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "model/session.h"

/** One client's messages with one Call-ID: a registration, or successive calls. Lives with the capture; only the first
 *  pass writes it. */
typedef struct np_call_id_group {
    const address *client;
    uint16_t port;                    /**< the client's, in the first message */
    struct np_call_id_group *sibling; /**< of another client at this address; NULL: none */
    const char *call_id;              /**< as sent */
    np_session_t *session;
    np_call_t *call;          /**< latest; NULL: none */
    uint32_t number;          /**< unique */
    uint32_t unregister_cseq; /**< latest REGISTER that unregisters; 0: none */
    bool register_seen, challenged, confirmed;
} np_call_id_group_t;

void np_signalling_init(void);

/** host NULL: any client. */
bool np_signalling_knows(const address *host, np_span_t call_id);

/** Fills the record, and applies the message unless it is a retransmission. */
void np_signalling_process(const np_sip_message_t *message, np_client_rank_t client_rank);

/** For a message between servers: only fills the record. */
void np_signalling_process_hop(const np_sip_message_t *message);

/** True if challenged and not confirmed. */
bool np_call_id_group_is_incomplete(const np_call_id_group_t *group);

#endif /* NP_MODEL_SIGNALLING_H */
