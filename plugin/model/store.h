/* store.h
 * Initialisation of the model, and end of a record
 *
 * The first pass makes all decisions and stores them in the session, connection, call, stream or record (record.h).
 * All of it has file scope (wmem_file_scope()). No function here returns an error: wmem aborts if memory runs out.
 * Look-ups never iterate over all sessions, calls or streams. The model does not access trees, columns, taps or
 * preferences; its callers pass in what users have set.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_STORE_H
#define NP_MODEL_STORE_H

#include "model/call.h"
#include "model/record.h"

/** Called by an init routine: empties the model for a new capture, or for one that is read again. */
void np_store_init(np_find_service_t *find_service);

/** First pass: stores the states of session and call as they are after the record. Must be called once, after all
 *  changes of state that the record causes. time: absolute time of the frame. */
void np_record_close(np_record_t *record, const nstime_t *time);

#endif /* NP_MODEL_STORE_H */
