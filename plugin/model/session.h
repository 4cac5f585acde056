/* session.h
 * The session store: who is online, over which connections, with which calls and streams.
 *
 * Everything is decided here, once, on the first pass over the capture, and kept for the
 * frame as a np_record_t; later passes only read. The store knows no tree, column or tap.
 * All it hands out lives as long as the capture file is open (wmem_file_scope) and is freed
 * with it; nothing here can fail but by running out of memory, where wmem aborts.
 * No look-up walks over sessions, calls or streams: each is one access to a hash table.
 *
 * Sources: the states and their order are those of the documented call (see the README);
 * calls follow RFC 3261, media RFC 3550.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_SESSION_H
#define NAVERPHONE_SESSION_H

#include "compat.h"

#include <epan/address.h>

#include "packet-naverphone.h"
#include "text/sdp.h"
#include "text/sip.h"
#include "model/rtp_statistics.h"
#include "model/record.h"
#include "control/references.h"
#include "control/streams.h"
#include "model/ends.h"
#include "model/timeline.h"
#include "settings/user_tables.h"

/** Why a frame is taken as Naver Phone; bits of naverphone.evidence. */
typedef enum {
    NP_EVIDENCE_PORT    = 0x01,     /**< the server side has a configured port */
    NP_EVIDENCE_NETWORK = 0x02,     /**< the server is in a configured network */
    NP_EVIDENCE_HOST    = 0x04,     /**< the HTTP Host is a login host */
    NP_EVIDENCE_DOMAIN  = 0x08,     /**< a SIP host is in a SIP domain */
    NP_EVIDENCE_PEER    = 0x10,     /**< client or server are those of an accepted leg */
    NP_EVIDENCE_USER    = 0x20      /**< the user said so (Decode As) */
} np_evidence_t;

/** The other of both ways. */
static inline naverphone_direction_t
np_other_way(naverphone_direction_t direction)
{
    return direction == NAVERPHONE_FROM_CLIENT ? NAVERPHONE_TO_CLIENT : NAVERPHONE_FROM_CLIENT;
}

/** One frame as the store sees it. The addresses are the packet's own: copy to keep. */
typedef struct {
    uint32_t       frame;
    nstime_t       time;            /**< absolute */
    const address *src, *dst;
    uint16_t       src_port, dst_port;
} np_packet_t;

typedef struct np_session np_session_t;
typedef struct np_connection np_connection_t;
typedef struct np_call np_call_t;
typedef struct np_stream np_stream_t;

/** An HTTP request and its response. */
typedef struct np_login {
    struct np_login *next;          /**< first pass: the next unanswered request of its connection */
    uint32_t request_frame;
    uint32_t response_frame;        /**< 0 while there is none */
    union {
        nstime_t request_time;      /**< absolute: while there is no response */
        nstime_t time;              /**< request to response */
    };
    unsigned message;               /**< the request's place among the messages of its frame, from 0 */
    bool     is_login;              /**< carries the credentials */
} np_login_t;

/** What one side of a TCP connection has sent: first-pass state. */
typedef struct {
    bool     fin;                   /**< FIN seen */
    bool     fin_acked;             /**< ... and acknowledged by the other side */
    uint32_t fin_end;               /**< the sequence number after the FIN */
} np_tcp_side_t;

/** What one side of a control connection has said: first-pass state. */
typedef struct {
    bool     has_next_seq, has_seq_base;
    uint32_t next_seq;              /**< end of the payload seen */
    uint32_t seq_base;              /**< a sequence number on the wire less the same as TCP shows it */
    uint32_t gap_begin, gap_end;    /**< latest hole before that; empty if equal */
    uint32_t messages;              /**< segments with new payload so far */
} np_control_side_t;

