/* message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/message.h"

#include "text/sip.h"

static const char *const http_methods[] = { "GET",   "POST",    "PUT",   "HEAD",     "DELETE", "OPTIONS",
                                            "PATCH", "CONNECT", "TRACE", "PROPFIND", NULL };

static bool
is_empty_line(np_span_t bytes, size_t start, size_t end)
{
    return bytes.data[end - 1] == '\n' && (end - start == 1 || (end - start == 2 && bytes.data[start] == '\r'));
}

/* ---- start lines ---------------------------------------------------------------- */

/* Returns where the longest known method begins that ends at end; end if there is none. */
static size_t
known_method_start(const char *const *methods, np_span_t bytes, size_t from, size_t end)
{
    size_t longest = 0;

    for (; *methods; methods++) {
        size_t len = strlen(*methods);

        if (len > longest && end - from >= len && memcmp(bytes.data + end - len, *methods, len) == 0) {
            longest = len;
        }
    }
    return end - longest;
}

static bool
is_token_character(uint8_t c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("-.!%*_+`'~", c));
}

/* True if text and a blank or colon precede, as in headers and prose. */
static bool
is_within_text(np_span_t bytes, size_t from, size_t at)
{
    if (at - from < 4 || !(np_is_blank(bytes.data[at - 1]) || bytes.data[at - 1] == ':')) {
        return false;
    }
    for (size_t i = at - 4; i < at - 1; i++) {
        if (!g_ascii_isprint(bytes.data[i])) {
            return false;
        }
    }
    return true;
}

/* Returns where the token before end begins; end if there is none, or if it belongs to prose. */
static size_t
token_start(np_span_t bytes, size_t from, size_t end)
{
    size_t start = end;

    while (start > from && is_token_character(bytes.data[start - 1])) {
        start--;
    }
    return is_within_text(bytes, from, start) ? end : start;
}

/* Returns where the method begins; end if there is none. SIP allows any token (RFC 3261 7.1). */
static size_t
method_start(np_message_syntax_t syntax, np_span_t bytes, size_t from, size_t end, np_span_t target)
{
    size_t start;

    if (syntax == NP_MESSAGE_HTTP) {
        return known_method_start(http_methods, bytes, from, end);
    }
    start = token_start(bytes, from, end);
    if (start < end && np_span_find(target, 0, ':') < target.len) {
        return start;
    }
    return known_method_start(np_sip_methods, bytes, from, end);
}

/* Removes bytes before the method in CSeq (RFC 3261 8.1.1.5) or, without CSeq, before a known one. */
static void
trim_method(np_message_t *message)
{
    np_span_t method = message->method, cseq = np_message_header(message, "CSeq", 0);
    size_t blank = np_span_find_any(cseq, 0, " \t"), start = 0;
    np_span_t named = blank < cseq.len ? np_span_trim(np_span_skip(cseq, blank)) : NP_SPAN_ABSENT;

    if (named.len > 0 && named.len <= method.len
        && memcmp(method.data + method.len - named.len, named.data, named.len) == 0) {
        start = method.len - named.len;
    } else {
        start = known_method_start(np_sip_methods, method, 0, method.len);
    }
    if (start < method.len) {
        message->method = np_span_skip(method, start);
        message->start += start;
    }
}

/* Reads a request line from its version. Searches back only to the preceding blank, to keep all searches linear. */
static bool
read_request_line(np_message_syntax_t syntax, np_span_t bytes, size_t from, size_t version, np_message_t *message)
{
    const uint8_t *data = bytes.data;
    size_t target_end, target, method;

    if (version <= from || data[version - 1] != ' ') {
        return false;
    }
    target_end = target = version - 1;
    while (target > from && data[target - 1] > ' ' && data[target - 1] != 0x7f) {
        target--;
    }
    if (target == target_end || target == from || data[target - 1] != ' ') {
        return false;
    }
    method = method_start(syntax, bytes, from, target - 1, np_span_slice(bytes, target, target_end));
    if (method == target - 1) {
        return false;
    }
    message->method = np_span_slice(bytes, method, target - 1);
    message->uri = np_span_slice(bytes, target, target_end);
    message->start = method;
    return true;
}

static bool
read_status(np_span_t rest, unsigned *status)
{
    uint64_t number;

    if (rest.len < 5 || rest.data[0] != ' ' || !np_is_blank_or_line_end(rest.data[4])) {
        return false;
    }
    if (!np_span_to_number(np_span_slice(rest, 1, 4), 699, &number) || number < 100) {
        return false;
    }
    *status = (unsigned)number;
    return true;
}

#define NO_LINE_LEFT SIZE_MAX /* no line ends from here on */

/* Searches for the line end last, to stay linear on lines with many versions. Returns the offset after the line; 0 or
 * NO_LINE_LEFT: there is none. */
