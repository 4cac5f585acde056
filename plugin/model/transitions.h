/* transitions.h
 * What each SIP message is (its event), and how it changes the state of its call
 *
 *   Setup ──1xx──▶ Proceeding ──18x──▶ Ringing ──2xx──▶ Answered ──BYE──▶ Released
 *     └────────────────┴─────────────────┴─ 3xx-6xx ──▶ Rejected, with 487 ──▶ Cancelled
 *
 * A 401 or 407 is no final response: the client repeats its INVITE with credentials, under the same Call-ID, and
 * that is the same call. The documented call is answered without such a repetition.
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

/** First pass: applies a message that is no retransmission to its call. call: NULL outside calls. Returns its event. */
naverphone_event_t np_transition_apply(np_call_t *call, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSITIONS_H */
