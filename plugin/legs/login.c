/* login.c
 * The login leg: HTTP requests that carry id and password, and their responses
 *
 * Documented is: HTTP/1.1 to was.np.naver.com:8081, with id and password encrypted and written in
 * hexadecimal. Method, path and the parameters' names are not, so any method, query, form or other
 * body is read, and id and password are known by the common names of such parameters alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/login.h"

#include <epan/charsets.h>

#include "legs/evidence.h"
#include "show/fields.h"
#include "text/parameters.h"
#include "settings/preferences.h"
#include "printable.h"
#include "legs/tcp.h"
#include "model/connection.h"
#include "model/http_exchange.h"
#include "text/encodings.h"

#define MOST_PARAMETERS 1000    /* of one list that are shown */

/* Looks at a body for which HTTP knows no media type: its codings are off by now. */
static np_bool_t
look_at_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree _U_, void *data _U_)
{
    if (np_evidence_is_candidate(pinfo->srcport, pinfo->destport))
        np_scratch(pinfo)->http_body = tvb;
    return FALSE;
}

void
np_login_register(int proto)
{
    heur_dissector_add("http", look_at_body, "Naver Phone login over HTTP", "naverphone_login_http", proto,
                       HEURISTIC_ENABLE);
}

/* A buffer over bytes that live as long as the packet, shown as a tab of its own. */
static tvbuff_t *
derived_buffer(packet_info *pinfo, tvbuff_t *parent, const GByteArray *bytes, const char *name)
{
    uint8_t *copy = (uint8_t *)wmem_memdup(pinfo->pool, bytes->data, bytes->len);
    tvbuff_t *tvb = tvb_new_child_real_data(parent, copy, bytes->len, (int)bytes->len);

    if (name)
        add_new_data_source(pinfo, tvb, name);
    return tvb;
}

static wmem_array_t *
messages_of(packet_info *pinfo)
{
    np_scratch_t *scratch = np_scratch(pinfo);

    if (!scratch->http_messages)
        scratch->http_messages = np_source_messages(pinfo, NP_MESSAGE_HTTP, false);
    return scratch->http_messages;
}

/* The body of a request with its codings off; NULL if it has none. HTTP tells the last body of a frame only. */
static tvbuff_t *
body_of(packet_info *pinfo, const np_source_message_t *found)
{
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    const np_message_t *message = &found->message;
    tvbuff_t *body = NULL;

    if (!message->body.data || message->body.len == 0)
        return NULL;
    if (scratch && scratch->http_body && wmem_array_get_count(messages_of(pinfo)) == 1)
        return scratch->http_body;
    if (message->chunked) {
        GByteArray *bytes = np_message_dechunk(message->body);
        if (bytes->len > 0)
            body = derived_buffer(pinfo, found->tvb, bytes, NULL);
        g_byte_array_unref(bytes);
        return body;
    }
    return tvb_new_subset_length(found->tvb, (int)(message->body.data - tvb_get_ptr(found->tvb, 0, 1)),
                                 (int)message->body.len);
}

static np_span_t
query_of(np_span_t uri)
{
    const uint8_t *mark = uri.data ? (const uint8_t *)memchr(uri.data, '?', uri.len) : NULL;
    np_span_t query = { NULL, 0 };

    if (mark) {
        query.data = mark + 1;
        query.len = uri.len - (size_t)(query.data - uri.data);
    }
    return query;
}

static void
inspect_parameters(np_span_t list, np_http_request_t *request)
{
    GByteArray *decoded = g_byte_array_new();
    np_parameter_t parameter;
    size_t offset = 0;

    while (np_parameters_next(list, &offset, &parameter)) {
        np_span_t value;
        if (parameter.role != NP_ROLE_PASSWORD || !parameter.value.data)
            continue;
        np_parameter_decode(parameter.value, decoded);
        value.data = decoded->data;
        value.len = decoded->len;
        request->has_password = true;
        request->readable_password |= np_text_is_readable(value);
    }
    g_byte_array_unref(decoded);
}

/* What control messages may say of the login. */
static void
remember_credentials(np_span_t list, const np_record_t *record)
{
    np_parameter_t parameter;
    size_t offset = 0;

    while (np_parameters_next(list, &offset, &parameter))
        if (parameter.role != NP_ROLE_NONE && parameter.value.data)
            np_http_exchange_add_credential(record, parameter.role == NP_ROLE_PASSWORD, parameter.value);
}

static void
remember_request(packet_info *pinfo, const np_source_message_t *found, const np_record_t *record)
{
    np_span_t query = query_of(found->message.uri);
    tvbuff_t *body = body_of(pinfo, found);

    if (query.data)
        remember_credentials(query, record);
    if (body && np_parameters_are_list(np_source_bytes(body)))
        remember_credentials(np_source_bytes(body), record);
}

