/* stream.h
 * RTP streams (RFC 3550)
 *
 * A flow is the packets from one socket to another with one SSRC. Its owners can change: calls of up to two clients or,
 * without SDP, a session. A stream is one owner's view of a flow. Media packets store nothing: every pass finds the
 * streams at its frame in the flow's history.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_STREAM_H
#define NP_MODEL_STREAM_H

#include "compat.h"

#include <epan/address.h>

#include "model/call.h"
#include "model/offered_media.h"
#include "model/packet.h"
#include "model/recent_packets.h"
#include "model/record.h"
#include "model/rtp_statistics.h"
#include "model/session.h"
#include "packet-naverphone.h"

typedef struct np_stream np_stream_t;
/** Packets from one socket to another with one SSRC. File scope; the first pass writes it. */
typedef struct np_flow np_flow_t;

/** In host byte order. */
typedef struct {
    bool marker;
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
} np_rtp_t;

/** Whose a packet is. */
typedef struct {
    np_session_t *session;
    np_call_t *call;   /**< NULL: no SDP */
    uint32_t evidence; /**< NP_EVIDENCE_ bits */
} np_media_owner_t;

/** One owner's view of a flow. File scope; the first pass counts its packets, later ones read the totals. */
struct np_stream {
    naverphone_stream_info_t info;
    np_media_owner_t owner;
    bool is_rtp; /**< false: RTCP and the like */
    address source;
    np_rtp_statistics_t quality;
    np_recent_packets_t *recent;
    uint32_t clock_rate;  /**< Hz, latest packet's; 0: unknown or standing still */
    uint8_t payload_type; /**< latest */
    bool comfort_noise;   /**< latest */
    bool after_release_told;
};

/** One per owner. File scope; never changed once written. */
typedef struct {
    unsigned count;
    np_stream_t *streams[NP_SHARERS];
} np_flow_streams_t;

void np_streams_init(void);

/** Media this long after a release get an expert item. */
void np_streams_set_late(unsigned milliseconds);

/** The packet's flow; NULL: none of it was ours. rtp: NULL if it is not RTP. */
np_flow_t *np_flow_of(const np_packet_t *packet, const np_rtp_t *rtp);

/** NULL: not ours at that frame. */
const np_flow_streams_t *np_flow_streams_at(const np_flow_t *flow, uint32_t frame);

/** First pass: NULL if the owners may have changed. */
const np_flow_streams_t *np_flow_settled(np_flow_t *flow, const np_rtp_t *rtp);

/** First pass: calls of the streams that the packet continues, if any. flow: NULL if new. */
np_media_calls_t np_flow_running(const np_flow_t *flow, const np_rtp_t *rtp);

/** Changes the flow's owners from this packet on. flow: NULL if new. */
np_flow_t *np_flow_take(np_flow_t *flow, const np_media_owner_t *owners, unsigned count, const np_packet_t *packet,
                        const np_rtp_t *rtp);

/** Counts the packet. True for a stream's first, or one with an expert item. */
bool np_stream_add(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts);

naverphone_media_phase_t np_media_phase_of(naverphone_call_state_t state);

#endif /* NP_MODEL_STREAM_H */
