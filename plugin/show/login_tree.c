/* login_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/login_tree.h"

#include <epan/charsets.h>

#include "model/http_exchange.h"
#include "model/packet.h"
#include "printable.h"
#include "show/fields.h"
#include "show/generated.h"
#include "text/documents.h"

#define MAX_PARAMETERS 1000 /* per list */

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
    if (span.data) {
        proto_tree_add_string(tree, field, tvb, offset_in(tvb, span), (int)span.len, printable_span(pinfo, span));
    }
}

/* A list of parameters that is shown. */
typedef struct {
    tvbuff_t *tvb;
    np_document_t document;
    GByteArray *decoded; /* reused for each parameter */
} shown_place_t;

/* Adds decoded bytes at the place of the value that they are decoded from. */
static void
show_decoded(proto_tree *tree, int field, tvbuff_t *tvb, np_span_t value, const GByteArray *decoded)
{
    const uint8_t *bytes = (const uint8_t *)wmem_memdup(PNODE_POOL(tree), decoded->data, decoded->len);
    proto_item *item = proto_tree_add_bytes_with_length(tree, field, tvb, offset_in(tvb, value), (int)value.len, bytes,
                                                        (int)decoded->len);

    proto_item_append_text(item, " (%u bytes)", decoded->len);
}

static void
show_value(packet_info *pinfo, proto_tree *tree, const shown_place_t *place, const np_parameter_t *parameter)
{
    np_span_t value = parameter->value;
    np_encoding_t encoding = np_document_decode(place->document, value, place->decoded);

    if (place->document != NP_DOCUMENT_BASIC) { /* its user and password are one value on the wire */
        show_span(pinfo, tree, hf_naverphone_login_param_value, place->tvb, value);
    }
    proto_item_set_generated(proto_tree_add_uint(tree, hf_naverphone_login_param_encoding, place->tvb,
                                                 offset_in(place->tvb, value), (int)value.len, encoding));
    show_decoded(tree, hf_naverphone_login_param_decoded, place->tvb, value, place->decoded);
    if (parameter->role == NP_ROLE_USER) {
        show_decoded(tree, hf_naverphone_login_user, place->tvb, value, place->decoded);
    } else if (parameter->role == NP_ROLE_PASSWORD) {
        show_decoded(tree, hf_naverphone_login_password, place->tvb, value, place->decoded);
    }
}

static void
show_parameter(packet_info *pinfo, proto_tree *tree, const shown_place_t *place, const np_parameter_t *parameter)
{
    const uint8_t *start = parameter->name.data, *end = start + parameter->name.len;
    const char *name = place->document == NP_DOCUMENT_BASIC ? "Authorization" : printable_span(pinfo, parameter->name);
    proto_item *item;

    if (parameter->value.data) {
        end = parameter->value.data + parameter->value.len;
    }
    item = proto_tree_add_string(tree, hf_naverphone_login_param, place->tvb, offset_in(place->tvb, parameter->name),
                                 (int)(end - start), name);
    if (parameter->value.data) {
        show_value(pinfo, proto_item_add_subtree(item, ett_naverphone_param), place, parameter);
    }
}

/* A list may have megabytes, which are too much for a tree. Parameters with a role are counted apart, so that many
 * others do not hide them. */
static void
show_parameters(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, np_document_t document, np_span_t list)
{
    const shown_place_t place = { tvb, document, g_byte_array_new() };
    np_parameter_t parameter;
    size_t offset = 0;
    unsigned shown[2] = { 0, 0 }, left_out = 0; /* without and with a role */

    while (np_document_next(document, list, &offset, &parameter)) {
        if (shown[parameter.role != NP_ROLE_NONE]++ < MAX_PARAMETERS) {
            show_parameter(pinfo, tree, &place, &parameter);
        } else {
            left_out++;
        }
    }
    if (left_out) {
        proto_tree_add_subtree_format(tree, tvb, offset_in(tvb, list), (int)list.len, ett_naverphone_param, NULL,
                                      "%u more parameters, not shown", left_out);
    }
    g_byte_array_unref(place.decoded);
}

static void
show_body(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb)
{
    np_span_t body = np_packet_bytes(tvb);
    np_document_t document = np_document_of(body);

    if (document == NP_DOCUMENT_OPAQUE) {
        proto_tree_add_item(tree, hf_naverphone_login_opaque, tvb, 0, -1, ENC_NA);
    } else {
        show_parameters(pinfo, tree, tvb, document, body);
    }
}

static void
show_request(packet_info *pinfo, proto_tree *tree, const np_carried_t *carried)
{
    const np_message_t *message = carried->request;
    np_span_t query = np_parameters_of_uri(message->uri);
    np_span_t digest = np_digest_credentials(np_message_header(message, "Authorization", 0));

    show_span(pinfo, tree, hf_naverphone_login_method, carried->http, message->method);
    show_span(pinfo, tree, hf_naverphone_login_host, carried->http, np_message_host(message));
    show_span(pinfo, tree, hf_naverphone_login_uri, carried->http, message->uri);
    if (query.data) {
        show_parameters(pinfo, tree, carried->http, NP_DOCUMENT_FORM, query);
    }
    if (carried->body) {
        show_body(pinfo, tree, carried->body);
    }
    if (carried->basic) {
        show_parameters(pinfo, tree, carried->basic, NP_DOCUMENT_BASIC, np_packet_bytes(carried->basic));
    }
    if (digest.data) {
        show_parameters(pinfo, tree, carried->http, NP_DOCUMENT_DIGEST, digest);
    }
}

static void
show_links(proto_tree *tree, const np_http_exchange_t *exchange, bool is_request)
{
    if (is_request) {
        if (exchange->response_frame) {
            np_add_uint(tree, hf_naverphone_login_response_frame, exchange->response_frame);
        }
        return;
    }
    np_add_uint(tree, hf_naverphone_login_request_frame, exchange->request_frame);
    np_add_time(tree, hf_naverphone_login_time, &exchange->time);
}

void
np_login_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried)
{
    if (carried->request) {
        show_request(pinfo, tree, carried);
    }
    if (record->status) {
        np_add_uint(tree, hf_naverphone_login_status, record->status);
    }
    if (record->exchange) {
        show_links(tree, record->exchange, record->status == 0);
    }
}