static np_http_request_t
inspect_request(packet_info *pinfo, const np_source_message_t *found, unsigned layers, unsigned number)
{
    np_http_request_t request = { .message = number, .encrypted = layers & NP_LAYER_TLS };
    tvbuff_t *body = body_of(pinfo, found);
    np_span_t query = query_of(found->message.uri);

    if (query.data)
        inspect_parameters(query, &request);
    if (body && np_parameters_are_list(np_source_bytes(body)))
        inspect_parameters(np_source_bytes(body), &request);
    else if (body)
        request.opaque_body = true;
    return request;
}

/* ---- first pass ----------------------------------------------------------- */

/* A record of its own for each message but the first, which shares the TCP segment's. */
static np_record_t *
record_for(packet_info *pinfo, np_connection_t *connection, const np_packet_t *packet, np_record_t **first, unsigned number)
{
    np_record_t *record = *first;

    if (record && number == 0)
        return record;
    record = np_record_new(pinfo, NAVERPHONE_LEG_LOGIN);
    record->connection = connection;
    record->direction = np_connection_direction(connection, packet);
    if (!*first)
        *first = record;
    return record;
}

static void
observe_message(packet_info *pinfo, const np_source_message_t *found, unsigned layers, unsigned number,
                np_record_t **first)
{
    np_packet_t packet = np_source_packet(pinfo);
    np_span_t host = np_message_header(&found->message, "Host", 0);
    np_connection_t *connection = *first ? (*first)->connection : np_tcp_connection(pinfo);
    uint32_t evidence = connection ? connection->evidence.latest : 0;
    np_record_t *record;

    if (found->message.method.data) {
        const address server = connection ? connection->ends.server : pinfo->dst;
        uint16_t port = connection ? connection->ends.server_port : (uint16_t)pinfo->destport;
        evidence = np_evidence_login(&server, port, host);
        if (!connection && np_evidence_accepts_login(evidence))
            connection = np_tcp_login_connection(pinfo);
    }
    if (!connection || connection->refused || connection->leg != NAVERPHONE_LEG_LOGIN
            || !np_evidence_accepts_login(evidence))
        return;
    /* On a port of no preference (a proxy's, say) others' requests are answered, too. */
    if (found->message.status && !connection->unanswered
            && !np_evidence_is_login_port(connection->ends.server_port))
        return;
    np_connection_accept(connection, pinfo->num, evidence);
    record = record_for(pinfo, connection, &packet, first, number);
    record->evidence = evidence;
    if (found->message.method.data) {
        np_http_request_t request = inspect_request(pinfo, found, layers, number);
        np_http_exchange_begin(connection, &packet, &request, record);
        remember_request(pinfo, found, record);
    } else
        np_http_exchange_end(connection, &packet, found->message.status, record);
}

#define STATUS_WITHIN 128       /* bytes from a packet's begin: there a segment's payload begins, with common headers */

/* Is there the begin of a status line, "HTTP/1.1 200"? A request line has its version at its end. */
static bool
begins_with_status(np_span_t packet)
{
    const char *name = "HTTP";
    size_t length = strlen(name), within = MIN(packet.len, STATUS_WITHIN);
    const uint8_t *slash = within > length ? (const uint8_t *)memchr(packet.data + length, '/', within - length) : NULL;

    return slash && (size_t)(packet.data + packet.len - slash) > length && memcmp(slash - length, name, length) == 0
        && slash[4] == ' ';
}

/* From a login's port, and begins as answers do: it names no host, and counts on a connection of ours alone. */
static bool
is_answer(packet_info *pinfo)
{
    return np_evidence_is_login_port(pinfo->srcport) && !np_evidence_is_login_port(pinfo->destport)
        && np_source_may(pinfo, begins_with_status);
}

/* Is the connection of the login leg, or may the bytes name a host of ours? Else there is nothing to read. */
static bool
may_be_ours(packet_info *pinfo, bool may_connect, const np_record_t *record)
{
    const np_connection_t *connection = record ? record->connection : may_connect ? np_tcp_connection(pinfo) : NULL;

    if (connection && connection->leg != NAVERPHONE_LEG_LOGIN)
        return false;
    if (connection && connection->session)
        return true;
    return !is_answer(pinfo) && (connection || np_source_may(pinfo, np_preferences_may_name_login_host));
}

np_record_t *
np_login_observe(packet_info *pinfo, unsigned layers, bool may_connect, np_record_t *record)
{
    wmem_array_t *messages;

    if (!may_be_ours(pinfo, may_connect, record) || np_source_is_quoted(pinfo))
        return record;
    messages = messages_of(pinfo);
    for (unsigned i = 0; i < wmem_array_get_count(messages); i++)
        observe_message(pinfo, (const np_source_message_t *)wmem_array_index(messages, i), layers, i, &record);
    return record;
}

/* ---- presentation --------------------------------------------------------- */

static int
offset_in(tvbuff_t *tvb, np_span_t span)
{
    return (int)(span.data - tvb_get_ptr(tvb, 0, 1));
}

static char *
printable_span(packet_info *pinfo, np_span_t span)
{
    return np_printable(pinfo->pool, (const char *)get_utf_8_string(pinfo->pool, span.data, (int)span.len));
}

static void
show_span(packet_info *pinfo, proto_tree *tree, int field, tvbuff_t *tvb, np_span_t span)
{
    if (span.data)
        proto_tree_add_string(tree, field, tvb, offset_in(tvb, span), (int)span.len, printable_span(pinfo, span));
}

