/* http_exchange.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/http_exchange.h"

#include <epan/wmem_scopes.h>

static np_http_exchange_t *
exchange_new(np_connection_t *connection, uint32_t frame, const np_http_request_t *request)
{
    np_http_exchange_t *exchange = wmem_new0(wmem_file_scope(), np_http_exchange_t);

    exchange->request_frame = frame;
    exchange->message = request->message;
    exchange->acknowledged = request->acknowledged;
    if (connection->unanswered) {
        connection->unanswered_last->next = exchange;
    } else {
        connection->unanswered = exchange;
    }
    connection->unanswered_last = exchange;
    return exchange;
}

void
np_http_exchange_begin(np_connection_t *connection, const np_packet_t *packet, const np_http_request_t *request,
                       np_record_t *record)
{
    np_session_t *session = connection->session;
    const np_session_t *open = np_session_open(&connection->pair.client);
    np_http_exchange_t *exchange = exchange_new(connection, packet->frame, request);
    bool may_log_in = request->is_unreadable && (!session->login_seen || session->ended);

    if (request->has_password || may_log_in) {
        np_connection_move(connection, np_session_of_login(session, packet->frame), packet->frame);
    } else if (session->ended && open) {
        np_connection_move(connection, np_session_of_client(&connection->pair.client), packet->frame);
    }
    session = connection->session;

    exchange->request_time = packet->time;
    exchange->is_login = request->has_password || (request->is_unreadable && !session->login_seen);
    session->login_seen |= exchange->is_login;
    if (exchange->is_login) {
        np_session_set_login(session, packet, NAVERPHONE_LOGIN_UNANSWERED);
    }
    record->exchange = exchange;
    if (request->has_password && !request->encrypted && !session->unencrypted_told) {
        session->unencrypted_told = true;
        np_record_add_expert(record, NP_EXPERT_LOGIN_UNENCRYPTED);
    }
    if (request->readable_password) {
        np_record_add_expert(record, NP_EXPERT_LOGIN_PLAINTEXT);
    }
    np_record_add_event(record, exchange->is_login ? NAVERPHONE_EVENT_LOGIN_REQUEST : NAVERPHONE_EVENT_HTTP_REQUEST);
}

void
np_http_exchange_add_credential(const np_record_t *record, bool is_password, np_span_t sent)
{
    np_references_add_parameter(np_record_session(record)->references,
                                is_password ? NP_REFERENCE_PASSWORD : NP_REFERENCE_LOGIN_USER, record->frame, sent);
}

void
np_http_exchange_begin_foreign(np_connection_t *connection, uint32_t frame, const np_http_request_t *request)
{
    exchange_new(connection, frame, request)->is_foreign = true;
}

static void
answer_login(np_session_t *session, const np_packet_t *packet, unsigned status, np_record_t *record)
{
    if (status >= 400) {
        np_record_add_event(record, NAVERPHONE_EVENT_LOGIN_FAILURE);
        np_record_add_expert(record, NP_EXPERT_LOGIN_FAILED);
        np_session_set_login(session, packet, NAVERPHONE_LOGIN_FAILED);
    } else {
        np_record_add_event(record, NAVERPHONE_EVENT_LOGIN_SUCCESS);
        np_record_add_expert(record, NP_EXPERT_SESSION_LOGIN);
        np_session_set_login(session, packet, NAVERPHONE_LOGIN_SUCCEEDED);
    }
}

/* Whether the server judged the login. An interim response does not, nor one after which the client sends the same
 * request again: elsewhere (RFC 9110 15.4.2, 15.4.8, 15.4.9, 15.5.20), with a proxy's credentials (15.5.8), without
 * Expect (15.5.18) or later (RFC 8470 5.2). */
static bool
decides_login(unsigned status)
{
    static const unsigned repeated[] = { 301, 307, 308, 407, 417, 421, 425 };

    for (size_t i = 0; i < G_N_ELEMENTS(repeated); i++) {
        if (status == repeated[i]) {
            return false;
        }
    }
    return status >= 200;
}

static np_http_exchange_t *
unanswered_of_frame(const np_connection_t *connection, uint32_t frame)
{
    np_http_exchange_t *exchange = connection->unanswered;

    while (exchange && exchange->request_frame != frame && exchange->request_frame != NP_HTTP_FRAME_UNKNOWN) {
        exchange = exchange->next;
    }
    return exchange;
}

/* HTTP's dissector names the latest request, or none if it has lost track. If several requests were sent before the
 * client acknowledged any response (pipelining), the first one is answered first (RFC 9112 9.3.2). If requests before
 * these are still unanswered, their responses were not captured. */
static np_http_exchange_t *
exchange_of(const np_connection_t *connection, const np_http_response_t *response)
{
    np_http_exchange_t *exchange = connection->unanswered, *matched = exchange ? connection->unanswered_last : NULL;

    if (response->request_frame) {
        matched = unanswered_of_frame(connection, response->request_frame);
    }
    while (matched && exchange->acknowledged != matched->acknowledged) {
        exchange = exchange->next;
    }
    return matched ? exchange : NULL;
}

bool
np_http_exchange_end_foreign(np_connection_t *connection, const np_http_response_t *response)
{
    const np_http_exchange_t *exchange = exchange_of(connection, response);

    if (!exchange || !exchange->is_foreign) {
        return false;
    }
    if (response->status >= 200) {
        connection->unanswered = exchange->next;
    }
    return true;
}

void
np_http_exchange_end(np_connection_t *connection, const np_packet_t *packet, const np_http_response_t *response,
                     np_record_t *record)
{
    np_http_exchange_t *exchange = exchange_of(connection, response);

    record->status = response->status;
    if (!decides_login(response->status) || !exchange || !exchange->is_login) {
        np_record_add_event(record, NAVERPHONE_EVENT_HTTP_RESPONSE);
    }
    if (response->status < 200 || !exchange) { /* interim, or unmatched */
        return;
    }
    connection->unanswered = exchange->next;
    exchange->response_frame = packet->frame;
    nstime_delta(&exchange->time, &packet->time, &exchange->request_time);
    record->exchange = exchange;
    if (exchange->is_login && decides_login(response->status)) {
        answer_login(connection->session, packet, response->status, record);
    }
}
