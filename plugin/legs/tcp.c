/* tcp.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/tcp.h"

#include <epan/conversation.h>
#include <epan/ipproto.h>
#include <epan/proto_data.h>
#include <epan/dissectors/packet-tcp.h>

#include "legs/attached.h"
#include "legs/evidence.h"
#include "model/store.h"
#include "settings/preferences.h"
#include "settings/user_tables.h"

/* The conversation of exactly this connection. One with a wildcard covers others, too. NULL: none. */
static conversation_t *
conversation_of(packet_info *pinfo)
{
    conversation_t *conversation = np_find_tcp_conversation(pinfo);

    return conversation && conversation->options == 0 ? conversation : NULL;
}

/* TCP's dissector knows the server from the handshake. Otherwise the port decides. If both are servers' ports, the
 * first packet is the client's. */
static bool
goes_to_server(const packet_info *pinfo, const struct tcp_analysis *tcp)
{
    bool src_port = np_evidence_is_control_port(pinfo->srcport) || np_evidence_is_login_port(pinfo->srcport);
    bool dst_port = np_evidence_is_control_port(pinfo->destport) || np_evidence_is_login_port(pinfo->destport);

    if (tcp->server_port && pinfo->srcport != pinfo->destport) {
        return tcp->server_port == pinfo->destport;
    }
    return dst_port || !src_port;
}

static np_connection_t *
connection_new(packet_info *pinfo, naverphone_leg_t leg, bool to_server)
{
    const address *client = to_server ? &pinfo->src : &pinfo->dst, *server = to_server ? &pinfo->dst : &pinfo->src;
    const np_address_pair_t pair = { .client = *client,
                                     .server = *server,
                                     .client_port = (uint16_t)(to_server ? pinfo->srcport : pinfo->destport),
                                     .server_port = (uint16_t)(to_server ? pinfo->destport : pinfo->srcport) };
    np_connection_t *connection = np_connection_new(leg, &pair);

    /* Server networks hold no clients, unless the user chose the port. */
    if (np_preferences_is_server(client) && !np_evidence_is_user_connection(pinfo->srcport, pinfo->destport)) {
        np_connection_refuse(connection);
    }
    if (leg == NAVERPHONE_LEG_CONTROL) {
        np_connection_set_format(connection, np_user_tables_find_control_format(server, pair.server_port),
                                 np_preferences.infer_framing);
    }
    return connection;
}

static np_connection_t *
connection_on(packet_info *pinfo, conversation_t *conversation)
{
    np_connection_t *connection;
    struct tcp_analysis *tcp;
    uint32_t server_port;
    bool to_server;

    if (!conversation) {
        return NULL;
    }
    connection = (np_connection_t *)np_attached_get(conversation, NP_ATTACHED_CONNECTION);
    if (connection || PINFO_FD_VISITED(pinfo)
        || np_evidence_is_redirected_connection(pinfo->srcport, pinfo->destport)) {
        return connection;
    }
    tcp = get_tcp_conversation_data(conversation, pinfo);
    if (!tcp) {
        return NULL;
    }
    to_server = goes_to_server(pinfo, tcp);
    server_port = to_server ? pinfo->destport : pinfo->srcport;
    if (np_evidence_is_control_port(server_port) || np_evidence_is_user_connection(pinfo->srcport, pinfo->destport)) {
        connection = connection_new(pinfo, NAVERPHONE_LEG_CONTROL, to_server);
    } else if (np_evidence_is_login_port(server_port)) {
        connection = connection_new(pinfo, NAVERPHONE_LEG_LOGIN, to_server);
    } else {
        return NULL;
    }
    np_attached_set(conversation, NP_ATTACHED_CONNECTION, connection);
    return connection;
}

np_connection_t *
np_tcp_connection(packet_info *pinfo)
{
    return np_evidence_may_connect(pinfo) && !np_packet_is_quoted(pinfo) ? connection_on(pinfo, conversation_of(pinfo))
                                                                         : NULL;
}

