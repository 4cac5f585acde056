/* store.h
 * The model as a whole
 *
 * Everything here lives with the capture (wmem_file_scope()), but for packet.h, carried.h and temporary records. The
 * first pass alone makes decisions. No function fails: wmem aborts if memory runs out. No look-up iterates over all
 * sessions, calls or streams.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_STORE_H
#define NP_MODEL_STORE_H

#include "model/call.h"
#include "model/record.h"

/** For the init routine: empties the model. */
void np_store_init(np_find_service_t *find_service);

/** For the cleanup routine, when the capture is closed. */
void np_store_cleanup(void);

/** First pass, once the record is complete: stores the states after it. time: absolute. */
void np_record_close(np_record_t *record, const nstime_t *time);

#endif /* NP_MODEL_STORE_H */
