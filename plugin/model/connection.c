/* connection.c
 * TCP connections of the control and login legs: their life, and what HTTP said on them
 *
 * What TCP tells of a frame is in np_segment_t. Both FINs acknowledged, the connection is closed.
 * Without TCP's sequence analysis (preference tcp.analyze_sequence_numbers off) only the first
 * FIN is known, and no acknowledgement.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/session.h"

#include <epan/dissectors/packet-tcp.h>

#include "model/stream.h"
#include "settings/preferences.h"

/* A server's; the address is a connection's. */
typedef struct {
    address  host;
    uint16_t port;
} np_socket_t;

static wmem_map_t *servers;         /* np_socket_t → np_server_framing_t */
static uint32_t    connection_count;

static unsigned
socket_hash(gconstpointer key)
{
    const np_socket_t *socket = (const np_socket_t *)key;
    return np_store_hash_address(socket->port, &socket->host);
}

static gboolean
socket_equal(gconstpointer a, gconstpointer b)
{
    const np_socket_t *left = (const np_socket_t *)a, *right = (const np_socket_t *)b;
    return left->port == right->port && addresses_equal(&left->host, &right->host);
}

void
np_store_init(void)
{
    connection_count = 0;
    servers = wmem_map_new(wmem_file_scope(), socket_hash, socket_equal);
    np_sessions_init();
    np_calls_init();
    np_streams_init();
}

/* The state to show on a frame whose connection will be accepted later: that of the session it will join, or of the
 * one it will begin. */
static naverphone_session_state_t
state_before_acceptance(const np_connection_t *connection)
{
    const address client = np_connection_client(connection);
    const np_session_t *session = np_session_open(&client);

    if (session)
        return session->info.state;
    return connection->leg == NAVERPHONE_LEG_CONTROL && connection->established ? NAVERPHONE_SESSION_CONNECTED
                                                                                : NAVERPHONE_SESSION_CONNECTING;
}

np_session_t *
np_record_session(const np_record_t *record)
{
    return record->connection ? record->connection->session : record->session;
}

void
np_record_close(np_record_t *record)
{
    np_session_t *session = np_record_session(record);
    np_call_t *call = record->call;

    record->session_state = session ? session->info.state : state_before_acceptance(record->connection);
    if (session)
        np_history_set(&session->states, record->frame, session->info.state);
    if (call) {
        record->call_state = call->info.state;
        np_history_set(&call->states, record->frame, call->info.state);
    }
}

np_connection_t *
np_connection_new(naverphone_leg_t leg, const address *client, uint16_t client_port,
                  const address *server, uint16_t server_port)
{
    np_connection_t *connection = wmem_new0(wmem_file_scope(), np_connection_t);

    connection->leg = (uint8_t)leg;
    connection->number = ++connection_count;
    copy_address_wmem(wmem_file_scope(), &connection->ends.client, client);
    copy_address_wmem(wmem_file_scope(), &connection->ends.server, server);
    connection->ends.client_port = client_port;
    connection->ends.server_port = server_port;
    return connection;
}

naverphone_direction_t
np_connection_direction(const np_connection_t *connection, const np_packet_t *packet)
{
    const address client = np_connection_client(connection);

    return packet->src_port == np_connection_client_port(connection) && addresses_equal(packet->src, &client)
        ? NAVERPHONE_FROM_CLIENT : NAVERPHONE_TO_CLIENT;
}

