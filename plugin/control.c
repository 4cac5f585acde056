/* control.c
 * The control leg: TCP payload whose format nobody has published
 *
 * Known is: the client opens the connection at login and closes it at logout. What the payload
 * says is not known, so it is shown as bytes, with what can be measured of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control.h"

#include "evidence.h"
#include "fields.h"
#include "preferences.h"
#include "tcp.h"
#include "text.h"

static dissector_handle_t control_handle;

dissector_handle_t
np_control_handle(void)
{
    return control_handle;
}

/* Takes the payload; what to say of it, the observer knows, which runs after TCP is done. */
static int
dissect_control(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    np_scratch_t *scratch = np_scratch(pinfo);

    np_tcp_payload(pinfo, tvb, data);
    scratch->item = proto_tree_add_item(tree, proto_naverphone, tvb, 0, -1, ENC_NA);
    scratch->tree = proto_item_add_subtree(scratch->item, ett_naverphone);
    return (int)tvb_reported_length(tvb);
}

/* Leaves the payload to the other dissectors, and to the observer if none of them takes it. */
static np_bool_t
offer(packet_info *pinfo, tvbuff_t *tvb, const void *data)
{
    np_tcp_payload(pinfo, tvb, data);
    np_scratch(pinfo)->offered = true;
    return FALSE;
}

static bool
is_foreign(tvbuff_t *tvb)
{
    int length = (int)tvb_captured_length(tvb);

    return length > 0 && np_evidence_is_foreign_payload(tvb_get_ptr(tvb, 0, length), (size_t)length);
}

static np_bool_t
dissect_control_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    np_connection_t *connection;
    uint32_t evidence;

    if (!np_evidence_is_candidate(pinfo->srcport, pinfo->destport) || pinfo->flags.in_error_pkt)
        return FALSE;
    connection = np_tcp_connection(pinfo);
    if (!connection || connection->refused || connection->leg != NAVERPHONE_LEG_CONTROL)
        return FALSE;
    if (connection->offered_frame == pinfo->num)
        return offer(pinfo, tvb, data);
    if (PINFO_FD_VISITED(pinfo) || connection->session) {
        if (!connection->session)
            return FALSE;
        return dissect_control(tvb, pinfo, tree, data) > 0;
    }
    evidence = np_evidence_control(connection);
    if (np_evidence_accepts_control(evidence))
        return dissect_control(tvb, pinfo, tree, data) > 0;
    if (np_preferences.accept_port_alone) {
        if (!is_foreign(tvb))
            return offer(pinfo, tvb, data);
        connection->refused = true;
    }
    return FALSE;
}

void
np_control_register(int proto)
{
    control_handle = register_dissector("naverphone", dissect_control, proto);
    /* The list is asked from its newest entry to its oldest. Built-in dissectors add theirs at handoff: so early,
     * ours is the last. */
    heur_dissector_add("tcp", dissect_control_heuristic, "Naver Phone control connection", "naverphone_control_tcp",
                       proto, HEURISTIC_ENABLE);
}

void
np_control_handoff(void)
{
    dissector_add_for_decode_as("tcp.port", control_handle);
}

/* The payload's text. Only text that is all text is shown as such. */
static void
show_text(packet_info *pinfo, proto_tree *tree, tvbuff_t *payload, const uint8_t *bytes, size_t length)
{
    char *text = np_text_from_wire(bytes, length);

    if (text)
        proto_tree_add_string(tree, hf_naverphone_control_text, payload, 0, (int)length,
                              wmem_strdup(pinfo->pool, text));
    g_free(text);
}

void
np_control_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload)
{
    size_t length = tvb_captured_length(payload);
    const uint8_t *bytes = length ? tvb_get_ptr(payload, 0, (int)length) : NULL;
    proto_item *item;

    if (record->number) {
        item = proto_tree_add_uint(tree, hf_naverphone_control_message, payload, 0, 0, record->number);
        proto_item_set_generated(item);
    }
    item = proto_tree_add_uint(tree, hf_naverphone_control_direction, payload, 0, 0, record->direction);
    proto_item_set_generated(item);
    item = proto_tree_add_uint(tree, hf_naverphone_control_length, payload, 0, 0, tvb_reported_length(payload));
    proto_item_set_generated(item);
    item = proto_tree_add_uint(tree, hf_naverphone_control_content, payload, 0, 0, np_text_content(bytes, length));
    proto_item_set_generated(item);
    proto_tree_add_item(tree, hf_naverphone_control_payload, payload, 0, (int)length, ENC_NA);
    if (bytes)
        show_text(pinfo, tree, payload, bytes, length);
}

void
np_control_columns(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload)
{
    const char *separator = "";
    wmem_strbuf_t *info = wmem_strbuf_new(pinfo->pool, "");

    for (unsigned i = 0; i < record->event_count; i++) {
        wmem_strbuf_append_printf(info, "%s%s", separator,
                                  val_to_str_ext_const(record->events[i], &np_event_names_ext, "Unknown event"));
        separator = ", ";
        if (record->events[i] == NAVERPHONE_EVENT_CONTROL_MESSAGE)
            wmem_strbuf_append_printf(info, " %u, %s, %u bytes", record->number,
                                      record->direction == NAVERPHONE_FROM_CLIENT ? "client to server"
                                                                                  : "server to client",
                                      payload ? tvb_reported_length(payload) : 0);
    }
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "NaverPhone");
    if (wmem_strbuf_get_len(info) == 0)
        return;
    if (payload)
        col_add_str(pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(info));
    else        /* TCP's own words stay behind ours */
        col_prepend_fstr(pinfo->cinfo, COL_INFO, "%s: ", wmem_strbuf_get_str(info));
}
