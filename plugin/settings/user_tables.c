/* user_tables.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "settings/user_tables.h"

#include <epan/uat.h>

#include "packet-naverphone.h"
#include "printable.h"
#include "settings/network.h"
#include "text/encodings.h"
#include "text/numbering.h"

/* ---- errors -------------------------------------------------------------------- */

/* These return an allocated text, which the table's dialog frees. NULL: the value is valid. */
static char *
invalid_value(const char *what, const char *value, const char *expected)
{
    char *quoted = np_quoted(value);
    char *text = ws_strdup_printf("Invalid %s %s: expected %s", what, quoted, expected);

    g_free(quoted);
    return text;
}

static char *
find_name_error(const char *name, const char *what, const char *value)
{
    np_span_t span = np_span_of(name);

    if (span.len == 0) {
        return ws_strdup_printf("The %s '%s' has no name", what, value);
    }
    if (!g_utf8_validate(name, -1, NULL) || !np_text_is_readable(span)) {
        return invalid_value("name", name, "printable text in UTF-8");
    }
    return NULL;
}

/* ---- choices -------------------------------------------------------------- */

/* Takes a name in any case, or a value. uat_fld_chk_enum() would want the exact name. */
static const value_string *
find_choice(const value_string *choices, const char *text, unsigned length)
{
    char *word = g_strstrip(g_strndup(text, length));
    const value_string *found = NULL;

    for (; choices->strptr && !found; choices++) {
        char *value = ws_strdup_printf("%u", choices->value);

        if (g_ascii_strcasecmp(word, choices->strptr) == 0 || strcmp(word, value) == 0) {
            found = choices;
        }
        g_free(value);
    }
    g_free(word);
    return found;
}

/* "one of be, le" */
static char *
list_choices(const value_string *choices)
{
    GString *list = g_string_new("one of ");

    for (const value_string *choice = choices; choice->strptr; choice++) {
        g_string_append_printf(list, "%s%s", choice == choices ? "" : ", ", choice->strptr);
    }
    return g_string_free(list, FALSE);
}

static np_bool_t
choice_check(void *record _U_, const char *text, unsigned length, const void *choices, const void *unused _U_,
             char **error)
{
    char *value, *expected;

    *error = NULL;
    if (find_choice((const value_string *)choices, text, length)) {
        return TRUE;
    }
    value = g_strndup(text, length);
    expected = list_choices((const value_string *)choices);
    *error = invalid_value("value", value, expected);
    g_free(expected);
    g_free(value);
    return FALSE;
}

static uint32_t
choice_value(const char *text, unsigned length, const void *choices)
{
    const value_string *found = find_choice((const value_string *)choices, text, length);
    return found ? found->value : 0;
}

/* clang-format off */
#define CHOICE_CB_DEF(table, column, record_t) \
static void table ## _ ## column ## _set_cb(void *record, const char *text, unsigned length, const void *choices, \
                                            const void *unused _U_) \
{ \
    ((record_t *)record)->column = choice_value(text, length, choices); \
} \
static void table ## _ ## column ## _tostr_cb(void *record, char **text, unsigned *length, const void *choices, \
                                              const void *unused _U_) \
{ \
    *text = g_strdup(val_to_str_const(((record_t *)record)->column, (const value_string *)choices, "")); \
    *length = (unsigned)strlen(*text); \
}

