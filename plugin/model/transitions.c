/* transitions.c
 * What each SIP message is (its event), and how it changes the state of its call
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/transitions.h"

#include <stdio.h>

#include "model/copies.h"
#include "text/numbering.h"

/* ---- conditions of a row --------------------------------------------------- */

static bool
is_outside_dialog(const np_call_t *call _U_, const np_sip_message_t *message)
{
    return !np_sip_is_in_dialog(message->sip);
}

/* Is this a response to the INVITE that sets the call up, not to one inside it? Before the first 2xx any is; after it
 * those that share its CSeq are (a second branch of a fork). */
static bool
is_of_setup(const np_call_t *call, const np_sip_message_t *message)
{
    return call->caller_known && (!call->info.answer_frame || message->sip->cseq == call->answer_cseq);
}

static bool
is_cancelled(const np_call_t *call, const np_sip_message_t *message)
{
    return call->cancelled && is_of_setup(call, message);
}

/* The place of the callee's branch in this BYE among those that answered; NP_BRANCHES: it is none of them. */
static unsigned
find_branch(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    np_span_t tag = message->sent == call->from_client ? sip->to.tag : sip->from.tag;

    for (unsigned branch = 0; branch < NP_BRANCHES && call->branches[branch]; branch++) {
        if (np_span_equals(tag, call->branches[branch])) {
            return branch;
        }
    }
    return NP_BRANCHES;
}

/* A caller that two callees answered talks to one, the first as far as we know, and ends the other's dialog. Is this
 * BYE the end of the call? If the first's dialog ends before any media, the call is the next one's. */
static bool
ends_call(const np_call_t *call, const np_sip_message_t *message)
{
    unsigned branch = find_branch(call, message);
    bool has_next = branch + 1 < NP_BRANCHES && call->branches[branch + 1];

    return branch == NP_BRANCHES || (branch == call->talking && (!has_next || np_call_has_media(call)));
}

/* ---- actions of a row ------------------------------------------------------- */

/* A number that costs somebody more than he may think. */
static bool
is_service_number(const naverphone_call_info_t *call)
{
    return call->service || call->phone_number_kind == NP_NUMBER_PREMIUM
        || call->phone_number_kind == NP_NUMBER_INTERNATIONAL || call->phone_number_kind == NP_NUMBER_EMERGENCY;
}

static void
begin_call(np_call_t *call, const np_sip_message_t *message)
{
    call->with_credentials |= message->sip->credentials;
    if (call->info.invite_frame) {
        return;
    }
    if (!call->caller_known) {
        np_call_name_parties(call, message);
    }
    call->info.invite_frame = message->packet->frame;
    call->invite_time = message->packet->time;
    if (is_service_number(&call->info)) {
        np_record_add_expert(message->record, NP_EXPERT_SERVICE_NUMBER);
    }
}

static void
challenge_call(np_call_t *call, const np_sip_message_t *message _U_)
{
    call->challenged = true;
}

static void
ring_call(np_call_t *call, const np_sip_message_t *message)
{
    np_call_ring(call, message->packet);
}

/* Notes the callee that answered; one more than fits is not told from the call. */
static void
add_branch(np_call_t *call, np_span_t tag)
{
    unsigned branch = 0;

    while (branch < NP_BRANCHES && call->branches[branch]) {
        branch++;
    }
    if (tag.data && branch < NP_BRANCHES) {
        call->branches[branch] = np_copy_text(tag);
    }
}

static void
answer_call(np_call_t *call, const np_sip_message_t *message)
{
    naverphone_call_info_t *info = &call->info;
    const np_packet_t *packet = message->packet;

    add_branch(call, message->sip->to.tag);
    if (info->answer_frame) { /* a second branch of a fork answers, too */
        return;
    }
    info->answer_frame = packet->frame;
    message->record->answers_call = true;
    /* A branch that refused before did not end it. */
    call->refused_frame = info->release_frame;
    call->refused_cause = info->cause;
    info->release_frame = 0;
    info->cause = NULL;
    call->answer_cseq = message->sip->cseq;
    call->answer_time = packet->time;
    if (info->invite_frame) {
        nstime_delta(&info->setup_time, &packet->time, &call->invite_time);
    }
    if (call->challenged && !call->with_credentials) {
        np_record_add_expert(message->record, NP_EXPERT_CHALLENGED_ANSWER);
    }
    np_call_count_up(call, true);
}