np_connection_t *
np_tcp_login_connection(packet_info *pinfo)
{
    conversation_t *conversation = np_packet_is_quoted(pinfo) ? NULL : conversation_of(pinfo);
    np_connection_t *connection;

    if (!conversation) {
        return NULL;
    }
    connection = (np_connection_t *)np_attached_get(conversation, NP_ATTACHED_CONNECTION);
    if (!connection && !PINFO_FD_VISITED(pinfo)) {
        connection = connection_new(pinfo, NAVERPHONE_LEG_LOGIN, true);
        np_attached_set(conversation, NP_ATTACHED_CONNECTION, connection);
        np_evidence_watch_port(pinfo->destport);
    }
    return connection;
}

uint32_t
np_tcp_acknowledged(packet_info *pinfo)
{
    conversation_t *conversation = conversation_of(pinfo);
    const struct tcp_analysis *tcp = conversation ? get_tcp_conversation_data(conversation, pinfo) : NULL;

    return tcp && tcp->fwd->tcp_analyze_seq_info ? tcp->fwd->tcp_analyze_seq_info->lastack : 0;
}

bool
np_tcp_is_first_turn(packet_info *pinfo)
{
    conversation_t *conversation = conversation_of(pinfo);
    const struct tcp_analysis *tcp = conversation ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    uint32_t acked = np_tcp_acknowledged(pinfo);

    return acked == 1 || (tcp && acked - tcp->rev->base_seq == 1); /* relative or not */
}

np_noted_segment_t *
np_tcp_note_payload(packet_info *pinfo, tvbuff_t *tvb, const void *data)
{
    const struct tcpinfo *tcpinfo = (const struct tcpinfo *)data;
    np_noted_segment_t *segment = wmem_new0(pinfo->pool, np_noted_segment_t), **link = &np_scratch(pinfo)->segments;

    while (*link) {
        link = &(*link)->next;
    }
    *link = segment;
    segment->transport = np_transport_of(pinfo);
    segment->payload = tvb;
    segment->place = (np_payload_place_t){ (uint32_t)tvb_raw_offset(tvb), tvb_reported_length(tvb) };
    segment->seq = tcpinfo ? tcpinfo->seq : 0;
    if (tcpinfo && (tcpinfo->flags & TH_SYN)) { /* a SYN takes one number (RFC 7413) */
        segment->seq++;
    }
    segment->end = segment->seq + tvb_reported_length(tvb);
    return segment;
}

static bool
is_of_connection(const np_transport_t *transport, const np_connection_t *connection)
{
    const np_address_pair_t *pair = &connection->pair;

    return (transport->src_port == pair->client_port && transport->dst_port == pair->server_port
            && addresses_equal(&transport->src, &pair->client) && addresses_equal(&transport->dst, &pair->server))
        || (transport->src_port == pair->server_port && transport->dst_port == pair->client_port
            && addresses_equal(&transport->src, &pair->server) && addresses_equal(&transport->dst, &pair->client));
}

/* True if the record was made for this payload. Places are compared, because TCP's numbers may differ between passes. A
 * record from before its connection was accepted has no place. */
static bool
is_about(const np_record_t *record, const np_noted_segment_t *segment)
{
    if ((segment->record && segment->record != record) || !is_of_connection(&segment->transport, record->connection)) {
        return false;
    }
    return record->place.length == 0
        || (segment->place.offset == record->place.offset && segment->place.length == record->place.length);
}

static np_noted_segment_t *
noted_segment_of(packet_info *pinfo, const np_record_t *record)
{
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    np_noted_segment_t *segment = scratch ? scratch->segments : NULL;

    while (segment && !is_about(record, segment)) {
        segment = segment->next;
    }
    return segment;
}

static tvbuff_t *
source_bytes(const packet_info *pinfo, unsigned index)
{
    const GSList *source = g_slist_nth(pinfo->data_src, index);

    return source ? np_source_tvb(source) : NULL;
}

