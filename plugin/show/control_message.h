/* control_message.h
 * Control messages as shown in tree, columns and tap
 *
 * The protocol is undocumented: they have a framing (control/streams.h) and the header fields of the user's tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_MESSAGE_H
#define NP_SHOW_CONTROL_MESSAGE_H

#include "model/connection.h"

/** A message, or a segment in its place. Lives as long as the packet. */
typedef struct {
    uint32_t number;
    uint32_t length;      /**< bytes on the wire */
    uint32_t first_frame; /**< 0: this frame */
    tvbuff_t *tvb;        /**< the captured bytes start at offset */
    int offset, captured;
} np_shown_message_t;

/** As known in this pass. Only for frames with payload. */
np_message_framing_t np_shown_framing(packet_info *pinfo, const np_record_t *record);

/** First that ends in the frame; NULL: none. */
const np_control_message_t *np_shown_first(const np_record_t *record);

np_shown_message_t np_shown_message(tvbuff_t *payload, const np_control_message_t *message);

/** Only for frames with new payload. */
np_shown_message_t np_shown_segment(tvbuff_t *payload, const np_record_t *record);

/** False if not captured, or if width is 0. */
bool np_shown_number(const np_shown_message_t *shown, uint32_t offset, uint32_t width, bool little, uint32_t *value);

/** False if the user's tables lack it, or the message is too short. */
bool np_shown_type(const np_record_t *record, const np_shown_message_t *shown, uint32_t *type);

/** NULL: none. */
const char *np_shown_type_name(const np_record_t *record, const np_shown_message_t *shown);

/** Those that end in the frame; NULL: none. payload may be NULL. */
const naverphone_control_message_t *np_shown_tap_messages(packet_info *pinfo, const np_record_t *record,
                                                          tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_MESSAGE_H */
