/* signalling.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/signalling.h"

#include "model/offered_media.h"
#include "model/transaction.h"
#include "model/transfer.h"
#include "model/transitions.h"
#include "storage.h"

static GHashTable *groups;   /* set of np_call_id_group_t, by Call-ID and client: the latest one */
static GHashTable *call_ids; /* Call-ID → np_call_id_group_t of its first client */
static uint32_t group_count;

static unsigned
group_hash(gconstpointer key)
{
    const np_call_id_group_t *group = (const np_call_id_group_t *)key;

    return np_hash_address(np_hash_bytes(group->call_id, strlen(group->call_id)), group->client);
}

static gboolean
group_equal(gconstpointer a, gconstpointer b)
{
    const np_call_id_group_t *left = (const np_call_id_group_t *)a, *right = (const np_call_id_group_t *)b;

    return strcmp(left->call_id, right->call_id) == 0 && addresses_equal(left->client, right->client);
}

void
np_signalling_init(void)
{
    groups = np_map_new(group_hash, group_equal);
    call_ids = np_map_new(wmem_str_hash, g_str_equal);
    np_transactions_init();
    np_transfers_init();
    group_count = 0;
}

static np_span_t
client_user(const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    return np_sip_message_is_asked_by_client(message) ? sip->from.user : sip->to.user;
}

/* False for what a program goes on to send or receive after its logout, such as a ping or the REGISTER that
 * unregisters. */
static bool
may_begin_session(const np_sip_t *sip)
{
    if (np_sip_is_method(sip, "REGISTER")) {
        return !sip->takes_back;
    }
    return np_sip_is_method(sip, "INVITE") && !(sip->is_request && np_sip_is_in_dialog(sip));
}

static np_session_t *
session_of_message(const np_sip_message_t *message)
{
    const np_packet_t *packet = message->packet;
    bool is_register = np_sip_is_method(message->sip, "REGISTER");
    np_session_t *session = NULL;

    if (!may_begin_session(message->sip)) {
        session = np_session_left_by_user(packet, message->sent, client_user(message));
    }
    if (session) {
        return session;
    }
    session = np_session_of_user(packet, message->sent, client_user(message), is_register, message->sip->is_request);
    np_session_set_socket(session, message->sent ? packet->src_port : packet->dst_port);
    if (is_register || np_sip_is_method(message->sip, "INVITE")) {
        np_session_set_user(session, client_user(message),
                            is_register                                  ? NP_NAME_REGISTERED
                            : np_sip_message_is_asked_by_client(message) ? NP_NAME_CALLER
                                                                         : NP_NAME_CALLED,
                            packet->frame);
    }
    return session;
}

static np_call_id_group_t *
group_find(const address *host, np_span_t call_id)
{
    char *id = call_id.data ? g_strndup((const char *)call_id.data, call_id.len) : NULL;
    const np_call_id_group_t key = { .client = host, .call_id = id };
    np_call_id_group_t *group = NULL;

    if (id) {
        group = (np_call_id_group_t *)(host ? g_hash_table_lookup(groups, &key) : g_hash_table_lookup(call_ids, id));
    }
    g_free(id);
    return group;
}

static uint16_t
client_port(const np_sip_message_t *message)
{
    return message->sent ? message->packet->src_port : message->packet->dst_port;
}

/* Two clients behind one address may use the same Call-ID. Returns the group of the message's client among the
 * siblings; NULL: it has none yet. */
static np_call_id_group_t *
group_of_client(np_call_id_group_t *group, const np_sip_message_t *message)
{
    uint16_t port = client_port(message);
    const np_session_t *other;

    for (np_call_id_group_t *found = group; found; found = found->sibling) {
        if (found->port == port) {
            return found;
        }
    }
    other = group ? np_session_beside(group->session, port) : NULL;
    for (np_call_id_group_t *found = group; found && other; found = found->sibling) {
        if (found->session == other) {
            return found;
        }
    }
    return other ? NULL : group;
}

bool
np_signalling_knows(const address *host, np_span_t call_id)
{
    return group_find(host, call_id) != NULL;
}

