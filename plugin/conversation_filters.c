/* conversation_filters.c
 * Wireshark's Conversation Filter and Colorize Conversation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "conversation_filters.h"

#include "observer.h"

/* Of several SIP messages in a frame the first that has one. */
static const np_session_t *
session_of(packet_info *pinfo)
{
    const np_session_t *session = NULL;

    for (const np_record_t *record = np_observer_record(pinfo); record && !session; record = np_record_next(record))
        if (np_observer_marks(record))
            session = np_record_session(record);
    return session;
}

static const np_call_t *
call_of(packet_info *pinfo)
{
    const np_call_t *call = NULL;

    for (const np_record_t *record = np_observer_record(pinfo); record && !call; record = np_record_next(record))
        if (np_observer_marks(record))
            call = np_record_call(record);
    return call;
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
np_conversation_filters_register(void)
{
    np_conversation_filter_register("naverphone", "Naver Phone session", has_session, session_filter);
    np_conversation_filter_register("naverphone", "Naver Phone call", has_call, call_filter);
}
