/* record.h
 * What was decided for a frame that carries something of ours
 *
 * A frame has a record for each of its SIP messages, HTTP messages and segments of our connections, in the order in
 * which it carries them. The list is attached to the frame, so that libwireshark forgets it together with the frame:
 * one that a read filter drops (tshark -2 -R) takes its own records away. Media packets, and segments of a connection
 * that do nothing, have no record that stays: one is made for as long as the packet lives, from the timeline of their
 * stream (legs/rtp.c) or connection (legs/tcp.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RECORD_H
#define NP_MODEL_RECORD_H

#include "compat.h"

#include <epan/packet_info.h>

#include "packet-naverphone.h"

/** Expert items that are decided on the first pass. The row of each in expert_items (show/tree.c) has what it looks
 *  like. */
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

/** A set of expert items. All zero: empty. */
typedef struct {
    bool has[NP_EXPERT_COUNT];
} np_experts_t;

/** Kinds of what is attached to a frame in the capture's scope: keys of p_add_proto_data(), each with a list. */
enum {
    NP_FRAME_RECORDS, /**< np_record_t */
    NP_FRAME_MEDIA    /**< legs/rtp.c's */
};

#define NP_EVENTS_PER_RECORD 4 /**< Established, Control message, a FIN and Closed can share a frame */

typedef struct np_record np_record_t;

/** Where in its data source a payload is. */
typedef struct {
    uint32_t offset;
    uint32_t length; /**< bytes, of which the capture may lack some */
} np_payload_place_t;

/** One message or segment. Lives with the capture, or with the packet; the first pass writes it. */
struct np_record {
    np_record_t *next; /**< of the same frame; NULL: it is the last */
    uint32_t frame;
    naverphone_leg_t leg;
    naverphone_direction_t direction; /**< 0: unknown */
    uint32_t evidence;                /**< NP_EVIDENCE_ bits */
    unsigned event_count;
    naverphone_event_t events[NP_EVENTS_PER_RECORD];
    naverphone_session_state_t session_state; /**< after it */
    naverphone_call_state_t call_state;       /**< after it; 0 outside calls */
    np_experts_t experts;

    /* Whose it is: NULL where it has none. The session of a connection is asked for with np_record_session(). */
    struct np_connection *connection; /**< Control, Login */
    struct np_session *session;       /**< Signalling, Media */
    struct np_call *call;             /**< Signalling, Media */
    struct np_stream *stream;         /**< RTP */

    /* Control */
    struct np_control_segment *payload; /**< NULL without any */
    np_payload_place_t place; /**< of the payload that a dissector of ours was shown; its length is 0 where it was shown none */

    /* Login, Signalling */
    unsigned status; /**< of HTTP or SIP; 0: a request */

    /* Login */
    struct np_http_exchange *exchange; /**< whose request or response it is; NULL: of none */

    /* Signalling */
    const char *method;                          /**< of the request, or of the CSeq; UTF-8 */
    const struct np_call_id_group *registration; /**< that begins with this REGISTER; else NULL */
    bool begins_call;                            /**< the call's first message */
    bool answers_call;                           /**< the first answer */
    const struct np_transfer *transfer;          /**< what it says of transfers; NULL: nothing */
    bool changes_hold, begins_hold;              /**< it changes who holds the call; its sender begins to */
    unsigned hold;                               /**< naverphone.call.hold after it, where it changes */

    /* Media */
    naverphone_media_phase_t phase; /**< 0: nobody knows */
    bool shares_packet;             /**< the packet has another record before it, for another client's call */
};

/** First pass: a new record of the frame, behind those it has. It needs its owner at once. */
np_record_t *np_record_new(packet_info *pinfo, naverphone_leg_t leg);

/** First pass: the same, with a copy of what was filled before. */
np_record_t *np_record_keep(packet_info *pinfo, const np_record_t *record);

/** The frame's first record; NULL: it has none. */
np_record_t *np_record_first(packet_info *pinfo);

/** Adds an event to a record; none is not added, nor one more than NP_EVENTS_PER_RECORD. */
void np_record_add_event(np_record_t *record, naverphone_event_t event);

/** Adds an expert item to a record; none is not added. */
void np_record_add_expert(np_record_t *record, np_expert_t expert);

#endif /* NP_MODEL_RECORD_H */
