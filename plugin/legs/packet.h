/* packet.h
 * Access to a frame after the built-in dissectors. What is returned lives as long as the packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_PACKET_H
#define NP_LEGS_PACKET_H

#include "compat.h"

#include "model/packet.h"
#include "model/record.h"
#include "text/message.h"

typedef enum {
    NP_LAYER_TCP = 0x01,
    NP_LAYER_UDP = 0x02,
    NP_LAYER_TLS = 0x04,
    NP_LAYER_HTTP = 0x08,
    NP_LAYER_SIP = 0x10,
    NP_LAYER_DATA = 0x20, /**< last layer: no dissector took the payload */
    NP_LAYER_RTP = 0x40,  /**< over UDP */
    NP_LAYER_T38 = 0x80
} np_layer_t;

void np_packet_handoff(void);

/** np_layer_t bits, down to the transport, or to RTP over UDP. */
unsigned np_packet_layers(const packet_info *pinfo);

/** True if the frame is an ICMP message that quotes a packet. */
bool np_packet_is_quoted(const packet_info *pinfo);

/** True if SIP's dissector read a message in this frame. The layer alone is no proof: without a tree, a segment whose
 *  message is not complete has it, too. */
bool np_packet_has_sip(packet_info *pinfo);

bool np_packet_is_sip_enabled(void);

/** Reads an IP address. False: it is something else, such as a host name. */
bool np_packet_read_address(packet_info *pinfo, np_span_t text, address *host);

/** The packet that pinfo describes, for the model. Its addresses are pinfo's. */
np_packet_t np_packet_of(packet_info *pinfo);

#define NP_UDP_HEADER 8 /**< bytes, RFC 768 */

/** Searches for pinfo's ports, with which the header of TCP or UDP begins, from an offset on. Returns their offset, or
 *  bytes.len. */
size_t np_packet_find_ports(const packet_info *pinfo, np_span_t bytes, size_t from);

/** True if the last transport's payload begins with a line end, after which SIP's dissector ignores the rest. */
bool np_packet_begins_with_line_end(const packet_info *pinfo);

/** A message, and the buffer that has it. */
typedef struct {
    tvbuff_t *tvb;
    np_message_t message; /**< offsets in tvb; the spans point into its bytes */
} np_packet_message_t;

/** Returns np_packet_message_t: the messages that end in this frame, in order, with those that were reassembled or
 *  decrypted. datagram: there is one at most. */
wmem_array_t *np_packet_messages(packet_info *pinfo, np_message_syntax_t syntax, bool datagram);

/** Adds the message that the packet's end cuts short. Call it if it is known that nothing more follows. */
void np_packet_add_cut_message(packet_info *pinfo, np_message_syntax_t syntax, wmem_array_t *messages);

/** source: an element of pinfo->data_src. */
static inline tvbuff_t *
np_source_tvb(const GSList *source)
{
    return get_data_source_tvb((const struct data_source *)source->data);
}

/** True if matches() is true for the bytes of one of the frame's data sources. */
bool np_packet_any_source(packet_info *pinfo, bool (*matches)(np_span_t text));

/** A transport as pinfo describes it. In a post-dissector, that is the frame's last one. */
typedef struct {
    address src, dst;
    uint32_t src_port, dst_port;
    port_type type;
} np_transport_t;

np_transport_t np_transport_of(const packet_info *pinfo);

/** Lets pinfo describe the transport. */
void np_transport_enter(packet_info *pinfo, const np_transport_t *transport);

/** True if pinfo describes this transport. */
bool np_transport_is_last(const np_transport_t *transport, const packet_info *pinfo);

/** A TCP payload that one of our dissectors got. */
typedef struct np_noted_segment {
    struct np_noted_segment *next;
    np_transport_t transport;
    tvbuff_t *payload;
    np_payload_place_t place;  /**< identifies it */
    uint32_t seq, end;         /**< TCP's numbers, perhaps relative; end: after the last byte */
    bool offered;              /**< only the port suggests that it is ours: other dissectors may take it */
    const np_record_t *record; /**< the one that took the top item; NULL: none yet */
    proto_item *item;          /**< top item; NULL: none, or taken */
} np_noted_segment_t;

/** What our dissectors leave for the post-dissector. */
typedef struct {
    np_noted_segment_t *segments; /**< in the order of layers */
    tvbuff_t *http_body;          /**< decoded; of a media type unknown to HTTP */
    wmem_array_t *http_messages;  /**< np_packet_message_t; NULL: not read yet */
} np_scratch_t;

/** The frame's; NULL: there is none. */
np_scratch_t *np_scratch_peek(packet_info *pinfo);

/** The frame's, which is created if there is none. */
np_scratch_t *np_scratch(packet_info *pinfo);

#endif /* NP_LEGS_PACKET_H */
