/* sip.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/sip.h"

#include <glib.h>

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

static size_t
scheme_length(np_span_t uri)
{
    static const char *const schemes[] = { "sip:", "sips:", "tel:" };

    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (np_span_starts_with_nocase(uri, schemes[i])) {
            return strlen(schemes[i]);
        }
    }
    return 0;
}

/* Returns the offset after it and its brackets; 0: none. */
static size_t
read_host(np_span_t span, np_sip_address_t *address)
{
    size_t end;

    if (span.len > 0 && span.data[0] == '[') {
        end = np_span_find_any(span, 1, "] \t\r\n<>\"@");
        if (end == span.len || span.data[end] != ']' || end == 1) {
            return 0;
        }
        address->host = np_span_slice(span, 1, end);
        return end + 1;
    }
    end = np_span_find_any(span, 0, ":;?, \t\r\n<>\"");
    if (end > 0) {
        address->host = np_span_slice(span, 0, end);
    }
    return end;
}

/* Returns the offset after the host (tel: number); 0: no URI. */
static size_t
read_uri(np_span_t uri, np_sip_address_t *address)
{
    size_t from = scheme_length(uri);
    size_t end, at, host;

    if (from == 0) {
        return 0;
    }
    if (g_ascii_tolower((char)uri.data[0]) == 't') {
        end = np_span_find_any(uri, from, ";?, \t\r\n<>\"");
        address->user = end > from ? np_span_slice(uri, from, end) : NP_SPAN_ABSENT;
        return end > from ? end : 0;
    }
    end = np_span_find_any(uri, from, " \t\r\n<>\"");
    at = np_span_find(np_span_slice(uri, 0, end), from, '@');
    if (at < end) {
        size_t user_end = np_span_find(np_span_slice(uri, 0, at), from, ':');

        if (user_end > from) {
            address->user = np_span_slice(uri, from, user_end);
        }
        from = at + 1;
    }
    host = read_host(np_span_skip(uri, from), address);
    return host > 0 ? from + host : 0;
}

np_span_t
np_sip_parameter(np_span_t rest, const char *wanted)
{
    size_t i = 0;

    while ((i = np_span_find_any(rest, i, ";,\"")) < rest.len && rest.data[i] != ',') {
        np_span_t name, value;
        size_t equals;

        if (rest.data[i] == '"') {
            i = skip_quoted(rest, i);
            continue;
        }
        equals = np_span_find_any(rest, i + 1, "=;,\"");
        name = np_span_trim(np_span_slice(rest, i + 1, equals));
        i = equals;
        if (i < rest.len && rest.data[i] == '=' && np_span_equals_nocase(name, wanted)) {
            value = np_span_trim(np_span_slice(rest, i + 1, np_span_find_any(rest, i + 1, ";,\"")));
            return value.len > 0 ? value : NP_SPAN_ABSENT;
        }
    }
    return NP_SPAN_ABSENT;
}

/* Returns the offset of the '<' after the display name, or the end. */
static size_t
find_bracket(np_span_t value)
{
    size_t name = value.len > 0 && value.data[0] == '"' ? skip_quoted(value, 0) : 0;

    return np_span_find(value, name, '<');
}

static bool
read_name_addr(np_span_t value, np_sip_address_t *address, np_span_t *rest)
{
    size_t open = find_bracket(value), end;

    if (open == value.len) {
        return false;
    }
    value = np_span_trim(np_span_skip(value, open + 1));
    end = read_uri(value, address);
    if (end == 0) {
        return false;
    }
    end = np_span_find(value, end, '>');
    if (end == value.len) {
        return false;
    }
    *rest = np_span_skip(value, end + 1);
    return true;
}

static bool
read_addr_spec(np_span_t value, np_sip_address_t *address, np_span_t *rest)
{
    size_t end = read_uri(value, address);

    *rest = np_span_skip(value, end);
    return end > 0;
}

/* Finds the tag behind a URI of another scheme, as in "<urn:service:sos>;tag=1". */
static np_span_t
tag_after_other_uri(np_span_t value)
{
    size_t open = find_bracket(value), end = open < value.len ? np_span_find(value, open, '>') : 0;

    return np_sip_parameter(np_span_skip(value, MIN(end, value.len)), "tag");
}

bool
np_sip_read_address(np_span_t value, np_sip_address_t *address)
{
    np_span_t rest;
    bool is_valid;

    memset(address, 0, sizeof *address);
    value = np_span_trim(value);
    is_valid = scheme_length(value) > 0 ? read_addr_spec(value, address, &rest) : read_name_addr(value, address, &rest);
    if (!is_valid) {
        memset(address, 0, sizeof *address);
        address->tag = tag_after_other_uri(value);
        return false;
    }
    address->tag = np_sip_parameter(rest, "tag");
    return true;
}

