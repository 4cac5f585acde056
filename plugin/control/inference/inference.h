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

typedef struct {
    const uint8_t *bytes;
    size_t length;
    bool continues; /**< no bytes are missing before it */
} np_segment_payload_t;

typedef struct {
    const np_segment_payload_t *items;
    size_t count;
} np_segment_payloads_t;

/** SEGMENT: no framing explains the bytes. */
typedef struct {
    np_framing_t framing;
    double confidence;
    double most;         /**< confidence that more such bytes could give */
    np_framing_t widest; /**< LENGTH: the widest field that divides alike */
    bool has_preface;
} np_inferred_framing_t;

#define NP_CONFIDENT 0.9 /**< right at least 9 times in 10 */

/**
 * Tries length fields in the first 33 bytes, fixed sizes, lines and NUL, in a few steps per byte. Messages must end where
 * segments do more often than by chance. Each direction's candidates help the other.
 *
 * is_last: no more bytes follow. Otherwise only guesses from NP_CONFIDENT on are complete.
 */
void np_framing_infer(const np_segment_payloads_t payloads[2], bool is_last, np_inferred_framing_t guesses[2]);

/** Also if length fields have low byte and constant in common. */
bool np_framing_is_same_field(const np_framing_t *a, const np_framing_t *b);

/** Of a framing known from other connections. */
typedef enum {
    NP_FIT_UNKNOWN,
    NP_FIT_GOOD,
    NP_FIT_BAD
} np_fit_t;

/** is_last: no more bytes follow. */
np_fit_t np_framing_fits(const np_segment_payloads_t *payloads, const np_inferred_framing_t *known, bool is_last);

#endif /* NP_CONTROL_INFERENCE_INFERENCE_H */
