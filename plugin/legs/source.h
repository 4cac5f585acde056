/* source.h
 * Access to a frame after the built-in dissectors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_SOURCE_H
#define NAVERPHONE_SOURCE_H

#include "compat.h"

#include "text/message.h"
#include "model/packet.h"
#include "model/record.h"

/** Protocols of a frame's innermost transport and above that matter here. */
typedef enum {
    NP_LAYER_TCP = 0x01,
    NP_LAYER_UDP = 0x02,
    NP_LAYER_TLS = 0x04,
    NP_LAYER_HTTP = 0x08,
    NP_LAYER_SIP = 0x10,
    NP_LAYER_DATA = 0x20, /**< the last layer: no dissector took the payload */
    NP_LAYER_RTP = 0x40   /**< over UDP; lower layers are not examined */
} np_layer_t;

/** Called at handoff, when all protocols are registered. */
void np_source_handoff(void);

/** The np_layer_t bits of a frame, from its last layer down to the transport, or to RTP over UDP: usually one step. */
unsigned np_source_layers(const packet_info *pinfo);

/** True for a packet quoted by ICMP, which was not sent in this frame. */
bool np_source_is_quoted(const packet_info *pinfo);

/** True if SIP showed a message. Its layer does not tell: if there is a tree, libwireshark removes a layer that
 *  added nothing to it, such as that of a segment that SIP waits to complete. */
bool np_source_has_sip(packet_info *pinfo);

bool np_source_is_sip_enabled(void);

/** True if the last TCP or UDP payload begins with a line end. SIP's dissector ignores messages after it. */
bool np_source_begins_with_line_end(const packet_info *pinfo);

/** Reads a literal address; host lives as long as the packet. Returns false for host names and the like. */
bool np_source_read_address(packet_info *pinfo, np_span_t text, address *host);

/** The packet as the model expects it. The addresses are pinfo's. */
np_packet_t np_source_packet(packet_info *pinfo);

typedef struct {
    tvbuff_t *tvb;
    np_message_t message; /**< offsets in tvb; the spans point into its bytes */
} np_source_message_t;

/** The SIP or HTTP messages that end in this frame, in order of completion, from all its data sources: the packet,
 *  and what was reassembled (IP fragments, TCP segments, TLS records). A datagram holds one. The array and its
 *  contents live as long as the packet. */
wmem_array_t *np_source_messages(packet_info *pinfo, np_message_syntax_t syntax, bool datagram);

/** Adds the message that is incomplete in the packet's own bytes, for callers that know that nothing of it will
 *  follow. */
void np_source_add_cut_message(packet_info *pinfo, np_message_syntax_t syntax, wmem_array_t *messages);

np_span_t np_source_bytes(tvbuff_t *tvb);

/** True if may() is true for any data source of the frame. */
bool np_source_may(packet_info *pinfo, bool (*may)(np_span_t text));

/** pinfo's ports as in the transport header. */
typedef struct {
    uint8_t bytes[4];
} np_port_bytes_t;

np_port_bytes_t np_source_port_bytes(const packet_info *pinfo);

/** A transport of a frame, as pinfo describes it while its layer is dissected. Lives as long as the packet. */
typedef struct {
    address src, dst;
    uint32_t src_port, dst_port;
    port_type type;
} np_transport_t;

/** The transport that pinfo describes; in a post-dissector the frame's last one. */
np_transport_t np_transport_of(const packet_info *pinfo);

void np_transport_enter(packet_info *pinfo, const np_transport_t *transport);

bool np_transport_equal(const np_transport_t *left, const np_transport_t *right);

/** TCP payload that one of our dissectors got, on a connection that may be ours. Lives as long as the packet. */
typedef struct np_noted_segment {
    struct np_noted_segment *next;
    np_transport_t transport;
    tvbuff_t *payload;
    np_payload_place_t place;
    uint32_t seq, end;         /**< sequence numbers of the first byte, and after the last */
    bool offered;              /**< ours on port evidence if no other dissector takes it */
    const np_record_t *record; /**< record that took the top item; NULL: none yet */
    proto_item *item;          /**< top item, until a record takes it; NULL: none */
} np_noted_segment_t;

/** What our dissectors leave for the observer. Lives as long as the packet. */
typedef struct {
    np_noted_segment_t *segments; /**< in the order of layers */
    tvbuff_t *http_body;          /**< decoded body of a media type that HTTP does not know */
    wmem_array_t *http_messages;  /**< np_source_message_t; cache for the frame's records */
} np_scratch_t;

/** Created at the first call. */
np_scratch_t *np_scratch(packet_info *pinfo);

/** NULL: not created yet. */
np_scratch_t *np_scratch_peek(packet_info *pinfo);

#endif /* NAVERPHONE_SOURCE_H */
