/* response_transitions.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/transition_rows.h"

#include "model/call_branches.h"
#include "model/call_release.h"
#include "model/transaction.h"

/* ---- conditions ----------------------------------------------------------- */

/* A response to an INVITE that was not captured. It proves the answer, because the INVITE is the callee's, or follows
 * the one that made the early dialog (RFC 3261 14.1). */
static bool
is_of_unseen_reinvite(const np_call_t *call, const np_sip_message_t *message)
{
    unsigned early = np_call_find_early(call, message);

    if (message->transaction->request_seen || !call->caller_known) {
        return false;
    }
    if (!np_call_is_by_caller(call, message)) {
        return true;
    }
    return early < NP_BRANCHES && call->early[early].cseq < message->sip->cseq
        && call->challenged_cseq < call->early[early].cseq;
}

/* True for a response to an INVITE outside a dialog. If the INVITE was not captured, these are all responses before the
 * first 2xx, and later ones with its CSeq (other branches of a fork). */
static bool
is_of_setup(const np_call_t *call, const np_sip_message_t *message)
{
    const np_transaction_t *transaction = message->transaction;

    if (!np_call_is_by_caller(call, message)) {
        return false;
    }
    if (transaction->request_seen) {
        return !transaction->in_dialog;
    }
    return call->info.answer_frame ? message->sip->cseq == call->answer_cseq : !is_of_unseen_reinvite(call, message);
}

static bool
is_cancelled(const np_call_t *call, const np_sip_message_t *message)
{
    return call->info.cancelled && is_of_setup(call, message);
}

/* The response refuses one branch of a forked INVITE, while others go on. */
static bool
has_other_invites(const np_call_t *call, const np_sip_message_t *message)
{
    return is_of_setup(call, message) && call->pending_invites > 1 && message->sip->cseq == call->invite_cseq
        && message->transaction->request_seen && !message->transaction->refused;
}

/* The credentials were wrong: the call is over unless the caller retries. */
static bool
is_second_challenge(const np_call_t *call, const np_sip_message_t *message)
{
    return is_of_setup(call, message) && message->transaction->credentials;
}

/* The BYE was not captured. 2xx confirms it; 481 and 408 mean that the dialog is over, too (RFC 3261 15.1.1). */
static bool
proves_release(const np_call_t *call, const np_sip_message_t *message)
{
    return !message->transaction->request_seen && np_call_is_kept_branch(call, message);
}

/* The response refuses the BYE that released the call. 481 and 408 are no refusal: the call is over (RFC 3261
 * 15.1.1). */
static bool
refuses_release(const np_call_t *call, const np_sip_message_t *message)
{
    const np_transaction_t *transaction = message->transaction;
    bool is_releasing = (call->release && call->release->transaction == transaction)
                     || (call->crossing && call->crossing->transaction == transaction);

    return is_releasing && message->sip->status != 481 && message->sip->status != 408;
}

/* The early dialog goes on, for its callee does not know the BYE. */
static bool
refuses_early_release(const np_call_t *call, const np_sip_message_t *message)
{
    return !call->info.answer_frame && call->release && call->release->transaction == message->transaction;
}

/* A BYE ended the call before any answer. */
static bool
is_released_early(const np_call_t *call, const np_sip_message_t *message)
{
    return is_of_setup(call, message) && !call->info.answer_frame && call->release
        && call->release->before < NAVERPHONE_CALL_ANSWERED;
}

/* A branch answers after all, although a BYE ended another one. */
static bool
is_answered_yet(const np_call_t *call, const np_sip_message_t *message)
{
    unsigned early = np_call_find_early(call, message);

    return is_released_early(call, message) && (early == NP_BRANCHES || !call->early[early].ended);
}

/* A response to a request within the dialog of the answered call. */
static bool
is_of_dialog(const np_call_t *call, const np_sip_message_t *message)
{
    return message->transaction->in_dialog && !np_call_is_early(call, message);
}

/* ---- actions -------------------------------------------------------------- */

static void
challenge_call(np_call_t *call, const np_sip_message_t *message)
{
    call->challenged = true;
    call->challenged_cseq = message->sip->cseq;
}

