/* stream.h
 * RTP streams, and the media that session descriptions offered
 *
 * The packets between two sockets with one SSRC are a flow. A flow has an owner, a call or (without SDP) a session,
 * which can change: SDP of another call may name the same port. What one owner has of a flow is a stream. Media
 * packets keep nothing of their own: on every pass a packet leads to its flow, and the flow's history to the stream
 * at that frame. All of this lives with the capture; only the first pass writes.
 *
 * Sources: RFC 3550 (RTP, RTCP, collisions), RFC 3264 and RFC 8866 (SDP).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_STREAM_H
#define NP_MODEL_STREAM_H

#include "compat.h"

#include <epan/address.h>

#include "model/call.h"
#include "model/packet.h"
#include "model/record.h"
#include "model/rtp_statistics.h"
#include "model/session.h"
#include "packet-naverphone.h"
#include "text/sdp.h"

typedef struct np_stream np_stream_t;

/** An RTP packet's fixed header, host byte order. */
typedef struct {
    bool marker;
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
} np_rtp_t;

/** Whose a media packet is. */
typedef struct {
    np_session_t *session;
    np_call_t *call;   /**< NULL without SDP */
    uint32_t evidence; /**< NP_EVIDENCE_ bits of its ends */
} np_media_owner_t;

/** What an owner has of a flow. */
struct np_stream {
    naverphone_stream_info_t info; /**< must be first: what the tap publishes */
    np_media_owner_t owner;
    bool is_rtcp; /**< RTCP, which has a direction and an owner alone */
    /* The rest is first-pass state. */
    address source; /**< where it comes from */
    np_rtp_statistics_t quality;
    uint32_t early;       /**< packets before the answer */
    uint32_t clock_rate;  /**< of the latest packet, Hz; 0: not known, or it does not run */
    uint8_t payload_type; /**< of the latest packet */
    bool comfort_noise;   /**< the latest packet is that */
    bool after_release_told;
};

/** For the init routine. */
void np_streams_init(void);

/** First pass: SDP of the call, sent by that side, wants media of one section at this host. host is copied. */
void np_media_name_end(np_call_t *call, const address *host, const np_sdp_media_t *sdp, uint32_t frame);

/** First pass: the section is the side's first audio section, at this host. */
void np_media_offer(np_call_t *call, naverphone_direction_t sender, const address *host, const np_sdp_media_t *sdp);

/** Had SDP of a call named an end of this packet by its frame? */
bool np_media_is_named(const np_packet_t *packet);

/** First pass: the call whose SDP named an end of this packet; NULL where there is none. Where several calls use the
 *  server's end, the client's tells. */
np_call_t *np_media_call(const np_packet_t *packet);

/** Which way does a packet of this client's media go? 0 where the addresses do not tell. */
naverphone_direction_t np_media_direction(const address *client, const np_packet_t *packet);

/** The stream of an RTP or RTCP packet at its frame; NULL: it is nobody's of ours. ssrc: 0 for RTCP. */
np_stream_t *np_stream_at(const np_packet_t *packet, uint32_t ssrc, bool is_rtcp);

/** First pass: the same, if no SDP came since its owner was looked up; else NULL. */
np_stream_t *np_stream_settled(const np_packet_t *packet, uint32_t ssrc, bool is_rtcp);

/** First pass: the packet's flow is that owner's from this frame on. Returns its stream. */
np_stream_t *np_stream_take(const np_media_owner_t *owner, const np_packet_t *packet, uint32_t ssrc, bool is_rtcp);

/** First pass: counts an RTP packet, and adds its expert items to a set. Returns true if it is more than one more
 *  packet of its stream: the first, or one with an item. */
bool np_stream_add(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts);

/** The phase of the call after the frame; 0 without a call: then nobody knows. */
naverphone_media_phase_t np_media_phase_at(const np_call_t *call, uint32_t frame);

#endif /* NP_MODEL_STREAM_H */
