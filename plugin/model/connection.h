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

/** Both ends of a connection. The addresses belong to whoever filled them in. */
typedef struct {
    address client, server;
    uint16_t client_port, server_port;
} np_address_pair_t;

/** How far one side has closed. */
typedef struct {
    bool fin;         /**< it sent a FIN */
    uint32_t fin_end; /**< sequence number after the FIN; valid with fin */
    bool fin_acked;   /**< the other side acknowledged the FIN */
} np_tcp_side_t;

/** How one side's payload is numbered. Segments whose header is found have their number on the wire; others have TCP's
 *  number, which may be relative. The first payload decides which of them numbers all. */
typedef struct {
    bool has_payload;  /**< is_raw is valid */
    bool is_raw;       /**< numbered as on the wire, else as TCP does */
    bool has_seq_base; /**< seq_base is valid */
    uint32_t seq_base; /**< number on the wire minus TCP's */
    bool has_begin;    /**< the SYN was captured: begin is valid */
    uint32_t begin;    /**< number on the wire after the SYN */
    uint32_t messages; /**< payloads with new bytes */
} np_control_side_t;

/** How a connection was closed. Lives with the capture. Frames are 0 if unknown. */
typedef struct {
    uint32_t logout_frame; /**< control: first FIN or RST */
    uint32_t closed_frame; /**< both FINs are acknowledged, or RST */
    nstime_t duration;     /**< from connect_frame to closed_frame; valid with both */
} np_closing_t;

/** A TCP connection. Lives with the capture. Only the first pass writes it; later ones may conclude its streams. Arrays
 *  are by the sender's naverphone_direction_t; 0 is unused. */
struct np_connection {
    uint32_t number;
    naverphone_leg_t leg;
    np_address_pair_t pair;
    bool refused; /**< not ours: everything else is meaningless */

    /* Session */
    np_session_t *session;                   /**< latest; NULL until accepted */
    np_history_t sessions;                   /**< np_session_t; the first one from frame 0 on */
    np_history_t evidence;                   /**< NP_EVIDENCE_ bits; 0 until accepted */
    naverphone_session_state_t state_before; /**< of the client's session, when it was accepted */
    bool is_online;                          /**< control: counted as one of the session's */
    bool is_up;                              /**< control: the session was told that it is established */
    bool referred;                           /**< the session knows both ends as references */

    /* TCP; frames are 0 if unknown */
    uint32_t connect_frame; /**< first SYN */
    nstime_t connect_time;  /**< absolute; valid with connect_frame */
    np_history_t closings;  /**< np_closing_t, from frame 0 on; another one if its SYN was refused at first */
    np_closing_t *closing;  /**< the latest */
    uint32_t seen;          /**< NP_TCP_SEEN_ bits */
    uint32_t ignored;       /**< NP_TCP_SEEN_ bits of what answered a SYN without accepting it */
    bool answered;          /**< the server accepted the SYN */
    bool established;       /**< the handshake is complete */
    np_tcp_side_t sides[3];

    /* Control */
    const np_control_format_t *format; /**< of the user's table; NULL: none */
    bool infer_framing;
    np_control_streams_t *streams; /**< NULL: no payload so far */
    np_control_side_t control[3];
    uint32_t asked_frame; /**< the server's latest payload that the client has not acknowledged; 0: none */

    /* Login: a list, oldest first; NULL: empty */
    struct np_http_exchange *unanswered;
    struct np_http_exchange *unanswered_last;
};

/** Forgets all connections. */
void np_connections_init(void);

/** The state that a frame shows if its connection is not accepted yet: that of the session that it would join. */
naverphone_session_state_t np_connection_state_before(const np_connection_t *connection);

/** First pass. Copies the pair. */
np_connection_t *np_connection_new(naverphone_leg_t leg, const np_address_pair_t *pair);

/** First pass: it is not ours, because it carries foreign payload, or its client is a server. */
void np_connection_refuse(np_connection_t *connection);

/** First pass, before its first payload. format: of the user's table; NULL: none. infer: otherwise the framing may be
 *  inferred. */
void np_connection_set_format(np_connection_t *connection, const np_control_format_t *format, bool infer);

/** The direction of one of its packets. */
naverphone_direction_t np_connection_direction(const np_connection_t *connection, const np_packet_t *packet);

/** First pass: adds evidence. The first call assigns a session. */
void np_connection_accept(np_connection_t *connection, uint32_t frame, uint32_t evidence);

/** First pass: from this frame on, it belongs to the session. */
void np_connection_move(np_connection_t *connection, np_session_t *session, uint32_t frame);

/** For every pass: its session at that frame; NULL: it is not accepted. */
static inline np_session_t *
np_connection_session_at(const np_connection_t *connection, uint32_t frame)
{
    return (np_session_t *)np_history_at(&connection->sessions, frame);
}

/** For every pass: the record's session; NULL: its connection is not accepted. */
static inline np_session_t *
np_record_session(const np_record_t *record)
{
    return record->connection ? np_connection_session_at(record->connection, record->frame) : record->session;
}

/** First pass: a SYN. raw: the number after it, on the wire. */
void np_control_side_begin(np_control_side_t *side, uint32_t raw);

/** First pass: returns a payload's number. raw: on the wire; NULL: its header was not found. relative: TCP's; NULL: TCP
 *  did not hand the payload on. */
uint32_t np_control_side_take(np_control_side_t *side, const uint32_t *raw, const uint32_t *relative);

/** What the leg read of a segment. Lives as long as the packet. */
typedef struct {
    uint32_t seen;       /**< NP_TCP_SEEN_ bits of the connection so far, as TCP knows them */
    uint8_t flags;       /**< TH_ bits of the header; 0: the header was not found */
    bool fin;            /**< has a FIN */
    bool is_probe;       /**< zero window probe: its byte will be sent again */
    bool is_stray_reset; /**< an RST that its receiver ignores */
    bool has_flow;       /**< TCP analysed it, and it has an ACK: the next two are valid */
    uint32_t sent_end;   /**< sender's next sequence number, FIN included */
    uint32_t acked;      /**< sender's highest acknowledgement so far */
    bool has_peer_flow;  /**< TCP analysed the other direction: the next is valid */
    uint32_t peer_acked; /**< receiver's highest acknowledgement so far */

    bool has_payload;                  /**< what follows is valid */
    uint32_t payload_seq, payload_end; /**< numbers as of np_control_side_take(); end is exclusive */
    const uint8_t *payload;            /**< NULL: nothing of it was captured */
    uint32_t payload_captured;         /**< bytes */
    bool handed_on;                    /**< by TCP */
    uint32_t packet_offset;            /**< where the payload is in the data source; 0: unknown */
    uint32_t packet_source;            /**< index of that data source; valid with packet_offset */
} np_segment_t;

/** First pass: applies the segment to the connection, its session and its control stream, and sets direction, evidence,
 *  events and expert items of the record. */
void np_connection_process(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                           np_record_t *record);

#endif /* NP_MODEL_CONNECTION_H */
