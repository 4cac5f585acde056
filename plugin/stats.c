/* stats.c
 * The tables that listen to the tap "naverphone"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "stats.h"

#include "compat.h"

#include <epan/stat_tap_ui.h>

#include "../packet-naverphone.h"
#include "fields.h"

/* Columns of the call table. Times are text: a call without answer has no duration, not one of 0. */
enum {
    CALL_NUMBER, CALL_SESSION, CALL_CALLER, CALL_PHONE_NUMBER, CALL_KIND, CALL_SERVICE, CALL_STATE,
    CALL_POST_DIAL_DELAY, CALL_SETUP, CALL_DURATION, CALL_RELEASED_BY, CALL_CAUSE, CALL_CODEC,
    CALL_RTP_SENT, CALL_RTP_RECEIVED, CALL_COLUMNS
};

static stat_tap_table_item call_columns[CALL_COLUMNS] = {
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Call",            "%4u" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Session",         "%7u" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Caller",          "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Number",          "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Kind",            "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Service",         "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "State",           "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Post-dial delay", "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Setup",           "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Duration",        "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Released by",     "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Cause",           "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Codec",           "%s" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "RTP from client", "%15u" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "RTP to client",   "%13u" },
};

static char *
duration_text(bool known, const nstime_t *time)
{
    return known ? ws_strdup_printf("%.3f s", nstime_to_sec(time)) : g_strdup("-");
}

/* Text from the wire, fit for a terminal; a dash where there is none. */
static char *
wire_text(const char *text)
{
    char *printable, *copy;

    if (!text || !text[0])
        return g_strdup("-");
    printable = np_printable(NULL, text);
    copy = g_strdup(printable);
    wmem_free(NULL, printable);
    return copy;
}

static char *
name_text(unsigned value, const value_string *names)
{
    return g_strdup(val_to_str_const(value, names, "-"));
}

static void
set_uint(stat_tap_table_item_type *item, unsigned value)
{
    item->type = TABLE_ITEM_UINT;
    item->value.uint_value = value;
}

/* Takes the string. */
static void
set_string(stat_tap_table_item_type *item, char *value)
{
    item->type = TABLE_ITEM_STRING;
    item->value.string_value = value;
}

static void
fill_row(stat_tap_table_item_type *row, const naverphone_tap_info_t *info)
{
    const naverphone_call_info_t *call = info->call;

    set_uint(&row[CALL_NUMBER], call->number);
    set_uint(&row[CALL_SESSION], info->session->number);
    set_string(&row[CALL_CALLER], wire_text(call->caller));
    set_string(&row[CALL_PHONE_NUMBER], wire_text(call->phone_number ? call->phone_number : call->dialled));
    set_string(&row[CALL_KIND], name_text(call->phone_number_kind, np_number_kind_names));
    set_string(&row[CALL_SERVICE], wire_text(call->service));
    set_string(&row[CALL_STATE], name_text(call->state, np_call_state_names));
    set_string(&row[CALL_POST_DIAL_DELAY], duration_text(call->ring_frame, &call->post_dial_delay));
    set_string(&row[CALL_SETUP], duration_text(call->answer_frame && call->invite_frame, &call->setup_time));
    set_string(&row[CALL_DURATION], duration_text(call->answer_frame && call->release_frame, &call->duration));
    set_string(&row[CALL_RELEASED_BY], name_text(call->released_by, np_released_by_names));
    set_string(&row[CALL_CAUSE], wire_text(call->cause));
    set_string(&row[CALL_CODEC], wire_text(call->codec));
    set_uint(&row[CALL_RTP_SENT], call->packets[NAVERPHONE_FROM_CLIENT]);
    set_uint(&row[CALL_RTP_RECEIVED], call->packets[NAVERPHONE_TO_CLIENT]);
}

/* The rows of a table by call: a hash table that row 0 carries along in its scratch space. */
static GHashTable *
rows_by_call(stat_tap_table *table)
{
    return table->num_elements ? (GHashTable *)table->elements[0][0].user_data.ptr_value : NULL;
}

