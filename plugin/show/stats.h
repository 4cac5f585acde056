/* stats.h
 * The tables that listen to the tap "naverphone"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_STATS_H
#define NAVERPHONE_STATS_H

/** Registers tshark's -z naverphone,calls and -z naverphone,sessions, which are Wireshark's Telephony, Naver Phone Calls
 *  and Naver Phone Sessions. */
void np_stats_register(void);

#endif /* NAVERPHONE_STATS_H */
