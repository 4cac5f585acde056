/* preferences.h
 * What the user can set, and the questions the other rooms ask of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_PREFERENCES_H
#define NAVERPHONE_PREFERENCES_H

#include "compat.h"

#include <epan/range.h>

#include "text/span.h"

typedef struct {
    range_t    *control_ports;
    range_t    *login_ports;
    const char *login_hosts;        /**< lists are words separated by blanks */
    const char *sip_domains;
    const char *server_networks;
    np_bool_t   accept_port_alone;
    np_bool_t   infer_framing;
    np_bool_t   mark_sip_rtp;
} np_preferences_t;

/** The values in force. Read only; libwireshark owns and changes them. */
extern np_preferences_t np_preferences;

/** Registers them all. To be called from the protocol's registration. */
void np_preferences_register(int proto);

/** Reads the lists again; words that are no host or network are named in a warning and left out. */
void np_preferences_apply(void);

/** Is the host (a port or a final dot may follow) a login host or SIP domain, or a subdomain of one? */
bool np_preferences_is_login_host(np_span_t host);
bool np_preferences_is_sip_domain(np_span_t host);

/** Could the text hold such a host? False is certain, and costs far less than to read the text. */
bool np_preferences_may_name_login_host(np_span_t text);
bool np_preferences_may_name_sip_domain(np_span_t text);

/** Is the address in one of the server networks? */
bool np_preferences_is_server(const address *host);

#endif /* NAVERPHONE_PREFERENCES_H */
