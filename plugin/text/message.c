/* message.c
 * Naver Phone: text messages as SIP and HTTP/1.x share them, and SDP
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/message.h"

#include <string.h>

static const np_span_t absent = { NULL, 0 };

static const char *const sip_methods[] = {
    "INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "INFO", "UPDATE", "PRACK", "SUBSCRIBE", "NOTIFY",
    "REFER", "MESSAGE", "PUBLISH", NULL
};

static const char *const http_methods[] = {
    "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND", NULL
};

/* Spans and lines */

bool
np_span_equals(np_span_t span, const char *text)
{
    size_t len = strlen(text);

    return span.data && span.len == len && memcmp(span.data, text, len) == 0;
}

bool
np_span_equals_nocase(np_span_t span, const char *text)
{
    size_t len = strlen(text);

    return span.data && span.len == len && g_ascii_strncasecmp((const char *)span.data, text, len) == 0;
}

static np_span_t
span_of(const uint8_t *data, size_t from, size_t to)
{
    np_span_t span = absent;

    if (data) {
        span.data = data + from;
        span.len = to - from;
    }
    return span;
}

/* What follows the first skip bytes. */
static np_span_t
span_after(np_span_t span, size_t skip)
{
    return span_of(span.data, skip, span.len);
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool
is_blank_or_line_end(uint8_t c)
{
    return is_blank(c) || c == '\r' || c == '\n';
}

static np_span_t
span_trim(np_span_t span)
{
    while (span.len > 0 && is_blank_or_line_end(span.data[0])) {
        span = span_after(span, 1);
    }
    while (span.len > 0 && is_blank_or_line_end(span.data[span.len - 1])) {
        span.len--;
    }
    return span;
}

static bool
starts_with(np_span_t span, const char *text)
{
    size_t len = strlen(text);

    return span.len >= len && memcmp(span.data, text, len) == 0;
}

/* Position after the line feed of the line that holds from, or len without one. */
static size_t
line_after(const uint8_t *data, size_t len, size_t from)
{
    const uint8_t *feed = from < len ? memchr(data + from, '\n', len - from) : NULL;

    return feed ? (size_t)(feed - data) + 1 : len;
}

/* Takes the next line off the front of rest, without its line end. */
static bool
next_line(np_span_t *rest, np_span_t *line)
{
    size_t after, end;

    if (rest->len == 0) {
        return false;
    }
    after = end = line_after(rest->data, rest->len, 0);
    if (end > 0 && rest->data[end - 1] == '\n') {
        end--;
    }
    if (end > 0 && rest->data[end - 1] == '\r') {
        end--;
    }
    *line = span_of(rest->data, 0, end);
    *rest = span_after(*rest, after);
    return true;
}

/* Takes the next word between blanks off the front of rest. */
static np_span_t
next_word(np_span_t *rest)
{
    size_t from = 0, to;

    while (from < rest->len && is_blank(rest->data[from])) {
        from++;
    }
    to = from;
    while (to < rest->len && !is_blank(rest->data[to])) {
        to++;
    }
    np_span_t word = span_of(rest->data, from, to);
    *rest = span_after(*rest, to);
    return word;
}

/* The decimal number that is the whole span, at most max. */
static bool
span_number(np_span_t span, uint64_t max, uint64_t *number)
{
    uint64_t value = 0;

    if (span.len == 0) {
        return false;
    }
    for (size_t i = 0; i < span.len; i++) {
        uint64_t digit;

        if (!g_ascii_isdigit(span.data[i])) {
            return false;
        }
        digit = (uint64_t)(span.data[i] - '0');
        if (value > (max - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

/* Start lines */

/* Where the method that ends before end begins, or end if none does. */
static size_t
method_start(const char *const *methods, const uint8_t *data, size_t from, size_t end)
{
    for (; *methods; methods++) {
        size_t len = strlen(*methods);

        if (end - from >= len && memcmp(data + end - len, *methods, len) == 0) {
            return end - len;
        }
    }
    return end;
}

/* "METHOD target " before the version at version, not before from. Walks back
 * to the blank before the target only, so that all walks together are linear. */
static bool
request_line(np_message_syntax_t syntax, const uint8_t *data, size_t from, size_t version, np_message_t *message)
{
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
    method = method_start(syntax == NP_MESSAGE_SIP ? sip_methods : http_methods, data, from, target - 1);
    if (method == target - 1) {
        return false;
    }
    message->method = span_of(data, method, target - 1);
    message->uri = span_of(data, target, target_end);
    message->start = method;
    return true;
}

/* Is what stands before a version text that goes on, as in a header's value
 * or in prose? One blank or ':' alone may be a chance byte of a checksum. */
static bool
is_within_text(const uint8_t *data, size_t from, size_t version)
{
    if (version - from < 4 || !(is_blank(data[version - 1]) || data[version - 1] == ':')) {
        return false;
    }
    for (size_t i = version - 4; i < version - 1; i++) {
        if (!g_ascii_isprint(data[i])) {
            return false;
        }
    }
    return true;
}

/* Do " 407" and a blank or line end follow the version, which ends at after? All in a bounded look. */
static bool
status_number(np_span_t rest, unsigned *status)
{
    uint64_t number;

    if (rest.len < 5 || rest.data[0] != ' ' || !is_blank_or_line_end(rest.data[4])) {
        return false;
    }
    if (!span_number(span_of(rest.data, 1, 4), 699, &number) || number < 100) {
        return false;
    }
    *status = (unsigned)number;
    return true;
}

/* No line ends after this point, so no start line can. */
#define NO_LINE_LEFT SIZE_MAX

/* Is there a start line whose version begins at version?
 * Only where all else fits is its line's end searched for, so that a long line
 * of many versions is not read again and again.
 * @return the position after its line end, or 0 or NO_LINE_LEFT. */
static size_t
start_line(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t from, size_t version,
           np_message_t *message)
{
    size_t after = version + (syntax == NP_MESSAGE_SIP ? 7 : 8); /* "SIP/2.0", "HTTP/1.1" */
    size_t line;

    if (after >= len || (syntax == NP_MESSAGE_HTTP && !g_ascii_isdigit(data[after - 1]))) {
        return 0;
    }
    if (data[after] == '\r' || data[after] == '\n') {
        line = after + (data[after] == '\r' ? 2 : 1);
        if (line > len || data[line - 1] != '\n') {
            return 0;
        }
        return request_line(syntax, data, from, version, message) ? line : 0;
    }
    if (is_within_text(data, from, version) || !status_number(span_of(data, after, len), &message->status)) {
        return 0;
    }
    line = line_after(data, len, after);
    if (data[line - 1] != '\n') {
        return NO_LINE_LEFT;
    }
    message->reason = span_trim(span_of(data, after + 4, line));
    message->start = version;
    return line;
}

/* Headers */

/* Takes the next header line with its folds off rest; false at the end or where the end of the bytes cuts it. */
static bool
next_header(np_span_t *rest, np_span_t *header)
{
    size_t end = 0;

    do {
        size_t after = line_after(rest->data, rest->len, end);

        if (after == end || rest->data[after - 1] != '\n') {
            return false;
        }
        end = after;
    } while (end < rest->len && is_blank(rest->data[end]));
    *header = span_of(rest->data, 0, end);
    *rest = span_after(*rest, end);
    return true;
}

/* Is a header of this name the one that is wanted? */
static bool
is_named(np_span_t name, const np_header_t *wanted)
{
    if (name.len == 1) {
        return wanted->compact && g_ascii_tolower((char)name.data[0]) == g_ascii_tolower(wanted->compact);
    }
    /* Most names differ in their first letter. */
    return name.len > 0 && ((name.data[0] ^ (uint8_t)wanted->name[0]) & 0xdf) == 0
        && np_span_equals_nocase(name, wanted->name);
}

void
np_message_headers(const np_message_t *message, np_header_t *wanted, size_t count)
{
    np_span_t rest = message->headers;
    np_span_t header;

    for (size_t i = 0; i < count; i++) {
        wanted[i].value = absent;
    }
    while (rest.len > 0 && next_header(&rest, &header)) {
        const uint8_t *colon = memchr(header.data, ':', header.len);
        np_span_t name;

        if (!colon) {
            continue;
        }
        name = span_trim(span_of(header.data, 0, (size_t)(colon - header.data)));
        for (size_t i = 0; i < count; i++) {
            if (!wanted[i].value.data && is_named(name, &wanted[i])) {
                wanted[i].value = span_trim(span_after(header, (size_t)(colon - header.data) + 1));
            }
        }
    }
}

np_span_t
np_message_header(const np_message_t *message, const char *name, char compact)
{
    np_header_t wanted = { name, compact, absent };

    np_message_headers(message, &wanted, 1);
    return wanted.value;
}

/* Sets the header block that begins at from.
 * @return the position after the empty line, or 0 if the bytes end before it. */
static size_t
find_headers(const uint8_t *data, size_t len, size_t from, np_message_t *message)
{
    size_t line = from;

    while (line < len) {
        size_t after = line_after(data, len, line);
        bool is_empty = data[after - 1] == '\n'
            && (after - line == 1 || (after - line == 2 && data[line] == '\r'));

        if (is_empty) {
            message->headers = span_of(data, from, line);
            return after;
        }
        line = after;
    }
    message->headers = span_of(data, from, len);
    return 0;
}

/* Bodies */

typedef enum {
    CHUNK_DATA,     /* chunk is set, possibly cut short by the end of the bytes */
    CHUNK_LAST,     /* the last chunk and its trailer are passed */
    CHUNK_BAD       /* not well-formed, or cut */
} chunk_t;

/* Passes the trailer after the last chunk. */
static chunk_t
skip_trailer(np_span_t *rest)
{
    while (rest->len > 0) {
        size_t after = line_after(rest->data, rest->len, 0);
        bool is_whole = rest->data[after - 1] == '\n';
        bool is_empty = after == 1 || (after == 2 && rest->data[0] == '\r');

        *rest = span_after(*rest, after);
        if (is_whole && is_empty) {
            return CHUNK_LAST;
        }
    }
    return CHUNK_BAD;
}

/* The size at the front of a chunk's first line; false if there is none or it is out of all bounds. */
static bool
chunk_size(np_span_t line, size_t *size)
{
    size_t value = 0, i = 0;

    for (; i < line.len && g_ascii_isxdigit(line.data[i]); i++) {
        if (value > (SIZE_MAX >> 5)) {
            return false;
        }
        value = value * 16 + (size_t)g_ascii_xdigit_value((char)line.data[i]);
    }
    *size = value;
    return i > 0 && (i == line.len || line.data[i] == ';' || is_blank_or_line_end(line.data[i]));
}

/* Takes the next chunk off the front of rest (RFC 9112 7.1). */
static chunk_t
next_chunk(np_span_t *rest, np_span_t *chunk)
{
    size_t after = line_after(rest->data, rest->len, 0);
    size_t size;

    if (after == 0 || rest->data[after - 1] != '\n' || !chunk_size(span_of(rest->data, 0, after), &size)) {
        return CHUNK_BAD;
    }
    *rest = span_after(*rest, after);
    if (size == 0) {
        return skip_trailer(rest);
    }
    *chunk = span_of(rest->data, 0, MIN(size, rest->len));
    *rest = span_after(*rest, chunk->len);
    if (rest->len > 0 && rest->data[0] == '\r') {
        *rest = span_after(*rest, 1);
    }
    if (rest->len > 0 && rest->data[0] == '\n') {
        *rest = span_after(*rest, 1);
    }
    return CHUNK_DATA;
}

GByteArray *
np_message_dechunk(np_span_t body)
{
    GByteArray *bytes = g_byte_array_new();
    np_span_t chunk = absent;

    while (body.len > 0 && next_chunk(&body, &chunk) == CHUNK_DATA) {
        g_byte_array_append(bytes, chunk.data, (guint)chunk.len);
    }
    return bytes;
}

/* Bytes of rest that a chunked body takes, all of them if it is not whole. */
static size_t
chunked_length(np_span_t rest, bool *whole)
{
    size_t all = rest.len;
    np_span_t chunk;
    chunk_t last;

    do {
        last = next_chunk(&rest, &chunk);
    } while (last == CHUNK_DATA);
    *whole = last == CHUNK_LAST;
    return *whole ? all - rest.len : all;
}

/* Is chunked the last coding of the Transfer-Encoding header? */
static bool
is_chunked(const np_message_t *message)
{
    np_span_t value = np_message_header(message, "Transfer-Encoding", 0);
    size_t from;

    if (value.len < 7) {
        return false;
    }
    from = value.len - 7;
    return np_span_equals_nocase(span_after(value, from), "chunked")
        && (from == 0 || value.data[from - 1] == ',' || is_blank_or_line_end(value.data[from - 1]));
}

/* Bytes of rest that the body takes; sets complete. */
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
    if (span_number(value, UINT64_MAX, &length)) {
        message->complete = length <= rest.len;
        return (size_t)MIN(length, rest.len);
    }
    if (syntax == NP_MESSAGE_HTTP) {
        message->complete = status == 0;
        return status == 0 ? 0 : rest.len;
    }
    return rest.len;
}

/* Headers and body of the message whose start line ends before from. */
static void
take_rest(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t from, np_message_t *message)
{
    size_t body = find_headers(data, len, from, message);

    message->end = len;
    if (body != 0) {
        size_t length = body_length(syntax, span_of(data, body, len), message);

        message->end = body + length;
        if (length > 0) {
            message->body = span_of(data, body, body + length);
        }
    }
}

bool
np_message_next(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t *offset, np_message_t *message)
{
    const char *literal = syntax == NP_MESSAGE_SIP ? "SIP/2.0" : "HTTP/1.";
    size_t from = MIN(*offset, len);
    size_t at = from;

    memset(message, 0, sizeof *message);
    while (data && at < len) {
        const uint8_t *found = memchr(data + at, literal[0], len - at);
        size_t line;

        if (!found) {
            break;
        }
        at = (size_t)(found - data);
        if (starts_with(span_of(data, at, len), literal)) {
            line = start_line(syntax, data, len, from, at, message);
            if (line == NO_LINE_LEFT) {
                break;
            }
            if (line != 0) {
                take_rest(syntax, data, len, line, message);
                *offset = message->end;
                return true;
            }
        }
        at++;
    }
    memset(message, 0, sizeof *message);
    *offset = len;
    return false;
}

/* Addresses */

/* Position after the quoted string that begins at from, or len if it does not end. */
static size_t
skip_quoted(np_span_t value, size_t from)
{
    for (size_t i = from + 1; i < value.len; i++) {
        if (value.data[i] == '\\') {
            i++;
        } else if (value.data[i] == '"') {
            return i + 1;
        }
    }
    return value.len;
}

/* Length of the scheme and its ':', 0 if it is none we know. */
static size_t
scheme_length(np_span_t uri)
{
    static const char *const schemes[] = { "sip:", "sips:", "tel:" };

    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        size_t len = strlen(schemes[i]);

        if (uri.len >= len && np_span_equals_nocase(span_of(uri.data, 0, len), schemes[i])) {
            return len;
        }
    }
    return 0;
}

/* Position of the first byte of any of these, or the span's length. */
static size_t
find_any(np_span_t span, size_t from, const char *bytes)
{
    uint64_t set[4] = { 0, 0, 0, 0 };       /* a bit for each: asked for each byte of a message */

    for (const char *byte = bytes; *byte; byte++) {
        set[(uint8_t)*byte / 64] |= UINT64_C(1) << (uint8_t)*byte % 64;
    }
    while (from < span.len && !(set[span.data[from] / 64] >> span.data[from] % 64 & 1)) {
        from++;
    }
    return from;
}

/* Reads host at the front of the span. @return its end with brackets, 0 if there is none. */
static size_t
read_host(np_span_t span, np_address_t *address)
{
    size_t end;

    if (span.len > 0 && span.data[0] == '[') {
        end = find_any(span, 1, "] \t\r\n<>\"@");
        if (end == span.len || span.data[end] != ']' || end == 1) {
            return 0;
        }
        address->host = span_of(span.data, 1, end);
        return end + 1;
    }
    end = find_any(span, 0, ":;?, \t\r\n<>\"");
    if (end > 0) {
        address->host = span_of(span.data, 0, end);
    }
    return end;
}

/* Reads a URI at the front of the span. @return position after its host (tel: after its number), 0 if it is none. */
static size_t
read_uri(np_span_t uri, np_address_t *address)
{
    size_t from = scheme_length(uri);
    size_t end, at, host;

    if (from == 0) {
        return 0;
    }
    if (g_ascii_tolower((char)uri.data[0]) == 't') {
        end = find_any(uri, from, ";?, \t\r\n<>\"");
        address->user = end > from ? span_of(uri.data, from, end) : absent;
        return end > from ? end : 0;
    }
    end = find_any(uri, from, " \t\r\n<>\"");
    at = find_any(span_of(uri.data, 0, end), from, "@");
    if (at < end) {
        size_t user_end = find_any(span_of(uri.data, 0, at), from, ":");

        if (user_end > from) {
            address->user = span_of(uri.data, from, user_end);
        }
        from = at + 1;
    }
    host = read_host(span_after(uri, from), address);
    return host > 0 ? from + host : 0;
}

/* The tag among the ;parameters of a header's value; those of a next address, after a ',', are not its. */
static np_span_t
read_tag(np_span_t rest)
{
    size_t i = 0;

    while ((i = find_any(rest, i, ";,\"")) < rest.len && rest.data[i] != ',') {
        np_span_t name, value;
        size_t equals;

        if (rest.data[i] == '"') {
            i = skip_quoted(rest, i);
            continue;
        }
        equals = find_any(rest, i + 1, "=;,\"");
        name = span_trim(span_of(rest.data, i + 1, equals));
        i = equals;
        if (i < rest.len && rest.data[i] == '=' && np_span_equals_nocase(name, "tag")) {
            value = span_trim(span_of(rest.data, i + 1, find_any(rest, i + 1, ";,\"")));
            return value.len > 0 ? value : absent;
        }
    }
    return absent;
}

bool
np_message_address(np_span_t value, np_address_t *address)
{
    size_t open = 0, end;

    memset(address, 0, sizeof *address);
    value = span_trim(value);
    if (scheme_length(value) > 0) {
        end = read_uri(value, address);
    } else {
        if (value.len > 0 && value.data[0] == '"') {
            open = skip_quoted(value, 0);
        }
        open = find_any(value, open, "<");
        if (open == value.len) {
            return false;
        }
        value = span_trim(span_after(value, open + 1));
        end = read_uri(value, address);
        if (end > 0) {
            end = find_any(value, end, ">");
            end = end < value.len ? end + 1 : 0;
        }
    }
    if (end == 0) {
        memset(address, 0, sizeof *address);
        return false;
    }
    address->tag = read_tag(span_after(value, end));
    return true;
}

bool
np_message_cseq(np_span_t value, uint32_t *number, np_span_t *method)
{
    uint64_t parsed;
    size_t blank;

    value = span_trim(value);
    blank = find_any(value, 0, " \t\r\n");
    if (blank == value.len || !span_number(span_of(value.data, 0, blank), UINT32_MAX, &parsed)) {
        return false;
    }
    *method = span_trim(span_after(value, blank));
    if (find_any(*method, 0, " \t\r\n") < method->len) {
        return false;
    }
    *number = (uint32_t)parsed;
    return true;
}

/* SDP */

/* Address of "c=IN IP4 222.122.50.30/127"; absent if the line has none. */
static np_span_t
connection_address(np_span_t line)
{
    np_span_t rest = span_after(line, 2);
    np_span_t word;

    next_word(&rest);
    next_word(&rest);
    word = next_word(&rest);
    word.len = find_any(word, 0, "/");
    return word.len > 0 ? word : absent;
}

/* Reads "m=audio 4000/2 RTP/AVP 8 0 101"; false if it is no audio or video line of that shape. */
static bool
media_line(np_span_t line, np_sdp_media_t *media)
{
    np_span_t rest = span_after(line, 2);
    np_span_t port;
    uint64_t number;

    media->kind = next_word(&rest);
    port = next_word(&rest);
    port.len = find_any(port, 0, "/");
    if (next_word(&rest).len == 0 || !span_number(port, UINT16_MAX, &number)) {
        return false;
    }
    media->port = (uint16_t)number;
    media->rtcp_port = media->port == 0 || media->port == UINT16_MAX ? 0 : (uint16_t)(media->port + 1);
    media->formats = span_trim(rest);
    return np_span_equals(media->kind, "audio") || np_span_equals(media->kind, "video");
}

/* Reads a line of a media section after its first. */
static void
media_attribute(np_span_t line, np_sdp_media_t *media)
{
    if (starts_with(line, "c=")) {
        np_span_t address = connection_address(line);

        media->address = address.data ? address : media->address;
    } else if (starts_with(line, "a=rtcp:") && media->port != 0) {
        np_span_t rest = span_after(line, 7);
        uint64_t number;

        if (span_number(next_word(&rest), UINT16_MAX, &number)) {
            media->rtcp_port = (uint16_t)number;
        }
    }
}

/* Passes lines up to the next m= line, which stays on rest. */
static void
read_section(np_span_t *rest, np_sdp_media_t *media)
{
    np_span_t line;

    while (rest->len > 0 && !starts_with(*rest, "m=") && next_line(rest, &line)) {
        media_attribute(line, media);
    }
}

bool
np_sdp_next_media(np_span_t sdp, size_t *offset, np_sdp_media_t *media)
{
    np_span_t session = absent;
    np_span_t rest, line;

    if (!sdp.data || *offset >= sdp.len) {
        return false;
    }
    rest = span_after(sdp, *offset);
    if (*offset > 0) {
        session = media->session_address;
    }
    memset(media, 0, sizeof *media);
    if (*offset == 0) {
        read_section(&rest, media);
        session = media->address;
    }
    while (rest.len > 0) {
        const uint8_t *start = rest.data;
        bool is_wanted;

        memset(media, 0, sizeof *media);
        media->address = media->session_address = session;
        next_line(&rest, &line);
        is_wanted = starts_with(line, "m=") && media_line(line, media);
        read_section(&rest, media);
        if (is_wanted) {
            media->section = span_of(start, 0, (size_t)(rest.data - start));
            *offset = sdp.len - rest.len;
            return true;
        }
    }
    *offset = sdp.len;
    return false;
}

const char *
np_static_encoding_name(unsigned payload_type)
{
    /* RFC 3551 tables 4 and 5 */
    static const char *const names[] = {
        [0] = "PCMU", [3] = "GSM", [4] = "G723", [5] = "DVI4", [6] = "DVI4", [7] = "LPC", [8] = "PCMA", [9] = "G722",
        [10] = "L16", [11] = "L16", [12] = "QCELP", [13] = "CN", [14] = "MPA", [15] = "G728", [16] = "DVI4",
        [17] = "DVI4", [18] = "G729", [25] = "CelB", [26] = "JPEG", [28] = "nv", [31] = "H261", [32] = "MPV",
        [33] = "MP2T", [34] = "H263"
    };

    return payload_type < G_N_ELEMENTS(names) ? names[payload_type] : NULL;
}

/* The RFC 3551 clock rate of a static payload type in Hz, 0 for any other. */
static uint32_t
static_clock_rate(unsigned payload_type)
{
    switch (payload_type) {
    case 6:
        return 16000;
    case 10:
    case 11:
        return 44100;
    case 16:
        return 11025;
    case 17:
        return 22050;
    default:
        if (!np_static_encoding_name(payload_type)) {
            return 0;
        }
        return payload_type == 14 || payload_type >= 25 ? 90000 : 8000;     /* MPEG audio, and all video */
    }
}

/* Takes lines off the front of rest, up to the next rtpmap. */
static bool
next_rtpmap(np_span_t *rest, np_span_t *line)
{
    while (next_line(rest, line)) {
        if (starts_with(*line, "a=rtpmap:")) {
            return true;
        }
    }
    return false;
}

void
np_sdp_rtpmaps(np_span_t section, GByteArray *lines)
{
    np_span_t line;

    while (next_rtpmap(&section, &line)) {
        g_byte_array_append(lines, line.data, (unsigned)line.len);
        g_byte_array_append(lines, (const uint8_t *)"\n", 1);
    }
}

/* What the section's rtpmap says of a payload type, "PCMA/8000"; absent where it names none. */
static np_span_t
rtpmap_of(np_span_t section, unsigned payload_type)
{
    np_span_t line;

    while (next_rtpmap(&section, &line)) {
        uint64_t number;

        line = span_after(line, 9);
        if (span_number(next_word(&line), 127, &number) && number == payload_type) {
            np_span_t word = next_word(&line);
            if (find_any(word, 0, "/") > 0) {
                return word;
            }
        }
    }
    return absent;
}

np_span_t
np_sdp_encoding_name(np_span_t section, unsigned payload_type)
{
    const char *name = np_static_encoding_name(payload_type);
    np_span_t rtpmap = rtpmap_of(section, payload_type);

    if (rtpmap.data) {
        rtpmap.len = find_any(rtpmap, 0, "/");
        return rtpmap;
    }
    return name ? span_of((const uint8_t *)name, 0, strlen(name)) : absent;
}

uint32_t
np_sdp_clock_rate(np_span_t section, unsigned payload_type)
{
    np_span_t rtpmap = rtpmap_of(section, payload_type), rate;
    size_t name_end = find_any(rtpmap, 0, "/");
    uint64_t number;

    if (!rtpmap.data) {
        return static_clock_rate(payload_type);
    }
    if (name_end == rtpmap.len) {
        return 0;
    }
    rate = span_after(rtpmap, name_end + 1);
    rate.len = find_any(rate, 0, "/");
    return span_number(rate, UINT32_MAX, &number) ? (uint32_t)number : 0;
}