static size_t
read_start_line(np_message_syntax_t syntax, np_span_t bytes, size_t from, size_t version, np_message_t *message)
{
    const uint8_t *data = bytes.data;
    size_t after = version + (syntax == NP_MESSAGE_SIP ? strlen("SIP/2.0") : strlen("HTTP/1.1"));
    size_t line;

    if (after >= bytes.len || (syntax == NP_MESSAGE_HTTP && !g_ascii_isdigit(data[after - 1]))) {
        return 0;
    }
    if (data[after] == '\r' || data[after] == '\n') {
        line = after + (data[after] == '\r' ? 2 : 1);
        if (line > bytes.len || data[line - 1] != '\n') {
            return 0;
        }
        return read_request_line(syntax, bytes, from, version, message) ? line : 0;
    }
    if (is_within_text(bytes, from, version) || !read_status(np_span_skip(bytes, after), &message->status)) {
        return 0;
    }
    line = np_span_line_end(bytes, after);
    if (data[line - 1] != '\n') {
        return NO_LINE_LEFT;
    }
    message->reason = np_span_trim(np_span_slice(bytes, after + 4, line));
    message->start = version;
    return line;
}

/* Returns the offset after the start line; 0: there is none. */
static size_t
find_start_line(np_message_syntax_t syntax, np_span_t bytes, size_t from, np_message_t *message)
{
    const char *literal = syntax == NP_MESSAGE_SIP ? "SIP/2.0" : "HTTP/1.";

    for (size_t at = from; at < bytes.len; at++) {
        const uint8_t *found = memchr(bytes.data + at, literal[0], bytes.len - at);
        size_t line = 0;

        if (!found) {
            return 0;
        }
        at = (size_t)(found - bytes.data);
        if (np_span_starts_with(np_span_skip(bytes, at), literal)) {
            line = read_start_line(syntax, bytes, from, at, message);
        }
        if (line != 0) {
            return line == NO_LINE_LEFT ? 0 : line;
        }
    }
    return 0;
}

/* ---- headers -------------------------------------------------------------------- */

/* Takes a header field with its folded lines. False if a line end is missing. */
static bool
take_header(np_span_t *rest, np_span_t *header)
{
    size_t end = 0;

    do {
        size_t after = np_span_line_end(*rest, end);

        if (after == end || rest->data[after - 1] != '\n') {
            return false;
        }
        end = after;
    } while (end < rest->len && np_is_blank(rest->data[end]));
    *header = np_span_slice(*rest, 0, end);
    *rest = np_span_skip(*rest, end);
    return true;
}

static bool
is_wanted(np_span_t name, const np_header_t *wanted)
{
    if (name.len == 1) {
        return wanted->compact && g_ascii_tolower((char)name.data[0]) == g_ascii_tolower(wanted->compact);
    }
    return np_span_equals_nocase(name, wanted->name);
}

void
np_message_headers(const np_message_t *message, const np_header_t *wanted, size_t count)
{
    np_span_t rest = message->headers;
    np_span_t header;
    size_t missing = count;

    for (size_t i = 0; i < count; i++) {
        *wanted[i].value = NP_SPAN_ABSENT;
    }
    while (missing > 0 && rest.len > 0 && take_header(&rest, &header)) {
        size_t colon = np_span_find(header, 0, ':');
        np_span_t name = np_span_trim(np_span_slice(header, 0, colon));

        for (size_t i = 0; i < count && colon < header.len; i++) {
            if (!wanted[i].value->data && is_wanted(name, &wanted[i])) {
                *wanted[i].value = np_span_trim(np_span_skip(header, colon + 1));
                missing--;
            }
        }
    }
}

np_span_t
np_message_header(const np_message_t *message, const char *name, char compact)
{
    np_span_t value;
    const np_header_t wanted = { name, compact, &value };

    np_message_headers(message, &wanted, 1);
    return value;
}

np_span_t
np_message_host(const np_message_t *message)
{
    np_span_t uri = message->uri, rest = np_span_skip(uri, np_span_find_any(uri, 0, ":/?"));
    size_t user;

    if (np_span_equals(message->method, "CONNECT")) {
        return uri;
    }
    if (!np_span_starts_with(rest, "://")) {
        return np_message_header(message, "Host", 0);
    }
    rest = np_span_skip(rest, strlen("://"));
    rest = np_span_slice(rest, 0, np_span_find_any(rest, 0, "/?#"));
    user = np_span_find(rest, 0, '@');
    return user < rest.len ? np_span_skip(rest, user + 1) : rest;
}

/* Returns the offset after the empty line; 0: there is none. */
static size_t
read_headers(np_span_t bytes, size_t from, np_message_t *message)
{
    size_t line = from;

    while (line < bytes.len) {
        size_t after = np_span_line_end(bytes, line);

        if (is_empty_line(bytes, line, after)) {
            message->headers = np_span_slice(bytes, from, line);
            return after;
        }
        line = after;
    }
    message->headers = np_span_skip(bytes, from);
    return 0;
}

/* ---- bodies --------------------------------------------------------------------- */

typedef enum {
    CHUNK_DATA, /* may be cut */
    CHUNK_LAST, /* with trailer */
    CHUNK_BAD   /* malformed or cut */
} chunk_t;

