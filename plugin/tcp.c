/* tcp.c
 * TCP connections of the control and login legs, as libwireshark's TCP shows them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tcp.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

#include "evidence.h"
#include "fields.h"

static conversation_t *
conversation_of(packet_info *pinfo)
{
    return find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, pinfo->srcport,
                             pinfo->destport, 0);
}

/* Is the packet's destination the server? By who sent SYN, else by the port; where both ports are a server's, the
 * first packet is taken to be the client's. */
static bool
goes_to_server(const packet_info *pinfo, const struct tcp_analysis *tcp)
{
    bool src_port = np_evidence_is_control_port(pinfo->srcport) || np_evidence_is_login_port(pinfo->srcport);
    bool dst_port = np_evidence_is_control_port(pinfo->destport) || np_evidence_is_login_port(pinfo->destport);

    if (tcp->server_port && pinfo->srcport != pinfo->destport)
        return tcp->server_port == pinfo->destport;
    return dst_port || !src_port;
}

static np_connection_t *
connection_new(packet_info *pinfo, naverphone_leg_t leg, bool to_server)
{
    const address *client = to_server ? &pinfo->src : &pinfo->dst, *server = to_server ? &pinfo->dst : &pinfo->src;
    uint32_t client_port = to_server ? pinfo->srcport : pinfo->destport;
    uint32_t server_port = to_server ? pinfo->destport : pinfo->srcport;

    return np_connection_new(leg, client, (uint16_t)client_port, server, (uint16_t)server_port);
}

np_connection_t *
np_tcp_connection(packet_info *pinfo)
{
    conversation_t *conversation = conversation_of(pinfo);
    np_connection_t *connection;
    struct tcp_analysis *tcp;
    uint32_t server_port;
    bool to_server;

    if (!conversation)
        return NULL;
    connection = (np_connection_t *)conversation_get_proto_data(conversation, proto_naverphone);
    if (connection || PINFO_FD_VISITED(pinfo))
        return connection;
    tcp = get_tcp_conversation_data(conversation, pinfo);
    if (!tcp)
        return NULL;
    to_server = goes_to_server(pinfo, tcp);
    server_port = to_server ? pinfo->destport : pinfo->srcport;
    if (np_evidence_is_control_port(server_port) || np_evidence_is_user_port(pinfo->srcport)
            || np_evidence_is_user_port(pinfo->destport))
        connection = connection_new(pinfo, NAVERPHONE_LEG_CONTROL, to_server);
    else if (np_evidence_is_login_port(server_port))
        connection = connection_new(pinfo, NAVERPHONE_LEG_LOGIN, to_server);
    else
        return NULL;
    conversation_add_proto_data(conversation, proto_naverphone, connection);
    return connection;
}

np_connection_t *
np_tcp_login_connection(packet_info *pinfo)
{
    conversation_t *conversation = conversation_of(pinfo);
    np_connection_t *connection;

    if (!conversation)
        return NULL;
    connection = (np_connection_t *)conversation_get_proto_data(conversation, proto_naverphone);
    if (!connection && !PINFO_FD_VISITED(pinfo)) {
        connection = connection_new(pinfo, NAVERPHONE_LEG_LOGIN, true);
        conversation_add_proto_data(conversation, proto_naverphone, connection);
        np_evidence_watch_port(pinfo->destport);
    }
    return connection;
}

void
np_tcp_payload(packet_info *pinfo, tvbuff_t *tvb, const void *data)
{
    const struct tcpinfo *tcpinfo = (const struct tcpinfo *)data;
    np_scratch_t *scratch = np_scratch(pinfo);

    scratch->payload = tvb;
    if (tcpinfo) {
        scratch->payload_seq = tcpinfo->seq;
        scratch->payload_end = tcpinfo->nxtseq;
    }
}

