/* request_transitions.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/transition_rows.h"

#include "model/call_branches.h"
#include "model/call_release.h"
#include "model/transaction.h"
#include "storage.h"
#include "text/numbering.h"

/* ---- conditions ----------------------------------------------------------- */

static bool
is_outside_dialog(const np_call_t *call _U_, const np_sip_message_t *message)
{
    return !message->in_dialog;
}

/* A BYE ends one early dialog, while others go on. If there are more than NP_BRANCHES, an unknown dialog is one of
 * these. A BYE of the callee does not: it must not end an early dialog (RFC 3261 15), so it has answered. */
static bool
leaves_others(const np_call_t *call, const np_sip_message_t *message)
{
    unsigned own = np_call_find_early(call, message);

    if (call->caller_known && !np_call_is_by_caller(call, message)) {
        return false;
    }
    if (own == NP_BRANCHES && (!call->early[NP_BRANCHES - 1].tag || !np_call_callee_tag(call, message).data)) {
        return false;
    }
    for (unsigned i = 0; i < NP_BRANCHES && call->early[i].tag; i++) {
        if (i != own && !call->early[i].ended) {
            return true;
        }
    }
    return false;
}

/* A request within the dialog of the answered call, not within an early one that a fork left. */
static bool
is_in_answered_dialog(const np_call_t *call, const np_sip_message_t *message)
{
    return message->in_dialog && (!call->info.answer_frame || !np_call_is_early(call, message));
}

/* A client that follows RFC 3261 (8.1.1.7) gives each transaction a branch of its own. */
static bool
is_unique(np_span_t branch)
{
    return np_span_starts_with(branch, "z9hG4bK");
}

/* If the capture misses the answer, the ACK shows that there was one. The ACK of a refusal has the branch of its INVITE
 * (RFC 3261 17.1.1.3), that of an answer another one. */
static bool
proves_answer(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    return np_call_is_by_caller(call, message) && call->info.invite_frame && sip->cseq == call->invite_cseq
        && sip->branch.data && !message->invite && np_sip_is_in_dialog(sip)
        && (is_unique(sip->branch) || (sip->cseq != call->challenged_cseq && !call->seen[!call->from_client]));
}

/* For captures without the answer and its ACK: no INVITE inside a dialog before them (RFC 3261 14.1). */
static bool
is_inside_dialog(const np_call_t *call _U_, const np_sip_message_t *message)
{
    return message->in_dialog;
}

/* The call began with a refusal, which was no answer to its INVITE but to one inside its dialog. */
static bool
outlasts_refusal(const np_call_t *call, const np_sip_message_t *message)
{
    return message->in_dialog && !np_call_allows_before_answer(message->sip) && !call->info.invite_frame
        && call->release && call->release->frame == call->info.first_frame;
}

/* The refusal was captured before its BYE. */
static bool
is_refused_yet(const np_call_t *call _U_, const np_sip_message_t *message)
{
    return message->transaction->refused && !message->transaction->gone;
}

/* The call has gone on in that branch, whose ACK was not captured. */
static bool
is_of_next_branch(const np_call_t *call, const np_sip_message_t *message)
{
    unsigned branch = np_call_find_branch(call, message);

    return call->release && branch < NP_BRANCHES && branch > call->talking;
}

/* The side that released the call answers a challenge that was not captured. */
static bool
repeats_release(const np_call_t *call, const np_sip_message_t *message)
{
    const np_transaction_t *earlier = call->release ? call->release->transaction : NULL;

    return earlier && earlier->request_seen && !earlier->answered && !earlier->credentials && message->sip->credentials
        && call->release->record->direction == message->record->direction;
}

/* The ACK of a refusal alone has its INVITE's branch (RFC 3261 17.1.1.3). */
static bool
is_of_unseen_refusal(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    const np_transaction_t *invite = message->invite;

    return sip->branch.data && invite && !invite->in_dialog && !invite->answered && sip->cseq == call->invite_cseq
        && (is_unique(sip->branch) || !call->seen[!call->from_client]);
}

