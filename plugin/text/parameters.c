/* parameters.c
 * Naver Phone: the parameters of a login request, and how they are encoded
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/parameters.h"

#include <string.h>

#include "text/encodings.h"

/* Least number of characters that is taken for an encoding and not for a word. */
#define ENCODED_MIN 8

/* The names by which id and password are known, the one list of them. */
static const struct {
    const char *name;
    np_role_t   role;
} known_names[] = {
    { "id",            NP_ROLE_USER },
    { "uid",           NP_ROLE_USER },
    { "user",          NP_ROLE_USER },
    { "userid",        NP_ROLE_USER },
    { "user_id",       NP_ROLE_USER },
    { "user-id",       NP_ROLE_USER },
    { "username",      NP_ROLE_USER },
    { "user_name",     NP_ROLE_USER },
    { "usr",           NP_ROLE_USER },
    { "usrid",         NP_ROLE_USER },
    { "usr_id",        NP_ROLE_USER },
    { "login",         NP_ROLE_USER },
    { "loginid",       NP_ROLE_USER },
    { "login_id",      NP_ROLE_USER },
    { "loginname",     NP_ROLE_USER },
    { "login_name",    NP_ROLE_USER },
    { "account",       NP_ROLE_USER },
    { "accountid",     NP_ROLE_USER },
    { "account_id",    NP_ROLE_USER },
    { "member",        NP_ROLE_USER },
    { "memberid",      NP_ROLE_USER },
    { "member_id",     NP_ROLE_USER },
    { "mbrid",         NP_ROLE_USER },
    { "mbr_id",        NP_ROLE_USER },
    { "naverid",       NP_ROLE_USER },
    { "naver_id",      NP_ROLE_USER },
    { "nid",           NP_ROLE_USER },
    { "encid",         NP_ROLE_USER },
    { "enc_id",        NP_ROLE_USER },
    { "email",         NP_ROLE_USER },
    { "pw",            NP_ROLE_PASSWORD },
    { "pwd",           NP_ROLE_PASSWORD },
    { "pass",          NP_ROLE_PASSWORD },
    { "passwd",        NP_ROLE_PASSWORD },
    { "password",      NP_ROLE_PASSWORD },
    { "passcode",      NP_ROLE_PASSWORD },
    { "passphrase",    NP_ROLE_PASSWORD },
    { "passwrd",       NP_ROLE_PASSWORD },
    { "secret",        NP_ROLE_PASSWORD },
    { "userpw",        NP_ROLE_PASSWORD },
    { "user_pw",       NP_ROLE_PASSWORD },
    { "userpwd",       NP_ROLE_PASSWORD },
    { "user_pwd",      NP_ROLE_PASSWORD },
    { "userpass",      NP_ROLE_PASSWORD },
    { "user_pass",     NP_ROLE_PASSWORD },
    { "userpasswd",    NP_ROLE_PASSWORD },
    { "user_passwd",   NP_ROLE_PASSWORD },
    { "userpassword",  NP_ROLE_PASSWORD },
    { "user_password", NP_ROLE_PASSWORD },
    { "usrpw",         NP_ROLE_PASSWORD },
    { "usr_pw",        NP_ROLE_PASSWORD },
    { "loginpw",       NP_ROLE_PASSWORD },
    { "login_pw",      NP_ROLE_PASSWORD },
    { "loginpwd",      NP_ROLE_PASSWORD },
    { "login_pwd",     NP_ROLE_PASSWORD },
    { "loginpassword", NP_ROLE_PASSWORD },
    { "login_password", NP_ROLE_PASSWORD },
    { "memberpw",      NP_ROLE_PASSWORD },
    { "member_pw",     NP_ROLE_PASSWORD },
    { "encpw",         NP_ROLE_PASSWORD },
    { "enc_pw",        NP_ROLE_PASSWORD },
};

static np_role_t
role_of(np_span_t name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_names); i++) {
        if (np_span_equals_nocase(name, known_names[i].name)) {
            return known_names[i].role;
        }
    }
    return NP_ROLE_NONE;
}

static np_span_t
span_from_to(np_span_t span, size_t from, size_t to)
{
    np_span_t part = { span.data + from, to - from };

    return part;
}

/* One line end after the list is no part of it. */
static np_span_t
without_line_end(np_span_t bytes)
{
    if (bytes.len > 0 && bytes.data[bytes.len - 1] == '\n') {
        bytes.len--;
        if (bytes.len > 0 && bytes.data[bytes.len - 1] == '\r') {
            bytes.len--;
        }
    }
    return bytes;
}

bool
np_parameters_next(np_span_t bytes, size_t *offset, np_parameter_t *parameter)
{
    size_t from = *offset, to, equals;

    bytes = without_line_end(bytes);
    while (from < bytes.len && (bytes.data[from] == '&' || bytes.data[from] == ';')) {
        from++;
    }
    if (from >= bytes.len) {
        *offset = bytes.len;
        return false;
    }
    for (to = from; to < bytes.len && bytes.data[to] != '&' && bytes.data[to] != ';'; to++) {
    }
    for (equals = from; equals < to && bytes.data[equals] != '='; equals++) {
    }
    memset(parameter, 0, sizeof *parameter);
    parameter->name = span_from_to(bytes, from, equals);
    if (equals < to) {
        parameter->value = span_from_to(bytes, equals + 1, to);
    }
    parameter->role = role_of(parameter->name);
    *offset = to;
    return true;
}

