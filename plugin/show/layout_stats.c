/* layout_stats.c
 * Collects each server's messages, up to a limit, and infers their layout (control/layout). A statistic does not know
 * when it is drawn, so each message updates the rows, and later each growth by 1/16. All listeners share the state, so
 * they cannot have different filters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/layout_stats.h"

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/to_str.h>

#include "control/layout/layout.h"
#include "packet-naverphone.h"
#include "show/fields.h"

#define MAX_MESSAGES 4096 /* per server */
#define MAX_SERVERS 16
#define MAX_TYPES 32        /* per direction */
#define SEGMENT "segment"   /* framing unknown */
#define FEW_MESSAGES 128    /* up to here, each message updates the rows */
#define MIN_CONFIDENCE 0.35 /* of a field that a suggested row has */

enum {
    COLUMN_SERVER,
    COLUMN_DIRECTION,
    COLUMN_OFFSET,
    COLUMN_WIDTH,
    COLUMN_ORDER,
    COLUMN_FIELD,
    COLUMN_CONFIDENCE,
    COLUMN_EVIDENCE,
    COLUMNS
};

/* clang-format off */
static stat_tap_table_item columns[COLUMNS] = {
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server",     "%-21s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Direction",  "%-16s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Offset",     "%6s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Width",      "%5s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Order",      "%5s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Field",      "%-12s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Confidence", "%10s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Evidence",   "%s" },
};
/* clang-format on */

enum {
    TABLE_LAYOUT,
    TABLE_FRAMINGS,
    TABLE_NAMES,
    TABLES
};

/* clang-format off */
static const char *titles[TABLES] = {
    "Layout, inferred from the messages",
    "Rows for the table naverphone_control_framing",
    "Rows for the table naverphone_control_messages",
};
/* clang-format on */

typedef struct {
    char *name; /* ADDRESS:PORT */
    char *host;
    uint16_t port;
    GArray *messages;        /* np_layout_message_t, in capture order */
    unsigned next_inference; /* number of messages at which to infer again */
    char framing[3][NP_FRAMING_TEXT];
    GArray *fields[3]; /* np_layout_field_t; NULL before the first inference */
} server_t;

static GPtrArray *servers;
static unsigned rows_made[TABLES];     /* allocated; the window may still show them */
static uint32_t counted_frame;         /* of the latest tap record, which another listener may get, too */
static const void *counted_record;     /* that record; in packet scope: only compared */
static GPtrArray *hidden_rows[TABLES]; /* empty; libwireshark neither counts nor frees them */

static void
server_free(void *data)
{
    server_t *server = (server_t *)data;

    for (unsigned direction = NAVERPHONE_FROM_CLIENT; direction <= NAVERPHONE_TO_CLIENT; direction++) {
        if (server->fields[direction]) {
            g_array_free(server->fields[direction], TRUE);
        }
    }
    g_array_free(server->messages, TRUE);
    g_free(server->name);
    g_free(server->host);
    g_free(server);
}

/* ---- collecting ------------------------------------------------------------------- */

static server_t *
server_of(const naverphone_control_message_t *message)
{
    char *host = address_to_str(NULL, &message->server);
    server_t *server = NULL;

    for (unsigned i = 0; i < servers->len && !server; i++) {
        server_t *known = (server_t *)g_ptr_array_index(servers, i);
        if (known->port == message->server_port && strcmp(known->host, host) == 0) {
            server = known;
        }
    }
    if (!server && servers->len < MAX_SERVERS) {
        server = g_new0(server_t, 1);
        server->host = g_strdup(host);
        server->port = message->server_port;
        server->name = ws_strdup_printf(strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, server->port);
        server->messages = g_array_new(FALSE, FALSE, sizeof(np_layout_message_t));
        g_ptr_array_add(servers, server);
    }
    wmem_free(NULL, host);
    return server;
}

static void
copy_host(uint8_t to[4], const address *host)
{
    if (host->type == AT_IPv4) {
        memcpy(to, host->data, 4);
    }
}

static void
forget_direction(server_t *server, uint8_t direction)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < server->messages->len; i++) {
        np_layout_message_t *message = &g_array_index(server->messages, np_layout_message_t, i);
        if (message->direction != direction) {
            g_array_index(server->messages, np_layout_message_t, kept++) = *message;
        }
    }
    g_array_set_size(server->messages, kept);
}

