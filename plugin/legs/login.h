/* login.h
 * The login leg: HTTP requests with id and password, and responses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_LOGIN_H
#define NP_LEGS_LOGIN_H

#include "legs/packet.h"
#include "model/carried.h"

void np_login_handoff(void);

/** Registers a heuristic that looks at HTTP bodies and accepts none. */
void np_login_register(int proto);

/** First pass. may_connect: np_evidence_may_connect(). record: the TCP segment's or NULL. Returns the frame's first or
 *  NULL. */
np_record_t *np_login_observe(packet_info *pinfo, unsigned layers, bool may_connect, np_record_t *record);

/** Finds the record's request again. */
void np_login_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried);

#endif /* NP_LEGS_LOGIN_H */
