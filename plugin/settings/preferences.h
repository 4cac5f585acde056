/* preferences.h
 * The preferences, and what their lists match
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SETTINGS_PREFERENCES_H
#define NP_SETTINGS_PREFERENCES_H

#include "compat.h"

#include <epan/range.h>

#include "text/span.h"

/** Allocated by libwireshark; valid until exit. */
typedef struct {
    range_t *control_ports;
    range_t *login_ports;
    const char *login_hosts; /**< lists separated by blanks */
    const char *sip_domains;
    const char *server_networks;
    np_bool_t accept_port_alone;
    np_bool_t infer_framing;
    np_bool_t mark_sip_rtp;
    unsigned late_media; /**< milliseconds */
} np_preferences_t;

/** Set by libwireshark, which then calls np_preferences_apply(). */
extern np_preferences_t np_preferences;

void np_preferences_register(int proto);

/** Reads the lists of hosts, domains and networks again, and warns of invalid words. */
void np_preferences_apply(void);

/** True if the host, or a domain above it, is in the list. A port or final dot is ignored. */
bool np_preferences_is_login_host(np_span_t host);
bool np_preferences_is_sip_domain(np_span_t host);

/** False if the text certainly contains no host of the list. Cheaper than reading a message. */
bool np_preferences_may_name_login_host(np_span_t text);
bool np_preferences_may_name_sip_domain(np_span_t text);

/** True if the host is in server_networks. */
bool np_preferences_is_server(const address *host);

#endif /* NP_SETTINGS_PREFERENCES_H */
