/* sip.h
 * Reads the headers of SIP messages
 *
 * Pure: glib only. Spans in results point into the caller's bytes; a missing part is an absent span.
 *
 * Source: RFC 3261.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SIP_H
#define NP_TEXT_SIP_H

#include "text/span.h"

/** A SIP address. */
typedef struct {
    np_span_t user; /**< without password, with parameters inside the user part; for tel:, only the number */
    np_span_t host; /**< without port and IPv6 brackets; absent for tel: */
    np_span_t tag;  /**< tag parameter of the header */
} np_sip_address_t;

/** A parsed message. Spans point into its bytes. */
typedef struct {
    bool is_request;
    np_span_t method; /**< of the request; for a response, from CSeq */
    unsigned status;  /**< 0 in a request */
    np_span_t reason_phrase;
    np_span_t call_id;
    np_sip_address_t uri, from, to;
    uint32_t cseq;
    np_span_t reason;
    np_span_t branch; /**< of the first Via */
    np_span_t refer_to, referred_by, replaces;
    np_span_t headers;   /**< all header fields */
    np_span_t diversion; /**< Diversion, or else History-Info */
    np_span_t sdp;       /**< SDP in the body */
    bool credentials;    /**< has Authorization or Proxy-Authorization */
    bool takes_back;     /**< REGISTER that removes its contacts: each expires at once */
} np_sip_t;

static inline bool
np_sip_is_method(const np_sip_t *sip, const char *method)
{
    return np_span_equals(sip->method, method);
}

/** The name of a method of RFC 3261 or its extensions, as a static string; NULL for any other method. */
const char *np_sip_known_method(np_span_t method);

/** True if the request is inside a dialog: its To header has a tag. */
static inline bool
np_sip_is_in_dialog(const np_sip_t *sip)
{
    return sip->to.tag.data != NULL;
}

/** True for 401 and 407, after which the client repeats the request with credentials. */
static inline bool
np_sip_is_challenge(const np_sip_t *sip)
{
    return sip->status == 401 || sip->status == 407;
}

/**
 * Reads the first name-addr or addr-spec (RFC 3261 25.1) of a From, To or Contact header, or a request URI, with the
 * scheme sip:, sips: or tel:. Returns false, with all parts absent, for anything else.
 */
bool np_sip_read_address(np_span_t value, np_sip_address_t *address);

/** Finds a ;parameter in rest, the value after its name-addr, up to the next ','. Absent if missing or empty. */
np_span_t np_sip_parameter(np_span_t rest, const char *wanted);

/** Reads "314 INVITE". Returns false if malformed or if the number exceeds 32 bits. */
bool np_sip_read_cseq(np_span_t value, uint32_t *number, np_span_t *method);

/** Iterates over the contacts of a message. Start with all header fields and no contacts. */
typedef struct {
    np_span_t headers;
    np_span_t contacts; /**< rest of the current field */
} np_sip_contacts_t;

/** Takes the next contact, with its parameters. Returns false if there is none left. */
bool np_sip_next_contact(np_sip_contacts_t *rest, np_span_t *contact);

/**
 * True if the header fields contain contacts and each expires at once: such a REGISTER removes the registration (RFC
 * 3261 10.2.2).
 */
bool np_sip_takes_back(np_span_t headers);

#endif /* NP_TEXT_SIP_H */
