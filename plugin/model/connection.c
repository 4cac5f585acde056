/* connection.c
 * TCP connections of the control and login legs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/connection.h"

#include <epan/dissectors/packet-tcp.h>

#include "model/copies.h"

/* A server's address and port. The address is a connection's. */
typedef struct {
    address host;
    uint16_t port;
} socket_t;

static wmem_map_t *servers;  /* socket_t → np_server_framing_t */
static wmem_map_t *controls; /* np_ends_t → np_connection_t: the latest control connection with those ends */
static uint32_t connection_count;

static unsigned
socket_hash(gconstpointer key)
{
    const socket_t *socket = (const socket_t *)key;
    return np_hash_address(socket->port, &socket->host);
}

static gboolean
socket_equal(gconstpointer a, gconstpointer b)
{
    const socket_t *left = (const socket_t *)a, *right = (const socket_t *)b;
    return left->port == right->port && addresses_equal(&left->host, &right->host);
}

static unsigned
ends_hash(gconstpointer key)
{
    const np_ends_t *ends = (const np_ends_t *)key;
    unsigned ports = (unsigned)ends->client_port << 16 | ends->server_port;

    return np_hash_address(np_hash_address(ports, &ends->client), &ends->server);
}

static gboolean
ends_equal(gconstpointer a, gconstpointer b)
{
    const np_ends_t *left = (const np_ends_t *)a, *right = (const np_ends_t *)b;

    return left->client_port == right->client_port && left->server_port == right->server_port
        && addresses_equal(&left->client, &right->client) && addresses_equal(&left->server, &right->server);
}

void
np_connections_init(void)
{
    connection_count = 0;
    controls = wmem_map_new(wmem_file_scope(), ends_hash, ends_equal);
    servers = wmem_map_new(wmem_file_scope(), socket_hash, socket_equal);
}

naverphone_session_state_t
np_connection_state_before(const np_connection_t *connection)
{
    const np_session_t *session = np_session_open(&connection->ends.client);

    if (session) {
        return session->info.state;
    }
    return connection->leg == NAVERPHONE_LEG_CONTROL && connection->established ? NAVERPHONE_SESSION_CONNECTED
                                                                                : NAVERPHONE_SESSION_CONNECTING;
}

np_connection_t *
np_connection_new(naverphone_leg_t leg, const np_ends_t *ends)
{
    np_connection_t *connection = wmem_new0(wmem_file_scope(), np_connection_t);

    connection->leg = leg;
    connection->number = ++connection_count;
    connection->ends = *ends;
    copy_address_wmem(wmem_file_scope(), &connection->ends.client, &ends->client);
    copy_address_wmem(wmem_file_scope(), &connection->ends.server, &ends->server);
    return connection;
}

naverphone_direction_t
np_connection_direction(const np_connection_t *connection, const np_packet_t *packet)
{
    const np_ends_t *ends = &connection->ends;

    return packet->src_port == ends->client_port && addresses_equal(packet->src, &ends->client) ? NAVERPHONE_FROM_CLIENT
                                                                                                : NAVERPHONE_TO_CLIENT;
}

/* An earlier control connection with the same ends that was never closed. */
static np_connection_t *
lost_twin(const np_connection_t *connection)
{
    np_connection_t *twin = (np_connection_t *)wmem_map_lookup(controls, &connection->ends);

    return twin && twin != connection && !twin->logout_frame ? twin : NULL;
}

void
np_connection_accept(np_connection_t *connection, uint32_t frame, uint32_t evidence)
{
    const np_ends_t *ends = &connection->ends;

    np_history_set(&connection->evidence, frame, connection->evidence.latest | evidence);
    np_sessions_note_ends(&ends->client, &ends->server, NP_CLIENT_SURE, evidence);
    if (connection->session) {
        return;
    }
    connection->state_before = np_connection_state_before(connection);
    connection->session = connection->leg == NAVERPHONE_LEG_CONTROL
                            ? np_session_offered(&ends->client, lost_twin(connection) != NULL)
                            : np_session_of_client(&ends->client);
    if (connection->connect_frame) {
        np_session_note_frame(connection->session, connection->connect_frame, &connection->connect_time);
    }
}

