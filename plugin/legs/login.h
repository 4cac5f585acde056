/* login.h
 * The login leg: HTTP requests that carry id and password, and their responses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_LOGIN_H
#define NAVERPHONE_LOGIN_H

#include "legs/source.h"

/** Registers the look at HTTP bodies, which never takes one. */
void np_login_register(int proto);

/**
 * First pass: what HTTP found in this frame. may_connect: np_evidence_may_connect(), already asked. record: the frame's
 * as a part of its TCP connection, or NULL where that was not known yet. Returns the frame's records, NULL where there
 * are none.
 */
np_record_t *np_login_observe(packet_info *pinfo, unsigned layers, bool may_connect, np_record_t *record);

/** Shows the request or response of a login record. */
void np_login_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record);

#endif /* NAVERPHONE_LOGIN_H */
