/* login.h
 * The login leg: HTTP requests with id and password, and responses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_LOGIN_H
#define NP_LEGS_LOGIN_H

#include "compat.h"

#include "model/carried.h"
#include "model/record.h"

/** Registers a heuristic for HTTP bodies. It notes them, and accepts none. */
void np_login_register(int proto);
void np_login_handoff(void);

/** First pass: reads the frame's HTTP messages. Returns the frame's first record, or NULL. record: the TCP segment's,
 *  which the first message shares; NULL: none. layers: np_packet_layers(). may_connect: np_evidence_may_connect(). */
np_record_t *np_login_observe(packet_info *pinfo, unsigned layers, bool may_connect, np_record_t *record);

/** Finds the record's request again, with its body and credentials. */
void np_login_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried);

#endif /* NP_LEGS_LOGIN_H */
