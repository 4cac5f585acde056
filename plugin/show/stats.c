/* stats.c
 * The tables that listen to the tap "naverphone": sessions and calls
 *
 * Each tap record fills the row of its session or call anew: what is known grows while the capture is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/stats.h"

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/to_str.h>

#include "packet-naverphone.h"
#include "show/fields.h"
#include "printable.h"

/* ---- cells ------------------------------------------------------------------- */

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

/* A call without answer has no duration, not one of 0: hence text. */
static char *
seconds_text(bool known, const nstime_t *time)
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
free_cells(stat_tap_table_item_type *cells, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (cells[i].type == TABLE_ITEM_STRING) {
            g_free((char *)cells[i].value.string_value);
            cells[i].value.string_value = NULL;
        }
}

/* ---- rows -------------------------------------------------------------------- */

/* The rows of a table by what they are about: a hash table that row 0 carries along in its scratch space. */
static GHashTable *
rows_of(stat_tap_table *table)
{
    return table->num_elements ? (GHashTable *)table->elements[0][0].user_data.ptr_value : NULL;
}

/* The row about that session or call; NULL where there is none. */
static stat_tap_table_item_type *
find_row(stat_tap_table *table, const void *about)
{
    GHashTable *rows = rows_of(table);
    return rows ? (stat_tap_table_item_type *)g_hash_table_lookup(rows, about) : NULL;
}

static stat_tap_table_item_type *
add_row(stat_tap_table *table, const void *about)
{
    unsigned index = table->num_elements;
    stat_tap_table_item_type *row = g_new0(stat_tap_table_item_type, table->num_fields);

    if (index == 0)
        row[0].user_data.ptr_value = g_hash_table_new(NULL, NULL);
    stat_tap_init_table_row(table, index, table->num_fields, row);      /* copies it */
    g_free(row);
    row = table->elements[index];
    g_hash_table_insert(rows_of(table), (void *)about, row);
    return row;
}

/* The row about that session or call, empty: a new one, or the one there is. */
static stat_tap_table_item_type *
empty_row(stat_tap_table *table, const void *about)
{
    stat_tap_table_item_type *row = find_row(table, about);

    if (!row)
        return add_row(table, about);
    free_cells(row, table->num_fields);
    return row;
}

static void
free_item(stat_tap_table *table _U_, unsigned row, unsigned column, stat_tap_table_item_type *item)
{
    free_cells(item, 1);
    if (row == 0 && column == 0 && item->user_data.ptr_value) {
        g_hash_table_destroy((GHashTable *)item->user_data.ptr_value);
        item->user_data.ptr_value = NULL;
    }
}

static void
reset_table(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < table->num_fields; column++)
            free_item(table, row, column, &table->elements[row][column]);
        g_free(table->elements[row]);
    }
    table->num_elements = 0;
}

static void
init_table(stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table(ui, ui->title);

    if (table)      /* the window opens the table again */
        reset_table(table);
    else
        stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
}

static stat_tap_table *
table_of(void *tapdata)
{
    return g_array_index(((stat_data_t *)tapdata)->stat_tap_data->tables, stat_tap_table *, 0);
}

static tap_param parameters[] = {
    { PARAM_FILTER, "filter", "Filter", NULL, TRUE }
};

/* ---- sessions ---------------------------------------------------------------- */

enum {
    SESSION_NUMBER, SESSION_CLIENT, SESSION_IDENTITY, SESSION_LOGIN_TIME, SESSION_LOGIN, SESSION_REGISTRATIONS,
    SESSION_CALLS, SESSION_LOGOUT_TIME, SESSION_STATE, SESSION_COLUMNS
};

static stat_tap_table_item session_columns[SESSION_COLUMNS] = {
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Session",       "%7u" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Client",        "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Identity",      "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Login time",    "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Login",         "%s" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Registrations", "%13u" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Calls",         "%5u" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Logout time",   "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "State",         "%s" },
};

static const value_string login_results[] = {
    { NAVERPHONE_LOGIN_UNANSWERED, "Unanswered" },
    { NAVERPHONE_LOGIN_FAILED,     "Failed" },
    { NAVERPHONE_LOGIN_SUCCEEDED,  "Succeeded" },
    { 0, NULL }
};

/* Seconds since the capture began, as the packet list shows them by default. */
static char *
capture_time_text(bool known, const nstime_t *time, const packet_info *pinfo)
{
    nstime_t begin, since;

    nstime_delta(&begin, &pinfo->abs_ts, &pinfo->rel_ts);
    nstime_delta(&since, time, &begin);
    return seconds_text(known, &since);
}

static char *
address_text(const address *host)
{
    char *text = address_to_str(NULL, host), *copy = g_strdup(text);

    wmem_free(NULL, text);
    return copy;
}

