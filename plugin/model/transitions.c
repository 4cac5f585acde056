/* transitions.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/transitions.h"

#include "model/call_branches.h"
#include "model/call_release.h"
#include "storage.h"
#include "model/transaction.h"
#include "text/numbering.h"

/* ---- conditions ----------------------------------------------------------- */

static bool
is_outside_dialog(const np_call_t *call _U_, const np_sip_message_t *message)
{
    return !message->in_dialog;
}

/* A response to an INVITE that was not captured. It proves the answer, because the INVITE is the callee's, or follows the
 * one that made the early dialog (RFC 3261 14.1). */
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
note_unseen_answer(np_call_t *call, const np_sip_message_t *message _U_)
{
    np_call_count_up(call, true);
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

static void
end_call(np_call_t *call, const np_sip_message_t *message)
{
    const np_release_t release = np_call_make_release(call, message, NAVERPHONE_RELEASED_BY_UNKNOWN);

    np_call_set_release(call, &release);
}

/* The call is over, unless the INVITE is repeated. */
static void
reject_call_for_now(np_call_t *call, const np_sip_message_t *message)
{
    end_call(call, message);
    call->revocable = true;
}

/* One branch of a forked INVITE is refused. */
static void
refuse_invite(np_call_t *call, const np_sip_message_t *message)
{
    call->pending_invites--;
    call->cancelled_invites -= message->transaction->cancelled;
}

static void
release_call(np_call_t *call, const np_sip_message_t *message)
{
    const np_release_t release = np_call_make_release(call, message, np_call_find_releaser(call, message));

    np_call_end_early(call, message);
    np_call_set_release(call, &release);
    np_record_add_expert(message->record, np_call_media_fault(call));
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
    release_call(call, message);
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

/* The caller releases one of the branches that answered, and goes on with the next one. */
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

static void
leave_branch(np_call_t *call, const np_sip_message_t *message)
{
    if (np_call_find_branch(call, message) == call->talking) {
        call->talking++;
    }
}

/* ---- the table --------------------------------------------------------------- */

#define IN(state) (1U << NAVERPHONE_CALL_##state)
#define EVENT(event) NAVERPHONE_EVENT_##event
#define TO(state) NAVERPHONE_CALL_##state
#define STAYS NAVERPHONE_CALL_NONE

/* States before the message */
enum {
    WITHOUT = 0, /* even without a call */
    SETUP = IN(SETUP),
    STARTING = IN(SETUP) | IN(PROCEEDING),
    PENDING = STARTING | IN(RINGING),
    ANSWERED = IN(ANSWERED),
    RELEASED = IN(RELEASED),
    REFUSED = IN(CANCELLED) | IN(REJECTED),
    UP = PENDING | ANSWERED,
    ANSWERABLE = UP | REFUSED,
    ANY_STATE = ANSWERABLE | IN(RELEASED)
};

/* What each message does. The first row that fits it applies. */
/* clang-format off */
static const struct {
    const char *method;         /* of the request, or of CSeq in a response; NULL: any */
    unsigned    first, last;    /* status of a response; 0: requests */
    unsigned    before;         /* states of the call; WITHOUT: any, and messages without a call */
    bool        (*holds)(const np_call_t *call, const np_sip_message_t *message);   /* NULL: always */
    naverphone_event_t event;
    naverphone_call_state_t after;                                                  /* 0: unchanged */
    void        (*apply)(np_call_t *call, const np_sip_message_t *message);         /* NULL: nothing */
} transitions[] = {
    /* method     status    before      holds                  event                    after           apply */
    { "REGISTER",   0,   0, WITHOUT,    NULL,                  EVENT(REGISTER),         STAYS,          NULL },
    { "ACK",        0,   0, PENDING,    proves_answer,         EVENT(ACKNOWLEDGE),      TO(ANSWERED),   acknowledge_unseen_answer },
    { "ACK",        0,   0, RELEASED,   proves_early_release,  EVENT(ACKNOWLEDGE),      TO(CANCELLED),  end_call },
    { "ACK",        0,   0, ANY_STATE,  NULL,                  EVENT(ACKNOWLEDGE),      STAYS,          acknowledge_call },
    { "BYE",        0,   0, UP,         is_refused_yet,        EVENT(RELEASE),          STAYS,          NULL },
    { "BYE",        0,   0, PENDING,    leaves_others,         EVENT(RELEASE),          STAYS,          np_call_end_early },
    { "BYE",        0,   0, UP,         np_call_is_kept_branch,EVENT(RELEASE),          TO(RELEASED),   release_call },
    { "BYE",        0,   0, UP,         NULL,                  EVENT(RELEASE),          STAYS,          leave_branch },
    { "BYE",        0,   0, RELEASED,   repeats_release,       EVENT(RELEASE),          STAYS,          repeat_release },
    { "BYE",        0,   0, RELEASED,   is_of_next_branch,     EVENT(RELEASE),          STAYS,          repeat_release },
    { "BYE",        0,   0, RELEASED,   NULL,                  EVENT(RELEASE),          STAYS,          cross_release },
    { "BYE",        0,   0, REFUSED,    outlasts_refusal,      EVENT(RELEASE),          TO(RELEASED),   release_after_refusal },
    { "BYE",        0,   0, ANY_STATE,  NULL,                  EVENT(RELEASE),          STAYS,          NULL },
    { "CANCEL",     0,   0, ANY_STATE,  NULL,                  EVENT(CANCEL),           STAYS,          cancel_call },
    { "INVITE",     0,   0, ANY_STATE,  is_outside_dialog,     EVENT(INVITE),           STAYS,          begin_call },
    { "INVITE",     0,   0, PENDING,    is_inside_dialog,      EVENT(MID_CALL_REQUEST), TO(ANSWERED),   note_unseen_answer },
    { NULL,         0,   0, ANSWERED,   is_in_answered_dialog, EVENT(MID_CALL_REQUEST), STAYS,          NULL },
    { NULL,         0,   0, REFUSED,    outlasts_refusal,      EVENT(MID_CALL_REQUEST), TO(ANSWERED),   outlast_refusal },

    { "INVITE",   100, 100, SETUP,      NULL,                  EVENT(TRYING),           TO(PROCEEDING), NULL },
    { "INVITE",   100, 100, ANY_STATE,  NULL,                  EVENT(TRYING),           STAYS,          NULL },
    { "INVITE",   180, 189, STARTING,   NULL,                  EVENT(RINGING),          TO(RINGING),    ring_call },
    { "INVITE",   180, 189, ANY_STATE,  NULL,                  EVENT(RINGING),          STAYS,          ring_call },
    { "INVITE",   199, 199, ANY_STATE,  NULL,                  EVENT(NONE),             STAYS,          np_call_end_early },
    { "INVITE",   101, 198, ANY_STATE,  NULL,                  EVENT(NONE),             STAYS,          add_early },

    { "REGISTER", 200, 299, WITHOUT,    NULL,                  EVENT(REGISTERED),       STAYS,          NULL },
    { "INVITE",   200, 299, PENDING,    is_of_unseen_reinvite, EVENT(CONFIRMED),        TO(ANSWERED),   note_unseen_answer },
    { "INVITE",   200, 299, ANSWERABLE, is_of_setup,           EVENT(ANSWER),           TO(ANSWERED),   answer_call },
    { "INVITE",   200, 299, RELEASED,   is_answered_yet,       EVENT(ANSWER),           TO(ANSWERED),   answer_call },
    { "INVITE",   200, 299, ANY_STATE,  is_of_setup,           EVENT(ANSWER),           STAYS,          NULL },
    { "BYE",      200, 299, UP,         proves_release,        EVENT(CONFIRMED),        TO(RELEASED),   release_call },
    { NULL,       200, 299, WITHOUT,    NULL,                  EVENT(CONFIRMED),        STAYS,          NULL },

    { "INVITE",   401, 401, PENDING,    is_second_challenge,   EVENT(CHALLENGE),        TO(REJECTED),   reject_call_for_now },
    { "INVITE",   407, 407, PENDING,    is_second_challenge,   EVENT(CHALLENGE),        TO(REJECTED),   reject_call_for_now },
    { "INVITE",   401, 401, ANY_STATE,  is_of_setup,           EVENT(CHALLENGE),        STAYS,          challenge_call },
    { "INVITE",   407, 407, ANY_STATE,  is_of_setup,           EVENT(CHALLENGE),        STAYS,          challenge_call },
    { "BYE",      401, 401, RELEASED,   refuses_release,       EVENT(CHALLENGE),        STAYS,          take_release_back },
    { "BYE",      407, 407, RELEASED,   refuses_release,       EVENT(CHALLENGE),        STAYS,          take_release_back },
    { NULL,       401, 401, WITHOUT,    NULL,                  EVENT(CHALLENGE),        STAYS,          NULL },
    { NULL,       407, 407, WITHOUT,    NULL,                  EVENT(CHALLENGE),        STAYS,          NULL },
    { "INVITE",   481, 481, PENDING,    is_of_unseen_reinvite, EVENT(REJECTED),         TO(RELEASED),   end_call },
    { "INVITE",   300, 999, PENDING,    is_of_unseen_reinvite, EVENT(REJECTED),         TO(ANSWERED),   note_unseen_answer },
    { "INVITE",   422, 422, PENDING,    is_of_setup,           EVENT(REJECTED),         TO(REJECTED),   reject_call_for_now },
    { "INVITE",   300, 999, PENDING,    has_other_invites,     EVENT(REJECTED),         STAYS,          refuse_invite },
    { "INVITE",   487, 487, PENDING,    is_of_setup,           EVENT(REJECTED),         TO(CANCELLED),  end_call },
    { "INVITE",   487, 487, RELEASED,   is_released_early,     EVENT(REJECTED),         TO(CANCELLED),  end_call },
    { "INVITE",   300, 999, PENDING,    is_cancelled,          EVENT(REJECTED),         TO(CANCELLED),  end_call },
    { "INVITE",   300, 999, PENDING,    is_of_setup,           EVENT(REJECTED),         TO(REJECTED),   end_call },
    { "INVITE",   481, 481, ANSWERED,   is_of_dialog,          EVENT(REJECTED),         TO(RELEASED),   end_call },
    { "UPDATE",   481, 481, ANSWERED,   is_of_dialog,          EVENT(REJECTED),         TO(RELEASED),   end_call },
    { "BYE",      300, 999, RELEASED,   refuses_early_release, EVENT(REJECTED),         STAYS,          take_early_release_back },
    { "BYE",      300, 999, RELEASED,   refuses_release,       EVENT(REJECTED),         STAYS,          take_release_back },
    { NULL,       300, 999, WITHOUT,    NULL,                  EVENT(REJECTED),         STAYS,          NULL },
};
/* clang-format on */

static bool
row_fits(size_t row, const np_call_t *call, const np_sip_message_t *message)
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
    if (!message->sip->method.data) { /* cut off before CSeq */
        return NAVERPHONE_EVENT_NONE;
    }
    for (size_t row = 0; row < G_N_ELEMENTS(transitions); row++) {
        if (!row_fits(row, call, message)) {
            continue;
        }
        if (transitions[row].apply) {
            transitions[row].apply(call, message);
        }
        if (transitions[row].after) {
            call->info.state = transitions[row].after;
        }
        return transitions[row].event;
    }
    return NAVERPHONE_EVENT_NONE;
}
