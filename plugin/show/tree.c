/* tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/tree.h"

#include "model/call.h"
#include "model/call_release.h"
#include "model/connection.h"
#include "model/signalling.h"
#include "model/stream.h"
#include "model/transfer.h"
#include "printable.h"
#include "settings/preferences.h"
#include "show/control_tree.h"
#include "show/fields.h"
#include "show/generated.h"
#include "show/login_tree.h"

/* Adds the value unless it is 0, which stands for unknown. */
static void
add_known_uint(proto_tree *tree, int field, uint32_t value)
{
    if (value) {
        np_add_uint(tree, field, value);
    }
}

/* Adds the value unless it is empty or unknown. Text from the wire is made printable, which is slow, so fields that
 * nobody looks at are skipped. */
static void
add_known_string(proto_tree *tree, int field, const char *value)
{
    if (value && value[0] && proto_field_is_referenced(tree, field)) {
        proto_item_set_generated(proto_tree_add_string(tree, field, NULL, 0, 0, np_printable(PNODE_POOL(tree), value)));
    }
}

/* Adds a link, "Logged in (frame 15)", unless the frame is unknown. */
static void
add_known_frame(proto_tree *tree, int field, uint32_t frame)
{
    if (frame) {
        proto_item_set_generated(proto_tree_add_uint_format(tree, field, NULL, 0, 0, frame, "%s (frame %u)",
                                                            proto_registrar_get_name(field), frame));
    }
}

static void
show_client(proto_tree *tree, const address *client)
{
    if (client->type == AT_IPv4) {
        uint32_t value;
        memcpy(&value, client->data, sizeof value);
        proto_item_set_generated(proto_tree_add_ipv4(tree, hf_naverphone_client, NULL, 0, 0, value));
    } else if (client->type == AT_IPv6) {
        proto_item_set_generated(
            proto_tree_add_ipv6(tree, hf_naverphone_client6, NULL, 0, 0, (const ws_in6_addr *)client->data));
    }
}

/* "SIP domain, known peer" */
static const char *
evidence_words(wmem_allocator_t *scope, uint32_t evidence)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    char *line;

    for (const np_evidence_field_t *each = np_evidence_fields; each->field; each++) {
        if (evidence & each->bit) {
            wmem_strbuf_append_printf(text, "%s%s", wmem_strbuf_get_len(text) ? ", " : "", each->words);
        }
    }
    line = wmem_strbuf_finalize(text);
    line[0] = g_ascii_toupper(line[0]);
    return line[0] ? line : "None";
}

/* proto_tree_add_bitmask_value_with_flags() would not mark the children as generated. */
static void
show_evidence(proto_tree *tree, uint32_t evidence)
{
    proto_item *item = np_add_uint(tree, hf_naverphone_evidence, evidence);
    proto_tree *subtree = proto_item_add_subtree(item, ett_naverphone_evidence);

    if (PTREE_DATA(tree)->visible) {
        proto_item_set_text(item, "Evidence: %s", evidence_words(PNODE_POOL(tree), evidence));
    }
    for (const np_evidence_field_t *each = np_evidence_fields; each->field; each++) {
        proto_item_set_generated(proto_tree_add_boolean(subtree, *each->field, NULL, 0, 0, evidence));
    }
}

static void
show_session(proto_tree *tree, const np_record_t *record)
{
    const np_session_t *owner = np_record_session(record);
    const naverphone_session_info_t *session = &owner->info;
    const np_connection_t *connection = record->connection;
    proto_tree *subtree = tree;

    if (session->number) {
        subtree =
            proto_item_add_subtree(np_add_uint(tree, hf_naverphone_session, session->number), ett_naverphone_session);
    }
    show_client(subtree, &session->client);
    add_known_string(subtree, hf_naverphone_identity, np_session_identity_at(owner, record->frame));
    add_known_uint(subtree, hf_naverphone_session_state, record->session_state);
    add_known_frame(subtree, hf_naverphone_login_frame, session->login_frame);
    add_known_frame(subtree, hf_naverphone_register_frame, session->register_frame);
    add_known_frame(subtree, hf_naverphone_logout_frame, session->logout_frame);
    /* Frames from before their connection was accepted show the evidence that was found later. */
    show_evidence(subtree, record->evidence || !connection ? record->evidence
                                                           : np_history_number_at(&connection->evidence, UINT32_MAX));
}

static void
show_control(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload)
{
    const np_connection_t *connection = record->connection;
    const np_closing_t *closing = (const np_closing_t *)np_history_at(&connection->closings, record->frame);

    if (payload) {
        np_control_tree_show(pinfo, tree, record, payload);
    }
    add_known_frame(tree, hf_naverphone_control_connect_frame, connection->connect_frame);
    add_known_frame(tree, hf_naverphone_control_logout_frame, closing->logout_frame);
    if (connection->connect_frame && connection->connect_frame <= closing->closed_frame
        && pinfo->num >= closing->logout_frame) {
        np_add_time(tree, hf_naverphone_control_duration, &closing->duration);
    }
}

