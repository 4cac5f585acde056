/* sip_body.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/sip_body.h"

#define MAX_DEPTH 3 /* nesting of multipart bodies */

static bool
is_multipart(np_span_t type)
{
    return np_span_starts_with_nocase(type, "multipart/");
}

static np_span_t
read_boundary(np_span_t content_type)
{
    size_t at = np_span_find(content_type, 0, ';');

    while (at < content_type.len) {
        size_t equals = np_span_find_any(content_type, at + 1, "=;");
        np_span_t name = np_span_trim(np_span_slice(content_type, at + 1, equals)), value;

        at = equals;
        if (equals == content_type.len || content_type.data[equals] == ';') {
            continue;
        }
        value = np_span_trim(np_span_skip(content_type, equals + 1));
        if (value.len > 0 && value.data[0] == '"') {
            value = np_span_slice(value, 1, np_span_find(value, 1, '"'));
        } else {
            value.len = np_span_find_any(value, 0, "; \t\r\n");
        }
        if (np_span_equals_nocase(name, "boundary")) {
            return value.len > 0 ? value : NP_SPAN_ABSENT;
        }
        at = np_span_find(content_type, (size_t)(value.data + value.len - content_type.data), ';');
    }
    return NP_SPAN_ABSENT;
}

static bool
is_delimiter(np_span_t line, np_span_t boundary)
{
    np_span_t rest;

    if (!np_span_starts_with(line, "--") || line.len < boundary.len + 2
        || memcmp(line.data + 2, boundary.data, boundary.len) != 0) {
        return false;
    }
    rest = np_span_trim(np_span_skip(line, boundary.len + 2));
    return rest.len == 0 || np_span_equals(rest, "--");
}

static np_span_t
take_part(np_span_t *rest, np_span_t boundary)
{
    np_span_t part = *rest, line;

    while (rest->len > 0) {
        const uint8_t *start = rest->data;

        np_span_take_line(rest, &line);
        if (is_delimiter(line, boundary)) {
            part.len = (size_t)(start - part.data);
            break;
        }
    }
    return part;
}

static np_message_t
read_part(np_span_t part)
{
    np_message_t message = { .headers = part };
    np_span_t rest = part, line;

    while (np_span_take_line(&rest, &line)) {
        if (line.len == 0) {
            message.headers.len = (size_t)(line.data - part.data);
            message.body = rest.len > 0 ? rest : NP_SPAN_ABSENT;
            break;
        }
    }
    return message;
}

typedef struct {
    np_span_t rest, boundary;
} multipart_t;

static np_span_t
find_sdp(const np_message_t *whole)
{
    multipart_t open[MAX_DEPTH];
    unsigned depth = 0;
    np_message_t message = *whole;

    do {
        np_span_t content_type = np_message_header(&message, "Content-Type", 'c'), type = content_type, boundary;

        type.len = np_span_find(type, 0, ';');
        type = np_span_trim(type);
        if (np_span_equals_nocase(type, "application/sdp")) {
            return message.body;
        }
        boundary = is_multipart(type) ? read_boundary(content_type) : NP_SPAN_ABSENT;
        if (boundary.data && message.body.data && depth < MAX_DEPTH) {
            open[depth] = (multipart_t){ message.body, boundary };
            take_part(&open[depth++].rest, boundary); /* preamble */
        }
        while (depth > 0 && open[depth - 1].rest.len == 0) {
            depth--;
        }
        if (depth > 0) {
            message = read_part(take_part(&open[depth - 1].rest, open[depth - 1].boundary));
        }
    } while (depth > 0);
    return NP_SPAN_ABSENT;
}

np_span_t
np_sip_body_sdp(const np_message_t *message)
{
    if (!np_message_header(message, "Content-Type", 'c').data) {
        return message->body;
    }
    return find_sdp(message);
}