/* A BYE ended the call before any answer, and the capture misses the 487 (RFC 3261 15.1.2). */
static bool
proves_early_release(const np_call_t *call, const np_sip_message_t *message)
{
    return !call->info.answer_frame && call->release && call->release->before < NAVERPHONE_CALL_ANSWERED
        && is_of_unseen_refusal(call, message);
}

/* ---- actions -------------------------------------------------------------- */

static bool
is_service_number(const naverphone_call_info_t *call)
{
    return call->service || call->phone_number_kind == NP_NUMBER_PREMIUM
        || call->phone_number_kind == NP_NUMBER_INTERNATIONAL || call->phone_number_kind == NP_NUMBER_EMERGENCY;
}

/* INVITEs to the client with one CSeq are branches of a fork (RFC 3261 8.2.2.2). */
static void
count_invite(np_call_t *call, uint32_t cseq)
{
    bool is_further = call->pending_invites > 0 && cseq == call->invite_cseq && !call->from_client;

    call->pending_invites = is_further ? call->pending_invites + 1 : 1;
    call->cancelled_invites = is_further ? call->cancelled_invites : 0;
    call->invite_cseq = cseq;
}

static void
begin_call(np_call_t *call, const np_sip_message_t *message)
{
    count_invite(call, message->sip->cseq);
    call->with_credentials |= message->sip->credentials;
    call->info.refused = false;
    if (call->revocable) {
        call->revocable = false;
        np_call_revoke_release(call, message->packet->frame);
    }
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
acknowledge_call(np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    const np_transaction_t *invite = message->invite;
    unsigned branch = np_call_find_branch(call, message);
    bool is_of_first;

    if ((call->caller_known && !np_call_is_by_caller(call, message))
        || (invite && invite->refused && !invite->answered)) {
        return;
    }
    if (is_of_unseen_refusal(call, message)) {
        call->info.refused = message->invite->refused = true;
        return;
    }
    if (!call->info.answer_frame) {
        call->early_ack = (np_early_ack_t){ message->packet->frame, sip->cseq, np_copy_text(sip->to.tag) };
        return;
    }
    if (branch == NP_BRANCHES && sip->cseq == call->answer_cseq) { /* its answer was not captured */
        branch = np_call_add_branch(call->branches, sip->to.tag, sip->cseq);
    }
    if (branch < NP_BRANCHES && sip->cseq == call->answer_cseq) {
        call->branches[branch].acknowledged = true;
    }
    is_of_first = !call->branches[0].tag || !sip->to.tag.data || np_span_equals(sip->to.tag, call->branches[0].tag);
    if (!call->info.ack_frame && sip->cseq == call->answer_cseq && is_of_first) {
        call->info.ack_frame = message->packet->frame;
    }
}

static void
acknowledge_unseen_answer(np_call_t *call, const np_sip_message_t *message)
{
    acknowledge_call(call, message);
    np_call_count_up(call, true);
}

/* A CANCEL has the branch of the INVITE that it cancels; with another branch it cancels nothing (RFC 3261 9.1). */
static void
cancel_call(np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    np_transaction_t *invite = message->invite;
    bool misses = sip->branch.data && !invite && sip->cseq == call->invite_cseq;

    call->cancel_crossed |= invite && !invite->in_dialog && invite->answered;
    if (misses || (invite && (invite->in_dialog || invite->refused || invite->answered))) {
        return;
    }
    if (invite && !invite->cancelled) {
        invite->cancelled = true;
        call->cancelled_invites++;
    }
    if (call->cancelled_invites < call->pending_invites) { /* other branches of a fork go on */
        return;
    }
    call->info.cancelled = true;
    if (sip->reason.data) {
        call->info.cause = call->cancel_reason = np_copy_text(sip->reason);
    }
}

/* Who called whom is unknown: either side may have sent that INVITE. */
static void
outlast_refusal(np_call_t *call, const np_sip_message_t *message)
{
    call->caller_known = false;
    np_call_revoke_release(call, message->packet->frame);
    call->info.state = NAVERPHONE_CALL_ANSWERED;
    np_call_count_up(call, true);
}

static void
release_after_refusal(np_call_t *call, const np_sip_message_t *message)
{
    outlast_refusal(call, message);
    np_call_release(call, message);
}

static void
repeat_release(np_call_t *call, const np_sip_message_t *message)
{
    np_release_t release = np_call_make_release(call, message, np_call_find_releaser(call, message));

    release.before = call->release->before;
    np_call_set_release(call, &release);
}

/* A second BYE. Either it crosses that of the other side, and releases the call if that one is refused; or it is the
 * BYE whose response was captured first. */
static void
cross_release(np_call_t *call, const np_sip_message_t *message)
{
    np_release_t release;

    if (!call->release) {
        return;
    }
    release = np_call_make_release(call, message, np_call_find_releaser(call, message));
    release.before = call->release->before;
    if (call->release->transaction == message->transaction) {
        np_call_set_release(call, &release);
    } else if (!call->crossing) {
        call->crossing = (np_release_t *)wmem_memdup(wmem_file_scope(), &release, sizeof release);
    }
}

/* The caller releases one of the branches that answered, and goes on with the next one. */
static void
leave_branch(np_call_t *call, const np_sip_message_t *message)
{
    if (np_call_find_branch(call, message) == call->talking) {
        call->talking++;
    }
}

/* ---- the table -------------------------------------------------------------- */

/* clang-format off */
static const np_transition_t transitions[] = {
    /* method     status    before      holds                   event                    after           apply */
    { "REGISTER",   0,   0, WITHOUT,    NULL,                   EVENT(REGISTER),         STAYS,          NULL },
    { "ACK",        0,   0, PENDING,    proves_answer,          EVENT(ACKNOWLEDGE),      TO(ANSWERED),   acknowledge_unseen_answer },
    { "ACK",        0,   0, RELEASED,   proves_early_release,   EVENT(ACKNOWLEDGE),      TO(CANCELLED),  np_call_end },
    { "ACK",        0,   0, ANY_STATE,  NULL,                   EVENT(ACKNOWLEDGE),      STAYS,          acknowledge_call },
    { "BYE",        0,   0, UP,         is_refused_yet,         EVENT(RELEASE),          STAYS,          NULL },
    { "BYE",        0,   0, PENDING,    leaves_others,          EVENT(RELEASE),          STAYS,          np_call_end_early },
    { "BYE",        0,   0, UP,         np_call_is_kept_branch, EVENT(RELEASE),          TO(RELEASED),   np_call_release },
    { "BYE",        0,   0, UP,         NULL,                   EVENT(RELEASE),          STAYS,          leave_branch },
    { "BYE",        0,   0, RELEASED,   repeats_release,        EVENT(RELEASE),          STAYS,          repeat_release },
    { "BYE",        0,   0, RELEASED,   is_of_next_branch,      EVENT(RELEASE),          STAYS,          repeat_release },
    { "BYE",        0,   0, RELEASED,   NULL,                   EVENT(RELEASE),          STAYS,          cross_release },
    { "BYE",        0,   0, REFUSED,    outlasts_refusal,       EVENT(RELEASE),          TO(RELEASED),   release_after_refusal },
    { "BYE",        0,   0, ANY_STATE,  NULL,                   EVENT(RELEASE),          STAYS,          NULL },
    { "CANCEL",     0,   0, ANY_STATE,  NULL,                   EVENT(CANCEL),           STAYS,          cancel_call },
    { "INVITE",     0,   0, ANY_STATE,  is_outside_dialog,      EVENT(INVITE),           STAYS,          begin_call },
    { "INVITE",     0,   0, PENDING,    is_inside_dialog,       EVENT(MID_CALL_REQUEST), TO(ANSWERED),   np_call_note_unseen_answer },
    { NULL,         0,   0, ANSWERED,   is_in_answered_dialog,  EVENT(MID_CALL_REQUEST), STAYS,          NULL },
    { NULL,         0,   0, REFUSED,    outlasts_refusal,       EVENT(MID_CALL_REQUEST), TO(ANSWERED),   outlast_refusal },
};
/* clang-format on */

naverphone_event_t
np_request_apply(np_call_t *call, const np_sip_message_t *message)
{
    return np_transition_apply_first(transitions, G_N_ELEMENTS(transitions), call, message);
}