static void
acknowledge_call(np_call_t *call, const np_sip_message_t *message)
{
    if (call->info.answer_frame && !call->info.ack_frame) {
        call->info.ack_frame = message->packet->frame;
    }
}

static void
cancel_call(np_call_t *call, const np_sip_message_t *message _U_)
{
    call->cancelled = true;
}

/* "486 Busy Here" */
static const char *
status_cause(const np_sip_t *sip)
{
    const np_span_t phrase = sip->reason_phrase;
    GByteArray *cause = g_byte_array_new();
    char status[16];
    int length = snprintf(status, sizeof status, "%u ", sip->status);
    const char *text;

    g_byte_array_append(cause, (const uint8_t *)status, (unsigned)length);
    if (phrase.data) {
        g_byte_array_append(cause, phrase.data, (unsigned)phrase.len);
    }
    text = np_copy_text((np_span_t){ cause->data, cause->len });
    g_byte_array_unref(cause);
    return text;
}

/* The call has ended. Cause is the Reason header where there is one, else the final status. */
static void
end_call(np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    call->info.release_frame = message->packet->frame;
    call->release_time = message->packet->time;
    if (sip->reason.data) {
        call->info.cause = np_copy_text(sip->reason);
    } else if (sip->status >= 300) {
        call->info.cause = status_cause(sip);
    } else if (call->info.answer_frame) {
        call->info.cause = "200 OK";
    }
    if (call->info.answer_frame) {
        nstime_delta(&call->info.duration, &message->packet->time, &call->answer_time);
    }
    np_call_count_up(call, false);
}

/* Is this a Reason (RFC 3326) that no party gives: a Q.850 cause of the classes "resource unavailable" to
 * "interworking" (34 on), or a SIP time-out or server failure? */
static bool
is_network_reason(np_span_t reason)
{
    char *text = g_ascii_strdown(reason.data ? (const char *)reason.data : "", reason.data ? (ssize_t)reason.len : 0);
    const char *cause = strstr(text, "cause=");
    unsigned long value = cause ? strtoul(cause + strlen("cause="), NULL, 10) : 0;
    bool network = (g_str_has_prefix(text, "q.850") && value >= 34 && value <= 127)
                || (g_str_has_prefix(text, "sip") && (value == 408 || (value >= 500 && value < 600)));

    g_free(text);
    return network;
}

static naverphone_released_by_t
find_releaser(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    /* The service's BYE in place of the other party's: it names no user, or a reason of the network. */
    if (!message->sent && (!sip->from.user.data || is_network_reason(sip->reason))) {
        return NAVERPHONE_RELEASED_BY_NETWORK;
    }
    if (!call->caller_known) {
        return (naverphone_released_by_t)0;
    }
    return message->sent == call->from_client ? NAVERPHONE_RELEASED_BY_CALLER : NAVERPHONE_RELEASED_BY_CALLEE;
}

static void
release_call(np_call_t *call, const np_sip_message_t *message)
{
    end_call(call, message);
    call->info.released_by = find_releaser(call, message);
    np_record_add_expert(message->record, np_call_media_fault(call));
}

/* A BYE that does not end the call ends the dialog of one branch. */
static void
leave_branch(np_call_t *call, const np_sip_message_t *message)
{
    if (find_branch(call, message) == call->talking) {
        call->talking++;
    }
}

/* ---- the table --------------------------------------------------------------- */

#define IN(state) (1U << NAVERPHONE_CALL_##state)
#define EVENT(event) NAVERPHONE_EVENT_##event
#define TO(state) NAVERPHONE_CALL_##state
#define STAYS ((naverphone_call_state_t)0)

/* Sets of states that a call is in before the message. */
enum {
    WITHOUT = 0, /* whether it has a call or not */
    SETUP = IN(SETUP),
    STARTING = IN(SETUP) | IN(PROCEEDING),
    PENDING = STARTING | IN(RINGING),
    ANSWERED = IN(ANSWERED),
    UP = PENDING | ANSWERED,
    ANSWERABLE = UP | IN(CANCELLED) | IN(REJECTED),
    ANY_STATE = ANSWERABLE | IN(RELEASED)
};