/* The first framing of a direction counts. Segments before it are dropped. */
static bool
is_alike(server_t *server, const naverphone_control_message_t *message)
{
    char *known = server->framing[message->direction];
    bool is_segment = strcmp(message->framing, SEGMENT) == 0;

    if (strcmp(known, message->framing) == 0) {
        return true;
    }
    if (known[0] && (is_segment || strcmp(known, SEGMENT) != 0)) {
        return false;
    }
    forget_direction(server, (uint8_t)message->direction);
    g_strlcpy(known, message->framing, NP_FRAMING_TEXT);
    server->next_inference = 0;
    return true;
}

static void
collect_message(server_t *server, const packet_info *pinfo, const naverphone_control_message_t *message)
{
    np_layout_message_t seen = { .direction = (uint8_t)message->direction,
                                 .connection = message->connection,
                                 .length = message->length,
                                 .time = nstime_to_sec(&pinfo->abs_ts),
                                 .head_length = (uint8_t)MIN(message->captured, NP_LAYOUT_HEAD),
                                 .client_port = message->client_port,
                                 .server_port = message->server_port };

    if (seen.head_length) {
        memcpy(seen.head, message->bytes, seen.head_length);
    }
    copy_host(seen.client, &message->client);
    copy_host(seen.server, &message->server);
    g_array_append_val(server->messages, seen);
}

/* True if it inferred the layout anew. */
static bool
infer_layout(server_t *server)
{
    const np_layout_message_t *messages = (const np_layout_message_t *)(void *)server->messages->data;
    unsigned count = server->messages->len;

    if (count < server->next_inference) {
        return false;
    }
    server->next_inference = count + 1 + (count > FEW_MESSAGES ? count / 16 : 0);
    for (unsigned direction = NAVERPHONE_FROM_CLIENT; direction <= NAVERPHONE_TO_CLIENT; direction++) {
        np_framing_t framing = { .kind = NP_FRAMING_SEGMENT };

        np_framing_parse(server->framing[direction], &framing);
        if (server->fields[direction]) {
            g_array_free(server->fields[direction], TRUE);
        }
        server->fields[direction] = np_layout_find(messages, count, (uint8_t)direction, &framing);
    }
    return true;
}

/* ---- rows --------------------------------------------------------------------------- */

static void
free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_, stat_tap_table_item_type *item)
{
    if (item->type == TABLE_ITEM_STRING) {
        g_free((char *)item->value.string_value);
        item->value.string_value = NULL;
    }
}

static void
free_row(stat_tap_table_item_type *row)
{
    for (unsigned column = 0; column < COLUMNS; column++) {
        free_item(NULL, 0, column, &row[column]);
    }
    g_free(row);
}

static void
free_hidden_rows(unsigned kind)
{
    for (unsigned i = 0; i < hidden_rows[kind]->len; i++) {
        free_row((stat_tap_table_item_type *)g_ptr_array_index(hidden_rows[kind], i));
    }
    g_ptr_array_set_size(hidden_rows[kind], 0);
}

/* Takes texts; NULL ends the row. The window points to rows until reset. */
static void
set_row(stat_tap_table *table, unsigned kind, unsigned index, char *texts[COLUMNS])
{
    stat_tap_table_item_type row[COLUMNS] = { 0 };

    for (unsigned column = 0; column < COLUMNS && texts[column]; column++) {
        row[column].type = TABLE_ITEM_STRING;
        row[column].value.string_value = texts[column];
    }
    if (index >= rows_made[kind]) {
        stat_tap_init_table_row(table, index, COLUMNS, row);
        rows_made[kind] = index + 1;
        return;
    }
    for (unsigned column = 0; column < COLUMNS; column++) {
        free_item(table, index, column, &table->elements[index][column]);
    }
    memcpy(table->elements[index], row, sizeof row);
    table->num_elements = MAX(table->num_elements, index + 1);
}

