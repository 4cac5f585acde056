/* connection.h
 * TCP connections of the control and login legs
 *
 * A connection belongs to a session once it is accepted, and is closed when both FINs are acknowledged. Without TCP's
 * sequence analysis (preference tcp.analyze_sequence_numbers) only the first FIN is known, and no acknowledgements.
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

/** First-pass state of one direction of a TCP connection. */
typedef struct {
    bool fin;
    bool fin_acked;
    uint32_t fin_end; /**< sequence number after the FIN */
} np_tcp_side_t;

/** First-pass state of one direction of a control connection. */
typedef struct {
    bool has_payload; /**< is_raw is valid */
    bool is_raw;      /**< payload has wire numbers; else TCP's relative ones */
    bool has_seq_base, has_begin;
    uint32_t seq_base; /**< wire minus relative number */
    uint32_t begin;    /**< wire number of the first byte, after the SYN */
    uint32_t messages; /**< segments with new payload */
} np_control_side_t;

/** A TCP connection. Lives with the capture; written on the first pass. */
struct np_connection {
    uint32_t number; /**< unique */
    naverphone_leg_t leg;
    np_ends_t ends;
    np_session_t *session;                   /**< latest; NULL until accepted: its frames show nothing yet */
    wmem_tree_t *sessions;                   /**< np_session_t by frame; NULL: there was only one */
    np_history_t evidence;                   /**< NP_EVIDENCE_ bits; 0 until accepted */
    naverphone_session_state_t state_before; /**< the session's state before the connection was accepted */
    bool refused;                            /**< never ours: foreign first payload, or the client is a server */
    uint32_t offered_frame;                  /**< accepted by port, since no dissector took this frame's payload */
    uint32_t connect_frame, logout_frame, closed_frame;
    nstime_t connect_time; /**< absolute; valid if connect_frame is set */
    nstime_t duration;     /**< from connect_frame to closed_frame; valid if both are set */

    /* First-pass state. */
    uint32_t seen; /**< NP_TCP_SEEN_ bits so far */
    bool established, ended;
    uint32_t ignored; /**< NP_TCP_SEEN_ bits of an RST that refused the SYN */
    bool is_online;   /**< accepted by the server; counted in session->controls */
    bool is_up;
    bool referred; /**< its addresses are in the session's references */
    np_tcp_side_t sides[2];

    /* Control */
    const np_control_format_t *format; /**< configured by the user; NULL: none */
    bool infer_framing;
    np_control_streams_t *streams; /**< NULL before the first payload */
    np_control_side_t control[2];

    /* Login */
    struct np_http_exchange *unanswered; /**< first-pass state, in the order sent */
    struct np_http_exchange *unanswered_last;
};

void np_connections_init(void);

/** First pass. ends is copied. */
np_connection_t *np_connection_new(naverphone_leg_t leg, const np_ends_t *ends);

naverphone_direction_t np_connection_direction(const np_connection_t *connection, const np_packet_t *packet);

/** First pass: adds evidence and, on the first call, assigns a session. */
void np_connection_accept(np_connection_t *connection, uint32_t frame, uint32_t evidence);

/** The state shown while the connection has no session: that of the session it would join. */
naverphone_session_state_t np_connection_state_before(const np_connection_t *connection);

/** State of the side that sends in this direction (not 0). */
static inline np_tcp_side_t *
np_connection_side(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->sides[direction - NAVERPHONE_FROM_CLIENT];
}

/** State of the side that sends in this direction (not 0). */
static inline np_control_side_t *
np_connection_control(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->control[direction - NAVERPHONE_FROM_CLIENT];
}

/** Converts a wire number to the numbering of the side's payload. */
static inline uint32_t
np_control_side_number(const np_control_side_t *side, uint32_t raw)
{
    return side->is_raw ? raw : raw - side->seq_base;
}

/** First pass: moves the connection to a session from this frame on. */
void np_connection_move(np_connection_t *connection, np_session_t *session, uint32_t frame);

/** The session at the frame; NULL if the connection is not accepted. */
static inline np_session_t *
np_connection_session_at(const np_connection_t *connection, uint32_t frame)
{
    return connection->sessions ? (np_session_t *)wmem_tree_lookup32_le(connection->sessions, frame)
                                : connection->session;
}

/** The record's session; NULL if its connection is not accepted. */
static inline np_session_t *
np_record_session(const np_record_t *record)
{
    return record->connection ? np_connection_session_at(record->connection, record->frame) : record->session;
}

typedef struct {
    uint32_t seen; /**< NP_TCP_SEEN_ bits of the connection so far */
    bool fin;
    bool is_probe;                     /**< probe of a zero window; its byte is sent again later */
    bool has_flow;                     /**< sequence analysis is on and ACK set; sent_end and acked are valid */
    uint32_t sent_end;                 /**< end of the sequence space used by the sender, including a FIN */
    uint32_t acked;                    /**< highest acknowledgement of the sender */
    bool has_payload;                  /**< the members below are valid */
    uint32_t payload_seq, payload_end; /**< numbered as by np_control_side_number() */
    const uint8_t *payload;            /**< NULL: none captured */
    uint32_t payload_captured;         /**< length of payload */
    uint32_t packet_source;            /**< index of the data source; valid if packet_offset is */
    uint32_t packet_offset;            /**< offset in that source; 0: TCP passed the payload on unchanged */
} np_segment_t;

void np_connection_process(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                           np_record_t *record);

#endif /* NP_MODEL_CONNECTION_H */
