/* transaction.h
 * SIP transactions: requests, retransmissions and responses (RFC 3261 17)
 *
 * The key is Call-ID, direction, method, CSeq, From tag and first branch. A request captured on another hop, with other
 * branch and addresses, joins the first hop's. One repeated after REPEAT_SECONDS starts a new one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSACTION_H
#define NP_MODEL_TRANSACTION_H

#include "compat.h"

#include "model/packet.h"

/** Lives with the capture; only the first pass writes it. */
typedef struct np_transaction {
    const address *src, *dst; /**< the first message's */
    uint16_t src_port, dst_port;
    uint32_t number;      /**< unique */
    nstime_t latest;      /**< of the latest message */
    struct np_call *call; /**< NULL: none */
    bool request_seen;
    bool in_dialog;
    bool credentials;
    bool answered, refused; /**< by 2xx; by another final response */
    bool gone;              /**< by 481 or 408: its dialog is over (RFC 3261 12.2.1.2) */
    bool cancelled;
    bool offers;
    const struct np_transaction *refused_invite; /**< of the ACK of a refusal, which has its branch; NULL: others */
    const struct np_described_media *described_before; /**< the offerer's, restored if refused; NULL: none */
    unsigned hold_side;                                /**< whose hold the offer changes; 0: nobody's */
    unsigned hold_before;                              /**< that side's; restored if the offer is refused */
} np_transaction_t;

void np_transactions_init(void);

/** True if too late for a retransmission. */
bool np_transaction_is_later(const nstime_t *time, const nstime_t *since);

bool np_transaction_is_begun(uint32_t group, const np_sip_message_t *message);

/** Finds or creates it. group: the Call-ID group's number. */
np_transaction_t *np_transaction_of(uint32_t group, const np_sip_message_t *message);

/** The INVITE with an ACK's or CANCEL's branch and CSeq; NULL: none. */
np_transaction_t *np_transaction_of_invite(uint32_t group, const np_sip_message_t *message);

bool np_transaction_is_repeated(np_transaction_t *transaction, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSACTION_H */
