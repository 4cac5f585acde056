/* offered_media.h
 * Finding the calls of a media packet by the SDP addresses
 *
 * Each address and port named in SDP lists the calls that named it, separately for each client. A packet is looked up
 * among the calls of its source and of its destination. It belongs to one call per client, so to two calls if two
 * clients exchange media directly. Addresses are also learnt from the streams of a call: with symmetric RTP, a peer
 * that answers to the port the client really sends from belongs to the call whatever its address. Everything here is
 * for the first pass, except np_media_is_named().
 *
 * Sources: RFC 3264 and RFC 8866 (SDP), RFC 4961 (symmetric RTP), RFC 8839 (ICE candidates), RFC 5761 (RTP and RTCP on
 * one port), RFC 9143 (bundled sections).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_OFFERED_MEDIA_H
#define NP_MODEL_OFFERED_MEDIA_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "packet-naverphone.h"
#include "text/sdp.h"

#define NP_SHARERS 2 /**< a packet has two addresses, so two clients' calls at most */

/** Called by the init routine. */
void np_offered_media_init(void);

/** Begins a new session description of a side. Its earlier sections are dropped. */
void np_media_describe(np_call_t *call, naverphone_direction_t sender);

/** Adds a section to that description, and returns it; beyond the limit, returns the last one instead. host is
 *  copied. session_lines: the part of the description before its first section. */
const np_media_section_t *np_media_add_section(np_call_t *call, naverphone_direction_t sender, const address *host,
                                               const np_sdp_media_t *sdp, np_span_t session_lines);

/** Use of an address. */
typedef enum {
    NP_END_RTP,
    NP_END_RTCP,
    NP_END_LEARNT /**< not in SDP: seen in a stream of the call */
} np_end_use_t;

/** Records that the side receives media of the call at this address and port. host is copied. */
void np_media_name_end(np_call_t *call, naverphone_direction_t side, const address *host, uint16_t port,
                       np_end_use_t use, uint32_t frame);

/** Records both addresses of the packet, whose stream belongs to the call and has this direction. */
void np_media_learn_ends(np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet);

/** Any pass: true if an address of the packet was named in this frame or before. by_sdp: ignores learnt addresses. */
bool np_media_is_named(const np_packet_t *packet, bool by_sdp);

/** A generation count. While it is unchanged, the calls of a stream are, too. */
uint32_t np_media_namings(void);

/** The calls of a packet, in the order of their numbers. */
typedef struct {
    unsigned count;
    np_call_t *calls[NP_SHARERS];
} np_media_calls_t;

/** Finds the calls of a packet. running: the calls of the stream's previous packet; NULL: there is none. */
np_media_calls_t np_media_find_calls(const np_packet_t *packet, bool is_rtp, const np_media_calls_t *running);

/** Direction of a media packet of this client; 0 if the addresses do not tell. */
naverphone_direction_t np_media_direction(const address *client, const np_packet_t *packet);

/** Direction of a media packet of the call, by the client's address or else the SDP addresses; 0: unknown. */
naverphone_direction_t np_media_call_direction(const np_call_t *call, const np_packet_t *packet);

/** The section that lists the payload type; NULL: none. The receiver's sections are preferred, and those with the
 *  packet's port. Sections with another port are accepted because bundled sections (RFC 9143) share one. */
const np_media_section_t *np_media_section_of(const np_call_t *call, naverphone_direction_t direction,
                                              const np_packet_t *packet, uint8_t payload_type);

#endif /* NP_MODEL_OFFERED_MEDIA_H */
