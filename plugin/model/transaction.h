/* transaction.h
 * SIP transactions: which request a message is, repeats or answers
 *
 * A message belongs to the transaction that Call-ID, direction, CSeq, From tag and the branch of its first Via name. The
 * same request on another hop has another branch and other ends: it joins the transaction of the first. A request that
 * repeats one after more than REPEAT_SECONDS is another transaction: a retransmission ends long before.
 *
 * Source: RFC 3261 17.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSACTION_H
#define NP_MODEL_TRANSACTION_H

#include "compat.h"

#include "model/packet.h"

/** Lives with the capture; the first pass writes it. */
typedef struct np_transaction {
    uint32_t number; /**< tells its messages from those of others */
    address src, dst; /**< of the first message; either may be the client's */
    uint16_t src_port, dst_port;
    nstime_t latest;        /**< absolute: its latest message */
    struct np_call *call;   /**< NULL: not known yet, or outside calls */
    bool request_seen;      /**< else only responses were */
    bool in_dialog;         /**< the request's To has a tag */
    bool credentials;       /**< the request has some */
    bool refusal;           /**< it is an ACK with the branch of an INVITE: that of a refusal */
    bool answered, refused; /**< by a 2xx; by another final response */
    bool offers;            /**< one of its messages offers a session */
    bool changes_hold;      /**< ... which changes who holds the call */
    unsigned hold_before;   /**< naverphone.call.hold, to be taken back where the offer is refused */
} np_transaction_t;

/** For the init routine. */
void np_transactions_init(void);

/** Have more seconds passed than a retransmission takes? */
bool np_transaction_is_later(const nstime_t *time, const nstime_t *since);

/** First pass: the message's transaction, a new one if there is none. group: number of its Call-ID's group. */
np_transaction_t *np_transaction_of(uint32_t group, const np_sip_message_t *message);

/** First pass: has a message of the message's transaction been seen before? */
bool np_transaction_is_begun(uint32_t group, const np_sip_message_t *message);

/** First pass: the INVITE that an ACK or CANCEL of this branch and CSeq belongs to; NULL: there is none. */
np_transaction_t *np_transaction_of_invite(uint32_t group, const np_sip_message_t *message);

/** First pass: has this message of the transaction been seen before? Notes that it has. */
bool np_transaction_is_repeated(np_transaction_t *transaction, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSACTION_H */