void
np_connection_move(np_connection_t *connection, np_session_t *session, uint32_t frame)
{
    if (connection->session == session) {
        return;
    }
    if (!connection->sessions) {
        connection->sessions = wmem_tree_new(wmem_file_scope());
        wmem_tree_insert32(connection->sessions, 0, connection->session);
    }
    wmem_tree_insert32(connection->sessions, frame, session);
    connection->session = session;
    connection->referred = false;
}

/* Has nothing but SYN come so far? */
static bool
is_asked_alone(const np_connection_t *connection)
{
    return (connection->seen & NP_TCP_SEEN_SYN)
        && !(connection->seen & (NP_TCP_SEEN_SYN_ACK | NP_TCP_SEEN_ACK | NP_TCP_SEEN_DATA | NP_TCP_SEEN_FIN));
}

/* The server has accepted: the session begins, or the connection joins one. */
static void
go_online(np_connection_t *connection, uint32_t frame)
{
    np_connection_t *lost = lost_twin(connection);
    bool is_promised = connection->session->offered && !connection->session->ended;
    np_session_t *session;

    if (lost) {
        np_session_control_is_lost(lost->session);
    }
    session = np_session_of_control(connection->session, lost != NULL);
    if (is_promised) { /* later passes show it on the SYN, too */
        connection->session = session;
    } else {
        np_connection_move(connection, session, frame);
    }
    connection->is_online = true;
    connection->ended = false; /* if it was refused before */
    connection->logout_frame = connection->closed_frame = 0;
    wmem_map_insert(controls, &connection->ends, connection);
}

/* The session knows the connection's addresses from the first frame of it that it has. */
static void
refer_to_ends(np_connection_t *connection, uint32_t frame)
{
    connection->referred = true;
    np_references_add_socket(connection->session->references, NP_REFERENCE_CLIENT, frame, &connection->ends.client,
                             connection->ends.client_port);
    np_references_add_socket(connection->session->references, NP_REFERENCE_SERVER, frame, &connection->ends.server,
                             connection->ends.server_port);
}

/* Connect, Accept, Established: each once, from the bits that TCP has just set. */
static void
handshake(np_connection_t *connection, const np_packet_t *packet, naverphone_direction_t direction, uint32_t news,
          np_record_t *record)
{
    if ((news & NP_TCP_SEEN_SYN) && direction == NAVERPHONE_FROM_CLIENT) {
        connection->connect_frame = packet->frame;
        connection->connect_time = packet->time;
        np_record_add_event(record, NAVERPHONE_EVENT_CONNECT);
    }
    if ((news & NP_TCP_SEEN_SYN_ACK) && direction == NAVERPHONE_TO_CLIENT) {
        np_record_add_event(record, NAVERPHONE_EVENT_ACCEPT);
    }
    if (!connection->established && direction == NAVERPHONE_FROM_CLIENT && (connection->seen & NP_TCP_SEEN_SYN_ACK)
        && (news & (NP_TCP_SEEN_ACK | NP_TCP_SEEN_DATA))) {
        connection->established = true;
        np_record_add_event(record, NAVERPHONE_EVENT_ESTABLISHED);
    }
}

/* The control connection says whether its client is connected: after the handshake, or where that is not in the
 * capture. */
static void
update_session(np_connection_t *connection)
{
    bool in_handshake = connection->seen & (NP_TCP_SEEN_SYN | NP_TCP_SEEN_SYN_ACK);

    if (connection->established || !in_handshake || connection->control[0].has_next_seq
        || connection->control[1].has_next_seq) {
        if (!connection->is_up) {
            np_session_control_comes(connection->session, connection);
        }
        connection->is_up = true;
        np_session_set_connected(connection->session);
    }
}

/* A segment that comes late, from within the latest gap. */
static np_place_t
place_in_gap(np_control_side_t *side, uint32_t begin, uint32_t end)
{
    np_place_t place = begin == side->gap_begin   ? NP_PLACE_GAP_BEGIN
                     : LT_SEQ(end, side->gap_end) ? NP_PLACE_IN_GAP
                                                  : NP_PLACE_GAP_END;

    if (place == NP_PLACE_GAP_BEGIN) {
        side->gap_begin = LT_SEQ(side->gap_end, end) ? side->gap_end : end;
    } else {
        side->gap_end = begin;
    }
    return place;
}

