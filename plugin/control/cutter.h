/* cutter.h
 * Cuts bytes that follow one another into messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_CUTTER_H
#define NP_CONTROL_CUTTER_H

#include "control/inference/inference.h"
#include "control/segment.h"

/** A message whose last byte is not there yet. File scope. */
typedef struct {
    np_control_message_t *message;
    uint8_t *bytes;
    uint32_t length, room;
    uint32_t wanted;  /**< message length; 0: unknown */
    uint32_t skipped; /**< received behind truncated bytes */
} np_partial_t;

/** Frees it and sets it to NULL. */
void np_partial_free(np_partial_t **partial);

/** Where the bytes did not fit, or still do not. */
typedef struct {
    const np_control_segment_t *segment;
    uint32_t offset;
    np_control_message_t *last; /**< completed before by the frame, or NULL */
    uint32_t messages;
} np_misfit_t;

/** First pass. */
typedef struct {
    np_framing_t framing;
    np_framing_t widest; /**< inferred: widest field with equal values so far */
    bool by_user;
    bool in_step; /**< the next byte begins or continues a message */
    uint32_t messages;
    uint32_t before; /**< messages in an earlier framing */
    uint32_t longest;
    np_head_t head_alike; /**< what messages begin with */
    unsigned losses;      /**< misfits since the caller set it to 0 */
    np_misfit_t misfit;   /**< first one since the caller cleared it */
    np_partial_t *partial;
} np_cutter_t;

/** by_user: any length is believed. */
void np_cutter_init(np_cutter_t *cutter, const np_inferred_framing_t *framing, bool by_user);

/** Including those in an earlier framing. */
uint32_t np_cutter_messages(const np_cutter_t *cutter);

/** segment: of the frame that made the payload readable; gets the messages. Returns the captured bytes before the first
 *  message that was searched for, or all if none was found; 0: no search. */
uint32_t np_cutter_read(np_cutter_t *cutter, const np_payload_t *payload, np_control_segment_t *segment);

#endif /* NP_CONTROL_CUTTER_H */
