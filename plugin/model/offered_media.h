/* offered_media.h
 * Finding the calls of a media packet by the addresses in SDP
 *
 * Each address lists the calls that named it. A packet belongs to one call of each of its hosts. A stream's addresses
 * are added, since symmetric RTP may use others than SDP. All but np_media_is_named() is for the first pass.
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

#define NP_SHARERS 2 /**< calls of a packet */

void np_offered_media_init(void);

void np_media_describe(np_call_t *call, naverphone_direction_t sender);

/** An offer in a dialog describes media until it is refused (RFC 3264 4). */
void np_media_note_offer(np_call_t *call, np_transaction_t *transaction, const np_sip_message_t *message);

/** Copies host. Beyond a limit: the last. session_lines: those before the first section. */
const np_media_section_t *np_media_add_section(np_call_t *call, naverphone_direction_t sender, const address *host,
                                               const np_sdp_media_t *sdp, np_span_t session_lines);

typedef enum {
    NP_END_RTP,
    NP_END_RTCP,
    NP_END_LEARNT /**< from a stream */
} np_end_use_t;

typedef struct {
    const address *host;
    uint16_t port; /**< 0: refused */
    np_end_use_t use;
} np_media_end_t;

/** The side receives media there, from this frame on. Copies the host. */
void np_media_name_end(np_call_t *call, naverphone_direction_t side, const np_media_end_t *end, uint32_t frame);

void np_media_learn_ends(np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet);

/** True if SDP of the call gives the packet's source to that side. */
bool np_media_is_source_named(const np_call_t *call, naverphone_direction_t sender, const np_packet_t *packet);

/** Any pass: true if an end was named up to its frame. by_sdp: in SDP. */
bool np_media_is_named(const np_packet_t *packet, bool by_sdp);

/** Counts changes. Without any, streams keep their calls. */
uint32_t np_media_namings(void);

/** Sorted by call number. */
typedef struct {
    unsigned count;
    np_call_t *calls[NP_SHARERS];
} np_media_calls_t;

/** running: calls of the stream so far; NULL: none. */
np_media_calls_t np_media_find_calls(const np_packet_t *packet, bool is_rtp, const np_media_calls_t *running);

/** 0: neither end is the client's. */
naverphone_direction_t np_media_direction(const address *client, const np_packet_t *packet);

/** By the client's address, else by its ends; 0: later calls took these. */
naverphone_direction_t np_media_call_direction(const np_call_t *call, const np_packet_t *packet);

/** Prefers the receiver's section and the packet's port, which bundled sections (RFC 9143) lack. NULL: none. */
const np_media_section_t *np_media_section_of(const np_call_t *call, naverphone_direction_t direction,
                                              const np_packet_t *packet, uint8_t payload_type);

#endif /* NP_MODEL_OFFERED_MEDIA_H */