static chunk_t
skip_trailer(np_span_t *rest)
{
    while (rest->len > 0) {
        size_t after = np_span_line_end(*rest, 0);
        bool is_last = is_empty_line(*rest, 0, after);

        *rest = np_span_skip(*rest, after);
        if (is_last) {
            return CHUNK_LAST;
        }
    }
    return CHUNK_BAD;
}

/* False if there is no size, or it overflows. */
static bool
read_chunk_size(np_span_t line, size_t *size)
{
    size_t value = 0, i = 0;

    for (; i < line.len && g_ascii_isxdigit(line.data[i]); i++) {
        if (value > (SIZE_MAX >> 5)) {
            return false;
        }
        value = value * 16 + (size_t)g_ascii_xdigit_value((char)line.data[i]);
    }
    *size = value;
    return i > 0 && (i == line.len || line.data[i] == ';' || np_is_blank_or_line_end(line.data[i]));
}

/* RFC 9112 7.1 */
static chunk_t
take_chunk(np_span_t *rest, np_span_t *chunk)
{
    size_t after = np_span_line_end(*rest, 0);
    size_t size;

    if (after == 0 || rest->data[after - 1] != '\n' || !read_chunk_size(np_span_slice(*rest, 0, after), &size)) {
        return CHUNK_BAD;
    }
    *rest = np_span_skip(*rest, after);
    if (size == 0) {
        return skip_trailer(rest);
    }
    *chunk = np_span_slice(*rest, 0, MIN(size, rest->len));
    *rest = np_span_skip(*rest, chunk->len);
    if (rest->len > 0 && rest->data[0] == '\r') {
        *rest = np_span_skip(*rest, 1);
    }
    if (rest->len > 0 && rest->data[0] == '\n') {
        *rest = np_span_skip(*rest, 1);
    }
    return CHUNK_DATA;
}

GByteArray *
np_message_dechunk(np_span_t body)
{
    GByteArray *bytes = g_byte_array_new();
    np_span_t chunk = NP_SPAN_ABSENT;

    while (body.len > 0 && take_chunk(&body, &chunk) == CHUNK_DATA) {
        g_byte_array_append(bytes, chunk.data, (guint)chunk.len);
    }
    return bytes;
}

/* Returns the length of the body: all bytes if it is incomplete. */
static size_t
chunked_length(np_span_t rest, bool *is_complete)
{
    size_t all = rest.len;
    np_span_t chunk;
    chunk_t last;

    do {
        last = take_chunk(&rest, &chunk);
    } while (last == CHUNK_DATA);
    *is_complete = last == CHUNK_LAST;
    return *is_complete ? all - rest.len : all;
}

static bool
is_chunked(const np_message_t *message)
{
    np_span_t value = np_message_header(message, "Transfer-Encoding", 0);
    size_t from;

    if (value.len < strlen("chunked")) {
        return false;
    }
    from = value.len - strlen("chunked");
    return np_span_equals_nocase(np_span_skip(value, from), "chunked")
        && (from == 0 || value.data[from - 1] == ',' || np_is_blank_or_line_end(value.data[from - 1]));
}

static size_t
body_length(np_message_syntax_t syntax, np_span_t rest, np_message_t *message)
{
    np_span_t value = np_message_header(message, "Content-Length", syntax == NP_MESSAGE_SIP ? 'l' : 0);
    unsigned status = message->status;
    uint64_t length;

    message->complete = true;
    if (syntax == NP_MESSAGE_HTTP) {
        message->chunked = is_chunked(message);
        if (status != 0 && (status < 200 || status == 204 || status == 304)) {
            return 0;
        }
        if (message->chunked) {
            return chunked_length(rest, &message->complete);
        }
    }
    if (np_span_to_number(value, UINT64_MAX, &length)) {
        message->complete = length <= rest.len;
        return (size_t)MIN(length, rest.len);
    }
    if (syntax == NP_MESSAGE_HTTP) {
        message->complete = status == 0;
        return status == 0 ? 0 : rest.len;
    }
    return rest.len;
}

static void
read_headers_and_body(np_message_syntax_t syntax, np_span_t bytes, size_t from, np_message_t *message)
{
    size_t body = read_headers(bytes, from, message);
    size_t length;

    message->end = bytes.len;
    if (syntax == NP_MESSAGE_SIP && message->method.data) {
        trim_method(message);
    }
    if (body == 0) {
        return;
    }
    length = body_length(syntax, np_span_skip(bytes, body), message);
    message->end = body + length;
    if (length > 0) {
        message->body = np_span_slice(bytes, body, body + length);
    }
}

bool
np_message_next(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t *offset, np_message_t *message)
{
    np_span_t bytes = { data, data ? len : 0 };
    size_t line;

    memset(message, 0, sizeof *message);
    line = find_start_line(syntax, bytes, MIN(*offset, bytes.len), message);
    if (line == 0) {
        memset(message, 0, sizeof *message);
        *offset = len;
        return false;
    }
    read_headers_and_body(syntax, bytes, line, message);
    *offset = message->end;
    return true;
}
