/* evidence.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/evidence.h"

#include "legs/packet.h"
#include "model/session.h"
#include "settings/preferences.h"

/* What a TCP port is for. */
enum {
    PORT_CONTROL = 0x01, /* by preference */
    PORT_LOGIN = 0x02,
    PORT_BY_USER = 0x04,   /* Decode As gives it to us */
    PORT_WATCHED = 0x08,   /* had a login that was recognised by its Host */
    PORT_REDIRECTED = 0x10 /* Decode As takes it away */
};

static uint8_t ports[65536]; /* an array, since every TCP packet is looked up */

static unsigned
uses_of(uint32_t port)
{
    return port < G_N_ELEMENTS(ports) ? ports[port] : 0;
}

static void
add_control_port(uint32_t port, void *data _U_)
{
    ports[port] |= PORT_CONTROL;
}

static void
add_login_port(uint32_t port, void *data _U_)
{
    ports[port] |= PORT_LOGIN;
}

/* A login is HTTP, perhaps in TLS. If Decode As gives a login port to one of these, it stays a login port. */
static bool
may_carry_login(dissector_handle_t handle)
{
    int proto = handle ? dissector_handle_get_protocol_index(handle) : -1;

    return proto >= 0 && (proto == proto_get_id_by_filter_name("http") || proto == proto_get_id_by_filter_name("tls"));
}

static void
add_user_port(const char *table _U_, ftenum_t type _U_, void *key, void *value, void *control)
{
    dtbl_entry_t *entry = (dtbl_entry_t *)value;
    dissector_handle_t chosen = dtbl_entry_get_handle(entry);
    uint8_t *port = &ports[(uint16_t)GPOINTER_TO_UINT(key)];

    if (chosen == control) {
        *port |= PORT_BY_USER;
    } else if (chosen != dtbl_entry_get_initial_handle(entry) && !((*port & PORT_LOGIN) && may_carry_login(chosen))) {
        *port |= PORT_REDIRECTED;
    }
}

void
np_evidence_init(dissector_handle_t control)
{
    memset(ports, 0, sizeof ports);
    range_foreach(np_preferences.control_ports, add_control_port, NULL);
    range_foreach(np_preferences.login_ports, add_login_port, NULL);
    dissector_table_foreach("tcp.port", add_user_port, control);
    ports[0] = 0;
}

bool
np_evidence_is_control_port(uint32_t port)
{
    return uses_of(port) & (PORT_CONTROL | PORT_BY_USER);
}

bool
np_evidence_is_login_port(uint32_t port)
{
    return uses_of(port) & PORT_LOGIN;
}

bool
np_evidence_is_user_connection(uint32_t src_port, uint32_t dst_port)
{
    return (uses_of(src_port) | uses_of(dst_port)) & PORT_BY_USER;
}

bool
np_evidence_is_redirected_connection(uint32_t src_port, uint32_t dst_port)
{
    return (uses_of(src_port) | uses_of(dst_port)) & PORT_REDIRECTED;
}

bool
np_evidence_is_redirected(const char *table, uint32_t port)
{
    dissector_table_t dissectors = find_dissector_table(table);

    return dissectors && dissector_get_uint_handle(dissectors, port) != dissector_get_default_uint_handle(table, port);
}

bool
np_evidence_is_candidate(uint32_t src_port, uint32_t dst_port)
{
    return (uses_of(src_port) | uses_of(dst_port)) & ~(unsigned)PORT_REDIRECTED;
}

void
np_evidence_watch_port(uint32_t port)
{
    if (port < G_N_ELEMENTS(ports)) {
        ports[port] |= PORT_WATCHED;
    }
}

static uint32_t
server_evidence(const address *server)
{
    return (np_preferences_is_server(server) ? NP_EVIDENCE_NETWORK : 0)
         | (np_sessions_trust_server(server) ? NP_EVIDENCE_PEER : 0);
}

bool
np_evidence_is_server(const address *host)
{
    return np_preferences_is_server(host) || np_sessions_trust_server(host);
}

static bool
may_be_server(const address *host, uint32_t port)
{
    return np_evidence_is_control_port(port) || (np_evidence_is_candidate(port, 0) && np_evidence_is_server(host));
}

bool
np_evidence_may_connect(const packet_info *pinfo)
{
    return may_be_server(&pinfo->src, pinfo->srcport) || may_be_server(&pinfo->dst, pinfo->destport);
}

bool
np_evidence_may_signal(packet_info *pinfo)
{
    return np_evidence_is_server(&pinfo->src) || np_evidence_is_server(&pinfo->dst)
        || np_packet_any_source(pinfo, np_preferences_may_name_sip_domain);
}

uint32_t
np_evidence_control(const np_connection_t *connection)
{
    const np_address_pair_t *pair = &connection->pair;
    uint32_t evidence = server_evidence(&pair->server);

    if (ports[pair->server_port] & PORT_CONTROL) {
        evidence |= NP_EVIDENCE_PORT;
    }
    if (np_evidence_is_user_connection(pair->client_port, pair->server_port)) {
        evidence |= NP_EVIDENCE_USER;
    }
    if (np_sessions_trust_client(&pair->client)) {
        evidence |= NP_EVIDENCE_PEER;
    }
    return evidence;
}

