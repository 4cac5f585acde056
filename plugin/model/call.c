/* call.c
 * Calls, and the registrations beside them: what a SIP message means for its client
 *
 * A dialog here is all there is of one Call-ID at one client. A message is first told from its
 * retransmissions, then given its event, then applied: apply_to_call() owns every transition of
 * a call's state.
 *
 *   Setup ──1xx──▶ Proceeding ──18x──▶ Ringing ──2xx──▶ Answered ──BYE──▶ Released
 *     └────────────────┴─────────────────┴─ 3xx-6xx ──▶ Rejected, with 487 ──▶ Cancelled
 *
 * A 401 or 407 is no answer: the client repeats its INVITE with credentials, under the same
 * Call-ID, and that is the same call. The documented call is answered without such a repetition.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/session.h"

#include <stdio.h>

#include "text/numbering.h"
#include "settings/user_tables.h"

/* What a message and its retransmissions have in common, and no other message has. */
typedef struct {
    const np_dialog_t *dialog;
    bool      sent;             /* by the client */
    unsigned  status;           /* 0: a request */
    uint32_t  cseq;
    np_span_t method, from_tag, to_tag;
} message_key_t;

static wmem_map_t *dialogs;         /* np_dialog_t, by its key: a set */
static wmem_map_t *messages;        /* message_key_t → the np_call_t of the message, or NULL */
static uint32_t    dialog_count, call_count;

static unsigned
string_hash(const char *string)
{
    return wmem_strong_hash((const uint8_t *)string, strlen(string));
}

static unsigned
dialog_hash(gconstpointer key)
{
    const np_dialog_key_t *dialog = (const np_dialog_key_t *)key;
    return np_store_hash_address(string_hash(dialog->call_id), dialog->client);
}

static gboolean
dialog_equal(gconstpointer a, gconstpointer b)
{
    const np_dialog_key_t *left = (const np_dialog_key_t *)a, *right = (const np_dialog_key_t *)b;
    return strcmp(left->call_id, right->call_id) == 0 && addresses_equal(left->client, right->client);
}

static unsigned
span_hash(np_span_t span)
{
    return span.data ? wmem_strong_hash(span.data, span.len) : 0;
}

static bool
span_equal(np_span_t left, np_span_t right)
{
    return left.len == right.len && (left.len == 0 || memcmp(left.data, right.data, left.len) == 0);
}

static unsigned
message_hash(gconstpointer key)
{
    const message_key_t *message = (const message_key_t *)key;
    const uint32_t numbers[] = { message->dialog->number, message->sent, message->status, message->cseq };
    unsigned hash = wmem_strong_hash((const uint8_t *)numbers, sizeof numbers);

    hash = hash * 31 + span_hash(message->method);
    hash = hash * 31 + span_hash(message->from_tag);
    return hash * 31 + span_hash(message->to_tag);
}

static gboolean
message_equal(gconstpointer a, gconstpointer b)
{
    const message_key_t *left = (const message_key_t *)a, *right = (const message_key_t *)b;

    return left->dialog == right->dialog && left->sent == right->sent && left->status == right->status
        && left->cseq == right->cseq && span_equal(left->method, right->method)
        && span_equal(left->from_tag, right->from_tag) && span_equal(left->to_tag, right->to_tag);
}

void
np_calls_init(void)
{
    dialogs = wmem_map_new(wmem_file_scope(), dialog_hash, dialog_equal);
    messages = wmem_map_new(wmem_file_scope(), message_hash, message_equal);
    dialog_count = call_count = 0;
}

static bool
is_method(const np_sip_t *sip, const char *method)
{
    return np_span_equals(sip->method, method);
}

static bool
in_dialog(const np_sip_t *sip)
{
    return sip->to.tag.data != NULL;
}

static bool
is_challenge(const np_sip_t *sip)
{
    return sip->status == 401 || sip->status == 407;
}

/* Answered or ended: an INVITE outside the dialog after that is another call. */
static bool
is_final(const np_call_t *call)
{
    return call->info.state >= NAVERPHONE_CALL_ANSWERED;
}

/* ---- whose message is it? ----------------------------------------------- */

