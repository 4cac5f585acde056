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

/** First pass, file scope. */
typedef struct np_reassembly np_reassembly_t;

/** by_user: any length is believed. */
np_reassembly_t *np_reassembly_new(const np_inferred_framing_t *framing, bool by_user);

void np_reassembly_free(np_reassembly_t *reassembly);

/** Remembers what messages begin with. in_step: the next byte begins one. */
void np_reassembly_restart(np_reassembly_t *reassembly, bool in_step);

/** The next number is count + 1. */
void np_reassembly_number_after(np_reassembly_t *reassembly, uint32_t count);

uint32_t np_reassembly_messages(const np_reassembly_t *reassembly);

np_misfit_t np_reassembly_misfit(const np_reassembly_t *reassembly);

bool np_reassembly_is_in_step(const np_reassembly_t *reassembly);

bool np_reassembly_is_sure(const np_reassembly_t *reassembly, uint32_t missing, const uint8_t *bytes, size_t length);

/** segment: of the frame that made the payload readable; gets the messages. Returns the number of misfits. */
unsigned np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment);

#endif /* NP_CONTROL_REASSEMBLY_H */
