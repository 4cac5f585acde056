/* offered_media.h
 * Finding the calls of a media packet by the addresses in SDP
 *
 * Each address and port lists the calls whose SDP named it, the latest first. A packet belongs to one call of each
 * client that sends or receives it. The addresses of a stream are added once it has a call, since symmetric RTP may use
 * others than SDP; RTP at addresses that no SDP named may get a call by its payload type. Only np_media_is_named() may be called after the first pass.
 *
 * Sources: RFC 3264 and 8866 (SDP), 4961 (symmetric RTP), 8839 (ICE), 5761 (RTCP on RTP's port).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_OFFERED_MEDIA_H
#define NP_MODEL_OFFERED_MEDIA_H

#include "compat.h"

#include "model/call.h"
#include "model/packet.h"
#include "model/transaction.h"
#include "packet-naverphone.h"
#include "text/sdp.h"

#define NP_SHARERS 2 /**< calls that a packet may belong to */

/** Forgets all addresses. */
void np_offered_media_init(void);

/* ---- a side's SDP ------------------------------------------------------------------ */

/** A new SDP of the sender replaces the one before; np_media_add_section() fills it. */
void np_media_describe(np_call_t *call, naverphone_direction_t sender);

/** Call it for each message of the call before its SDP is read: if an offer within the dialog is refused, the SDP
 *  before it counts again (RFC 3264 4). */
void np_media_note_offer(np_call_t *call, np_transaction_t *transaction, const np_sip_message_t *message);

/** Adds a section to the sender's SDP, and copies what it needs. Returns it, or the last one if there are too many.
 *  host: where the sender receives. session_lines: the SDP's lines before the first section. */
const np_media_section_t *np_media_add_section(np_call_t *call, naverphone_direction_t sender, const address *host,
                                               const np_sdp_media_t *sdp, np_span_t session_lines);

/** The section that describes a packet. Prefers the receiver's SDP, and the section with the packet's port, although
 *  bundled sections (RFC 9143) share one. NULL: none. */
const np_media_section_t *np_media_section_of(const np_call_t *call, naverphone_direction_t direction,
                                              const np_packet_t *packet, uint8_t payload_type);

/* ---- named addresses --------------------------------------------------------------- */

typedef enum {
    NP_END_RTP,
    NP_END_RTCP,
    NP_END_LEARNT /**< from a stream */
} np_end_use_t;

/** An address and port where media are received. */
typedef struct {
    const address *host;
    uint16_t port; /**< 0: refused */
    np_end_use_t use;
} np_media_end_t;

/** From this frame on, the call's side receives media there. side: by the direction in which it sends. */
void np_media_name_end(np_call_t *call, naverphone_direction_t side, const np_media_end_t *end, uint32_t frame);

/** Adds the addresses of a stream's packet to the call, if one is the client's. */
void np_media_learn_ends(np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet);

/** For RTP at addresses that no SDP named, because both sides are behind a NAT: the session's latest call, if it goes on,
 *  both sides' SDP was captured and has the payload type, and no such audio or video was. NULL: no such call. */
np_call_t *np_media_call_by_type(const np_session_t *session, const np_packet_t *packet, uint8_t payload_type);

/** True if the packet's source is an address that the sender's SDP named in this call. */
bool np_media_is_source_named(const np_call_t *call, naverphone_direction_t sender, const np_packet_t *packet);

/** For every pass: true if source or destination was named up to the packet's frame. by_sdp: in SDP, not by a
 *  stream. */
bool np_media_is_named(const np_packet_t *packet, bool by_sdp);

/** A number that changes whenever SDP names an address. Until it changes, running streams keep their calls. */
uint32_t np_media_namings(void);

/* ---- a packet's calls -------------------------------------------------------------- */

/** Sorted by call number. */
typedef struct {
    unsigned count;
    np_call_t *calls[NP_SHARERS];
} np_media_calls_t;

/** running: the calls of the packet's flow so far; NULL: none. */
np_media_calls_t np_media_find_calls(const np_packet_t *packet, bool is_rtp, const np_media_calls_t *running);

/** NAVERPHONE_DIRECTION_UNKNOWN: neither address is the client's. */
naverphone_direction_t np_media_direction(const address *client, const np_packet_t *packet);

/** The direction by the client's address, or else by the addresses that SDP or a stream named.
 *  NAVERPHONE_DIRECTION_UNKNOWN: later calls took these. */
naverphone_direction_t np_media_call_direction(const np_call_t *call, const np_packet_t *packet);

#endif /* NP_MODEL_OFFERED_MEDIA_H */