static void
fill_session(stat_tap_table_item_type *row, const naverphone_session_info_t *session, const packet_info *pinfo)
{
    set_uint(&row[SESSION_NUMBER], session->number);
    set_string(&row[SESSION_CLIENT], address_text(&session->client));
    set_string(&row[SESSION_IDENTITY], wire_text(session->identity));
    set_string(&row[SESSION_LOGIN_TIME], capture_time_text(session->login_result, &session->login_time, pinfo));
    set_string(&row[SESSION_LOGIN], name_text(session->login_result, login_results));
    set_uint(&row[SESSION_REGISTRATIONS], session->registrations);
    set_uint(&row[SESSION_CALLS], session->calls);
    set_string(&row[SESSION_LOGOUT_TIME], capture_time_text(session->logout_frame, &session->logout_time, pinfo));
    set_string(&row[SESSION_STATE], name_text(session->state, np_session_state_names));
}

static tap_packet_status
count_session(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;

    /* Media are the most of all packets, and tell nothing new of a session; a SYN alone begins none, nor does a refused one. */
    if (info->event == NAVERPHONE_EVENT_MEDIA || info->event == NAVERPHONE_EVENT_CONNECT || !info->session->number)
        return TAP_PACKET_DONT_REDRAW;
    fill_session(empty_row(table_of(tapdata), info->session), info->session, pinfo);
    return TAP_PACKET_REDRAW;
}

static stat_tap_table_ui sessions = {
    .group = NP_TELEPHONY_MENU,
    .title = "Naver Phone Sessions",
    .tap_name = NAVERPHONE_TAP,
    .cli_string = "naverphone,sessions",
    .stat_tap_init_cb = init_table,
    .packet_func = count_session,
    .stat_tap_reset_table_cb = reset_table,
    .stat_tap_free_table_item_cb = free_item,
    .nfields = SESSION_COLUMNS,
    .fields = session_columns,
    .nparams = G_N_ELEMENTS(parameters),
    .params = parameters,
};

/* ---- calls ------------------------------------------------------------------- */

/* The columns of one direction's media; CALL_FROM_CLIENT and CALL_TO_CLIENT are where each five begin. */
enum { MEDIA_RTP, MEDIA_EARLY, MEDIA_LOST, MEDIA_JITTER, MEDIA_CODEC, MEDIA_COLUMNS };

enum {
    CALL_NUMBER, CALL_SESSION, CALL_CALLER, CALL_PHONE_NUMBER, CALL_KIND, CALL_SERVICE, CALL_STATE,
    CALL_POST_DIAL_DELAY, CALL_SETUP, CALL_DURATION, CALL_RELEASED_BY, CALL_CAUSE, CALL_MEDIA, CALL_FROM_CLIENT,
    CALL_TO_CLIENT = CALL_FROM_CLIENT + MEDIA_COLUMNS, CALL_VIDEO_FROM_CLIENT = CALL_TO_CLIENT + MEDIA_COLUMNS,
    CALL_VIDEO_TO_CLIENT, CALL_SEEN_TWICE, CALL_RELATED, CALL_COLUMNS
};

static stat_tap_table_item call_columns[CALL_COLUMNS] = {
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Call",               "%4u" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Session",            "%7u" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Caller",             "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Number",             "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Kind",               "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Service",            "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "State",              "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Post-dial delay",    "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Setup",              "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Duration",           "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Released by",        "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Cause",              "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Media",              "%s" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "RTP from client",    "%15u" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Early from client",  "%17u" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Lost from client",   "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Jitter from client", "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Codec from client",  "%s" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "RTP to client",      "%13u" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Early to client",    "%15u" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Lost to client",     "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Jitter to client",   "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Codec to client",    "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Video from client",  "%s" },
    { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Video to client",    "%s" },
    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Seen twice",         "%10u" },
    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Follows call",       "%s" },
};

/* Which ways did an answered call's sound flow? */
static const char *
media_ways(const naverphone_call_info_t *call)
{
    bool from_client = call->media[NAVERPHONE_FROM_CLIENT].packets > 0;
    bool to_client = call->media[NAVERPHONE_TO_CLIENT].packets > 0;

    if (!call->answer_frame || (!from_client && !to_client && call->media[0].packets > 0))
        return "-";
    if (from_client && to_client)
        return "Both ways";
    if (!call->media_in_sight)
        return "-";
    if (!from_client && !to_client)
        return "None";
    return from_client ? "One way, from client" : "One way, to client";
}

/* RTP before the answer is counted apart; lost packets and jitter are the whole streams'. */
static void
fill_direction(stat_tap_table_item_type *cells, const naverphone_media_info_t *media)
{
    set_uint(&cells[MEDIA_RTP], media->packets - media->early);
    set_uint(&cells[MEDIA_EARLY], media->early);
    set_string(&cells[MEDIA_LOST], media->packets ? ws_strdup_printf("%" PRId64, media->lost) : g_strdup("-"));
    set_string(&cells[MEDIA_JITTER], media->has_jitter ? ws_strdup_printf("%.3f ms", media->jitter) : g_strdup("-"));
    set_string(&cells[MEDIA_CODEC], wire_text(media->codec));
}

