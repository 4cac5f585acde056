/* offered_media.h
 * Finding the calls of a media packet by the SDP addresses
 *
 * Each address and port in SDP lists the calls that named it, per client. A packet is looked up among the calls of
 * both its hosts and belongs to one call of each, so to two if two clients exchange media directly. The addresses of a
 * call's streams are added, too: with symmetric RTP, a peer may answer to another port than SDP names. All but
 * np_media_is_named() is for the first pass.
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

#define NP_SHARERS 2 /**< calls per packet: one of each host */

void np_offered_media_init(void);

/** Begins a new session description; the side's earlier sections are dropped. */
void np_media_describe(np_call_t *call, naverphone_direction_t sender);

/** Adds a section to it; beyond the limit, returns the last one instead. host is copied. session_lines: the lines
 *  before the first section. */
const np_media_section_t *np_media_add_section(np_call_t *call, naverphone_direction_t sender, const address *host,
                                               const np_sdp_media_t *sdp, np_span_t session_lines);

typedef enum {
    NP_END_RTP,
    NP_END_RTCP,
    NP_END_LEARNT /**< from a stream, not from SDP */
} np_end_use_t;

/** The side receives media of the call at this address. host is copied. */
void np_media_name_end(np_call_t *call, naverphone_direction_t side, const address *host, uint16_t port,
                       np_end_use_t use, uint32_t frame);

/** The packet's stream belongs to the call: adds its addresses. */
void np_media_learn_ends(np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet);

/** Any pass: true if an address of the packet was named by its frame. by_sdp: in SDP. */
bool np_media_is_named(const np_packet_t *packet, bool by_sdp);

/** While this number is unchanged, streams keep their calls. */
uint32_t np_media_namings(void);

/** In the order of their numbers. */
typedef struct {
    unsigned count;
    np_call_t *calls[NP_SHARERS];
} np_media_calls_t;

/** running: calls of the stream's previous packet; NULL: none. */
np_media_calls_t np_media_find_calls(const np_packet_t *packet, bool is_rtp, const np_media_calls_t *running);

/** 0: not known from the addresses. */
naverphone_direction_t np_media_direction(const address *client, const np_packet_t *packet);

/** By the client's address, else by the SDP addresses; 0: unknown. */
naverphone_direction_t np_media_call_direction(const np_call_t *call, const np_packet_t *packet);

/** The section that lists the payload type; NULL: none. The receiver's sections come first, and those with the
 *  packet's port, though bundled sections (RFC 9143) share one. */
const np_media_section_t *np_media_section_of(const np_call_t *call, naverphone_direction_t direction,
                                              const np_packet_t *packet, uint8_t payload_type);

#endif /* NP_MODEL_OFFERED_MEDIA_H */
