/* control.c
 * The control leg: TCP payload whose format nobody has published
 *
 * Known is: the client opens the connection at login and closes it at logout. What the payload
 * says is not known, so it is shown as bytes, with what can be measured of it: how it is cut into
 * messages (reader.h), and where the user's tables say what stands where, that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/control.h"

#include <math.h>

#include "legs/evidence.h"
#include "show/fields.h"
#include "settings/preferences.h"
#include "settings/user_tables.h"
#include "legs/tcp.h"
#include "model/connection.h"
#include "model/reader.h"
#include "model/reference.h"
#include "text/encodings.h"

static dissector_handle_t control_handle;

dissector_handle_t
np_control_handle(void)
{
    return control_handle;
}

/* Takes the payload; what to say of it, the observer knows, which runs after TCP is done. What ICMP quotes is no message. */
static int
dissect_control(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    np_noted_segment_t *segment;

    if (pinfo->flags.in_error_pkt)
        return 0;
    segment = np_tcp_note_payload(pinfo, tvb, data);
    segment->item = proto_tree_add_item(tree, proto_naverphone, tvb, 0, -1, ENC_NA);
    segment->tree = proto_item_add_subtree(segment->item, ett_naverphone);
    return (int)tvb_reported_length(tvb);
}

/* Leaves the payload to the other dissectors, and to the observer if none of them takes it. */
static np_bool_t
offer(packet_info *pinfo, tvbuff_t *tvb, const void *data)
{
    np_tcp_note_payload(pinfo, tvb, data)->offered = true;
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

    if (pinfo->flags.in_error_pkt)
        return FALSE;
    connection = np_tcp_connection(pinfo);
    if (!connection || connection->refused || connection->leg != NAVERPHONE_LEG_CONTROL)
        return FALSE;
    if (connection->offered_frame == pinfo->num)
        return offer(pinfo, tvb, data);
    /* The list is in the order of what matched last: what another dissector may know is its own, whoever is asked first. */
    if (PINFO_FD_VISITED(pinfo) || connection->session)
        return connection->session && !is_foreign(tvb) && dissect_control(tvb, pinfo, tree, data) > 0;
    evidence = np_evidence_control(connection);
    if (np_evidence_accepts_control(evidence))
        return !is_foreign(tvb) && dissect_control(tvb, pinfo, tree, data) > 0;
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

/* ---- messages ------------------------------------------------------------------- */

/* A message as it is shown: cut from its stream, or a segment that stands for one. */
typedef struct {
    uint32_t  number;
    uint32_t  length;           /* bytes on the wire */
    uint32_t  first_frame;      /* 0: begins here */
    tvbuff_t *tvb;              /* as much of it as was captured, from offset on */
    int       offset, captured;
} np_shown_t;

/* How the payload of this frame is cut, in this pass. Only of a frame with payload: others have no direction. */
static np_cutting_t
cutting_of(packet_info *pinfo, const np_record_t *record)
{
    const np_cutting_t none = { .framing = { .kind = NP_FRAMING_SEGMENT }, .origin = NP_ORIGIN_SEGMENT };

    if (!record->connection->reader)
        return none;
    return np_reader_cutting(record->connection->reader, record->direction - NAVERPHONE_FROM_CLIENT,
                             PINFO_FD_VISITED(pinfo));
}

/* The numbers of the header, where the user said where they stand and the message has them. */
static bool
header_number(const np_shown_t *shown, uint32_t offset, uint32_t width, bool little, uint32_t *value)
{
    if (width == 0 || offset + width > (uint32_t)shown->captured)
        return false;
    *value = np_framing_number(tvb_get_ptr(shown->tvb, shown->offset + (int)offset, (int)width), width, little);
    return true;
}

static bool
type_of(const np_control_format_t *format, const np_shown_t *shown, uint32_t *type)
{
    return format && header_number(shown, format->type_offset, format->type_width, format->little, type);
}

static void
show_header(proto_tree *tree, const np_record_t *record, const np_shown_t *shown)
{
    const np_control_format_t *format = record->connection->format;
    uint32_t value;

    if (!format)
        return;
    if (format->header_length && format->header_length <= (uint32_t)shown->captured)
        proto_tree_add_item(tree, hf_naverphone_control_header, shown->tvb, shown->offset, (int)format->header_length,
                            ENC_NA);
    if (type_of(format, shown, &value)) {
        const char *name = np_user_tables_find_message_name(record->direction, value);
        int offset = shown->offset + (int)format->type_offset, width = (int)format->type_width;

        proto_tree_add_uint(tree, hf_naverphone_control_type, shown->tvb, offset, width, value);
        if (name)
            proto_item_set_generated(proto_tree_add_string(tree, hf_naverphone_control_type_name, shown->tvb, offset,
                                                           width, name));
    }
    if (header_number(shown, format->sequence_offset, format->sequence_width, format->little, &value))
        proto_tree_add_uint(tree, hf_naverphone_control_sequence, shown->tvb,
                            shown->offset + (int)format->sequence_offset, (int)format->sequence_width, value);
}

/* Values in the message that other legs know. */
static void
show_references(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_shown_t *shown)
{
    const np_session_t *session = np_record_session(record);
    wmem_array_t *hits;

    if (!tree || !shown->captured)
        return;
    hits = np_references_find(session->references, pinfo->pool,
                              tvb_get_ptr(shown->tvb, shown->offset, shown->captured), (uint32_t)shown->captured);
    for (unsigned i = 0; hits && i < wmem_array_get_count(hits); i++) {
        const np_hit_t *hit = (const np_hit_t *)wmem_array_index(hits, i);
        proto_item *item = proto_tree_add_uint(tree, hf_naverphone_control_refers_to, shown->tvb,
                                               shown->offset + (int)hit->offset, (int)hit->length, hit->kind);
        proto_tree *subtree = proto_item_add_subtree(item, ett_naverphone_reference);

        proto_item_set_generated(item);
        proto_item_append_text(item, ", bytes %u to %u, known from frame %u", hit->offset,
                               hit->offset + hit->length - 1, hit->frame);
        proto_item_set_generated(proto_tree_add_uint(subtree, hf_naverphone_control_refers_to_frame, NULL, 0, 0,
                                                     hit->frame));
    }
}

/* What follows the header, all of it where none is known. Only text that is all text is shown as such. */
static void
show_content(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_shown_t *shown)
{
    const np_control_format_t *format = record->connection->format;
    int skip = format ? MIN((int)format->header_length, shown->captured) : 0;
    int offset = shown->offset + skip, length = shown->captured - skip;
    const uint8_t *bytes = length ? tvb_get_ptr(shown->tvb, offset, length) : NULL;
    char *text = bytes ? np_text_from_wire(bytes, (size_t)length) : NULL;

    proto_item_set_generated(proto_tree_add_uint(tree, hf_naverphone_control_content, shown->tvb, offset, length,
                                                 np_text_content(bytes, (size_t)length)));
    if (length)
        proto_tree_add_item(tree, hf_naverphone_control_payload, shown->tvb, offset, length, ENC_NA);
    if (text)
        proto_tree_add_string(tree, hf_naverphone_control_text, shown->tvb, offset, length,
                              wmem_strdup(pinfo->pool, text));
    g_free(text);
}

static void
show_message(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_shown_t *shown)
{
    proto_item *item = proto_tree_add_uint_format(tree, hf_naverphone_control_message, shown->tvb, shown->offset,
                                                  shown->captured, shown->number, "Message %u, %u byte%s",
                                                  shown->number, shown->length, plurality(shown->length, "", "s"));
    proto_tree *subtree = proto_item_add_subtree(item, ett_naverphone_message);
    uint32_t type;

    proto_item_set_generated(item);
    if (type_of(record->connection->format, shown, &type)) {
        const char *name = np_user_tables_find_message_name(record->direction, type);

        if (name)
            proto_item_append_text(item, ", %s", name);
        else
            proto_item_append_text(item, ", type %u", type);
    }
    proto_item_set_generated(proto_tree_add_uint(subtree, hf_naverphone_control_length, shown->tvb, shown->offset,
                                                 shown->captured, shown->length));
    if (shown->first_frame)
        proto_item_set_generated(proto_tree_add_uint(subtree, hf_naverphone_control_first_frame, NULL, 0, 0,
                                                     shown->first_frame));
    show_header(subtree, record, shown);
    show_content(pinfo, subtree, record, shown);
    show_references(pinfo, subtree, record, shown);
}

/* Where in the frame's payload the message begins: one that does not is shown before all that do. */
static uint32_t
begin_of(const np_pdu_t *pdu)
{
    return pdu->is_kept ? 0 : pdu->offset;
}

/* A message where it was cut: in the frame's payload, or in bytes of its own. */
static np_shown_t
shown_pdu(tvbuff_t *payload, const np_pdu_t *pdu)
{
    np_shown_t shown = { .number = pdu->number, .length = pdu->length, .tvb = payload, .offset = (int)begin_of(pdu),
                         .captured = (int)pdu->length };

    if (pdu->is_kept) {
        shown.tvb = tvb_new_child_real_data(payload, pdu->kept->bytes, pdu->kept->length, (int)pdu->length);
        shown.offset = 0;
        shown.captured = (int)pdu->kept->length;
        shown.first_frame = pdu->kept->first_frame;
    }
    return shown;
}

/* Of a frame with new payload. */
static np_shown_t
shown_segment(tvbuff_t *payload, const np_record_t *record)
{
    return (np_shown_t){ .number = record->reading->number, .length = tvb_reported_length(payload), .tvb = payload,
                         .captured = (int)tvb_captured_length(payload) };
}

/* Bytes that are no whole message: of one that began before or ends later, retransmitted, or lost to the framing. */
static void
show_fragment(proto_tree *tree, tvbuff_t *payload, uint32_t begin, uint32_t end)
{
    if (begin < end)
        proto_tree_add_item(tree, hf_naverphone_control_fragment, payload, (int)begin, (int)(end - begin), ENC_NA);
}

#define MOST_SHOWN 5000         /* messages of a frame that get a tree */

/* A jumbo frame holds more messages of a byte or two than a tree may have items. Where the last of them ends. */
static uint32_t
show_unshown(proto_tree *tree, tvbuff_t *payload, const np_pdu_t *first, const np_pdu_t *last)
{
    uint32_t begin = begin_of(first), end = begin_of(last) + last->length;

    proto_tree_add_subtree_format(tree, payload, (int)begin, (int)(end - begin), ett_naverphone_message,
                                  NULL, "Messages %u to %u, not shown", first->number, last->number);
    return end;
}

static void
show_messages(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload)
{
    const np_reading_t *reading = record->reading;
    uint32_t at = 0;
    unsigned count = 0;

    for (const np_pdu_t *pdu = np_reading_first(reading); pdu; pdu = np_reading_next(reading, pdu)) {
        np_shown_t shown;

        if (count++ == MOST_SHOWN) {
            at = show_unshown(tree, payload, pdu, reading->last_pdu);
            break;
        }
        shown = shown_pdu(payload, pdu);
        if (pdu->is_kept)
            add_new_data_source(pinfo, shown.tvb, wmem_strdup_printf(pinfo->pool, "Control message %u", pdu->number));
        else {
            show_fragment(tree, payload, at, pdu->offset);
            at = pdu->offset + pdu->length;
        }
        show_message(pinfo, tree, record, &shown);
    }
    show_fragment(tree, payload, at, tvb_captured_length(payload));
    if (reading && reading->ends_in)
        proto_item_set_generated(proto_tree_add_uint(tree, hf_naverphone_control_reassembled_in, NULL, 0, 0,
                                                     reading->ends_in));
}

/* A float that is not below the value, so that a filter ">= 0.9" takes what was decided with 0.9. */
static float
float_not_below(double value)
{
    float nearest = (float)value;

    return nearest < value ? nextafterf(nearest, INFINITY) : nearest;
}

static void
show_cutting(proto_tree *tree, const np_cutting_t *cutting)
{
    char text[NP_FRAMING_TEXT];
    proto_item *item;
    proto_tree *subtree;

    np_framing_format(&cutting->framing, text);
    item = proto_tree_add_string(tree, hf_naverphone_control_framing, NULL, 0, 0, text);
    proto_item_set_generated(item);
    subtree = proto_item_add_subtree(item, ett_naverphone_framing);
    proto_item_set_generated(proto_tree_add_uint(subtree, hf_naverphone_control_framing_origin, NULL, 0, 0,
                                                 cutting->origin));
    if (cutting->origin == NP_ORIGIN_USER) {
        proto_item_append_text(item, " (set by user)");
        return;
    }
    proto_item_set_generated(proto_tree_add_float(subtree, hf_naverphone_control_confidence, NULL, 0, 0,
                                                  float_not_below(cutting->confidence)));
    if (cutting->origin == NP_ORIGIN_INFERRED)
        proto_item_append_text(item, " (inferred, confidence %.2f)", cutting->confidence);
}

bool
np_control_is_lost(packet_info *pinfo, const np_record_t *record)
{
    np_framing_kind_t kind;

    if (!record->reading)
        return false;
    kind = cutting_of(pinfo, record).framing.kind;      /* first: what was read can change with it */
    return record->reading->lost && kind != NP_FRAMING_SEGMENT;
}

void
np_control_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload)
{
    np_cutting_t cutting = cutting_of(pinfo, record);

    proto_item_set_generated(proto_tree_add_uint(tree, hf_naverphone_control_direction, payload, 0, 0,
                                                 record->direction));
    show_cutting(tree, &cutting);
    if (cutting.framing.kind == NP_FRAMING_SEGMENT && record->reading && record->reading->number) {
        np_shown_t shown = shown_segment(payload, record);
        show_message(pinfo, tree, record, &shown);
    } else
        show_messages(pinfo, tree, record, payload);
}

