/* preferences.c
 * What the user can set, and the questions the other rooms ask of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "preferences.h"

#include <epan/prefs.h>
#include <epan/uat.h>
#include <wsutil/inet_addr.h>
#include <wsutil/report_message.h>

#include "numbering.h"

#define DEFAULT_CONTROL_PORTS   "10500"
#define DEFAULT_LOGIN_PORTS     "8081"
#define DEFAULT_LOGIN_HOSTS     "np.naver.com"
#define DEFAULT_SIP_DOMAINS     "naver.com"
#define DEFAULT_SERVER_NETWORKS "222.122.50.0/24 220.95.236.0/24"

np_preferences_t np_preferences = {
    .login_hosts = DEFAULT_LOGIN_HOSTS,
    .sip_domains = DEFAULT_SIP_DOMAINS,
    .server_networks = DEFAULT_SERVER_NETWORKS,
    .accept_port_alone = TRUE,
    .infer_framing = TRUE,
    .mark_sip_rtp = TRUE,
};

/* A network: as many leading bits of the address as prefix_length says. */
typedef struct {
    uint8_t  address[16];
    unsigned size;                  /* bytes of the address: 4 or 16 */
    unsigned prefix_length;
} np_network_t;

/* The lists, read. They live until the preferences change. */
static GPtrArray *login_hosts;      /* char *, lower case */
static GPtrArray *sip_domains;
static GArray    *server_networks;  /* np_network_t */

/* ---- service prefixes --------------------------------------------------- */

typedef struct {
    char *prefix;
    char *name;
} np_service_t;

static np_service_t *services;
static unsigned      service_count;

/* Known without a table; a row with the same prefix renames it. */
static const struct {
    const char *prefix;
    const char *name;
} built_in_services[] = {
    { "770", "Collect call" },
};

UAT_CSTRING_CB_DEF(service, prefix, np_service_t)
UAT_CSTRING_CB_DEF(service, name, np_service_t)

static void *
service_copy(void *to, const void *from, size_t size _U_)
{
    np_service_t *copy = (np_service_t *)to;
    const np_service_t *original = (const np_service_t *)from;

    copy->prefix = g_strdup(original->prefix);
    copy->name = g_strdup(original->name);
    return copy;
}

static void
service_free(void *record)
{
    np_service_t *service = (np_service_t *)record;

    g_free(service->prefix);
    g_free(service->name);
}

static np_bool_t
service_check(void *record, char **error)
{
    const np_service_t *service = (const np_service_t *)record;
    const char *prefix = service->prefix ? service->prefix : "";

    *error = NULL;
    if (!prefix[0] || strspn(prefix, "0123456789*#") != strlen(prefix))
        *error = ws_strdup_printf("'%s' is no service prefix: it must be digits, * or #, one or more", prefix);
    else if (!service->name || !service->name[0])
        *error = ws_strdup_printf("The service prefix '%s' has no name", prefix);
    return *error == NULL;
}

static void
register_services(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(service, prefix, "Prefix", "Digits dialled before the number, for example 770"),
        UAT_FLD_CSTRING(service, name, "Name", "What the prefix asks for, for example Collect call"),
        UAT_END_FIELDS
    };
    uat_t *table = uat_new("Naver Phone Service Prefixes", sizeof(np_service_t), "naverphone_service_prefixes",
                           TRUE, &services, &service_count, UAT_AFFECTS_DISSECTION, NULL, service_copy,
                           service_check, service_free, NULL, NULL, fields);

    prefs_register_uat_preference(module, "service_prefixes", "Service prefixes",
                                  "Prefixes that ask the network for a service and are followed by the number "
                                  "called. They count only where a valid number follows. 770 (Collect call) is "
                                  "built in.", table);
}

/* A prefix of the table or of those built in, and the best so far. */
typedef struct {
    const char *prefix, *name, *number;
} np_service_match_t;

