/* offered_media.h
 * Whose a media packet is, by the addresses and ports that session descriptions named
 *
 * Each end that SDP named keeps the calls that named it, for each client apart: a packet is looked for among the calls
 * of the client that sends or gets it. Of one client's calls one owns it; two clients with media straight between
 * them own it both. Ends are also learnt from the streams of a call: who answers to the port that the client really
 * sends from (symmetric RTP) belongs to the call, wherever it is. First pass, but for np_media_is_named().
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

#define NP_SHARERS 2 /**< a packet has two ends: calls of two clients can share it */

/** For the init routine. */
void np_offered_media_init(void);

/** A new session description of the side begins: its sections before are no more. */
void np_media_describe(np_call_t *call, naverphone_direction_t sender);

/** The next section of the description that np_media_describe() began; the last one of too many. host is copied.
 *  session_lines: of the description, before its sections. */
const np_media_section_t *np_media_add_section(np_call_t *call, naverphone_direction_t sender, const address *host,
                                               const np_sdp_media_t *sdp, np_span_t session_lines);

/** What an end is named for. */
typedef enum {
    NP_END_RTP,
    NP_END_RTCP,
    NP_END_LEARNT /**< by no SDP: a stream of the call has it */
} np_end_use_t;

/** Media of the call are at this end, which is that side's: a side wants what is sent to it. host is copied. */
void np_media_name_end(np_call_t *call, naverphone_direction_t side, const address *host, uint16_t port,
                       np_end_use_t use, uint32_t frame);

/** The stream of this packet is the call's, and goes that way: its ends are the call's from now on. */
void np_media_learn_ends(np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet);

/** Any pass: had an end of this packet been named, or learnt, by its frame? by_sdp: learnt ends do not count. */
bool np_media_is_named(const np_packet_t *packet, bool by_sdp);

/** How often ends have been named for calls that had not named them last: while it stays, so do owners. */
uint32_t np_media_namings(void);

/** Calls of a packet, in the order of their numbers. */
typedef struct {
    unsigned count;
    np_call_t *calls[NP_SHARERS];
} np_media_calls_t;

/** Whose the packet is. running: whose the packet before it in its stream is; NULL if it begins one. */
np_media_calls_t np_media_find_calls(const np_packet_t *packet, bool is_rtp, const np_media_calls_t *running);

/** Which way does a packet of this client's media go? 0 where the addresses do not tell. */
naverphone_direction_t np_media_direction(const address *client, const np_packet_t *packet);

/** Which way does a packet of the call's media go? The client's address tells; else the ends that SDP named. */
naverphone_direction_t np_media_call_direction(const np_call_t *call, const np_packet_t *packet);

/** The section that a packet's payload type belongs to; NULL: none has it. Sections of the side that gets the packet
 *  come first, and those with its port before others, which bundled sections (RFC 9143) may share. */
const np_media_section_t *np_media_section_of(const np_call_t *call, naverphone_direction_t direction,
                                              const np_packet_t *packet, uint8_t payload_type);

#endif /* NP_MODEL_OFFERED_MEDIA_H */
