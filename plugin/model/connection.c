/* connection.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/connection.h"

#include <epan/dissectors/packet-tcp.h>

#include "storage.h"

/* A server's address, which a connection has, and port. */
typedef struct {
    address host;
    uint16_t port;
} socket_t;

static GHashTable *servers;  /* socket_t → np_server_framing_t */
static GHashTable *controls; /* np_address_pair_t → latest accepted np_connection_t */
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
    const np_address_pair_t *pair = (const np_address_pair_t *)key;
    unsigned ports = (unsigned)pair->client_port << 16 | pair->server_port;

    return np_hash_addresses(ports, 0, &pair->client, &pair->server);
}

static gboolean
ends_equal(gconstpointer a, gconstpointer b)
{
    const np_address_pair_t *left = (const np_address_pair_t *)a, *right = (const np_address_pair_t *)b;

    return left->client_port == right->client_port && left->server_port == right->server_port
        && addresses_equal(&left->client, &right->client) && addresses_equal(&left->server, &right->server);
}

void
np_connections_init(void)
{
    connection_count = 0;
    controls = np_map_new(ends_hash, ends_equal);
    servers = np_map_new(socket_hash, socket_equal);
}

naverphone_session_state_t
np_connection_state_before(const np_connection_t *connection)
{
    const np_session_t *session = np_session_open(&connection->pair.client);

    if (session) {
        return session->info.state;
    }
    return connection->leg == NAVERPHONE_LEG_CONTROL && connection->established ? NAVERPHONE_SESSION_CONNECTED
                                                                                : NAVERPHONE_SESSION_CONNECTING;
}

static void
begin_closing(np_connection_t *connection, uint32_t frame)
{
    connection->closing = wmem_new0(wmem_file_scope(), np_closing_t);
    np_history_set(&connection->closings, frame, connection->closing);
}

np_connection_t *
np_connection_new(naverphone_leg_t leg, const np_address_pair_t *pair)
{
    np_connection_t *connection = wmem_new0(wmem_file_scope(), np_connection_t);

    connection->leg = leg;
    connection->number = ++connection_count;
    connection->pair = *pair;
    connection->pair.client = *np_copy_address(&pair->client);
    connection->pair.server = *np_copy_address(&pair->server);
    begin_closing(connection, 0);
    return connection;
}

void
np_connection_refuse(np_connection_t *connection)
{
    connection->refused = true;
}

void
np_connection_set_format(np_connection_t *connection, const np_control_format_t *format, bool infer)
{
    connection->format = format;
    connection->infer_framing = infer;
}

naverphone_direction_t
np_connection_direction(const np_connection_t *connection, const np_packet_t *packet)
{
    const np_address_pair_t *pair = &connection->pair;

    return packet->src_port == pair->client_port && addresses_equal(packet->src, &pair->client) ? NAVERPHONE_FROM_CLIENT
                                                                                                : NAVERPHONE_TO_CLIENT;
}

/* An earlier connection with the same addresses and ports that was never closed; NULL: none. */
static np_connection_t *
lost_twin(const np_connection_t *connection)
{
    np_connection_t *twin = (np_connection_t *)g_hash_table_lookup(controls, &connection->pair);

    return twin && twin != connection && !twin->closing->logout_frame ? twin : NULL;
}

void
np_connection_accept(np_connection_t *connection, uint32_t frame, uint32_t evidence)
{
    const np_address_pair_t *pair = &connection->pair;

    np_history_set_number(&connection->evidence, frame, np_history_number_at(&connection->evidence, frame) | evidence);
    np_sessions_note_ends(&pair->client, &pair->server, NP_CLIENT_SURE, evidence);
    if (connection->session) {
        return;
    }
    connection->state_before = np_connection_state_before(connection);
    connection->session = connection->leg == NAVERPHONE_LEG_CONTROL
                            ? np_session_offered(&pair->client, lost_twin(connection) != NULL)
                            : np_session_of_client(&pair->client);
    np_history_set(&connection->sessions, 0, connection->session);
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
    np_history_set(&connection->sessions, frame, session);
    connection->session = session;
    connection->referred = false;
}