static void
match_service(const char *dialled, const char *prefix, const char *name, np_service_match_t *best)
{
    const char *number = np_number_after_prefix(dialled, prefix);

    if (number && (!best->number || strlen(prefix) > strlen(best->prefix))) {
        best->prefix = prefix;
        best->name = name;
        best->number = number;
    }
}

const char *
np_preferences_service(const char *dialled, const char **prefix, const char **name)
{
    np_service_match_t best = { NULL, NULL, NULL };

    /* The table first: of equal prefixes the first one stays. */
    for (unsigned i = 0; i < service_count; i++)
        match_service(dialled, services[i].prefix, services[i].name, &best);
    for (size_t i = 0; i < G_N_ELEMENTS(built_in_services); i++)
        match_service(dialled, built_in_services[i].prefix, built_in_services[i].name, &best);
    if (best.number) {
        *prefix = wmem_strdup(wmem_file_scope(), best.prefix);
        *name = wmem_strdup(wmem_file_scope(), best.name);
    }
    return best.number;
}

/* ---- lists of words ------------------------------------------------------ */

static void
warn_of_word(const char *preference, const char *word, const char *wanted)
{
    report_warning("Naver Phone: '%s' in the preference naverphone.%s is no %s; it is ignored.", word, preference,
                   wanted);
}

/* A host or domain name by its letters; which names exist is not our business. */
static bool
is_host_name(const char *word)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    return strspn(word, allowed) == strlen(word) && word[0] != '.' && word[0] != '-' && !strstr(word, "..");
}

static void
read_hosts(const char *preference, const char *list, GPtrArray **hosts)
{
    char **words = g_strsplit_set(list ? list : "", " \t", -1);

    if (*hosts)
        g_ptr_array_free(*hosts, TRUE);
    *hosts = g_ptr_array_new_with_free_func(g_free);
    for (char **word = words; *word; word++) {
        char *host = g_ascii_strdown(*word, -1);
        if (g_str_has_suffix(host, "."))
            host[strlen(host) - 1] = '\0';
        if (host[0] && is_host_name(host)) {
            g_ptr_array_add(*hosts, host);
            continue;
        }
        if (host[0])
            warn_of_word(preference, *word, "host name");
        g_free(host);
    }
    g_strfreev(words);
}

/* ADDRESS or ADDRESS/LENGTH, IPv4 or IPv6. */
static bool
read_network(const char *word, np_network_t *network)
{
    char **parts = g_strsplit(word, "/", 2);
    bool valid = true;
    uint64_t length;

    memset(network, 0, sizeof *network);
    if (ws_inet_pton4(parts[0], (ws_in4_addr *)network->address))
        network->size = 4;
    else if (ws_inet_pton6(parts[0], (ws_in6_addr *)network->address))
        network->size = 16;
    else
        valid = false;
    network->prefix_length = network->size * 8;
    if (valid && parts[1]) {
        valid = g_ascii_string_to_unsigned(parts[1], 10, 0, network->size * 8, &length, NULL);
        network->prefix_length = valid ? (unsigned)length : 0;
    }
    g_strfreev(parts);
    return valid;
}

static void
read_networks(const char *preference, const char *list, GArray **networks)
{
    char **words = g_strsplit_set(list ? list : "", " \t", -1);

    if (*networks)
        g_array_free(*networks, TRUE);
    *networks = g_array_new(FALSE, FALSE, sizeof(np_network_t));
    for (char **word = words; *word; word++) {
        np_network_t network;
        if (!(*word)[0])
            continue;
        if (read_network(*word, &network))
            g_array_append_val(*networks, network);
        else
            warn_of_word(preference, *word, "network (ADDRESS or ADDRESS/LENGTH)");
    }
    g_strfreev(words);
}

void
np_preferences_apply(void)
{
    read_hosts("login_hosts", np_preferences.login_hosts, &login_hosts);
    read_hosts("sip_domains", np_preferences.sip_domains, &sip_domains);
    read_networks("server_networks", np_preferences.server_networks, &server_networks);
}

