/* release.h
 * How a call ends
 *
 * A call may seem to end several times: a branch of a fork refuses before another answers, or a BYE or an INVITE with
 * credentials is challenged. A frame shows the release that held there; values of the whole call come from the last
 * one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RELEASE_H
#define NP_MODEL_RELEASE_H

#include "compat.h"

#include "packet-naverphone.h"

/** Lives with the capture; the first pass writes it. */
typedef struct np_release {
    uint32_t frame;
    nstime_t time; /**< absolute */
    naverphone_released_by_t by;
    const char *cause; /**< NULL: none */
    bool has_duration; /**< call was answered */
    nstime_t duration;
    naverphone_call_state_t before;           /**< call state before it, restored if revoked */
    const struct np_transaction *transaction; /**< of the releasing message */
} np_release_t;

#endif /* NP_MODEL_RELEASE_H */