#define FLD_CHOICE(table, column, title, choices, description) \
    { #column, title, PT_TXTMOD_ENUM, \
      { choice_check, table ## _ ## column ## _set_cb, table ## _ ## column ## _tostr_cb }, \
      { choices, choices, choices }, choices, description, FLDFILL }
/* clang-format on */

/* ---- service prefixes --------------------------------------------------- */

typedef struct {
    char *prefix;
    char *name;
} service_t;

static service_t *services;
static unsigned service_count;

/* A user's row with the same prefix replaces these. */
static const struct {
    const char *prefix;
    const char *name;
} built_in_services[] = {
    { "770", "Collect call" },
};

UAT_CSTRING_CB_DEF(service, prefix, service_t)
UAT_CSTRING_CB_DEF(service, name, service_t)

static void *
service_copy(void *to, const void *from, size_t size _U_)
{
    service_t *copy = (service_t *)to;
    const service_t *original = (const service_t *)from;

    copy->prefix = g_strdup(original->prefix);
    copy->name = g_strdup(original->name);
    return copy;
}

static void
service_free(void *record)
{
    service_t *service = (service_t *)record;

    g_free(service->prefix);
    g_free(service->name);
}

static np_bool_t
service_check(void *record, char **error)
{
    const service_t *service = (const service_t *)record;
    const char *prefix = service->prefix ? service->prefix : "";

    *error = NULL;
    if (!prefix[0] || strspn(prefix, "0123456789*#") != strlen(prefix)) {
        *error = invalid_value("service prefix", prefix, "one or more of 0 to 9, * and #");
    } else {
        *error = find_name_error(service->name, "service prefix", prefix);
    }
    return *error == NULL;
}

static void
register_services(module_t *module)
{
    /* clang-format off */
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(service, prefix, "Prefix", "Digits dialled before the number, for example 770"),
        UAT_FLD_CSTRING(service, name, "Name", "Service that the prefix requests, for example Collect call"),
        UAT_END_FIELDS
    };
    /* clang-format on */
    uat_t *service_uat = uat_new("Naver Phone Service Prefixes", sizeof(service_t), "naverphone_service_prefixes", TRUE,
                                 &services, &service_count, UAT_AFFECTS_DISSECTION, NULL, service_copy, service_check,
                                 service_free, NULL, NULL, fields);

    prefs_register_uat_preference(module, "service_prefixes", "Service Prefixes",
                                  "Prefixes that are dialled before a number to request a service. A prefix is "
                                  "recognised only if a valid number follows. 770 (Collect call) is built in.",
                                  service_uat);
}

typedef struct {
    const char *prefix, *name, *number;
} service_match_t;

static void
match_service(const char *dialled, const char *prefix, const char *name, service_match_t *best)
{
    const char *number = np_number_after_prefix(dialled, prefix);

    if (number && (!best->number || strlen(prefix) > strlen(best->prefix))) {
        best->prefix = prefix;
        best->name = name;
        best->number = number;
    }
}

const char *
np_user_tables_find_service(const char *dialled, const char **prefix, const char **name)
{
    service_match_t best = { NULL, NULL, NULL };

    for (unsigned i = 0; i < service_count; i++) {
        match_service(dialled, services[i].prefix, services[i].name, &best);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(built_in_services); i++) {
        match_service(dialled, built_in_services[i].prefix, built_in_services[i].name, &best);
    }
    if (best.number) {
        *prefix = wmem_strdup(wmem_file_scope(), best.prefix); /* rows may change meanwhile */
        *name = wmem_strdup(wmem_file_scope(), best.name);
    }
    return best.number;
}

/* ---- framing of control messages ------------------------------------------ */

typedef struct {
    char *network;
    uint32_t port;
    char *framing;
    uint32_t header_length, type_offset, type_width, sequence_offset, sequence_width, order;
    /* Set by framing_check(). */
    bool is_valid;
    np_network_t servers;
    np_control_format_t format;
} framing_row_t;

static framing_row_t *framings;
static unsigned framing_count;

enum {
    ORDER_BIG = 1,
    ORDER_LITTLE
};

/* clang-format off */
static const value_string byte_orders[] = {
    { ORDER_BIG, "be" },
    { ORDER_LITTLE, "le" },
    { 0, NULL }
};
/* clang-format on */

UAT_CSTRING_CB_DEF(framing, network, framing_row_t)
UAT_DEC_CB_DEF(framing, port, framing_row_t)
UAT_CSTRING_CB_DEF(framing, framing, framing_row_t)
UAT_DEC_CB_DEF(framing, header_length, framing_row_t)
UAT_DEC_CB_DEF(framing, type_offset, framing_row_t)
UAT_DEC_CB_DEF(framing, type_width, framing_row_t)
UAT_DEC_CB_DEF(framing, sequence_offset, framing_row_t)
UAT_DEC_CB_DEF(framing, sequence_width, framing_row_t)
CHOICE_CB_DEF(framing, order, framing_row_t)

static void *
framing_copy(void *to, const void *from, size_t size _U_)
{
    framing_row_t *copy = (framing_row_t *)to;

    *copy = *(const framing_row_t *)from;
    copy->network = g_strdup(copy->network);
    copy->framing = g_strdup(copy->framing);
    return copy;
}

