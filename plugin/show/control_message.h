/* control_message.h
 * A control message as it is shown: in the tree, in the columns and to the tap
 *
 * What the payload says is not known, so it is shown as bytes, with what can be measured of it: how it is cut into messages
 * (control/streams.h), and where the user's tables say what stands where, that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_MESSAGE_H
#define NP_SHOW_CONTROL_MESSAGE_H

#include "model/connection.h"

/** A message cut from its stream, or a segment that stands for one. Lives as long as the packet. */
typedef struct {
    uint32_t number;
    uint32_t length;      /**< bytes on the wire */
    uint32_t first_frame; /**< 0: begins here */
    tvbuff_t *tvb;        /**< as much of it as was captured, from offset on */
    int offset, captured;
} np_shown_message_t;

/** How the payload of this frame is cut, in this pass. Only of a frame with payload: others have no direction. */
np_message_framing_t np_shown_framing(packet_info *pinfo, const np_record_t *record);

/** The messages that end in the frame; NULL: none does. */
const np_control_message_t *np_shown_first(const np_record_t *record);

/** Where in the frame's payload a message begins: one that does not is shown before all that do. */
uint32_t np_shown_begin(const np_control_message_t *message);

/** A message where it was cut: in the frame's payload, or in bytes of its own. */
np_shown_message_t np_shown_message(tvbuff_t *payload, const np_control_message_t *message);

/** The whole payload, of a frame with new payload. */
np_shown_message_t np_shown_segment(tvbuff_t *payload, const np_record_t *record);

/** Reads a number of the header. False where the message does not have it, or width is 0. */
bool np_shown_number(const np_shown_message_t *shown, uint32_t offset, uint32_t width, bool little, uint32_t *value);

/** The type of a message. False where the user has not said where it stands, or the message does not have it. */
bool np_shown_type(const np_record_t *record, const np_shown_message_t *shown, uint32_t *type);

/** The name of that type by the user's table; NULL: it has none. */
const char *np_shown_type_name(const np_record_t *record, const np_shown_message_t *shown);

/** The messages that end in the frame, for the tap; NULL: none does. payload may be NULL. */
const naverphone_control_message_t *np_shown_tap_messages(packet_info *pinfo, const np_record_t *record,
                                                          tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_MESSAGE_H */
