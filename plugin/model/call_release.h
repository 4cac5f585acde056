/* call_release.h
 * Releasing a call, and revoking that
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CALL_RELEASE_H
#define NP_MODEL_CALL_RELEASE_H

#include "model/call.h"

/** As if the message released the call. */
np_release_t np_call_make_release(const np_call_t *call, const np_sip_message_t *message, naverphone_released_by_t by);

/** The caller, the callee or the network, by the sender of a BYE; 0: unknown. */
naverphone_released_by_t np_call_find_releaser(const np_call_t *call, const np_sip_message_t *message);

/** First pass: the call is released from release->frame on. Copies it. */
void np_call_set_release(np_call_t *call, const np_release_t *release);

/** First pass: the message releases the call. np_call_end(): nobody knows who did, as after a refusal.
 *  np_call_release(): its sender did, by a BYE. */
void np_call_end(np_call_t *call, const np_sip_message_t *message);
void np_call_release(np_call_t *call, const np_sip_message_t *message);

/** First pass: from frame on, a BYE that came meanwhile releases the call; without one, its earlier state returns. */
void np_call_revoke_release(np_call_t *call, uint32_t frame);

/** Any pass: the release that held at the frame, or else the last one; all zero: the call has none. */
const np_release_t *np_call_release_at(const np_call_t *call, uint32_t frame);

#endif /* NP_MODEL_CALL_RELEASE_H */
