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

/** One client's messages with one Call-ID: a registration, or one call after the other. Lives with the capture; only
 *  the first pass writes it. */
typedef struct np_call_id_group {
    uint32_t number; /**< unique in the capture */
    const address *client;
    uint16_t port;                    /**< the client's, in the first message */
    struct np_call_id_group *sibling; /**< same Call-ID, of another client behind this address; NULL: none */
    const char *call_id;              /**< as sent */
    np_session_t *session;
    np_call_t *call; /**< latest; NULL: none */

    /* REGISTER */
    bool register_seen;
    bool challenged, confirmed; /**< by 401 or 407; by 2xx */
    bool contacts_listed;       /**< by a 2xx */
    uint32_t unregister_cseq;   /**< of the latest one that unregisters; 0: none */
} np_call_id_group_t;

/** Forgets all messages. */
void np_signalling_init(void);

/** True if a message with this Call-ID was accepted. host: its client; NULL: any client. */
bool np_signalling_knows(const address *host, np_span_t call_id);

/** True if a REGISTER was challenged, and none was confirmed. */
bool np_call_id_group_is_incomplete(const np_call_id_group_t *group);

/** First pass: finds session, transaction and call of the message, fills its record and, unless the message is a
 *  retransmission, applies it. client_rank: how sure it is that message->client is the client. */
void np_signalling_process(const np_sip_message_t *message, np_client_rank_t client_rank);

/** First pass: a message of a known Call-ID between two servers. Fills its record, and changes nothing else. */
void np_signalling_process_hop(const np_sip_message_t *message);

#endif /* NP_MODEL_SIGNALLING_H */
