/* control_columns.h
 * Columns and flow graph labels of control frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_COLUMNS_H
#define NP_SHOW_CONTROL_COLUMNS_H

#include "model/record.h"

/** The names of the messages' types, for an arrow: "LOGIN, PING". NULL: none is known. Lives as long as the packet. */
const char *np_control_columns_label(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload);

/** Writes protocol and info column. payload: NULL if the frame has none. */
void np_control_columns_show(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_COLUMNS_H */
