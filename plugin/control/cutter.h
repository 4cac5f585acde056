/* cutter.h
 * Cuts bytes that follow one another into messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_CUTTER_H
#define NP_CONTROL_CUTTER_H

#include "control/inference/inference.h"
#include "control/segment.h"

/** A message whose last byte has not arrived. Lives with the capture. */
typedef struct {
    np_control_message_t *message;
    uint32_t first_frame; /**< where the message begins */
    uint8_t *bytes;
    uint32_t length, room; /**< of bytes: used, allocated */
    uint32_t wanted;       /**< length of the whole message; 0: unknown */
    uint32_t skipped;      /**< bytes that arrived after truncated ones, and are not kept */
} np_partial_t;

/** Frees it and sets it to NULL. It may be NULL. */
void np_partial_free(np_partial_t **partial);

/** Where bytes did not fit the framing. */
typedef struct {
    const np_control_segment_t *segment; /**< that carried the bytes; NULL: all bytes fitted */
    uint32_t offset;                     /**< in its payload */
    np_control_message_t *last;          /**< message that the frame completed before; NULL: none */
    uint32_t messages;                   /**< number of the stream's last message before */
} np_misfit_t;

/** The state of one direction between its payloads. Lives with the capture; only the first pass writes it. */
typedef struct {
    np_framing_t framing;
    np_framing_t widest;  /**< inferred length fields: the widest field that had equal values so far */
    bool by_user;         /**< set by the user: any length is believed */
    bool in_step;         /**< the next byte begins or continues a message; else a message is searched for */
    uint32_t messages;    /**< in this framing */
    uint32_t before;      /**< in an earlier framing of the stream */
    uint32_t longest;     /**< bytes of the longest message */
    np_head_t head_alike; /**< what messages begin with */
    unsigned losses;      /**< misfits since the caller set it to 0 */
    np_misfit_t misfit;   /**< the first one since the caller cleared it */
    np_partial_t *partial;
} np_cutter_t;

void np_cutter_init(np_cutter_t *cutter, const np_inferred_framing_t *framing, bool by_user);

/** Messages so far, including those in an earlier framing. */
uint32_t np_cutter_messages(const np_cutter_t *cutter);

/** Cuts bytes that follow what was read before. segment: of the frame that made the payload readable; its list gets the
 *  messages. If the cutter was out of step and searched for a message, returns how many captured bytes are before it,
 *  or all if there is none; 0: there was no search. */
uint32_t np_cutter_read(np_cutter_t *cutter, const np_payload_t *payload, np_control_segment_t *segment);

#endif /* NP_CONTROL_CUTTER_H */
