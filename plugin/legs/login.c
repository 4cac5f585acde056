/* login.c
 * It is documented that the client sends id and password to was.np.naver.com:8081 by HTTP/1.1, encrypted and in
 * hexadecimal. Method, path and the parameters' names are not documented. So all parameters are read, and id and
 * password are recognised by names that are common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/login.h"

#include <epan/proto_data.h>
#include <epan/dissectors/packet-http.h>

#include "legs/evidence.h"
#include "legs/packet.h"
#include "legs/tcp.h"
#include "model/connection.h"
#include "model/http_exchange.h"
#include "settings/preferences.h"
#include "text/documents.h"
#include "text/encodings.h"

static int proto_http = -1;

/* HTTP's dissector offers bodies of media types that it does not know, decoded. This notes the body and accepts
 * none. */
static np_bool_t
look_at_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree _U_, void *data _U_)
{
    if (np_evidence_is_candidate(pinfo->srcport, pinfo->destport)) {
        np_scratch(pinfo)->http_body = tvb;
    }
    return FALSE;
}

void
np_login_register(int proto)
{
    heur_dissector_add("http", look_at_body, "Naver Phone login over HTTP", "naverphone_login_http", proto,
                       HEURISTIC_ENABLE);
}

void
np_login_handoff(void)
{
    proto_http = proto_get_id_by_filter_name("http");
}

#define HTTP_EXCHANGE_KEY 0

/* What HTTP's dissector found out about the response that ends in this frame; NULL: none ends here. */
static const http_req_res_t *
ending_response(packet_info *pinfo)
{
    const http_req_res_t *exchange =
        (const http_req_res_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_http, HTTP_EXCHANGE_KEY);

    return exchange && exchange->res_framenum == pinfo->num ? exchange : NULL;
}

/* The running number of the frame's last request on its connection; 0: unknown. */
static uint32_t
last_request_number(packet_info *pinfo)
{
    const http_req_res_t *exchange =
        (const http_req_res_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_http, HTTP_EXCHANGE_KEY);

    return exchange && exchange->req_framenum == pinfo->num ? exchange->number : 0;
}

static np_http_response_t
response_of(packet_info *pinfo, const np_packet_message_t *found)
{
    const http_req_res_t *exchange = ending_response(pinfo);

    return (np_http_response_t){ .status = found->message.status,
                                 .request_frame = exchange ? exchange->req_framenum : 0 };
}

static tvbuff_t *
derived_buffer(packet_info *pinfo, tvbuff_t *parent, const GByteArray *bytes)
{
    uint8_t *copy = (uint8_t *)wmem_memdup(pinfo->pool, bytes->data, bytes->len);

    return tvb_new_child_real_data(parent, copy, bytes->len, (int)bytes->len);
}

/* The HTTP messages that end in the frame. Where a response without Content-Length ends depends on its request (HEAD,
 * CONNECT) or on the end of the connection, which only HTTP's dissector knows. */
static wmem_array_t *
messages_of(packet_info *pinfo)
{
    np_scratch_t *scratch = np_scratch(pinfo);

    if (scratch->http_messages) {
        return scratch->http_messages;
    }
    scratch->http_messages = np_packet_messages(pinfo, NP_MESSAGE_HTTP, false);
    if (wmem_array_get_count(scratch->http_messages) == 0 && ending_response(pinfo)) {
        np_packet_add_cut_message(pinfo, NP_MESSAGE_HTTP, scratch->http_messages);
    }
    return scratch->http_messages;
}

#define MAX_COMPRESSED 0x10000 /* bytes; logins are short */

/* Undoes the content coding. Returns the body itself if it is not compressed, too large or damaged. */
static tvbuff_t *
uncompress_body(const np_packet_message_t *found, tvbuff_t *body)
{
    np_span_t coding = np_message_header(&found->message, "Content-Encoding", 0);
    tvbuff_t *plain = NULL;

    if (!body || !coding.data || tvb_captured_length(body) > MAX_COMPRESSED) {
        return body;
    }
    if (np_span_equals_nocase(coding, "gzip") || np_span_equals_nocase(coding, "x-gzip")
        || np_span_equals_nocase(coding, "deflate")) {
        plain = np_uncompress(found->tvb, body);
    }
    return plain ? plain : body;
}