/** A TCP connection of a control or login leg, from the first sign of it. */
struct np_connection {
    np_ends_t ends;
    np_session_t *session;          /**< NULL until accepted: its frames show nothing until then */
    union {
        struct {                    /**< Control */
            np_control_streams_t *streams;  /**< NULL before the first payload */
            const np_control_format_t *format;  /**< what the user's table says of this server's messages; NULL: nothing */
        };
        struct {                    /**< Login: first-pass state */
            np_login_t *unanswered, *unanswered_last;   /**< requests in the order they were sent */
        };
    };                              /**< by leg */
    union {
        nstime_t connect_time;      /**< absolute: while it has not ended */
        nstime_t duration;          /**< connect to Closed or Reset: if it began in the capture */
    };
    uint32_t offered_frame;         /**< taken on port evidence, as nobody took this frame's payload */
    uint32_t connect_frame, logout_frame, closed_frame;
    uint32_t number;                /**< tells connections apart */
    uint8_t  leg;                   /**< naverphone_leg_t */
    uint8_t  evidence;              /**< NP_EVIDENCE_ bits */
    uint8_t  state_before;          /**< the session's state when it was accepted */
    bool     refused;               /**< first payload was another protocol's: never ours */
    /* The rest is first-pass state. */
    uint8_t  seen;                  /**< NP_TCP_SEEN_ bits told so far */
    bool     established, ended;
    bool     referred;              /**< its addresses are among the session's references */
    np_tcp_side_t sides[2];         /**< ask np_connection_side() */
    np_control_side_t control[2];   /**< Control: ask np_connection_control() */
};

/** Its ends; the addresses are views of its bytes. */
static inline address
np_connection_client(const np_connection_t *connection)
{
    return connection->ends.client;
}

static inline address
np_connection_server(const np_connection_t *connection)
{
    return connection->ends.server;
}

static inline uint16_t
np_connection_client_port(const np_connection_t *connection)
{
    return connection->ends.client_port;
}

static inline uint16_t
np_connection_server_port(const np_connection_t *connection)
{
    return connection->ends.server_port;
}

/** Its streams; NULL before the first payload of a control connection, and of any other. */
static inline np_control_streams_t *
np_connection_streams(const np_connection_t *connection)
{
    return connection->leg == NAVERPHONE_LEG_CONTROL ? connection->streams : NULL;
}

/** A client's stay online. */
struct np_session {
    naverphone_session_info_t info;     /**< must be first: what the tap publishes */
    np_connection_t *control;       /**< NULL while only other legs are known */
    bool     logged_in, registered, login_seen, ended;
    naverphone_session_state_t online;  /**< Connecting or Connected: what the control connection says */
    uint32_t calls_up;              /**< answered and not released */
    np_references_t *references;    /**< what its legs made known */
    np_history_t states;            /**< naverphone_session_state_t */
    np_session_t *older[2];         /**< of the same client: see np_client_t.nameless */
};

/** What tells a dialog: its client, and its Call-ID as sent. */
typedef struct {
    const address *client;
    const char    *call_id;
} np_dialog_key_t;

/** All messages of one Call-ID of one client: at most one registration, any number of calls in a row. */
typedef struct np_dialog {
    np_dialog_key_t key;
    np_session_t *session;
    np_call_t    *call;             /**< the latest; NULL while there is none */
    uint32_t      number;           /**< tells its messages from those of others */
    bool          register_seen, challenged, registered;
} np_dialog_t;

/** Where one side of a call wants to get its audio, by its latest SDP. */
typedef struct {
    address  host;
    uint16_t port;                  /**< 0: not said yet */
    uint16_t rtcp_port;             /**< 0: not said */
    np_span_t rtpmaps;              /**< of its m= section; empty: it has none */
} np_offered_media_t;

#define NP_BRANCHES 4               /* more answers to one INVITE are not told apart */

/** What a call has only if a second callee answered, or one answered after another had refused. */
typedef struct {
    const char *others[NP_BRANCHES - 1];    /**< tags of the callees that answered after the first; NULL: no more */
    unsigned    talking;            /**< the branch that the call goes on with; 0 is the first that answered */
    uint32_t    refused_frame;      /**< a branch refused, which seemed to end the call, before another answered; or 0 */
    const char *refused_cause;
} np_fork_t;