/* The first row that fits a message says what it is. A request has status 0. */
/* clang-format off */
static const struct {
    const char *method;         /* of the request, or of the CSeq; NULL: any */
    unsigned    first, last;    /* status */
    unsigned    before;         /* states */
    bool        (*holds)(const np_call_t *call, const np_sip_message_t *message);   /* NULL: always */
    naverphone_event_t event;
    naverphone_call_state_t after;                                                  /* 0: the state stays */
    void        (*apply)(np_call_t *call, const np_sip_message_t *message);         /* NULL: nothing else happens */
} transitions[] = {
    /* method     status    before      holds              event                    after           apply */
    { "REGISTER",   0,   0, WITHOUT,    NULL,              EVENT(REGISTER),         STAYS,          NULL },
    { "ACK",        0,   0, ANY_STATE,  NULL,              EVENT(ACKNOWLEDGE),      STAYS,          acknowledge_call },
    { "BYE",        0,   0, UP,         ends_call,         EVENT(RELEASE),          TO(RELEASED),   release_call },
    { "BYE",        0,   0, UP,         NULL,              EVENT(RELEASE),          STAYS,          leave_branch },
    { "BYE",        0,   0, ANY_STATE,  NULL,              EVENT(RELEASE),          STAYS,          NULL },
    { "CANCEL",     0,   0, ANY_STATE,  NULL,              EVENT(CANCEL),           STAYS,          cancel_call },
    { "INVITE",     0,   0, ANY_STATE,  is_outside_dialog, EVENT(INVITE),           STAYS,          begin_call },
    { NULL,         0,   0, ANSWERED,   NULL,              EVENT(MID_CALL_REQUEST), STAYS,          NULL },

    { "INVITE",   100, 100, SETUP,      NULL,              EVENT(TRYING),           TO(PROCEEDING), NULL },
    { "INVITE",   100, 100, ANY_STATE,  NULL,              EVENT(TRYING),           STAYS,          NULL },
    { "INVITE",   180, 189, STARTING,   NULL,              EVENT(RINGING),          TO(RINGING),    ring_call },
    { "INVITE",   180, 189, ANY_STATE,  NULL,              EVENT(RINGING),          STAYS,          ring_call },

    { "REGISTER", 200, 299, WITHOUT,    NULL,              EVENT(REGISTERED),       STAYS,          NULL },
    { "INVITE",   200, 299, ANSWERABLE, is_of_setup,       EVENT(ANSWER),           TO(ANSWERED),   answer_call },
    { "INVITE",   200, 299, ANY_STATE,  is_of_setup,       EVENT(ANSWER),           STAYS,          NULL },
    { NULL,       200, 299, WITHOUT,    NULL,              EVENT(CONFIRMED),        STAYS,          NULL },

    { "INVITE",   401, 401, ANY_STATE,  is_of_setup,       EVENT(CHALLENGE),        STAYS,          challenge_call },
    { "INVITE",   407, 407, ANY_STATE,  is_of_setup,       EVENT(CHALLENGE),        STAYS,          challenge_call },
    { NULL,       401, 401, WITHOUT,    NULL,              EVENT(CHALLENGE),        STAYS,          NULL },
    { NULL,       407, 407, WITHOUT,    NULL,              EVENT(CHALLENGE),        STAYS,          NULL },
    { "INVITE",   487, 487, PENDING,    is_of_setup,       EVENT(REJECTED),         TO(CANCELLED),  end_call },
    { "INVITE",   300, 999, PENDING,    is_cancelled,      EVENT(REJECTED),         TO(CANCELLED),  end_call },
    { "INVITE",   300, 999, PENDING,    is_of_setup,       EVENT(REJECTED),         TO(REJECTED),   end_call },
    { NULL,       300, 999, WITHOUT,    NULL,              EVENT(REJECTED),         STAYS,          NULL },
};
/* clang-format on */

/* Does the row fit the message? */
static bool
fits(size_t row, const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    unsigned state = call ? 1U << call->info.state : 0;

    return sip->status >= transitions[row].first && sip->status <= transitions[row].last
        && (!transitions[row].method || np_sip_is_method(sip, transitions[row].method))
        && (transitions[row].before == WITHOUT || (transitions[row].before & state))
        && (!transitions[row].holds || transitions[row].holds(call, message));
}

naverphone_event_t
np_transition_apply(np_call_t *call, const np_sip_message_t *message)
{
    for (size_t row = 0; row < G_N_ELEMENTS(transitions); row++) {
        if (!fits(row, call, message)) {
            continue;
        }
        if (transitions[row].after) {
            call->info.state = transitions[row].after;
        }
        if (transitions[row].apply) {
            transitions[row].apply(call, message);
        }
        return transitions[row].event;
    }
    return NAVERPHONE_EVENT_NONE;
}