/* Evidence may grow while a connection lives: its client or server can become known. */
static void
accept_by_address(packet_info *pinfo, np_connection_t *connection, dissector_handle_t control)
{
    const np_span_t no_host = { NULL, 0 };

    if (connection->leg == NAVERPHONE_LEG_LOGIN) {
        uint32_t evidence = np_evidence_login(&connection->server, connection->server_port, no_host);
        if (np_evidence_accepts_login(evidence))
            np_connection_accept(connection, evidence);
    } else {
        uint32_t evidence = np_evidence_control(connection);
        if (np_evidence_accepts_control(evidence)) {
            np_connection_accept(connection, evidence);
            /* From here on, whatever the payload looks like. */
            conversation_set_dissector_from_frame_number(conversation_of(pinfo), pinfo->num + 1, control);
        }
    }
}

/* On port evidence alone: ours if no other dissector took the first payload. */
static void
accept_by_port(packet_info *pinfo, np_connection_t *connection, unsigned layers, dissector_handle_t control)
{
    if (layers & NP_LAYER_DATA) {
        connection->offered_frame = pinfo->num;
        np_connection_accept(connection, NP_EVIDENCE_PORT);
        conversation_set_dissector_from_frame_number(conversation_of(pinfo), pinfo->num + 1, control);
    } else
        connection->refused = true;
}

#define TCP_HEADER 20       /* bytes without options, RFC 9293 3.1 */

/* Does this packet carry a FIN? libwireshark's TCP says so of the first one only and publishes no header, so the
 * header is found again in the packet's bytes: by its ports, and the acknowledgement number that TCP has just noted. */
static bool
has_fin(packet_info *pinfo, uint32_t acked)
{
    const GSList *source = pinfo->data_src;
    tvbuff_t *tvb = source ? get_data_source_tvb((const struct data_source *)source->data) : NULL;
    int length = tvb ? (int)tvb_captured_length(tvb) : 0;

    for (int offset = 0; offset + TCP_HEADER <= length; offset++)
        if (tvb_get_ntohs(tvb, offset) == pinfo->srcport && tvb_get_ntohs(tvb, offset + 2) == pinfo->destport
                && tvb_get_ntohl(tvb, offset + 8) == acked && tvb_get_bits8(tvb, (offset + 12) * 8, 4) >= 5)
            return tvb_get_bits8(tvb, (offset + 13) * 8, 8) & TH_FIN;
    return false;
}

static np_segment_t
read_segment(packet_info *pinfo, const np_connection_t *connection, const np_scratch_t *scratch)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(conversation_of(pinfo), pinfo);
    np_segment_t segment = { 0 };

    if (tcp) {
        segment.seen = tcp->conversation_completeness;
        if (tcp->fwd->tcp_analyze_seq_info) {
            segment.has_flow = true;
            segment.sent_end = tcp->fwd->tcp_analyze_seq_info->nextseq;
            segment.acked = tcp->fwd->tcp_analyze_seq_info->lastack;
            segment.fin = has_fin(pinfo, segment.acked);
        } else
            segment.fin = segment.seen & ~connection->seen & NP_TCP_SEEN_FIN;
        /* A SYN-ACK that begins the capture sets no bit, but tells the server's port. */
        if (segment.seen == 0 && tcp->server_port && tcp->server_port == pinfo->srcport)
            segment.seen = NP_TCP_SEEN_SYN_ACK;
    }
    if (scratch && scratch->payload) {
        segment.has_payload = true;
        segment.payload_seq = scratch->payload_seq;
        segment.payload_end = scratch->payload_end;
    }
    return segment;
}

np_record_t *
np_tcp_observe(packet_info *pinfo, unsigned layers, dissector_handle_t control)
{
    np_connection_t *connection = np_tcp_connection(pinfo);
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    np_packet_t packet = np_source_packet(pinfo);
    np_segment_t segment;
    np_record_t *record;

    if (!connection || connection->refused)
        return NULL;
    if (!connection->session)
        accept_by_address(pinfo, connection, control);
    if (!connection->session && scratch && scratch->offered)
        accept_by_port(pinfo, connection, layers, control);
    if (connection->refused)
        return NULL;
    segment = read_segment(pinfo, connection, scratch);
    record = np_record_new(connection->leg, &packet);
    np_connection_segment(connection, &packet, &segment, record);
    return record;
}