struct np_call {
    naverphone_call_info_t info;    /**< must be first: what the tap publishes */
    np_session_t *session;
    np_history_t states;            /**< naverphone_call_state_t */
    nstime_t since;                 /**< absolute: of the INVITE, and once it is answered, of the answer */
    bool     caller_known;          /**< INVITE or an answer to it was seen */
    bool     from_client;           /**< ... and the client is the caller */
    bool     challenged, with_credentials, cancelled, counted_up, early_media_told;
    uint8_t  ways;                  /**< directions (naverphone_direction_t) that have media: a bit each */
    uint32_t answer_cseq;           /**< of the 2xx that set it up */
    uint32_t request_cseq[2];       /**< the highest of the other party's requests, and of the client's */
    const char *request_tag[2];     /**< NULL: none seen */
    const char *branch;             /**< tag of the callee that answered; NULL: none has, or it gave none */
    np_fork_t  *fork;               /**< seldom, else NULL */
    np_offered_media_t offered[2];  /**< latest SDP of each side: ask np_call_offer() */
};

/** A SIP message, read. The spans view the packet's bytes. */
typedef struct {
    bool         is_request;
    np_span_t    method;            /**< of the request, or of the CSeq in a response */
    unsigned     status;            /**< 0 in a request */
    np_span_t    reason_phrase;
    np_span_t    call_id;
    np_sip_address_t uri, from, to;
    uint32_t     cseq;
    np_span_t    reason;            /**< Reason header */
    bool         credentials;       /**< carries Authorization or Proxy-Authorization */
} np_sip_t;

/* ---- the store --------------------------------------------------------- */

/** Empties the store; for an init routine, when a capture is opened or read again. */
void np_store_init(void);

/** Its rooms' own parts of that. */
void np_sessions_init(void);
void np_calls_init(void);

/** Is anything known at all? False keeps foreign captures free of look-ups. */
bool np_store_has_sessions(void);

/**
 * Mixes an address into a hash of what else a key holds. Who chooses addresses cannot make them collide: unlike
 * add_address_to_hash(), wmem_strong_hash() starts from a number that only this process knows.
 */
static inline unsigned
np_store_hash_address(unsigned hash, const address *host)
{
    return hash * 31 + wmem_strong_hash((const uint8_t *)host->data, (size_t)host->len);
}

/** Is this the client of an accepted leg? */
bool np_store_is_client(const address *host);

/** Is this the server of an accepted leg? */
bool np_store_is_server(const address *host);

/** A copy of the bytes, up to a NUL, with a NUL behind them, that lives with the capture; NULL for an absent span. */
const char *np_store_bytes(np_span_t bytes);

/** The bytes as UTF-8 text that lives with the capture; NULL for an absent span. */
const char *np_store_string(np_span_t bytes);

/* ---- records (record.h) ------------------------------------------------- */

/** The record's session; NULL while its connection has not been accepted. */
np_session_t *np_record_session(const np_record_t *record);

/** First pass: notes the state of session and call after the record. Call once, when all of it is applied: who changes a
 *  session's state, or a call's, owes it for a record of that session. */
void np_record_close(np_record_t *record);

/* ---- sessions (session.c) ---------------------------------------------- */

/** The client's latest session that has not ended; NULL where there is none. */
const np_session_t *np_session_open(const address *host);

/** The client's open session that its next login or unsignalled media belongs to: the latest, or a new one. */
np_session_t *np_session_of_client(const address *host);

/** The session of a SIP message outside any known dialog; see the rules in session.c. */
np_session_t *np_session_of_user(const address *host, uint16_t port, np_span_t user, bool is_register);

/** The session that a control connection opens, or joins where only other legs were known. */
np_session_t *np_session_of_control(const address *host, np_connection_t *connection);

/** Remembers who the client is (the first name stays) and from where it signals. */
void np_session_set_user(np_session_t *session, np_span_t user);
void np_session_set_socket(np_session_t *session, uint16_t port);

/** Control messages may refer to the ends of this packet, which the session's client sent or got. */
void np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent);

/** What happened to the session, in the given frame. After the end its state stays. */
void np_session_set_connected(np_session_t *session);
void np_session_set_login(np_session_t *session, const np_packet_t *packet, naverphone_login_result_t result);
void np_session_set_registered(np_session_t *session, uint32_t frame);
void np_session_call_up(np_session_t *session, bool up);
void np_session_end(np_session_t *session, const np_packet_t *packet, bool aborted);

/** Notes the server of an accepted leg. */
void np_store_add_server(const address *server);

/* ---- connections (connection.c) ---------------------------------------- */

