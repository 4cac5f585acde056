/* reassembly.h
 * Puts the messages of a control stream together from its segments, with a framing that is given
 *
 * The bytes come in the order of the stream (control/arrivals.h), and a message belongs to the frame with which its last byte
 * could be read. Behind a hole that was given up, a message's begin is looked for in all that has come. What fills the hole
 * later completes the message that it has torn.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_REASSEMBLY_H
#define NP_CONTROL_REASSEMBLY_H

#include "control/inference/inference.h"
#include "control/segment.h"

/** One direction of a connection: first-pass state. */
typedef struct np_reassembly np_reassembly_t;

/** A stream that is at its start. by_user: the framing was set, so that any length it reads is believed. */
np_reassembly_t *np_reassembly_new(const np_inferred_framing_t *framing, bool by_user);

void np_reassembly_free(np_reassembly_t *reassembly);

/** Forgets all but how messages begin. in_step: the next byte begins a message. */
void np_reassembly_restart(np_reassembly_t *reassembly, bool in_step);

/** Is it certain where a message begins behind a hole of so many missing bytes, which these bytes follow? */
bool np_reassembly_is_sure(const np_reassembly_t *reassembly, uint32_t missing, const uint8_t *bytes, size_t length);

/** Cuts a payload; segment, of the frame with which it can be read, gets the messages. Returns how often the bytes did not
 *  fit the framing. */
unsigned np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment);

#endif /* NP_CONTROL_REASSEMBLY_H */