/* ---- the tap ---------------------------------------------------------------------------- */

static naverphone_control_message_t *
tapped_message(packet_info *pinfo, const np_record_t *record, const np_cutting_t *cutting, const np_shown_t *shown)
{
    const np_connection_t *connection = record->connection;
    naverphone_control_message_t *message = wmem_new0(pinfo->pool, naverphone_control_message_t);
    char *framing = (char *)wmem_alloc(pinfo->pool, NP_FRAMING_TEXT);

    np_framing_format(&cutting->framing, framing);
    message->connection = connection->number;
    message->number = shown->number;
    message->direction = record->direction;
    message->framing = framing;
    message->length = shown->length;
    message->captured = (uint32_t)shown->captured;
    message->bytes = shown->captured ? tvb_get_ptr(shown->tvb, shown->offset, shown->captured) : NULL;
    message->client = connection->ends.client;
    message->server = connection->ends.server;
    message->client_port = connection->ends.client_port;
    message->server_port = connection->ends.server_port;
    return message;
}

const naverphone_control_message_t *
np_control_messages(packet_info *pinfo, const np_record_t *record)
{
    const naverphone_control_message_t *first = NULL, **link = &first;
    const np_reading_t *reading = record->reading;
    np_cutting_t cutting = cutting_of(pinfo, record);
    tvbuff_t *payload = np_tcp_payload_of(pinfo, record);

    if (!payload)
        return NULL;
    if (cutting.framing.kind == NP_FRAMING_SEGMENT) {
        np_shown_t shown = shown_segment(payload, record);
        return tapped_message(pinfo, record, &cutting, &shown);
    }
    for (const np_pdu_t *pdu = np_reading_first(reading); pdu; pdu = np_reading_next(reading, pdu)) {
        np_shown_t shown = shown_pdu(payload, pdu);
        naverphone_control_message_t *message = tapped_message(pinfo, record, &cutting, &shown);

        *link = message;
        link = &message->next;
    }
    return first;
}

