/* transition_rows.h
 * Tables of what SIP messages do to their call
 *
 * request_transitions.c and response_transitions.c have one table each, and the conditions and actions of its rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_TRANSITION_ROWS_H
#define NP_MODEL_TRANSITION_ROWS_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "packet-naverphone.h"

/** What a message does. The first row of a table that fits the message applies. */
typedef struct {
    const char *method;   /**< of the request, or of CSeq in a response; NULL: any */
    unsigned first, last; /**< status of a response; 0: requests */
    unsigned before;      /**< states of the call; WITHOUT: any, and messages without a call */
    bool (*holds)(const np_call_t *call, const np_sip_message_t *message); /**< NULL: always */
    naverphone_event_t event;
    naverphone_call_state_t after;                                   /**< 0: unchanged */
    void (*apply)(np_call_t *call, const np_sip_message_t *message); /**< NULL: nothing */
} np_transition_t;

#define STATE(state) (1U << NAVERPHONE_CALL_##state)
#define EVENT(event) NAVERPHONE_EVENT_##event
#define TO(state) NAVERPHONE_CALL_##state
#define STAYS NAVERPHONE_CALL_NONE

/* States before the message */
enum {
    WITHOUT = 0, /* even without a call */
    SETUP = STATE(SETUP),
    STARTING = STATE(SETUP) | STATE(PROCEEDING),
    PENDING = STARTING | STATE(RINGING),
    ANSWERED = STATE(ANSWERED),
    RELEASED = STATE(RELEASED),
    REFUSED = STATE(CANCELLED) | STATE(REJECTED),
    UP = PENDING | ANSWERED,
    ANSWERABLE = UP | REFUSED,
    ANY_STATE = ANSWERABLE | STATE(RELEASED)
};

/** First pass: finds the first row that fits the message, changes the call as the row says, and returns the row's
 *  event. call NULL: the message belongs to none. */
naverphone_event_t np_transition_apply_first(const np_transition_t *rows, size_t count, np_call_t *call,
                                             const np_sip_message_t *message);

/* The same with the table for requests and the one for responses. */
naverphone_event_t np_request_apply(np_call_t *call, const np_sip_message_t *message);
naverphone_event_t np_response_apply(np_call_t *call, const np_sip_message_t *message);

#endif /* NP_MODEL_TRANSITION_ROWS_H */
