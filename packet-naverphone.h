/* packet-naverphone.h
 * The record of tap "naverphone"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_NAVERPHONE_H
#define PACKET_NAVERPHONE_H

#include <epan/address.h>
#include <wsutil/nstime.h>

#include <stdbool.h>
#include <stdint.h>

/** -1 before registration. */
extern int proto_naverphone;

/** Queues one naverphone_tap_info_t per event. */
#define NAVERPHONE_TAP "naverphone"

typedef enum {
    NAVERPHONE_LEG_CONTROL = 1,
    NAVERPHONE_LEG_LOGIN = 2,
    NAVERPHONE_LEG_SIGNALLING = 3,
    NAVERPHONE_LEG_MEDIA = 4
} naverphone_leg_t;

typedef enum {
    NAVERPHONE_EVENT_NONE = 0,
    NAVERPHONE_EVENT_CONNECT = 1,
    NAVERPHONE_EVENT_ACCEPT = 2,
    NAVERPHONE_EVENT_ESTABLISHED = 3,
    NAVERPHONE_EVENT_CONTROL_MESSAGE = 4,
    NAVERPHONE_EVENT_CLIENT_CLOSES = 5,
    NAVERPHONE_EVENT_SERVER_CLOSES = 6,
    NAVERPHONE_EVENT_CLOSED = 7,
    NAVERPHONE_EVENT_RESET = 8,
    NAVERPHONE_EVENT_LOGIN_REQUEST = 20,
    NAVERPHONE_EVENT_LOGIN_SUCCESS = 21,
    NAVERPHONE_EVENT_LOGIN_FAILURE = 22,
    NAVERPHONE_EVENT_HTTP_REQUEST = 23,
    NAVERPHONE_EVENT_HTTP_RESPONSE = 24,
    NAVERPHONE_EVENT_REGISTER = 30,
    NAVERPHONE_EVENT_REGISTERED = 31,
    NAVERPHONE_EVENT_CHALLENGE = 32,
    NAVERPHONE_EVENT_UNREGISTERED = 33,
    NAVERPHONE_EVENT_INVITE = 40,
    NAVERPHONE_EVENT_TRYING = 41,
    NAVERPHONE_EVENT_RINGING = 42,
    NAVERPHONE_EVENT_ANSWER = 43,
    NAVERPHONE_EVENT_ACKNOWLEDGE = 44,
    NAVERPHONE_EVENT_MID_CALL_REQUEST = 45,
    NAVERPHONE_EVENT_RELEASE = 46,
    NAVERPHONE_EVENT_CANCEL = 47,
    NAVERPHONE_EVENT_REJECTED = 48,
    NAVERPHONE_EVENT_CONFIRMED = 49,
    NAVERPHONE_EVENT_MEDIA_START = 60,
    NAVERPHONE_EVENT_MEDIA = 61,
    NAVERPHONE_EVENT_UNSIGNALLED_MEDIA = 62
} naverphone_event_t;

typedef enum {
    NAVERPHONE_SESSION_CONNECTING = 1,
    NAVERPHONE_SESSION_CONNECTED = 2,
    NAVERPHONE_SESSION_LOGGED_IN = 3,
    NAVERPHONE_SESSION_REGISTERED = 4,
    NAVERPHONE_SESSION_IN_CALL = 5,
    NAVERPHONE_SESSION_LOGGED_OUT = 6,
    NAVERPHONE_SESSION_ABORTED = 7
} naverphone_session_state_t;

/** naverphone.call.state has 1 to 7, naverphone.call.outcome 5 to 8. */
typedef enum {
    NAVERPHONE_CALL_NONE = 0, /**< outside calls */
    NAVERPHONE_CALL_SETUP = 1,
    NAVERPHONE_CALL_PROCEEDING = 2,
    NAVERPHONE_CALL_RINGING = 3,
    NAVERPHONE_CALL_ANSWERED = 4,
    NAVERPHONE_CALL_RELEASED = 5,
    NAVERPHONE_CALL_CANCELLED = 6,
    NAVERPHONE_CALL_REJECTED = 7,
    NAVERPHONE_CALL_UNFINISHED = 8
} naverphone_call_state_t;

typedef enum {
    NAVERPHONE_RELEASED_BY_UNKNOWN = 0, /**< or not released */
    NAVERPHONE_RELEASED_BY_CALLER = 1,
    NAVERPHONE_RELEASED_BY_CALLEE = 2,
    NAVERPHONE_RELEASED_BY_NETWORK = 3
} naverphone_released_by_t;

typedef enum {
    NAVERPHONE_MEDIA_NO_PHASE = 0, /**< not media of a call */
    NAVERPHONE_MEDIA_EARLY = 1,
    NAVERPHONE_MEDIA_IN_CALL = 2,
    NAVERPHONE_MEDIA_AFTER_RELEASE = 3
} naverphone_media_phase_t;

typedef enum {
    NAVERPHONE_DIRECTION_UNKNOWN = 0,
    NAVERPHONE_FROM_CLIENT = 1,
    NAVERPHONE_TO_CLIENT = 2
} naverphone_direction_t;

typedef enum {
    NAVERPHONE_END_NONE = 0, /**< not in the capture */
    NAVERPHONE_END_CLOSED_BY_CLIENT = 1,
    NAVERPHONE_END_CLOSED_BY_SERVER = 2,
    NAVERPHONE_END_RESET_BY_CLIENT = 3,
    NAVERPHONE_END_RESET_BY_SERVER = 4,
    NAVERPHONE_END_REPLACED = 5 /**< another connection took its addresses and ports */
} naverphone_session_end_t;

