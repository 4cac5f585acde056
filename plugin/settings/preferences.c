/* preferences.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "settings/preferences.h"

#include <epan/prefs.h>
#include <wsutil/report_message.h>

#include "printable.h"
#include "settings/network.h"
#include "settings/user_tables.h"

#define DEFAULT_CONTROL_PORTS "10500"
#define DEFAULT_LOGIN_PORTS "8081"
#define DEFAULT_LOGIN_HOSTS "np.naver.com"
#define DEFAULT_SIP_DOMAINS "naver.com"
#define DEFAULT_SERVER_NETWORKS "222.122.50.0/24 220.95.236.0/24"

np_preferences_t np_preferences = {
    .login_hosts = DEFAULT_LOGIN_HOSTS,
    .sip_domains = DEFAULT_SIP_DOMAINS,
    .server_networks = DEFAULT_SERVER_NETWORKS,
    .accept_port_alone = TRUE,
    .infer_framing = TRUE,
    .mark_sip_rtp = TRUE,
    .late_media = 500,
};

#define MAX_NAME 253 /* characters: RFC 1035 2.3.4 */

typedef struct {
    char *name; /* lower case */
    size_t length;
    size_t dot; /* offset of the first dot, or length */
} listed_host_t;

static GArray *login_hosts; /* listed_host_t */
static GArray *sip_domains;
static GArray *server_networks; /* np_network_t */

static void
warn_of_word(const char *preference, const char *word, const char *wanted)
{
    const char *hint = strpbrk(word, ",;|") ? " Words are separated by blanks." : "";
    char *quoted = np_quoted(word);

    report_warning("Ignoring %s in naverphone.%s: not a valid %s.%s", quoted, preference, wanted, hint);
    g_free(quoted);
}

static bool
is_host_name(const char *word)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    size_t length = strlen(word);

    return length <= MAX_NAME && strspn(word, allowed) == length && word[0] != '.' && word[0] != '-'
        && !strstr(word, "..") && !g_str_has_suffix(word, ".");
}

static void
add_host(GArray *hosts, char *name)
{
    listed_host_t host = { name, strlen(name), strcspn(name, ".") };

    g_array_append_val(hosts, host);
}

static void
free_host(void *host)
{
    g_free(((listed_host_t *)host)->name);
}

static GArray *
new_hosts(void)
{
    GArray *hosts = g_array_new(FALSE, FALSE, sizeof(listed_host_t));

    g_array_set_clear_func(hosts, free_host);
    return hosts;
}

static void
read_hosts(const char *preference, const char *list, GArray *hosts)
{
    char **words = g_strsplit_set(list ? list : "", " \t", -1);

    g_array_set_size(hosts, 0);
    for (char **word = words; *word; word++) {
        char *host = g_ascii_strdown(*word, -1);

        if (g_str_has_suffix(host, ".")) {
            host[strlen(host) - 1] = '\0';
        }
        if (host[0] && is_host_name(host)) {
            add_host(hosts, host);
            continue;
        }
        if (host[0]) {
            warn_of_word(preference, *word, "host name");
        }
        g_free(host);
    }
    g_strfreev(words);
}

static void
read_server_networks(const char *list)
{
    char **words = g_strsplit_set(list ? list : "", " \t", -1);

    g_array_set_size(server_networks, 0);
    for (char **word = words; *word; word++) {
        np_network_t network;

        if (!(*word)[0]) {
            continue;
        }
        if (np_network_read(*word, &network)) {
            g_array_append_val(server_networks, network);
        } else {
            warn_of_word("server_networks", *word, "network (ADDRESS or ADDRESS/LENGTH)");
        }
    }
    g_strfreev(words);
}

static void
free_lists(void)
{
    g_array_free(login_hosts, TRUE);
    g_array_free(sip_domains, TRUE);
    g_array_free(server_networks, TRUE);
}

void
np_preferences_apply(void)
{
    read_hosts("login_hosts", np_preferences.login_hosts, login_hosts);
    read_hosts("sip_domains", np_preferences.sip_domains, sip_domains);
    read_server_networks(np_preferences.server_networks);
}

