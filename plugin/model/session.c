/* session.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/session.h"

#include "storage.h"

/* A client's address. A REGISTER of a new user belongs to a session that has no user yet: to the latest one with a
 * login, because registration follows login, or else to the latest one. These sessions are in two stacks, from which
 * they are removed once they have a user or end. */
typedef struct {
    const address *host;
    np_client_rank_t rank;
    bool trusted;         /* of a leg that was accepted on more than NP_EVIDENCE_PEER */
    np_session_t *latest; /* latest that may be open */
    np_session_t *nameless;
    np_session_t *logged_in;
} np_client_t;

/* What leads to a session: a SIP user of the client, or the port that it signals from. */
typedef struct {
    const address *client;
    const char *user;      /* NULL: the port leads to it */
    uint16_t port;         /* 0: the user leads to it */
    np_session_t *session; /* where it leads; not part of the key */
} np_session_key_t;

static GHashTable *clients;    /* address → np_client_t */
static GHashTable *servers;    /* set of address, trusted */
static GHashTable *registrars; /* set of address */
static GHashTable *sessions;   /* set of np_session_key_t, latest */
static GHashTable *accounts;   /* "session user@host" → is it registered? */
static bool have_sessions;     /* begun or offered */
static uint32_t session_count;
static np_move_connection_t *move_connection;

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
np_sessions_init(np_move_connection_t *move)
{
    move_connection = move;
    clients = np_map_new(np_address_hash, np_address_equal);
    servers = np_map_new(np_address_hash, np_address_equal);
    registrars = np_map_new(np_address_hash, np_address_equal);
    sessions = np_map_new(session_key_hash, session_key_equal);
    accounts = np_map_new(wmem_str_hash, g_str_equal);
    session_count = 0;
    have_sessions = false;
}

bool
np_sessions_exist(void)
{
    return have_sessions;
}

bool
np_sessions_have_client(const address *host)
{
    return session_count > 0 && g_hash_table_contains(clients, host);
}

static np_client_t *
client_of(const address *host)
{
    np_client_t *client = (np_client_t *)g_hash_table_lookup(clients, host);

    if (!client) {
        client = wmem_new0(wmem_file_scope(), np_client_t);
        client->host = np_copy_address(host);
        g_hash_table_insert(clients, (gpointer)client->host, client);
    }
    return client;
}

np_client_rank_t
np_sessions_client_rank(const address *host)
{
    const np_client_t *client = (const np_client_t *)g_hash_table_lookup(clients, host);

    return client ? client->rank : NP_CLIENT_UNKNOWN;
}

bool
np_sessions_have_socket(const address *host, uint16_t port)
{
    const np_session_key_t key = { .client = host, .port = port };

    return g_hash_table_contains(sessions, &key);
}

bool
np_sessions_trust_client(const address *host)
{
    const np_client_t *client = session_count > 0 ? (const np_client_t *)g_hash_table_lookup(clients, host) : NULL;

    return client && client->trusted;
}

bool
np_sessions_trust_server(const address *host)
{
    return session_count > 0 && g_hash_table_contains(servers, host);
}

static void
add_to_set(GHashTable *set, const address *host)
{
    if (!g_hash_table_contains(set, host)) {
        g_hash_table_add(set, (gpointer)np_copy_address(host));
    }
}

void
np_sessions_note_registrar(const address *host)
{
    add_to_set(registrars, host);
}

bool
np_sessions_is_registrar(const address *host)
{
    return g_hash_table_contains(registrars, host);
}

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
    add_to_set(servers, server);
}

static np_session_t *
session_make(const np_client_t *client)
{
    np_session_t *session = wmem_new0(wmem_file_scope(), np_session_t);

    have_sessions = true;
    session->references = np_references_new();
    session->info.client = *client->host;
    session->info.state = NAVERPHONE_SESSION_CONNECTING;
    session->online = NAVERPHONE_SESSION_CONNECTING;
    session->offered = true;
    return session;
}

static np_session_t *
session_begin(np_client_t *client, np_session_t *session)
{
    session->offered = false;
    session->info.number = ++session_count;
    session->older_nameless = client->nameless;
    client->nameless = session;
    session->older = client->latest;
    client->latest = session;
    return session;
}

