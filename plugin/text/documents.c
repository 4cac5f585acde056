/* documents.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/documents.h"

static size_t
skip_blanks(np_span_t bytes, size_t at)
{
    while (at < bytes.len && np_is_blank_or_line_end(bytes.data[at])) {
        at++;
    }
    return at;
}

static bool
set_parameter(np_parameter_t *parameter, np_span_t name, np_span_t value)
{
    parameter->name = name;
    parameter->value = value;
    parameter->role = np_parameter_role(name);
    return true;
}

/* ---- JSON ------------------------------------------------------------------------ */

static size_t
json_string_end(np_span_t bytes, size_t from)
{
    size_t at = from;

    while (at < bytes.len && bytes.data[at] != '"') {
        at += bytes.data[at] == '\\' ? 2 : 1;
    }
    return MIN(at, bytes.len);
}

/* Takes a string or a literal. Returns an absent span for an object, an array or a truncated value. */
static np_span_t
take_json_value(np_span_t bytes, size_t *at)
{
    size_t from = *at, end;

    if (from < bytes.len && bytes.data[from] == '"') {
        end = json_string_end(bytes, from + 1);
        *at = MIN(end + 1, bytes.len);
        return end < bytes.len ? np_span_slice(bytes, from + 1, end) : NP_SPAN_ABSENT;
    }
    end = np_span_find_any(bytes, from, " \t\r\n,}]{[\"");
    *at = end;
    return end > from ? np_span_slice(bytes, from, end) : NP_SPAN_ABSENT;
}

static bool
next_json(np_span_t bytes, size_t *offset, np_parameter_t *parameter)
{
    size_t at = *offset;

    while ((at = np_span_find(bytes, at, '"')) < bytes.len) {
        size_t begin = at + 1, end = json_string_end(bytes, begin);
        np_span_t value;

        at = skip_blanks(bytes, MIN(end + 1, bytes.len));
        if (at >= bytes.len || bytes.data[at] != ':') {
            continue;
        }
        at = skip_blanks(bytes, at + 1);
        value = take_json_value(bytes, &at);
        if (value.data) {
            *offset = at;
            return set_parameter(parameter, np_span_slice(bytes, begin, end), value);
        }
    }
    *offset = bytes.len;
    return false;
}

/* at: of the digits in "\u00e9". Returns -1 if they are malformed. */
static int
json_code(np_span_t text, size_t at)
{
    int code = 0;

    for (size_t i = 0; i < 4; i++) {
        int digit = at + i < text.len ? g_ascii_xdigit_value((char)text.data[at + i]) : -1;

        if (digit < 0) {
            return -1;
        }
        code = code * 16 + digit;
    }
    return code;
}

static void
append_code(GByteArray *bytes, gunichar code)
{
    char utf8[6];

    if (g_unichar_validate(code)) {
        g_byte_array_append(bytes, (const uint8_t *)utf8, (guint)g_unichar_to_utf8(code, utf8));
    }
}

/* at: of the escape's digits. Returns how many bytes it takes, with the second escape of a surrogate pair. */
static size_t
append_json_code(np_span_t text, size_t at, GByteArray *decoded)
{
    int code = json_code(text, at), low;

    if (code < 0) {
        return 0;
    }
    low = code >= 0xd800 && code < 0xdc00 && at + 5 < text.len && text.data[at + 4] == '\\' && text.data[at + 5] == 'u'
            ? json_code(text, at + 6)
            : -1;
    if (low >= 0xdc00 && low < 0xe000) {
        append_code(decoded, (gunichar)(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)));
        return 10;
    }
    append_code(decoded, (gunichar)code);
    return 4;
}

static void
unescape_json(np_span_t text, GByteArray *decoded)
{
    static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        const char *known;

        if (c == '\\' && i + 1 < text.len) {
            c = text.data[++i];
            if (c == 'u') {
                i += append_json_code(text, i + 1, decoded);
                continue;
            }
            known = c ? strchr(escapes, c) : NULL;
            c = known ? (uint8_t)meant[known - escapes] : c;
        }
        g_byte_array_append(decoded, &c, 1);
    }
}

/* ---- XML --------------------------------------------------------------------------- */

static const char cdata[] = "<![CDATA[";

static size_t
after_text(np_span_t bytes, size_t from, const char *text)
{
    size_t length = strlen(text);

    while ((from = np_span_find_any(bytes, from, (const char[]){ text[0], 0 })) < bytes.len) {
        if (np_span_starts_with(np_span_skip(bytes, from), text)) {
            return from + length;
        }
        from++;
    }
    return bytes.len;
}