/* The user on the client's side of the message: From of what it asks for, To of what it is asked for. */
static np_span_t
client_user(const np_sip_t *sip, bool sent)
{
    return sent == sip->is_request ? sip->from.user : sip->to.user;
}

static np_dialog_t *
dialog_find(const address *client, np_span_t call_id)
{
    char *id = g_strndup((const char *)call_id.data, call_id.len);
    np_dialog_key_t key = { client, id };
    np_dialog_t *dialog = (np_dialog_t *)wmem_map_lookup(dialogs, &key);    /* its key comes first in it */

    g_free(id);
    return dialog;
}

static np_dialog_t *
dialog_new(np_session_t *session, np_span_t call_id)
{
    np_dialog_t *dialog = wmem_new0(wmem_file_scope(), np_dialog_t);

    dialog->number = ++dialog_count;
    dialog->session = session;
    dialog->key.client = &session->info.client;
    dialog->key.call_id = np_store_bytes(call_id);
    wmem_map_insert(dialogs, dialog, dialog);
    return dialog;
}

static message_key_t
key_of(const np_dialog_t *dialog, const np_sip_t *sip, bool sent)
{
    return (message_key_t){ .dialog = dialog, .sent = sent, .status = sip->status, .cseq = sip->cseq,
                            .method = sip->method, .from_tag = sip->from.tag, .to_tag = sip->to.tag };
}

static np_span_t
span_copy(np_span_t span)
{
    return (np_span_t){ (const uint8_t *)wmem_memdup(wmem_file_scope(), span.data, span.len), span.len };
}

/* The message is new: its retransmissions will be of the same call. */
static void
remember_message(const message_key_t *message, np_call_t *call)
{
    message_key_t *key = (message_key_t *)wmem_memdup(wmem_file_scope(), message, sizeof *message);

    key->method = span_copy(message->method);
    key->from_tag = span_copy(message->from_tag);
    key->to_tag = span_copy(message->to_tag);
    wmem_map_insert(messages, key, call);
}

/* ---- a call begins ------------------------------------------------------- */

static void
set_number(naverphone_call_info_t *call)
{
    const char *service, *number = np_user_tables_find_service(call->dialled, &call->service_prefix, &service);
    np_number_t parsed;

    if (number)
        call->service = service;
    np_number_parse(number ? number : call->dialled, &parsed);
    call->phone_number_kind = parsed.kind;
    if (parsed.national[0])
        call->phone_number = g_str_has_suffix(call->dialled, parsed.national)   /* mostly */
            ? call->dialled + strlen(call->dialled) - strlen(parsed.national) : wmem_strdup(wmem_file_scope(), parsed.national);
    if (parsed.e164[0])
        call->phone_number_e164 = wmem_strdup(wmem_file_scope(), parsed.e164);
}

/* A number that costs somebody more than he may think. */
static bool
is_service_number(const naverphone_call_info_t *call)
{
    return call->service || call->phone_number_kind == NP_NUMBER_PREMIUM
        || call->phone_number_kind == NP_NUMBER_INTERNATIONAL || call->phone_number_kind == NP_NUMBER_EMERGENCY;
}

/* The callee as dialled: the request URI where the client asks, else To (the URI that reaches a client is its
 * own contact). */
static np_span_t
dialled_user(const np_sip_t *sip, bool from_client)
{
    return sip->is_request && from_client && sip->uri.user.data ? sip->uri.user : sip->to.user;
}

static void
count_up(np_call_t *call, bool up)
{
    if (call->counted_up != up) {
        call->counted_up = up;
        np_session_call_up(call->session, up);
    }
}

/* Mostly the session's user: then there is no need of a copy. */
static const char *
caller_name(const np_call_t *call, np_span_t user)
{
    const char *identity = call->session->info.identity;

    return identity && np_span_equals(user, identity) ? identity : np_store_string(user);
}

/* Once for a call: control messages may refer to it by these names. */
static void
name_parties(np_call_t *call, const np_packet_t *packet, const np_sip_t *sip, bool sent)
{
    call->caller_known = true;
    call->from_client = sent == sip->is_request;
    call->info.caller = caller_name(call, sip->from.user);
    call->info.dialled = np_store_string(dialled_user(sip, call->from_client));
    if (call->info.dialled)
        set_number(&call->info);
    np_references_add_call(call->session->references, packet->frame, &call->info);
}