/* A branch rings. */
static void
add_early(np_call_t *call, const np_sip_message_t *message)
{
    if (is_of_setup(call, message) && np_call_find_early(call, message) == NP_BRANCHES) {
        np_call_add_branch(call->early, message->sip->to.tag, message->sip->cseq);
    }
}

static void
ring_call(np_call_t *call, const np_sip_message_t *message)
{
    np_call_ring(call, message->packet);
    add_early(call, message);
}

/* In merged captures, the ACK may precede its answer. */
static bool
is_acknowledged_early(const np_call_t *call, const np_sip_message_t *message)
{
    const np_early_ack_t *ack = &call->early_ack;

    return ack->frame && ack->cseq == message->sip->cseq
        && (!ack->tag || !message->sip->to.tag.data || np_span_equals(message->sip->to.tag, ack->tag));
}

static void
answer_call(np_call_t *call, const np_sip_message_t *message)
{
    naverphone_call_info_t *info = &call->info;
    const np_packet_t *packet = message->packet;

    np_call_add_branch(call->branches, message->sip->to.tag, message->sip->cseq);
    if (info->answer_frame) { /* another branch of a fork */
        return;
    }
    info->answer_frame = packet->frame;
    message->record->answers_call = true;
    if (call->release) { /* by another branch */
        np_call_revoke_release(call, packet->frame);
    }
    info->cause = NULL;
    call->revocable = false;
    call->answer_cseq = message->sip->cseq;
    call->callee_untagged = !message->sip->to.tag.data;
    call->answer_time = packet->time;
    if (info->invite_frame) {
        nstime_delta(&info->setup_time, &packet->time, &call->invite_time);
    }
    if (is_acknowledged_early(call, message)) {
        info->ack_frame = call->early_ack.frame;
    }
    /* Without the INVITE, nobody knows whether it had credentials. */
    if (call->challenged && !call->with_credentials && message->transaction->request_seen) {
        np_record_add_expert(message->record, NP_EXPERT_CHALLENGED_ANSWER);
    }
    np_call_count_up(call, true);
}

/* The call is over, unless the INVITE is repeated. */
static void
reject_call_for_now(np_call_t *call, const np_sip_message_t *message)
{
    np_call_end(call, message);
    call->revocable = true;
}

/* One branch of a forked INVITE is refused. */
static void
refuse_invite(np_call_t *call, const np_sip_message_t *message)
{
    call->pending_invites--;
    call->cancelled_invites -= message->transaction->cancelled;
}

/* The BYE was refused or challenged. */
static void
take_release_back(np_call_t *call, const np_sip_message_t *message)
{
    if (call->release->transaction == message->transaction) {
        np_call_revoke_release(call, message->packet->frame);
    } else {
        call->crossing = NULL;
    }
}

/* The BYE of an early dialog was refused or challenged. */
static void
take_early_release_back(np_call_t *call, const np_sip_message_t *message)
{
    unsigned early = np_call_find_early(call, message);

    if (early < NP_BRANCHES) {
        call->early[early].ended = false;
    }
    if (refuses_release(call, message)) {
        take_release_back(call, message);
    }
}

/* ---- the table -------------------------------------------------------------- */

