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

/** A request and its response. Lives with the capture; only the first pass writes it. */
typedef struct np_http_exchange {
    struct np_http_exchange *next; /**< next unanswered request of the connection; NULL: last */
    uint32_t request_frame;        /**< NP_HTTP_FRAME_UNKNOWN of some that are foreign */
    uint32_t response_frame;       /**< 0: none */
    nstime_t request_time;         /**< absolute */
    nstime_t time;                 /**< from request to response; valid with response_frame */
    unsigned message;              /**< index of the request among the HTTP messages of its frame */
    uint32_t acknowledged;         /**< server's bytes that the client had acknowledged when it sent the request */
    bool is_login;
    bool is_foreign; /**< to another host, as through a proxy; not shown */
} np_http_exchange_t;

/** What the leg found in a request. */
typedef struct {
    unsigned message;       /**< index among the HTTP messages of the frame */
    uint32_t acknowledged;  /**< server's bytes acknowledged by the client; 0: unknown */
    bool has_password;      /**< a parameter is a password */
    bool readable_password; /**< whose decoded value is readable text */
    bool is_unreadable;     /**< the body is no list of parameters, or was not captured as a whole */
    bool encrypted;         /**< by TLS */
} np_http_request_t;

/** What the leg found in a response. */
typedef struct {
    unsigned status;
    uint32_t request_frame; /**< as matched by HTTP's dissector; 0: unknown */
} np_http_response_t;

/** First pass: adds the request to the connection, and sets events and expert items of its record. */
void np_http_exchange_begin(np_connection_t *connection, const np_packet_t *packet, const np_http_request_t *request,
                            np_record_t *record);

/** First pass, after np_http_exchange_begin(): a user name or password, so that it is found in control messages.
 *  sent: not decoded. */
void np_http_exchange_add_credential(const np_record_t *record, bool is_password, np_span_t sent);

#define NP_HTTP_FRAME_UNKNOWN 0

/** First pass: a request to another host on a connection of ours, which has its place in the order of responses. One
 *  that preceded the first of ours may be in an unknown frame. */
void np_http_exchange_begin_foreign(np_connection_t *connection, uint32_t frame, const np_http_request_t *request);

/** First pass: true if the response is to such a request, which is then answered. */
bool np_http_exchange_end_foreign(np_connection_t *connection, const np_http_response_t *response);

/** First pass: assigns the response to its request, and sets events and expert items of its record. */
void np_http_exchange_end(np_connection_t *connection, const np_packet_t *packet, const np_http_response_t *response,
                          np_record_t *record);

#endif /* NP_MODEL_HTTP_EXCHANGE_H */