/* The request's body without transfer and content coding; NULL: none. HTTP's dissector offers only the last body of a
 * frame, so with several messages the body is decoded here. */
static tvbuff_t *
body_of(packet_info *pinfo, const np_packet_message_t *found)
{
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    const np_message_t *message = &found->message;
    tvbuff_t *body = NULL;

    if (!message->body.data || message->body.len == 0) {
        return NULL;
    }
    if (scratch && scratch->http_body && wmem_array_get_count(messages_of(pinfo)) == 1) {
        return scratch->http_body;
    }
    if (message->chunked) {
        GByteArray *bytes = np_message_dechunk(message->body);
        if (bytes->len > 0) {
            body = derived_buffer(pinfo, found->tvb, bytes);
        }
        g_byte_array_unref(bytes);
        return uncompress_body(found, body);
    }
    body = tvb_new_subset_length(found->tvb, (int)(message->body.data - tvb_get_ptr(found->tvb, 0, 1)),
                                 (int)message->body.len);
    return uncompress_body(found, body);
}

/* "user:password" of Basic authentication; NULL: none. */
static tvbuff_t *
basic_of(packet_info *pinfo, const np_packet_message_t *found)
{
    np_span_t header = np_message_header(&found->message, "Authorization", 0);
    GByteArray *decoded = g_byte_array_new();
    tvbuff_t *basic = NULL;

    if (header.data && np_basic_credentials(header, decoded)) {
        basic = derived_buffer(pinfo, found->tvb, decoded);
    }
    g_byte_array_unref(decoded);
    return basic;
}

/* Where a request may have parameters. */
typedef struct {
    np_document_t document;
    np_span_t bytes; /* absent: it has none there */
} place_t;

enum {
    QUERY,
    BODY,
    BASIC,
    DIGEST,
    PLACES
};

static void
find_places(packet_info *pinfo, const np_packet_message_t *found, place_t places[PLACES])
{
    np_span_t query = np_parameters_of_uri(found->message.uri);
    np_span_t digest = np_digest_credentials(np_message_header(&found->message, "Authorization", 0));
    tvbuff_t *body = body_of(pinfo, found), *basic = basic_of(pinfo, found);

    memset(places, 0, sizeof *places * PLACES);
    if (query.data) {
        places[QUERY] = (place_t){ NP_DOCUMENT_FORM, query };
    }
    if (body) {
        places[BODY] = (place_t){ np_document_of(np_packet_bytes(body)), np_packet_bytes(body) };
    }
    if (basic) {
        places[BASIC] = (place_t){ NP_DOCUMENT_BASIC, np_packet_bytes(basic) };
    }
    if (digest.data) {
        places[DIGEST] = (place_t){ NP_DOCUMENT_DIGEST, digest };
    }
}

static void
inspect_parameters(const place_t *place, np_http_request_t *request)
{
    GByteArray *decoded = g_byte_array_new();
    np_parameter_t parameter;
    size_t offset = 0;

    while (np_document_next(place->document, place->bytes, &offset, &parameter)) {
        np_span_t value;
        if (parameter.role != NP_ROLE_PASSWORD || !parameter.value.data) {
            continue;
        }
        np_document_decode(place->document, parameter.value, decoded);
        value.data = decoded->data;
        value.len = decoded->len;
        request->has_password = true;
        request->readable_password |= np_text_is_readable(value);
    }
    g_byte_array_unref(decoded);
}