static void
end_rows(stat_tap_table *table, unsigned kind, unsigned index)
{
    g_ptr_array_set_size(hidden_rows[kind], 0);
    for (unsigned row = index; row < rows_made[kind]; row++) {
        char *empty[COLUMNS] = { g_strdup(""), g_strdup(""), g_strdup(""), g_strdup(""),
                                 g_strdup(""), g_strdup(""), g_strdup(""), g_strdup("") };
        set_row(table, kind, row, empty);
        g_ptr_array_add(hidden_rows[kind], table->elements[row]);
    }
    table->num_elements = index;
}

static unsigned
count_messages_of(const server_t *server, unsigned direction)
{
    unsigned count = 0;

    for (unsigned i = 0; i < server->messages->len; i++) {
        count += g_array_index(server->messages, np_layout_message_t, i).direction == direction;
    }
    return count;
}

static void
write_field(stat_tap_table *table, const server_t *server, unsigned direction, const np_layout_field_t *field,
            unsigned index)
{
    bool is_number = field->width > 1 && field->width <= 8 && field->kind != NP_LAYOUT_CONSTANT
                  && field->kind != NP_LAYOUT_TEXT && field->kind != NP_LAYOUT_PADDING
                  && field->kind != NP_LAYOUT_HIGH_ENTROPY && field->kind != NP_LAYOUT_UNKNOWN;
    char *texts[COLUMNS] = {
        [COLUMN_SERVER] = g_strdup(server->name),
        [COLUMN_DIRECTION] = g_strdup(val_to_str_const(direction, np_control_direction_names, "")),
        [COLUMN_OFFSET] = ws_strdup_printf("%u", field->offset),
        [COLUMN_WIDTH] = field->width ? ws_strdup_printf("%u", field->width) : g_strdup("rest"),
        [COLUMN_ORDER] = g_strdup(!is_number      ? "-"
                                  : field->little ? "le"
                                                  : "be"),
        [COLUMN_FIELD] = g_strdup(np_layout_kind_name(field->kind)),
        [COLUMN_CONFIDENCE] = ws_strdup_printf("%.2f", field->confidence),
        [COLUMN_EVIDENCE] = g_strdup(field->evidence),
    };

    set_row(table, TABLE_LAYOUT, index, texts);
}

/* Returns the index of the next row. */
static unsigned
write_fields(stat_tap_table *table, const server_t *server, unsigned direction, unsigned index)
{
    const GArray *fields = server->fields[direction];
    unsigned count = fields && fields->len == 0 ? count_messages_of(server, direction) : 0;

    if (count > 0) {
        np_layout_field_t whole = { .kind = NP_LAYOUT_UNKNOWN };

        snprintf(whole.evidence, sizeof whole.evidence, "too few messages: %u", count);
        write_field(table, server, direction, &whole, index++);
    }
    for (unsigned i = 0; fields && i < fields->len; i++) {
        write_field(table, server, direction, &g_array_index(fields, np_layout_field_t, i), index++);
    }
    return index;
}

/* NULL: none. */
static const np_layout_field_t *
field_of(const server_t *server, unsigned direction, np_layout_kind_t kind)
{
    const GArray *fields = server->fields[direction];
    const np_layout_field_t *best = NULL;

    for (unsigned i = 0; fields && i < fields->len; i++) {
        const np_layout_field_t *field = &g_array_index(fields, np_layout_field_t, i);
        if (field->kind == kind && field->width <= 4 && field->confidence >= MIN_CONFIDENCE
            && (!best || field->confidence > best->confidence)) {
            best = field;
        }
    }
    return best;
}

/* Offset of the content; 0: none. */
static unsigned
header_length(const server_t *server, unsigned direction)
{
    const GArray *fields = server->fields[direction];
    const np_layout_field_t *last =
        fields && fields->len ? &g_array_index(fields, np_layout_field_t, fields->len - 1) : NULL;

    return last && last->width == 0 ? last->offset : 0;
}

static char *
framing_row(const server_t *server, unsigned direction)
{
    const np_layout_field_t *type = field_of(server, direction, NP_LAYOUT_TYPE);
    const np_layout_field_t *sequence = field_of(server, direction, NP_LAYOUT_SEQUENCE);
    bool little = type && type->width > 1 ? type->little : sequence && sequence->little;

    if (sequence && sequence->width > 1 && sequence->little != little) {
        sequence = NULL; /* a row has only one byte order */
    }

    return ws_strdup_printf("\"%s\",\"%u\",\"%s\",\"%u\",\"%u\",\"%u\",\"%u\",\"%u\",\"%s\"", server->host,
                            server->port, server->framing[direction], header_length(server, direction),
                            type ? type->offset : 0, type ? type->width : 0, sequence ? sequence->offset : 0,
                            sequence ? sequence->width : 0, little ? "le" : "be");
}

