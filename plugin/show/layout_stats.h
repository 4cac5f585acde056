/* layout_stats.h
 * The table "Naver Phone Control Layout": what the control messages' fields look like
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_LAYOUT_STATS_H
#define NAVERPHONE_LAYOUT_STATS_H

/** Registers it: -z naverphone,layout, and Telephony → Naver Phone Control Layout. */
void np_layout_stats_register(void);

#endif /* NAVERPHONE_LAYOUT_STATS_H */
