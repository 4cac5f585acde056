/* record.h
 * What was decided about a message or segment
 *
 * A frame's records are attached to it, because a read filter may drop it (tshark -2 -R). Media packets and segments
 * without an event get a temporary one from the timeline (legs/rtp.c, legs/tcp.c).
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

/** Lives with the capture, and the first pass writes it; a temporary one is made for each pass. */
struct np_record {
    np_record_t *next; /**< NULL: last */
    uint32_t frame;
    naverphone_leg_t leg;
    naverphone_direction_t direction; /**< 0: unknown */
    uint32_t evidence;                /**< NP_EVIDENCE_ bits */
    unsigned event_count;
    naverphone_event_t events[NP_EVENTS_PER_RECORD];
    naverphone_session_state_t session_state; /**< after it */
    naverphone_call_state_t call_state;       /**< after it; 0 outside calls */
    np_experts_t experts;

    /* Owner; NULL: none. See np_record_session(). */
    struct np_connection *connection; /**< Control, Login */
    struct np_session *session;       /**< Signalling, Media */
    struct np_call *call;             /**< Signalling, Media */
    struct np_stream *stream;         /**< RTP */

    /* Control */
    struct np_control_segment *payload; /**< NULL: none */
    np_payload_place_t place;           /**< given to our dissector; length 0: none */

    /* Login, Signalling */
    unsigned status; /**< 0: request */

    /* Login */
    struct np_http_exchange *exchange; /**< NULL: none */

    /* Signalling */
    const char *method;                          /**< its own, or CSeq's; UTF-8 */
    const struct np_call_id_group *registration; /**< begun by this REGISTER; else NULL */
    bool begins_call;
    bool answers_call;
    naverphone_call_state_t revoked_end; /**< of the call, until this message; 0: none */
    const struct np_transfer *transfer;  /**< NULL: none */
    bool changes_hold, begins_hold;
    unsigned hold; /**< naverphone.call.hold, if changed */

    /* Media */
    naverphone_media_phase_t phase; /**< 0: unknown */
    bool of_two_calls;              /**< the packet has a record for another client's call */
    bool shares_packet;             /**< follows that record */
};

/** The caller sets the owner. */
np_record_t *np_record_new(packet_info *pinfo, naverphone_leg_t leg);

/** Appends a copy. */
np_record_t *np_record_keep(packet_info *pinfo, const np_record_t *record);

/** NULL: none. */
np_record_t *np_record_first(packet_info *pinfo);

/** Ignores NONE, and more than NP_EVENTS_PER_RECORD. */
void np_record_add_event(np_record_t *record, naverphone_event_t event);

void np_record_add_expert(np_record_t *record, np_expert_t expert);

#endif /* NP_MODEL_RECORD_H */
