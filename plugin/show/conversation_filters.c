/* conversation_filters.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/conversation_filters.h"

#include "model/call.h"
#include "model/connection.h"
#include "show/tree.h"

static np_find_records_t *find_records;

/* The frame's first record for which has() is true and whose fields a filter can find; NULL: none. */
static const np_record_t *
first_with(packet_info *pinfo, bool (*has)(const np_record_t *))
{
    const np_record_t *record = find_records(pinfo);

    while (record && !(np_tree_marks(record) && has(record))) {
        record = record->next;
    }
    return record;
}

static bool
is_in_session(const np_record_t *record)
{
    const np_session_t *session = np_record_session(record);

    return session && session->info.number;
}

static bool
is_in_call(const np_record_t *record)
{
    return record->call != NULL;
}

static const np_session_t *
session_of(packet_info *pinfo)
{
    const np_record_t *record = first_with(pinfo, is_in_session);

    return record ? np_record_session(record) : NULL;
}

static const np_call_t *
call_of(packet_info *pinfo)
{
    const np_record_t *record = first_with(pinfo, is_in_call);

    return record ? record->call : NULL;
}

static np_bool_t
has_session(NP_CONVERSATION_FILTER_PARAMETERS)
{
    return session_of(pinfo) != NULL;
}

static char *
session_filter(NP_CONVERSATION_FILTER_PARAMETERS)
{
    const np_session_t *session = session_of(pinfo);
    return session ? ws_strdup_printf("naverphone.session == %u", session->info.number) : NULL;
}

static np_bool_t
has_call(NP_CONVERSATION_FILTER_PARAMETERS)
{
    return call_of(pinfo) != NULL;
}

static char *
call_filter(NP_CONVERSATION_FILTER_PARAMETERS)
{
    const np_call_t *call = call_of(pinfo);
    return call ? ws_strdup_printf("naverphone.call == %u", call->info.number) : NULL;
}

void
np_conversation_filters_register(np_find_records_t *finder)
{
    find_records = finder;
    np_conversation_filter_register("naverphone", "Naver Phone session", has_session, session_filter);
    np_conversation_filter_register("naverphone", "Naver Phone call", has_call, call_filter);
}