static void
framing_free(void *record)
{
    framing_row_t *row = (framing_row_t *)record;

    g_free(row->network);
    g_free(row->framing);
}

#define MAX_HEADER 0xffff

static char *
find_number_error(const framing_row_t *row, const char *what, uint32_t offset, uint32_t width)
{
    if (width > 4) {
        return ws_strdup_printf("The %s has a width of %u bytes: expected 1 to 4, or 0 for none", what, width);
    }
    if (offset > MAX_HEADER) {
        return ws_strdup_printf("The %s has offset %u: expected 0 to %u", what, offset, MAX_HEADER);
    }
    if (width && row->header_length && offset + width > row->header_length) {
        return ws_strdup_printf("The %s (offset %u, %u bytes) does not fit the header length %u", what, offset, width,
                                row->header_length);
    }
    return NULL;
}

static char *
find_header_error(const framing_row_t *row)
{
    const np_framing_t *framing = &row->format.framing;
    char *error = find_number_error(row, "type", row->type_offset, row->type_width);

    if (!error) {
        error = find_number_error(row, "sequence", row->sequence_offset, row->sequence_width);
    }
    if (!error && framing->kind == NP_FRAMING_LENGTH) {
        error = find_number_error(row, "length field of the framing", framing->offset, framing->width);
    }
    return error;
}

static np_bool_t
framing_check(void *record, char **error)
{
    framing_row_t *row = (framing_row_t *)record;
    const char *network = row->network ? row->network : "", *framing = row->framing ? row->framing : "";

    *error = NULL;
    if (!np_network_read(network, &row->servers)) {
        *error = invalid_value("network", network, "ADDRESS or ADDRESS/LENGTH");
    } else if (row->port < 1 || row->port > 65535) {
        *error = ws_strdup_printf("Invalid TCP port '%u': expected 1 to 65535", row->port);
    } else if (!np_framing_parse(framing, &row->format.framing)) {
        *error = invalid_value("framing", framing,
                               "one like u16be@0+2, u8@1+2, fixed 20, lines crlf, lines lf, nul or "
                               "segment");
    } else if (row->header_length > MAX_HEADER) {
        *error = ws_strdup_printf("Invalid header length '%u': expected 0 to %u", row->header_length, MAX_HEADER);
    } else {
        *error = find_header_error(row);
    }
    row->format.header_length = row->header_length;
    row->format.type_offset = row->type_offset;
    row->format.type_width = row->type_width;
    row->format.sequence_offset = row->sequence_offset;
    row->format.sequence_width = row->sequence_width;
    row->format.little = row->order == ORDER_LITTLE;
    row->is_valid = *error == NULL;
    return row->is_valid;
}

static void
register_framings(module_t *module)
{
    /* clang-format off */
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(framing, network, "Server network", "ADDRESS or ADDRESS/LENGTH of the control servers"),
        UAT_FLD_DEC(framing, port, "Port", "TCP port of the control servers"),
        UAT_FLD_CSTRING(framing, framing, "Framing",
                        "How the stream is cut into messages: u16be@0+2 (a message is as long as the 16 bit "
                        "big-endian number at offset 0, plus 2), u8@1+2, fixed 20, lines crlf, lines lf, nul, segment"),
        UAT_FLD_DEC(framing, header_length, "Header length", "Bytes before the content of each message; 0 if unknown"),
        UAT_FLD_DEC(framing, type_offset, "Type offset",
                    "Offset of the message type, in bytes from the start of the message"),
        UAT_FLD_DEC(framing, type_width, "Type width", "Bytes of the message type, 1 to 4; 0 if there is none"),
        UAT_FLD_DEC(framing, sequence_offset, "Sequence offset",
                    "Offset of the sequence number, in bytes from the start of the message"),
        UAT_FLD_DEC(framing, sequence_width, "Sequence width",
                    "Bytes of the sequence number, 1 to 4; 0 if there is none"),
        FLD_CHOICE(framing, order, "Byte order", byte_orders,
                   "Of type and sequence number: be (big-endian) or le (little-endian)"),
        UAT_END_FIELDS
    };
    /* clang-format on */
    uat_t *framing_uat = uat_new("Naver Phone Control Framing", sizeof(framing_row_t), "naverphone_control_framing",
                                 TRUE, &framings, &framing_count, UAT_AFFECTS_DISSECTION, NULL, framing_copy,
                                 framing_check, framing_free, NULL, NULL, fields);

    prefs_register_uat_preference(module, "control_framing", "Control Framing",
                                  "How the control connections of a server are cut into messages, and where "
                                  "these have type and sequence number. A row overrides what the plugin infers.",
                                  framing_uat);
}

