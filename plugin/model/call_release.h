/* call_release.h
 * How a call is released, and how that is taken back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CALL_RELEASE_H
#define NP_MODEL_CALL_RELEASE_H

#include "model/call.h"

/** First pass: the call ends with this release, from its frame on. */
void np_call_set_release(np_call_t *call, const np_release_t *release);

/** First pass: the call's release does not hold, from the frame on; the call has the state that it had before, or ends
 *  with the next BYE, if another had come. */
void np_call_revoke_release(np_call_t *call, uint32_t frame);

/** The release that a frame shows: the one of its time, or else the call's; all zero: none is known. */
const np_release_t *np_call_release_at(const np_call_t *call, uint32_t frame);

#endif /* NP_MODEL_CALL_RELEASE_H */