/* A SYN was captured, and nothing shows that the server took it. */
static bool
is_asked_alone(const np_connection_t *connection)
{
    return (connection->seen & NP_TCP_SEEN_SYN) && !connection->answered;
}

/* The header tells. Without it, TCP's data do, but they omit a SYN that was captured after its SYN-ACK. */
static bool
is_syn(const np_segment_t *segment, uint32_t news)
{
    return segment->flags ? (segment->flags & (TH_SYN | TH_ACK)) == TH_SYN : news & NP_TCP_SEEN_SYN;
}

/* The client's first ACK shows that the server has answered, even if its SYN-ACK was captured later or not at all. It
 * may carry data. */
static bool
is_confirmation(const np_segment_t *segment, uint32_t news)
{
    return segment->flags ? (segment->flags & (TH_ACK | TH_SYN | TH_RST)) == TH_ACK
                          : news & (NP_TCP_SEEN_ACK | NP_TCP_SEEN_DATA);
}

/* True if it proves that the server took the SYN. A bare ACK of the server may be about an older connection. */
static bool
is_answer(const np_segment_t *segment, naverphone_direction_t direction, uint32_t news)
{
    if (segment->flags & TH_SYN) {
        return segment->flags & TH_ACK;
    }
    if (direction == NAVERPHONE_FROM_CLIENT && is_confirmation(segment, news)) {
        return true;
    }
    return news & (NP_TCP_SEEN_SYN_ACK | NP_TCP_SEEN_DATA | NP_TCP_SEEN_FIN);
}

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
    if (lost && lost->session != session) {
        session->info.predecessor = &lost->session->info;
    }
    if (is_promised) { /* later passes show it on the SYN, too */
        np_history_set(&connection->sessions, 0, session);
        connection->session = session;
    } else {
        np_connection_move(connection, session, frame);
    }
    connection->is_online = true;
    if (connection->closing->logout_frame) { /* an earlier SYN was refused */
        begin_closing(connection, frame);
    }
    g_hash_table_insert(controls, &connection->pair, connection);
}

static void
refer_to_ends(np_connection_t *connection, uint32_t frame)
{
    connection->referred = true;
    np_references_add_socket(connection->session->references, NP_REFERENCE_CLIENT, frame, &connection->pair.client,
                             connection->pair.client_port);
    np_references_add_socket(connection->session->references, NP_REFERENCE_SERVER, frame, &connection->pair.server,
                             connection->pair.server_port);
}

/* news: NP_TCP_SEEN_ bits of this frame */
static void
note_handshake(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment, uint32_t news,
               np_record_t *record)
{
    naverphone_direction_t direction = record->direction;

    if (direction == NAVERPHONE_FROM_CLIENT && !connection->connect_frame && is_syn(segment, news)) {
        connection->connect_frame = packet->frame;
        connection->connect_time = packet->time;
        np_record_add_event(record, NAVERPHONE_EVENT_CONNECT);
    }
    if ((news & NP_TCP_SEEN_SYN_ACK) && direction == NAVERPHONE_TO_CLIENT) {
        np_record_add_event(record, NAVERPHONE_EVENT_ACCEPT);
    }
    if (!connection->established && direction == NAVERPHONE_FROM_CLIENT
        && (connection->seen & (NP_TCP_SEEN_SYN | NP_TCP_SEEN_SYN_ACK)) && is_confirmation(segment, news)) {
        connection->established = true;
        np_record_add_event(record, NAVERPHONE_EVENT_ESTABLISHED);
    }
}

/* Without a handshake in the capture, the session is connected from the first frame on. */
static void
update_session(np_connection_t *connection, uint32_t frame)
{
    bool in_handshake = connection->seen & (NP_TCP_SEEN_SYN | NP_TCP_SEEN_SYN_ACK);
    bool has_messages = connection->control[NAVERPHONE_FROM_CLIENT].messages > 0
                     || connection->control[NAVERPHONE_TO_CLIENT].messages > 0;

    if (connection->established || !in_handshake || (connection->answered && has_messages)) {
        if (!connection->is_up) {
            np_session_control_comes(connection->session, connection, frame);
        }
        connection->is_up = true;
        np_session_set_connected(connection->session);
    }
}

