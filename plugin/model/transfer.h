/* transfer.h
 * Transfers, forwards and hold
 *
 * Sources: RFC 3515 (REFER), RFC 3892 (Referred-By), RFC 3891 (Replaces), RFC 5806 (Diversion), RFC 7044
 * (History-Info), RFC 3264 8.4 (hold).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSFER_H
#define NP_MODEL_TRANSFER_H

#include "model/call.h"
#include "model/packet.h"
#include "model/transaction.h"

/** Header values as sent; NULL: absent. Lives with the capture; written on the first pass. */
typedef struct np_transfer {
    const char *refer_to, *referred_by, *replaces;
    const char *refer_user; /**< user part of refer_to */
    const char *diversion;  /**< Diversion, else History-Info */
} np_transfer_t;

void np_transfers_init(void);

/** First pass: stores the headers in the record, and remembers where REFER or 3xx send the client. */
void np_transfer_process(const np_sip_message_t *message);

/** First pass: the latest call with this Call-ID, of any client, that got a 3xx; NULL: none. */
const np_call_t *np_transfer_find_redirected(const char *call_id);

/** First pass: the call whose REFER or 3xx sent the client to this INVITE's target; NULL: none. A later INVITE does
 *  not find it again. */
np_call_t *np_transfer_take_origin(const np_sip_message_t *message);

/** First pass: applies the message's offer to call->hold, and restores hold if the offer is refused. */
void np_hold_process(np_call_t *call, np_transaction_t *transaction, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSFER_H */