const np_control_format_t *
np_user_tables_find_control_format(const address *server, uint16_t port)
{
    for (unsigned i = 0; i < framing_count; i++) {
        const framing_row_t *row = &framings[i];

        if (row->is_valid && row->port == port && np_network_has(&row->servers, server)) {
            return (const np_control_format_t *)wmem_memdup(wmem_file_scope(), &row->format, sizeof row->format);
        }
    }
    return NULL;
}

/* ---- message names -------------------------------------------------------------- */

typedef struct {
    uint32_t direction;
    char *type;
    char *name;
    /* Set by message_check(). */
    uint32_t value;
    bool is_valid;
} message_row_t;

/* clang-format off */
static const value_string directions[] = {
    { NAVERPHONE_FROM_CLIENT, "Client to server" },
    { NAVERPHONE_TO_CLIENT, "Server to client" },
    { 0, NULL }
};
/* clang-format on */

static message_row_t *message_names;
static unsigned message_name_count;

CHOICE_CB_DEF(message, direction, message_row_t)
UAT_CSTRING_CB_DEF(message, type, message_row_t)
UAT_CSTRING_CB_DEF(message, name, message_row_t)

static void *
message_copy(void *to, const void *from, size_t size _U_)
{
    message_row_t *copy = (message_row_t *)to;

    *copy = *(const message_row_t *)from;
    copy->type = g_strdup(copy->type);
    copy->name = g_strdup(copy->name);
    return copy;
}

static void
message_free(void *record)
{
    message_row_t *row = (message_row_t *)record;

    g_free(row->type);
    g_free(row->name);
}

/* Decimal, or hex with 0x. */
static bool
read_type(const char *text, uint32_t *value)
{
    bool is_hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
    uint64_t number;

    if (!g_ascii_string_to_unsigned(is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, UINT32_MAX, &number, NULL)) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

static np_bool_t
message_check(void *record, char **error)
{
    message_row_t *row = (message_row_t *)record;
    const char *type = row->type ? row->type : "";

    *error = NULL;
    if (!read_type(type, &row->value)) {
        *error = invalid_value("message type", type, "a number, decimal or hexadecimal with 0x");
    } else {
        *error = find_name_error(row->name, "message type", type);
    }
    row->is_valid = *error == NULL;
    return row->is_valid;
}

static void
register_message_names(module_t *module)
{
    /* clang-format off */
    static uat_field_t fields[] = {
        FLD_CHOICE(message, direction, "Direction", directions, "Direction of the message"),
        UAT_FLD_CSTRING(message, type, "Type", "Value of the message type, decimal or hexadecimal with 0x"),
        UAT_FLD_CSTRING(message, name, "Name", "Name for messages of that type"),
        UAT_END_FIELDS
    };
    /* clang-format on */
    uat_t *message_uat = uat_new("Naver Phone Control Messages", sizeof(message_row_t), "naverphone_control_messages",
                                 TRUE, &message_names, &message_name_count, UAT_AFFECTS_DISSECTION, NULL, message_copy,
                                 message_check, message_free, NULL, NULL, fields);

    prefs_register_uat_preference(module, "control_messages", "Control Messages",
                                  "Your names for types of control messages. The table Control Framing defines where "
                                  "a message has its type.",
                                  message_uat);
}

const char *
np_user_tables_find_message_name(unsigned direction, uint32_t type)
{
    for (unsigned i = 0; i < message_name_count; i++) {
        if (message_names[i].is_valid && message_names[i].value == type && message_names[i].direction == direction) {
            return message_names[i].name;
        }
    }
    return NULL;
}

void
np_user_tables_register(module_t *module)
{
    register_services(module);
    register_framings(module);
    register_message_names(module);
}
