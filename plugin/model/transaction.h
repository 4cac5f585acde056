/* transaction.h
 * SIP transactions: matching requests, retransmissions and responses
 *
 * The key is Call-ID, direction, CSeq, From tag and the branch of the first Via. A request captured on another hop,
 * with another branch and other addresses, joins the first hop's transaction. A request repeated after REPEAT_SECONDS
 * starts a new one.
 *
 * Source: RFC 3261 17.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSACTION_H
#define NP_MODEL_TRANSACTION_H

#include "compat.h"

#include "model/packet.h"

/** A SIP transaction. Lives with the capture; written on the first pass. */
typedef struct np_transaction {
    uint32_t number;  /**< unique among transactions */
    address src, dst; /**< of the first message, whoever sent it */
    uint16_t src_port, dst_port;
    nstime_t latest;        /**< absolute, of the latest message */
    struct np_call *call;   /**< NULL: unknown, or outside calls */
    bool request_seen;      /**< false: only responses were seen */
    bool in_dialog;         /**< the request is in a dialog: its To has a tag */
    bool credentials;       /**< the request has credentials */
    bool refusal;           /**< the request is an ACK with its INVITE's branch, so the ACK of a refusal */
    bool answered, refused; /**< by a 2xx; by another final response */
    bool offers;            /**< one of its messages carries an SDP offer */
    bool changes_hold;      /**< the offer changes call->hold */
    unsigned hold_before;   /**< call->hold, to restore if the offer is refused */
} np_transaction_t;

void np_transactions_init(void);

/** True if a retransmission is no longer possible. */
bool np_transaction_is_later(const nstime_t *time, const nstime_t *since);

/** First pass: finds or creates the message's transaction. group: number of its Call-ID group. */
np_transaction_t *np_transaction_of(uint32_t group, const np_sip_message_t *message);

bool np_transaction_is_begun(uint32_t group, const np_sip_message_t *message);

/** First pass: the INVITE with the branch and CSeq of an ACK or CANCEL; NULL: none. */
np_transaction_t *np_transaction_of_invite(uint32_t group, const np_sip_message_t *message);

/** First pass: true if the message was seen before in the transaction. Records it. */
bool np_transaction_is_repeated(np_transaction_t *transaction, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSACTION_H */
