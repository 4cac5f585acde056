/* rtp.h
 * The media leg: RTP and RTCP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_RTP_H
#define NP_LEGS_RTP_H

#include "compat.h"

#include "model/call.h"

void np_rtp_register(int proto);
void np_rtp_handoff(void);

/** First pass: gives the media addresses of the SDP to the call. If Wireshark's SDP dissector made conversations for
 *  them, our dissectors take their packets, and call the built-in ones. */
void np_rtp_bind(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t sdp);

/** Returns temporary records for the frame's media packets, one for each call that a packet belongs to; they live as
 *  long as the packet. NULL: none is ours. Call it only if sessions exist, and while pinfo describes the frame's last
 *  transport. decides: first pass; finds out whose the packets are, and counts them. */
np_record_t *np_rtp_records(packet_info *pinfo, bool decides);

/** True if the frame's last transport carries RTP or RTCP, ours or not. Call it after np_rtp_records(). */
bool np_rtp_is_last(packet_info *pinfo);

#endif /* NP_LEGS_RTP_H */
