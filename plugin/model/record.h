/* record.h
 * What was decided about a message or segment
 *
 * A frame's records are attached to it, because a read filter may drop it (tshark -2 -R). Media packets, and segments
 * that open or close nothing, get a temporary one from the timeline (legs/rtp.c, legs/tcp.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RECORD_H
#define NP_MODEL_RECORD_H

#include "compat.h"

#include <epan/packet_info.h>

#include "packet-naverphone.h"

/** Expert items. expert_items (show/fields.c) describes them. */
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
    /* Decided by show/tree.c */
    NP_EXPERT_FRAMING_LOST,
    NP_EXPERT_REGISTER_INCOMPLETE,
    NP_EXPERT_NOT_ACKNOWLEDGED,
    NP_EXPERT_UNFINISHED,
    NP_EXPERT_COUNT
} np_expert_t;

/** A set of expert items. */
typedef struct {
    bool has[NP_EXPERT_COUNT];
} np_experts_t;

/** Keys of p_add_proto_data() in file scope. */
enum {
    NP_FRAME_RECORDS,  /**< np_record_t */
    NP_FRAME_SEGMENT,  /**< np_control_segment_t of a frame without records */
    NP_FRAME_MEDIA,    /**< private to legs/rtp.c */
    NP_FRAME_ACCEPTED, /**< the same: media accepted without SDP */
    NP_FRAME_OFFERED   /**< np_connection_t accepted by port: no other dissector took its payload */
};

#define NP_EVENTS_PER_RECORD 4 /**< Established, Control message, a FIN, Closed */

typedef struct np_record np_record_t;

/** Where a payload is in its data source. */
typedef struct {
    uint32_t offset;
    uint32_t length; /**< bytes, perhaps more than captured */
} np_payload_place_t;

/** What few kept records have, written by the first pass, and what each media packet's temporary record has. Lives as
 *  long as the record. */
typedef struct {
    /* Signalling */
    naverphone_call_state_t revoked_end;         /**< outcome that the call had until this message; 0: none */
    const struct np_call_id_group *registration; /**< the one that this REGISTER begins; NULL: none */
    const struct np_transfer *transfer;          /**< from its headers of transfer and forwarding; NULL: none */
    bool changes_hold, begins_hold;
    unsigned hold; /**< naverphone.call.hold after it; valid if changes_hold */

    /* Media */
    const struct np_stream *stream; /**< RTP; NULL: other media */
    bool of_two_calls;              /**< the packet has another record, for the call of another client */
    bool shares_packet;             /**< this is the second of the two */
} np_record_details_t;

/** One for each message of ours in a frame, and for each segment or media packet. The first pass writes what is kept,
 *  which lives with the capture. A temporary one lives as long as the packet. What is marked with a leg's name is 0 or
 *  NULL on other legs. */
struct np_record {
    np_record_t *next; /**< in the same frame; NULL: last */
    uint32_t frame;
    naverphone_leg_t leg;
    naverphone_direction_t direction;                /**< 0: unknown */
    uint32_t evidence;                               /**< NP_EVIDENCE_ bits */
    naverphone_event_t events[NP_EVENTS_PER_RECORD]; /**< NAVERPHONE_EVENT_NONE in free places */
    naverphone_session_state_t session_state;        /**< after the frame's message */
    naverphone_call_state_t call_state;              /**< likewise; 0 outside calls */
    np_experts_t *experts;                           /**< NULL: none */
    np_record_details_t *details; /**< NULL: none. Outside, because a session has 25 records, and few have details */

    /* Whose it is. The session of a connection can change: np_record_session() tells it. */
    struct np_connection *connection; /**< Control, Login */
    struct np_session *session;       /**< Signalling, Media */
    struct np_call *call;             /**< Signalling, Media */

    /* Control */
    struct np_control_segment *payload; /**< NULL: none */
    np_payload_place_t place;           /**< of what our dissector got; length 0: nothing */

    /* Login */
    struct np_http_exchange *exchange; /**< NULL: none */

    /* Signalling */
    const char *method; /**< the request's, or CSeq's of a response; UTF-8 */
    unsigned status;    /**< Login, too: the response's code; 0: a request */
    bool begins_call, answers_call;
};

/** First pass: attaches an empty record to the frame. The caller fills it, and closes it with np_record_close(). */
np_record_t *np_record_new(packet_info *pinfo, naverphone_leg_t leg);

/** First pass: attaches a copy to the frame, after its other records. */
np_record_t *np_record_keep(packet_info *pinfo, const np_record_t *record);

/** The first of the records attached to the frame; NULL: none. */
np_record_t *np_record_first(packet_info *pinfo);

/** How many events it has; they are in the first places. */
unsigned np_record_count_events(const np_record_t *record);

/** Ignores NAVERPHONE_EVENT_NONE, and what exceeds NP_EVENTS_PER_RECORD. */
void np_record_add_event(np_record_t *record, naverphone_event_t event);

/** First pass, but not for media, whose items belong to their frame. Ignores NP_EXPERT_NONE. */
void np_record_add_expert(np_record_t *record, np_expert_t expert);

/** First pass: removes its events and expert items. */
void np_record_clear(np_record_t *record);

/** First pass: a kept record's details, to be filled. */
np_record_details_t *np_record_add_details(np_record_t *record);

/** The same to read; all zero if it has none. */
const np_record_details_t *np_record_details(const np_record_t *record);

#endif /* NP_MODEL_RECORD_H */
