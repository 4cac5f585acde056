/* session.c
 * Clients and their sessions
 *
 * A session belongs to a client's address. It starts with its first leg and ends with the
 * logout of its control connection; a leg after that starts the next one. Behind one address
 * (NAT) there can be several at once. They stay apart where a leg tells them apart:
 *
 *   control connection  a second one, while the first is open, is a second session
 *   SIP user            a REGISTER of another user, or a request of a user that another
 *                       socket registered, is another session
 *
 * and everything else joins the most recent one, which the evidence bit "peer" shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/session.h"

#include <epan/charsets.h>

/* A client's address, with the sessions it had. */
typedef struct {
    address        host;            /* must be first: the key */
    np_session_t  *latest;
    np_session_t  *nameless[2];     /* stacks (np_session.older) of sessions whose user is not known yet */
} np_client_t;

/* The stacks: all such sessions in the order they began, and those logged in in the order they did. A client
 * registers after its login, so the second is asked first. */
enum { NAMELESS_BEGUN, NAMELESS_LOGGED_IN };

/* What tells the sessions of one client apart: its SIP user, or the port it signals from. */
typedef struct {
    const address *client;
    const char    *user;            /* NULL: look at the port */
    uint16_t       port;
    np_session_t  *session;         /* no part of the key */
} np_mark_t;

static wmem_map_t *clients;         /* np_client_t: a set, by host */
static wmem_map_t *servers;         /* address: a set */
static wmem_map_t *marks;           /* np_mark_t: a set */
static uint32_t    session_count;

static unsigned
address_hash(gconstpointer key)
{
    return np_store_hash_address(0, (const address *)key);
}

static gboolean
address_equal(gconstpointer a, gconstpointer b)
{
    return addresses_equal((const address *)a, (const address *)b);
}

static unsigned
mark_hash(gconstpointer key)
{
    const np_mark_t *mark = (const np_mark_t *)key;
    unsigned rest = mark->user ? wmem_strong_hash((const uint8_t *)mark->user, strlen(mark->user)) : mark->port;
    return np_store_hash_address(rest, mark->client);
}

static gboolean
mark_equal(gconstpointer a, gconstpointer b)
{
    const np_mark_t *left = (const np_mark_t *)a, *right = (const np_mark_t *)b;
    return left->port == right->port && g_strcmp0(left->user, right->user) == 0
        && addresses_equal(left->client, right->client);
}

void
np_sessions_init(void)
{
    clients = wmem_map_new(wmem_file_scope(), address_hash, address_equal);
    servers = wmem_map_new(wmem_file_scope(), address_hash, address_equal);
    marks   = wmem_map_new(wmem_file_scope(), mark_hash, mark_equal);
    session_count = 0;
}

bool
np_store_has_sessions(void)
{
    return session_count > 0;
}

bool
np_store_is_client(const address *host)
{
    return session_count > 0 && wmem_map_contains(clients, host);
}

bool
np_store_is_server(const address *host)
{
    return session_count > 0 && wmem_map_contains(servers, host);
}

void
np_store_add_server(const address *server)
{
    if (!wmem_map_contains(servers, server)) {
        address *known = wmem_new(wmem_file_scope(), address);

        copy_address_wmem(wmem_file_scope(), known, server);
        wmem_map_insert(servers, known, known);
    }
}

const char *
np_store_bytes(np_span_t bytes)
{
    return bytes.data ? wmem_strndup(wmem_file_scope(), (const char *)bytes.data, bytes.len) : NULL;
}

const char *
np_store_string(np_span_t bytes)
{
    const char *kept;
    char *text;

    if (!bytes.data || g_utf8_validate((const char *)bytes.data, (ssize_t)bytes.len, NULL))
        return np_store_bytes(bytes);
    text = (char *)get_utf_8_string(NULL, bytes.data, (int)bytes.len);
    kept = wmem_strdup(wmem_file_scope(), text);
    wmem_free(NULL, text);
    return kept;
}

static np_client_t *
client_of(const address *host)
{
    np_client_t *client = (np_client_t *)wmem_map_lookup(clients, host);

    if (!client) {
        client = wmem_new0(wmem_file_scope(), np_client_t);
        copy_address_wmem(wmem_file_scope(), &client->host, host);
        wmem_map_insert(clients, client, client);
    }
    return client;
}

static void
push_nameless(np_client_t *client, np_session_t *session, int stack)
{
    session->older[stack] = client->nameless[stack];
    client->nameless[stack] = session;
}

static np_session_t *
session_new(np_client_t *client)
{
    np_session_t *session = wmem_new0(wmem_file_scope(), np_session_t);

    session->references = np_references_new();
    session->info.number = ++session_count;
    session->info.client = client->host;
    session->info.state = NAVERPHONE_SESSION_CONNECTING;
    session->online = NAVERPHONE_SESSION_CONNECTING;
    push_nameless(client, session, NAMELESS_BEGUN);
    client->latest = session;
    return session;
}

static np_session_t *
latest_open(const np_client_t *client)
{
    return client->latest && !client->latest->ended ? client->latest : NULL;
}

const np_session_t *
np_session_open(const address *host)
{
    const np_client_t *client = (const np_client_t *)wmem_map_lookup(clients, host);
    return client ? latest_open(client) : NULL;
}

np_session_t *
np_session_of_client(const address *host)
{
    np_client_t *client = client_of(host);
    np_session_t *session = latest_open(client);

    return session ? session : session_new(client);
}