static np_session_t *
session_new(np_client_t *client)
{
    return session_begin(client, session_make(client));
}

/* The latest session that has neither ended nor an heir; NULL: none. Removes those before it from the list. */
static np_session_t *
latest_open(np_client_t *client)
{
    while (client->latest && (client->latest->ended || client->latest->heir)) {
        client->latest = client->latest->older;
    }
    return client->latest;
}

const np_session_t *
np_session_open(const address *host)
{
    np_client_t *client = (np_client_t *)g_hash_table_lookup(clients, host);
    return client ? latest_open(client) : NULL;
}

np_session_t *
np_session_of_client(const address *host)
{
    np_client_t *client = client_of(host);
    np_session_t *session = latest_open(client);

    return session ? session : session_new(client);
}

/* ---- control connections ---------------------------------------------------- */

np_session_t *
np_session_offered(const address *host, bool begins)
{
    np_client_t *client = client_of(host);
    np_session_t *session = begins ? NULL : latest_open(client);

    return session ? session : session_make(client);
}

np_session_t *
np_session_of_control(np_session_t *offered, bool begins)
{
    np_client_t *client = client_of(&offered->info.client);
    np_session_t *session = begins ? NULL : latest_open(client);

    if (!session) {
        session = offered->offered && !offered->ended ? session_begin(client, offered) : session_new(client);
    }
    session->has_control = true;
    session->controls++;
    return session;
}

void
np_session_control_comes(np_session_t *session, struct np_connection *newcomer, uint32_t frame)
{
    if (session->controls > 1) {
        session->newcomer = session->latest_newcomer = newcomer;
        session->newcomer_frame = frame;
    }
}

void
np_session_control_speaks(np_session_t *session, const struct np_connection *speaker, uint32_t frame)
{
    if (frame < session->newcomer_frame) {
        return;
    }
    if (session->newcomer != speaker) {
        session->newcomer = NULL;
    }
    session->heir = NULL;
}

static bool
is_reset(naverphone_session_end_t how)
{
    return how == NAVERPHONE_END_RESET_BY_CLIENT || how == NAVERPHONE_END_RESET_BY_SERVER;
}

static void
session_end(np_session_t *session, uint32_t frame, const nstime_t *time, naverphone_session_end_t how)
{
    if (session->ended) {
        return;
    }
    session->info.state = is_reset(how) ? NAVERPHONE_SESSION_ABORTED : NAVERPHONE_SESSION_LOGGED_OUT;
    session->info.end = how;
    session->info.logout_frame = frame;
    session->info.logout_time = *time;
    session->ended = true;
}

bool
np_session_control_ends(np_session_t *session, const struct np_connection *connection, const np_packet_t *packet,
                        naverphone_session_end_t how)
{
    if (session->newcomer == connection) {
        session->newcomer = NULL;
    }
    if (session->latest_newcomer == connection) {
        session->latest_newcomer = NULL;
    }
    if (session->controls > 0) {
        session->controls--;
    }
    if (session->controls > 0) {
        session->closed_frame = packet->frame;
        session->closed_time = packet->time;
        session->closed_how = how;
        return false;
    }
    session_end(session, packet->frame, &packet->time, how);
    return true;
}

void
np_session_control_is_lost(np_session_t *session)
{
    if (session->controls > 0) {
        session->controls--;
    }
    if (session->controls == 0 && !session->ended) {
        session->info.end = NAVERPHONE_END_REPLACED;
        session->ended = true;
    }
}

void
np_session_refuse(np_session_t *offered, const np_packet_t *packet)
{
    if (offered->offered) {
        session_end(offered, packet->frame, &packet->time, NAVERPHONE_END_RESET_BY_SERVER);
    }
}