/* One parameter: as sent, how it was written, and its bytes. */
static void
show_parameter(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, const np_parameter_t *parameter,
               GByteArray *decoded)
{
    int start = offset_in(tvb, parameter->name);
    int length = (int)(parameter->value.data ? parameter->value.data + parameter->value.len - parameter->name.data
                                             : (ptrdiff_t)parameter->name.len);
    proto_item *item = proto_tree_add_string(tree, hf_naverphone_login_param, tvb, start, length,
                                             printable_span(pinfo, parameter->name));
    proto_tree *subtree = proto_item_add_subtree(item, ett_naverphone_param);
    int value_start, value_length = (int)parameter->value.len;
    np_encoding_t encoding;
    const uint8_t *bytes;
    int role_field = parameter->role == NP_ROLE_USER ? hf_naverphone_login_user : hf_naverphone_login_password;

    if (!parameter->value.data)
        return;
    value_start = offset_in(tvb, parameter->value);
    show_span(pinfo, subtree, hf_naverphone_login_param_value, tvb, parameter->value);
    encoding = np_parameter_decode(parameter->value, decoded);
    item = proto_tree_add_uint(subtree, hf_naverphone_login_param_encoding, tvb, value_start, value_length, encoding);
    proto_item_set_generated(item);
    bytes = (const uint8_t *)wmem_memdup(pinfo->pool, decoded->data, decoded->len);
    item = proto_tree_add_bytes_with_length(subtree, hf_naverphone_login_param_decoded, tvb, value_start,
                                            value_length, bytes, (int)decoded->len);
    proto_item_append_text(item, " (%u bytes)", decoded->len);
    if (parameter->role != NP_ROLE_NONE) {
        item = proto_tree_add_bytes_with_length(subtree, role_field, tvb, value_start, value_length, bytes,
                                                (int)decoded->len);
        proto_item_append_text(item, " (%u bytes)", decoded->len);
    }
}

/* A list may go on for megabytes, and a tree has its limit: the first parameters of either kind are enough to see. */
static void
show_parameters(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, np_span_t list)
{
    GByteArray *decoded = g_byte_array_new();
    np_parameter_t parameter;
    size_t offset = 0;
    unsigned shown[2] = { 0, 0 }, left_out = 0;     /* shown: without a role, with one */

    while (np_parameters_next(list, &offset, &parameter)) {
        if (shown[parameter.role != NP_ROLE_NONE]++ < MOST_PARAMETERS)
            show_parameter(pinfo, tree, tvb, &parameter, decoded);
        else
            left_out++;
    }
    if (left_out)
        proto_tree_add_subtree_format(tree, tvb, offset_in(tvb, list), (int)list.len, ett_naverphone_param, NULL,
                                      "%u more parameters, not shown", left_out);
    g_byte_array_unref(decoded);
}

static void
show_request(packet_info *pinfo, proto_tree *tree, const np_source_message_t *found)
{
    const np_message_t *message = &found->message;
    np_span_t query = query_of(message->uri);
    tvbuff_t *body = body_of(pinfo, found);

    show_span(pinfo, tree, hf_naverphone_login_method, found->tvb, message->method);
    show_span(pinfo, tree, hf_naverphone_login_host, found->tvb, np_message_header(message, "Host", 0));
    show_span(pinfo, tree, hf_naverphone_login_uri, found->tvb, message->uri);
    if (query.data)
        show_parameters(pinfo, tree, found->tvb, query);
    if (body && np_parameters_are_list(np_source_bytes(body)))
        show_parameters(pinfo, tree, body, np_source_bytes(body));
    else if (body)
        proto_tree_add_item(tree, hf_naverphone_login_opaque, body, 0, -1, ENC_NA);
}

static void
show_links(proto_tree *tree, const np_http_exchange_t *login, bool is_request)
{
    proto_item *item;

    if (is_request) {
        if (login->response_frame) {
            item = proto_tree_add_uint(tree, hf_naverphone_login_response_frame, NULL, 0, 0, login->response_frame);
            proto_item_set_generated(item);
        }
        return;
    }
    item = proto_tree_add_uint(tree, hf_naverphone_login_request_frame, NULL, 0, 0, login->request_frame);
    proto_item_set_generated(item);
    item = proto_tree_add_time(tree, hf_naverphone_login_time, NULL, 0, 0, &login->time);
    proto_item_set_generated(item);
}

void
np_login_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record)
{
    wmem_array_t *messages;

    if (record->exchange && record->status == 0) {
        messages = messages_of(pinfo);
        if (record->exchange->message < wmem_array_get_count(messages))
            show_request(pinfo, tree,
                         (const np_source_message_t *)wmem_array_index(messages, record->exchange->message));
    }
    if (record->status) {
        proto_item *item = proto_tree_add_uint(tree, hf_naverphone_login_status, NULL, 0, 0, record->status);
        proto_item_set_generated(item);
    }
    if (record->exchange)
        show_links(tree, record->exchange, record->status == 0);
}
