/* signalling.c
 * SIP messages: to which session, Call-ID and call each belongs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/signalling.h"

#include "model/copies.h"
#include "model/transitions.h"

/* What a message and its retransmissions have in common, and no other message has. */
typedef struct {
    const np_call_id_group_t *group;
    bool sent;       /* by the client */
    unsigned status; /* 0: a request */
    uint32_t cseq;
    np_span_t method, from_tag, to_tag;
} message_key_t;

static wmem_map_t *groups;   /* np_call_id_group_t: a set, by client and Call-ID */
static wmem_map_t *messages; /* message_key_t → the np_call_t of the message, or NULL */

/* ---- keys ------------------------------------------------------------------ */

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

static unsigned
span_hash(np_span_t span)
{
    return span.data ? np_hash_bytes(span.data, span.len) : 0;
}

/* An absent span equals an empty one. */
static bool
span_equal(np_span_t left, np_span_t right)
{
    return left.len == right.len && (left.len == 0 || memcmp(left.data, right.data, left.len) == 0);
}

static unsigned
message_hash(gconstpointer key)
{
    const message_key_t *message = (const message_key_t *)key;
    const uint32_t numbers[] = { message->sent, message->status, message->cseq };
    unsigned hash = np_hash_bytes(&message->group, sizeof message->group);

    hash = hash * 31 + np_hash_bytes(numbers, sizeof numbers);
    hash = hash * 31 + span_hash(message->method);
    hash = hash * 31 + span_hash(message->from_tag);
    return hash * 31 + span_hash(message->to_tag);
}

static gboolean
message_equal(gconstpointer a, gconstpointer b)
{
    const message_key_t *left = (const message_key_t *)a, *right = (const message_key_t *)b;

    return left->group == right->group && left->sent == right->sent && left->status == right->status
        && left->cseq == right->cseq && span_equal(left->method, right->method)
        && span_equal(left->from_tag, right->from_tag) && span_equal(left->to_tag, right->to_tag);
}

void
np_signalling_init(void)
{
    groups = wmem_map_new(wmem_file_scope(), group_hash, group_equal);
    messages = wmem_map_new(wmem_file_scope(), message_hash, message_equal);
}

/* ---- whose message is it? --------------------------------------------------- */

/* The user on the client's side of the message: From of what it asks for, To of what it is asked for. */
static np_span_t
client_user(const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    return message->sent == sip->is_request ? sip->from.user : sip->to.user;
}

static np_session_t *
session_of_message(const np_sip_message_t *message)
{
    const np_packet_t *packet = message->packet;
    bool is_register = np_sip_is_method(message->sip, "REGISTER");
    uint16_t port = message->sent ? packet->src_port : packet->dst_port;
    np_session_t *session = np_session_of_user(message->client, port, client_user(message), is_register);

    np_session_set_socket(session, port);
    if (is_register || np_sip_is_method(message->sip, "INVITE")) {
        np_session_set_user(session, client_user(message));
    }
    np_sessions_add_server(message->sent ? packet->dst : packet->src);
    return session;
}

static np_call_id_group_t *
group_find(const np_sip_message_t *message)
{
    const np_span_t call_id = message->sip->call_id;
    char *id = g_strndup((const char *)call_id.data, call_id.len);
    const np_call_id_group_t key = { .client = message->client, .call_id = id };
    np_call_id_group_t *group = (np_call_id_group_t *)wmem_map_lookup(groups, &key);

    g_free(id);
    return group;
}

static np_call_id_group_t *
group_new(np_session_t *session, np_span_t call_id)
{
    np_call_id_group_t *group = wmem_new0(wmem_file_scope(), np_call_id_group_t);

    group->session = session;
    group->client = &session->info.client;
    group->call_id = np_copy_bytes(call_id);
    wmem_map_insert(groups, group, group);
    return group;
}

/* What control messages may say of the client's signalling. */
static void
refer_to_signalling(np_session_t *session, const np_sip_message_t *message)
{
    np_span_t user = client_user(message);

    np_session_refer_to_ends(session, message->packet, message->sent);
    if (user.data) {
        np_references_add_bytes(session->references, NP_REFERENCE_SIP_USER, message->packet->frame, user);
    }
}

/* ---- which message is it? --------------------------------------------------- */

static message_key_t
key_of(const np_call_id_group_t *group, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;

    return (message_key_t){ .group = group,
                            .sent = message->sent,
                            .status = sip->status,
                            .cseq = sip->cseq,
                            .method = sip->method,
                            .from_tag = sip->from.tag,
                            .to_tag = sip->to.tag };
}