/* Where does the segment's payload stand in its stream, as far as it is new? False where none of it is. */
static bool
place_payload(np_connection_t *connection, naverphone_direction_t direction, const np_segment_t *segment,
              np_payload_t *payload)
{
    np_control_side_t *side = np_connection_control(connection, direction);
    uint32_t begin = segment->payload_seq, end = segment->payload_end, skip = 0;
    bool from_start = connection->seen & (NP_TCP_SEEN_SYN | NP_TCP_SEEN_SYN_ACK);

    if (!segment->has_payload) {
        return false;
    }
    payload->place = NP_PLACE_NEXT;
    if (!side->has_next_seq) {
        payload->place = from_start ? NP_PLACE_NEXT : NP_PLACE_FIRST;
    } else if (GE_SEQ(side->next_seq, end)) {
        if (LT_SEQ(begin, side->gap_begin) || GE_SEQ(begin, side->gap_end)) {
            return false;
        }
        end = LT_SEQ(side->gap_end, end) ? side->gap_end : end;
        payload->place = place_in_gap(side, begin, end);
        payload->fills_gap = side->gap_begin == side->gap_end;
    } else if (LT_SEQ(side->next_seq, begin)) {
        side->gap_begin = side->next_seq;
        side->gap_end = begin;
        payload->place = NP_PLACE_AFTER_GAP;
    } else {
        skip = side->next_seq - begin;
    }
    if (!np_place_is_late(payload->place)) {
        side->has_next_seq = true;
        side->next_seq = end;
    }
    payload->offset = skip;
    payload->length = end - begin - skip;
    payload->captured = segment->payload_captured > skip ? MIN(segment->payload_captured - skip, payload->length) : 0;
    payload->bytes = payload->captured ? segment->payload + skip : NULL;
    return true;
}

static np_server_framing_t *
server_framing_of(const np_connection_t *connection)
{
    socket_t socket = { connection->ends.server, connection->ends.server_port };
    np_server_framing_t *server = (np_server_framing_t *)wmem_map_lookup(servers, &socket);

    if (!server) {
        server = wmem_new0(wmem_file_scope(), np_server_framing_t);
        wmem_map_insert(servers, wmem_memdup(wmem_file_scope(), &socket, sizeof socket), server);
    }
    return server;
}

/* A Control record's, made at the first call. */
static np_control_segment_t *
control_segment_of(np_record_t *record)
{
    if (!record->payload) {
        record->payload = wmem_new0(wmem_file_scope(), np_control_segment_t);
    }
    return record->payload;
}

/* New payload of a control connection: its frame has an event, and its stream goes on. */
static void
read_payload(np_connection_t *connection, uint32_t frame, naverphone_direction_t direction, const np_payload_t *payload,
             np_record_t *record)
{
    np_control_segment_t *segment = control_segment_of(record);

    segment->frame = frame;
    segment->number = ++np_connection_control(connection, direction)->messages;
    np_record_add_event(record, NAVERPHONE_EVENT_CONTROL_MESSAGE);
    if (!connection->streams) {
        connection->streams =
            np_control_streams_new(server_framing_of(connection), connection->format ? &connection->format->framing : NULL,
                          connection->infer_framing);
    }
    if (connection->session) {
        np_session_control_speaks(connection->session, connection);
    }
    np_control_streams_read(connection->streams, direction - NAVERPHONE_FROM_CLIENT, payload, segment);
}

/* Notes which FINs this packet's sender has acknowledged. True once: when it was the last of both. */
static bool
acknowledges_both_fins(np_connection_t *connection, naverphone_direction_t direction, const np_segment_t *segment)
{
    np_tcp_side_t *other = np_connection_side(connection, np_other_way(direction));

    if (!segment->has_flow || !other->fin || other->fin_acked || LT_SEQ(segment->acked, other->fin_end)) {
        return false;
    }
    other->fin_acked = true;
    return np_connection_side(connection, direction)->fin_acked;
}

static void
end_connection(np_connection_t *connection, const np_packet_t *packet)
{
    connection->ended = true;
    connection->closed_frame = packet->frame;
    if (connection->connect_frame) {
        nstime_delta(&connection->duration, &packet->time, &connection->connect_time);
    }
    if (connection->streams) {
        np_control_streams_end(connection->streams);
    }
}

