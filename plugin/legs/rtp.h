/* rtp.h
 * The media leg: RTP and RTCP that the built-in dissectors dissect, and how we hear of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_RTP_H
#define NAVERPHONE_RTP_H

#include "legs/source.h"
#include "model/call.h"

/** Registers the heuristic for RTP whose SDP is missing. */
void np_rtp_register(int proto);
void np_rtp_handoff(void);

/** First pass: binds the conversations that a call's session description set up to the call. */
void np_rtp_bind(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t sdp);

/**
 * What is so of the frame's RTP and RTCP packets that are a call's or a session's: the first record, the others behind it;
 * NULL: there is none. They live as long as the packet. To be called where pinfo describes the frame's last transport.
 * decides: on the first pass; whose the packets are, and what they mean, is decided before.
 */
const np_record_t *np_rtp_records(packet_info *pinfo, bool decides);

/** Is the packet that pinfo describes RTP or RTCP that was looked at, whoever's? */
bool np_rtp_is_last(packet_info *pinfo);

#endif /* NAVERPHONE_RTP_H */
