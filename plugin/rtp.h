/* rtp.h
 * The media leg: RTP and RTCP that the built-in dissectors dissect, and how we hear of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_RTP_H
#define NAVERPHONE_RTP_H

#include "source.h"

/** Registers the heuristic for RTP whose SDP is missing. */
void np_rtp_register(int proto);
void np_rtp_handoff(void);

/** First pass: binds the conversations that a call's session description set up to the call. */
void np_rtp_bind(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t sdp);

/**
 * First pass: the first record of the frame's RTP and RTCP packets that are a call's or a session's, the others behind it;
 * NULL: there is none. is_all: the frame holds one such packet, and nothing else of ours.
 */
np_record_t *np_rtp_observe(packet_info *pinfo, bool *is_all);

/** Later passes: what np_rtp_observe() gave for the frame, if that is shared with others of its stream. */
const np_record_t *np_rtp_record(packet_info *pinfo);

#endif /* NAVERPHONE_RTP_H */
