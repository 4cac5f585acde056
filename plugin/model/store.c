/* store.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/store.h"

#include "model/connection.h"
#include "model/session.h"
#include "model/signalling.h"
#include "model/stream.h"
#include "storage.h"

void
np_store_init(np_find_service_t *find_service)
{
    np_storage_init();
    np_sessions_init(np_connection_move);
    np_connections_init();
    np_signalling_init();
    np_calls_init(find_service);
    np_streams_init();
}

void
np_store_cleanup(void)
{
    np_storage_cleanup();
}

void
np_record_close(np_record_t *record, const nstime_t *time)
{
    np_session_t *session = np_record_session(record);
    np_call_t *call = record->call;

    record->session_state = session ? session->info.state : np_connection_state_before(record->connection);
    if (session) {
        np_session_note_frame(session, record->frame, time);
        np_history_set_number(&session->states, record->frame, session->info.state);
    }
    if (call) {
        record->call_state = call->info.state;
        np_history_set_number(&call->states, record->frame, call->info.state);
    }
}