/* host without port and final dot; an IPv6 literal is nobody's subdomain and need not be cut right */
static np_span_t
bare_host(np_span_t host)
{
    const uint8_t *colon = host.data ? (const uint8_t *)memchr(host.data, ':', host.len) : NULL;

    if (colon)
        host.len = (size_t)(colon - host.data);
    if (host.len > 0 && host.data[host.len - 1] == '.')
        host.len--;
    return host;
}

static bool
is_in_domains(const GPtrArray *domains, np_span_t host)
{
    host = bare_host(host);
    for (unsigned i = 0; domains && host.data && i < domains->len; i++) {
        const char *domain = (const char *)g_ptr_array_index(domains, i);
        size_t length = strlen(domain);
        if (host.len < length
                || g_ascii_strncasecmp((const char *)host.data + host.len - length, domain, length) != 0)
            continue;
        if (host.len == length || host.data[host.len - length - 1] == '.')
            return true;
    }
    return false;
}

bool
np_preferences_is_login_host(np_span_t host)
{
    return is_in_domains(login_hosts, host);
}

bool
np_preferences_is_sip_domain(np_span_t host)
{
    return is_in_domains(sip_domains, host);
}

static bool
network_has(const np_network_t *network, const uint8_t *bytes)
{
    unsigned whole = network->prefix_length / 8, rest = network->prefix_length % 8;

    if (memcmp(network->address, bytes, whole) != 0)
        return false;
    return rest == 0 || ((network->address[whole] ^ bytes[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
}

bool
np_preferences_is_server(const address *host)
{
    unsigned size = host->type == AT_IPv4 ? 4 : host->type == AT_IPv6 ? 16 : 0;

    for (unsigned i = 0; size && server_networks && i < server_networks->len; i++) {
        const np_network_t *network = &g_array_index(server_networks, np_network_t, i);
        if (network->size == size && network_has(network, (const uint8_t *)host->data))
            return true;
    }
    return false;
}

/* ---- registration --------------------------------------------------------- */

void
np_preferences_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, np_preferences_apply);

    range_convert_str(wmem_epan_scope(), &np_preferences.control_ports, DEFAULT_CONTROL_PORTS, 65535);
    range_convert_str(wmem_epan_scope(), &np_preferences.login_ports, DEFAULT_LOGIN_PORTS, 65535);
    prefs_register_range_preference(module, "control_ports", "Control ports",
        "TCP ports of the servers that clients keep their control connection to (default: " DEFAULT_CONTROL_PORTS ")",
        &np_preferences.control_ports, 65535);
    prefs_register_range_preference(module, "login_ports", "Login ports",
        "TCP ports of the servers that clients log in to by HTTP (default: " DEFAULT_LOGIN_PORTS ")",
        &np_preferences.login_ports, 65535);
    prefs_register_string_preference(module, "login_hosts", "Login hosts",
        "Hosts that clients log in to, separated by blanks. A host stands for itself and its subdomains.",
        &np_preferences.login_hosts);
    prefs_register_string_preference(module, "sip_domains", "SIP domains",
        "Domains of the service's SIP addresses, separated by blanks. A domain stands for itself and its subdomains.",
        &np_preferences.sip_domains);
    prefs_register_string_preference(module, "server_networks", "Server networks",
        "Networks of the service's servers as ADDRESS/LENGTH, separated by blanks",
        &np_preferences.server_networks);
    prefs_register_bool_preference(module, "accept_port_alone", "Accept the control port alone",
        "Take a TCP connection to a control port as Naver Phone even if nothing else speaks for it, as long as no "
        "other dissector takes it", &np_preferences.accept_port_alone);
    prefs_register_bool_preference(module, "infer_framing", "Infer the framing of control messages",
        "Find out from the bytes how the control connection is cut into messages. Not used by this version, which "
        "shows each TCP segment as a message.", &np_preferences.infer_framing);
    prefs_register_bool_preference(module, "mark_sip_rtp", "Mark SIP and RTP",
        "Show session and call on the SIP and RTP frames of Naver Phone calls, too", &np_preferences.mark_sip_rtp);
    register_services(module);
}