static np_span_t
without_prefix(np_span_t name)
{
    size_t colon = np_span_find(name, 0, ':');

    return colon + 1 < name.len ? np_span_skip(name, colon + 1) : name;
}

/* Returns the offset after a comment and the like, or after the name of a start tag. */
static size_t
pass_markup(np_span_t bytes, size_t at)
{
    np_span_t rest = np_span_skip(bytes, at);

    if (np_span_starts_with(rest, "<!--")) {
        at = after_text(bytes, at + 4, "-->");
    } else if (np_span_starts_with(rest, cdata)) {
        at = after_text(bytes, at, "]]>");
    } else if (rest.len > 1 && (rest.data[1] == '?' || rest.data[1] == '!' || rest.data[1] == '/')) {
        at = after_text(bytes, at, ">");
    } else {
        return np_span_find_any(bytes, at + 1, " \t\r\n/>");
    }
    return np_span_find(bytes, at, '<');
}

/* Advances *at even if there is no attribute. */
static bool
take_attribute(np_span_t bytes, size_t *at, np_parameter_t *parameter)
{
    size_t begin = *at, name_end = np_span_find_any(bytes, begin, " \t\r\n=/><\"'"), quote, end;

    *at = MAX(name_end, begin + 1);
    quote = skip_blanks(bytes, name_end);
    if (name_end == begin || quote >= bytes.len || bytes.data[quote] != '=') {
        return false;
    }
    quote = skip_blanks(bytes, quote + 1);
    *at = quote;
    if (quote >= bytes.len || !(bytes.data[quote] == '"' || bytes.data[quote] == '\'')) {
        return false;
    }
    end = np_span_find_any(bytes, quote + 1, bytes.data[quote] == '"' ? "\"" : "'");
    *at = MIN(end + 1, bytes.len);
    return end < bytes.len
        && set_parameter(parameter, without_prefix(np_span_slice(bytes, begin, name_end)),
                         np_span_slice(bytes, quote + 1, end));
}

/* end: where the element's start tag ends. */
static np_span_t
element_name(np_span_t bytes, size_t end)
{
    size_t begin = end;

    while (begin > 0 && bytes.data[begin - 1] != '<') {
        begin--;
    }
    return without_prefix(np_span_slice(bytes, begin, MIN(np_span_find_any(bytes, begin, " \t\r\n/>"), end)));
}

/* Reads the text of an element. *at: the '>' of its start tag; advances to the next markup. */
static bool
take_text(np_span_t bytes, size_t *at, np_parameter_t *parameter)
{
    size_t tag = *at, begin = tag + 1, end;

    if (np_span_starts_with(np_span_skip(bytes, begin), cdata)) {
        size_t after = after_text(bytes, begin, "]]>");

        *at = np_span_find(bytes, after, '<');
        begin += strlen(cdata);
        return after < bytes.len
            && set_parameter(parameter, element_name(bytes, tag), np_span_slice(bytes, begin, after - strlen("]]>")));
    }
    end = np_span_find(bytes, begin, '<');
    *at = end;
    return (tag == 0 || bytes.data[tag - 1] != '/') && end > begin
        && np_span_starts_with(np_span_skip(bytes, end), "</")
        && set_parameter(parameter, element_name(bytes, tag), np_span_slice(bytes, begin, end));
}

/* An offset that is not at '<' is within a start tag. */
static bool
next_xml(np_span_t bytes, size_t *offset, np_parameter_t *parameter)
{
    size_t at = *offset ? *offset : np_span_find(bytes, 0, '<');
    bool found = false;

    while (at < bytes.len && !found) {
        uint8_t c = bytes.data[at];

        if (c == '<') {
            at = pass_markup(bytes, at);
        } else if (c == '>') {
            found = take_text(bytes, &at, parameter);
        } else if (np_is_blank_or_line_end(c) || c == '/') {
            at++;
        } else {
            found = take_attribute(bytes, &at, parameter);
        }
    }
    *offset = at;
    return found;
}

/* Returns the length of the reference at the text's begin; 0: there is none. */
static size_t
append_reference(np_span_t text, GByteArray *decoded)
{
    static const struct {
        const char *name;
        char meant;
    } known[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' } };
    size_t end = np_span_find(text, 0, ';');
    char digits[12] = "";
    gunichar code;
    bool is_hex;

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (np_span_starts_with(text, known[i].name)) {
            g_byte_array_append(decoded, (const uint8_t *)&known[i].meant, 1);
            return strlen(known[i].name);
        }
    }
    if (!np_span_starts_with(text, "&#") || end == text.len || end - 2 >= sizeof digits) {
        return 0;
    }
    memcpy(digits, text.data + 2, end - 2);
    is_hex = digits[0] == 'x';
    code = (gunichar)g_ascii_strtoull(digits + is_hex, NULL, is_hex ? 16 : 10);
    if (code == 0) { /* no number, or no character */
        return 0;
    }
    append_code(decoded, code);
    return end + 1;
}