static void
show_number(proto_tree *tree, const naverphone_call_info_t *call)
{
    add_known_string(tree, hf_naverphone_call_service_prefix, call->service_prefix);
    add_known_string(tree, hf_naverphone_call_service, call->service);
    add_known_string(tree, hf_naverphone_call_number, call->phone_number);
    add_known_uint(tree, hf_naverphone_call_number_kind, call->phone_number_kind);
    add_known_string(tree, hf_naverphone_call_number_e164, call->phone_number_e164);
}

static void
show_call_first(packet_info *pinfo, proto_tree *tree, const naverphone_call_info_t *call)
{
    proto_item_set_generated(proto_tree_add_item(tree, hf_naverphone_call_first, NULL, 0, 0, ENC_NA));
    if (PINFO_FD_VISITED(pinfo)) {
        np_add_uint(tree, hf_naverphone_call_outcome, np_call_outcome(call));
    }
}

static void
show_transfer(proto_tree *tree, const np_transfer_t *transfer)
{
    add_known_string(tree, hf_naverphone_call_refer_to, transfer->refer_to);
    add_known_string(tree, hf_naverphone_call_referred_by, transfer->referred_by);
    add_known_string(tree, hf_naverphone_call_replaces, transfer->replaces);
    add_known_string(tree, hf_naverphone_call_diversion, transfer->diversion);
}

static void
show_call(packet_info *pinfo, proto_tree *tree, const np_record_t *record)
{
    const np_call_t *call = record->call;
    const naverphone_call_info_t *info = &call->info;
    proto_tree *subtree =
        proto_item_add_subtree(np_add_uint(tree, hf_naverphone_call, info->number), ett_naverphone_call);
    const np_release_t *release = np_call_release_at(call, pinfo->num);
    const np_record_details_t *details = np_record_details(record);

    if (record->begins_call) {
        show_call_first(pinfo, subtree, info);
    }
    add_known_string(subtree, hf_naverphone_call_id, info->id);
    add_known_string(subtree, hf_naverphone_call_caller, info->caller);
    add_known_string(subtree, hf_naverphone_call_dialled, info->dialled);
    show_number(subtree, info);
    add_known_uint(subtree, hf_naverphone_call_state, record->call_state);
    add_known_frame(subtree, hf_naverphone_call_invite_frame, info->invite_frame);
    add_known_frame(subtree, hf_naverphone_call_answer_frame, info->answer_frame);
    add_known_frame(subtree, hf_naverphone_call_release_frame, release->frame);
    if (info->ring_frame) {
        np_add_time(subtree, hf_naverphone_call_post_dial_delay, &info->post_dial_delay);
    }
    if (naverphone_call_has_setup_time(info)) {
        np_add_time(subtree, hf_naverphone_call_setup_time, &info->setup_time);
    }
    if (release->has_duration) {
        np_add_time(subtree, hf_naverphone_call_duration, &release->duration);
    }
    add_known_uint(subtree, hf_naverphone_call_released_by, release->by);
    add_known_string(subtree, hf_naverphone_call_cause, release->frame ? release->cause : info->cause);
    if (details->changes_hold) {
        np_add_uint(subtree, hf_naverphone_call_hold, details->hold);
    }
    if (details->transfer) {
        show_transfer(subtree, details->transfer);
    }
    if (pinfo->num >= info->invite_frame) { /* unknown before */
        add_known_uint(subtree, hf_naverphone_call_related, info->related);
    }
}

static void
show_media(proto_tree *tree, const np_record_t *record)
{
    const np_stream_t *stream = np_record_details(record)->stream;

    add_known_uint(tree, hf_naverphone_media_phase, np_media_phase(record));
    add_known_uint(tree, hf_naverphone_media_direction, record->direction);
    if (stream) {
        add_known_frame(tree, hf_naverphone_media_first_frame, stream->info.first_frame);
    }
}

static void
show_decided_experts(packet_info *pinfo, proto_item *item, const np_experts_t *experts)
{
    for (unsigned expert = NP_EXPERT_NONE + 1; experts && expert < NP_EXPERT_COUNT; expert++) {
        if (experts->has[expert]) {
            expert_add_info(pinfo, item, &np_expert_items[expert]);
        }
    }
}

