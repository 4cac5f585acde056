/* reassembly.h
 * Puts the messages of a control stream together from its segments, with a framing that is given
 *
 * A message belongs to the frame in which its last byte was seen first. TCP is not asked to put segments together: it would
 * hand a message's middle segments to nobody, and a framing that is found late could not be applied to segments it has let
 * go. Segments that come late fill the stream's latest gap.
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

/** Cuts a segment's payload. Returns how often its bytes did not fit the framing. */
unsigned np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment);

#endif /* NP_CONTROL_REASSEMBLY_H */