/* ---- columns ----------------------------------------------------------------------- */

#define MOST_NAMED 8            /* messages of a frame that the Info column names */

/* "5 LOGIN", or "5" where it has no name; without its number "LOGIN", or nothing */
static const char *
message_text(packet_info *pinfo, const np_record_t *record, const np_shown_t *shown, bool with_number)
{
    uint32_t type;
    const char *name = type_of(record->connection->format, shown, &type)
                     ? np_user_tables_find_message_name(record->direction, type) : NULL;

    if (!name)
        name = "";
    return with_number ? wmem_strdup_printf(pinfo->pool, "%u%s%s", shown->number, name[0] ? " " : "", name) : name;
}

/* "5 LOGIN, 6 PING", or (without numbers) "LOGIN, PING"; empty where there is nothing to say. */
static const char *
messages_text(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload, bool with_numbers)
{
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");
    const np_reading_t *reading = record->reading;
    np_cutting_t cutting = cutting_of(pinfo, record);
    unsigned count = 0;

    if (cutting.framing.kind == NP_FRAMING_SEGMENT) {
        np_shown_t shown = shown_segment(payload, record);
        return message_text(pinfo, record, &shown, with_numbers);
    }
    for (const np_pdu_t *pdu = np_reading_first(reading); pdu; pdu = np_reading_next(reading, pdu)) {
        np_shown_t shown = shown_pdu(payload, pdu);
        const char *message = message_text(pinfo, record, &shown, with_numbers);

        if (!message[0])
            continue;
        if (count++ == MOST_NAMED) {
            wmem_strbuf_append(text, ", ...");
            break;
        }
        if (wmem_strbuf_get_len(text))
            wmem_strbuf_append(text, ", ");
        wmem_strbuf_append(text, message);
    }
    return wmem_strbuf_get_str(text);
}

