/* release.h
 * What ends a call, and what takes that back
 *
 * A call may seem to end several times: a branch of a fork refuses before another answers, a BYE is challenged, an INVITE
 * with credentials is challenged once more. Each frame shows the release of its time; the values of the whole call are
 * those of the one that holds in the end.
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
    bool has_duration; /**< the call had been answered */
    nstime_t duration;
    naverphone_call_state_t before; /**< state that the call had, and has again if the release is taken back */
    const struct np_transaction *transaction; /**< of the message that releases */
} np_release_t;

#endif /* NP_MODEL_RELEASE_H */