typedef enum {
    NAVERPHONE_LOGIN_UNSEEN = 0,
    NAVERPHONE_LOGIN_UNANSWERED = 1,
    NAVERPHONE_LOGIN_FAILED = 2,
    NAVERPHONE_LOGIN_SUCCEEDED = 3
} naverphone_login_result_t;

/* These live with the capture; later passes see final values. Unknown frame numbers are 0, strings NULL. Times are
 * absolute; a relative one is valid if its last frame is known. */

typedef struct naverphone_session_info {
    uint32_t number; /**< 0: not accepted so far */
    address client;
    const char *identity; /**< SIP user */
    uint32_t first_frame;
    nstime_t first_time;
    naverphone_session_state_t state;
    uint32_t login_frame;    /**< response */
    uint32_t register_frame; /**< 2xx to REGISTER */
    uint32_t logout_frame;   /**< first FIN or RST */
    naverphone_session_end_t end;
    naverphone_login_result_t login_result; /**< latest, until success */
    nstime_t login_time;                    /**< response's, else request's */
    nstime_t logout_time;
    uint32_t registrations; /**< without refreshes */
    uint32_t calls;
    const struct naverphone_session_info *predecessor; /**< changed when this one began; NULL: none */
} naverphone_session_info_t;

typedef struct {
    uint32_t packets;
    uint32_t repeated; /**< not in packets */
    uint32_t early;    /**< before the answer */
    int64_t lost;      /**< RFC 3550; negative with duplicates */
    double jitter;     /**< ms, mean (RFC 3550) */
    bool has_jitter;   /**< false: unknown clock rates */
    const char *codec; /**< rtpmap name */
} naverphone_media_info_t;

/** One client's Call-ID, from its INVITE on. */
typedef struct {
    uint32_t number;
    naverphone_call_state_t state;
    const char *id;     /**< Call-ID, UTF-8 */
    const char *caller; /**< user part, as sent */
    const char *dialled;
    const char *service_prefix;    /**< "770" */
    const char *service;           /**< "Collect call" */
    const char *phone_number;      /**< national, "01012345678" */
    const char *phone_number_e164; /**< "+821012345678" */
    unsigned phone_number_kind;    /**< naverphone.call.number_kind */
    uint32_t first_frame;
    nstime_t first_time;
    uint32_t invite_frame;
    uint32_t ring_frame; /**< 18x or early media */
    uint32_t answer_frame;
    uint32_t ack_frame;
    uint32_t release_frame; /**< BYE or failing response */
    naverphone_released_by_t released_by;
    nstime_t post_dial_delay;             /**< INVITE to ring_frame */
    nstime_t setup_time;                  /**< INVITE to answer */
    nstime_t duration;                    /**< answer to release */
    const char *cause;                    /**< Reason, or final status */
    uint32_t related;                     /**< 0: none */
    const char *transferred_to;           /**< user or address of latest REFER */
    const char *forwarded_by;             /**< Diversion, else History-Info */
    bool cancelled;                       /**< CANCEL sent */
    bool refused;                         /**< final response not captured, but its ACK */
    const naverphone_media_info_t *media; /**< three, by naverphone_direction_t; they change */
    const naverphone_media_info_t *video; /**< likewise */
} naverphone_call_info_t;

/** False if the answer precedes the INVITE. */
static inline bool
naverphone_call_has_setup_time(const naverphone_call_info_t *call)
{
    return call->invite_frame && call->invite_frame <= call->answer_frame;
}

typedef struct {
    uint32_t first_frame;
    uint32_t packets;
    uint32_t repeated; /**< not in packets */
    nstime_t first_time;
    nstime_t last_time;
    uint32_t ssrc;
    naverphone_direction_t direction;
    bool is_video;
    const char *codec; /**< NULL: unknown */
} naverphone_stream_info_t;

/** This and the next live as long as the packet. */
typedef struct naverphone_control_message {
    const struct naverphone_control_message *next; /**< in the same frame */
    uint32_t connection;
    uint32_t number; /**< within its direction */
    naverphone_direction_t direction;
    const char *framing;  /**< "u16be@0+2"; "segment" if unknown */
    uint32_t length;      /**< bytes */
    uint32_t captured;    /**< bytes */
    const uint8_t *bytes; /**< NULL: none captured */
    address client, server;
    uint16_t client_port, server_port;
} naverphone_control_message_t;

typedef struct {
    naverphone_leg_t leg;
    naverphone_event_t event;
    bool of_two_calls;                   /**< packet is queued for another call, too */
    bool shared;                         /**< it was queued for that one before */
    bool media_in_sight;                 /**< the call's sound could be captured both ways, so far */
    bool ends_call;                      /**< as far as is known */
    naverphone_call_state_t revoked_end; /**< end that an earlier event of this pass seemed to be; 0: none */
    naverphone_media_phase_t phase;      /**< Media, else 0 */
    const char *label;
    const naverphone_session_info_t *session;
    const naverphone_call_info_t *call;           /**< NULL outside calls */
    const naverphone_stream_info_t *stream;       /**< Media, else NULL */
    const naverphone_control_message_t *messages; /**< Control message: those ending here */
} naverphone_tap_info_t;

#endif /* PACKET_NAVERPHONE_H */
