/* session.c
 * Sessions: a client's stay online, and which session a leg belongs to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/session.h"

#include "model/copies.h"

/* A client's address, with the sessions it had. Lives with the capture. Two stacks have its sessions whose user is not
 * known yet: all in the order they began, and those logged in in the order they did. A client registers after its
 * login, so the second is asked first. */
typedef struct {
    address host; /* must be first: the key */
    np_client_rank_t rank;
    bool trusted; /* accepted by more than being a peer */
    np_session_t *latest;
    np_session_t *nameless;  /* linked by older_nameless */
    np_session_t *logged_in; /* linked by older_logged_in */
} np_client_t;

/* What tells the sessions of one client apart: its SIP user, or the port it signals from. */
typedef struct {
    const address *client;
    const char *user; /* NULL: look at the port */
    uint16_t port;
    np_session_t *session; /* no part of the key */
} np_session_key_t;

static wmem_map_t *clients;  /* np_client_t: a set, by host */
static wmem_map_t *servers;  /* address: a set, of legs that were accepted by more than being a peer */
static wmem_map_t *sessions; /* np_session_key_t: a set */
static uint32_t session_count;

static unsigned
address_hash(gconstpointer key)
{
    return np_hash_address(0, (const address *)key);
}

static gboolean
address_equal(gconstpointer a, gconstpointer b)
{
    return addresses_equal((const address *)a, (const address *)b);
}

static unsigned
session_key_hash(gconstpointer pointer)
{
    const np_session_key_t *key = (const np_session_key_t *)pointer;
    unsigned rest = key->user ? np_hash_bytes(key->user, strlen(key->user)) : key->port;
    return np_hash_address(rest, key->client);
}

static gboolean
session_key_equal(gconstpointer a, gconstpointer b)
{
    const np_session_key_t *left = (const np_session_key_t *)a, *right = (const np_session_key_t *)b;
    return left->port == right->port && g_strcmp0(left->user, right->user) == 0
        && addresses_equal(left->client, right->client);
}

void
np_sessions_init(void)
{
    clients = wmem_map_new(wmem_file_scope(), address_hash, address_equal);
    servers = wmem_map_new(wmem_file_scope(), address_hash, address_equal);
    sessions = wmem_map_new(wmem_file_scope(), session_key_hash, session_key_equal);
    session_count = 0;
}

bool
np_sessions_exist(void)
{
    return session_count > 0;
}

