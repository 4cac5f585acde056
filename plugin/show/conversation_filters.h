/* conversation_filters.h
 * Wireshark's Conversation Filter and Colorize Conversation: of the selected frame's session or call
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_CONVERSATION_FILTERS_H
#define NAVERPHONE_CONVERSATION_FILTERS_H

#include "model/record.h"

/** The first of some records of a frame that the first pass is through with; NULL: there are none. */
typedef const np_record_t *np_find_records_t(packet_info *pinfo);

/** Registers both filters, which ask for a frame's records of media, and for its others. */
void np_conversation_filters_register(np_find_records_t *media, np_find_records_t *others);

#endif /* NAVERPHONE_CONVERSATION_FILTERS_H */
