/* parameters.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/parameters.h"

#include "text/encodings.h"

#define MIN_ENCODED 8 /* digits; shorter values are words */

/* clang-format off */
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
/* clang-format on */

np_role_t
np_parameter_role(np_span_t name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_names); i++) {
        if (np_span_equals_nocase(name, known_names[i].name)) {
            return known_names[i].role;
        }
    }
    return NP_ROLE_NONE;
}

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

np_span_t
np_parameters_of_uri(np_span_t uri)
{
    size_t mark = np_span_find(uri, 0, '?');

    return mark < uri.len ? np_span_skip(uri, mark + 1) : NP_SPAN_ABSENT;
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
    to = np_span_find_any(bytes, from, "&;");
    equals = np_span_find(np_span_slice(bytes, 0, to), from, '=');
    memset(parameter, 0, sizeof *parameter);
    parameter->name = np_span_slice(bytes, from, equals);
    if (equals < to) {
        parameter->value = np_span_slice(bytes, equals + 1, to);
    }
    parameter->role = np_parameter_role(parameter->name);
    *offset = to;
    return true;
}

static bool
is_base64(np_span_t value)
{
    bool is_standard = false, is_url = false;
    size_t digits = value.len;

    if (value.len < MIN_ENCODED || value.len % 4 != 0) {
        return false;
    }
    while (digits > value.len - 2 && value.data[digits - 1] == '=') {
        digits--;
    }
    for (size_t i = 0; i < digits; i++) {
        uint8_t c = value.data[i];

        if (c == '+' || c == '/') {
            is_standard = true;
        } else if (c == '-' || c == '_') {
            is_url = true;
        } else if (!g_ascii_isalnum(c)) {
            return false;
        }
    }
    return !(is_standard && is_url);
}

static void
decode_base64(GByteArray *bytes)
{
    gsize length = 0;

    g_byte_array_append(bytes, (const uint8_t *)"", 1);
    g_strdelimit((char *)bytes->data, "-", '+'); /* GLib knows only the standard alphabet */
    g_strdelimit((char *)bytes->data, "_", '/');
    g_base64_decode_inplace((char *)bytes->data, &length);
    g_byte_array_set_size(bytes, (guint)length);
}

static bool
is_hex(np_span_t value)
{
    if (value.len < MIN_ENCODED || value.len % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < value.len; i++) {
        if (!g_ascii_isxdigit(value.data[i])) {
            return false;
        }
    }
    return true;
}

/* GLib reads single digits only, and text/ has no libwireshark. */
static uint8_t
hex_byte(const uint8_t *digits)
{
    return (uint8_t)(g_ascii_xdigit_value((char)digits[0]) << 4 | g_ascii_xdigit_value((char)digits[1]));
}

static void
decode_hex(GByteArray *bytes)
{
    for (guint i = 0; i < bytes->len / 2; i++) {
        bytes->data[i] = hex_byte(bytes->data + 2 * (size_t)i);
    }
    g_byte_array_set_size(bytes, bytes->len / 2);
}

static bool
keeps_plus(np_span_t value)
{
    return is_base64(value) && (value.data[value.len - 1] == '=' || memchr(value.data, '/', value.len));
}

/* g_uri_unescape_bytes() refuses a text with a malformed escape. */
static bool
decode_percent(np_span_t value, GByteArray *decoded)
{
    bool plus_is_blank = !keeps_plus(value);
    bool is_changed = false;

    for (size_t i = 0; i < value.len; i++) {
        const uint8_t *at = value.data + i;
        uint8_t byte = *at;

        if (byte == '%' && value.len - i > 2 && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
            byte = hex_byte(at + 1);
            i += 2;
            is_changed = true;
        } else if (byte == '+' && plus_is_blank) {
            byte = ' ';
            is_changed = true;
        }
        g_byte_array_append(decoded, &byte, 1);
    }
    return is_changed;
}

bool
np_parameter_decode_hex(GByteArray *decoded)
{
    if (!is_hex((np_span_t){ decoded->data, decoded->len })) {
        return false;
    }
    decode_hex(decoded);
    return true;
}

np_encoding_t
np_parameter_decode_unescaped(GByteArray *decoded)
{
    const np_span_t value = { decoded->data, decoded->len };

    if (np_parameter_decode_hex(decoded)) {
        return NP_ENCODING_HEX;
    }
    if (is_base64(value)) {
        decode_base64(decoded);
        return NP_ENCODING_BASE64;
    }
    return NP_ENCODING_PLAIN;
}

np_encoding_t
np_parameter_decode(np_span_t value, GByteArray *decoded)
{
    np_encoding_t encoding;
    bool was_percent;

    g_byte_array_set_size(decoded, 0);
    was_percent = decode_percent(value, decoded);
    encoding = np_parameter_decode_unescaped(decoded);
    return encoding == NP_ENCODING_PLAIN && was_percent ? NP_ENCODING_PERCENT : encoding;
}

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
    if (bytes.data[bytes.len - 1] == '=' && is_base64(bytes)) {
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