bool
np_sessions_have_client(const address *host)
{
    return session_count > 0 && wmem_map_contains(clients, host);
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

np_client_rank_t
np_sessions_client_rank(const address *host)
{
    const np_client_t *client = (const np_client_t *)wmem_map_lookup(clients, host);

    return client ? client->rank : NP_CLIENT_UNKNOWN;
}

bool
np_sessions_have_socket(const address *host, uint16_t port)
{
    const np_session_key_t key = { .client = host, .port = port };

    return wmem_map_contains(sessions, &key);
}

bool
np_sessions_trust_client(const address *host)
{
    const np_client_t *client = session_count > 0 ? (const np_client_t *)wmem_map_lookup(clients, host) : NULL;

    return client && client->trusted;
}

bool
np_sessions_trust_server(const address *host)
{
    return session_count > 0 && wmem_map_contains(servers, host);
}

/* Would the leg have been accepted without a peer? */
static bool
is_more_than_peer(uint32_t evidence)
{
    return evidence == NP_EVIDENCE_PORT
        || (evidence & (NP_EVIDENCE_NETWORK | NP_EVIDENCE_HOST | NP_EVIDENCE_DOMAIN | NP_EVIDENCE_USER));
}

void
np_sessions_note_ends(const address *client, const address *server, np_client_rank_t rank, uint32_t evidence)
{
    np_client_t *known = client_of(client);

    known->rank = MAX(known->rank, rank);
    if (!is_more_than_peer(evidence)) {
        return;
    }
    known->trusted = true;
    if (!wmem_map_contains(servers, server)) {
        address *copy = wmem_new(wmem_file_scope(), address);

        copy_address_wmem(wmem_file_scope(), copy, server);
        wmem_map_insert(servers, copy, copy);
    }
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
    session->older_nameless = client->nameless;
    client->nameless = session;
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
np_session_of_control(const address *host)
{
    np_client_t *client = client_of(host);
    np_session_t *session = latest_open(client);

    if (!session || session->has_control) {
        session = session_new(client);
    }
    session->has_control = true;
    return session;
}

/* The open session with that key; an ended one has lost it. */
static np_session_t *
session_with(const np_session_key_t *key)
{
    const np_session_key_t *known = (const np_session_key_t *)wmem_map_lookup(sessions, key);
    return known && !known->session->ended ? known->session : NULL;
}

static void
name_session(np_session_t *session, const char *user, uint16_t port)
{
    np_session_key_t *key = wmem_new0(wmem_file_scope(), np_session_key_t);

    key->client = &session->info.client;
    key->user = user;
    key->port = port;
    key->session = session;
    wmem_map_insert(sessions, key, key); /* in place of an earlier session's */
}

/* Sessions that ended or got a name leave their stack here. */
static bool
has_left(const np_session_t *session)
{
    return session->ended || session->info.identity;
}

/* The client's most recent open session whose user is not known. */
static np_session_t *
nameless_session(np_client_t *client)
{
    while (client->logged_in && has_left(client->logged_in)) {
        client->logged_in = client->logged_in->older_logged_in;
    }
    while (client->nameless && has_left(client->nameless)) {
        client->nameless = client->nameless->older_nameless;
    }
    return client->logged_in ? client->logged_in : client->nameless;
}

np_session_t *
np_session_of_user(const address *host, uint16_t port, np_span_t user, bool is_register)
{
    np_client_t *client = client_of(host);
    np_session_key_t at_this_port = { .client = host, .port = port };
    np_session_t *session = NULL, *at_port = session_with(&at_this_port);

    if (user.data) {
        char *name = g_strndup((const char *)user.data, user.len);
        np_session_key_t of_this_user = { .client = host, .user = name };
        session = session_with(&of_this_user);
        g_free(name);
    }
    if (session) {
        return session;
    }
    /* The same socket is the same session, unless it registers somebody else. */
    if (at_port && !(is_register && at_port->info.identity)) {
        return at_port;
    }
    session = nameless_session(client);
    if (session) {
        return session;
    }
    /* All open sessions have users. Another one on a socket of its own is another session. */
    if (is_register || !latest_open(client)) {
        return session_new(client);
    }
    return latest_open(client);
}

void
np_session_set_user(np_session_t *session, np_span_t user)
{
    if (!user.data || user.len == 0 || session->info.identity) {
        return;
    }
    session->info.identity = np_copy_text(user);
    name_session(session, np_span_equals(user, session->info.identity) ? session->info.identity : np_copy_bytes(user),
                 0);
}

void
np_session_set_socket(np_session_t *session, uint16_t port)
{
    np_session_key_t key = { .client = &session->info.client, .port = port };
    const np_session_key_t *known = (const np_session_key_t *)wmem_map_lookup(sessions, &key);

    if (!known || known->session != session) {
        name_session(session, NULL, port);
    }
}

void
np_session_refer_to_ends(np_session_t *session, const np_packet_t *packet, bool sent)
{
    const address *client = sent ? packet->src : packet->dst, *server = sent ? packet->dst : packet->src;
    uint16_t client_port = sent ? packet->src_port : packet->dst_port;
    uint16_t server_port = sent ? packet->dst_port : packet->src_port;

    np_references_add_socket(session->references, NP_REFERENCE_CLIENT, packet->frame, client, client_port);
    np_references_add_socket(session->references, NP_REFERENCE_SERVER, packet->frame, server, server_port);
}

/* The one place that knows which state is shown when several would do. */
static void
update_state(np_session_t *session)
{
    if (session->ended) {
        return;
    }
    if (session->calls_up > 0) {
        session->info.state = NAVERPHONE_SESSION_IN_CALL;
    } else if (session->registered) {
        session->info.state = NAVERPHONE_SESSION_REGISTERED;
    } else if (session->logged_in) {
        session->info.state = NAVERPHONE_SESSION_LOGGED_IN;
    } else {
        session->info.state = session->online;
    }
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
    np_client_t *client;

    if (session->logged_in) {
        return;
    }
    session->info.login_result = result;
    session->info.login_time = packet->time;
    if (result != NAVERPHONE_LOGIN_SUCCEEDED) {
        return;
    }
    client = client_of(&session->info.client);
    session->older_logged_in = client->logged_in;
    client->logged_in = session;
    session->logged_in = true;
    session->info.login_frame = packet->frame;
    update_state(session);
}

void
np_session_set_registered(np_session_t *session, uint32_t frame)
{
    session->registered = true;
    session->info.registrations++;
    if (!session->info.register_frame) {
        session->info.register_frame = frame;
    }
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
    if (session->ended) {
        return;
    }
    session->info.state = aborted ? NAVERPHONE_SESSION_ABORTED : NAVERPHONE_SESSION_LOGGED_OUT;
    session->info.logout_frame = packet->frame;
    session->info.logout_time = packet->time;
    session->ended = true;
}
