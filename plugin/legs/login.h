/* login.h
 * The login leg: HTTP requests that carry id and password, and their responses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_LOGIN_H
#define NAVERPHONE_LOGIN_H

#include "legs/source.h"
#include "model/carried.h"

/** Learns what HTTP is. To be called at handoff. */
void np_login_handoff(void);

/** Registers the look at HTTP bodies, which never takes one. */
void np_login_register(int proto);

/**
 * First pass: what HTTP found in this frame. may_connect: np_evidence_may_connect(), already asked. record: the frame's
 * as a part of its TCP connection, or NULL where that was not known yet. Returns the frame's records, NULL where there
 * are none.
 */
np_record_t *np_login_observe(packet_info *pinfo, unsigned layers, bool may_connect, np_record_t *record);

/** Finds the request of a login record again in its frame. */
void np_login_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried);

#endif /* NAVERPHONE_LOGIN_H */
