/* sip.h
 * Values of SIP headers
 *
 * Pure: glib only. Spans of a result point into the caller's bytes; what is not there is an absent span.
 *
 * Source: RFC 3261.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SIP_H
#define NP_TEXT_SIP_H

#include "text/span.h"

/** Parts of a SIP address. */
typedef struct {
    np_span_t user;     /**< up to a ':' (password), with its own ;parameters; of a tel: URI the number alone */
    np_span_t host;     /**< without port; IPv6 without its brackets; absent for tel: */
    np_span_t tag;      /**< header parameter tag */
} np_sip_address_t;

/**
 * Reads the first name-addr or addr-spec (RFC 3261 25.1) of a From, To or Contact header, or a request URI; the
 * scheme is sip:, sips: or tel:. Quoted display names may hold '<' and escaped quotes.
 * Returns false, with all parts absent, if it is no such address.
 */
bool np_sip_read_address(np_span_t value, np_sip_address_t *address);

/** Reads "314 INVITE". Returns false if the value has another form or the number exceeds 32 bits. */
bool np_sip_read_cseq(np_span_t value, uint32_t *number, np_span_t *method);

#endif /* NP_TEXT_SIP_H */