static np_server_framing_t *
server_framing_of(const np_connection_t *connection)
{
    socket_t socket = { connection->pair.server, connection->pair.server_port };
    np_server_framing_t *server = (np_server_framing_t *)g_hash_table_lookup(servers, &socket);

    if (!server) {
        server = wmem_new0(wmem_file_scope(), np_server_framing_t);
        g_hash_table_insert(servers, wmem_memdup(wmem_file_scope(), &socket, sizeof socket), server);
    }
    return server;
}

static np_control_segment_t *
control_segment_of(np_record_t *record)
{
    if (!record->payload) {
        record->payload = wmem_new0(wmem_file_scope(), np_control_segment_t);
        record->payload->frame = record->frame;
    }
    return record->payload;
}

static np_arrivals_t *
arrivals_of(const np_connection_t *connection, naverphone_direction_t direction)
{
    return np_control_streams_arrivals(connection->streams, direction - NAVERPHONE_FROM_CLIENT);
}

static int64_t
time_of(const np_packet_t *packet)
{
    return (int64_t)packet->time.secs * 1000 + packet->time.nsecs / 1000000;
}

static void
begin_streams(np_connection_t *connection)
{
    if (!connection->streams) {
        connection->streams =
            np_control_streams_new(server_framing_of(connection),
                                   connection->format ? &connection->format->framing : NULL, connection->infer_framing);
    }
}

void
np_control_side_begin(np_control_side_t *side, uint32_t raw)
{
    side->has_begin = true;
    side->begin = raw;
}

/* Converts a number on the wire. */
static uint32_t
payload_number(const np_control_side_t *side, uint32_t raw)
{
    return side->is_raw ? raw : raw - side->seq_base;
}

uint32_t
np_control_side_take(np_control_side_t *side, const uint32_t *raw, const uint32_t *relative)
{
    if (raw && relative) {
        side->has_seq_base = true;
        side->seq_base = *raw - *relative;
    }
    if (!side->has_payload) {
        side->has_payload = true;
        side->is_raw = raw != NULL;
    }
    if (raw) {
        return payload_number(side, *raw);
    }
    return relative ? *relative + (side->is_raw ? side->seq_base : 0) : 0;
}

/* True if payload_number() is valid. */
static bool
knows_numbers(const np_control_side_t *side)
{
    return side->has_payload && (side->is_raw || side->has_seq_base);
}

/* If the SYN was captured, the stream begins with the byte after it, or with the first payload if that byte's number is
 * unknown. Otherwise the stream is captured from its middle. */
static void
begin_arrivals(np_connection_t *connection, naverphone_direction_t direction, const np_segment_t *segment)
{
    const np_control_side_t *side = &connection->control[direction];
    np_arrivals_t *arrivals = arrivals_of(connection, direction);

    if (side->has_begin && knows_numbers(side)) {
        np_arrivals_begin_at(arrivals, payload_number(side, side->begin));
    } else if (connection->seen & (NP_TCP_SEEN_SYN | NP_TCP_SEEN_SYN_ACK)) {
        np_arrivals_begin_at(arrivals, segment->payload_seq);
    }
}

/* A server goes on sending to a client that has crashed. So its payload counts once the client acknowledges it. */
static void
note_acknowledgement(np_connection_t *connection, naverphone_direction_t direction, const np_segment_t *segment)
{
    if (direction == NAVERPHONE_FROM_CLIENT && connection->asked_frame && !(segment->flags & (TH_RST | TH_FIN))) {
        np_session_control_speaks(connection->session, connection, connection->asked_frame);
        connection->asked_frame = 0;
    }
}

