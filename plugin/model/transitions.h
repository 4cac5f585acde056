/* transitions.h
 * Events of SIP messages, and how messages change the state of their call (RFC 3261)
 *
 *   Setup ──1xx──▶ Proceeding ──18x──▶ Ringing ──2xx──▶ Answered ──BYE──▶ Released
 *     └────────────────┴─────────────────┴─ 3xx-6xx ──▶ Rejected, with 487 ──▶ Cancelled
 *
 * 401 and 407 are not final: the INVITE is repeated with credentials.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSITIONS_H
#define NP_MODEL_TRANSITIONS_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "packet-naverphone.h"

/** First pass: changes the call as the first row that fits the message says (request_transitions.c,
 *  response_transitions.c), and returns the row's event. Call it once for each message, not for retransmissions. call
 *  NULL: the message belongs to none. */
naverphone_event_t np_transition_apply(np_call_t *call, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSITIONS_H */