/* The string, which lives with the capture, if it is UTF-8. */
static const char *
as_text(const char *kept)
{
    return g_utf8_validate(kept, -1, NULL) ? kept : np_store_string(np_span_of(kept));
}

static np_call_t *
call_new(np_dialog_t *dialog, const np_packet_t *packet, const np_sip_t *sip, bool sent, np_record_t *record)
{
    np_call_t *call = wmem_new0(wmem_file_scope(), np_call_t);

    call->info.number = ++call_count;
    call->info.id = dialog->call ? dialog->call->info.id : as_text(dialog->key.call_id);
    call->info.first_frame = packet->frame;
    record->begins_call = true;
    call->session = dialog->session;
    call->session->info.calls++;
    dialog->call = call;
    /* Only an INVITE or an answer to it tells who called whom. */
    if (is_method(sip, "INVITE") && !(sip->is_request && in_dialog(sip))) {
        name_parties(call, packet, sip, sent);
        call->info.state = NAVERPHONE_CALL_SETUP;
    } else {    /* met in the middle: an INVITE that was overtaken may still name its parties */
        call->info.state = NAVERPHONE_CALL_ANSWERED;
        count_up(call, true);
        np_references_add_text(call->session->references, NP_REFERENCE_CALL_ID, packet->frame, call->info.id);
    }
    return call;
}

/* A message that only a call's dialog has, although its INVITE is not in the capture. Not an ACK: it could be that of
 * a challenge, or of a refusal. */
static bool
is_of_lost_call(const np_sip_t *sip)
{
    if (is_method(sip, "INVITE"))
        return !is_challenge(sip);
    return sip->is_request && in_dialog(sip)
        && (is_method(sip, "BYE") || is_method(sip, "INFO") || is_method(sip, "UPDATE"));
}

/* Notes how far the side that sent the request has counted. */
static void
note_sequence(np_call_t *call, const np_sip_t *sip, bool by_client)
{
    if (!call->request_tag[by_client])
        call->request_tag[by_client] = np_store_string(sip->from.tag);
    call->request_cseq[by_client] = MAX(call->request_cseq[by_client], sip->cseq);
}

/* Did the network deliver this INVITE after what followed it in its call? */
static bool
is_overtaken(const np_call_t *call, const np_sip_t *sip, bool sent)
{
    const char *tag = call->request_tag[sent];
    return tag && np_span_equals(sip->from.tag, tag) && sip->cseq <= call->request_cseq[sent];
}

/* The call a new message belongs to; NULL outside calls. */
static np_call_t *
call_of_message(np_dialog_t *dialog, const np_packet_t *packet, const np_sip_t *sip, bool sent,
                np_record_t *record)
{
    bool invites = sip->is_request && is_method(sip, "INVITE") && !in_dialog(sip);

    if (dialog->call && !(invites && is_final(dialog->call) && !is_overtaken(dialog->call, sip, sent)))
        return dialog->call;
    if (invites || is_of_lost_call(sip))
        return call_new(dialog, packet, sip, sent, record);
    return dialog->call;
}

/* ---- what a message is, and what it does to its call ---------------------- */

static naverphone_event_t
request_event(const np_call_t *call, const np_sip_t *sip)
{
    bool answered = call && call->info.state == NAVERPHONE_CALL_ANSWERED;

    if (is_method(sip, "REGISTER"))
        return NAVERPHONE_EVENT_REGISTER;
    if (!call)
        return NAVERPHONE_EVENT_NONE;
    if (is_method(sip, "ACK"))
        return NAVERPHONE_EVENT_ACKNOWLEDGE;
    if (is_method(sip, "BYE"))
        return NAVERPHONE_EVENT_RELEASE;
    if (is_method(sip, "CANCEL"))
        return NAVERPHONE_EVENT_CANCEL;
    if (is_method(sip, "INVITE") && !in_dialog(sip))
        return NAVERPHONE_EVENT_INVITE;
    return answered ? NAVERPHONE_EVENT_MID_CALL_REQUEST : NAVERPHONE_EVENT_NONE;
}

