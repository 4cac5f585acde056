/* conversation_filters.h
 * Wireshark's Conversation Filter and Colorize Conversation: of the selected frame's session or call
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_CONVERSATION_FILTERS_H
#define NAVERPHONE_CONVERSATION_FILTERS_H

/** Registers both filters. */
void np_conversation_filters_register(void);

#endif /* NAVERPHONE_CONVERSATION_FILTERS_H */