static np_call_id_group_t *
group_new(np_session_t *session, np_span_t call_id, uint16_t port)
{
    np_call_id_group_t *group = wmem_new0(wmem_file_scope(), np_call_id_group_t);
    const np_call_id_group_t *first;

    group->number = ++group_count;
    group->session = session;
    group->client = &session->info.client;
    group->port = port;
    group->call_id = np_copy_bytes(call_id);
    g_hash_table_add(groups, group); /* may be an earlier session's */
    first = (const np_call_id_group_t *)g_hash_table_lookup(call_ids, group->call_id);
    if (!first || addresses_equal(first->client, group->client)) {
        g_hash_table_insert(call_ids, (gpointer)group->call_id, group);
    }
    return group;
}

static void
refer_to_signalling(np_session_t *session, const np_sip_message_t *message)
{
    np_span_t user = client_user(message);

    np_session_refer_to_ends(session, message->packet, message->sent);
    if (user.data) {
        np_references_add_bytes(session->references, NP_REFERENCE_SIP_USER, message->packet->frame, user);
    }
}

/* True for a request within a dialog, and for a success, which answers one. */
static bool
proves_dialog(const np_sip_t *sip)
{
    return sip->is_request ? np_sip_is_in_dialog(sip) : sip->status >= 200 && sip->status < 300;
}

/* True if the message belongs to a call whose INVITE was not captured. An ACK does not tell: it may follow a
 * refusal. */
static bool
is_of_lost_call(const np_sip_t *sip)
{
    if (np_sip_is_method(sip, "INVITE")) {
        return !np_sip_is_challenge(sip);
    }
    if (np_sip_is_method(sip, "CANCEL")) {
        return sip->is_request && !np_sip_is_in_dialog(sip);
    }
    return proves_dialog(sip)
        && (np_sip_is_method(sip, "BYE") || np_sip_is_method(sip, "INFO") || np_sip_is_method(sip, "UPDATE")
            || np_sip_is_method(sip, "PRACK"));
}

/* The Call-ID in UTF-8, to show. */
static const char *
id_of(const np_call_id_group_t *group)
{
    if (group->call) {
        return group->call->info.id;
    }
    return g_utf8_validate(group->call_id, -1, NULL) ? group->call_id : np_copy_text(np_span_of(group->call_id));
}

/* True if this INVITE begins another call after the end of that one. A challenge is no end: an INVITE with credentials
 * follows it. */
static bool
invites_anew(const np_call_t *call, const np_sip_message_t *message)
{
    if (call->info.refused && call->info.state < NAVERPHONE_CALL_ANSWERED) {
        return !message->sip->credentials;
    }
    return np_call_is_final(call)
        && (call->info.state > NAVERPHONE_CALL_RELEASED || !np_call_was_overtaken(call, message));
}

/* True if the response is to an INVITE that was not captured, or comes later, and begins another call. Forks to the
 * client have one CSeq. */
static bool
is_of_later_invite(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    if (sip->is_request || !np_sip_is_method(sip, "INVITE") || message->transaction->request_seen
        || !np_call_is_over(call) || !np_call_is_final(call)) {
        return false;
    }
    return np_transaction_is_later(&message->packet->time, &call->latest)
        || (call->info.state > NAVERPHONE_CALL_RELEASED && (call->from_client || sip->cseq != call->invite_cseq));
}

/* The message's call, perhaps a new one; NULL: it has none. */
static np_call_t *
call_of_message(np_call_id_group_t *group, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    bool invites = sip->is_request && np_sip_is_method(sip, "INVITE") && !message->in_dialog;

    if (message->transaction->call) {
        return message->transaction->call;
    }
    if (group->call && !(invites && invites_anew(group->call, message)) && !is_of_later_invite(group->call, message)) {
        return group->call;
    }
    if (invites || is_of_lost_call(sip)) {
        group->call = np_call_new(group->session, id_of(group), message);
    }
    return group->call;
}

/* A 2xx lists all contacts that are registered (RFC 3261 10.3), except from registrars that list none. */
static bool
lists_contacts(const np_sip_t *sip)
{
    np_sip_values_t contacts = { .headers = sip->headers };
    np_span_t contact;

    return np_sip_next_contact(&contacts, &contact);
}

/* If the REGISTER was not captured, the list of contacts tells what it did. */
static bool
confirms_unregister(const np_call_id_group_t *group, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    if (message->transaction->request_seen) {
        return group->unregister_cseq && group->unregister_cseq == sip->cseq;
    }
    return group->contacts_listed && sip->complete && !lists_contacts(sip);
}

