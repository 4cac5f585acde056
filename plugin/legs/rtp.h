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

/** The records of a frame's media packets: one for each call that a packet belongs to. */
typedef struct {
    np_record_t *first, *last; /**< a list; they are temporary and live as long as the packet. NULL: none is ours */
    bool is_last_transport;    /**< what pinfo describes is media, ours or not */
} np_media_records_t;

/** Call it only if sessions exist, and while pinfo describes the frame's last transport. decides: first pass; finds out
 *  whose the packets are, and counts them. */
np_media_records_t np_rtp_records(packet_info *pinfo, bool decides);

#endif /* NP_LEGS_RTP_H */
