/* reassembly.h
 * Cuts the bytes of a control stream into messages, with a given framing
 *
 * Bytes come in stream order (control/arrivals.h). A message belongs to the frame that made its last byte readable.
 * After a hole that was given up, the start of a message is searched for. Bytes that fill the hole later complete the
 * message it interrupted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_REASSEMBLY_H
#define NP_CONTROL_REASSEMBLY_H

#include "control/inference/inference.h"
#include "control/segment.h"

/** State of one direction of a connection. First pass only, in file scope. */
typedef struct np_reassembly np_reassembly_t;

/** Starts a stream. by_user: the user set the framing, so any length is believed. */
np_reassembly_t *np_reassembly_new(const np_inferred_framing_t *framing, bool by_user);

void np_reassembly_free(np_reassembly_t *reassembly);

/** Forgets all but the common first bytes of messages. in_step: the next byte begins a message. */
void np_reassembly_restart(np_reassembly_t *reassembly, bool in_step);

/** Numbers messages from count + 1 on. */
void np_reassembly_number_after(np_reassembly_t *reassembly, uint32_t count);

/** Returns the number of the latest message. */
uint32_t np_reassembly_messages(const np_reassembly_t *reassembly);

/** Where the bytes ceased to fit the framing. */
typedef struct {
    const np_control_segment_t *segment; /**< that carried them; NULL if all fitted */
    uint32_t offset;                     /**< in its payload */
    np_control_message_t *last;          /**< message completed by the same frame before, or NULL */
    uint32_t messages;                   /**< number of the stream's last message before */
} np_misfit_t;

/** The first misfit of the latest payload. */
np_misfit_t np_reassembly_misfit(const np_reassembly_t *reassembly);

/** True if it is certain where a message begins after a hole of that size. bytes: what follows the hole. */
bool np_reassembly_is_sure(const np_reassembly_t *reassembly, uint32_t missing, const uint8_t *bytes, size_t length);

/**
 * Cuts a payload. Completed messages are added to segment, which belongs to the frame that made the payload readable.
 * Returns how often the bytes did not fit the framing.
 */
unsigned np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment);

#endif /* NP_CONTROL_REASSEMBLY_H */
