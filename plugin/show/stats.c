/* stats.c
 * tshark does not format titles, so they are padded to the width of their column. Wireshark sorts numbers by value and
 * text by character. So a value that may be unknown is text of fixed width, or empty.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/stats.h"

#include "compat.h"

#include <epan/stat_tap_ui.h>
#include <epan/to_str.h>

#include "packet-naverphone.h"
#include "printable.h"
#include "show/event_tree.h"
#include "show/fields.h"

#define DURATION "%9.3f s"       /* fits a day */
#define POINT_IN_TIME "%10.3f s" /* fits eleven days */

/* ---- cells ------------------------------------------------------------------- */

static void
set_uint(stat_tap_table_item_type *item, unsigned value)
{
    item->type = TABLE_ITEM_UINT;
    item->value.uint_value = value;
}

static void
free_cell(stat_tap_table_item_type *item)
{
    if (item->type == TABLE_ITEM_STRING) {
        g_free((char *)item->value.string_value);
        item->value.string_value = NULL;
    }
}

/* Takes ownership of value. */
static void
set_string(stat_tap_table_item_type *item, char *value)
{
    free_cell(item);
    item->type = TABLE_ITEM_STRING;
    item->value.string_value = value;
}

static char *
seconds_text(bool known, const nstime_t *time)
{
    return known && nstime_to_sec(time) >= 0 ? ws_strdup_printf(DURATION, nstime_to_sec(time)) : g_strdup("");
}

/* Text from the wire, printable. */
static char *
wire_text(const char *text)
{
    char *printable, *copy;

    if (!text || !text[0]) {
        return g_strdup("");
    }
    printable = np_printable(NULL, text);
    copy = g_strdup(printable);
    wmem_free(NULL, printable);
    return copy;
}

static char *
name_text(unsigned value, const value_string *names)
{
    return g_strdup(val_to_str_const(value, names, ""));
}

/* Seconds since the capture's first frame. It is text, because Wireshark shows only six digits of a number. */
static char *
capture_time_text(bool known, const nstime_t *time, const packet_info *pinfo)
{
    nstime_t begin, since;

    if (!known) {
        return g_strdup("");
    }
    nstime_delta(&begin, &pinfo->abs_ts, &pinfo->rel_ts);
    nstime_delta(&since, time, &begin);
    return ws_strdup_printf(POINT_IN_TIME, nstime_to_sec(&since));
}

/* ---- rows -------------------------------------------------------------------- */

/* Hash tables that find rows. A table has no room for our data but in its cells, so they are the user data of these
 * cells of row 0. */
enum {
    ROWS_BY_SUBJECT,
    ROWS_BY_CALL_ID
};

static GHashTable *
rows_of(stat_tap_table *table, unsigned index)
{
    return table->num_elements ? (GHashTable *)table->elements[0][index].user_data.ptr_value : NULL;
}

/* The row about a session, a call or an event; NULL: none. */
static stat_tap_table_item_type *
find_row(stat_tap_table *table, const void *about)
{
    GHashTable *rows = rows_of(table, ROWS_BY_SUBJECT);
    return rows ? (stat_tap_table_item_type *)g_hash_table_lookup(rows, about) : NULL;
}

static stat_tap_table_item_type *
add_row(stat_tap_table *table, const void *about)
{
    unsigned index = table->num_elements;
    stat_tap_table_item_type *row = g_new0(stat_tap_table_item_type, table->num_fields);

    if (index == 0) {
        row[ROWS_BY_SUBJECT].user_data.ptr_value = g_hash_table_new(NULL, NULL);
        row[ROWS_BY_CALL_ID].user_data.ptr_value = g_hash_table_new_full(wmem_str_hash, g_str_equal, g_free, NULL);
    }
    stat_tap_init_table_row(table, index, table->num_fields, row); /* copies the row */
    g_free(row);
    row = table->elements[index];
    g_hash_table_insert(rows_of(table, ROWS_BY_SUBJECT), (void *)about, row);
    return row;
}

