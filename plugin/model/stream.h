/* stream.h
 * RTP streams
 *
 * The packets between two sockets with one SSRC are a flow. A flow has owners, which can change: the calls of two clients
 * at most, or (without SDP) a session. What one owner has of a flow is a stream. Media packets keep nothing of their own:
 * on every pass a packet leads to its flow, and the flow's history to the streams at that frame. All of this lives with
 * the capture; only the first pass writes.
 *
 * Sources: RFC 3550 (RTP, RTCP, collisions).
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

/** An RTP packet's fixed header, host byte order. */
typedef struct {
    bool marker;
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
} np_rtp_t;

/** Whose a media packet is: one of its owners. */
typedef struct {
    np_session_t *session;
    np_call_t *call;   /**< NULL without SDP */
    uint32_t evidence; /**< NP_EVIDENCE_ bits of its ends */
} np_media_owner_t;

/** What an owner has of a flow. */
struct np_stream {
    naverphone_stream_info_t info; /**< must be first: what the tap publishes */
    np_media_owner_t owner;
    bool is_rtp; /**< else RTCP and what comes with RTP: it has a direction and an owner alone */
    /* The rest is first-pass state. */
    address source; /**< where it comes from */
    np_rtp_statistics_t quality;
    np_recent_packets_t *recent;
    uint32_t early;       /**< packets before the answer */
    uint32_t clock_rate;  /**< of the latest packet, Hz; 0: not known, or it does not run */
    uint8_t payload_type; /**< of the latest packet */
    bool comfort_noise;   /**< the latest packet is that */
    bool after_release_told;
};

/** The streams of a flow from a frame on: one, or one of each client. */
typedef struct {
    unsigned count;
    np_stream_t *streams[NP_SHARERS];
} np_flow_streams_t;

/** For the init routine. */
void np_streams_init(void);

/** For an init routine: media that come later than this after a call's release are noted. */
void np_streams_set_late(unsigned milliseconds);

/** The streams of a packet at its frame; NULL: it is nobody's of ours. rtp: NULL for what is no RTP. */
const np_flow_streams_t *np_streams_at(const np_packet_t *packet, const np_rtp_t *rtp);

/** First pass: the same, if nothing came that could change whose it is; else NULL. */
const np_flow_streams_t *np_streams_settled(const np_packet_t *packet, const np_rtp_t *rtp);

/** First pass: the calls that own the running stream that the packet goes on with; none if it begins one. */
np_media_calls_t np_streams_running(const np_packet_t *packet, const np_rtp_t *rtp);

/** First pass: the packet's flow is the owners' from this frame on. Returns its streams, in their order. */
const np_flow_streams_t *np_streams_take(const np_media_owner_t *owners, unsigned count, const np_packet_t *packet,
                                         const np_rtp_t *rtp);

/** First pass: counts an RTP packet, and adds its expert items to a set. Returns true if it is more than one more
 *  packet of its stream: the first, or one with an item. */
bool np_stream_add(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts);

/** The phase of the call after the frame; 0 without a call: then nobody knows. */
naverphone_media_phase_t np_media_phase_at(const np_call_t *call, uint32_t frame);

#endif /* NP_MODEL_STREAM_H */