static void
remember_credentials(const place_t *place, const np_record_t *record)
{
    np_parameter_t parameter;
    size_t offset = 0;

    while (np_document_next(place->document, place->bytes, &offset, &parameter)) {
        if (parameter.role != NP_ROLE_NONE && parameter.value.data) {
            np_http_exchange_add_credential(record, parameter.role == NP_ROLE_PASSWORD, parameter.value);
        }
    }
}

/* True if the snap length cut off what may have been parameters. */
static bool
is_cut_before_parameters(const np_packet_message_t *found)
{
    return !found->message.complete && tvb_captured_length(found->tvb) < tvb_reported_length(found->tvb)
        && (np_span_equals(found->message.method, "POST") || np_span_equals(found->message.method, "PUT"));
}

static np_http_request_t
inspect_request(packet_info *pinfo, const np_packet_message_t *found, const place_t places[PLACES], unsigned layers,
                unsigned number)
{
    np_http_request_t request = { .message = number,
                                  .encrypted = layers & NP_LAYER_TLS,
                                  .acknowledged = np_tcp_acknowledged(pinfo) };

    for (unsigned i = 0; i < PLACES; i++) {
        inspect_parameters(&places[i], &request);
    }
    request.is_unreadable =
        (places[BODY].bytes.len > 0 && places[BODY].document == NP_DOCUMENT_OPAQUE) || is_cut_before_parameters(found);
    return request;
}

/* ---- first pass ----------------------------------------------------------- */

/* The frame's first HTTP message shares the record of the TCP segment; *first is the frame's first record. */
static np_record_t *
record_for(packet_info *pinfo, np_connection_t *connection, const np_packet_t *packet, np_record_t **first,
           unsigned number)
{
    np_record_t *record = *first;

    if (record && number == 0) {
        return record;
    }
    record = np_record_new(pinfo, NAVERPHONE_LEG_LOGIN);
    record->connection = connection;
    record->direction = np_connection_direction(connection, packet);
    if (!*first) {
        *first = record;
    }
    return record;
}

/* Through a proxy, a connection may carry requests to other hosts, and their responses. */
static bool
is_foreign(packet_info *pinfo, const np_packet_message_t *found, np_connection_t *connection, uint32_t evidence,
           unsigned number)
{
    if (found->message.status) {
        np_http_response_t response = response_of(pinfo, found);

        if (!connection->unanswered) { /* its request was not captured, or precedes the first of ours */
            return !np_evidence_accepts_login(evidence) || !np_evidence_is_login_port(connection->pair.server_port);
        }
        return np_http_exchange_end_foreign(connection, &response);
    }
    if (np_evidence_accepts_login(evidence)) {
        return false;
    }
    if (connection->session) {
        np_http_request_t request = { .message = number, .acknowledged = np_tcp_acknowledged(pinfo) };
        np_http_exchange_begin_foreign(connection, pinfo->num, &request);
    }
    return true;
}

/* Through a proxy, requests to other hosts may precede the first of ours, and their responses those to ours. How many
 * of those in other frames are unanswered is known only as long as the server has answered none. number: of the first
 * of ours among the frame's messages. */
static void
note_earlier_requests(packet_info *pinfo, np_connection_t *connection, unsigned number)
{
    const np_http_request_t request = { .acknowledged = np_tcp_acknowledged(pinfo) };
    uint32_t last = last_request_number(pinfo), in_frame = wmem_array_get_count(messages_of(pinfo));

    if (last > in_frame && np_tcp_is_first_turn(pinfo)) {
        for (uint32_t i = 0; i < last - in_frame; i++) {
            np_http_exchange_begin_foreign(connection, NP_HTTP_FRAME_UNKNOWN, &request);
        }
    }
    for (unsigned i = 0; i < number; i++) {
        np_http_exchange_begin_foreign(connection, pinfo->num, &request);
    }
}

