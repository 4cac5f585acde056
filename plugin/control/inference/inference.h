/* inference.h
 * Infers the framing of a byte stream from its bytes
 *
 * Pure: glib only, no state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_INFERENCE_INFERENCE_H
#define NP_CONTROL_INFERENCE_INFERENCE_H

#include "control/framing.h"

/** The payload of a segment. */
typedef struct {
    const uint8_t *bytes;
    size_t length;  /**< at least 1 */
    bool continues; /**< follows the previous segment, or the stream's start, without missing bytes */
} np_segment_payload_t;

/** One direction of a connection, in stream order. */
typedef struct {
    const np_segment_payload_t *items;
    size_t count;
} np_segment_payloads_t;

/** A framing and its confidence from 0 to 1. SEGMENT if no framing explains the bytes. */
typedef struct {
    np_framing_t framing;
    double confidence;
    double most;         /**< highest confidence that more bytes of this kind could give */
    np_framing_t widest; /**< LENGTH: the widest field that divides the bytes in the same way */
    bool has_preface;    /**< the stream begins with something else, such as a greeting */
} np_inferred_framing_t;

#define NP_CONFIDENT 0.9 /**< at least 9 of 10 guesses with this confidence are right */

/**
 * Infers the framing of both directions, each from its own bytes and the other's candidates: length fields of 8 to 32
 * bits in the first 33 bytes, fixed sizes, lines and NUL. A candidate must divide the bytes into messages that end where
 * segments do, and is weighed by how unlikely that is by chance. The work is limited to a few steps per byte.
 *
 * is_last: no more bytes will be looked at. Otherwise only guesses of at least NP_CONFIDENT are complete.
 */
void np_framing_infer(const np_segment_payloads_t payloads[2], bool is_last, np_inferred_framing_t guesses[2]);

/** True if the framings are equal, or their length fields have the low byte and the constant in common. */
bool np_framing_is_same_field(const np_framing_t *a, const np_framing_t *b);

/** Whether a framing taught by other connections fits a stream. */
typedef enum {
    NP_FIT_UNKNOWN, /**< too few bytes so far */
    NP_FIT_GOOD,
    NP_FIT_BAD
} np_fit_t;

/** is_last: no more bytes of the stream will come. */
np_fit_t np_framing_fits(const np_segment_payloads_t *payloads, const np_inferred_framing_t *known, bool is_last);

#endif /* NP_CONTROL_INFERENCE_INFERENCE_H */
