/* session.h
 * Sessions: the time a client is online, and its legs
 *
 * A session belongs to a client's address. It begins with its first leg (a control connection: with the SYN-ACK) and
 * ends with its last control connection, the logout; a later leg starts the next one. Behind a NAT, clients share an
 * address, and their sessions are told apart:
 *
 *   control connection  One with the ends of another that was never closed replaces its session. Any other joins an
 *                       open session as its newcomer, and gets its own if a login request or REGISTER comes before
 *                       an older connection sends data.
 *   SIP socket          Each is one client. A REGISTER of another user from another socket starts a session.
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
#include "text/span.h"

typedef struct np_session np_session_t;

struct np_connection;

/** worst first */
typedef enum {
    NP_NAME_NONE,
    NP_NAME_CALLED,
    NP_NAME_CALLER,
    NP_NAME_REGISTERED
} np_name_rank_t;

/** Confidence that an address is a client's. */
typedef enum {
    NP_CLIENT_UNKNOWN,
    NP_CLIENT_GUESSED, /**< by request or Call-ID */
    NP_CLIENT_LIKELY,  /**< by port or contact */
    NP_CLIENT_SURE     /**< by REGISTER, TCP or server network */
} np_client_rank_t;

/** Lives with the capture; only the first pass writes it. */
struct np_session {
    naverphone_session_info_t info;
    bool has_media;
    uint32_t unsignalled_frame; /**< latest RTP without SDP; 0: none */
    np_references_t *references;
    np_history_t states;     /**< naverphone_session_state_t */
    wmem_tree_t *identities; /**< const char * by frame; NULL: none */
    np_name_rank_t identity_rank;
    bool offered; /**< only a SYN seen: it has no number */
    bool has_control;
    uint32_t controls;
    struct np_connection *newcomer; /**< NULL: none */
    np_session_t *heir;             /**< the newcomer's session, until control data comes here; NULL: none */
    np_session_t *older;
    uint32_t closed_frame; /**< when one of several controls closed; 0: none */
    nstime_t closed_time;
    naverphone_session_end_t closed_how;
    uint32_t accounts;
    bool logged_in, login_seen, ended;
    bool unencrypted_told;
    naverphone_session_state_t online;
    uint32_t calls_up;
    np_session_t *older_nameless; /**< stacks of session.c */
    np_session_t *older_logged_in;
};

/** Implemented by np_connection_move(). */
typedef void np_move_connection_t(struct np_connection *connection, np_session_t *session, uint32_t frame);

void np_sessions_init(np_move_connection_t *move);

/** True before one has begun, too. */
bool np_sessions_exist(void);

bool np_sessions_have_client(const address *host);

np_client_rank_t np_sessions_client_rank(const address *host);

bool np_sessions_have_socket(const address *host, uint16_t port);

/** True if a leg of it was accepted on more than NP_EVIDENCE_PEER. */
bool np_sessions_trust_client(const address *host);
bool np_sessions_trust_server(const address *host);

/** A host that answers REGISTER. */
void np_sessions_note_registrar(const address *host);
bool np_sessions_is_registrar(const address *host);

/** Trusts both ends on such evidence. */
void np_sessions_note_ends(const address *client, const address *server, np_client_rank_t rank, uint32_t evidence);

/* ---- first pass: finding the session ------------------------------------ */

/** The latest open session; NULL: none. */
const np_session_t *np_session_open(const address *host);

/** The same, or a new one. */
np_session_t *np_session_of_client(const address *host);

/** May begin a session for the newcomer. */
np_session_t *np_session_of_login(np_session_t *current, uint32_t frame);

/** The session that a SYN would join, or begin if begins. */
np_session_t *np_session_offered(const address *host, bool begins);

/** Counts the accepted connection as open. */
np_session_t *np_session_of_control(np_session_t *offered, bool begins);

/** Ends a session that has not begun. */
void np_session_refuse(np_session_t *offered, const np_packet_t *packet);

/** For a message with a new Call-ID. A REGISTER may start a session. */
np_session_t *np_session_of_user(const np_packet_t *packet, bool sent, np_span_t user, bool is_register,
                                 bool is_request);

/** Two programs at one address, each online: the session with this socket, if it is another one. NULL: none. */
np_session_t *np_session_beside(const np_session_t *session, uint16_t port);

/** The ended session that had the socket or the user last. NULL: none, or the client is online. */
np_session_t *np_session_left_by_user(const np_packet_t *packet, bool sent, np_span_t user);

void np_session_set_user(np_session_t *session, np_span_t user, np_name_rank_t rank, uint32_t frame);
void np_session_set_socket(np_session_t *session, uint16_t port);

/** NULL: unknown. */
const char *np_session_identity_at(const np_session_t *session, uint32_t frame);

/* ---- first pass: events ------------------------------------------------- */

void np_session_note_frame(np_session_t *session, uint32_t frame, const nstime_t *time);

void np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent);

/* These set the state, unless the session has ended. */
void np_session_set_connected(np_session_t *session);
void np_session_set_login(np_session_t *session, const np_packet_t *packet, naverphone_login_result_t result);
void np_session_set_registered(np_session_t *session, np_span_t user, uint32_t frame);
void np_session_set_unregistered(np_session_t *session, np_span_t user);
void np_session_call_up(np_session_t *session, bool up);

/** If another connection speaks first, the newcomer stays. */
void np_session_control_speaks(np_session_t *session, const struct np_connection *speaker);

/** It becomes the newcomer if others are open. */
void np_session_control_comes(np_session_t *session, struct np_connection *newcomer);

/** True if the session has ended. */
bool np_session_control_ends(np_session_t *session, const struct np_connection *connection, const np_packet_t *packet,
                             naverphone_session_end_t how);

/** Another connection took its addresses and ports. */
void np_session_control_is_lost(np_session_t *session);

#endif /* NP_MODEL_SESSION_H */
