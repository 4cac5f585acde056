/* inference.h
 * Infers the framing of a byte stream
 *
 * Pure: glib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_INFERENCE_INFERENCE_H
#define NP_CONTROL_INFERENCE_INFERENCE_H

#include "control/framing.h"

/** A segment's payload. */
typedef struct {
    const uint8_t *bytes;
    size_t length;
    bool continues; /**< no bytes are missing before it */
} np_segment_payload_t;

/** Those of one direction, in the order of the stream. */
typedef struct {
    const np_segment_payload_t *items;
    size_t count;
} np_segment_payloads_t;

/** SEGMENT: no framing explains the bytes. */
typedef struct {
    np_framing_t framing;
    double confidence;   /**< 0 to 1 */
    double most;         /**< confidence that more bytes of this kind could give */
    np_framing_t widest; /**< LENGTH: the widest field that divides these bytes in the same way */
    bool has_preface;    /**< the stream begins with something else */
} np_inferred_framing_t;

#define NP_CONFIDENT 0.9 /**< right at least 9 times in 10 */

/**
 * Guesses the framing of both directions; each one's candidates help the other. Length fields in the first 33 bytes of
 * a message, fixed sizes, lines and NUL are tried, in a few steps for each byte. Messages must end where segments do
 * more often than by chance.
 *
 * is_last: no more bytes follow. Otherwise a guess below NP_CONFIDENT means nothing yet.
 */
void np_framing_infer(const np_segment_payloads_t payloads[2], bool is_last, np_inferred_framing_t guesses[2]);

/** True if both framings are equal, or their length fields have the low byte and the constant n in common: then short
 *  messages are divided in the same way. */
bool np_framing_is_same_field(const np_framing_t *a, const np_framing_t *b);

/** Whether a framing that is known from other connections fits. */
typedef enum {
    NP_FIT_UNKNOWN,
    NP_FIT_GOOD,
    NP_FIT_BAD
} np_fit_t;

/** is_last: no more bytes follow, so that a doubt is decided. */
np_fit_t np_framing_fits(const np_segment_payloads_t *payloads, const np_inferred_framing_t *known, bool is_last);

#endif /* NP_CONTROL_INFERENCE_INFERENCE_H */
