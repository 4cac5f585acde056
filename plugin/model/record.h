/* record.h
 * What was decided about a message or segment
 *
 * A frame has a record for each of its SIP messages, HTTP messages and segments of our connections, in their order. The
 * list is attached to the frame, so a frame dropped by a read filter (tshark -2 -R) takes its records away. Media
 * packets and segments without an event get a temporary record from the timeline of their stream (legs/rtp.c) or
 * connection (legs/tcp.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RECORD_H
#define NP_MODEL_RECORD_H

#include "compat.h"

#include <epan/packet_info.h>

#include "packet-naverphone.h"

/** Expert items decided on the first pass. expert_items (show/tree.c) describes them. */
typedef enum {
    NP_EXPERT_NONE = 0,
    NP_EXPERT_LOGIN_UNENCRYPTED,
    NP_EXPERT_LOGIN_PLAINTEXT,
    NP_EXPERT_LOGIN_FAILED,
    NP_EXPERT_CONTROL_RESET,
    NP_EXPERT_SESSION_LOGIN,
    NP_EXPERT_SESSION_LOGOUT,
    NP_EXPERT_LOGOUT_IN_CALL,
    NP_EXPERT_CHALLENGED_ANSWER,
    NP_EXPERT_EARLY_MEDIA,
    NP_EXPERT_SERVICE_NUMBER,
    NP_EXPERT_MEDIA_ONE_WAY,
    NP_EXPERT_MEDIA_NONE,
    NP_EXPERT_AFTER_RELEASE,
    NP_EXPERT_SSRC_COLLISION,
    NP_EXPERT_UNSIGNALLED,
    NP_EXPERT_COUNT
} np_expert_t;

/** All zero: empty. */
typedef struct {
    bool has[NP_EXPERT_COUNT];
} np_experts_t;

/** Keys of lists attached to a frame with p_add_proto_data() in file scope. */
enum {
    NP_FRAME_RECORDS, /**< np_record_t */
    NP_FRAME_MEDIA    /**< private to legs/rtp.c */
};

#define NP_EVENTS_PER_RECORD 4 /**< Established, Control message, a FIN and Closed fit in a frame */

typedef struct np_record np_record_t;

/** Position in the data source. */
typedef struct {
    uint32_t offset;
    uint32_t length; /**< bytes, perhaps more than captured */
} np_payload_place_t;

/** One message or segment. Written on the first pass; lives with the capture, temporary ones with the packet. */
struct np_record {
    np_record_t *next; /**< in the same frame; NULL: last */
    uint32_t frame;
    naverphone_leg_t leg;
    naverphone_direction_t direction; /**< 0: unknown */
    uint32_t evidence;                /**< NP_EVIDENCE_ bits */
    unsigned event_count;
    naverphone_event_t events[NP_EVENTS_PER_RECORD];
    naverphone_session_state_t session_state; /**< afterwards */
    naverphone_call_state_t call_state;       /**< afterwards; 0 outside calls */
    np_experts_t experts;

    /* Whose it is; NULL: none. np_record_session() returns the connection's session. */
    struct np_connection *connection; /**< Control, Login */
    struct np_session *session;       /**< Signalling, Media */
    struct np_call *call;             /**< Signalling, Media */
    struct np_stream *stream;         /**< RTP */

    /* Control */
    struct np_control_segment *payload; /**< NULL: none */
    np_payload_place_t place;           /**< of the payload given to our dissector; length 0: none was */

    /* Login, Signalling */
    unsigned status; /**< of HTTP or SIP; 0: request */

    /* Login */
    struct np_http_exchange *exchange; /**< NULL: none */

    /* Signalling */
    const char *method;                          /**< of the request, or from CSeq; UTF-8 */
    const struct np_call_id_group *registration; /**< begun by this REGISTER; else NULL */
    bool begins_call;                            /**< first message of the call */
    bool answers_call;                           /**< first answer to the call's INVITE */
    const struct np_transfer *transfer;          /**< its transfer headers; NULL: none */
    bool changes_hold, begins_hold;              /**< changes the call's hold; its sender starts holding */
    unsigned hold;                               /**< naverphone.call.hold afterwards, if changed */

    /* Media */
    naverphone_media_phase_t phase; /**< 0: unknown */
    bool shares_packet;             /**< follows a record for another client's call */
};

/** First pass: appends a record to the frame. The caller must set its owner. */
np_record_t *np_record_new(packet_info *pinfo, naverphone_leg_t leg);

/** First pass: appends a copy of a record. */
np_record_t *np_record_keep(packet_info *pinfo, const np_record_t *record);

/** Returns the frame's first record; NULL: none. */
np_record_t *np_record_first(packet_info *pinfo);

/** Adds an event. Ignores NONE, and any beyond NP_EVENTS_PER_RECORD. */
void np_record_add_event(np_record_t *record, naverphone_event_t event);

void np_record_add_expert(np_record_t *record, np_expert_t expert);

#endif /* NP_MODEL_RECORD_H */
