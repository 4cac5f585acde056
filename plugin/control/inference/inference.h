/* inference.h
 * Which framing a byte stream has, inferred from its bytes
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
    size_t length;          /**< 1 or more */
    bool   continues;       /**< follows the previous segment, or the stream's start, without a gap */
} np_segment_payload_t;

/** One direction of a connection: its segments in the order of the stream. */
typedef struct {
    const np_segment_payload_t *pieces;
    size_t count;
} np_segment_payloads_t;

/** A framing and how sure it is, from 0 to 1. SEGMENT if nothing explains the bytes well enough. */
typedef struct {
    np_framing_t framing;
    double confidence;
    double most;            /**< the highest confidence that more bytes of this kind could give */
    np_framing_t widest;    /**< LENGTH: the widest length field that cuts all bytes seen in the same way */
    bool has_preface;       /**< the stream begins with something else (a greeting, a magic word) */
} np_inferred_framing_t;

#define NP_CONFIDENT 0.9    /**< at least nine of ten guesses with this confidence are right */

/**
 * Infers the framing of both directions, each from its own bytes and from what is likely in the other one. Candidates
 * are length fields of 8 to 32 bits at offsets 0 to 31, fixed sizes, lines and NUL. A candidate must divide the bytes
 * into messages that end where segments do. It is weighed by how unlikely that is by chance.
 */
void np_framing_infer(const np_segment_payloads_t pieces[2], np_inferred_framing_t guesses[2]);

/** Does a framing that is known from elsewhere fit a stream? */
typedef enum {
    NP_FIT_UNKNOWN,         /**< too little has come */
    NP_FIT_GOOD,
    NP_FIT_BAD
} np_fit_t;

/** is_last: no more of the stream will come. */
np_fit_t np_framing_fits(const np_segment_payloads_t *pieces, const np_inferred_framing_t *known, bool is_last);

#endif /* NP_CONTROL_INFERENCE_INFERENCE_H */
