/* control_columns.h
 * Columns and flow graph labels of control frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_COLUMNS_H
#define NP_SHOW_CONTROL_COLUMNS_H

#include "model/record.h"

/** Writes the columns of a control frame. payload may be NULL. */
void np_control_columns_show(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload);

/** The type names of the messages ending in the frame, or NULL. payload may be NULL. */
const char *np_control_columns_label(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_COLUMNS_H */
