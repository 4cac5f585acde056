/* packet-naverphone.h
 * The public face of the Naver Phone dissector: the record of the tap "naverphone"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PACKET_NAVERPHONE_H
#define PACKET_NAVERPHONE_H

#include <epan/address.h>
#include <wsutil/nstime.h>

#include <stdbool.h>
#include <stdint.h>

/** libwireshark's number of the protocol "naverphone". */
extern int proto_naverphone;

/** Name of the tap. Its listeners get one naverphone_tap_info_t per event. */
#define NAVERPHONE_TAP "naverphone"

/** The part of a session that a frame belongs to; values of naverphone.leg. */
typedef enum {
    NAVERPHONE_LEG_CONTROL    = 1,
    NAVERPHONE_LEG_LOGIN      = 2,
    NAVERPHONE_LEG_SIGNALLING = 3,
    NAVERPHONE_LEG_MEDIA      = 4
} naverphone_leg_t;

/** What a frame does; values of naverphone.event. */
typedef enum {
    NAVERPHONE_EVENT_NONE              = 0,
    NAVERPHONE_EVENT_CONNECT           = 1,
    NAVERPHONE_EVENT_ACCEPT            = 2,
    NAVERPHONE_EVENT_ESTABLISHED       = 3,
    NAVERPHONE_EVENT_CONTROL_MESSAGE   = 4,
    NAVERPHONE_EVENT_CLIENT_CLOSES     = 5,
    NAVERPHONE_EVENT_SERVER_CLOSES     = 6,
    NAVERPHONE_EVENT_CLOSED            = 7,
    NAVERPHONE_EVENT_RESET             = 8,
    NAVERPHONE_EVENT_LOGIN_REQUEST     = 20,
    NAVERPHONE_EVENT_LOGIN_SUCCESS     = 21,
    NAVERPHONE_EVENT_LOGIN_FAILURE     = 22,
    NAVERPHONE_EVENT_HTTP_REQUEST      = 23,
    NAVERPHONE_EVENT_HTTP_RESPONSE     = 24,
    NAVERPHONE_EVENT_REGISTER          = 30,
    NAVERPHONE_EVENT_REGISTERED        = 31,
    NAVERPHONE_EVENT_CHALLENGE         = 32,
    NAVERPHONE_EVENT_UNREGISTERED      = 33,
    NAVERPHONE_EVENT_INVITE            = 40,
    NAVERPHONE_EVENT_TRYING            = 41,
    NAVERPHONE_EVENT_RINGING           = 42,
    NAVERPHONE_EVENT_ANSWER            = 43,
    NAVERPHONE_EVENT_ACKNOWLEDGE       = 44,
    NAVERPHONE_EVENT_MID_CALL_REQUEST  = 45,
    NAVERPHONE_EVENT_RELEASE           = 46,
    NAVERPHONE_EVENT_CANCEL            = 47,
    NAVERPHONE_EVENT_REJECTED          = 48,
    NAVERPHONE_EVENT_CONFIRMED         = 49,
    NAVERPHONE_EVENT_MEDIA_START       = 60,
    NAVERPHONE_EVENT_MEDIA             = 61,
    NAVERPHONE_EVENT_UNSIGNALLED_MEDIA = 62
} naverphone_event_t;

/** Values of naverphone.session.state. */
typedef enum {
    NAVERPHONE_SESSION_CONNECTING = 1,
    NAVERPHONE_SESSION_CONNECTED  = 2,
    NAVERPHONE_SESSION_LOGGED_IN  = 3,
    NAVERPHONE_SESSION_REGISTERED = 4,
    NAVERPHONE_SESSION_IN_CALL    = 5,
    NAVERPHONE_SESSION_LOGGED_OUT = 6,
    NAVERPHONE_SESSION_ABORTED    = 7
} naverphone_session_state_t;

