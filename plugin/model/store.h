/* store.h
 * The model as a whole: it is emptied when a capture is opened or read again
 *
 * The first pass decides everything, and appends it to the session, connection, call or stream that it happened to,
 * or to the frame (record.h). All of it lives as long as the capture file is open (wmem_file_scope()), and nothing
 * here can fail but by running out of memory, where wmem aborts. No look-up walks over sessions, calls or streams:
 * each is one access to a map. The model knows no tree, column or tap, and what users set is handed to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_STORE_H
#define NP_MODEL_STORE_H

#include "model/call.h"
#include "model/record.h"

/** For an init routine. */
void np_store_init(np_find_service_t *find_service);

/** First pass: notes the state of session and call after the record. Call once, when all of it is applied: who changes
 *  a session's state, or a call's, owes it for a record of that session. time: absolute, the frame's. */
void np_record_close(np_record_t *record, const nstime_t *time);

#endif /* NP_MODEL_STORE_H */
