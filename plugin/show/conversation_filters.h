/* conversation_filters.h
 * Conversation filters for the selected frame's session or call
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_CONVERSATION_FILTERS_H
#define NAVERPHONE_CONVERSATION_FILTERS_H

#include "model/record.h"

/** Returns the records of a frame already dissected once, or NULL. */
typedef const np_record_t *np_find_records_t(packet_info *pinfo);

/** Registers both filters. media and others return a frame's media records and its other records. */
void np_conversation_filters_register(np_find_records_t *media, np_find_records_t *others);

#endif /* NAVERPHONE_CONVERSATION_FILTERS_H */
