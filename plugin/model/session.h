/* session.h
 * Sessions: the time a client is online, and its legs
 *
 * A session belongs to a client's address. It begins with its first leg (a control connection: with the SYN-ACK) and
 * ends with its last control connection, the logout; a later leg starts the next one. Behind a NAT, clients share an
 * address, and their sessions are told apart:
 *
 *   control connection  One with the ends of another that was never closed replaces its session. Any other joins an
 *                       open session as its newcomer, and gets its own if a login request or REGISTER comes before
 *                       the client of an older connection sends data, or acknowledges some.
 *   SIP socket          Each is one client. A REGISTER of another user from another socket starts a session, to which
 *                       the latest connection that joined belongs.
 *
 * Other legs join the latest open session. Source: the documented call (doc/protocol.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_SESSION_H
#define NP_MODEL_SESSION_H

#include "compat.h"

#include "control/references.h"
#include "model/packet.h"
#include "model/timeline.h"
#include "packet-naverphone.h"
#include "text/sip.h"
#include "text/span.h"

typedef struct np_session np_session_t;

struct np_call;
struct np_connection;

/** Where the name of a session's user comes from. A better source replaces a worse one; worst first. */
typedef enum {
    NP_NAME_NONE,
    NP_NAME_CALLED,    /**< To of an INVITE that the client received */
    NP_NAME_CALLER,    /**< From of an INVITE that the client sent */
    NP_NAME_REGISTERED /**< From of its REGISTER */
} np_name_rank_t;

/** Confidence that an address is a client's, lowest first. */
typedef enum {
    NP_CLIENT_UNKNOWN,
    NP_CLIENT_GUESSED, /**< by who asks, or by the Call-ID */
    NP_CLIENT_LIKELY,  /**< by port, contact, Via or registrar */
    NP_CLIENT_SURE     /**< by REGISTER, TCP or server network */
} np_client_rank_t;

/** The time that one client is online. Lives with the capture; only the first pass writes it. */
struct np_session {
    naverphone_session_info_t info;
    bool has_media;              /**< RTP or RTCP was captured */
    uint32_t unsignalled_frame;  /**< latest RTP without SDP; 0: none */
    struct np_call *latest_call; /**< NULL: none */
    np_references_t *references; /**< values that control messages may contain */
    np_history_t states;         /**< naverphone_session_state_t */
    np_history_t identities;     /**< const char * */
    np_name_rank_t identity_rank;
    bool ended;
    np_session_t *older; /**< the client's session before this one; NULL: none */

    /* Control connections */
    bool offered;                        /**< only a SYN was captured: there is no number yet */
    bool has_control;                    /**< had a control connection */
    uint32_t controls;                   /**< open ones */
    uint32_t closed_frame;               /**< when one closed while others stayed open, latest; 0: never */
    nstime_t closed_time;                /**< absolute; valid with closed_frame */
    naverphone_session_end_t closed_how; /**< valid with closed_frame */
    struct np_connection *newcomer; /**< opened beside others, perhaps by another client at this address; NULL: none */
    struct np_connection *latest_newcomer; /**< the same, but not forgotten when others send data; NULL: closed */
    uint32_t newcomer_frame;               /**< when the latest newcomer was established; 0: never */
    np_session_t *heir; /**< the session that the newcomer got. Until an older connection sends data again, this session
                         *   counts as left without a FIN, and other legs join the heir. NULL: none */

    /* What the state is made of */
    naverphone_session_state_t online; /**< Connecting or Connected */
    bool login_seen;                   /**< a login request */
    bool logged_in;                    /**< a login succeeded */
    uint32_t accounts;                 /**< SIP users that are registered now */
    uint32_t calls_up;                 /**< answered calls */
    bool unencrypted_told;             /**< the expert item was given */

    /* Next in the stacks of session.c; NULL: last */
    np_session_t *older_nameless;
    np_session_t *older_logged_in;
};

/** Implemented by np_connection_move(). */
typedef void np_move_connection_t(struct np_connection *connection, np_session_t *session, uint32_t frame);

/** Forgets all sessions. */
void np_sessions_init(np_move_connection_t *move);

/** True from the first session on, even one that was only offered by a SYN. */
bool np_sessions_exist(void);

/** True if a session has begun, and the address was ever noted as a client's. */
bool np_sessions_have_client(const address *host);

np_client_rank_t np_sessions_client_rank(const address *host);

/** True if a session signals from this address and port, or did. */
bool np_sessions_have_socket(const address *host, uint16_t port);

