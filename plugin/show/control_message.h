/* control_message.h
 * Control messages as shown in tree, columns and tap
 *
 * The protocol is undocumented: they have a framing (control/streams.h) and the header fields of the user's tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_MESSAGE_H
#define NP_SHOW_CONTROL_MESSAGE_H

#include "compat.h"

#include "control/framed.h"
#include "control/segment.h"
#include "model/record.h"
#include "packet-naverphone.h"

/** A message as it is shown: where the framing is unknown, a segment takes its place. Lives as long as the packet. */
typedef struct {
    uint32_t number;      /**< within its direction, from 1 */
    uint32_t length;      /**< bytes on the wire */
    uint32_t first_frame; /**< where it begins; 0: in this frame */
    tvbuff_t *tvb;        /**< has the captured bytes, from offset on */
    int offset, captured;
} np_shown_message_t;

/** The framing of the record's stream at its frame, as known in this pass. Only for frames with payload. */
np_message_framing_t np_shown_framing(packet_info *pinfo, const np_record_t *record);

/** The first of the messages that end in the frame; NULL: none. */
const np_control_message_t *np_shown_first(const np_record_t *record);

np_shown_message_t np_shown_message(tvbuff_t *payload, const np_control_message_t *message);

/** The whole payload, for frames with new payload only. */
np_shown_message_t np_shown_segment(tvbuff_t *payload, const np_record_t *record);

/** Reads a number of width bytes. False: not captured, or width is 0. */
bool np_shown_number(const np_shown_message_t *shown, uint32_t offset, uint32_t width, bool little, uint32_t *value);

/** Reads the message's type. False: the user's tables do not define where it is, or the message is too short. */
bool np_shown_type(const np_record_t *record, const np_shown_message_t *shown, uint32_t *type);

/** The name of the message's type in the user's table; NULL: none. */
const char *np_shown_type_name(const np_record_t *record, const np_shown_message_t *shown);

/** The messages that end in the frame, as a list for the tap; NULL: none. payload may be NULL. */
const naverphone_control_message_t *np_shown_tap_messages(packet_info *pinfo, const np_record_t *record,
                                                          tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_MESSAGE_H */