/* Is this an answer to the INVITE that sets the call up, not to one inside it? Before the first 2xx any is;
 * after it those that share its CSeq are (a second branch of a fork). */
static bool
answers_setup(const np_call_t *call, const np_sip_t *sip)
{
    return call && call->caller_known && is_method(sip, "INVITE")
        && (!call->info.answer_frame || sip->cseq == call->answer_cseq);
}

static naverphone_event_t
response_event(const np_call_t *call, const np_sip_t *sip)
{
    if (is_challenge(sip))
        return NAVERPHONE_EVENT_CHALLENGE;
    if (sip->status >= 300)
        return NAVERPHONE_EVENT_REJECTED;
    if (sip->status >= 200) {
        if (is_method(sip, "REGISTER"))
            return NAVERPHONE_EVENT_REGISTERED;
        return answers_setup(call, sip) ? NAVERPHONE_EVENT_ANSWER : NAVERPHONE_EVENT_CONFIRMED;
    }
    if (!call || !is_method(sip, "INVITE"))
        return NAVERPHONE_EVENT_NONE;
    if (sip->status == 100)
        return NAVERPHONE_EVENT_TRYING;
    return sip->status / 10 == 18 ? NAVERPHONE_EVENT_RINGING : NAVERPHONE_EVENT_NONE;
}

static const char *
status_cause(const np_sip_t *sip)
{
    const np_span_t phrase = sip->reason_phrase;
    GByteArray *cause = g_byte_array_new();
    char status[16];
    int length = snprintf(status, sizeof status, "%u ", sip->status);
    const char *kept;

    g_byte_array_append(cause, (const uint8_t *)status, (unsigned)length);
    if (phrase.data)
        g_byte_array_append(cause, phrase.data, (unsigned)phrase.len);
    kept = np_store_string((np_span_t){ cause->data, cause->len });
    g_byte_array_unref(cause);
    return kept;
}