void
np_tcp_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried)
{
    const np_control_segment_t *control = record->payload;
    np_noted_segment_t *segment = noted_segment_of(pinfo, record);
    tvbuff_t *packet = control && control->packet_length ? source_bytes(pinfo, control->packet_source) : NULL;

    if (packet && !(segment && control->handed_on)) {
        carried->payload = tvb_new_subset_length(packet, (int)control->packet_offset, (int)control->packet_length);
    } else if (segment) {
        carried->payload = segment->payload;
    } else if (control && control->first) { /* messages completed by a frame without payload */
        carried->payload = tvb_new_subset_length(source_bytes(pinfo, 0), 0, 0);
    }
    if (!segment || !segment->item) {
        return;
    }
    carried->item = segment->item;
    segment->record = record;
    segment->item = NULL;
}

/* Accepts the connection if its addresses suffice. Called for each frame, because an address may become known later. */
static void
accept_by_address(packet_info *pinfo, conversation_t *conversation, np_connection_t *connection,
                  dissector_handle_t control)
{
    const np_span_t no_host = { NULL, 0 };

    if (connection->leg == NAVERPHONE_LEG_LOGIN) {
        uint32_t evidence = np_evidence_login(&connection->pair.server, connection->pair.server_port, no_host);
        /* A peer may serve others, too; the Host decides. */
        if ((evidence & NP_EVIDENCE_NETWORK) && np_evidence_accepts_login(evidence)) {
            np_connection_accept(connection, pinfo->num, evidence);
        }
    } else {
        uint32_t evidence = np_evidence_control(connection);
        if (np_evidence_accepts_control(evidence)) {
            np_connection_accept(connection, pinfo->num, evidence);
            /* Later payload is ours whatever it looks like. */
            conversation_set_dissector_from_frame_number(conversation, pinfo->num + 1, control);
        }
    }
}

/* Accepts the connection by its port alone, if a SYN or SYN-ACK shows which end is the server, and no other dissector
 * took the first payload. Otherwise it is refused. */
static void
accept_by_port(packet_info *pinfo, conversation_t *conversation, np_connection_t *connection, unsigned layers,
               dissector_handle_t control)
{
    if (!(connection->seen & (NP_TCP_SEEN_SYN | NP_TCP_SEEN_SYN_ACK))) {
        return;
    }
    if (layers & NP_LAYER_DATA) {
        p_add_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_OFFERED, connection);
        np_connection_accept(connection, pinfo->num, NP_EVIDENCE_PORT);
        conversation_set_dissector_from_frame_number(conversation, pinfo->num + 1, control);
    } else {
        np_connection_refuse(connection);
    }
}

#define IPV4_HEADER 20 /* bytes without options, RFC 791 */
#define IPV6_HEADER 40 /* RFC 8200 */
#define TCP_HEADER 20  /* bytes without options, RFC 9293 3.1 */

/* Found in the frame's bytes, because TCP does not publish it. */
typedef struct {
    tvbuff_t *tvb;   /* NULL: not found */
    unsigned source; /* index of data source */
    int offset;
    int length;
} tcp_header_t;

static const tcp_header_t no_header = { NULL, 0, 0, 0 };

/* A frame can hold several segments of a connection: acknowledgement and payload distinguish them. */
static tcp_header_t
find_header_in(const packet_info *pinfo, tvbuff_t *tvb, const uint32_t *acked, const np_noted_segment_t *noted)
{
    np_span_t bytes = np_packet_bytes(tvb);
    bool has_payload = noted && tvb_get_ds_tvb(noted->payload) == tvb;
    size_t offset = np_packet_find_ports(pinfo, bytes, 0);

    for (; bytes.data && offset + TCP_HEADER <= bytes.len; offset = np_packet_find_ports(pinfo, bytes, offset + 1)) {
        const uint8_t *header = bytes.data + offset;
        unsigned length = (header[12] >> 4) * 4U;

        if (length >= TCP_HEADER && (!has_payload || offset + length == noted->place.offset)
            && (!acked || pntohu32(header + 8) == *acked)) {
            return (tcp_header_t){ tvb, 0, (int)offset, (int)length };
        }
    }
    return no_header;
}