/* The latest newcomer turns out to be another client, or the same one started again: it gets a session of its own. */
static np_session_t *
split_off_newcomer(np_session_t *old, uint32_t frame)
{
    np_session_t *session = session_new(client_of(&old->info.client));

    session->info.predecessor = &old->info;
    session->has_control = true;
    session->controls = 1;
    move_connection(old->latest_newcomer, session, frame);
    np_session_set_connected(session);
    old->heir = old->newcomer ? session : NULL; /* else an older connection was heard */
    old->newcomer = old->latest_newcomer = NULL;
    old->controls--;
    if (old->controls == 0) {
        session_end(old, old->closed_frame, &old->closed_time, old->closed_how);
    }
    return session;
}

np_session_t *
np_session_of_login(np_session_t *current, uint32_t frame)
{
    np_client_t *client = client_of(&current->info.client);
    np_session_t *open = latest_open(client);

    if (open && open->newcomer) {
        return split_off_newcomer(open, frame);
    }
    if (!current->ended && !current->heir) {
        return current;
    }
    return open ? open : session_new(client);
}

/* ---- users and sockets -------------------------------------------------------- */

/* Ended or not; NULL: none. */
static np_session_t *
latest_with(const np_session_key_t *key)
{
    const np_session_key_t *known = (const np_session_key_t *)g_hash_table_lookup(sessions, key);
    return known ? known->session : NULL;
}

static np_session_t *
if_open(np_session_t *session)
{
    return session && !session->ended ? session : NULL;
}

static np_session_t *
session_with(const np_session_key_t *key)
{
    return if_open(latest_with(key));
}

static void
name_session(np_session_t *session, const char *user, uint16_t port)
{
    np_session_key_t *key = wmem_new0(wmem_file_scope(), np_session_key_t);

    key->client = &session->info.client;
    key->user = user;
    key->port = port;
    key->session = session;
    g_hash_table_add(sessions, key); /* may replace an earlier session's */
}

/* True if the session should be in the stacks no more. It is removed when somebody looks for one. */
static bool
is_off_the_stacks(const np_session_t *session)
{
    return session->ended || session->info.identity;
}

/* The session that a new user may belong to; NULL: none. */
static np_session_t *
nameless_session(np_client_t *client)
{
    while (client->logged_in && is_off_the_stacks(client->logged_in)) {
        client->logged_in = client->logged_in->older_logged_in;
    }
    while (client->nameless && is_off_the_stacks(client->nameless)) {
        client->nameless = client->nameless->older_nameless;
    }
    return client->logged_in ? client->logged_in : client->nameless;
}

static np_session_t *
latest_of_name(const address *host, np_span_t user)
{
    char *name = user.data ? g_strndup((const char *)user.data, user.len) : NULL;
    const np_session_key_t key = { .client = host, .user = name };
    np_session_t *session = name ? latest_with(&key) : NULL;

    g_free(name);
    return session;
}

static np_session_t *
session_of_name(const address *host, np_span_t user)
{
    return if_open(latest_of_name(host, user));
}

/* known: the open session with the client's port or the user; NULL: none. */
static np_session_t *
session_of_register(np_client_t *client, np_session_t *known, uint32_t frame, bool is_request)
{
    np_session_t *asked;
    bool is_other_user;

    if (!known) {
        known = nameless_session(client);
    }
    is_other_user = !known; /* every open session has one */
    asked = known ? known : latest_open(client);
    /* What a response answers may precede the newcomer. */
    if (asked && is_request && (asked->newcomer || (is_other_user && asked->latest_newcomer))) {
        return split_off_newcomer(asked, frame);
    }
    return known ? known : session_new(client);
}

np_session_t *
np_session_of_user(const np_packet_t *packet, bool sent, np_span_t user, bool is_register, bool is_request)
{
    const address *host = sent ? packet->src : packet->dst;
    np_client_t *client = client_of(host);
    const np_session_key_t at_this_port = { .client = host, .port = sent ? packet->src_port : packet->dst_port };
    np_session_t *session = session_with(&at_this_port);

    if (!session) {
        session = session_of_name(host, user);
    }
    /* The heir takes over, unless it has registered. */
    if (session && session->heir && !session->heir->ended && session->heir->accounts == 0) {
        session = session->heir;
    }
    if (is_register) {
        return session_of_register(client, session, packet->frame, is_request);
    }
    if (!session) {
        session = nameless_session(client);
    }
    return session ? session : np_session_of_client(host);
}

