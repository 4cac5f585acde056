/* session.h
 * Sessions: a client's stay online, and which session a leg belongs to
 *
 * A session belongs to a client's address. It begins with its first leg (a control connection: with the server's SYN-ACK)
 * and ends with the logout of its control connection; a leg after that starts the next one. Behind one address (NAT)
 * there can be several at once. They stay apart where a leg tells them apart:
 *
 *   control connection  on the ends of one that was never closed: the old session is over. A second one while the first
 *                       is open joins its session, as newcomer; if a login request or REGISTER follows before the
 *                       first speaks again, the newcomer's own session begins there
 *   SIP socket          one socket is one client, whatever names it uses; a REGISTER of another user on another socket
 *                       is another session
 *
 * and everything else joins the most recent one, which the evidence bit "peer" shows.
 *
 * Sources: the states and their order are those of the documented call (see the README).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_SESSION_H
#define NP_MODEL_SESSION_H

#include "compat.h"

#include "model/packet.h"
#include "control/references.h"
#include "model/timeline.h"
#include "packet-naverphone.h"
#include "text/span.h"

typedef struct np_session np_session_t;

struct np_connection;

/** What says who the client is; a better source replaces a worse. */
typedef enum {
    NP_NAME_NONE,
    NP_NAME_CALLED,    /**< To of an INVITE it receives */
    NP_NAME_CALLER,    /**< From of its INVITE */
    NP_NAME_REGISTERED /**< the user of its REGISTER */
} np_name_rank_t;

/** How sure it is that an address is a client's. A better sign holds from its frame on. */
typedef enum {
    NP_CLIENT_UNKNOWN,
    NP_CLIENT_GUESSED, /**< it asks something */
    NP_CLIENT_LIKELY,  /**< ports, or the contact that an INVITE is sent to */
    NP_CLIENT_SURE     /**< a REGISTER, a control or login connection, a server of the server networks */
} np_client_rank_t;

/** A client's stay online. Lives with the capture; the first pass writes it. */
struct np_session {
    naverphone_session_info_t info; /**< must be first: what the tap publishes */
    bool has_media;                 /**< the capture has RTP of it */
    np_references_t *references;    /**< what its legs made known */
    np_history_t states;            /**< naverphone_session_state_t */
    wmem_tree_t *identities;        /**< const char *, by frame; NULL: none yet */
    np_name_rank_t identity_rank;   /**< of the latest */
    bool offered;                   /**< by a SYN alone: it has not begun, and has no number */
    bool has_control;               /**< a control connection is its own */
    uint32_t controls;              /**< its control connections that are open */
    struct np_connection *newcomer; /**< a second control connection, since which no other has spoken; NULL: none */
    np_session_t *heir;             /**< that began with its newcomer, if it has not spoken since; else NULL */
    np_session_t *older;            /**< its client's session before it */
    uint32_t closed_frame;          /**< a control connection of it ended there, while another was open; 0: none */
    nstime_t closed_time;
    naverphone_session_end_t closed_how;
    uint32_t accounts; /**< registered users */
    bool logged_in, login_seen, ended;
    bool unencrypted_told;             /**< that its login is not encrypted */
    naverphone_session_state_t online; /**< Connecting or Connected: what the control connection says */
    uint32_t calls_up;                 /**< answered and not released */
    np_session_t *older_nameless;      /**< links of its client's two stacks (session.c) */
    np_session_t *older_logged_in;
};

/** Has a control connection belong to a session from the frame on: np_connection_move(). */
typedef void np_move_connection_t(struct np_connection *connection, np_session_t *session, uint32_t frame);

/** For the init routine. */
void np_sessions_init(np_move_connection_t *move);

/** True once there is a session. False keeps foreign captures free of look-ups. */
bool np_sessions_exist(void);

/** True if the address is the client of an accepted leg. */
bool np_sessions_have_client(const address *host);

/** How sure it is that the address is a client's. */
np_client_rank_t np_sessions_client_rank(const address *host);

/** True if a session's client signals from this socket. */
bool np_sessions_have_socket(const address *host, uint16_t port);

/** True if the address is the client, or the server, of a leg that was accepted by more than being a peer. */
bool np_sessions_trust_client(const address *host);
bool np_sessions_trust_server(const address *host);

/** First pass: notes client and server of an accepted leg, and whether others may be accepted for being their peers.
 *  evidence: of the leg. */
void np_sessions_note_ends(const address *client, const address *server, np_client_rank_t rank, uint32_t evidence);

/* ---- first pass: whose is it? ------------------------------------------- */

/** The client's latest session that has not ended; NULL if there is none. */
const np_session_t *np_session_open(const address *host);

/** The client's open session that its next login or unsignalled media belongs to: the latest, or a new one. */
np_session_t *np_session_of_client(const address *host);

/** The session that the client's next login request belongs to. current: of its connection. May begin one at the frame. */
np_session_t *np_session_of_login(np_session_t *current, uint32_t frame);

/** The session that a control connection of the client will join or begin. begins: it certainly begins one. */
np_session_t *np_session_offered(const address *host, bool begins);

/** The same once the server has accepted: offered, or the session that it joins. It counts the connection as open. */
np_session_t *np_session_of_control(np_session_t *offered, bool begins);

/** The server has refused a connection. A session that was offered for it, and has not begun, never does. */
void np_session_refuse(np_session_t *offered, const np_packet_t *packet);

/** The session of a SIP message outside any known Call-ID. user: on the client's side. A REGISTER may begin one at the
 *  frame. */
np_session_t *np_session_of_user(const np_packet_t *packet, bool sent, np_span_t user, bool is_register);

/** Notes who the client is, and from where it signals. */
void np_session_set_user(np_session_t *session, np_span_t user, np_name_rank_t rank, uint32_t frame);
void np_session_set_socket(np_session_t *session, uint16_t port);

/** Who the client is, as known at the frame; NULL: nobody knows. */
const char *np_session_identity_at(const np_session_t *session, uint32_t frame);

/* ---- first pass: what happened to it ------------------------------------ */

/** A frame of its own, of which the first stays known. */
void np_session_note_frame(np_session_t *session, uint32_t frame, const nstime_t *time);

/** Control messages may refer to the ends of this packet, which the session's client sent or got. */
void np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent);

/* After the end its state stays. */
void np_session_set_connected(np_session_t *session);
void np_session_set_login(np_session_t *session, const np_packet_t *packet, naverphone_login_result_t result);
void np_session_set_registered(np_session_t *session, np_span_t user, uint32_t frame);
void np_session_set_unregistered(np_session_t *session, np_span_t user);
void np_session_call_up(np_session_t *session, bool up);

/** The control connection has news, so that no newcomer takes its place. */
void np_session_control_speaks(np_session_t *session, const struct np_connection *speaker);

/** A second control connection is up. */
void np_session_control_comes(np_session_t *session, struct np_connection *newcomer);

/** A control connection has ended. Returns true if that ended the session: another one may be open. */
bool np_session_control_ends(np_session_t *session, const struct np_connection *connection, const np_packet_t *packet,
                             naverphone_session_end_t how);

/** A control connection has vanished: its ends are another's. */
void np_session_control_is_lost(np_session_t *session);

#endif /* NP_MODEL_SESSION_H */
