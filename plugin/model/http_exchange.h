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
    struct np_http_exchange *next; /**< next unanswered */
    uint32_t request_frame;
    uint32_t response_frame; /**< 0: none */
    nstime_t request_time;
    uint32_t acknowledged; /**< server's bytes acknowledged when sent */
    nstime_t time;         /**< to response_frame; valid with it */
    unsigned message;      /**< index in the frame */
    bool is_login;
    bool is_foreign; /**< to another host, as through a proxy; not shown */
} np_http_exchange_t;

/** What the leg found in a request. */
typedef struct {
    unsigned message; /**< index in the frame */
    bool has_password;
    bool readable_password; /**< its decoded value is printable */
    bool opaque_body;
    bool encrypted;
    uint32_t acknowledged; /**< server's bytes; 0: unknown */
} np_http_request_t;

/** What the leg found in a response. */
typedef struct {
    unsigned status;
    uint32_t request_frame; /**< matched by HTTP; 0: unknown */
} np_http_response_t;

void np_http_exchange_begin(np_connection_t *connection, const np_packet_t *packet, const np_http_request_t *request,
                            np_record_t *record);

/** A request to another host on a connection of ours, which has its place in the order of responses. */
void np_http_exchange_begin_foreign(np_connection_t *connection, uint32_t frame, const np_http_request_t *request);

/** True if the response is to such a request, which is then answered. */
bool np_http_exchange_end_foreign(np_connection_t *connection, const np_http_response_t *response);

void np_http_exchange_end(np_connection_t *connection, const np_packet_t *packet, const np_http_response_t *response,
                          np_record_t *record);

/** sent: user name or password, undecoded. */
void np_http_exchange_add_credential(const np_record_t *record, bool is_password, np_span_t sent);

#endif /* NP_MODEL_HTTP_EXCHANGE_H */
