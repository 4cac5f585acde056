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

/** A request and its response. Lives with the capture; the first pass writes it. */
typedef struct np_http_exchange {
    struct np_http_exchange *next; /**< first pass: the next unanswered request of its connection */
    uint32_t request_frame;
    uint32_t response_frame; /**< 0 while there is none */
    nstime_t request_time;   /**< absolute */
    uint32_t acknowledged;   /**< of the server's stream, when the request was sent */
    nstime_t time;           /**< request to response; known if response_frame is */
    unsigned message;        /**< the request's place among the messages of its frame, from 0 */
    bool is_login;           /**< carries the credentials */
} np_http_exchange_t;

/** What a request looks like. */
typedef struct {
    unsigned message;       /**< its place among the messages of its frame, from 0 */
    bool has_password;      /**< a password parameter */
    bool readable_password; /**< ... whose decoded value is readable text */
    bool opaque_body;       /**< a body that is no parameter list */
    bool encrypted;         /**< the transport is (TLS) */
    uint32_t acknowledged;  /**< what the client has acknowledged of the server's stream; 0: unknown */
} np_http_request_t;

/** What a response looks like. */
typedef struct {
    unsigned status;
    uint32_t request_frame; /**< of the request that it answers, as HTTP has it; 0: unknown */
} np_http_response_t;

/** First pass: a request on an accepted connection. Fills the record. */
void np_http_exchange_begin(np_connection_t *connection, const np_packet_t *packet, const np_http_request_t *request,
                            np_record_t *record);

/** First pass: a response on an accepted connection. Fills the record. */
void np_http_exchange_end(np_connection_t *connection, const np_packet_t *packet, const np_http_response_t *response,
                          np_record_t *record);

/** First pass: notes a user or password parameter of a record's request, as sent. */
void np_http_exchange_add_credential(const np_record_t *record, bool is_password, np_span_t sent);

#endif /* NP_MODEL_HTTP_EXCHANGE_H */