static tcp_header_t
find_header(const packet_info *pinfo, const uint32_t *acked, const np_noted_segment_t *noted)
{
    tcp_header_t header = no_header;
    unsigned index = 0;

    for (const GSList *source = pinfo->data_src; source && !header.tvb; source = source->next) {
        header = find_header_in(pinfo, np_source_tvb(source), acked, noted);
        header.source = index++;
    }
    return header;
}

#define MORE_FRAGMENTS 0x20 /* in the byte of IPv4's flags */

/* Bytes of payload, from the IP header before it; negative: unknown, as in a fragment. */
static int
payload_length(const tcp_header_t *header)
{
    tvbuff_t *tvb = header->tvb;
    int ip = header->offset - IPV6_HEADER;

    if (ip >= 0 && tvb_get_uint8(tvb, ip) >> 4 == 6 && tvb_get_uint8(tvb, ip + 6) == IP_PROTO_TCP) {
        return tvb_get_ntohs(tvb, ip + 4) - header->length;
    }
    for (int words = IPV4_HEADER / 4; words <= 15; words++) {
        ip = header->offset - words * 4;
        if (ip >= 0 && tvb_get_uint8(tvb, ip) == (0x40 | words) && tvb_get_uint8(tvb, ip + 9) == IP_PROTO_TCP) {
            if (tvb_get_uint8(tvb, ip + 6) & MORE_FRAGMENTS) {
                return -1;
            }
            return tvb_get_ntohs(tvb, ip + 2) - words * 4 - header->length;
        }
    }
    return -1;
}

static uint8_t
flags_of(const tcp_header_t *header)
{
    return header->tvb ? tvb_get_uint8(header->tvb, header->offset + 13) : 0;
}

/* The payload's sequence number. A SYN takes the one before (RFC 9293 3.4). */
static uint32_t
raw_sequence(const tcp_header_t *header)
{
    return tvb_get_ntohl(header->tvb, header->offset + 4) + ((flags_of(header) & TH_SYN) ? 1 : 0);
}

static void
take_handed_payload(np_segment_t *segment, const tcp_header_t *header, const np_noted_segment_t *noted,
                    uint32_t sequence)
{
    segment->has_payload = segment->handed_on = true;
    segment->payload_seq = sequence;
    segment->payload_end = sequence + (noted->end - noted->seq);
    segment->payload_captured = tvb_captured_length(noted->payload);
    if (segment->payload_captured) {
        segment->payload = tvb_get_ptr(noted->payload, 0, (int)segment->payload_captured);
    }
    if (header->tvb && header->tvb == tvb_get_ds_tvb(noted->payload)) {
        segment->packet_source = header->source;
        segment->packet_offset = noted->place.offset;
    }
}

static void
take_packet_payload(np_segment_t *segment, const tcp_header_t *header, int length, uint32_t sequence)
{
    int offset = header->offset + header->length;
    int captured = MIN(length, tvb_captured_length_remaining(header->tvb, offset));

    if (captured <= 0) {
        return;
    }
    segment->has_payload = true;
    segment->payload_seq = sequence;
    segment->payload_end = sequence + (uint32_t)length;
    segment->payload = tvb_get_ptr(header->tvb, offset, captured);
    segment->payload_captured = (uint32_t)captured;
    segment->packet_source = header->source;
    segment->packet_offset = (uint32_t)offset;
}

/* The sequence number after what the header's segment sends. TCP's own next number may come from an RST that its
 * receiver ignored, so it is used only if the header was not found. */
static uint32_t
sent_end_of(const tcp_header_t *header, uint32_t next)
{
    int length = header->tvb ? payload_length(header) : -1;

    if (length < 0) {
        return next;
    }
    return raw_sequence(header) + (uint32_t)length + ((flags_of(header) & TH_FIN) ? 1 : 0);
}

