/* call_release.h
 * Releasing a call, and revoking that
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CALL_RELEASE_H
#define NP_MODEL_CALL_RELEASE_H

#include "model/call.h"

/** First pass: the call is released from release->frame on. Copies it. */
void np_call_set_release(np_call_t *call, const np_release_t *release);

/** First pass: from frame on, a BYE that came meanwhile releases the call; without one, its earlier state returns. */
void np_call_revoke_release(np_call_t *call, uint32_t frame);

/** Any pass: the release that held at the frame, or else the last one; all zero: the call has none. */
const np_release_t *np_call_release_at(const np_call_t *call, uint32_t frame);

#endif /* NP_MODEL_CALL_RELEASE_H */
