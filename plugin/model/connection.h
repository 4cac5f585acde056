/* connection.h
 * TCP connections of the control and login legs
 *
 * A connection is known from the first sign of it, and belongs to a session from the frame on at which it is
 * accepted. Both FINs acknowledged, it is closed. Without TCP's sequence analysis (preference
 * tcp.analyze_sequence_numbers off) only the first FIN is known, and no acknowledgement.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CONNECTION_H
#define NP_MODEL_CONNECTION_H

#include "compat.h"

#include "control/framing.h"
#include "control/streams.h"
#include "model/ends.h"
#include "model/packet.h"
#include "model/record.h"
#include "model/session.h"
#include "model/timeline.h"
#include "packet-naverphone.h"

typedef struct np_connection np_connection_t;

/** What one side of a TCP connection has sent: first-pass state. */
typedef struct {
    bool fin;         /**< FIN seen */
    bool fin_acked;   /**< ... and acknowledged by the other side */
    uint32_t fin_end; /**< the sequence number after the FIN */
} np_tcp_side_t;

/** What one side of a control connection has said: first-pass state. */
typedef struct {
    bool has_payload;  /**< some was seen, so that the next is known: */
    bool is_raw;       /**< sequence numbers of payload are those on the wire; else as TCP shows them */
    bool has_seq_base, has_begin;
    uint32_t seq_base; /**< a sequence number on the wire less the same as TCP shows it */
    uint32_t begin;    /**< of the stream: the number behind its SYN's, on the wire */
    uint32_t messages; /**< segments with new payload so far */
} np_control_side_t;

/** A TCP connection. Lives with the capture; the first pass writes it. */
struct np_connection {
    uint32_t number;      /**< tells connections apart */
    naverphone_leg_t leg; /**< Control or Login */
    np_ends_t ends;
    np_session_t *session;                   /**< latest; NULL until accepted: its frames show nothing until then */
    wmem_tree_t *sessions;                   /**< np_session_t, by frame; NULL: it had one only */
    np_history_t evidence;                   /**< NP_EVIDENCE_ bits; 0 until accepted */
    naverphone_session_state_t state_before; /**< the session's state when it was accepted */
    bool refused;                            /**< its first payload was another protocol's, or its client is a server: never ours */
    uint32_t offered_frame;                  /**< taken on port evidence, as nobody took this frame's payload */
    uint32_t connect_frame, logout_frame, closed_frame;
    nstime_t connect_time; /**< absolute; known if connect_frame is */
    nstime_t duration;     /**< connect to Closed or Reset; known if connect_frame and closed_frame are */

    /* First-pass state. */
    uint32_t seen; /**< NP_TCP_SEEN_ bits told so far */
    bool established, ended;
    uint32_t ignored;       /**< NP_TCP_SEEN_ bits of an RST that refused its SYN */
    bool is_online;         /**< the server has accepted it: its session counts it */
    bool is_up;             /**< both sides can speak */
    bool referred;          /**< its addresses are among the session's references */
    np_tcp_side_t sides[2]; /**< ask np_connection_side() */

    /* Control */
    const np_control_format_t *format; /**< what the user knows of this server's messages; NULL: nothing */
    bool infer_framing;                /**< the framing may be inferred */
    np_control_streams_t *streams;     /**< NULL before the first payload */
    np_control_side_t control[2];      /**< first-pass state: ask np_connection_control() */

    /* Login */
    struct np_http_exchange *unanswered; /**< first-pass state: requests in the order they were sent */
    struct np_http_exchange *unanswered_last;
};

/** For the init routine. */
void np_connections_init(void);

/** First pass: a connection between these ends, which are copied. */
np_connection_t *np_connection_new(naverphone_leg_t leg, const np_ends_t *ends);

/** Which way does this packet of the connection go? */
naverphone_direction_t np_connection_direction(const np_connection_t *connection, const np_packet_t *packet);

/** First pass: takes the connection into a session of its client, unless that was done before, and adds evidence. */
void np_connection_accept(np_connection_t *connection, uint32_t frame, uint32_t evidence);

/** The state to show on a frame of a connection that has no session: that of the session it will join, or begin. */
naverphone_session_state_t np_connection_state_before(const np_connection_t *connection);

/** What the side that sends in a direction (not 0) has sent. */
static inline np_tcp_side_t *
np_connection_side(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->sides[direction - NAVERPHONE_FROM_CLIENT];
}

/** What that side of a control connection has said. */
static inline np_control_side_t *
np_connection_control(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->control[direction - NAVERPHONE_FROM_CLIENT];
}

/** A sequence number on the wire as those of the side's payload are counted. */
static inline uint32_t
np_control_side_number(const np_control_side_t *side, uint32_t raw)
{
    return side->is_raw ? raw : raw - side->seq_base;
}

/** First pass: from the frame on the connection is that session's. */
void np_connection_move(np_connection_t *connection, np_session_t *session, uint32_t frame);

/** The session that the connection belonged to at the frame; NULL while it has not been accepted. */
static inline np_session_t *
np_connection_session_at(const np_connection_t *connection, uint32_t frame)
{
    return connection->sessions ? (np_session_t *)wmem_tree_lookup32_le(connection->sessions, frame) : connection->session;
}

/** The session of a record; NULL while its connection has not been accepted. */
static inline np_session_t *
np_record_session(const np_record_t *record)
{
    return record->connection ? np_connection_session_at(record->connection, record->frame) : record->session;
}

/** What TCP found in one frame of a connection. */
typedef struct {
    uint32_t seen;                     /**< NP_TCP_SEEN_ bits of the connection so far */
    bool fin;                          /**< carries a FIN */
    bool is_probe;                     /**< of a window that the other side has closed: its byte is sent again later */
    bool has_flow;                     /**< sequence analysis is on, and it acknowledges: the next two count */
    uint32_t sent_end;                 /**< end of the sequence space the sender has used so far; a FIN counts */
    uint32_t acked;                    /**< what the sender has acknowledged so far */
    bool has_payload;                  /**< there is payload: the rest counts */
    uint32_t payload_seq, payload_end; /**< np_control_side_number() */
    const uint8_t *payload;            /**< its bytes; NULL where none were captured */
    uint32_t payload_captured;         /**< ... and how many */
    uint32_t packet_source;            /**< which of the frame's data sources it stands in, if packet_offset is not 0 */
    uint32_t packet_offset;            /**< where it stands in the packet, if TCP did not hand it on as it is; else 0 */
} np_segment_t;

/** First pass: applies a frame to its connection, and fills the record with what it did. */
void np_connection_process(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                           np_record_t *record);

#endif /* NP_MODEL_CONNECTION_H */