static bool
ends_with(np_span_t host, const char *ending)
{
    size_t length = strlen(ending);

    return host.len >= length && np_span_equals_nocase(np_span_skip(host, host.len - length), ending);
}

/* True if the host is a name that belongs to somebody. Addresses and placeholders (localhost; anonymous.invalid, RFC
 * 3323 4.1.1.3) do not. */
static bool
names_somebody(np_span_t host)
{
    bool has_letter = false;

    host = np_span_bare_host(host);
    for (size_t i = 0; i < host.len; i++) {
        if (host.data[i] == ':') {
            return false;
        }
        has_letter |= g_ascii_isalpha(host.data[i]);
    }
    return has_letter && !ends_with(host, ".invalid") && !np_span_equals_nocase(host, "localhost");
}

uint32_t
np_evidence_login(const address *server, uint16_t server_port, np_span_t host)
{
    uint32_t evidence = server_evidence(server) | (np_evidence_is_login_port(server_port) ? NP_EVIDENCE_PORT : 0)
                      | (np_preferences_is_login_host(host) ? NP_EVIDENCE_HOST : 0);

    return names_somebody(host) && !(evidence & NP_EVIDENCE_HOST) ? evidence & ~(uint32_t)NP_EVIDENCE_PEER : evidence;
}

/* True if every host of the message is somebody's name. The caller knows that none is ours. */
static bool
names_others_only(const np_sip_t *sip)
{
    const np_span_t hosts[] = { sip->from.host, sip->to.host, sip->uri.host };
    unsigned named = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
        if (hosts[i].data && !names_somebody(hosts[i])) {
            return false;
        }
        named += hosts[i].data != NULL;
    }
    return named > 0;
}

uint32_t
np_evidence_signalling(const address *client, const address *server, const np_sip_t *sip, bool is_known)
{
    bool domain = np_preferences_is_sip_domain(sip->from.host) || np_preferences_is_sip_domain(sip->to.host)
               || np_preferences_is_sip_domain(sip->uri.host);
    uint32_t evidence = server_evidence(server) | (domain ? NP_EVIDENCE_DOMAIN : 0);

    if (is_known) {
        return evidence ? evidence : NP_EVIDENCE_PEER;
    }
    /* A server of ours may serve others, too. So it is no evidence if the message names others only, or if the client
     * is new. */
    if (!domain && (names_others_only(sip) || !np_sessions_trust_client(client))) {
        evidence &= ~(uint32_t)NP_EVIDENCE_PEER;
    }
    return evidence;
}

uint32_t
np_evidence_media(const address *server)
{
    return NP_EVIDENCE_PEER | (np_preferences_is_server(server) ? NP_EVIDENCE_NETWORK : 0);
}

static bool
accepts_server(uint32_t evidence)
{
    return (evidence & NP_EVIDENCE_PORT) && (evidence & (NP_EVIDENCE_NETWORK | NP_EVIDENCE_PEER));
}

bool
np_evidence_accepts_control(uint32_t evidence)
{
    return (evidence & NP_EVIDENCE_USER) || accepts_server(evidence);
}

bool
np_evidence_accepts_login(uint32_t evidence)
{
    return (evidence & NP_EVIDENCE_HOST) || accepts_server(evidence);
}

bool
np_evidence_accepts_signalling(uint32_t evidence)
{
    return evidence & (NP_EVIDENCE_DOMAIN | NP_EVIDENCE_NETWORK | NP_EVIDENCE_PEER);
}

/* clang-format off */
static const struct {
    const char *bytes;
    size_t      length;
} foreign_openings[] = {
#define OPENING(text) { (text), sizeof (text) - 1 }
    OPENING("GET "), OPENING("POST "), OPENING("PUT "), OPENING("HEAD "), OPENING("DELETE "), OPENING("OPTIONS "),
    OPENING("PATCH "), OPENING("CONNECT "), OPENING("TRACE "), OPENING("PROPFIND "), OPENING("PRI * HTTP/2"),
    OPENING("HTTP/"), OPENING("RTSP/"), OPENING("SIP/2.0 "), OPENING("INVITE "), OPENING("REGISTER "),
    OPENING("SSH-"), OPENING("RFB 0"), OPENING("220 "), OPENING("220-"), OPENING("EHLO "), OPENING("HELO "),
    OPENING("+OK"), OPENING("* OK"), OPENING("\x13" "BitTorrent protocol"), OPENING("<?xml"), OPENING("<stream:"),
    OPENING("\xffSMB"), OPENING("\xfeSMB"),
    /* TLS records (SSL 3.0 to TLS 1.3): alert, handshake, application data */
    OPENING("\x15\x03"), OPENING("\x16\x03"), OPENING("\x17\x03"),
#undef OPENING
};
/* clang-format on */

bool
np_evidence_is_foreign_payload(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < G_N_ELEMENTS(foreign_openings); i++) {
        if (length >= foreign_openings[i].length
            && memcmp(bytes, foreign_openings[i].bytes, foreign_openings[i].length) == 0) {
            return true;
        }
    }
    return false;
}
