/* http_exchange.h
 * HTTP requests of the login leg, and their responses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_HTTP_EXCHANGE_H
#define NP_MODEL_HTTP_EXCHANGE_H

#include "compat.h"

#include "model/connection.h"
#include "model/packet.h"
#include "model/record.h"
#include "text/span.h"

/** A request and its response. Lives with the capture; written on the first pass. */
typedef struct np_http_exchange {
    struct np_http_exchange *next; /**< next unanswered request of the connection (first pass) */
    uint32_t request_frame;
    uint32_t response_frame; /**< 0 if not seen */
    nstime_t request_time;   /**< absolute */
    uint32_t acknowledged;   /**< server data acknowledged when the request was sent */
    nstime_t time;           /**< request to response; valid if response_frame is set */
    unsigned message;        /**< index of the request among the frame's messages, from 0 */
    bool is_login;           /**< it carries credentials */
} np_http_exchange_t;

/** Properties of a request. */
typedef struct {
    unsigned message;       /**< index among the frame's messages, from 0 */
    bool has_password;      /**< it has a password parameter */
    bool readable_password; /**< the decoded password is printable */
    bool opaque_body;       /**< the body is not a parameter list */
    bool encrypted;         /**< sent over TLS */
    uint32_t acknowledged;  /**< server data acknowledged by the client so far; 0: unknown */
} np_http_request_t;

/** Properties of a response. */
typedef struct {
    unsigned status;
    uint32_t request_frame; /**< the request that HTTP matched; 0: unknown */
} np_http_response_t;

/** First pass: processes a request on an accepted connection, and fills the record. */
void np_http_exchange_begin(np_connection_t *connection, const np_packet_t *packet, const np_http_request_t *request,
                            np_record_t *record);

/** First pass: processes a response on an accepted connection, and fills the record. */
void np_http_exchange_end(np_connection_t *connection, const np_packet_t *packet, const np_http_response_t *response,
                          np_record_t *record);

/** First pass: stores a user name or password parameter of the record's request. sent: as on the wire. */
void np_http_exchange_add_credential(const np_record_t *record, bool is_password, np_span_t sent);

#endif /* NP_MODEL_HTTP_EXCHANGE_H */
