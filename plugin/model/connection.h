/* connection.h
 * TCP connections of the control and login legs
 *
 * A connection has a session once accepted, and is closed when both FINs are acknowledged. Without TCP's sequence
 * analysis (tcp.analyze_sequence_numbers), acknowledgements and the second FIN are unknown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CONNECTION_H
#define NP_MODEL_CONNECTION_H

#include "compat.h"

#include <epan/address.h>

#include "control/framing.h"
#include "control/streams.h"
#include "model/packet.h"
#include "model/record.h"
#include "model/session.h"
#include "model/timeline.h"
#include "packet-naverphone.h"

typedef struct np_connection np_connection_t;

/** The addresses belong to whoever filled them in. */
typedef struct {
    address client, server;
    uint16_t client_port, server_port;
} np_address_pair_t;

/** How far one side has closed. */
typedef struct {
    bool fin;
    bool fin_acked;
    uint32_t fin_end; /**< sequence number after the FIN */
} np_tcp_side_t;

/** How one side's payload is numbered. */
typedef struct {
    bool has_payload; /**< is_raw is valid */
    bool is_raw;      /**< numbered as on the wire, else relatively */
    bool has_seq_base, has_begin;
    uint32_t seq_base; /**< wire minus relative number */
    uint32_t begin;    /**< wire number after the SYN */
    uint32_t messages;
} np_control_side_t;

/** Lives with the capture. Only the first pass writes it; later ones may conclude its streams. */
struct np_connection {
    uint32_t number;
    naverphone_leg_t leg;
    np_address_pair_t pair;
    np_session_t *session;                   /**< latest; NULL until accepted */
    wmem_tree_t *sessions;                   /**< np_session_t by frame; NULL: only one */
    np_history_t evidence;                   /**< NP_EVIDENCE_ bits; 0 until accepted */
    naverphone_session_state_t state_before; /**< of the session, before acceptance */
    bool refused;                            /**< not ours */
    uint32_t connect_frame, logout_frame, closed_frame;
    nstime_t connect_time; /**< absolute; valid with connect_frame */
    nstime_t duration;     /**< connect_frame to closed_frame; valid with both */

    uint32_t seen; /**< NP_TCP_SEEN_ bits */
    bool answered; /**< the server took its SYN */
    bool established, ended;
    uint32_t ignored; /**< of what answered a SYN without accepting it */
    bool is_online;
    bool is_up;
    bool referred;
    np_tcp_side_t sides[2];

    const np_control_format_t *format; /**< the user's; NULL: none */
    bool infer_framing;
    np_control_streams_t *streams; /**< NULL: no payload so far */
    np_control_side_t control[2];

    struct np_http_exchange *unanswered; /**< oldest first */
    struct np_http_exchange *unanswered_last;
};

void np_connections_init(void);

/** Copies pair. */
np_connection_t *np_connection_new(naverphone_leg_t leg, const np_address_pair_t *pair);

/** It carries foreign payload, or its client is a server. */
void np_connection_refuse(np_connection_t *connection);

/** Before its first payload. format: the user's; NULL: none. */
void np_connection_set_format(np_connection_t *connection, const np_control_format_t *format, bool infer);

naverphone_direction_t np_connection_direction(const np_connection_t *connection, const np_packet_t *packet);

/** The first call assigns a session. */
void np_connection_accept(np_connection_t *connection, uint32_t frame, uint32_t evidence);

/** State shown before acceptance: that of the session to join. */
naverphone_session_state_t np_connection_state_before(const np_connection_t *connection);

/** direction: the sender's, not 0. */
static inline np_tcp_side_t *
np_connection_side(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->sides[direction - NAVERPHONE_FROM_CLIENT];
}

/** direction: the sender's, not 0. */
static inline np_control_side_t *
np_connection_control(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->control[direction - NAVERPHONE_FROM_CLIENT];
}

/** raw: wire number after the SYN. */
void np_control_side_begin(np_control_side_t *side, uint32_t raw);

/** Returns the payload's number. raw: on the wire, NULL if its header was not found. relative: TCP's, NULL if it did not
 *  pass the payload on. */
uint32_t np_control_side_take(np_control_side_t *side, const uint32_t *raw, const uint32_t *relative);

/** Converts a wire number to the payload's numbering. */
static inline uint32_t
np_control_side_number(const np_control_side_t *side, uint32_t raw)
{
    return side->is_raw ? raw : raw - side->seq_base;
}

/** From this frame on. */
void np_connection_move(np_connection_t *connection, np_session_t *session, uint32_t frame);

/** NULL: not accepted. */
static inline np_session_t *
np_connection_session_at(const np_connection_t *connection, uint32_t frame)
{
    return connection->sessions ? (np_session_t *)wmem_tree_lookup32_le(connection->sessions, frame)
                                : connection->session;
}

/** NULL: its connection is not accepted. */
static inline np_session_t *
np_record_session(const np_record_t *record)
{
    return record->connection ? np_connection_session_at(record->connection, record->frame) : record->session;
}

/** What the leg read of a frame. Lives as long as the packet. */
typedef struct {
    uint32_t seen; /**< NP_TCP_SEEN_ bits so far */
    bool fin;
    uint8_t flags;                     /**< TH_ bits of the header; 0: not found */
    bool is_probe;                     /**< zero window probe; its byte is sent again */
    bool is_stray_reset;               /**< an RST that its receiver ignores */
    bool has_flow;                     /**< TCP analysed, ACK set: the next two are valid */
    uint32_t sent_end;                 /**< sender's next sequence number, FIN included */
    uint32_t acked;                    /**< sender's highest acknowledgement */
    bool has_peer_flow;                /**< the next is valid */
    uint32_t peer_acked;               /**< receiver's highest acknowledgement so far */
    bool has_payload;                  /**< the rest is valid */
    uint32_t payload_seq, payload_end; /**< numbered as by np_control_side_number() */
    const uint8_t *payload;            /**< NULL: none captured */
    uint32_t payload_captured;
    uint32_t packet_source; /**< data source; valid with packet_offset */
    uint32_t packet_offset; /**< offset there; 0: TCP passed the payload on unchanged */
} np_segment_t;

void np_connection_process(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                           np_record_t *record);

#endif /* NP_MODEL_CONNECTION_H */
