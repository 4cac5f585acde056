/* rtp.h
 * The media leg: observing the built-in dissection of RTP and RTCP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_RTP_H
#define NAVERPHONE_RTP_H

#include "legs/source.h"
#include "model/call.h"

void np_rtp_register(int proto);
void np_rtp_handoff(void);

/** First pass: attaches the media addresses of SDP to the call. */
void np_rtp_bind(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t sdp);

/** The records of the frame's RTP and RTCP packets; NULL: none is ours. They live as long as the packet. Called
 *  where pinfo describes the frame's last transport. decides: true on the first pass; then packets are assigned
 *  first. */
const np_record_t *np_rtp_records(packet_info *pinfo, bool decides);

/** True if pinfo's packet is noted as media, ours or not. */
bool np_rtp_is_last(packet_info *pinfo);

#endif /* NAVERPHONE_RTP_H */
