/* stream.h
 * RTP streams (RFC 3550)
 *
 * A flow is the packets from one address and port to another with one SSRC. Its owners can change: they are calls of up
 * to two clients or, without SDP, a session. A stream is one owner's view of a flow. Media packets store nothing: every
 * pass looks up the flow, and in the flow's history its streams at that frame.
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
/** Lives with the capture; only the first pass writes it. */
typedef struct np_flow np_flow_t;

/** The header of an RTP packet, in host byte order. */
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
    np_call_t *call;   /**< NULL: media without SDP */
    uint32_t evidence; /**< NP_EVIDENCE_ bits */
} np_media_owner_t;

/** One owner's view of a flow. Lives with the capture; the first pass counts its packets, later ones read the
 *  totals. */
struct np_stream {
    naverphone_stream_info_t info;
    const np_flow_t *flow;
    np_media_owner_t owner;
    np_rtp_statistics_t quality;
    np_recent_packets_t recent; /**< to find packets that were captured twice */
    bool is_rtp;                /**< false: RTCP, STUN, DTLS or ZRTP, which are not counted */
    bool after_release_told;    /**< the expert item was given */
    uint8_t payload_type;       /**< of the latest packet; what follows belongs to it */
    bool comfort_noise;
    uint32_t clock_rate; /**< Hz; 0: unknown, or timestamps stand still */
};

/** A flow's streams, one for each owner. Lives with the capture; never changes. */
typedef struct {
    unsigned count;
    np_stream_t *streams[NP_SHARERS];
} np_flow_streams_t;

/** Forgets all flows, and what SDP offered. */
void np_streams_init(void);

/** Media that arrive later than this after a release get an expert item. */
void np_streams_set_late(unsigned milliseconds);

/** The phase of a packet's media; 0: not media, or of no call. */
naverphone_media_phase_t np_media_phase(const np_record_t *record);

/** The packet's flow; NULL: no packet of it was ours so far. rtp: NULL if the packet is not RTP. */
np_flow_t *np_flow_of(const np_packet_t *packet, const np_rtp_t *rtp);

/** The flow's streams at that frame; NULL: not ours then. flow: may be NULL. */
const np_flow_streams_t *np_flow_streams_at(const np_flow_t *flow, uint32_t frame);

/** First pass: the flow's latest streams, if they surely have this packet, too. NULL: the owners may have changed,
 *  because SDP named new addresses, a call ended, or the sequence number jumped. */
const np_flow_streams_t *np_flow_settled(np_flow_t *flow, const np_rtp_t *rtp);

/** First pass: the calls of the streams that the packet continues. flow: NULL if it is new. */
np_media_calls_t np_flow_running(const np_flow_t *flow, const np_rtp_t *rtp);

/** First pass: gives the flow to these owners from this packet on, and returns it. flow: NULL if it is new. */
np_flow_t *np_flow_take(np_flow_t *flow, const np_media_owner_t *owners, unsigned count, const np_packet_t *packet,
                        const np_rtp_t *rtp);

/** First pass: counts an RTP packet, for its call, too, and sets its expert items. True if it is the stream's first. */
bool np_stream_add(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts);

#endif /* NP_MODEL_STREAM_H */