/* "35 packets, VP8, 2 lost, jitter 3.125 ms": pictures of one direction, which are never added to the sound. */
static char *
video_text(const naverphone_media_info_t *video)
{
    char *codec, *text;

    if (!video->packets)
        return g_strdup("-");
    codec = wire_text(video->codec);
    text = video->has_jitter ? ws_strdup_printf("%u packets, %s, %" PRId64 " lost, jitter %.3f ms", video->packets, codec,
                                                video->lost, video->jitter)
                             : ws_strdup_printf("%u packets, %s, %" PRId64 " lost", video->packets, codec, video->lost);
    g_free(codec);
    return text;
}

/* Packets that the capture has a second time: they count in no other column. */
static unsigned
seen_twice(const naverphone_call_info_t *call)
{
    unsigned packets = 0;

    for (unsigned direction = 0; direction <= NAVERPHONE_TO_CLIENT; direction++)
        packets += call->media[direction].repeated + call->video[direction].repeated;
    return packets;
}

static void
fill_media(stat_tap_table_item_type *row, const naverphone_call_info_t *call)
{
    set_string(&row[CALL_MEDIA], g_strdup(media_ways(call)));
    fill_direction(&row[CALL_FROM_CLIENT], &call->media[NAVERPHONE_FROM_CLIENT]);
    fill_direction(&row[CALL_TO_CLIENT], &call->media[NAVERPHONE_TO_CLIENT]);
    set_string(&row[CALL_VIDEO_FROM_CLIENT], video_text(&call->video[NAVERPHONE_FROM_CLIENT]));
    set_string(&row[CALL_VIDEO_TO_CLIENT], video_text(&call->video[NAVERPHONE_TO_CLIENT]));
    set_uint(&row[CALL_SEEN_TWICE], seen_twice(call));
}

/* A cancelled call has ended, even if its 487 is not there. */
static naverphone_call_state_t
state_of(const naverphone_call_info_t *call)
{
    return call->cancelled && call->state < NAVERPHONE_CALL_ANSWERED ? NAVERPHONE_CALL_CANCELLED : call->state;
}

static void
fill_call(stat_tap_table_item_type *row, const naverphone_call_info_t *call, uint32_t session)
{
    set_uint(&row[CALL_NUMBER], call->number);
    set_uint(&row[CALL_SESSION], session);
    set_string(&row[CALL_CALLER], wire_text(call->caller));
    set_string(&row[CALL_PHONE_NUMBER], wire_text(call->phone_number ? call->phone_number : call->dialled));
    set_string(&row[CALL_KIND], name_text(call->phone_number_kind, np_number_kind_names));
    set_string(&row[CALL_SERVICE], wire_text(call->service));
    set_string(&row[CALL_STATE], name_text(state_of(call), np_call_state_names));
    set_string(&row[CALL_POST_DIAL_DELAY], seconds_text(call->ring_frame, &call->post_dial_delay));
    set_string(&row[CALL_SETUP], seconds_text(naverphone_call_has_setup_time(call), &call->setup_time));
    set_string(&row[CALL_DURATION], seconds_text(call->answer_frame && call->release_frame, &call->duration));
    set_string(&row[CALL_RELEASED_BY], name_text(call->released_by, np_released_by_names));
    set_string(&row[CALL_CAUSE], wire_text(call->cause));
    set_string(&row[CALL_RELATED], call->related ? ws_strdup_printf("%u", call->related) : g_strdup("-"));
    fill_media(row, call);
}

static tap_packet_status
count_call(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;
    stat_tap_table_item_type *row;

    if (!info->call)
        return TAP_PACKET_DONT_REDRAW;
    row = find_row(table_of(tapdata), info->call);
    if (row && info->event == NAVERPHONE_EVENT_MEDIA) {     /* the most of all packets: they tell of media alone */
        free_cells(&row[CALL_MEDIA], CALL_RELATED - CALL_MEDIA);
        fill_media(row, info->call);
    } else
        fill_call(empty_row(table_of(tapdata), info->call), info->call, info->session->number);
    return TAP_PACKET_REDRAW;
}

static stat_tap_table_ui calls = {
    .group = NP_TELEPHONY_MENU,
    .title = "Naver Phone Calls",
    .tap_name = NAVERPHONE_TAP,
    .cli_string = "naverphone,calls",
    .stat_tap_init_cb = init_table,
    .packet_func = count_call,
    .stat_tap_reset_table_cb = reset_table,
    .stat_tap_free_table_item_cb = free_item,
    .nfields = CALL_COLUMNS,
    .fields = call_columns,
    .nparams = G_N_ELEMENTS(parameters),
    .params = parameters,
};

void
np_stats_register(void)
{
    register_stat_tap_table_ui(&calls);
    register_stat_tap_table_ui(&sessions);
}
