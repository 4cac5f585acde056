/* reassembly.h
 * Cuts a control stream with holes into messages
 *
 * A message belongs to the frame that made its last byte readable. Behind a hole, the next message is searched for;
 * bytes that fill the hole later complete the interrupted message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_REASSEMBLY_H
#define NP_CONTROL_REASSEMBLY_H

#include "control/cutter.h"
#include "control/inference/inference.h"
#include "control/segment.h"

/** One direction. Lives with the capture; only the first pass writes it. */
typedef struct np_reassembly np_reassembly_t;

/** by_user: the framing was set by the user, so any length is believed. */
np_reassembly_t *np_reassembly_new(const np_inferred_framing_t *framing, bool by_user);

void np_reassembly_free(np_reassembly_t *reassembly);

/** Begins the stream again, but remembers what messages begin with. in_step: its first byte begins a message. */
void np_reassembly_restart(np_reassembly_t *reassembly, bool in_step);

/** Messages get the numbers from count + 1 on. */
void np_reassembly_number_after(np_reassembly_t *reassembly, uint32_t count);

/** The number of the latest message. */
uint32_t np_reassembly_messages(const np_reassembly_t *reassembly);

/** Where bytes of the last np_reassembly_read() first did not fit. */
np_misfit_t np_reassembly_misfit(const np_reassembly_t *reassembly);

/** True if the next byte begins or continues a message. */
bool np_reassembly_is_in_step(const np_reassembly_t *reassembly);

/** True if it is sure where the next message behind a hole begins. missing: bytes in the hole. bytes: those behind
 *  it. */
bool np_reassembly_is_sure(const np_reassembly_t *reassembly, uint32_t missing, const uint8_t *bytes, size_t length);

/** Cuts the payload into messages. segment: of the frame that made it readable; its list gets the messages. Returns how
 *  often bytes did not fit. */
unsigned np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment);

#endif /* NP_CONTROL_REASSEMBLY_H */
