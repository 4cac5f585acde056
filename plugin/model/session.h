/* session.h
 * Sessions: a client's stay online, and which session a leg belongs to
 *
 * A session belongs to a client's address. It starts with its first leg and ends with the logout of its control
 * connection; a leg after that starts the next one. Behind one address (NAT) there can be several at once. They stay
 * apart where a leg tells them apart:
 *
 *   control connection  a second one, while the first is open, is a second session
 *   SIP user            a REGISTER of another user, or a request of a user that another socket registered, is another
 *                       session
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

/** A client's stay online. Lives with the capture; the first pass writes it. */
struct np_session {
    naverphone_session_info_t info; /**< must be first: what the tap publishes */
    bool has_media;                 /**< the capture has RTP of it */
    np_references_t *references;    /**< what its legs made known */
    np_history_t states;            /**< naverphone_session_state_t */
    bool has_control;               /**< a control connection is its own */
    bool logged_in, registered, login_seen, ended;
    naverphone_session_state_t online; /**< Connecting or Connected: what the control connection says */
    uint32_t calls_up;                 /**< answered and not released */
    np_session_t *older_nameless;      /**< links of its client's two stacks (session.c) */
    np_session_t *older_logged_in;
};

/** For the init routine. */
void np_sessions_init(void);

/** True once there is a session. False keeps foreign captures free of look-ups. */
bool np_sessions_exist(void);

/** True if the address is the client of an accepted leg. */
bool np_sessions_have_client(const address *host);

/** True if the address is the server of an accepted leg. */
bool np_sessions_have_server(const address *host);

/** First pass: notes the server of an accepted leg. */
void np_sessions_add_server(const address *server);

/* ---- first pass: whose is it? ------------------------------------------- */

/** The client's latest session that has not ended; NULL if there is none. */
const np_session_t *np_session_open(const address *host);

/** The client's open session that its next login or unsignalled media belongs to: the latest, or a new one. */
np_session_t *np_session_of_client(const address *host);

/** The session that a control connection opens, or joins where only other legs were known. */
np_session_t *np_session_of_control(const address *host);

/** The session of a SIP message outside any known Call-ID. user: on the client's side. */
np_session_t *np_session_of_user(const address *host, uint16_t port, np_span_t user, bool is_register);

/** Notes who the client is (the first name stays) and from where it signals. */
void np_session_set_user(np_session_t *session, np_span_t user);
void np_session_set_socket(np_session_t *session, uint16_t port);

/* ---- first pass: what happened to it ------------------------------------ */

/** Control messages may refer to the ends of this packet, which the session's client sent or got. */
void np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent);

/* After the end its state stays. */
void np_session_set_connected(np_session_t *session);
void np_session_set_login(np_session_t *session, const np_packet_t *packet, naverphone_login_result_t result);
void np_session_set_registered(np_session_t *session, uint32_t frame);
void np_session_call_up(np_session_t *session, bool up);
void np_session_end(np_session_t *session, const np_packet_t *packet, bool aborted);

#endif /* NP_MODEL_SESSION_H */