#define MAX_REFERENCE 12 /* bytes, "&#x10ffff;" */

static void
unescape_xml(np_span_t text, GByteArray *decoded)
{
    size_t at = 0;

    while (at < text.len) {
        np_span_t rest = np_span_slice(text, at, MIN(at + MAX_REFERENCE, text.len));
        size_t taken = rest.data[0] == '&' ? append_reference(rest, decoded) : 0;

        if (taken == 0) {
            g_byte_array_append(decoded, rest.data, 1);
            taken = 1;
        }
        at += taken;
    }
}

/* ---- multipart/form-data -------------------------------------------------------------- */

/* The first line, "--boundary". */
static np_span_t
delimiter_of(np_span_t body)
{
    np_span_t line = NP_SPAN_ABSENT;

    np_span_take_line(&body, &line);
    line = np_span_trim(line);
    return line.len > 2 && line.data[0] == '-' && line.data[1] == '-' ? line : NP_SPAN_ABSENT;
}

static bool
begins_with(np_span_t line, np_span_t begin)
{
    return line.len >= begin.len && memcmp(line.data, begin.data, begin.len) == 0;
}

static np_span_t
disposition_name(np_span_t line)
{
    static const char header[] = "Content-Disposition:";
    size_t at;

    if (!np_span_starts_with_nocase(line, header)) {
        return NP_SPAN_ABSENT;
    }
    at = after_text(line, strlen(header), "name=");
    while (at < line.len && !strchr("; \t", line.data[at - strlen("name=") - 1])) { /* not filename= */
        at = after_text(line, at, "name=");
    }
    if (at >= line.len) {
        return NP_SPAN_ABSENT;
    }
    if (line.data[at] == '"') {
        return np_span_slice(line, at + 1, np_span_find(line, at + 1, '"'));
    }
    return np_span_slice(line, at, np_span_find_any(line, at, "; \t"));
}

static np_span_t
take_part_headers(np_span_t *rest)
{
    np_span_t name = NP_SPAN_ABSENT, line;

    while (np_span_take_line(rest, &line) && np_span_trim(line).len > 0) {
        np_span_t found = disposition_name(line);

        name = found.data ? found : name;
    }
    return name;
}

static np_span_t
take_part_content(np_span_t *rest, np_span_t delimiter)
{
    np_span_t content = *rest, line;

    content.len = 0;
    while (np_span_take_line(rest, &line) && !begins_with(line, delimiter)) {
        content.len = (size_t)(line.data + line.len - content.data); /* the delimiter includes this line end */
    }
    return content;
}

static bool
next_part(np_span_t body, size_t *offset, np_parameter_t *parameter)
{
    np_span_t delimiter = delimiter_of(body), rest = np_span_skip(body, *offset), line;

    if (!delimiter.data) {
        return false;
    }
    if (*offset == 0) {
        np_span_take_line(&rest, &line);
    }
    while (rest.len > 0) {
        np_span_t name = take_part_headers(&rest);
        np_span_t content = take_part_content(&rest, delimiter);

        *offset = body.len - rest.len;
        if (name.data) {
            return set_parameter(parameter, name, content);
        }
    }
    return false;
}

/* ---- Basic authentication ------------------------------------------------------------- */

static bool
next_basic(np_span_t pair, size_t *offset, np_parameter_t *parameter)
{
    size_t colon = np_span_find(pair, 0, ':');
    bool is_user = *offset == 0;

    if (colon == pair.len) {
        return false;
    }
    parameter->name = np_span_slice(pair, *offset, *offset);
    parameter->value = is_user ? np_span_slice(pair, 0, colon) : np_span_skip(pair, colon + 1);
    parameter->role = is_user ? NP_ROLE_USER : NP_ROLE_PASSWORD;
    *offset = is_user ? colon + 1 : pair.len;
    return true;
}

