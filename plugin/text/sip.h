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

/** A message, read. The spans view its bytes. */
typedef struct {
    bool             is_request;
    np_span_t        method;        /**< of the request, or of the CSeq in a response */
    unsigned         status;        /**< 0 in a request */
    np_span_t        reason_phrase;
    np_span_t        call_id;
    np_sip_address_t uri, from, to;
    uint32_t         cseq;
    np_span_t        reason;        /**< Reason header */
    np_span_t        branch;        /**< of the first Via */
    np_span_t        refer_to, referred_by, replaces;           /**< headers */
    np_span_t        headers;       /**< all of them */
    np_span_t        diversion;     /**< Diversion, else History-Info */
    np_span_t        sdp;           /**< of its body */
    bool             credentials;   /**< carries Authorization or Proxy-Authorization */
    bool             takes_back;    /**< REGISTER: each of its contacts expires at once */
} np_sip_t;

static inline bool
np_sip_is_method(const np_sip_t *sip, const char *method)
{
    return np_span_equals(sip->method, method);
}

/** The name of a method of RFC 3261 or its extensions, which lives for ever; NULL for any other method. */
const char *np_sip_known_method(np_span_t method);

/** True inside a dialog: the To header has a tag. */
static inline bool
np_sip_is_in_dialog(const np_sip_t *sip)
{
    return sip->to.tag.data != NULL;
}

/** True for 401 and 407, which are no final response to an INVITE: the client repeats it with credentials. */
static inline bool
np_sip_is_challenge(const np_sip_t *sip)
{
    return sip->status == 401 || sip->status == 407;
}

/**
 * Reads the first name-addr or addr-spec (RFC 3261 25.1) of a From, To or Contact header, or a request URI; the
 * scheme is sip:, sips: or tel:. Quoted display names may hold '<' and escaped quotes.
 * Returns false, with all parts absent, if it is no such address.
 */
bool np_sip_read_address(np_span_t value, np_sip_address_t *address);

/** The value of a ;parameter of rest, a header's value, up to the ',' before its next one; absent if there is none, or if it is
 *  empty. A name-addr has to be cut off before. */
np_span_t np_sip_parameter(np_span_t rest, const char *wanted);

/** Reads "314 INVITE". Returns false if the value has another form or the number exceeds 32 bits. */
bool np_sip_read_cseq(np_span_t value, uint32_t *number, np_span_t *method);

/** What is left to read of the contacts of a message. To begin with, all its header fields, and no contacts. */
typedef struct {
    np_span_t headers;
    np_span_t contacts; /**< of the header field that is being read */
} np_sip_contacts_t;

/** Moves the next contact, with its parameters, from rest to contact. False: there is none left. */
bool np_sip_next_contact(np_sip_contacts_t *rest, np_span_t *contact);

/** True if there are contacts among the header fields, and each expires at once (RFC 3261 10.2.2): then a REGISTER takes a
 *  registration back. */
bool np_sip_takes_back(np_span_t headers);

#endif /* NP_TEXT_SIP_H */