/* Base64 */

/* The six bits of a character, -1 if it is none of both alphabets. */
static int
base64_bits(uint8_t c)
{
    if (g_ascii_isupper(c)) {
        return c - 'A';
    }
    if (g_ascii_islower(c)) {
        return c - 'a' + 26;
    }
    if (g_ascii_isdigit(c)) {
        return c - '0' + 52;
    }
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Of proper length and padding, in the standard or the URL alphabet but not in both? */
static bool
is_base64(const uint8_t *data, size_t len)
{
    bool is_standard = false, is_url = false;
    size_t digits = len;

    if (len < ENCODED_MIN || len % 4 != 0) {
        return false;
    }
    while (digits > len - 2 && data[digits - 1] == '=') {
        digits--;
    }
    for (size_t i = 0; i < digits; i++) {
        if (base64_bits(data[i]) < 0) {
            return false;
        }
        is_standard = is_standard || data[i] == '+' || data[i] == '/';
        is_url = is_url || data[i] == '-' || data[i] == '_';
    }
    return !(is_standard && is_url);
}

/* Decodes in place. */
static void
decode_base64(GByteArray *bytes)
{
    guint written = 0;
    unsigned bits = 0, held = 0;

    for (guint i = 0; i < bytes->len && bytes->data[i] != '='; i++) {
        held = (held << 6 | (unsigned)base64_bits(bytes->data[i])) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes->data[written++] = (uint8_t)(held >> bits & 0xff);
        }
    }
    g_byte_array_set_size(bytes, written);
}

/* Hex */

static bool
is_hex(const uint8_t *data, size_t len)
{
    if (len < ENCODED_MIN || len % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isxdigit(data[i])) {
            return false;
        }
    }
    return true;
}

static uint8_t
hex_byte(const uint8_t *digits)
{
    return (uint8_t)(g_ascii_xdigit_value((char)digits[0]) << 4 | g_ascii_xdigit_value((char)digits[1]));
}

/* Decodes in place. */
static void
decode_hex(GByteArray *bytes)
{
    for (guint i = 0; i < bytes->len / 2; i++) {
        bytes->data[i] = hex_byte(bytes->data + 2 * (size_t)i);
    }
    g_byte_array_set_size(bytes, bytes->len / 2);
}

/* Percent */

/* Is a '+' in this value Base64's own (see the header)? */
static bool
keeps_plus(np_span_t value)
{
    return is_base64(value.data, value.len)
        && (value.data[value.len - 1] == '=' || memchr(value.data, '/', value.len));
}

/* Takes the percent coding off. @return whether there was any. */
static bool
decode_percent(np_span_t value, GByteArray *decoded)
{
    bool has_blanks = !keeps_plus(value);
    bool changed = false;

    for (size_t i = 0; i < value.len; i++) {
        const uint8_t *at = value.data + i;
        uint8_t byte = *at;

        if (byte == '%' && value.len - i > 2 && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
            byte = hex_byte(at + 1);
            i += 2;
            changed = true;
        } else if (byte == '+' && has_blanks) {
            byte = ' ';
            changed = true;
        }
        g_byte_array_append(decoded, &byte, 1);
    }
    return changed;
}

np_encoding_t
np_parameter_decode(np_span_t value, GByteArray *decoded)
{
    bool was_percent;

    g_byte_array_set_size(decoded, 0);
    was_percent = decode_percent(value, decoded);
    if (is_hex(decoded->data, decoded->len)) {
        decode_hex(decoded);
        return NP_ENCODING_HEX;
    }
    if (is_base64(decoded->data, decoded->len)) {
        decode_base64(decoded);
        return NP_ENCODING_BASE64;
    }
    return was_percent ? NP_ENCODING_PERCENT : NP_ENCODING_PLAIN;
}

/* Is it a list? */

static bool
is_name(np_span_t name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!g_ascii_isalnum(name.data[i]) && !(name.data[i] != 0 && strchr("._-[]%+$*", name.data[i]))) {
            return false;
        }
    }
    return name.len > 0;
}

bool
np_parameters_are_list(np_span_t bytes)
{
    np_parameter_t parameter;
    size_t offset = 0;
    bool is_first = true;

    bytes = without_line_end(bytes);
    if (!np_text_is_readable(bytes)) {
        return false;
    }
    if (bytes.data[bytes.len - 1] == '=' && is_base64(bytes.data, bytes.len)) {
        return false;
    }
    while (np_parameters_next(bytes, &offset, &parameter)) {
        if (!is_name(parameter.name) || (is_first && !parameter.value.data)) {
            return false;
        }
        is_first = false;
    }
    return !is_first;
}