void
np_connection_accept(np_connection_t *connection, uint32_t evidence)
{
    const address client = np_connection_client(connection), server = np_connection_server(connection);

    connection->evidence |= (uint8_t)evidence;
    if (connection->session)
        return;
    connection->state_before = (uint8_t)state_before_acceptance(connection);
    if (connection->leg == NAVERPHONE_LEG_CONTROL)
        connection->session = np_session_of_control(&client, connection);
    else
        connection->session = np_session_of_client(&client);
    np_store_add_server(&server);
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
handshake(np_connection_t *connection, const np_packet_t *packet, naverphone_direction_t direction, uint8_t news,
          np_record_t *record)
{
    if ((news & NP_TCP_SEEN_SYN) && direction == NAVERPHONE_FROM_CLIENT) {
        connection->connect_frame = packet->frame;
        connection->connect_time = packet->time;
        np_record_add_event(record, NAVERPHONE_EVENT_CONNECT);
    }
    if ((news & NP_TCP_SEEN_SYN_ACK) && direction == NAVERPHONE_TO_CLIENT)
        np_record_add_event(record, NAVERPHONE_EVENT_ACCEPT);
    if (!connection->established && direction == NAVERPHONE_FROM_CLIENT
            && (connection->seen & NP_TCP_SEEN_SYN_ACK) && (news & (NP_TCP_SEEN_ACK | NP_TCP_SEEN_DATA))) {
        connection->established = true;
        np_record_add_event(record, NAVERPHONE_EVENT_ESTABLISHED);
    }
}

/* The control connection says whether its client is connected: after the handshake, or where that is not in the
 * capture. */
static void
update_session(const np_connection_t *connection)
{
    bool in_handshake = connection->seen & (NP_TCP_SEEN_SYN | NP_TCP_SEEN_SYN_ACK);

    if (connection->established || !in_handshake || connection->control[0].has_next_seq
            || connection->control[1].has_next_seq)
        np_session_set_connected(connection->session);
}

/* A segment that comes late, from within the latest gap. */
static np_place_t
place_in_gap(np_control_side_t *side, uint32_t begin, uint32_t end)
{
    np_place_t place = begin == side->gap_begin ? NP_PLACE_GAP_BEGIN
                     : LT_SEQ(end, side->gap_end) ? NP_PLACE_IN_GAP : NP_PLACE_GAP_END;

    if (place == NP_PLACE_GAP_BEGIN)
        side->gap_begin = LT_SEQ(side->gap_end, end) ? side->gap_end : end;
    else
        side->gap_end = begin;
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

    if (!segment->has_payload)
        return false;
    payload->place = NP_PLACE_NEXT;
    if (!side->has_next_seq) {
        payload->place = from_start ? NP_PLACE_NEXT : NP_PLACE_FIRST;
    } else if (GE_SEQ(side->next_seq, end)) {
        if (LT_SEQ(begin, side->gap_begin) || GE_SEQ(begin, side->gap_end))
            return false;
        end = LT_SEQ(side->gap_end, end) ? side->gap_end : end;
        payload->place = place_in_gap(side, begin, end);
        payload->fills_gap = side->gap_begin == side->gap_end;
    } else if (LT_SEQ(side->next_seq, begin)) {
        side->gap_begin = side->next_seq;
        side->gap_end = begin;
        payload->place = NP_PLACE_AFTER_GAP;
    } else
        skip = side->next_seq - begin;
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
    np_socket_t socket = { np_connection_server(connection), np_connection_server_port(connection) };
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
    if (!record->payload)
        record->payload = wmem_new0(wmem_file_scope(), np_control_segment_t);
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
        const address server = np_connection_server(connection);

        connection->format = np_user_tables_find_control_format(&server, np_connection_server_port(connection));
        connection->streams = np_control_streams_new(server_framing_of(connection),
                                                     connection->format ? &connection->format->framing : NULL,
                                                     np_preferences.infer_framing);
    }
    np_control_streams_read(connection->streams, direction - NAVERPHONE_FROM_CLIENT, payload, segment);
}

/* Notes which FINs this packet's sender has acknowledged. True once: when it was the last of both. */
static bool
acknowledges_both_fins(np_connection_t *connection, naverphone_direction_t direction, const np_segment_t *segment)
{
    np_tcp_side_t *other = np_connection_side(connection, np_other_way(direction));

    if (!segment->has_flow || !other->fin || other->fin_acked || LT_SEQ(segment->acked, other->fin_end))
        return false;
    other->fin_acked = true;
    return np_connection_side(connection, direction)->fin_acked;
}

/* From when something began to how long it took. */
static void
take_time(nstime_t *time, const nstime_t *now)
{
    const nstime_t begin = *time;

    nstime_delta(time, now, &begin);
}

static void
end_connection(np_connection_t *connection, const np_packet_t *packet)
{
    connection->ended = true;
    connection->closed_frame = packet->frame;
    if (connection->connect_frame)
        take_time(&connection->duration, &packet->time);
    if (np_connection_streams(connection))
        np_control_streams_end(connection->streams);
}

static void
logout(np_connection_t *connection, const np_packet_t *packet, bool aborted, np_record_t *record)
{
    np_session_t *session = connection->session;

    if (connection->leg != NAVERPHONE_LEG_CONTROL || connection->logout_frame)
        return;
    connection->logout_frame = packet->frame;
    if (!aborted)
        np_record_add_expert(record, NP_EXPERT_SESSION_LOGOUT);
    if (!session)
        return;
    if (session->calls_up > 0)
        np_record_add_expert(record, NP_EXPERT_LOGOUT_IN_CALL);
    np_session_end(session, packet, aborted);
}