bool
np_sip_read_cseq(np_span_t value, uint32_t *number, np_span_t *method)
{
    uint64_t parsed;
    size_t blank;

    value = np_span_trim(value);
    blank = np_span_find_any(value, 0, " \t\r\n");
    if (blank == value.len || !np_span_to_number(np_span_slice(value, 0, blank), UINT32_MAX, &parsed)) {
        return false;
    }
    *method = np_span_trim(np_span_skip(value, blank));
    if (np_span_find_any(*method, 0, " \t\r\n") < method->len) {
        return false;
    }
    *number = (uint32_t)parsed;
    return true;
}

/* clang-format off */
const char *const np_sip_methods[] = {
    "INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "INFO", "UPDATE", "PRACK", "SUBSCRIBE", "NOTIFY",
    "REFER", "MESSAGE", "PUBLISH", NULL
};
/* clang-format on */

const char *
np_sip_known_method(np_span_t method)
{
    const char *const *known = np_sip_methods;

    while (*known && !np_span_equals(method, *known)) {
        known++;
    }
    return *known;
}

/* ---- contacts and hops ----------------------------------------------------------- */

static bool
take_field(np_span_t *rest, np_span_t *name, np_span_t *value)
{
    size_t end = np_span_line_end(*rest, 0), colon;
    np_span_t field;

    if (rest->len == 0) {
        return false;
    }
    while (end < rest->len && np_is_blank(rest->data[end])) {
        end = np_span_line_end(*rest, end);
    }
    field = np_span_slice(*rest, 0, end);
    colon = np_span_find(field, 0, ':');
    *name = np_span_trim(np_span_slice(field, 0, colon));
    *value = np_span_trim(np_span_skip(field, MIN(colon + 1, end)));
    *rest = np_span_skip(*rest, end);
    return true;
}

/* Finds ';' or ',' outside quotes and angle brackets. */
static size_t
part_end(np_span_t values, size_t from)
{
    size_t i = from;

    while ((i = np_span_find_any(values, i, "\"<;,")) < values.len) {
        if (values.data[i] == '"') {
            i = skip_quoted(values, i);
        } else if (values.data[i] == '<') {
            i = np_span_find(values, i, '>');
        } else {
            break;
        }
    }
    return i;
}

/* Takes the first of the values, which are separated by ','. */
static np_span_t
take_value(np_span_t *values)
{
    size_t end = 0;
    np_span_t value;

    while ((end = part_end(*values, end)) < values->len && values->data[end] == ';') {
        end++;
    }
    value = np_span_slice(*values, 0, end);
    *values = np_span_skip(*values, MIN(end + 1, values->len));
    return value;
}

bool
np_sip_next_value(np_sip_values_t *rest, const char *wanted, const char *compact, np_span_t *value)
{
    np_span_t name, all;

    while (rest->values.len == 0) {
        if (!take_field(&rest->headers, &name, &all)) {
            return false;
        }
        if (np_span_equals_nocase(name, wanted) || (compact && np_span_equals_nocase(name, compact))) {
            rest->values = all;
        }
    }
    *value = np_span_trim(take_value(&rest->values));
    return true;
}

static bool
is_zero(np_span_t number)
{
    uint64_t seconds;

    return np_span_to_number(np_span_trim(number), UINT64_MAX, &seconds) && seconds == 0;
}

static void
read_expires(np_span_t part, bool *at_once)
{
    size_t equals = np_span_find(part, 0, '=');

    if (equals < part.len && np_span_equals_nocase(np_span_trim(np_span_slice(part, 0, equals)), "expires")) {
        *at_once = is_zero(np_span_skip(part, equals + 1));
    }
}

/* by_default: the result if the contact has no expires parameter. */
static bool
expires_at_once(np_span_t contact, bool by_default)
{
    bool at_once = by_default;
    size_t end;

    for (size_t from = 0; from < contact.len; from = end + 1) {
        end = part_end(contact, from);
        read_expires(np_span_slice(contact, from, end), &at_once);
    }
    return at_once;
}

bool
np_sip_takes_back(np_span_t headers)
{
    np_sip_values_t contacts = { .headers = headers };
    np_span_t rest = headers, name, value, contact;
    bool by_default = false, has_contacts = false;

    while (take_field(&rest, &name, &value)) {
        by_default |= np_span_equals_nocase(name, "Expires") && is_zero(value);
    }
    while (np_sip_next_contact(&contacts, &contact)) {
        if (!expires_at_once(contact, by_default)) {
            return false;
        }
        has_contacts = true;
    }
    return has_contacts;
}

bool
np_sip_is_forwarded(np_span_t headers)
{
    np_sip_values_t rest = { .headers = headers };
    np_span_t via;
    unsigned hops = 0;

    while (hops < 2 && np_sip_next_value(&rest, "Via", "v", &via)) {
        hops++;
    }
    return hops > 1;
}