/** Values of naverphone.call.state and (5 to 8) naverphone.call.outcome. */
typedef enum {
    NAVERPHONE_CALL_SETUP      = 1,
    NAVERPHONE_CALL_PROCEEDING = 2,
    NAVERPHONE_CALL_RINGING    = 3,
    NAVERPHONE_CALL_ANSWERED   = 4,
    NAVERPHONE_CALL_RELEASED   = 5,
    NAVERPHONE_CALL_CANCELLED  = 6,
    NAVERPHONE_CALL_REJECTED   = 7,
    NAVERPHONE_CALL_UNFINISHED = 8
} naverphone_call_state_t;

/** Values of naverphone.call.released_by; 0 while nobody has. */
typedef enum {
    NAVERPHONE_RELEASED_BY_CALLER  = 1,
    NAVERPHONE_RELEASED_BY_CALLEE  = 2,
    NAVERPHONE_RELEASED_BY_NETWORK = 3
} naverphone_released_by_t;

/** Values of naverphone.media.phase. */
typedef enum {
    NAVERPHONE_MEDIA_EARLY         = 1,
    NAVERPHONE_MEDIA_IN_CALL       = 2,
    NAVERPHONE_MEDIA_AFTER_RELEASE = 3
} naverphone_media_phase_t;

/** Values of naverphone.control.direction and naverphone.media.direction; 0: unknown. */
typedef enum {
    NAVERPHONE_FROM_CLIENT = 1,
    NAVERPHONE_TO_CLIENT   = 2
} naverphone_direction_t;

/** How a session ended. */
typedef enum {
    NAVERPHONE_END_NONE             = 0,        /**< not in the capture */
    NAVERPHONE_END_CLOSED_BY_CLIENT = 1,
    NAVERPHONE_END_CLOSED_BY_SERVER = 2,
    NAVERPHONE_END_RESET_BY_CLIENT  = 3,
    NAVERPHONE_END_RESET_BY_SERVER  = 4,
    NAVERPHONE_END_REPLACED         = 5         /**< never closed: another control connection has the ends of its own */
} naverphone_session_end_t;

/** How a session's login went. */
typedef enum {
    NAVERPHONE_LOGIN_UNSEEN     = 0,
    NAVERPHONE_LOGIN_UNANSWERED = 1,
    NAVERPHONE_LOGIN_FAILED     = 2,
    NAVERPHONE_LOGIN_SUCCEEDED  = 3
} naverphone_login_result_t;

/*
 * The structures below live as long as the capture file is open. They grow while it is read:
 * during the first pass they tell what is known up to the frame at hand, later the whole.
 * Frame numbers are 0 and strings NULL where nothing is known; a relative time is known
 * exactly where the frame number it ends with is.
 */

/** One client's stay online. */
typedef struct {
    uint32_t                   number;          /**< from 1, in order of acceptance */
    address                    client;
    const char                *identity;        /**< the client's SIP user, by the best source so far */
    uint32_t                   first_frame;
    nstime_t                   first_time;      /**< absolute */
    naverphone_session_state_t state;
    uint32_t                   login_frame;     /**< the response that confirmed the login */
    uint32_t                   register_frame;  /**< the 2xx that confirmed the REGISTER */
    uint32_t                   logout_frame;    /**< first FIN, or the RST, of the control connection */
    naverphone_session_end_t   end;
    naverphone_login_result_t  login_result;    /**< of the latest login; a success stays */
    nstime_t                   login_time;      /**< absolute; when that was answered, or else sent */
    nstime_t                   logout_time;     /**< absolute */
    uint32_t                   registrations;   /**< REGISTERs that were confirmed, without refreshes */
    uint32_t                   calls;
} naverphone_session_info_t;

/** The sound, or the pictures, of one direction of a call. */
typedef struct {
    uint32_t    packets;
    uint32_t    repeated;                       /**< further ones that the capture has a second time */
    uint32_t    early;                          /**< of these, before the answer */
    int64_t     lost;                           /**< expected less received (RFC 3550): below 0 if packets came twice */
    double      jitter;                         /**< ms; mean of RFC 3550's interarrival jitter, over streams with a known clock */
    bool        has_jitter;                     /**< false: no stream has a known clock */
    const char *codec;                          /**< rtpmap name of the first packet, e.g. "PCMA" */
} naverphone_media_info_t;