static naverphone_session_end_t
end_of(naverphone_direction_t sender, bool reset)
{
    if (sender == NAVERPHONE_FROM_CLIENT) {
        return reset ? NAVERPHONE_END_RESET_BY_CLIENT : NAVERPHONE_END_CLOSED_BY_CLIENT;
    }
    return reset ? NAVERPHONE_END_RESET_BY_SERVER : NAVERPHONE_END_CLOSED_BY_SERVER;
}

static void
logout(np_connection_t *connection, const np_packet_t *packet, bool aborted, np_record_t *record)
{
    np_session_t *session = connection->session;
    naverphone_session_end_t how = end_of(record->direction, aborted);

    if (connection->leg != NAVERPHONE_LEG_CONTROL || connection->logout_frame) {
        return;
    }
    connection->logout_frame = packet->frame;
    if (!aborted) {
        np_record_add_expert(record, NP_EXPERT_SESSION_LOGOUT);
    }
    if (session && connection->is_online && np_session_control_ends(session, connection, packet, how)
        && session->calls_up > 0) {
        np_record_add_expert(record, NP_EXPERT_LOGOUT_IN_CALL);
    }
}

/* Does the server answer the SYN by RST? The SYN may be sent again. */
static bool
is_refused(const np_connection_t *connection, uint32_t news)
{
    return connection->leg == NAVERPHONE_LEG_CONTROL && connection->session && (news & NP_TCP_SEEN_RST)
        && is_asked_alone(connection);
}

static void
teardown(np_connection_t *connection, const np_packet_t *packet, naverphone_direction_t direction,
         const np_segment_t *segment, uint32_t news, np_record_t *record)
{
    bool closed = acknowledges_both_fins(connection, direction, segment);
    np_tcp_side_t *side = np_connection_side(connection, direction);

    if (segment->fin && !side->fin) {
        side->fin = true;
        side->fin_end = segment->sent_end;
        np_record_add_event(record, direction == NAVERPHONE_FROM_CLIENT ? NAVERPHONE_EVENT_CLIENT_CLOSES
                                                                        : NAVERPHONE_EVENT_SERVER_CLOSES);
        logout(connection, packet, false, record);
    }
    if (closed && !connection->ended) {
        np_record_add_event(record, NAVERPHONE_EVENT_CLOSED);
        end_connection(connection, packet);
    }
    if ((news & NP_TCP_SEEN_RST) && !connection->ended) {
        np_record_add_event(record, NAVERPHONE_EVENT_RESET);
        np_record_add_expert(record, NP_EXPERT_CONTROL_RESET);
        logout(connection, packet, true, record);
        end_connection(connection, packet);
    }
}

void
np_connection_process(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                      np_record_t *record)
{
    naverphone_direction_t direction = np_connection_direction(connection, packet);
    uint32_t news = segment->seen & ~connection->ignored & ~connection->seen;
    np_payload_t payload = { 0 };

    record->evidence = connection->evidence.latest;
    record->direction = direction;
    if (is_refused(connection, news)) {
        np_session_refuse(connection->session, packet);
        connection->ignored = news;
    } else {
        connection->seen |= news;
    }
    if (connection->session && connection->leg == NAVERPHONE_LEG_CONTROL && !connection->is_online
        && !is_asked_alone(connection)) {
        go_online(connection, packet->frame);
    }
    if (connection->session && !connection->referred) {
        refer_to_ends(connection, packet->frame);
    }
    handshake(connection, packet, direction, news, record);
    if (segment->packet_offset) { /* of Control alone */
        np_control_segment_t *noted = control_segment_of(record);

        noted->packet_source = segment->packet_source;
        noted->packet_offset = segment->packet_offset;
        noted->packet_length = segment->payload_captured;
    }
    if (connection->leg == NAVERPHONE_LEG_CONTROL) {
        if (place_payload(connection, direction, segment, &payload)) {
            read_payload(connection, packet->frame, direction, &payload, record);
        }
        if (connection->session) {
            update_session(connection);
        }
    }
    teardown(connection, packet, direction, segment, news, record);
    if (connection->leg != NAVERPHONE_LEG_CONTROL) { /* the events of a connection are the control leg's */
        record->event_count = 0;
        record->experts = (np_experts_t){ { false } };
    }
}