static void
free_item(stat_tap_table *table _U_, unsigned row, unsigned column _U_, stat_tap_table_item_type *item)
{
    free_cell(item);
    if (row == 0 && item->user_data.ptr_value) {
        g_hash_table_destroy((GHashTable *)item->user_data.ptr_value);
        item->user_data.ptr_value = NULL;
    }
}

static void
reset_table(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < table->num_fields; column++) {
            free_item(table, row, column, &table->elements[row][column]);
        }
        g_free(table->elements[row]);
    }
    table->num_elements = 0;
}

static void
init_table(stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table(ui, ui->title);

    if (table) { /* the window was opened again */
        reset_table(table);
    } else {
        stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
    }
}

static stat_tap_table *
table_of(void *tapdata)
{
    return g_array_index(((stat_data_t *)tapdata)->stat_tap_data->tables, stat_tap_table *, 0);
}

static tap_param parameters[] = { { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };

/* ---- sessions ---------------------------------------------------------------- */

enum {
    SESSION_START,
    SESSION_FIRST_FRAME,
    SESSION_NUMBER,
    SESSION_CLIENT,
    SESSION_IDENTITY,
    SESSION_LOGIN_TIME,
    SESSION_LOGIN,
    SESSION_REGISTRATIONS,
    SESSION_CALLS,
    SESSION_LOGOUT_TIME,
    SESSION_END,
    SESSION_STATE,
    SESSION_COLUMNS
};

/* clang-format off */
static stat_tap_table_item session_columns[SESSION_COLUMNS] = {
    [SESSION_START] =         { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "       Start",     "%12s" },
    [SESSION_FIRST_FRAME] =   { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "First frame",      "%11u" },
    [SESSION_NUMBER] =        { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Session",          "%7u" },
    [SESSION_CLIENT] =        { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Client         ",  "%-15s" },
    [SESSION_IDENTITY] =      { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Identity   ",      "%-11s" },
    [SESSION_LOGIN_TIME] =    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "  Login time",     "%12s" },
    [SESSION_LOGIN] =         { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Login     ",       "%-10s" },
    [SESSION_REGISTRATIONS] = { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Registrations",    "%13u" },
    [SESSION_CALLS] =         { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Calls",            "%5u" },
    [SESSION_LOGOUT_TIME] =   { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, " Logout time",     "%12s" },
    [SESSION_END] =           { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "End             ", "%-16s" },
    [SESSION_STATE] =         { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "State     ",       "%-10s" },
};

static const value_string login_results[] = {
    { NAVERPHONE_LOGIN_UNANSWERED, "Unanswered" },
    { NAVERPHONE_LOGIN_FAILED,     "Failed" },
    { NAVERPHONE_LOGIN_SUCCEEDED,  "Succeeded" },
    { 0, NULL }
};

static const value_string session_ends[] = {
    { NAVERPHONE_END_CLOSED_BY_CLIENT, "Closed by client" },
    { NAVERPHONE_END_CLOSED_BY_SERVER, "Closed by server" },
    { NAVERPHONE_END_RESET_BY_CLIENT,  "Reset by client" },
    { NAVERPHONE_END_RESET_BY_SERVER,  "Reset by server" },
    { NAVERPHONE_END_REPLACED,         "Replaced" },
    { 0, NULL }
};
/* clang-format on */

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
    set_string(&row[SESSION_START], capture_time_text(true, &session->first_time, pinfo));
    set_uint(&row[SESSION_FIRST_FRAME], session->first_frame);
    set_uint(&row[SESSION_NUMBER], session->number);
    set_string(&row[SESSION_CLIENT], address_text(&session->client));
    set_string(&row[SESSION_IDENTITY], wire_text(session->identity));
    set_string(&row[SESSION_LOGIN_TIME], capture_time_text(session->login_result, &session->login_time, pinfo));
    set_string(&row[SESSION_LOGIN], name_text(session->login_result, login_results));
    set_uint(&row[SESSION_REGISTRATIONS], session->registrations);
    set_uint(&row[SESSION_CALLS], session->calls);
    set_string(&row[SESSION_LOGOUT_TIME], capture_time_text(session->logout_frame, &session->logout_time, pinfo));
    set_string(&row[SESSION_END], name_text(session->end, session_ends));
    set_string(&row[SESSION_STATE], name_text(session->state, np_session_state_names));
}

/* The session that this one replaces has no further event, so its row is brought up to date now. */
static stat_tap_table_item_type *
add_session(stat_tap_table *table, const naverphone_session_info_t *session, const packet_info *pinfo)
{
    stat_tap_table_item_type *before = session->predecessor ? find_row(table, session->predecessor) : NULL;

    if (before) {
        fill_session(before, session->predecessor, pinfo);
    }
    return add_row(table, session);
}

static tap_packet_status
count_session(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;
    stat_tap_table_item_type *row;

    /* Media packets change nothing in the row. A SYN, or a session that was refused, gets none. */
    if (info->event == NAVERPHONE_EVENT_MEDIA || info->event == NAVERPHONE_EVENT_CONNECT || !info->session->number) {
        return TAP_PACKET_DONT_REDRAW;
    }
    row = find_row(table_of(tapdata), info->session);
    if (!row && info->of_two_calls) { /* the packet passed a filter, perhaps because of the other call */
        return TAP_PACKET_DONT_REDRAW;
    }
    fill_session(row ? row : add_session(table_of(tapdata), info->session, pinfo), info->session, pinfo);
    return TAP_PACKET_REDRAW;
}

static stat_tap_table_ui sessions = {
    .title = "Naver Phone Sessions",
    .cli_string = "naverphone,sessions",
    .packet_func = count_session,
    .nfields = SESSION_COLUMNS,
    .fields = session_columns,
};

/* ---- calls ------------------------------------------------------------------- */

/* Columns about audio: those sent by the client begin at CALL_OUT, the others at CALL_IN. */
enum {
    MEDIA_RTP,
    MEDIA_EARLY,
    MEDIA_LOST,
    MEDIA_JITTER,
    MEDIA_CODEC,
    MEDIA_COLUMNS
};

/* The most useful columns come first, and fit a terminal of 160 characters. */
enum {
    CALL_START,
    CALL_FIRST_FRAME,
    CALL_NUMBER,
    CALL_SESSION,
    CALL_CALLER,
    CALL_DIALLED,
    CALL_STATE,
    CALL_POST_DIAL_DELAY,
    CALL_SETUP,
    CALL_DURATION,
    CALL_RELEASED_BY,
    CALL_MEDIA,
    CALL_CAUSE,
    CALL_PHONE_NUMBER,
    CALL_KIND,
    CALL_SERVICE,
    CALL_RELATED,
    CALL_TRANSFERRED_TO,
    CALL_FORWARDED_BY,
    CALL_SAME_CALL_ID,
    CALL_OUT,
    CALL_IN = CALL_OUT + MEDIA_COLUMNS,
    CALL_SEEN_TWICE = CALL_IN + MEDIA_COLUMNS,
    CALL_VIDEO_OUT,
    CALL_VIDEO_IN,
    CALL_COLUMNS
};

/* clang-format off */
static stat_tap_table_item call_columns[CALL_COLUMNS] = {
    [CALL_START] =              { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "       Start",           "%12s" },
    [CALL_FIRST_FRAME] =        { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "First frame",            "%11u" },
    [CALL_NUMBER] =             { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Call",                   "%4u" },
    [CALL_SESSION] =            { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Session",                "%7u" },
    [CALL_CALLER] =             { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Caller     ",            "%-11s" },
    [CALL_DIALLED] =            { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Dialled       ",         "%-14s" },
    [CALL_STATE] =              { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "State     ",             "%-10s" },
    [CALL_POST_DIAL_DELAY] =    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Post-dial delay",        "%15s" },
    [CALL_SETUP] =              { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "      Setup",            "%11s" },
    [CALL_DURATION] =           { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "   Duration",            "%11s" },
    [CALL_RELEASED_BY] =        { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Released by",            "%-11s" },
    [CALL_MEDIA] =              { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Media    ",              "%-9s" },
    [CALL_CAUSE] =              { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Cause                 ", "%-22s" },
    [CALL_PHONE_NUMBER] =       { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Number        ",         "%-14s" },
    [CALL_KIND] =               { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Kind          ",         "%-14s" },
    [CALL_SERVICE] =            { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Service     ",           "%-12s" },
    [CALL_RELATED] =            { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Follows call",           "%12s" },
    [CALL_TRANSFERRED_TO] =     { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Transferred to",         "%-14s" },
    [CALL_FORWARDED_BY] =       { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Forwarded by",           "%-12s" },
    [CALL_SAME_CALL_ID] =       { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Same Call-ID",           "%-12s" },
    [CALL_OUT + MEDIA_RTP] =    { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "RTP out",                "%7u" },
    [CALL_OUT + MEDIA_EARLY] =  { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Early out",              "%9u" },
    [CALL_OUT + MEDIA_LOST] =   { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Lost out",               "%8s" },
    [CALL_OUT + MEDIA_JITTER] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "  Jitter out",           "%12s" },
    [CALL_OUT + MEDIA_CODEC] =  { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Codec out",              "%-9s" },
    [CALL_IN + MEDIA_RTP] =     { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "RTP in",                 "%6u" },
    [CALL_IN + MEDIA_EARLY] =   { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Early in",               "%8u" },
    [CALL_IN + MEDIA_LOST] =    { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, " Lost in",               "%8s" },
    [CALL_IN + MEDIA_JITTER] =  { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "   Jitter in",           "%12s" },
    [CALL_IN + MEDIA_CODEC] =   { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Codec in ",              "%-9s" },
    [CALL_SEEN_TWICE] =         { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "Seen twice",             "%10u" },
    [CALL_VIDEO_OUT] =          { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Video out",              "%-9s" },
    [CALL_VIDEO_IN] =           { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Video in ",              "%-9s" },
};
/* clang-format on */

/* In which directions the answered call had audio; empty if that is unknown. */
static const char *
media_ways(const naverphone_tap_info_t *info)
{
    const naverphone_call_info_t *call = info->call;
    bool from_client = call->media[NAVERPHONE_FROM_CLIENT].packets > 0;
    bool to_client = call->media[NAVERPHONE_TO_CLIENT].packets > 0;

    if (!call->answer_frame || (!from_client && !to_client && call->media[0].packets > 0)) {
        return "";
    }
    if (from_client && to_client) {
        return "Both ways";
    }
    if (!info->media_in_sight) {
        return "";
    }
    if (!from_client && !to_client) {
        return "None";
    }
    return from_client ? "Out only" : "In only";
}

/* Lost packets and jitter include RTP before the answer. */
static void
fill_direction(stat_tap_table_item_type *cells, const naverphone_media_info_t *media)
{
    set_uint(&cells[MEDIA_RTP], media->packets - media->early);
    set_uint(&cells[MEDIA_EARLY], media->early);
    set_string(&cells[MEDIA_LOST], media->packets ? ws_strdup_printf("%8" PRId64, media->lost) : g_strdup(""));
    set_string(&cells[MEDIA_JITTER], media->has_jitter ? ws_strdup_printf("%9.3f ms", media->jitter) : g_strdup(""));
    set_string(&cells[MEDIA_CODEC], wire_text(media->codec));
}

/* "35 packets, VP8, 2 lost, jitter 3.125 ms" */
static char *
video_text(const naverphone_media_info_t *video)
{
    char *codec, *text;

    if (!video->packets) {
        return g_strdup("");
    }
    codec = wire_text(video->codec);
    text = video->has_jitter ? ws_strdup_printf("%u packets, %s, %" PRId64 " lost, jitter %.3f ms", video->packets,
                                                codec, video->lost, video->jitter)
                             : ws_strdup_printf("%u packets, %s, %" PRId64 " lost", video->packets, codec, video->lost);
    g_free(codec);
    return text;
}

static unsigned
seen_twice(const naverphone_call_info_t *call)
{
    unsigned packets = 0;

    for (unsigned direction = 0; direction <= NAVERPHONE_TO_CLIENT; direction++) {
        packets += call->media[direction].repeated + call->video[direction].repeated;
    }
    return packets;
}

static void
fill_media(stat_tap_table_item_type *row, const naverphone_tap_info_t *info)
{
    const naverphone_call_info_t *call = info->call;

    set_string(&row[CALL_MEDIA], g_strdup(media_ways(info)));
    fill_direction(&row[CALL_OUT], &call->media[NAVERPHONE_FROM_CLIENT]);
    fill_direction(&row[CALL_IN], &call->media[NAVERPHONE_TO_CLIENT]);
    set_uint(&row[CALL_SEEN_TWICE], seen_twice(call));
    set_string(&row[CALL_VIDEO_OUT], video_text(&call->video[NAVERPHONE_FROM_CLIENT]));
    set_string(&row[CALL_VIDEO_IN], video_text(&call->video[NAVERPHONE_TO_CLIENT]));
}

static naverphone_call_state_t
state_of(const naverphone_call_info_t *call)
{
    if (call->state >= NAVERPHONE_CALL_ANSWERED) {
        return call->state;
    }
    return call->cancelled ? NAVERPHONE_CALL_CANCELLED : call->refused ? NAVERPHONE_CALL_REJECTED : call->state;
}

static void
fill_call(stat_tap_table_item_type *row, const naverphone_tap_info_t *info, const packet_info *pinfo)
{
    const naverphone_call_info_t *call = info->call;

    set_string(&row[CALL_START], capture_time_text(true, &call->first_time, pinfo));
    set_uint(&row[CALL_FIRST_FRAME], call->first_frame);
    set_uint(&row[CALL_NUMBER], call->number);
    set_uint(&row[CALL_SESSION], info->session->number);
    set_string(&row[CALL_CALLER], wire_text(call->caller));
    set_string(&row[CALL_DIALLED], wire_text(call->dialled));
    set_string(&row[CALL_STATE], name_text(state_of(call), np_call_state_names));
    set_string(&row[CALL_POST_DIAL_DELAY], seconds_text(call->ring_frame, &call->post_dial_delay));
    set_string(&row[CALL_SETUP], seconds_text(naverphone_call_has_setup_time(call), &call->setup_time));
    set_string(&row[CALL_DURATION], seconds_text(call->answer_frame && call->release_frame, &call->duration));
    set_string(&row[CALL_RELEASED_BY], name_text(call->released_by, np_released_by_names));
    set_string(&row[CALL_CAUSE], wire_text(call->cause));
    set_string(&row[CALL_PHONE_NUMBER], wire_text(call->phone_number));
    set_string(&row[CALL_KIND], name_text(call->phone_number_kind, np_number_kind_names));
    set_string(&row[CALL_SERVICE], wire_text(call->service));
    set_string(&row[CALL_RELATED], call->related ? ws_strdup_printf("%12u", call->related) : g_strdup(""));
    set_string(&row[CALL_TRANSFERRED_TO], wire_text(call->transferred_to));
    set_string(&row[CALL_FORWARDED_BY], wire_text(call->forwarded_by));
    fill_media(row, info);
}

static void
add_same_call_id(stat_tap_table_item_type *row, unsigned other)
{
    const char *known = row[CALL_SAME_CALL_ID].value.string_value;

    set_string(&row[CALL_SAME_CALL_ID], ws_strdup_printf("%s%s%u", known, known[0] ? ", " : "", other));
}

/* If both clients of a call are in the capture, or a call is repeated, several rows have one Call-ID. They name each
 * other. */
static stat_tap_table_item_type *
add_call(stat_tap_table *table, const naverphone_call_info_t *call)
{
    stat_tap_table_item_type *row = add_row(table, call), *before;
    GHashTable *by_call_id = rows_of(table, ROWS_BY_CALL_ID);

    set_string(&row[CALL_SAME_CALL_ID], g_strdup(""));
    before = (stat_tap_table_item_type *)g_hash_table_lookup(by_call_id, call->id);
    if (before) {
        add_same_call_id(before, call->number);
        add_same_call_id(row, before[CALL_NUMBER].value.uint_value);
    }
    /* A copy: tshark continues the table in the next file of a ring, when the call has been freed. */
    g_hash_table_replace(by_call_id, g_strdup(call->id), row);
    return row;
}

static tap_packet_status
count_call(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;
    stat_tap_table_item_type *row;

    if (!info->call) {
        return TAP_PACKET_DONT_REDRAW;
    }
    row = find_row(table_of(tapdata), info->call);
    if (!row && info->of_two_calls) { /* as in count_session() */
        return TAP_PACKET_DONT_REDRAW;
    }
    if (row && info->event == NAVERPHONE_EVENT_MEDIA) { /* most frequent; changes nothing else */
        fill_media(row, info);
    } else {
        fill_call(row ? row : add_call(table_of(tapdata), info->call), info, pinfo);
    }
    return TAP_PACKET_REDRAW;
}

static stat_tap_table_ui calls = {
    .title = "Naver Phone Calls",
    .cli_string = "naverphone,calls",
    .packet_func = count_call,
    .nfields = CALL_COLUMNS,
    .fields = call_columns,
};

/* ---- events ------------------------------------------------------------------ */

enum {
    EVENT_GROUP,
    EVENT_NAME,
    EVENT_COUNT,
    EVENT_COLUMNS
};

/* clang-format off */
static stat_tap_table_item event_columns[EVENT_COLUMNS] = {
    [EVENT_GROUP] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Group                  ", "%-23s" },
    [EVENT_NAME] =  { TABLE_ITEM_STRING, TAP_ALIGN_LEFT,  "Event            ",       "%-17s" },
    [EVENT_COUNT] = { TABLE_ITEM_UINT,   TAP_ALIGN_RIGHT, "     Count",              "%10u" },
};
/* clang-format on */

static void
count_one(stat_tap_table *table, const np_counted_t *counted)
{
    const void *subject = GUINT_TO_POINTER(counted->group << 16 | counted->value);
    stat_tap_table_item_type *row = find_row(table, subject);

    if (!row) {
        row = add_row(table, subject);
        set_string(&row[EVENT_GROUP], g_strdup(np_events_group_title(counted->group)));
        set_string(&row[EVENT_NAME], g_strdup(counted->name));
        set_uint(&row[EVENT_COUNT], 0);
    }
    row[EVENT_COUNT].value.uint_value += (unsigned)counted->change;
}

static tap_packet_status
count_event(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    np_counted_t counted[NP_COUNTED];
    unsigned count = np_events_counted(pinfo, (const naverphone_tap_info_t *)data, counted);

    for (unsigned i = 0; i < count; i++) {
        count_one(table_of(tapdata), &counted[i]);
    }
    return count ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

static stat_tap_table_ui events = {
    .title = "Naver Phone Events",
    .cli_string = "naverphone,events",
    .packet_func = count_event,
    .nfields = EVENT_COLUMNS,
    .fields = event_columns,
};

static void
register_table(stat_tap_table_ui *table)
{
    table->group = NP_TELEPHONY_MENU;
    table->tap_name = NAVERPHONE_TAP;
    table->stat_tap_init_cb = init_table;
    table->stat_tap_reset_table_cb = reset_table;
    table->stat_tap_free_table_item_cb = free_item;
    table->nparams = G_N_ELEMENTS(parameters);
    table->params = parameters;
    register_stat_tap_table_ui(table);
}

void
np_stats_register(void)
{
    register_table(&events);
    register_table(&calls);
    register_table(&sessions);
}
