/* control_columns.h
 * The control leg in a few words: columns, and labels of arrows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_CONTROL_COLUMNS_H
#define NP_SHOW_CONTROL_COLUMNS_H

#include "model/record.h"

/** Writes the columns of a control frame. payload may be NULL. */
void np_control_columns_show(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload);

/** The names of the messages that end in the frame, by the user's table; NULL where there are none. payload may be NULL. */
const char *np_control_columns_label(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload);

#endif /* NP_SHOW_CONTROL_COLUMNS_H */
