/* release.h
 * How a call ends
 *
 * It may seem to end more than once: a branch of a fork refuses, a BYE is challenged. A frame shows the release that
 * held there, the whole call the last one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RELEASE_H
#define NP_MODEL_RELEASE_H

#include "compat.h"

#include "packet-naverphone.h"

/** Lives with the capture; never changes. */
typedef struct np_release {
    uint32_t frame;
    naverphone_released_by_t by;
    const struct np_record *record;           /**< of the message */
    const struct np_transaction *transaction; /**< of the message */
    nstime_t time;                            /**< absolute */
    const char *cause;                        /**< NULL: none */
    naverphone_call_state_t before;           /**< the call's state, which returns if the release is revoked */
    bool has_duration;                        /**< the call was answered */
    nstime_t duration;                        /**< from the answer; valid with has_duration */
} np_release_t;

#endif /* NP_MODEL_RELEASE_H */
