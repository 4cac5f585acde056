/* show.h
 * Shows records in packet details, columns and taps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_SHOW_H
#define NP_SHOW_SHOW_H

#include "model/carried.h"
#include "model/record.h"

void np_show_register(int proto);

/** Shows the record everywhere, unless it has no session. tree may be NULL: columns, taps and expert items need
 *  none. */
void np_show_record(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_carried_t *carried);

#endif /* NP_SHOW_SHOW_H */