bool
np_basic_credentials(np_span_t header, GByteArray *decoded)
{
    np_span_t rest = header, scheme = np_span_take_word(&rest);
    gsize length = 0;

    rest = np_span_trim(rest);
    g_byte_array_set_size(decoded, 0);
    if (!np_span_equals_nocase(scheme, "Basic") || rest.len < 4) {
        return false;
    }
    g_byte_array_append(decoded, rest.data, (guint)rest.len);
    g_byte_array_append(decoded, (const uint8_t *)"", 1);
    g_base64_decode_inplace((char *)decoded->data, &length);
    g_byte_array_set_size(decoded, (guint)length);
    return memchr(decoded->data, ':', length) != NULL;
}

/* ---- Digest authentication ------------------------------------------------------------ */

/* Its quoted strings are like JSON's. */
static bool
next_digest(np_span_t bytes, size_t *offset, np_parameter_t *parameter)
{
    size_t from = *offset, equals;
    np_span_t name;

    while (from < bytes.len && (bytes.data[from] == ',' || np_is_blank_or_line_end(bytes.data[from]))) {
        from++;
    }
    equals = np_span_find(bytes, from, '=');
    if (equals == bytes.len) {
        *offset = bytes.len;
        return false;
    }
    name = np_span_trim(np_span_slice(bytes, from, equals));
    from = skip_blanks(bytes, equals + 1);
    set_parameter(parameter, name, take_json_value(bytes, &from));
    if (np_span_equals_nocase(name, "response")) {
        parameter->role = NP_ROLE_PASSWORD;
    }
    *offset = from;
    return true;
}

np_span_t
np_digest_credentials(np_span_t header)
{
    np_span_t rest = header, scheme = np_span_take_word(&rest);

    return np_span_equals_nocase(scheme, "Digest") ? np_span_trim(rest) : NP_SPAN_ABSENT;
}

/* ---- all of them ----------------------------------------------------------------------- */

bool
np_document_next(np_document_t document, np_span_t body, size_t *offset, np_parameter_t *parameter)
{
    if (*offset >= body.len) {
        return false;
    }
    switch (document) {
    case NP_DOCUMENT_FORM:
        return np_parameters_next(body, offset, parameter);
    case NP_DOCUMENT_JSON:
        return next_json(body, offset, parameter);
    case NP_DOCUMENT_XML:
        return next_xml(body, offset, parameter);
    case NP_DOCUMENT_MULTIPART:
        return next_part(body, offset, parameter);
    case NP_DOCUMENT_BASIC:
        return next_basic(body, offset, parameter);
    case NP_DOCUMENT_DIGEST:
        return next_digest(body, offset, parameter);
    case NP_DOCUMENT_OPAQUE:
    default:
        return false;
    }
}

np_document_t
np_document_of(np_span_t body)
{
    np_span_t text = np_span_trim(body);
    np_document_t document = NP_DOCUMENT_OPAQUE;
    np_parameter_t parameter;
    size_t offset = 0;

    if (text.len == 0) {
        return NP_DOCUMENT_OPAQUE;
    }
    if (np_span_starts_with(text, "\xef\xbb\xbf")) { /* byte order mark */
        text = np_span_trim(np_span_skip(text, 3));
    }
    if (text.len > 0 && (text.data[0] == '{' || text.data[0] == '[')) {
        document = NP_DOCUMENT_JSON;
    } else if (text.len > 0 && text.data[0] == '<') {
        document = NP_DOCUMENT_XML;
    } else if (delimiter_of(body).data) {
        document = NP_DOCUMENT_MULTIPART;
    }
    if (document != NP_DOCUMENT_OPAQUE && np_document_next(document, body, &offset, &parameter)) {
        return document;
    }
    return np_parameters_are_list(body) ? NP_DOCUMENT_FORM : NP_DOCUMENT_OPAQUE;
}

np_encoding_t
np_document_decode(np_document_t document, np_span_t value, GByteArray *decoded)
{
    if (document == NP_DOCUMENT_FORM) {
        return np_parameter_decode(value, decoded);
    }
    g_byte_array_set_size(decoded, 0);
    if (document == NP_DOCUMENT_JSON) {
        unescape_json(value, decoded);
    } else if (document == NP_DOCUMENT_XML) {
        unescape_xml(value, decoded);
    } else if (value.len > 0) {
        g_byte_array_append(decoded, value.data, (guint)value.len);
    }
    if (document == NP_DOCUMENT_BASIC) { /* the header's Base64 is decoded */
        return np_parameter_decode_hex(decoded) ? NP_ENCODING_HEX : NP_ENCODING_BASE64;
    }
    if (document == NP_DOCUMENT_DIGEST) { /* it has no Base64 */
        return np_parameter_decode_hex(decoded) ? NP_ENCODING_HEX : NP_ENCODING_PLAIN;
    }
    return np_parameter_decode_unescaped(decoded);
}
