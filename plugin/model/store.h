/* store.h
 * The model as a whole
 *
 * The first pass makes all decisions and stores them in the session, connection, call, stream or record (record.h),
 * which live with the capture (wmem_file_scope()). No function fails: wmem aborts if memory runs out. No look-up
 * iterates over all sessions, calls or streams. The model does not access trees, columns, taps or preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_STORE_H
#define NP_MODEL_STORE_H

#include "model/call.h"
#include "model/record.h"

/** Called by the init routine. Empties the model. */
void np_store_init(np_find_service_t *find_service);

/** First pass: stores the states of session and call after the record. Called once, when the record is complete.
 *  time: absolute time of the frame. */
void np_record_close(np_record_t *record, const nstime_t *time);

#endif /* NP_MODEL_STORE_H */
