/* transfer.h
 * Transfers, forwards and hold: what SIP messages say of other calls, and of silence
 *
 * Sources: RFC 3515 (REFER), RFC 3892 (Referred-By), RFC 3891 (Replaces), RFC 5806 (Diversion), RFC 7044 (History-Info),
 * RFC 3264 8.4 (hold).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSFER_H
#define NP_MODEL_TRANSFER_H

#include "model/call.h"
#include "model/packet.h"
#include "model/transaction.h"

/** Header values of a message, as sent; NULL where it has none. Lives with the capture. */
typedef struct np_transfer {
    const char *refer_to, *referred_by, *replaces;
    const char *refer_user; /**< user part of refer_to */
    const char *diversion;  /**< Diversion, else History-Info */
} np_transfer_t;

/** For the init routine. */
void np_transfers_init(void);

/** First pass: notes in the record what the message says of transfers, and remembers where it sends the client. */
void np_transfer_process(const np_sip_message_t *message);

/** First pass: the latest call of that Call-ID, of any client, that a 3xx sent elsewhere; NULL: none. */
const np_call_t *np_transfer_find_redirected(const char *call_id);

/** First pass: the call that has just sent the client where this INVITE goes, by REFER or 3xx; NULL: none. The next INVITE there
 *  is another matter. */
np_call_t *np_transfer_take_origin(const np_sip_message_t *message);

/** First pass: applies an offer of the message to the call's hold, and takes it back where the offer is refused. */
void np_hold_process(np_call_t *call, np_transaction_t *transaction, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSFER_H */
