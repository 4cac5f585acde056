/* stats.h
 * The tables that listen to the tap "naverphone"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_STATS_H
#define NAVERPHONE_STATS_H

/** Registers tshark's -z naverphone,calls, -z naverphone,sessions and -z naverphone,events, which are Wireshark's
 *  Telephony, Naver Phone Calls, Naver Phone Sessions and Naver Phone Events. */
void np_stats_register(void);

#endif /* NAVERPHONE_STATS_H */