np_connection_t *np_connection_new(naverphone_leg_t leg, const address *client, uint16_t client_port,
                                   const address *server, uint16_t server_port);

/** Which way does this packet of the connection go? */
naverphone_direction_t np_connection_direction(const np_connection_t *connection, const np_packet_t *packet);

/** Takes the connection into a session of its client. Does nothing where that was done before. */
void np_connection_accept(np_connection_t *connection, uint32_t evidence);

/** What the side that sends in a direction (not 0) has sent. */
static inline np_tcp_side_t *
np_connection_side(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->sides[direction - NAVERPHONE_FROM_CLIENT];
}

/** What that side of a control connection has said. */
static inline np_control_side_t *
np_connection_control(np_connection_t *connection, naverphone_direction_t direction)
{
    return &connection->control[direction - NAVERPHONE_FROM_CLIENT];
}

/** What TCP found in one frame of a connection. */
typedef struct {
    uint8_t  seen;              /**< NP_TCP_SEEN_ bits of the connection so far */
    bool     fin;               /**< carries a FIN */
    bool     has_flow;          /**< sequence analysis is on: the next two count */
    uint32_t sent_end;          /**< end of the sequence space the sender has used so far; a FIN counts */
    uint32_t acked;             /**< what the sender has acknowledged so far */
    bool     has_payload;       /**< there is payload: the rest counts */
    uint32_t payload_seq, payload_end;  /**< relative or not, unlike the above */
    const uint8_t *payload;     /**< its bytes; NULL where none were captured */
    uint32_t payload_captured;  /**< ... and how many */
    uint32_t packet_offset;     /**< where it stands in the packet, if TCP did not hand it on as it is; else 0 */
} np_segment_t;

/** Applies a frame to its connection and tells the record what it did. */
void np_connection_segment(np_connection_t *connection, const np_packet_t *packet, const np_segment_t *segment,
                           np_record_t *record);

/** What a login leg's request looks like. */
typedef struct {
    unsigned message;           /**< its place among the messages of its frame, from 0 */
    bool has_password;          /**< a password parameter */
    bool readable_password;     /**< ... whose decoded value is readable text */
    bool opaque_body;           /**< a body that is no parameter list */
    bool encrypted;             /**< the transport is (TLS) */
} np_login_request_t;

void np_login_request(np_connection_t *connection, const np_packet_t *packet, const np_login_request_t *request,
                      np_record_t *record);
/** Notes a user or password parameter of a login request, as sent. */
void np_login_credential(const np_record_t *record, bool is_password, np_span_t sent);
void np_login_response(np_connection_t *connection, const np_packet_t *packet, unsigned status, np_record_t *record);

/* ---- calls (call.c) ----------------------------------------------------- */

/** Applies a SIP message of a client (already accepted by evidence) and fills its record. */
void np_call_message(const address *client, uint32_t evidence, const np_packet_t *packet, const np_sip_t *sip,
                     np_record_t *record);

/** What the tap publishes of a call, its media counted up to this packet. */
const naverphone_call_info_t *np_call_info(np_call_t *call);

/** Is this a registration that was challenged, and not confirmed so far? */
bool np_dialog_is_incomplete(const np_dialog_t *dialog);

/** Notes the first ring or early media, whichever comes first: the post-dial delay ends. */
void np_call_ring(np_call_t *call, const np_packet_t *packet);

/* ---- a call's media (call_media.c) --------------------------------------- */

/** What the side that sends in a direction (not 0) wants. */
static inline const np_offered_media_t *
np_call_offer(const np_call_t *call, naverphone_direction_t sender)
{
    return &call->offered[sender - NAVERPHONE_FROM_CLIENT];
}

/** First pass: counts a packet of one of the call's streams, whose quality was another before it. */
void np_call_count_media(np_call_t *call, const np_stream_t *stream, const np_rtp_statistics_t *before, bool is_early);

/** What is wrong with the media of an answered call so far: NP_EXPERT_NONE, NP_EXPERT_MEDIA_NONE or NP_EXPERT_MEDIA_ONE_WAY. */
np_expert_t np_call_media_fault(const np_call_t *call);

/** Has any packet of the call's media come? */
bool np_call_has_media(const np_call_t *call);

#endif /* NAVERPHONE_SESSION_H */
