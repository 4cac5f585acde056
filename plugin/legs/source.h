/* source.h
 * What the built-in dissectors left of a frame for an observer to read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_SOURCE_H
#define NAVERPHONE_SOURCE_H

#include "compat.h"

#include "text/message.h"
#include "model/packet.h"
#include "model/record.h"

/** The protocols that dissected a frame's innermost transport and what it carries, as far as we care. */
typedef enum {
    NP_LAYER_TCP  = 0x01,
    NP_LAYER_UDP  = 0x02,
    NP_LAYER_TLS  = 0x04,
    NP_LAYER_HTTP = 0x08,
    NP_LAYER_SIP  = 0x10,
    NP_LAYER_DATA = 0x20,       /**< the last layer: nobody took the payload */
    NP_LAYER_RTP  = 0x40        /**< over UDP what is below it does not matter */
} np_layer_t;

/** Learns the protocols' ids. To be called at handoff, when all are registered. */
void np_source_handoff(void);

/** The np_layer_t bits of the frame: a walk from its last layer to the transport, or to RTP, which stands for UDP. Most often
 * that is one step. */
unsigned np_source_layers(const packet_info *pinfo);

/** Does an ICMP message quote what was dissected? Then it is no message. */
bool np_source_is_quoted(const packet_info *pinfo);

/** Did SIP show a message? Its layer alone does not tell: libwireshark takes off a layer that added nothing to the tree,
 * but only where there is a tree, so that a segment that SIP waits to complete has the layer in one way of reading and
 * not in the other. */
bool np_source_has_sip(packet_info *pinfo);

/** Has the user left SIP's dissector on? */
bool np_source_is_sip_enabled(void);

/** True if the payload of the frame's last TCP or UDP begins with a line end: SIP's dissector takes no message behind it. */
bool np_source_begins_with_line_end(const packet_info *pinfo);

/** Reads a literal address into the packet's scope. False: it is none, but perhaps a host name. */
bool np_source_read_address(packet_info *pinfo, np_span_t text, address *host);

/** The packet as the store wants it; the addresses are pinfo's. */
np_packet_t np_source_packet(packet_info *pinfo);

/** A text message of the frame and the buffer it stands in. */
typedef struct {
    tvbuff_t    *tvb;
    np_message_t message;       /**< start and end are offsets in tvb; the spans view its bytes */
} np_source_message_t;

/**
 * The SIP or HTTP messages that end in this frame, in the order they were completed. They are
 * found in the frame's data sources: the bytes of the packet, and what the dissectors below
 * put together from several (IP fragments, TCP segments, TLS records). A datagram holds one.
 * The array and all in it live as long as the packet.
 */
wmem_array_t *np_source_messages(packet_info *pinfo, np_message_syntax_t syntax, bool datagram);

/** Adds the message that the packet's own bytes begin, if they cut it: for who knows that it is complete nonetheless. */
void np_source_add_cut_message(packet_info *pinfo, np_message_syntax_t syntax, wmem_array_t *messages);

/** The captured bytes of a buffer. */
np_span_t np_source_bytes(tvbuff_t *tvb);

/** Does the question hold for the bytes of any of the frame's data sources, where all its messages stand? */
bool np_source_may(packet_info *pinfo, bool (*may)(np_span_t text));

/** The ports of the transport that pinfo describes, as its header begins with them. */
typedef struct {
    uint8_t bytes[4];
} np_port_bytes_t;

np_port_bytes_t np_source_port_bytes(const packet_info *pinfo);

/** One of a frame's transports: what pinfo says while its layer is dissected. The addresses live as long as the packet. */
typedef struct {
    address   src, dst;
    uint32_t  src_port, dst_port;
    port_type type;
} np_transport_t;

/** The transport that pinfo describes: at last, in a post-dissector, that of the frame's last layers. */
np_transport_t np_transport_of(const packet_info *pinfo);

/** Has pinfo describe that transport. */
void np_transport_enter(packet_info *pinfo, const np_transport_t *transport);

bool np_transport_equal(const np_transport_t *left, const np_transport_t *right);

/** TCP payload that a dissector of ours was shown, on a candidate connection. */
typedef struct np_noted_segment {
    struct np_noted_segment *next;  /**< of the same frame */
    np_transport_t transport;
    tvbuff_t   *payload;
    np_payload_place_t place;
    uint32_t    seq, end;           /**< its sequence numbers, the end is the next byte's */
    bool        offered;            /**< left to all others: ours by its port if nobody takes it */
    const np_record_t *record;      /**< that has taken the top item; NULL: none yet */
    proto_item *item;               /**< the top item, until a record takes it; NULL: none was begun */
} np_noted_segment_t;

/** What dissectors of ours leave for the observer, which runs after them; lives as long as the packet. */
typedef struct {
    np_noted_segment_t *segments;   /**< in the order of the frame's layers */
    tvbuff_t   *http_body;          /**< a body that HTTP found no media type for, all codings taken off */
    wmem_array_t *http_messages;    /**< np_source_message_t: read once for all records of the frame */
} np_scratch_t;

/** The packet's scratch space, made at the first call. */
np_scratch_t *np_scratch(packet_info *pinfo);

/** The same, NULL where nobody has left anything. */
np_scratch_t *np_scratch_peek(packet_info *pinfo);

#endif /* NAVERPHONE_SOURCE_H */