static uint32_t
sequence_of(np_control_side_t *side, const tcp_header_t *header, const np_noted_segment_t *noted)
{
    uint32_t raw = header->tvb ? raw_sequence(header) : 0;

    if (!side) {
        return noted ? noted->seq : 0;
    }
    return np_control_side_take(side, header->tvb ? &raw : NULL, noted ? &noted->seq : NULL);
}

/* Depending on its preferences, TCP hands a payload on later, or not at all. Such a payload is read from the packet in
 * which it was captured. */
static void
read_payload(np_segment_t *segment, np_connection_t *connection, naverphone_direction_t direction,
             const tcp_header_t *header, const np_noted_segment_t *noted)
{
    int length = header->tvb ? payload_length(header) : -1;
    np_control_side_t *side = connection->leg == NAVERPHONE_LEG_CONTROL ? &connection->control[direction] : NULL;

    if (side && (flags_of(header) & TH_SYN)) {
        np_control_side_begin(side, raw_sequence(header));
    }
    if (noted && (length < 0 || (uint32_t)length == tvb_reported_length(noted->payload))) {
        take_handed_payload(segment, header, noted, sequence_of(side, header, noted));
    } else if (length > 0 && connection->session && side) {
        take_packet_payload(segment, header, length, sequence_of(side, header, noted));
    }
}

#define MAX_WINDOW_SCALE 14  /* RFC 7323 2.3 */
#define NO_WINDOW_SCALE (-2) /* in TCP's data */

/* True if the segment is an RST that its receiver ignores because it is outside of the largest possible window
 * (RFC 9293 3.10.7.4). False if the window's begin is unknown. */
static bool
is_stray_reset(const tcp_header_t *header, const struct tcp_analysis *tcp, const np_segment_t *segment)
{
    int scale = tcp->rev->win_scale == NO_WINDOW_SCALE ? 0 : tcp->rev->win_scale;
    uint32_t window = 0xFFFFU << (scale < 0 || scale > MAX_WINDOW_SCALE ? MAX_WINDOW_SCALE : scale);
    uint32_t sequence;

    if (!(flags_of(header) & TH_RST) || !segment->has_peer_flow || segment->peer_acked == 0) {
        return false;
    }
    sequence = tvb_get_ntohl(header->tvb, header->offset + 4);
    return LT_SEQ(sequence, segment->peer_acked) || GT_SEQ(sequence, segment->peer_acked + window);
}

/* Without TCP's analysis, the payload's place or a SYN identifies the header. */
static tcp_header_t
find_begin_header(const packet_info *pinfo, const np_noted_segment_t *noted)
{
    tcp_header_t header = find_header(pinfo, NULL, noted);

    return noted || (flags_of(&header) & TH_SYN) ? header : no_header;
}

/* Reads what TCP found out, the header and the payload. is_last: it is the frame's last transport, the only one that
 * TCP's data describe. */
static np_segment_t
read_segment(packet_info *pinfo, conversation_t *conversation, np_connection_t *connection,
             const np_noted_segment_t *noted, bool is_last)
{
    const np_packet_t packet = np_packet_of(pinfo);
    const struct tcp_analysis *tcp = is_last ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    tcp_header_t header = no_header;
    np_segment_t segment = { 0 };

    if (tcp) {
        segment.seen = tcp->conversation_completeness;
        if (tcp->fwd->tcp_analyze_seq_info) {
            segment.acked = tcp->fwd->tcp_analyze_seq_info->lastack;
            /* TCP reports only the first FIN. */
            header = find_header(pinfo, &segment.acked, noted);
            segment.sent_end = sent_end_of(&header, tcp->fwd->tcp_analyze_seq_info->nextseq);
            segment.fin = flags_of(&header) & TH_FIN;
            /* Without ACK, as in an RST, the number may be anything (RFC 9293 3.10.7.4). */
            segment.has_flow = !header.tvb || (flags_of(&header) & TH_ACK);
            segment.has_peer_flow = tcp->rev->tcp_analyze_seq_info != NULL;
            segment.peer_acked = segment.has_peer_flow ? tcp->rev->tcp_analyze_seq_info->lastack : 0;
        } else {
            segment.fin = segment.seen & ~connection->seen & NP_TCP_SEEN_FIN;
            header = find_begin_header(pinfo, noted);
        }
        /* A SYN-ACK that begins the capture sets no bit, but the server's port. */
        if (segment.seen == 0 && tcp->server_port && tcp->server_port == pinfo->srcport) {
            segment.seen = NP_TCP_SEEN_SYN_ACK;
        }
    } else if (noted) {
        header = find_header(pinfo, NULL, noted);
    }
    segment.flags = flags_of(&header);
    segment.is_stray_reset = tcp && is_stray_reset(&header, tcp, &segment);
    read_payload(&segment, connection, np_connection_direction(connection, &packet), &header, noted);
    segment.is_probe = tcp && tcp->rev->window == 0 && segment.payload_end - segment.payload_seq == 1;
    return segment;
}