np_session_t *
np_session_beside(const np_session_t *session, uint16_t port)
{
    const np_session_key_t at_this_port = { .client = &session->info.client, .port = port };
    np_session_t *other = session_with(&at_this_port);

    return other != session && !session->ended && !session->heir ? other : NULL;
}

np_session_t *
np_session_left_by_user(const np_packet_t *packet, bool sent, np_span_t user)
{
    const address *host = sent ? packet->src : packet->dst;
    const np_session_key_t at_this_port = { .client = host, .port = sent ? packet->src_port : packet->dst_port };
    np_session_t *session = latest_with(&at_this_port);

    if (latest_open(client_of(host))) {
        return NULL;
    }
    return session ? session : latest_of_name(host, user);
}

static void
set_identity(np_session_t *session, np_span_t user, np_name_rank_t rank, uint32_t frame)
{
    session->info.identity = np_copy_text(user);
    session->identity_rank = rank;
    np_history_set(&session->identities, frame, (void *)session->info.identity);
}

void
np_session_set_user(np_session_t *session, np_span_t user, np_name_rank_t rank, uint32_t frame)
{
    bool is_better = rank > session->identity_rank || (rank == NP_NAME_REGISTERED && session->accounts == 0);

    if (!user.data || user.len == 0 || np_span_equals_nocase(user, "anonymous")
        || (!is_better && rank < NP_NAME_REGISTERED)) {
        return;
    }
    if (is_better && !(session->info.identity && np_span_equals(user, session->info.identity))) {
        set_identity(session, user, rank, frame);
    }
    session->identity_rank = MAX(session->identity_rank, rank);
    if (session_of_name(&session->info.client, user) != session) {
        name_session(session, np_copy_bytes(user), 0);
    }
}

const char *
np_session_identity_at(const np_session_t *session, uint32_t frame)
{
    return (const char *)np_history_at(&session->identities, frame);
}

void
np_session_set_socket(np_session_t *session, uint16_t port)
{
    np_session_key_t key = { .client = &session->info.client, .port = port };
    const np_session_key_t *known = (const np_session_key_t *)g_hash_table_lookup(sessions, &key);

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

void
np_session_note_frame(np_session_t *session, uint32_t frame, const nstime_t *time)
{
    if (!session->info.first_frame) {
        session->info.first_frame = frame;
        session->info.first_time = *time;
    }
}

static void
update_state(np_session_t *session)
{
    if (session->ended) {
        return;
    }
    if (session->calls_up > 0) {
        session->info.state = NAVERPHONE_SESSION_IN_CALL;
    } else if (session->accounts > 0) {
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

/* True if that is news. */
static bool
account_set(const np_session_t *session, const np_sip_address_t *account, bool registered)
{
    char *given_host = ws_strdup_printf("%.*s", NP_SPAN_ARGUMENTS(account->host));
    char *host = g_ascii_strdown(given_host, -1);
    char *key = ws_strdup_printf("%u %.*s@%s", session->info.number, NP_SPAN_ARGUMENTS(account->user), host);
    bool is_new = (g_hash_table_lookup(accounts, key) != NULL) != registered;

    g_free(given_host);
    g_free(host);
    if (is_new) {
        np_map_set_text(accounts, key, GINT_TO_POINTER(registered));
    }
    g_free(key);
    return is_new;
}

void
np_session_set_registered(np_session_t *session, const np_sip_address_t *account, uint32_t frame)
{
    if (account_set(session, account, true)) { /* else a refresh */
        session->accounts++;
        session->info.registrations++;
    }
    if (!session->info.register_frame) {
        session->info.register_frame = frame;
    }
    update_state(session);
}

void
np_session_set_unregistered(np_session_t *session, const np_sip_address_t *account)
{
    if (account_set(session, account, false)) {
        session->accounts--;
    }
    update_state(session);
}

void
np_session_call_up(np_session_t *session, bool up)
{
    session->calls_up += up ? 1 : -1;
    update_state(session);
}
