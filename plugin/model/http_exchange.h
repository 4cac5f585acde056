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
    struct np_http_exchange *next; /**< first pass: next unanswered request */
    uint32_t request_frame;
    uint32_t response_frame; /**< 0: none */
    nstime_t request_time;   /**< absolute */
    uint32_t acknowledged;   /**< server data acknowledged when it was sent */
    nstime_t time;           /**< from request to response; valid if response_frame is set */
    unsigned message;        /**< index among the frame's messages */
    bool is_login;
} np_http_exchange_t;

typedef struct {
    unsigned message;       /**< index among the frame's messages */
    bool has_password;      /**< in a parameter */
    bool readable_password; /**< its decoded value is printable */
    bool opaque_body;       /**< the body is not a parameter list */
    bool encrypted;
    uint32_t acknowledged; /**< server data acknowledged when it was sent; 0: unknown */
} np_http_request_t;

typedef struct {
    unsigned status;
    uint32_t request_frame; /**< request matched by HTTP; 0: unknown */
} np_http_response_t;

/** First pass: a request on an accepted connection. */
void np_http_exchange_begin(np_connection_t *connection, const np_packet_t *packet, const np_http_request_t *request,
                            np_record_t *record);

/** First pass: a response on an accepted connection. */
void np_http_exchange_end(np_connection_t *connection, const np_packet_t *packet, const np_http_response_t *response,
                          np_record_t *record);

/** First pass: a user name or password of the record's request, as sent. */
void np_http_exchange_add_credential(const np_record_t *record, bool is_password, np_span_t sent);

#endif /* NP_MODEL_HTTP_EXCHANGE_H */
