/* call_release.h
 * How a call is released, and how a release is revoked
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CALL_RELEASE_H
#define NP_MODEL_CALL_RELEASE_H

#include "model/call.h"

/** First pass: releases the call, from release->frame on. The release is copied. */
void np_call_set_release(np_call_t *call, const np_release_t *release);

/**
 * First pass: revokes the call's release, from frame on. If another BYE came meanwhile, that one releases the call;
 * else the call returns to its earlier state.
 */
void np_call_revoke_release(np_call_t *call, uint32_t frame);

/** Returns the release to show in a frame: the one that held there, else the call's last one; all zero without any. */
const np_release_t *np_call_release_at(const np_call_t *call, uint32_t frame);

#endif /* NP_MODEL_CALL_RELEASE_H */
