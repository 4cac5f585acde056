/* control.h
 * The control leg: TCP payload whose format nobody has published
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_CONTROL_H
#define NAVERPHONE_CONTROL_H

#include "legs/source.h"

/** Registers dissector and heuristic. The heuristic is asked after all built-in ones that are registered later. */
void np_control_register(int proto);
void np_control_handoff(void);

/** The dissector of control connections. */
dissector_handle_t np_control_handle(void);

/** A later pass comes to these records: their streams are shown by all that was collected. */
void np_control_conclude(const np_record_t *record);

/** Is the framing lost in this frame? */
bool np_control_is_lost(packet_info *pinfo, const np_record_t *record);

/** Shows the payload of a control frame under its Naver Phone tree. */
void np_control_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload);

/** Writes the columns of a control frame. */
void np_control_columns(packet_info *pinfo, const np_record_t *record);

/** The names of the messages that end in the frame, by the user's table; NULL where there are none. */
const char *np_control_label(packet_info *pinfo, const np_record_t *record);

/** The messages that end in the frame, for the tap; NULL where there are none. They live as long as the packet. */
const naverphone_control_message_t *np_control_messages(packet_info *pinfo, const np_record_t *record);

#endif /* NAVERPHONE_CONTROL_H */