/* A comment hides what tshark prints after the row. Takes both strings. */
static void
add_line(GPtrArray *lines, char *row, char *comment)
{
    g_ptr_array_add(lines, ws_strdup_printf("%s\n# %s", row, comment));
    g_free(row);
    g_free(comment);
}

/* A row counts for both directions; a second becomes a comment. */
static void
write_framing(GPtrArray *lines, const server_t *server, unsigned direction)
{
    bool is_other = direction == NAVERPHONE_TO_CLIENT && server->fields[NAVERPHONE_FROM_CLIENT]
                 && server->fields[NAVERPHONE_FROM_CLIENT]->len
                 && strcmp(server->framing[NAVERPHONE_FROM_CLIENT], SEGMENT) != 0;
    char *row = framing_row(server, direction), *first = is_other ? framing_row(server, NAVERPHONE_FROM_CLIENT) : NULL;
    const char *way = val_to_str_const(direction, np_control_direction_names, "");

    if (strcmp(server->framing[direction], SEGMENT) == 0 || g_strcmp0(row, first) == 0) {
        g_free(row);
    } else if (is_other) {
        add_line(lines, ws_strdup_printf("# or %s", row),
                 ws_strdup_printf("%s, %s: choose one of the two", server->name, way));
        g_free(row);
    } else {
        add_line(lines, row, ws_strdup_printf("%s, %s", server->name, way));
    }
    g_free(first);
}

static void
write_names(GPtrArray *lines, const server_t *server, unsigned direction)
{
    const np_layout_field_t *type = field_of(server, direction, NP_LAYOUT_TYPE);
    GArray *values;

    if (!type) {
        return;
    }
    values = np_layout_values((const np_layout_message_t *)(void *)server->messages->data, server->messages->len,
                              (uint8_t)direction, type);
    for (unsigned i = 0; i < MIN(values->len, MAX_TYPES); i++) {
        const np_layout_value_t *value = &g_array_index(values, np_layout_value_t, i);

        add_line(lines,
                 ws_strdup_printf("\"%s\",\"%u\",\"TYPE %u\"",
                                  val_to_str_const(direction, np_control_direction_names, ""), value->value,
                                  value->value),
                 ws_strdup_printf("%u message%s of %u to %u bytes", value->count, plurality(value->count, "", "s"),
                                  value->shortest, value->longest));
    }
    g_array_free(values, TRUE);
}

/* The window cuts a cell at its line end, which only tshark needs: the comment gets a row of its own. */
static void
split_lines(GPtrArray *lines)
{
    for (unsigned i = 0; i < lines->len; i++) {
        char *row = (char *)g_ptr_array_index(lines, i), *comment = strchr(row, '\n');

        if (comment) {
            *comment = '\0';
            g_ptr_array_insert(lines, (int)i + 1, g_strdup(comment + 1));
        }
    }
}

static void
write_lines(stat_tap_table *table, unsigned kind, void (*write)(GPtrArray *, const server_t *, unsigned))
{
    GPtrArray *lines = g_ptr_array_new();

    for (unsigned i = 0; i < servers->len; i++) {
        for (unsigned direction = NAVERPHONE_FROM_CLIENT; direction <= NAVERPHONE_TO_CLIENT; direction++) {
            const server_t *server = (const server_t *)g_ptr_array_index(servers, i);
            if (server->fields[direction] && server->fields[direction]->len) {
                write(lines, server, direction);
            }
        }
    }
    if (g_strcmp0(g_get_prgname(), "tshark") != 0) {
        split_lines(lines);
    }
    for (unsigned i = 0; i < lines->len; i++) {
        char *texts[COLUMNS] = { (char *)g_ptr_array_index(lines, i) };
        set_row(table, kind, i, texts);
    }
    end_rows(table, kind, lines->len);
    g_ptr_array_free(lines, TRUE);
}

