/* stats.h
 * Tables of sessions, calls and events, fed by the tap "naverphone"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SHOW_STATS_H
#define NP_SHOW_STATS_H

/** Registers tshark's -z naverphone,calls, sessions and events, in Wireshark's menu Telephony. */
void np_stats_register(void);

#endif /* NP_SHOW_STATS_H */