/* True for a payload with new bytes, and no zero window probe. */
static bool
is_message(const np_control_segment_t *payload)
{
    return payload && payload->number;
}

/* Everything in the record follows from its payload, and from what the connection and its session were at its frame. */
static bool
is_quiet(const np_record_t *record)
{
    return np_record_count_events(record) == is_message(record->payload) && !record->experts;
}

np_record_t *
np_tcp_observe(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted, dissector_handle_t control)
{
    /* A noted segment is not quoted. */
    conversation_t *conversation = !noted && np_packet_is_quoted(pinfo) ? NULL : conversation_of(pinfo);
    np_connection_t *connection = connection_on(pinfo, conversation);
    np_packet_t packet;
    np_segment_t segment;
    np_record_t record = { .frame = pinfo->num };

    if (!connection || connection->refused) {
        return NULL;
    }
    if (!connection->session) {
        accept_by_address(pinfo, conversation, connection, control);
    }
    if (!connection->session && noted && noted->offered && layers) {
        accept_by_port(pinfo, conversation, connection, layers, control);
    }
    if (connection->refused) {
        return NULL;
    }
    /* Perhaps foreign. If a Host identifies the connection later, its TCP events are not needed. */
    if (connection->leg == NAVERPHONE_LEG_LOGIN && !connection->session) {
        return NULL;
    }
    packet = np_packet_of(pinfo);
    segment = read_segment(pinfo, conversation, connection, noted, layers != 0);
    if (noted) {
        record.place = noted->place;
    }
    record.connection = connection;
    record.leg = connection->leg;
    np_connection_process(connection, &packet, &segment, &record);
    if (connection->session && is_quiet(&record) && layers && !np_record_first(pinfo)) {
        if (record.payload) {
            p_add_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_SEGMENT, record.payload);
        }
        np_record_close(&record, &pinfo->abs_ts);
        return NULL;
    }
    return np_record_keep(pinfo, &record);
}

np_record_t *
np_tcp_quiet_record(packet_info *pinfo)
{
    np_connection_t *connection = pinfo->ptype == PT_TCP ? np_tcp_connection(pinfo) : NULL;
    np_record_t *record;
    np_packet_t packet;

    if (!connection || !connection->session || connection->refused) {
        return NULL;
    }
    packet = np_packet_of(pinfo);
    record = wmem_new0(pinfo->pool, np_record_t);
    record->frame = pinfo->num;
    record->leg = connection->leg;
    record->connection = connection;
    record->direction = np_connection_direction(connection, &packet);
    record->payload =
        (np_control_segment_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_SEGMENT);
    if (is_message(record->payload)) {
        np_record_add_event(record, NAVERPHONE_EVENT_CONTROL_MESSAGE);
    }
    record->evidence = np_history_number_at(&connection->evidence, pinfo->num);
    if (record->evidence) {
        record->session_state =
            (naverphone_session_state_t)np_history_number_at(&np_record_session(record)->states, pinfo->num);
    } else {
        record->session_state = connection->state_before;
    }
    return record;
}