static bool
is_in_domains(const GArray *domains, np_span_t host)
{
    host = np_span_bare_host(host);
    for (unsigned i = 0; host.data && i < domains->len; i++) {
        const listed_host_t *domain = &g_array_index(domains, listed_host_t, i);
        size_t subdomain = host.len - domain->length; /* bytes before the domain */

        if (host.len < domain->length || (subdomain > 0 && host.data[subdomain - 1] != '.')) {
            continue;
        }
        if (np_span_equals_nocase(np_span_skip(host, subdomain), domain->name)) {
            return true;
        }
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

#define LOWER_CASE 0x20 /* ASCII case bit */

/* Searches for the host's first dot, because dots are rare. */
static bool
contains_host(np_span_t text, const listed_host_t *host)
{
    const uint8_t *end = text.data + text.len, *at;
    size_t rest = host->length - host->dot;
    uint8_t next;

    if (rest == 0) {
        return true; /* without a dot, nothing to search for */
    }
    if (text.len < host->length) {
        return false;
    }
    at = text.data + host->dot;
    next = (uint8_t)host->name[host->dot + 1] | LOWER_CASE;
    while ((at = (const uint8_t *)memchr(at, '.', (size_t)(end - at))) != NULL) {
        if ((size_t)(end - at) < rest) {
            return false;
        }
        if ((at[1] | LOWER_CASE) == next
            && g_ascii_strncasecmp((const char *)at - host->dot, host->name, host->length) == 0) {
            return true;
        }
        at++;
    }
    return false;
}

static bool
contains_any(np_span_t text, const GArray *hosts)
{
    for (unsigned i = 0; text.data && i < hosts->len; i++) {
        if (contains_host(text, &g_array_index(hosts, listed_host_t, i))) {
            return true;
        }
    }
    return false;
}

bool
np_preferences_may_name_login_host(np_span_t text)
{
    return contains_any(text, login_hosts);
}

bool
np_preferences_may_name_sip_domain(np_span_t text)
{
    return contains_any(text, sip_domains);
}

bool
np_preferences_is_server(const address *host)
{
    for (unsigned i = 0; i < server_networks->len; i++) {
        if (np_network_has(&g_array_index(server_networks, np_network_t, i), host)) {
            return true;
        }
    }
    return false;
}

void
np_preferences_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, np_preferences_apply);

    login_hosts = new_hosts();
    sip_domains = new_hosts();
    server_networks = g_array_new(FALSE, FALSE, sizeof(np_network_t));
    register_shutdown_routine(free_lists);
    range_convert_str(wmem_epan_scope(), &np_preferences.control_ports, DEFAULT_CONTROL_PORTS, 65535);
    range_convert_str(wmem_epan_scope(), &np_preferences.login_ports, DEFAULT_LOGIN_PORTS, 65535);
    prefs_register_range_preference(module, "control_ports", "Control ports",
                                    "TCP ports of the control servers (default: " DEFAULT_CONTROL_PORTS ")",
                                    &np_preferences.control_ports, 65535);
    prefs_register_range_preference(module, "login_ports", "Login ports",
                                    "TCP ports of the login servers, which speak HTTP (default: " DEFAULT_LOGIN_PORTS
                                    ")",
                                    &np_preferences.login_ports, 65535);
    prefs_register_string_preference(module, "login_hosts", "Login hosts",
                                     "Names of the login hosts, separated by blanks (default: " DEFAULT_LOGIN_HOSTS
                                     "). A name also matches its "
                                     "subdomains: the default matches was.np.naver.com.",
                                     &np_preferences.login_hosts);
    prefs_register_string_preference(
        module, "sip_domains", "SIP domains",
        "Domains of the service's SIP addresses, separated by blanks (default: " DEFAULT_SIP_DOMAINS "). A domain also "
        "matches its subdomains: the default matches hong@pps.naver.com.",
        &np_preferences.sip_domains);
    prefs_register_string_preference(
        module, "server_networks", "Server networks",
        "Addresses of the service's servers, or networks as ADDRESS/LENGTH, separated by blanks "
        "(default: " DEFAULT_SERVER_NETWORKS "). A server in one of them is evidence of Naver Phone, and is never "
        "taken for a client.",
        &np_preferences.server_networks);
    prefs_register_bool_preference(
        module, "accept_port_alone", "Accept the control port alone",
        "Accept a TCP connection to a control port as Naver Phone even without other evidence, if its SYN or SYN-ACK "
        "is in the capture and no other dissector recognises its first payload",
        &np_preferences.accept_port_alone);
    prefs_register_bool_preference(
        module, "infer_framing", "Infer the framing of control messages",
        "Infer from the bytes how a control connection is cut into messages, unless the table Control Framing has a "
        "row for the server. If this is off, or the framing is still unknown, each TCP segment is shown as a message.",
        &np_preferences.infer_framing);
    prefs_register_bool_preference(
        module, "mark_sip_rtp", "Mark SIP and RTP",
        "Show session and call also on the SIP and RTP frames of Naver Phone calls. If this is off, the plugin adds "
        "nothing to those frames, and filters such as naverphone.call == 1 do not match them; tables and flow graph "
        "still count them.",
        &np_preferences.mark_sip_rtp);
    prefs_register_uint_preference(
        module, "late_media", "Late media (ms)",
        "Report media that arrive more than this many milliseconds after the release of their call (default: 500). "
        "Packets that were already on the way arrive sooner.",
        10, &np_preferences.late_media);
    np_user_tables_register(module);
}