/* clang-format off */
static const np_transition_t transitions[] = {
    /* method     status    before      holds                   event                    after           apply */
    { "INVITE",   100, 100, SETUP,      NULL,                   EVENT(TRYING),           TO(PROCEEDING), NULL },
    { "INVITE",   100, 100, ANY_STATE,  NULL,                   EVENT(TRYING),           STAYS,          NULL },
    { "INVITE",   180, 189, STARTING,   NULL,                   EVENT(RINGING),          TO(RINGING),    ring_call },
    { "INVITE",   180, 189, ANY_STATE,  NULL,                   EVENT(RINGING),          STAYS,          ring_call },
    { "INVITE",   199, 199, ANY_STATE,  NULL,                   EVENT(NONE),             STAYS,          np_call_end_early },
    { "INVITE",   101, 198, ANY_STATE,  NULL,                   EVENT(NONE),             STAYS,          add_early },

    { "REGISTER", 200, 299, WITHOUT,    NULL,                   EVENT(REGISTERED),       STAYS,          NULL },
    { "INVITE",   200, 299, PENDING,    is_of_unseen_reinvite,  EVENT(CONFIRMED),        TO(ANSWERED),   np_call_note_unseen_answer },
    { "INVITE",   200, 299, ANSWERABLE, is_of_setup,            EVENT(ANSWER),           TO(ANSWERED),   answer_call },
    { "INVITE",   200, 299, RELEASED,   is_answered_yet,        EVENT(ANSWER),           TO(ANSWERED),   answer_call },
    { "INVITE",   200, 299, ANY_STATE,  is_of_setup,            EVENT(ANSWER),           STAYS,          NULL },
    { "BYE",      200, 299, UP,         proves_release,         EVENT(CONFIRMED),        TO(RELEASED),   np_call_release },
    { NULL,       200, 299, WITHOUT,    NULL,                   EVENT(CONFIRMED),        STAYS,          NULL },

    { "INVITE",   401, 401, PENDING,    is_second_challenge,    EVENT(CHALLENGE),        TO(REJECTED),   reject_call_for_now },
    { "INVITE",   407, 407, PENDING,    is_second_challenge,    EVENT(CHALLENGE),        TO(REJECTED),   reject_call_for_now },
    { "INVITE",   401, 401, ANY_STATE,  is_of_setup,            EVENT(CHALLENGE),        STAYS,          challenge_call },
    { "INVITE",   407, 407, ANY_STATE,  is_of_setup,            EVENT(CHALLENGE),        STAYS,          challenge_call },
    { "BYE",      401, 401, RELEASED,   refuses_release,        EVENT(CHALLENGE),        STAYS,          take_release_back },
    { "BYE",      407, 407, RELEASED,   refuses_release,        EVENT(CHALLENGE),        STAYS,          take_release_back },
    { NULL,       401, 401, WITHOUT,    NULL,                   EVENT(CHALLENGE),        STAYS,          NULL },
    { NULL,       407, 407, WITHOUT,    NULL,                   EVENT(CHALLENGE),        STAYS,          NULL },
    { "INVITE",   481, 481, PENDING,    is_of_unseen_reinvite,  EVENT(REJECTED),         TO(RELEASED),   np_call_end },
    { "INVITE",   300, 999, PENDING,    is_of_unseen_reinvite,  EVENT(REJECTED),         TO(ANSWERED),   np_call_note_unseen_answer },
    { "INVITE",   422, 422, PENDING,    is_of_setup,            EVENT(REJECTED),         TO(REJECTED),   reject_call_for_now },
    { "INVITE",   300, 999, PENDING,    has_other_invites,      EVENT(REJECTED),         STAYS,          refuse_invite },
    { "INVITE",   487, 487, PENDING,    is_of_setup,            EVENT(REJECTED),         TO(CANCELLED),  np_call_end },
    { "INVITE",   487, 487, RELEASED,   is_released_early,      EVENT(REJECTED),         TO(CANCELLED),  np_call_end },
    { "INVITE",   300, 999, PENDING,    is_cancelled,           EVENT(REJECTED),         TO(CANCELLED),  np_call_end },
    { "INVITE",   300, 999, PENDING,    is_of_setup,            EVENT(REJECTED),         TO(REJECTED),   np_call_end },
    { "INVITE",   481, 481, ANSWERED,   is_of_dialog,           EVENT(REJECTED),         TO(RELEASED),   np_call_end },
    { "UPDATE",   481, 481, ANSWERED,   is_of_dialog,           EVENT(REJECTED),         TO(RELEASED),   np_call_end },
    { "BYE",      481, 481, ANSWERED,   proves_release,         EVENT(REJECTED),         TO(RELEASED),   np_call_release },
    { "BYE",      408, 408, ANSWERED,   proves_release,         EVENT(REJECTED),         TO(RELEASED),   np_call_release },
    { "BYE",      300, 999, RELEASED,   refuses_early_release,  EVENT(REJECTED),         STAYS,          take_early_release_back },
    { "BYE",      300, 999, RELEASED,   refuses_release,        EVENT(REJECTED),         STAYS,          take_release_back },
    { NULL,       300, 999, WITHOUT,    NULL,                   EVENT(REJECTED),         STAYS,          NULL },
};
/* clang-format on */

naverphone_event_t
np_response_apply(np_call_t *call, const np_sip_message_t *message)
{
    return np_transition_apply_first(transitions, G_N_ELEMENTS(transitions), call, message);
}