/** One call: a Call-ID of one client from its INVITE on. */
typedef struct {
    uint32_t                 number;            /**< from 1, over the capture */
    naverphone_call_state_t  state;
    const char              *id;                /**< Call-ID, UTF-8 */
    const char              *caller;            /**< user part, as sent */
    const char              *dialled;           /**< user part, as sent */
    const char              *service_prefix;    /**< e.g. "770" */
    const char              *service;           /**< e.g. "Collect call" */
    const char              *phone_number;      /**< national form, e.g. "01012345678" */
    const char              *phone_number_e164; /**< e.g. "+821012345678" */
    unsigned                 phone_number_kind; /**< value of naverphone.call.number_kind; 0: not known */
    uint32_t                 first_frame;
    nstime_t                 first_time;        /**< absolute */
    uint32_t                 invite_frame;
    uint32_t                 ring_frame;        /**< first 18x or early media, whichever came first */
    uint32_t                 answer_frame;
    uint32_t                 ack_frame;
    uint32_t                 release_frame;     /**< BYE, or the final answer that ended the attempt */
    naverphone_released_by_t released_by;
    nstime_t                 post_dial_delay;   /**< INVITE to ring_frame */
    nstime_t                 setup_time;        /**< INVITE to answer, unless the answer overtook it */
    nstime_t                 duration;          /**< answer to release */
    const char              *cause;             /**< final status or Reason header */
    uint32_t                 related;           /**< number of the call that it follows from; 0: none */
    bool                     cancelled;         /**< a CANCEL was sent, whether or not its 487 has come */
    const naverphone_media_info_t *media;       /**< sound: three, by naverphone_direction_t ([0]: direction unknown): they
                                                      grow, too, behind a copy of this structure */
    const naverphone_media_info_t *video;       /**< pictures, in the same way */
    bool                     media_in_sight;    /**< the capture can show sound both ways: that there is none says something */
} naverphone_call_info_t;

/** Is setup_time known? */
static inline bool
naverphone_call_has_setup_time(const naverphone_call_info_t *call)
{
    return call->invite_frame && call->invite_frame <= call->answer_frame;
}

/** One RTP stream: call, both transport addresses, SSRC. */
typedef struct {
    uint32_t               first_frame;
    uint32_t               packets;
    uint32_t               repeated;            /**< further ones that the capture has a second time */
    nstime_t               first_time;          /**< absolute */
    nstime_t               last_time;           /**< absolute */
    uint32_t               ssrc;
    naverphone_direction_t direction;
    bool                   is_video;            /**< pictures, by its section of SDP or its payload type; else sound */
    const char            *codec;               /**< NULL where the payload type has no known name */
} naverphone_stream_info_t;

/** A message of a control connection, as far as it is known how the stream is cut into messages. */
typedef struct naverphone_control_message {
    const struct naverphone_control_message *next;  /**< the next that ends in the same frame */
    uint32_t               connection;  /**< tells connections apart */
    uint32_t               number;      /**< in its direction */
    naverphone_direction_t direction;
    const char            *framing;     /**< how it was cut: "u16be@0+2", …; "segment" where that is not known */
    uint32_t               length;      /**< bytes */
    uint32_t               captured;    /**< bytes of it that there are */
    const uint8_t         *bytes;       /**< those; NULL where there are none */
    address                client, server;
    uint16_t               client_port, server_port;
} naverphone_control_message_t;

/** What listeners of the tap get: one per event of a frame, in the order they happened. */
typedef struct {
    naverphone_leg_t                 leg;
    naverphone_event_t               event;
    bool                             shared;    /**< the same packet was told for another client's call before */
    naverphone_media_phase_t         phase;     /**< Media only, else 0 */
    const char                      *label;     /**< short, for an arrow; lives as long as the packet */
    const naverphone_session_info_t *session;
    const naverphone_call_info_t    *call;      /**< NULL outside calls */
    const naverphone_stream_info_t  *stream;    /**< Media only, else NULL */
    const naverphone_control_message_t *messages;   /**< Control message only: those that end here; lives as long as
                                                         the packet */
} naverphone_tap_info_t;

#endif /* PACKET_NAVERPHONE_H */
