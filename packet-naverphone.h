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

/** Id of our protocol; -1 before registration. */
extern int proto_naverphone;

/** The tap's name. It gets a naverphone_tap_info_t for each event. */
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

/* What follows lives with the capture, but for the last two structs. The first pass changes it, later passes see the
 * final values. Unknown frame numbers are 0, unknown strings NULL. Times are absolute, unless they are the time from
 * one frame to another: these are valid if the later frame is known. */

/** The time that one client is online. */
typedef struct naverphone_session_info {
    uint32_t number; /**< 0: not accepted so far */
    address client;
    const char *identity; /**< SIP user */
    uint32_t first_frame;
    nstime_t first_time;
    naverphone_session_state_t state;
    uint32_t login_frame;    /**< response that confirms a login */
    uint32_t register_frame; /**< 2xx to REGISTER */
    uint32_t logout_frame;   /**< first FIN or RST */
    naverphone_session_end_t end;
    naverphone_login_result_t login_result; /**< of the latest login, or of the one that succeeded */
    nstime_t login_time;                    /**< of its response, or else of its request */
    nstime_t logout_time;                   /**< of logout_frame */
    uint32_t registrations;                 /**< that succeeded, without refreshes */
    uint32_t calls;
    const struct naverphone_session_info
        *predecessor; /**< session that this one replaced, and thereby ended; NULL: none */
} naverphone_session_info_t;

/** A call's audio or video in one direction. */
typedef struct {
    uint32_t packets;
    uint32_t repeated; /**< captured a second time; not in packets */
    uint32_t early;    /**< before the answer */
    bool has_jitter;   /**< jitter is valid; false: clock rates are unknown */
    double jitter;     /**< milliseconds, mean (RFC 3550) */
    int64_t lost;      /**< RFC 3550; negative with duplicates */
    const char *codec; /**< names in SDP, or by RFC 3551: "PCMA, G729" */
} naverphone_media_info_t;

/** A call of one client: its INVITE and what follows. */
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
    uint32_t ring_frame; /**< first 18x or early media */
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
    const naverphone_media_info_t *media; /**< audio: three, by naverphone_direction_t */
    const naverphone_media_info_t *video; /**< likewise */
} naverphone_call_info_t;

/** True if setup_time is valid: the answer was captured, and after the INVITE. */
static inline bool
naverphone_call_has_setup_time(const naverphone_call_info_t *call)
{
    return call->invite_frame && call->invite_frame <= call->answer_frame;
}

/** An RTP stream. */
typedef struct {
    uint32_t first_frame;
    uint32_t packets;
    uint32_t repeated; /**< captured a second time; not in packets */
    nstime_t first_time;
    nstime_t last_time;
    uint32_t ssrc;
    naverphone_direction_t direction;
    bool is_video;
    const char *codec; /**< of the first packet; NULL: unknown */
} naverphone_stream_info_t;

/** A control message. Lives as long as the packet. */
typedef struct naverphone_control_message {
    const struct naverphone_control_message *next; /**< that ends in the same frame; NULL: last */
    uint32_t connection;                           /**< its number */
    uint32_t number;                               /**< within its direction, from 1 */
    naverphone_direction_t direction;
    const char *framing;  /**< "u16be@0+2"; "segment" if unknown */
    uint32_t length;      /**< bytes */
    uint32_t captured;    /**< bytes */
    const uint8_t *bytes; /**< NULL: none captured */
    address client, server;
    uint16_t client_port, server_port;
} naverphone_control_message_t;

/** An event, for listeners of the tap. Lives as long as the packet. */
typedef struct {
    naverphone_leg_t leg;
    naverphone_event_t event;
    bool of_two_calls;   /**< the packet belongs to another client's call, too, and is queued for each */
    bool shared;         /**< it was queued for the other call before */
    bool media_in_sight; /**< the call's audio could be captured both ways, as far as is known */
    bool ends_call;      /**< the call ends here, as far as is known */
    naverphone_call_state_t
        revoked_end;                /**< how the call had ended by an earlier event, which no longer counts; 0: none */
    naverphone_media_phase_t phase; /**< of Media, else 0 */
    const char *label;              /**< text of an arrow: "INVITE 01012345678" */
    const naverphone_session_info_t *session;
    const naverphone_call_info_t *call;           /**< NULL outside calls */
    const naverphone_stream_info_t *stream;       /**< Media, else NULL */
    const naverphone_control_message_t *messages; /**< those that end in the frame; NULL: none */
} naverphone_tap_info_t;

#endif /* PACKET_NAVERPHONE_H */
