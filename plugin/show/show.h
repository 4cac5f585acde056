/* show.h
 * What a frame's records look like, everywhere: packet details, columns, taps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_SHOW_H
#define NP_SHOW_SHOW_H

#include "model/carried.h"
#include "model/record.h"

/** Registers the taps that records are shown to. */
void np_show_register(int proto);

/** Shows one record, if it has a session. tree may be NULL. */
void np_show_record(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried);

#endif /* NP_SHOW_SHOW_H */