/* Cause of the end: the Reason header where there is one, else the final status. */
static void
set_cause(np_call_t *call, const np_sip_t *sip)
{
    if (sip->reason.data)
        call->info.cause = np_store_string(sip->reason);
    else if (sip->status >= 300)
        call->info.cause = status_cause(sip);
    else if (call->info.answer_frame)
        call->info.cause = "200 OK";
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
released_by(const np_call_t *call, const np_sip_t *sip, bool sent)
{
    /* The service's BYE in place of the other party's: it names no user, or a reason of the network. */
    if (!sent && (!sip->from.user.data || is_network_reason(sip->reason)))
        return NAVERPHONE_RELEASED_BY_NETWORK;
    if (!call->caller_known)
        return (naverphone_released_by_t)0;
    return sent == call->from_client ? NAVERPHONE_RELEASED_BY_CALLER : NAVERPHONE_RELEASED_BY_CALLEE;
}

static np_fork_t *
make_fork(np_call_t *call)
{
    if (!call->fork)
        call->fork = wmem_new0(wmem_file_scope(), np_fork_t);
    return call->fork;
}

/* Notes the callee that answered; one more than fits is not told from the call. */
static void
add_branch(np_call_t *call, np_span_t tag)
{
    unsigned other = 0;
    np_fork_t *fork;

    if (!tag.data)
        return;
    if (!call->branch) {
        call->branch = np_store_string(tag);
        return;
    }
    fork = make_fork(call);
    while (other < NP_BRANCHES - 1 && fork->others[other])
        other++;
    if (other < NP_BRANCHES - 1)
        fork->others[other] = np_store_string(tag);
}

/* The tag of a branch, in the order in which they answered; NULL: there are fewer. */
static const char *
branch_tag(const np_call_t *call, unsigned branch)
{
    if (branch == 0)
        return call->branch;
    return call->fork && branch < NP_BRANCHES ? call->fork->others[branch - 1] : NULL;
}

/* A caller that two callees answered talks to one, the first as far as we know, and ends the other's dialog. Is
 * this BYE the end of the call? If the first's dialog ends before any media, the call is the next one's. */
static bool
ends_call(np_call_t *call, const np_sip_t *sip, bool sent)
{
    np_span_t tag = sent == call->from_client ? sip->to.tag : sip->from.tag;
    unsigned branch = 0, talking = call->fork ? call->fork->talking : 0;

    while (branch_tag(call, branch) && !np_span_equals(tag, branch_tag(call, branch)))
        branch++;
    if (!branch_tag(call, branch))
        return true;
    if (branch != talking)
        return false;
    if (!branch_tag(call, branch + 1) || np_call_has_media(call))
        return true;
    call->fork->talking++;      /* there is a fork, as there are two branches */
    return false;
}

static void
answer(np_call_t *call, const np_packet_t *packet, const np_sip_t *sip, np_record_t *record)
{
    call->info.state = NAVERPHONE_CALL_ANSWERED;
    add_branch(call, sip->to.tag);
    if (call->info.answer_frame)        /* a second branch of a fork answers, too */
        return;
    call->info.answer_frame = packet->frame;
    record->answers_call = true;
    if (call->info.release_frame) {     /* a branch that refused before did not end it */
        np_fork_t *fork = make_fork(call);

        fork->refused_frame = call->info.release_frame;
        fork->refused_cause = call->info.cause;
    }
    call->info.release_frame = 0;
    call->info.cause = NULL;
    call->answer_cseq = sip->cseq;
    if (call->info.invite_frame)
        nstime_delta(&call->info.setup_time, &packet->time, &call->since);
    call->since = packet->time;
    if (call->challenged && !call->with_credentials)
        np_record_add_expert(record, NP_EXPERT_CHALLENGED_ANSWER);
    count_up(call, true);
}

static void
release(np_call_t *call, naverphone_call_state_t state, const np_packet_t *packet, const np_sip_t *sip, bool sent,
        np_record_t *record)
{
    if (call->info.release_frame)
        return;
    call->info.state = state;
    call->info.release_frame = packet->frame;
    set_cause(call, sip);
    if (call->info.answer_frame)
        nstime_delta(&call->info.duration, &packet->time, &call->since);
    if (state == NAVERPHONE_CALL_RELEASED) {
        call->info.released_by = released_by(call, sip, sent);
        np_record_add_expert(record, np_call_media_fault(call));
    }
    count_up(call, false);
}

void
np_call_ring(np_call_t *call, const np_packet_t *packet)
{
    if (call->info.ring_frame || call->info.answer_frame || !call->info.invite_frame)
        return;
    call->info.ring_frame = packet->frame;
    nstime_delta(&call->info.post_dial_delay, &packet->time, &call->since);
}

static void
invite(np_call_t *call, const np_packet_t *packet, const np_sip_t *sip, bool sent, np_record_t *record)
{
    call->with_credentials |= sip->credentials;
    if (call->info.invite_frame)
        return;
    if (!call->caller_known)
        name_parties(call, packet, sip, sent);
    call->info.invite_frame = packet->frame;
    if (!call->info.answer_frame)       /* that can overtake it */
        call->since = packet->time;
    if (is_service_number(&call->info))
        np_record_add_expert(record, NP_EXPERT_SERVICE_NUMBER);
}

/* All transitions of a call. */
static void
apply_to_call(np_call_t *call, naverphone_event_t event, const np_packet_t *packet, const np_sip_t *sip, bool sent,
              np_record_t *record)
{
    switch (event) {
    case NAVERPHONE_EVENT_INVITE:
        invite(call, packet, sip, sent, record);
        break;
    case NAVERPHONE_EVENT_CHALLENGE:
        if (answers_setup(call, sip))
            call->challenged = true;
        break;
    case NAVERPHONE_EVENT_TRYING:
        if (call->info.state < NAVERPHONE_CALL_PROCEEDING)
            call->info.state = NAVERPHONE_CALL_PROCEEDING;
        break;
    case NAVERPHONE_EVENT_RINGING:
        if (call->info.state < NAVERPHONE_CALL_RINGING)
            call->info.state = NAVERPHONE_CALL_RINGING;
        np_call_ring(call, packet);
        break;
    case NAVERPHONE_EVENT_ANSWER:
        if (call->info.state != NAVERPHONE_CALL_RELEASED)
            answer(call, packet, sip, record);
        break;
    case NAVERPHONE_EVENT_ACKNOWLEDGE:
        if (call->info.answer_frame && !call->info.ack_frame)
            call->info.ack_frame = packet->frame;
        break;
    case NAVERPHONE_EVENT_RELEASE:
        if (ends_call(call, sip, sent))
            release(call, NAVERPHONE_CALL_RELEASED, packet, sip, sent, record);
        break;
    case NAVERPHONE_EVENT_CANCEL:
        call->cancelled = true;
        break;
    case NAVERPHONE_EVENT_REJECTED:
        if (answers_setup(call, sip) && !is_final(call))
            release(call, call->cancelled || sip->status == 487 ? NAVERPHONE_CALL_CANCELLED : NAVERPHONE_CALL_REJECTED,
                    packet, sip, sent, record);
        break;
    default:
        break;
    }
}

static void
apply_to_registration(np_dialog_t *dialog, naverphone_event_t event, const np_packet_t *packet,
                      np_record_t *record)
{
    if (event == NAVERPHONE_EVENT_REGISTER && !dialog->register_seen) {
        dialog->register_seen = true;
        record->registration = dialog;
    }
    if (event == NAVERPHONE_EVENT_CHALLENGE)
        dialog->challenged = true;
    if (event == NAVERPHONE_EVENT_REGISTERED) {
        dialog->registered = true;
        np_session_set_registered(dialog->session, packet->frame);
    }
}

bool
np_dialog_is_incomplete(const np_dialog_t *dialog)
{
    return dialog->challenged && !dialog->registered;
}

static np_session_t *
session_of_message(const address *client, const np_packet_t *packet, const np_sip_t *sip, bool sent)
{
    bool is_register = is_method(sip, "REGISTER");
    uint16_t port = sent ? packet->src_port : packet->dst_port;
    np_session_t *session = np_session_of_user(client, port, client_user(sip, sent), is_register);

    np_session_set_socket(session, port);
    if (is_register || is_method(sip, "INVITE"))
        np_session_set_user(session, client_user(sip, sent));
    np_store_add_server(sent ? packet->dst : packet->src);
    return session;
}

/* What control messages may say of the client's signalling. */
static void
refer_to_signalling(np_session_t *session, const np_packet_t *packet, const np_sip_t *sip, bool sent)
{
    np_span_t user = client_user(sip, sent);

    np_session_refer_to_ends(session, packet, sent);
    if (user.data)
        np_references_add_bytes(session->references, NP_REFERENCE_SIP_USER, packet->frame, user);
}

void
np_call_message(const address *client, uint32_t evidence, const np_packet_t *packet, const np_sip_t *sip,
                np_record_t *record)
{
    bool sent = addresses_equal(packet->src, client), is_register = is_method(sip, "REGISTER");
    np_dialog_t *dialog = sip->call_id.data ? dialog_find(client, sip->call_id) : NULL;
    np_session_t *session = dialog ? dialog->session : session_of_message(client, packet, sip, sent);
    np_call_t *call = NULL;
    naverphone_event_t event;
    message_key_t key;
    gpointer known;

    record->session = session;
    record->evidence = evidence;
    record->status = sip->status;
    record->direction = sent ? NAVERPHONE_FROM_CLIENT : NAVERPHONE_TO_CLIENT;
    record->method = np_store_string(sip->method);
    if (!sip->call_id.data)     /* cut off before its Call-ID: of the session, but of no call */
        return;
    if (!dialog) {
        dialog = dialog_new(session, sip->call_id);
        refer_to_signalling(session, packet, sip, sent);
    }
    key = key_of(dialog, sip, sent);
    if (wmem_map_lookup_extended(messages, &key, NULL, &known)) {
        record->call = (np_call_t *)known;
        return;
    }
    if (!is_register)
        call = call_of_message(dialog, packet, sip, sent, record);
    remember_message(&key, call);
    record->call = call;
    if (call)
        note_sequence(call, sip, sent == sip->is_request);
    event = sip->is_request ? request_event(call, sip) : response_event(call, sip);
    if (is_register)
        apply_to_registration(dialog, event, packet, record);
    else if (call)
        apply_to_call(call, event, packet, sip, sent, record);
    np_record_add_event(record, event);
}
