/* transitions.h
 * Events of SIP messages, and how messages change the state of their call
 *
 *   Setup ──1xx──▶ Proceeding ──18x──▶ Ringing ──2xx──▶ Answered ──BYE──▶ Released
 *     └────────────────┴─────────────────┴─ 3xx-6xx ──▶ Rejected, with 487 ──▶ Cancelled
 *
 * 401 and 407 are not final: the client repeats its INVITE with credentials and the same Call-ID, which is the same
 * call. The documented call is answered without that.
 *
 * Source: RFC 3261.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSITIONS_H
#define NP_MODEL_TRANSITIONS_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "packet-naverphone.h"

/** First pass: applies a message, but no retransmission, to its call (NULL: none). Returns its event. */
naverphone_event_t np_transition_apply(np_call_t *call, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSITIONS_H */