static void
read_payload(np_connection_t *connection, const np_packet_t *packet, naverphone_direction_t direction,
             const np_segment_t *segment, np_record_t *record)
{
    np_arrival_t arrival = { .begin = segment->payload_seq,
                             .end = segment->payload_end,
                             .bytes = segment->payload,
                             .captured = segment->payload_captured,
                             .time = time_of(packet) };

    begin_streams(connection);
    begin_arrivals(connection, direction, segment);
    if (!np_arrivals_are_new(arrivals_of(connection, direction), arrival.begin, arrival.end)) {
        return;
    }
    arrival.segment = control_segment_of(record);
    if (!segment->is_probe) {
        arrival.segment->number = ++connection->control[direction].messages;
        np_record_add_event(record, NAVERPHONE_EVENT_CONTROL_MESSAGE);
    }
    if (direction == NAVERPHONE_TO_CLIENT) {
        connection->asked_frame = packet->frame;
    } else if (connection->session) {
        np_session_control_speaks(connection->session, connection, packet->frame);
    }
    np_control_streams_read(connection->streams, direction - NAVERPHONE_FROM_CLIENT, &arrival);
}

static void
read_streams(np_connection_t *connection, const np_packet_t *packet, naverphone_direction_t direction,
             const np_segment_t *segment, np_record_t *record)
{
    const np_control_side_t *other = &connection->control[np_other_way(direction)];
    unsigned way = direction - NAVERPHONE_FROM_CLIENT;
    int64_t time = time_of(packet);

    if (segment->has_payload) {
        read_payload(connection, packet, direction, segment, record);
    }
    if (!connection->streams) {
        return;
    }
    if (segment->has_flow && knows_numbers(other)) {
        np_arrivals_acknowledge(arrivals_of(connection, np_other_way(direction)), payload_number(other, segment->acked),
                                time);
    }
    while ((segment->has_payload || segment->fin)
           && np_control_streams_wait_in_vain(connection->streams, way, time, segment->fin)) {
        np_control_streams_give_up(connection->streams, way, control_segment_of(record));
    }
}

static void
end_streams(np_connection_t *connection, np_record_t *record)
{
    np_control_segment_t *segment = NULL;

    if (!connection->streams) {
        return;
    }
    if (np_arrivals_wait(arrivals_of(connection, record->direction))) {
        segment = control_segment_of(record);
    }
    np_control_streams_end(connection->streams, record->direction - NAVERPHONE_FROM_CLIENT, segment);
}

/* True for the segment that acknowledges the second FIN. */
static bool
acknowledges_both_fins(np_connection_t *connection, naverphone_direction_t direction, const np_segment_t *segment)
{
    np_tcp_side_t *other = &connection->sides[np_other_way(direction)];

    if (!segment->has_flow || !other->fin || other->fin_acked || LT_SEQ(segment->acked, other->fin_end)) {
        return false;
    }
    other->fin_acked = true;
    return connection->sides[direction].fin_acked;
}

