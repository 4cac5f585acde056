/* sip.h
 * Headers of SIP messages (RFC 3261)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SIP_H
#define NP_TEXT_SIP_H

#include "text/span.h"

typedef struct {
    np_span_t user; /**< without password; for tel:, the number */
    np_span_t host; /**< without port and brackets; absent for tel: */
    np_span_t tag;
} np_sip_address_t;

typedef struct {
    bool is_request;
    np_span_t method; /**< a response has it in CSeq */
    unsigned status;  /**< 0 in a request */
    np_span_t reason_phrase;
    np_span_t call_id;
    np_sip_address_t uri, from, to;
    uint32_t cseq;
    np_span_t reason;
    np_span_t branch; /**< of the first Via */
    np_span_t refer_to, referred_by, replaces;
    np_span_t headers;
    np_span_t diversion; /**< or else History-Info */
    np_span_t sdp;
    bool credentials; /**< Authorization or Proxy-Authorization */
    bool takes_back;  /**< REGISTER whose contacts all expire at once */
    bool forwarded;   /**< a proxy sent the request, or the one that this response answers */
    bool complete;    /**< nothing of it was cut off */
} np_sip_t;

static inline bool
np_sip_is_method(const np_sip_t *sip, const char *method)
{
    return np_span_equals(sip->method, method);
}

static inline bool
np_sip_is_in_dialog(const np_sip_t *sip)
{
    return sip->to.tag.data != NULL;
}

static inline bool
np_sip_is_challenge(const np_sip_t *sip)
{
    return sip->status == 401 || sip->status == 407;
}

/** Reads the first name-addr or addr-spec (RFC 3261 25.1), of scheme sip:, sips: or tel:. False, with user and host
 *  absent, for others. */
bool np_sip_read_address(np_span_t value, np_sip_address_t *address);

/** rest: after the name-addr; read up to ','. An empty value is absent. */
np_span_t np_sip_parameter(np_span_t rest, const char *wanted);

/** Reads "314 INVITE". False: malformed, or more than 32 bits. */
bool np_sip_read_cseq(np_span_t value, uint32_t *number, np_span_t *method);

/** Of RFC 3261 and its extensions; the last is NULL. */
extern const char *const np_sip_methods[];

/** The method's element of np_sip_methods; NULL: it is none of them. */
const char *np_sip_known_method(np_span_t method);

/** Start with all header fields and no values. */
typedef struct {
    np_span_t headers;
    np_span_t values;
} np_sip_values_t;

/** Takes the next value, separated by ',', of all fields of that name or compact form (NULL: none). */
bool np_sip_next_value(np_sip_values_t *rest, const char *name, const char *compact, np_span_t *value);

static inline bool
np_sip_next_contact(np_sip_values_t *rest, np_span_t *contact)
{
    return np_sip_next_value(rest, "Contact", "m", contact);
}

/** Such a REGISTER removes the registration (RFC 3261 10.2.2). */
bool np_sip_takes_back(np_span_t headers);

/** True if there are several Via values: each proxy adds its own (RFC 3261 16.6). */
bool np_sip_is_forwarded(np_span_t headers);

#endif /* NP_TEXT_SIP_H */