np_session_t *
np_session_of_control(const address *host, np_connection_t *connection)
{
    np_client_t *client = client_of(host);
    np_session_t *session = latest_open(client);

    if (!session || session->control)
        session = session_new(client);
    session->control = connection;
    return session;
}

/* The open session with that mark; an ended one has lost it. */
static np_session_t *
session_marked(const np_mark_t *mark)
{
    const np_mark_t *known = (const np_mark_t *)wmem_map_lookup(marks, mark);
    return known && !known->session->ended ? known->session : NULL;
}

static void
mark_session(np_session_t *session, const char *user, uint16_t port)
{
    np_mark_t *mark = wmem_new0(wmem_file_scope(), np_mark_t);

    mark->client = &session->info.client;
    mark->user = user;
    mark->port = port;
    mark->session = session;
    wmem_map_insert(marks, mark, mark);      /* in place of an earlier session's */
}

/* The top of a stack. Sessions that ended or got a name leave it here. */
static np_session_t *
top_nameless(np_client_t *client, int stack)
{
    np_session_t *session = client->nameless[stack];

    while (session && (session->ended || session->info.identity))
        session = session->older[stack];
    client->nameless[stack] = session;
    return session;
}

/* The client's most recent open session whose user is not known. */
static np_session_t *
nameless_session(np_client_t *client)
{
    np_session_t *session = top_nameless(client, NAMELESS_LOGGED_IN);

    return session ? session : top_nameless(client, NAMELESS_BEGUN);
}

np_session_t *
np_session_of_user(const address *host, uint16_t port, np_span_t user, bool is_register)
{
    np_client_t *client = client_of(host);
    np_mark_t by_port = { .client = host, .port = port };
    np_session_t *session = NULL, *at_port = session_marked(&by_port);

    if (user.data) {
        char *name = g_strndup((const char *)user.data, user.len);
        np_mark_t by_user = { .client = host, .user = name };
        session = session_marked(&by_user);
        g_free(name);
    }
    if (session)
        return session;
    /* The same socket is the same session, unless it registers somebody else. */
    if (at_port && !(is_register && at_port->info.identity))
        return at_port;
    session = nameless_session(client);
    if (session)
        return session;
    /* All open sessions have users. Another one on a socket of its own is another session. */
    if (is_register || !latest_open(client))
        return session_new(client);
    return latest_open(client);
}

void
np_session_set_user(np_session_t *session, np_span_t user)
{
    if (!user.data || user.len == 0 || session->info.identity)
        return;
    session->info.identity = np_store_string(user);
    mark_session(session, np_span_equals(user, session->info.identity) ? session->info.identity : np_store_bytes(user), 0);
}

void
np_session_set_socket(np_session_t *session, uint16_t port)
{
    np_mark_t mark = { .client = &session->info.client, .port = port };
    const np_mark_t *known = (const np_mark_t *)wmem_map_lookup(marks, &mark);

    if (!known || known->session != session)
        mark_session(session, NULL, port);
}

void
np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent)
{
    const address *client = sent ? packet->src : packet->dst, *server = sent ? packet->dst : packet->src;
    uint16_t client_port = sent ? packet->src_port : packet->dst_port, server_port = sent ? packet->dst_port : packet->src_port;

    np_references_add_socket(session->references, NP_REFERENCE_CLIENT, packet->frame, client, client_port);
    np_references_add_socket(session->references, NP_REFERENCE_SERVER, packet->frame, server, server_port);
}

/* The one place that knows which state is shown when several would do. */
static void
update_state(np_session_t *session)
{
    if (session->ended)
        return;
    if (session->calls_up > 0)
        session->info.state = NAVERPHONE_SESSION_IN_CALL;
    else if (session->registered)
        session->info.state = NAVERPHONE_SESSION_REGISTERED;
    else if (session->logged_in)
        session->info.state = NAVERPHONE_SESSION_LOGGED_IN;
    else
        session->info.state = session->online;
}

void
np_session_set_connected(np_session_t *session)
{
    session->online = NAVERPHONE_SESSION_CONNECTED;
    update_state(session);
}

void
np_session_set_login(np_session_t *session, const np_packet_t *packet, naverphone_login_result_t result)
{
    if (session->logged_in)
        return;
    session->info.login_result = result;
    session->info.login_time = packet->time;
    if (result != NAVERPHONE_LOGIN_SUCCEEDED)
        return;
    push_nameless(client_of(&session->info.client), session, NAMELESS_LOGGED_IN);
    session->logged_in = true;
    session->info.login_frame = packet->frame;
    update_state(session);
}

void
np_session_set_registered(np_session_t *session, uint32_t frame)
{
    session->registered = true;
    session->info.registrations++;
    if (!session->info.register_frame)
        session->info.register_frame = frame;
    update_state(session);
}

void
np_session_call_up(np_session_t *session, bool up)
{
    session->calls_up += up ? 1 : -1;
    update_state(session);
}

void
np_session_end(np_session_t *session, const np_packet_t *packet, bool aborted)
{
    if (session->ended)
        return;
    session->info.state = aborted ? NAVERPHONE_SESSION_ABORTED : NAVERPHONE_SESSION_LOGGED_OUT;
    session->info.logout_frame = packet->frame;
    session->info.logout_time = packet->time;
    session->ended = true;
}