const char *
np_control_label(packet_info *pinfo, const np_record_t *record)
{
    tvbuff_t *payload = np_tcp_payload_of(pinfo, record);
    const char *names = payload ? messages_text(pinfo, record, payload, false) : "";

    return names[0] ? names : NULL;
}

static void
append_event(packet_info *pinfo, wmem_strbuf_t *info, const np_record_t *record, naverphone_event_t event,
             tvbuff_t *payload)
{
    wmem_strbuf_append(info, val_to_str_ext_const(event, &np_event_names_ext, "Unknown event"));
    if (event != NAVERPHONE_EVENT_CONTROL_MESSAGE || !payload)
        return;
    wmem_strbuf_append_printf(info, " %s, %s, %u bytes", messages_text(pinfo, record, payload, true),
                              record->direction == NAVERPHONE_FROM_CLIENT ? "client to server"
                                                                                   : "server to client",
                              tvb_reported_length(payload));
}

void
np_control_columns(packet_info *pinfo, const np_record_t *record)
{
    wmem_strbuf_t *info;
    tvbuff_t *payload;

    if (!pinfo->cinfo)      /* nobody wants columns */
        return;
    info = wmem_strbuf_new(pinfo->pool, "");
    payload = np_tcp_payload_of(pinfo, record);
    for (unsigned i = 0; i < record->event_count; i++) {
        if (i)
            wmem_strbuf_append(info, ", ");
        append_event(pinfo, info, record, record->events[i], payload);
    }
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "NaverPhone");
    if (wmem_strbuf_get_len(info) == 0)
        return;
    if (payload)
        col_add_str(pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(info));
    else        /* TCP's own words stay behind ours */
        col_prepend_fstr(pinfo->cinfo, COL_INFO, "%s: ", wmem_strbuf_get_str(info));
}