static void
end_connection(np_connection_t *connection, const np_packet_t *packet, np_record_t *record)
{
    connection->closing->closed_frame = packet->frame;
    if (connection->connect_frame) {
        nstime_delta(&connection->closing->duration, &packet->time, &connection->connect_time);
    }
    end_streams(connection, record);
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
note_logout(np_connection_t *connection, const np_packet_t *packet, bool aborted, np_record_t *record)
{
    np_session_t *session = connection->session;
    naverphone_session_end_t how = end_of(record->direction, aborted);

    if (connection->leg != NAVERPHONE_LEG_CONTROL || connection->closing->logout_frame) {
        return;
    }
    connection->closing->logout_frame = packet->frame;
    if (!aborted) {
        np_record_add_expert(record, NP_EXPERT_SESSION_LOGOUT);
    }
    if (session && connection->is_online && np_session_control_ends(session, connection, packet, how)
        && session->calls_up > 0) {
        np_record_add_expert(record, NP_EXPERT_LOGOUT_IN_CALL);
    }
}

/* An RST answers the SYN, which the client may send again. */
static bool
is_refused(const np_connection_t *connection, uint32_t news)
{
    return connection->leg == NAVERPHONE_LEG_CONTROL && connection->session && (news & NP_TCP_SEEN_RST)
        && is_asked_alone(connection);
}

/* A server that still holds an older connection answers the SYN with an ACK, and the client that with an RST (RFC 9293
 * 3.5.1). Both are about the older one. */
static bool
is_about_older(const np_connection_t *connection, naverphone_direction_t direction, uint32_t news)
{
    if (connection->leg != NAVERPHONE_LEG_CONTROL || !is_asked_alone(connection)) {
        return false;
    }
    return direction == NAVERPHONE_TO_CLIENT ? news == NP_TCP_SEEN_ACK
                                             : (news & NP_TCP_SEEN_RST) && (connection->ignored & NP_TCP_SEEN_ACK);
}

/* What is new in this frame: NP_TCP_SEEN_ bits. TCP's data tell only the first RST, so the header is asked, too. */
static uint32_t
news_of(const np_connection_t *connection, const np_segment_t *segment)
{
    uint32_t news = segment->seen & ~connection->ignored & ~connection->seen;

    if (segment->is_stray_reset) {
        return news & ~(uint32_t)NP_TCP_SEEN_RST;
    }
    return (segment->flags & TH_RST) ? news | NP_TCP_SEEN_RST : news;
}

static void
note_teardown(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment, uint32_t news,
              np_record_t *record)
{
    naverphone_direction_t direction = record->direction;
    bool closed = acknowledges_both_fins(connection, direction, segment);
    np_tcp_side_t *side = &connection->sides[direction];

    if (segment->fin && !side->fin) {
        side->fin = true;
        side->fin_end = segment->sent_end;
        np_record_add_event(record, direction == NAVERPHONE_FROM_CLIENT ? NAVERPHONE_EVENT_CLIENT_CLOSES
                                                                        : NAVERPHONE_EVENT_SERVER_CLOSES);
        note_logout(connection, packet, false, record);
        if (segment->has_peer_flow && GE_SEQ(segment->peer_acked, side->fin_end)) { /* captured before it */
            side->fin_acked = true;
            closed = connection->sides[np_other_way(direction)].fin_acked;
        }
    }
    if (closed && !connection->closing->closed_frame) {
        np_record_add_event(record, NAVERPHONE_EVENT_CLOSED);
        end_connection(connection, packet, record);
    }
    if ((news & NP_TCP_SEEN_RST) && !connection->closing->closed_frame) {
        np_record_add_event(record, NAVERPHONE_EVENT_RESET);
        np_record_add_expert(record, NP_EXPERT_CONTROL_RESET);
        note_logout(connection, packet, true, record);
        end_connection(connection, packet, record);
    }
}

/* A payload without new bytes needs its place only if TCP did not hand it on. */
static void
note_place(const np_segment_t *segment, np_record_t *record)
{
    np_control_segment_t *payload;

    if (!segment->packet_offset || (segment->handed_on && !record->payload)) {
        return;
    }
    payload = control_segment_of(record);
    payload->handed_on = segment->handed_on;
    payload->packet_source = segment->packet_source;
    payload->packet_offset = segment->packet_offset;
    payload->packet_length = segment->payload_captured;
}

void
np_connection_process(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                      np_record_t *record)
{
    naverphone_direction_t direction = np_connection_direction(connection, packet);
    uint32_t news = news_of(connection, segment);

    record->evidence = np_history_number_at(&connection->evidence, record->frame);
    record->direction = direction;
    if (segment->is_stray_reset) { /* TCP's data keep it */
        connection->ignored |= NP_TCP_SEEN_RST;
    }
    if (is_about_older(connection, direction, news)) {
        connection->ignored |= news;
        news = 0;
    } else if (is_refused(connection, news)) {
        np_session_refuse(connection->session, packet);
        connection->ignored |= news;
    } else {
        connection->seen |= news;
        connection->answered |= is_answer(segment, direction, news);
    }
    if (connection->session && connection->leg == NAVERPHONE_LEG_CONTROL && !connection->is_online
        && !is_asked_alone(connection)) {
        go_online(connection, packet->frame);
    }
    if (connection->session && !connection->referred) {
        refer_to_ends(connection, packet->frame);
    }
    note_handshake(connection, packet, segment, news, record);
    if (connection->leg == NAVERPHONE_LEG_CONTROL) {
        read_streams(connection, packet, direction, segment, record);
        if (connection->session) {
            note_acknowledgement(connection, direction, segment);
            update_session(connection, packet->frame);
        }
    }
    note_teardown(connection, packet, segment, news, record);
    note_place(segment, record);
    if (connection->leg != NAVERPHONE_LEG_CONTROL) { /* only the control leg shows TCP events */
        np_record_clear(record);
    }
}