static void
teardown(np_connection_t *connection, const np_packet_t *packet, naverphone_direction_t direction,
         const np_segment_t *segment, uint8_t news, np_record_t *record)
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
np_connection_segment(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                      np_record_t *record)
{
    naverphone_direction_t direction = np_connection_direction(connection, packet);
    uint8_t news = segment->seen & (uint8_t)~connection->seen;
    np_payload_t payload = { 0 };

    connection->seen |= segment->seen;
    record->evidence = connection->evidence;
    record->direction = direction;
    if (connection->session && !connection->referred)
        refer_to_ends(connection, packet->frame);
    handshake(connection, packet, direction, news, record);
    if (segment->packet_offset) {       /* of Control alone */
        np_control_segment_t *noted = control_segment_of(record);

        noted->packet_offset = segment->packet_offset;
        noted->packet_length = segment->payload_captured;
    }
    if (connection->leg == NAVERPHONE_LEG_CONTROL) {
        if (place_payload(connection, direction, segment, &payload))
            read_payload(connection, packet->frame, direction, &payload, record);
        if (connection->session)
            update_session(connection);
    }
    teardown(connection, packet, direction, segment, news, record);
    if (connection->leg != NAVERPHONE_LEG_CONTROL) {    /* the events of a connection are the control leg's */
        record->event_count = 0;
        record->experts = (np_experts_t){ { false } };
    }
}

void
np_login_request(np_connection_t *connection, const np_packet_t *packet, const np_login_request_t *request,
                 np_record_t *record)
{
    np_session_t *session = connection->session;
    np_login_t *login = wmem_new0(wmem_file_scope(), np_login_t);

    login->request_frame = packet->frame;
    login->request_time = packet->time;
    login->message = request->message;
    login->is_login = request->has_password || (request->opaque_body && !session->login_seen);
    session->login_seen |= login->is_login;
    if (login->is_login)
        np_session_set_login(session, packet, NAVERPHONE_LOGIN_UNANSWERED);
    if (connection->unanswered)
        connection->unanswered_last->next = login;
    else
        connection->unanswered = login;
    connection->unanswered_last = login;
    record->login = login;
    if (request->has_password && !request->encrypted)
        np_record_add_expert(record, NP_EXPERT_LOGIN_UNENCRYPTED);
    if (request->readable_password)
        np_record_add_expert(record, NP_EXPERT_LOGIN_PLAINTEXT);
    np_record_add_event(record, login->is_login ? NAVERPHONE_EVENT_LOGIN_REQUEST : NAVERPHONE_EVENT_HTTP_REQUEST);
}

void
np_login_credential(const np_record_t *record, bool is_password, np_span_t sent)
{
    np_references_add_parameter(np_record_session(record)->references,
                                is_password ? NP_REFERENCE_PASSWORD : NP_REFERENCE_LOGIN_USER,
                                record->login->request_frame, sent);
}

void
np_login_response(np_connection_t *connection, const np_packet_t *packet, unsigned status, np_record_t *record)
{
    np_login_t *login = connection->unanswered;

    record->status = status;
    if (status < 200 || !login || !login->is_login)
        np_record_add_event(record, NAVERPHONE_EVENT_HTTP_RESPONSE);
    if (status < 200 || !login)     /* an interim answer leaves its request waiting */
        return;
    connection->unanswered = login->next;
    login->response_frame = packet->frame;
    take_time(&login->time, &packet->time);
    record->login = login;
    if (!login->is_login)
        return;
    if (status >= 400) {
        np_record_add_event(record, NAVERPHONE_EVENT_LOGIN_FAILURE);
        np_record_add_expert(record, NP_EXPERT_LOGIN_FAILED);
        np_session_set_login(connection->session, packet, NAVERPHONE_LOGIN_FAILED);
    } else {
        np_record_add_event(record, NAVERPHONE_EVENT_LOGIN_SUCCESS);
        np_record_add_expert(record, NP_EXPERT_SESSION_LOGIN);
        np_session_set_login(connection->session, packet, NAVERPHONE_LOGIN_SUCCEEDED);
    }
}