/* The message is new: its retransmissions will be of the same call. */
static void
remember_message(const message_key_t *message, np_call_t *call)
{
    message_key_t *key = (message_key_t *)wmem_memdup(wmem_file_scope(), message, sizeof *message);

    key->method = np_copy_span(message->method);
    key->from_tag = np_copy_span(message->from_tag);
    key->to_tag = np_copy_span(message->to_tag);
    wmem_map_insert(messages, key, call);
}

/* ---- which call is it of? --------------------------------------------------- */

/* A message that only a call's dialog has, although its INVITE is not in the capture. Not an ACK: it could be that of a
 * challenge, or of a refusal. */
static bool
is_of_lost_call(const np_sip_t *sip)
{
    if (np_sip_is_method(sip, "INVITE")) {
        return !np_sip_is_challenge(sip);
    }
    return sip->is_request && np_sip_is_in_dialog(sip)
        && (np_sip_is_method(sip, "BYE") || np_sip_is_method(sip, "INFO") || np_sip_is_method(sip, "UPDATE"));
}

/* The Call-ID as text; a call before it has it already. */
static const char *
id_of(const np_call_id_group_t *group)
{
    if (group->call) {
        return group->call->info.id;
    }
    return g_utf8_validate(group->call_id, -1, NULL) ? group->call_id : np_copy_text(np_span_of(group->call_id));
}

/* The call that a new message belongs to; NULL outside calls. */
static np_call_t *
call_of_message(np_call_id_group_t *group, const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    bool invites = sip->is_request && np_sip_is_method(sip, "INVITE") && !np_sip_is_in_dialog(sip);

    if (group->call && !(invites && np_call_is_final(group->call) && !np_call_was_overtaken(group->call, message))) {
        return group->call;
    }
    if (invites || is_of_lost_call(sip)) {
        group->call = np_call_new(group->session, id_of(group), message);
    }
    return group->call;
}

/* ---- registrations ---------------------------------------------------------- */

static void
apply_to_registration(np_call_id_group_t *group, naverphone_event_t event, const np_sip_message_t *message)
{
    if (event == NAVERPHONE_EVENT_REGISTER && !group->register_seen) {
        group->register_seen = true;
        message->record->registration = group;
    }
    if (event == NAVERPHONE_EVENT_CHALLENGE) {
        group->challenged = true;
    }
    if (event == NAVERPHONE_EVENT_REGISTERED) {
        group->registered = true;
        np_session_set_registered(group->session, message->packet->frame);
    }
}

bool
np_call_id_group_is_incomplete(const np_call_id_group_t *group)
{
    return group->challenged && !group->registered;
}

/* ---- all of it -------------------------------------------------------------- */

/* A message with a Call-ID. */
static void
process_in_group(np_call_id_group_t *group, const np_sip_message_t *message)
{
    const message_key_t key = key_of(group, message);
    bool is_register = np_sip_is_method(message->sip, "REGISTER");
    np_record_t *record = message->record;
    naverphone_event_t event;
    gpointer known;

    if (wmem_map_lookup_extended(messages, &key, NULL, &known)) {
        record->call = (np_call_t *)known;
        return;
    }
    if (!is_register) {
        record->call = call_of_message(group, message);
    }
    remember_message(&key, record->call);
    if (record->call) {
        np_call_note_sequence(record->call, message);
    }
    event = np_transition_apply(record->call, message);
    if (is_register) {
        apply_to_registration(group, event, message);
    }
    np_record_add_event(record, event);
}

void
np_signalling_process(const np_sip_message_t *message)
{
    const np_sip_t *sip = message->sip;
    np_call_id_group_t *group = sip->call_id.data ? group_find(message) : NULL;
    np_session_t *session = group ? group->session : session_of_message(message);
    np_record_t *record = message->record;

    record->session = session;
    record->evidence = message->evidence;
    record->status = sip->status;
    record->direction = message->sent ? NAVERPHONE_FROM_CLIENT : NAVERPHONE_TO_CLIENT;
    record->method = np_copy_text(sip->method);
    if (!sip->call_id.data) { /* cut off before its Call-ID: of the session, but of no call */
        return;
    }
    if (!group) {
        group = group_new(session, sip->call_id);
        refer_to_signalling(session, message);
    }
    process_in_group(group, message);
}
