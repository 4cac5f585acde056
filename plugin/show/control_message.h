/* control_message.h
 * Control messages as shown in the tree, in the columns and to the tap
 *
 * The protocol is undocumented: messages are shown as bytes, with their framing (control/streams.h) and the header
 * fields described in the user's tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_MESSAGE_H
#define NP_SHOW_CONTROL_MESSAGE_H

#include "model/connection.h"

/** A message, or a segment shown in place of one. Lives as long as the packet. */
typedef struct {
    uint32_t number;
    uint32_t length;      /**< bytes on the wire */
    uint32_t first_frame; /**< 0 if it begins in this frame */
    tvbuff_t *tvb;        /**< the captured bytes start at offset */
    int offset, captured;
} np_shown_message_t;

/** The framing of the frame's payload in this pass. Only for frames with payload, since others have no direction. */
np_message_framing_t np_shown_framing(packet_info *pinfo, const np_record_t *record);

/** The first message that ends in the frame, or NULL. */
const np_control_message_t *np_shown_first(const np_record_t *record);

/** Offset of the message in the frame's payload; 0 if it has bytes of its own. */
uint32_t np_shown_begin(const np_control_message_t *message);

np_shown_message_t np_shown_message(tvbuff_t *payload, const np_control_message_t *message);

/** The whole payload. Only for frames with new payload. */
np_shown_message_t np_shown_segment(tvbuff_t *payload, const np_record_t *record);

/** Reads a number of the header. Returns false if it was not captured or width is 0. */
bool np_shown_number(const np_shown_message_t *shown, uint32_t offset, uint32_t width, bool little, uint32_t *value);

/** Returns false if the user's tables do not give its position, or the message is too short. */
bool np_shown_type(const np_record_t *record, const np_shown_message_t *shown, uint32_t *type);

/** The name of the message's type in the user's table, or NULL. */
const char *np_shown_type_name(const np_record_t *record, const np_shown_message_t *shown);

/** The messages ending in the frame, for the tap, or NULL. payload may be NULL. */
const naverphone_control_message_t *np_shown_tap_messages(packet_info *pinfo, const np_record_t *record,
                                                          tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_MESSAGE_H */