/* Expert items that depend on what follows the frame, so that only later passes can show them. */
static void
show_later_experts(packet_info *pinfo, proto_item *item, const np_record_t *record)
{
    const np_record_details_t *details = np_record_details(record);
    const np_call_t *call = record->call;

    if (details->registration && np_call_id_group_is_incomplete(details->registration)) {
        expert_add_info(pinfo, item, &np_expert_items[NP_EXPERT_REGISTER_INCOMPLETE]);
    }
    if (!call) {
        return;
    }
    /* If the capture has none of the caller's messages, or ends with the answer, a missing ACK means nothing. */
    if (record->answers_call && !call->info.ack_frame && call->seen[call->from_client] && call->went_on) {
        expert_add_info(pinfo, item, &np_expert_items[NP_EXPERT_NOT_ACKNOWLEDGED]);
    }
    if (record->begins_call && np_call_outcome(&call->info) == NAVERPHONE_CALL_UNFINISHED) {
        np_expert_t fault = np_call_media_fault(call);

        expert_add_info(pinfo, item, &np_expert_items[NP_EXPERT_UNFINISHED]);
        if (fault != NP_EXPERT_NONE) {
            expert_add_info(pinfo, item, &np_expert_items[fault]);
        }
    }
}

/* The expert dialog and -z expert name pinfo->current_proto as an item's protocol. In a post-dissector, that is still
 * the frame's last protocol. */
static void
show_experts(packet_info *pinfo, proto_item *item, const np_record_t *record)
{
    const char *protocol = pinfo->current_proto;

    pinfo->current_proto = "NaverPhone";
    show_decided_experts(pinfo, item, record->experts);
    if (record->leg == NAVERPHONE_LEG_CONTROL && np_control_tree_is_lost(pinfo, record)) {
        expert_add_info(pinfo, item, &np_expert_items[NP_EXPERT_FRAMING_LOST]);
    }
    if (PINFO_FD_VISITED(pinfo)) {
        show_later_experts(pinfo, item, record);
    }
    pinfo->current_proto = protocol;
}

/* ", Signalling: Invite, session 1, call 1" */
static void
show_summary(proto_item *item, const np_record_t *record)
{
    const np_session_t *session = np_record_session(record);

    proto_item_append_text(item, ", %s", val_to_str_const(record->leg, np_leg_names, "Unknown leg"));
    for (unsigned i = 0; i < np_record_count_events(record); i++) {
        proto_item_append_text(item, "%s %s", i ? "," : ":",
                               val_to_str_ext_const(record->events[i], &np_event_names_ext, "Unknown event"));
    }
    if (session->info.number) {
        proto_item_append_text(item, ", session %u", session->info.number);
    }
    if (record->call) {
        proto_item_append_text(item, ", call %u", record->call->info.number);
    }
}

proto_item *
np_tree_begin(proto_tree *tree, tvbuff_t *payload)
{
    return proto_tree_add_item(tree, proto_naverphone, payload, 0, -1, ENC_NA);
}

static proto_item *
top_item(proto_tree *tree, const np_carried_t *carried)
{
    proto_item *item = carried->item;

    if (!item) {
        item = proto_tree_add_item(tree, proto_naverphone, NULL, 0, 0, ENC_NA);
        proto_item_set_generated(item);
    }
    return item;
}

/* True if somebody looks at fields: a window, -V, a filter, a column or -T fields. libwireshark marks the protocol of a
 * field that is referenced. Protocol statistics alone need only the top item. */
static bool
is_wanted(const proto_tree *tree)
{
    return PTREE_DATA(tree)->visible
        || proto_registrar_get_nth((unsigned)proto_naverphone)->ref_type != HF_REF_TYPE_NONE;
}

static void
show_fields(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried)
{
    np_add_uint(tree, hf_naverphone_leg, record->leg);
    for (unsigned i = 0; i < np_record_count_events(record); i++) {
        np_add_uint(tree, hf_naverphone_event, record->events[i]);
    }
    show_session(tree, record);
    if (record->leg == NAVERPHONE_LEG_CONTROL) {
        show_control(pinfo, tree, record, carried->payload);
    }
    if (record->leg == NAVERPHONE_LEG_LOGIN) {
        np_login_tree_show(pinfo, tree, record, carried);
    }
    if (record->call) {
        show_call(pinfo, tree, record);
    }
    if (record->leg == NAVERPHONE_LEG_MEDIA) {
        show_media(tree, record);
    }
}

void
np_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried)
{
    proto_item *item = NULL;

    if (tree) {
        proto_tree *subtree;

        item = top_item(tree, carried);
        subtree = proto_item_add_subtree(item, ett_naverphone);
        if (is_wanted(tree)) {
            if (PTREE_DATA(tree)->visible) {
                show_summary(item, record);
            }
            show_fields(pinfo, subtree, record, carried);
        }
    }
    show_experts(pinfo, item, record);
}

bool
np_tree_marks(const np_record_t *record)
{
    return np_preferences.mark_sip_rtp || record->connection;
}
