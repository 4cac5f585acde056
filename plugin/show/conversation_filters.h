/* conversation_filters.h
 * Conversation filters for sessions and calls
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONVERSATION_FILTERS_H
#define NP_SHOW_CONVERSATION_FILTERS_H

#include "model/record.h"

/** Returns the records of a frame that was dissected before; NULL: none. Implemented by np_observer_records(). */
typedef const np_record_t *np_find_records_t(packet_info *pinfo);

void np_conversation_filters_register(np_find_records_t *finder);

#endif /* NP_SHOW_CONVERSATION_FILTERS_H */
