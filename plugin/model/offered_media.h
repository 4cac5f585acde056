/* offered_media.h
 * Finding the calls of a media packet by the SDP addresses
 *
 * Each address and port in SDP lists the calls that named it, per client. A packet is looked up among the calls of
 * both its hosts and belongs to one call of each, so to two if two clients exchange media directly. The addresses of a
 * call's streams are added, too: with symmetric RTP, a peer may use an address that SDP does not name. All but
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

#define NP_SHARERS 2 /**< a packet belongs to one call of each of its hosts at most */

void np_offered_media_init(void);

/** Begins a new session description of a side. Its earlier sections are dropped. */
void np_media_describe(np_call_t *call, naverphone_direction_t sender);

/** Adds a section to that description. Beyond the limit it returns the last one instead. host is copied.
 *  session_lines: the lines before the first section. */
const np_media_section_t *np_media_add_section(np_call_t *call, naverphone_direction_t sender, const address *host,
                                               const np_sdp_media_t *sdp, np_span_t session_lines);

typedef enum {
    NP_END_RTP,
    NP_END_RTCP,
    NP_END_LEARNT /**< from a stream, not from SDP */
} np_end_use_t;

/** Records that the side receives media of the call at this address. host is copied. */
void np_media_name_end(np_call_t *call, naverphone_direction_t side, const address *host, uint16_t port,
                       np_end_use_t use, uint32_t frame);

/** Records both addresses of a packet whose stream belongs to the call. */
void np_media_learn_ends(np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet);

/** Any pass: true if an address of the packet was named by its frame. by_sdp: only names in SDP count. */
bool np_media_is_named(const np_packet_t *packet, bool by_sdp);

/** A count of changes. While it stays the same, streams keep their calls. */
uint32_t np_media_namings(void);

/** The calls of a packet, in the order of their numbers. */
typedef struct {
    unsigned count;
    np_call_t *calls[NP_SHARERS];
} np_media_calls_t;

/** Finds the calls of a packet. running: the calls of the stream's previous packet; NULL: none. */
np_media_calls_t np_media_find_calls(const np_packet_t *packet, bool is_rtp, const np_media_calls_t *running);

/** Direction of a client's media packet; 0: the addresses do not tell. */
naverphone_direction_t np_media_direction(const address *client, const np_packet_t *packet);

/** Direction of a call's media packet, by the client's address or else the SDP addresses; 0: unknown. */
naverphone_direction_t np_media_call_direction(const np_call_t *call, const np_packet_t *packet);

/** The section that lists the payload type; NULL: none. The receiver's sections are preferred, and those with the
 *  packet's port. Others count, too, since bundled sections (RFC 9143) share one port. */
const np_media_section_t *np_media_section_of(const np_call_t *call, naverphone_direction_t direction,
                                              const np_packet_t *packet, uint8_t payload_type);

#endif /* NP_MODEL_OFFERED_MEDIA_H */