static void
write_tables(stat_tap_table_ui *ui)
{
    stat_tap_table *tables[TABLES];
    unsigned index = 0;

    for (unsigned kind = 0; kind < TABLES; kind++) {
        tables[kind] = g_array_index(ui->tables, stat_tap_table *, kind);
    }
    for (unsigned i = 0; i < servers->len; i++) {
        for (unsigned direction = NAVERPHONE_FROM_CLIENT; direction <= NAVERPHONE_TO_CLIENT; direction++) {
            index =
                write_fields(tables[TABLE_LAYOUT], (const server_t *)g_ptr_array_index(servers, i), direction, index);
        }
    }
    end_rows(tables[TABLE_LAYOUT], TABLE_LAYOUT, index);
    write_lines(tables[TABLE_FRAMINGS], TABLE_FRAMINGS, write_framing);
    write_lines(tables[TABLE_NAMES], TABLE_NAMES, write_names);
}

/* ---- the statistic ---------------------------------------------------------------------- */

static unsigned
kind_of(const stat_tap_table *table)
{
    unsigned kind = 0;

    while (kind + 1 < TABLES && strcmp(table->title, titles[kind]) != 0) {
        kind++;
    }
    return kind;
}

static void
reset_table(stat_tap_table *table)
{
    unsigned kind = kind_of(table);

    for (unsigned row = 0; row < rows_made[kind]; row++) {
        free_row(table->elements[row]);
    }
    g_ptr_array_set_size(hidden_rows[kind], 0);
    table->num_elements = 0;
    rows_made[kind] = 0;
    g_ptr_array_set_size(servers, 0);
    counted_record = NULL;
}

static void
init_tables(stat_tap_table_ui *ui)
{
    for (unsigned kind = 0; kind < TABLES; kind++) {
        stat_tap_table *table = stat_tap_find_table(ui, titles[kind]);

        if (table) { /* window opened again */
            reset_table(table);
            continue;
        }
        free_hidden_rows(kind); /* libwireshark freed their table */
        rows_made[kind] = 0;
        g_ptr_array_set_size(servers, 0);
        stat_tap_add_table(ui, stat_tap_init_table(titles[kind], COLUMNS, 0, NULL));
    }
}

static tap_packet_status
count_messages(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    stat_tap_table_ui *ui = ((stat_data_t *)tapdata)->stat_tap_data;
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;
    bool changed = false;

    if (counted_frame == pinfo->num && counted_record == data) {
        return TAP_PACKET_DONT_REDRAW;
    }
    counted_frame = pinfo->num;
    counted_record = data;
    for (const naverphone_control_message_t *message = info->messages; message; message = message->next) {
        server_t *server = server_of(message);

        if (!server || server->messages->len >= MAX_MESSAGES || !is_alike(server, message)) {
            continue;
        }
        collect_message(server, pinfo, message);
        changed |= infer_layout(server);
    }
    if (!changed) {
        return TAP_PACKET_DONT_REDRAW;
    }
    write_tables(ui);
    return TAP_PACKET_REDRAW;
}

static tap_param parameters[] = { { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };

static stat_tap_table_ui layout = {
    .group = NP_TELEPHONY_MENU,
    .title = "Naver Phone Control Layout",
    .tap_name = NAVERPHONE_TAP,
    .cli_string = "naverphone,layout",
    .stat_tap_init_cb = init_tables,
    .packet_func = count_messages,
    .stat_tap_reset_table_cb = reset_table,
    .stat_tap_free_table_item_cb = free_item,
    .nfields = COLUMNS,
    .fields = columns,
    .nparams = G_N_ELEMENTS(parameters),
    .params = parameters,
};

static void
free_all(void)
{
    for (unsigned kind = 0; kind < TABLES; kind++) {
        free_hidden_rows(kind);
        g_ptr_array_free(hidden_rows[kind], TRUE);
    }
    g_ptr_array_free(servers, TRUE);
}

void
np_layout_stats_register(void)
{
    servers = g_ptr_array_new_with_free_func(server_free);
    for (unsigned kind = 0; kind < TABLES; kind++) {
        hidden_rows[kind] = g_ptr_array_new();
    }
    register_shutdown_routine(free_all);
    register_stat_tap_table_ui(&layout);
}
