/* transfer.h
 * Transfers, forwards and hold
 *
 * Sources: RFC 3515 (REFER), 3892 (Referred-By), 3891 (Replaces), 5806 (Diversion), 7044 (History-Info), 3264 8.4
 * (hold).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSFER_H
#define NP_MODEL_TRANSFER_H

#include "model/call.h"
#include "model/packet.h"
#include "model/transaction.h"

/** Bits of naverphone.call.hold. */
enum {
    NP_HOLD_BY_CLIENT = 1,
    NP_HOLD_BY_OTHER = 2
};

/** What a message says about transfers and forwards. NULL: absent. Lives with the capture; never changes. */
typedef struct np_transfer {
    const char *refer_to, *referred_by, *replaces; /**< header values */
    const char *refer_user;                        /**< user part of refer_to */
    const char *diversion;                         /**< Diversion, else History-Info */
} np_transfer_t;

/** Forgets all transfers. */
void np_transfers_init(void);

/** The latest call with this Call-ID that got a 3xx; NULL: none. */
const np_call_t *np_transfer_find_redirected(const char *call_id);

/** First pass: the call whose REFER or 3xx sent the client to the URI of this INVITE. It is returned to one INVITE
 *  only. NULL: none. */
np_call_t *np_transfer_take_origin(const np_sip_message_t *message);

/** First pass: stores the message's headers in its record and call, and remembers where a REFER or a 3xx sends the
 *  client. */
void np_transfer_process(const np_sip_message_t *message);

/** First pass: an offer sets call->hold and the hold of its record; if it is refused, the call's hold from before it
 *  returns. */
void np_hold_process(np_call_t *call, np_transaction_t *transaction, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSFER_H */
