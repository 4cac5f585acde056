/* session.h
 * Sessions: the time a client is online, and the legs that belong to it
 *
 * A session belongs to a client's address. It begins with its first leg (a control connection: with the server's
 * SYN-ACK) and ends when its control connection is closed, which is the logout. A later leg starts the next session.
 * Clients behind a NAT share an address, so several sessions can be open. These rules separate them:
 *
 *   control connection  One with the addresses and ports of another that was never closed replaces its session. Any
 *                       other joins an open session as its newcomer. It gets its own session if a login request
 *                       or REGISTER comes before an older connection sends data.
 *   SIP socket          One socket is one client, whatever its user names. A REGISTER of another user from another
 *                       socket starts a session.
 *
 * Everything else joins the latest open session; the evidence bit "peer" marks it.
 *
 * Source: the states and their order are those of the documented call (see the README).
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

/** Source of the client's name, worst first. */
typedef enum {
    NP_NAME_NONE,
    NP_NAME_CALLED,    /**< To of an INVITE to it */
    NP_NAME_CALLER,    /**< From of its INVITE */
    NP_NAME_REGISTERED /**< user of its REGISTER */
} np_name_rank_t;

/** Confidence that an address is a client's. The best sign so far counts. */
typedef enum {
    NP_CLIENT_UNKNOWN,
    NP_CLIENT_GUESSED, /**< it sends a request */
    NP_CLIENT_LIKELY,  /**< by its ports, or as the contact of an INVITE */
    NP_CLIENT_SURE     /**< by a REGISTER, a control or login connection, or the server networks */
} np_client_rank_t;

/** The time a client is online. Lives with the capture; written on the first pass. */
struct np_session {
    naverphone_session_info_t info; /**< must be first: published by the tap */
    bool has_media;                 /**< RTP of the session was seen */
    np_references_t *references;    /**< values that control messages may contain */
    np_history_t states;            /**< naverphone_session_state_t */
    wmem_tree_t *identities;        /**< const char * by frame; NULL: none yet */
    np_name_rank_t identity_rank;   /**< source of the latest name */
    bool offered;                   /**< only a SYN was seen: it has not begun, and has no number */
    bool has_control;
    uint32_t controls;              /**< number of open control connections */
    struct np_connection *newcomer; /**< its second control connection, as long as no other sends data; NULL: none */
    np_session_t *heir;             /**< split off for its newcomer, until this one sends control data; NULL */
    np_session_t *older;            /**< previous session of the client */
    uint32_t closed_frame;          /**< frame in which one of several control connections ended; 0: none */
    nstime_t closed_time;
    naverphone_session_end_t closed_how;
    uint32_t accounts; /**< number of registered users */
    bool logged_in, login_seen, ended;
    bool unencrypted_told;             /**< expert info for an unencrypted login was given */
    naverphone_session_state_t online; /**< Connecting or Connected */
    uint32_t calls_up;                 /**< answered and not released */
    np_session_t *older_nameless;      /**< links of the stacks in session.c */
    np_session_t *older_logged_in;
};

/** Implemented by np_connection_move(). */
typedef void np_move_connection_t(struct np_connection *connection, np_session_t *session, uint32_t frame);

void np_sessions_init(np_move_connection_t *move);

/** True if there is any session. It spares foreign captures further look-ups. */
bool np_sessions_exist(void);

/** True for the client of an accepted leg. */
bool np_sessions_have_client(const address *host);

np_client_rank_t np_sessions_client_rank(const address *host);

bool np_sessions_have_socket(const address *host, uint16_t port);

/** True for client or server of a leg accepted on more evidence than a known peer. */
bool np_sessions_trust_client(const address *host);
bool np_sessions_trust_server(const address *host);

/** First pass: stores the addresses of an accepted leg. If the leg has more evidence than a known peer, other legs
 *  may be accepted as their peers. */
void np_sessions_note_ends(const address *client, const address *server, np_client_rank_t rank, uint32_t evidence);

/* ---- first pass: finding the session ------------------------------------ */

/** The client's latest session that has not ended; NULL: none. */
const np_session_t *np_session_open(const address *host);

/** The client's latest open session, or a new one. */
np_session_t *np_session_of_client(const address *host);

/** The session of a login request. current: the session of its connection. May split off a session for the newcomer. */
np_session_t *np_session_of_login(np_session_t *current, uint32_t frame);

/** The session that a control connection will have if the server accepts it. begins: a new one. */
np_session_t *np_session_offered(const address *host, bool begins);

/** Called when the server has accepted. Returns the session, and counts the connection as open. */
np_session_t *np_session_of_control(np_session_t *offered, bool begins);

/** Called when the server has refused. Ends the session if it has not begun. */
void np_session_refuse(np_session_t *offered, const np_packet_t *packet);

/** The session of a SIP message whose Call-ID is new. user: the client's. A REGISTER may start a session. */
np_session_t *np_session_of_user(const np_packet_t *packet, bool sent, np_span_t user, bool is_register);

void np_session_set_user(np_session_t *session, np_span_t user, np_name_rank_t rank, uint32_t frame);
void np_session_set_socket(np_session_t *session, uint16_t port);

/** The client's name at the frame; NULL: unknown. */
const char *np_session_identity_at(const np_session_t *session, uint32_t frame);

/* ---- first pass: events ------------------------------------------------- */

/** Sets first_frame and first_time on the first call. */
void np_session_note_frame(np_session_t *session, uint32_t frame, const nstime_t *time);

/** Adds the packet's addresses and ports to the values that control messages may contain. */
void np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent);

/* These set the state, which no longer changes after the end. */
void np_session_set_connected(np_session_t *session);
void np_session_set_login(np_session_t *session, const np_packet_t *packet, naverphone_login_result_t result);
void np_session_set_registered(np_session_t *session, np_span_t user, uint32_t frame);
void np_session_set_unregistered(np_session_t *session, np_span_t user);
void np_session_call_up(np_session_t *session, bool up);

/** Called for new control payload. Unless the speaker is the newcomer, the newcomer stays in this session. */
void np_session_control_speaks(np_session_t *session, const struct np_connection *speaker);

/** Called when a control connection is up. One beside others is the newcomer. */
void np_session_control_comes(np_session_t *session, struct np_connection *newcomer);

/** Called when a control connection has ended. Returns true if no other is open, so that the session has ended. */
bool np_session_control_ends(np_session_t *session, const struct np_connection *connection, const np_packet_t *packet,
                             naverphone_session_end_t how);

/** Called when a new connection has the addresses and ports of a control connection that was never closed. */
void np_session_control_is_lost(np_session_t *session);

#endif /* NP_MODEL_SESSION_H */
