/* preferences.h
 * What the user can set, and what other rooms ask of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SETTINGS_PREFERENCES_H
#define NP_SETTINGS_PREFERENCES_H

#include "compat.h"

#include <epan/range.h>

#include "text/span.h"

/** Owned by libwireshark, and valid as long as the program runs. */
typedef struct {
    range_t    *control_ports;
    range_t    *login_ports;
    const char *login_hosts;        /**< lists are words separated by blanks */
    const char *sip_domains;
    const char *server_networks;
    np_bool_t   accept_port_alone;
    np_bool_t   infer_framing;
    np_bool_t   mark_sip_rtp;
    unsigned    late_media;         /**< milliseconds */
} np_preferences_t;

/** The current values. Read only: libwireshark changes them, np_preferences_apply() is called then. */
extern np_preferences_t np_preferences;

/** Registers all preferences and tables; to be called when the protocol is registered. */
void np_preferences_register(int proto);

/** Reads the lists again. Words that are no host or network are ignored with a warning. */
void np_preferences_apply(void);

/** Returns true if the host is a login host or SIP domain, or a subdomain of one. A port or a final dot may follow it.
 */
bool np_preferences_is_login_host(np_span_t host);
bool np_preferences_is_sip_domain(np_span_t host);

/** Returns false if the text certainly has no such host; much cheaper than reading the text. */
bool np_preferences_may_name_login_host(np_span_t text);
bool np_preferences_may_name_sip_domain(np_span_t text);

/** Returns true if the address is in one of the server networks. */
bool np_preferences_is_server(const address *host);

#endif /* NP_SETTINGS_PREFERENCES_H */
