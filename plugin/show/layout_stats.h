/* layout_stats.h
 * The table Naver Phone Control Layout
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_LAYOUT_STATS_H
#define NP_SHOW_LAYOUT_STATS_H

/** Registers it in Wireshark's menu Telephony, and as -z naverphone,layout: the inferred fields of control messages. */
void np_layout_stats_register(void);

#endif /* NP_SHOW_LAYOUT_STATS_H */