static naverphone_event_t
apply_to_registration(np_call_id_group_t *group, naverphone_event_t event, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    if (event == NAVERPHONE_EVENT_REGISTER && !group->register_seen) {
        group->register_seen = true;
        np_record_add_details(message->record)->registration = group;
    }
    if (sip->takes_back) {
        group->unregister_cseq = sip->cseq;
    }
    if (event == NAVERPHONE_EVENT_CHALLENGE) {
        group->challenged = true;
    }
    if (event != NAVERPHONE_EVENT_REGISTERED) {
        return event;
    }
    group->confirmed = true;
    if (confirms_unregister(group, message)) {
        np_session_set_unregistered(group->session, &sip->to);
        return NAVERPHONE_EVENT_UNREGISTERED;
    }
    group->contacts_listed |= lists_contacts(sip);
    np_session_set_registered(group->session, &sip->to, message->packet->frame);
    return event;
}

bool
np_call_id_group_is_incomplete(const np_call_id_group_t *group)
{
    return group->challenged && !group->confirmed;
}

static void
name_parties(np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    if (!call->caller_known && call->info.state < NAVERPHONE_CALL_ANSWERED && !sip->is_request
        && np_sip_is_method(sip, "INVITE")) {
        np_call_name_parties(call, message);
    }
}

/* The call that a Replaces header names, by its Call-ID; NULL: none. host: of that client; NULL: of any. */
static const np_call_t *
find_replaced(const address *host, np_span_t replaces)
{
    const np_call_id_group_t *group = NULL;

    if (replaces.data) {
        group = group_find(host, np_span_trim(np_span_slice(replaces, 0, np_span_find(replaces, 0, ';'))));
    }
    return group ? group->call : NULL;
}

/* The call that led to the message's call by Replaces, a forward or a transfer; NULL: none. */
static const np_call_t *
find_related(const np_sip_message_t *message)
{
    const np_call_t *call = message->record->call, *origin = np_transfer_take_origin(message);
    const np_call_t *found = find_replaced(message->client, message->sip->replaces);

    if (!found) {
        found = np_transfer_find_redirected(call->info.id);
    }
    if (!found) {
        found = origin;
    }
    if (!found) {
        found = find_replaced(NULL, message->sip->replaces);
    }
    return found != call ? found : NULL;
}

/* True if another call may have led to the message's call: the message is its first request, or its INVITE that was
 * captured after a response. */
static bool
follows_another(const np_sip_message_t *message)
{
    const np_record_t *record = message->record;
    bool is_first_invite =
        !record->call->info.invite_frame && !message->in_dialog && np_sip_is_method(message->sip, "INVITE");

    return message->sip->is_request && (record->begins_call || is_first_invite);
}

static void
note_final_response(np_transaction_t *transaction, unsigned status)
{
    transaction->answered |= status >= 200 && status < 300;
    transaction->refused |= status >= 300;
    transaction->gone |= status == 481 || status == 408;
}

/* Notes in the record if an earlier end of the call no longer counts: because the message revoked it, or ended the call
 * itself. */
static naverphone_event_t
apply_to_call(np_call_t *call, const np_sip_message_t *message)
{
    const np_release_t *before = call ? call->release : NULL;
    naverphone_call_state_t state = call ? call->info.state : NAVERPHONE_CALL_NONE;
    naverphone_event_t event = np_transition_apply(call, message);

    if (before && call->release != before && (!call->release || call->release->record == message->record)) {
        np_record_add_details(message->record)->revoked_end = state;
    }
    return event;
}

/* A message that is no retransmission. */
static void
process_new(np_call_id_group_t *group, const np_sip_message_t *message)
{
    bool is_register = np_sip_is_method(message->sip, "REGISTER");
    np_record_t *record = message->record;
    naverphone_event_t event;

    if (record->call) {
        np_hold_process(record->call, message->transaction, message);
        np_media_note_offer(record->call, message->transaction, message);
        np_call_note_sequence(record->call, message);
        name_parties(record->call, message);
    }
    event = apply_to_call(record->call, message);
    if (is_register) {
        event = apply_to_registration(group, event, message);
    }
    np_transfer_process(message);
    note_final_response(message->transaction, message->sip->status);
    np_record_add_event(record, event);
}

/* True if the INVITE repeats a challenged one with credentials. Some clients then send the challenge's To tag, against
 * RFC 3261 8.1.3.5. */
static bool
answers_challenge(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    return call && call->challenged && call->info.state < NAVERPHONE_CALL_ANSWERED && np_sip_is_method(sip, "INVITE")
        && sip->credentials && sip->cseq == call->challenged_cseq + 1;
}

