/* stream.h
 * RTP streams
 *
 * A flow is the packets from one socket to another with one SSRC. It has owners, which can change: calls of up to two
 * clients or, without SDP, a session. A stream is one owner's view of a flow. Media packets store nothing: every pass
 * looks up the packet's flow, and the flow's history gives the streams at that frame. All of this lives with the
 * capture; only the first pass writes it.
 *
 * Source: RFC 3550.
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

/** Fixed RTP header, host byte order. */
typedef struct {
    bool marker;
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
} np_rtp_t;

typedef struct {
    np_session_t *session;
    np_call_t *call;   /**< NULL: no SDP */
    uint32_t evidence; /**< NP_EVIDENCE_ bits */
} np_media_owner_t;

/** One owner's view of a flow. */
struct np_stream {
    naverphone_stream_info_t info; /**< must be first; published by the tap */
    np_media_owner_t owner;
    bool is_rtp; /**< false: RTCP and the like, with direction and owner only */
    /* First-pass state */
    address source; /**< sender */
    np_rtp_statistics_t quality;
    np_recent_packets_t *recent;
    uint32_t early;       /**< packets before the answer */
    uint32_t clock_rate;  /**< Hz, of the latest packet; 0: unknown or standing still */
    uint8_t payload_type; /**< of the latest packet */
    bool comfort_noise;   /**< of the latest packet */
    bool after_release_told;
};

/** A flow's streams from some frame on, one per owner. */
typedef struct {
    unsigned count;
    np_stream_t *streams[NP_SHARERS];
} np_flow_streams_t;

/** For the init routine. */
void np_streams_init(void);

/** For the init routine: media that come later than this after a release get an expert item. */
void np_streams_set_late(unsigned milliseconds);

/** Returns the packet's streams at its frame; NULL: not ours. rtp: NULL if it is not RTP. */
const np_flow_streams_t *np_streams_at(const np_packet_t *packet, const np_rtp_t *rtp);

/** First pass: the same, but NULL if the owners may have changed. */
const np_flow_streams_t *np_streams_settled(const np_packet_t *packet, const np_rtp_t *rtp);

/** First pass: returns the calls that own the running stream continued by the packet; none if it starts a stream. */
np_media_calls_t np_streams_running(const np_packet_t *packet, const np_rtp_t *rtp);

/** First pass: gives the flow to these owners from this packet on. Returns its streams, in the owners' order. */
const np_flow_streams_t *np_streams_take(const np_media_owner_t *owners, unsigned count, const np_packet_t *packet,
                                         const np_rtp_t *rtp);

/**
 * First pass: counts an RTP packet and adds its expert items. Returns true for a stream's first packet and for packets
 * with an item.
 */
bool np_stream_add(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts);

/** Phase after the frame; 0 without a call. */
naverphone_media_phase_t np_media_phase_at(const np_call_t *call, uint32_t frame);

#endif /* NP_MODEL_STREAM_H */