static stat_tap_table_item_type *
row_of(stat_tap_table *table, const naverphone_call_info_t *call)
{
    GHashTable *rows = rows_by_call(table);
    return rows ? (stat_tap_table_item_type *)g_hash_table_lookup(rows, call) : NULL;
}

static void
add_row(stat_tap_table *table, const naverphone_tap_info_t *info)
{
    stat_tap_table_item_type row[CALL_COLUMNS] = { 0 };
    unsigned index = table->num_elements;

    fill_row(row, info);
    if (index == 0)
        row[0].user_data.ptr_value = g_hash_table_new(NULL, NULL);
    stat_tap_init_table_row(table, index, CALL_COLUMNS, row);
    g_hash_table_insert(rows_by_call(table), (void *)info->call, table->elements[index]);
}

static void
free_call_item(stat_tap_table *table _U_, unsigned row, unsigned column, stat_tap_table_item_type *item)
{
    if (call_columns[column].type == TABLE_ITEM_STRING) {
        g_free((char *)item->value.string_value);
        item->value.string_value = NULL;
    }
    if (row == 0 && column == 0 && item->user_data.ptr_value) {
        g_hash_table_destroy((GHashTable *)item->user_data.ptr_value);
        item->user_data.ptr_value = NULL;
    }
}

static void
free_strings(stat_tap_table_item_type *row)
{
    for (unsigned column = 0; column < CALL_COLUMNS; column++)
        if (call_columns[column].type == TABLE_ITEM_STRING)
            free_call_item(NULL, 1, column, &row[column]);
}

static void
reset_calls(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < CALL_COLUMNS; column++)
            free_call_item(table, row, column, &table->elements[row][column]);
        g_free(table->elements[row]);
    }
    table->num_elements = 0;
}

static void
init_calls(stat_tap_table_ui *ui)
{
    const char *title = "Naver Phone Calls";
    stat_tap_table *table = stat_tap_find_table(ui, title);

    if (table)      /* the window opens the table again */
        reset_calls(table);
    else
        stat_tap_add_table(ui, stat_tap_init_table(title, CALL_COLUMNS, 0, NULL));
}

static tap_packet_status
count_call(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    stat_tap_table_ui *ui = ((stat_data_t *)tapdata)->stat_tap_data;
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;
    stat_tap_table *table = g_array_index(ui->tables, stat_tap_table *, 0);
    stat_tap_table_item_type *row;

    if (!info->call)
        return TAP_PACKET_DONT_REDRAW;
    row = row_of(table, info->call);
    if (!row)
        add_row(table, info);
    else if (info->event == NAVERPHONE_EVENT_MEDIA) {   /* the most of all packets: they only count */
        set_uint(&row[CALL_RTP_SENT], info->call->packets[NAVERPHONE_FROM_CLIENT]);
        set_uint(&row[CALL_RTP_RECEIVED], info->call->packets[NAVERPHONE_TO_CLIENT]);
    } else {
        free_strings(row);
        fill_row(row, info);
    }
    return TAP_PACKET_REDRAW;
}

static tap_param parameters[] = {
    { PARAM_FILTER, "filter", "Filter", NULL, TRUE }
};

static stat_tap_table_ui calls = {
    .group = NP_TELEPHONY_MENU,
    .title = "Naver Phone Calls",
    .tap_name = NAVERPHONE_TAP,
    .cli_string = "naverphone,calls",
    .stat_tap_init_cb = init_calls,
    .packet_func = count_call,
    .stat_tap_reset_table_cb = reset_calls,
    .stat_tap_free_table_item_cb = free_call_item,
    .nfields = CALL_COLUMNS,
    .fields = call_columns,
    .nparams = G_N_ELEMENTS(parameters),
    .params = parameters,
};

void
np_stats_register(void)
{
    register_stat_tap_table_ui(&calls);
}