/* A request with a To tag is within a dialog. If one side of an answered call has no tag (RFC 3261 12.1.1, 12.1.2), the
 * requests to it are, too. */
static bool
is_in_dialog(const np_call_t *call, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    bool by_caller;

    if (answers_challenge(call, message)) {
        return false;
    }
    if (!sip->is_request || np_sip_is_in_dialog(sip) || !call || !call->caller_known
        || call->info.state != NAVERPHONE_CALL_ANSWERED) {
        return sip->is_request && np_sip_is_in_dialog(sip);
    }
    by_caller = message->sent == call->from_client;
    return by_caller ? call->callee_untagged && sip->cseq > call->invite_cseq : !call->requests[call->from_client].tag;
}

static bool
is_provisional(const np_sip_t *sip)
{
    return !sip->is_request && sip->status < 200;
}

static void
process_in_group(np_call_id_group_t *group, np_sip_message_t message)
{
    const np_call_t *related;

    message.in_dialog = is_in_dialog(group->call, &message);
    message.invite = np_transaction_of_invite(group->number, &message);
    message.transaction = np_transaction_of(group->number, &message);
    if (!np_sip_is_method(message.sip, "REGISTER")) {
        message.record->call = message.transaction->call = call_of_message(group, &message);
    }
    if (message.record->call && follows_another(&message)) {
        related = find_related(&message);
        message.record->call->info.related = related ? related->info.number : 0;
    }
    if (message.record->call) {
        message.record->call->went_on |= message.record->call->info.answer_frame && !is_provisional(message.sip);
    }
    if (!np_transaction_is_repeated(message.transaction, &message)) {
        process_new(group, &message);
    }
}

static void
fill_record(const np_sip_message_t *message, np_session_t *session)
{
    np_record_t *record = message->record;

    record->session = session;
    record->evidence = message->evidence;
    record->status = message->sip->status;
    record->method = np_sip_known_method(message->sip->method);
    if (!record->method) {
        record->method = np_copy_text(message->sip->method);
    }
}

/* True if the client's program was started again and reuses the Call-ID: then a request, or the response to a REGISTER
 * that was not captured, belongs to the session that is online now, not to the group's. A repeated request does not. */
static bool
belongs_to_now(const np_call_id_group_t *group, const np_sip_message_t *message)
{
    bool is_over = group->session->ended && (!group->call || np_call_is_final(group->call));

    if (np_sip_is_method(message->sip, "REGISTER")) {
        bool goes_on = !group->session->ended && !group->session->heir;
        bool is_begun = np_transaction_is_begun(group->number, message);
        bool is_online = np_session_open(message->client) != NULL;

        return message->sip->is_request ? !is_begun || (!goes_on && is_online) : !is_begun && is_online;
    }
    return is_over && message->sip->is_request && !np_sip_is_in_dialog(message->sip)
        && !np_transaction_is_begun(group->number, message);
}

/* Sets *group to NULL if the Call-ID moves to another session. */
static np_session_t *
find_session(np_call_id_group_t **group, const np_sip_message_t *message)
{
    np_session_t *session =
        *group && !belongs_to_now(*group, message) ? (*group)->session : session_of_message(message);

    if (*group && (*group)->session != session) {
        *group = NULL;
    }
    return session;
}

void
np_signalling_process(const np_sip_message_t *message, np_client_rank_t client_rank)
{
    const np_sip_t *sip = message->sip;
    const np_packet_t *packet = message->packet;
    np_call_id_group_t *latest = group_find(message->client, sip->call_id);
    np_call_id_group_t *group = group_of_client(latest, message);
    bool is_of_another = latest && !group;
    np_session_t *session = find_session(&group, message);

    np_sessions_note_ends(message->client, message->sent ? packet->dst : packet->src, client_rank, message->evidence);
    fill_record(message, session);
    message->record->direction = message->sent ? NAVERPHONE_FROM_CLIENT : NAVERPHONE_TO_CLIENT;
    if (!sip->call_id.data) { /* cut off before Call-ID */
        return;
    }
    if (!group) {
        group = group_new(session, sip->call_id, client_port(message));
        group->sibling = is_of_another ? latest : NULL;
        refer_to_signalling(session, message);
    }
    process_in_group(group, *message);
}

void
np_signalling_process_hop(const np_sip_message_t *message)
{
    np_call_id_group_t *group = group_find(NULL, message->sip->call_id);

    fill_record(message, group->session);
    message->record->call = group->call;
}
