/* rtp.h
 * The media leg: RTP and RTCP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_RTP_H
#define NP_LEGS_RTP_H

#include "legs/packet.h"
#include "model/call.h"

void np_rtp_register(int proto);
void np_rtp_handoff(void);

/** First pass: adds the SDP's media addresses to the call and observes their packets. */
void np_rtp_bind(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t sdp);

/** Of one frame. */
typedef struct {
    np_record_t *first, *last; /**< live as long as the packet; NULL: none is ours */
    bool is_last_transport;    /**< what pinfo describes is media, ours or not */
} np_media_records_t;

/** Call it only if sessions exist. decides: first pass. */
np_media_records_t np_rtp_records(packet_info *pinfo, bool decides);

#endif /* NP_LEGS_RTP_H */