/** True if a leg with this client or server was accepted on more than NP_EVIDENCE_PEER. */
bool np_sessions_trust_client(const address *host);
bool np_sessions_trust_server(const address *host);

/** A registrar is a host that answers REGISTER. */
void np_sessions_note_registrar(const address *host);
bool np_sessions_is_registrar(const address *host);

/** Raises the client's rank, and trusts both addresses if the evidence is more than NP_EVIDENCE_PEER. */
void np_sessions_note_ends(const address *client, const address *server, np_client_rank_t rank, uint32_t evidence);

/* ---- first pass: finding the session ------------------------------------ */

/** The latest open session of the client; NULL: none. */
const np_session_t *np_session_open(const address *host);

/** The latest open session of the client, or a new one. */
np_session_t *np_session_of_client(const address *host);

/** The session of a login request on a connection whose session is current. If a newcomer waits, it gets a session of
 *  its own, to which the login belongs. */
np_session_t *np_session_of_login(np_session_t *current, uint32_t frame);

/** The open session that a SYN would join. If there is none, or begins is true, an offered session, which has no number
 *  until np_session_of_control(). */
np_session_t *np_session_offered(const address *host, bool begins);

/** Call it once a control connection is open: counts it. Returns the session that it joins, perhaps offered itself.
 *  begins: it joins no open session. */
np_session_t *np_session_of_control(np_session_t *offered, bool begins);

/** Ends a session that was only offered. */
void np_session_refuse(np_session_t *offered, const np_packet_t *packet);

/** The session of a SIP message with a new Call-ID: by the client's port, its user, or else the latest one. A REGISTER
 *  may begin a session. sent: by the client. user: the client's, may be absent. is_request: what a
 *  response answers may precede a newcomer, so it begins no session for one. */
np_session_t *np_session_of_user(const np_packet_t *packet, bool sent, np_span_t user, bool is_register,
                                 bool is_request);

/** If two programs at the client's address are online: the session that signals from this port, unless it is the given
 *  one. NULL: none. */
np_session_t *np_session_beside(const np_session_t *session, uint16_t port);

/** For what a program sends after its logout: the ended session that last had the client's port or user. NULL: none, or
 *  a session of the client is open. sent: by the client. */
np_session_t *np_session_left_by_user(const np_packet_t *packet, bool sent, np_span_t user);

/** From now on, the user or the client's SIP port leads to this session. rank: where the name comes from; the best name
 *  becomes the identity. */
void np_session_set_user(np_session_t *session, np_span_t user, np_name_rank_t rank, uint32_t frame);
void np_session_set_socket(np_session_t *session, uint16_t port);

/** For every pass: the user as known at that frame; NULL: unknown. Lives with the capture. */
const char *np_session_identity_at(const np_session_t *session, uint32_t frame);

/* ---- first pass: events ------------------------------------------------- */

/** The first call sets where the session begins. time: absolute. */
void np_session_note_frame(np_session_t *session, uint32_t frame, const nstime_t *time);

/** Adds both addresses and ports of the packet to the session's references. sent: by the client. */
void np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent);

/* These set the state, unless the session has ended. */
void np_session_set_connected(np_session_t *session);
/** Does nothing after a success. */
void np_session_set_login(np_session_t *session, const np_packet_t *packet, naverphone_login_result_t result);
/** account: its address-of-record, To of the REGISTER. */
void np_session_set_registered(np_session_t *session, const np_sip_address_t *account, uint32_t frame);
void np_session_set_unregistered(np_session_t *session, const np_sip_address_t *account);
/** up: a call was answered; else such a call ended. */
void np_session_call_up(np_session_t *session, bool up);

/** The client of a control connection is alive: it sends data, or acknowledges what the server sent. Unless it is the
 *  newcomer, no newcomer waits any more. frame: of that data. */
void np_session_control_speaks(np_session_t *session, const struct np_connection *speaker, uint32_t frame);

/** A control connection is established. It becomes the newcomer if others are open. */
void np_session_control_comes(np_session_t *session, struct np_connection *newcomer, uint32_t frame);

/** A control connection begins to close. The last one ends the session: true. */
bool np_session_control_ends(np_session_t *session, const struct np_connection *connection, const np_packet_t *packet,
                             naverphone_session_end_t how);

/** A control connection was never closed, and another one took its addresses and ports. */
void np_session_control_is_lost(np_session_t *session);

#endif /* NP_MODEL_SESSION_H */