static void
observe_message(packet_info *pinfo, const np_packet_message_t *found, unsigned layers, unsigned number,
                np_record_t **first)
{
    np_packet_t packet = np_packet_of(pinfo);
    np_span_t host = np_message_host(&found->message);
    np_connection_t *connection = *first ? (*first)->connection : np_tcp_connection(pinfo);
    uint32_t evidence = connection ? np_history_number_at(&connection->evidence, pinfo->num) : 0;
    np_record_t *record;

    if (found->message.method.data) {
        const address server = connection ? connection->pair.server : pinfo->dst;
        uint16_t port = connection ? connection->pair.server_port : (uint16_t)pinfo->destport;
        evidence = np_evidence_login(&server, port, host);
        if (!connection && np_evidence_accepts_login(evidence)) {
            connection = np_tcp_login_connection(pinfo);
        }
    }
    if (!connection || connection->refused || connection->leg != NAVERPHONE_LEG_LOGIN
        || is_foreign(pinfo, found, connection, evidence, number)) {
        return;
    }
    if (!connection->session && found->message.method.data) {
        note_earlier_requests(pinfo, connection, number);
    }
    np_connection_accept(connection, pinfo->num, evidence);
    record = record_for(pinfo, connection, &packet, first, number);
    record->evidence = evidence;
    if (found->message.method.data) {
        place_t places[PLACES];
        np_http_request_t request;
        find_places(pinfo, found, places);
        request = inspect_request(pinfo, found, places, layers, number);
        np_http_exchange_begin(connection, &packet, &request, record);
        for (unsigned i = 0; i < PLACES; i++) {
            remember_credentials(&places[i], record);
        }
    } else {
        np_http_response_t response = response_of(pinfo, found);
        np_http_exchange_end(connection, &packet, &response, record);
    }
}

#define STATUS_WITHIN 128 /* bytes in which the payload begins */

/* True if the payload begins with a status line, "HTTP/1.1 200". In a request line, a line end follows the version. */
static bool
begins_with_status(np_span_t packet)
{
    const char *name = "HTTP";
    size_t length = strlen(name), within = MIN(packet.len, STATUS_WITHIN);
    const uint8_t *slash = within > length ? (const uint8_t *)memchr(packet.data + length, '/', within - length) : NULL;

    return slash && (size_t)(packet.data + packet.len - slash) > length && memcmp(slash - length, name, length) == 0
        && slash[4] == ' ';
}

/* A response does not name its host, so it counts only on a known connection. */
static bool
is_response(packet_info *pinfo)
{
    return np_evidence_is_login_port(pinfo->srcport) && !np_evidence_is_login_port(pinfo->destport)
        && np_packet_any_source(pinfo, begins_with_status);
}

static bool
may_be_ours(packet_info *pinfo, bool may_connect, const np_record_t *record)
{
    const np_connection_t *connection = record ? record->connection : may_connect ? np_tcp_connection(pinfo) : NULL;

    if (connection && connection->leg != NAVERPHONE_LEG_LOGIN) {
        return false;
    }
    if (connection && connection->session) {
        return true;
    }
    return !is_response(pinfo) && (connection || np_packet_any_source(pinfo, np_preferences_may_name_login_host));
}

np_record_t *
np_login_observe(packet_info *pinfo, unsigned layers, bool may_connect, np_record_t *record)
{
    wmem_array_t *messages;

    if (!may_be_ours(pinfo, may_connect, record) || np_packet_is_quoted(pinfo)) {
        return record;
    }
    messages = messages_of(pinfo);
    for (unsigned i = 0; i < wmem_array_get_count(messages); i++) {
        observe_message(pinfo, (const np_packet_message_t *)wmem_array_index(messages, i), layers, i, &record);
    }
    return record;
}

void
np_login_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried)
{
    const np_packet_message_t *found;

    if (!record->exchange || record->status || record->exchange->message >= wmem_array_get_count(messages_of(pinfo))) {
        return;
    }
    found = (const np_packet_message_t *)wmem_array_index(messages_of(pinfo), record->exchange->message);
    carried->request = &found->message;
    carried->http = found->tvb;
    carried->body = body_of(pinfo, found);
    carried->basic = basic_of(pinfo, found);
}
