/* packet.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/packet.h"

#include <epan/proto_data.h>
#include <wsutil/inet_addr.h>

#define SCRATCH_KEY 0

/* clang-format off */
static const struct {
    const char *filter_name;
    uint8_t     layer;
} known_layers[] = {
    { "tcp",    NP_LAYER_TCP },
    { "udp",    NP_LAYER_UDP },
    { "tls",    NP_LAYER_TLS },
    { "http",   NP_LAYER_HTTP },
    { "sip",    NP_LAYER_SIP },
    { "rtp",    NP_LAYER_RTP },
    { "t38",    NP_LAYER_T38 },
    { "data",   NP_LAYER_DATA },
};
/* clang-format on */

static uint8_t *layer_of_proto; /* by protocol id */
static int highest_proto = -1;
static int proto_sip = -1, proto_icmp = -1, proto_icmpv6 = -1;

void
np_packet_handoff(void)
{
    int protos[G_N_ELEMENTS(known_layers)];

    for (size_t i = 0; i < G_N_ELEMENTS(known_layers); i++) {
        protos[i] = proto_get_id_by_filter_name(known_layers[i].filter_name);
        highest_proto = MAX(highest_proto, protos[i]);
    }
    layer_of_proto = (uint8_t *)wmem_alloc0(wmem_epan_scope(), (size_t)highest_proto + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(known_layers); i++) {
        if (protos[i] >= 0) {
            layer_of_proto[protos[i]] = known_layers[i].layer;
        }
    }
    proto_sip = proto_get_id_by_filter_name("sip");
    proto_icmp = proto_get_id_by_filter_name("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name("icmpv6");
}

static int
proto_of(wmem_list_frame_t *layer)
{
    return GPOINTER_TO_INT(wmem_list_frame_data(layer));
}

static unsigned
layer_of(wmem_list_frame_t *layer)
{
    int proto = proto_of(layer);

    return proto >= 0 && proto <= highest_proto ? layer_of_proto[proto] : 0;
}

unsigned
np_packet_layers(const packet_info *pinfo)
{
    wmem_list_frame_t *layer = wmem_list_tail(pinfo->layers);
    unsigned layers = layer ? layer_of(layer) : 0;
    unsigned last = NP_LAYER_TCP | NP_LAYER_UDP | (pinfo->ptype == PT_UDP ? NP_LAYER_RTP : 0);

    while (!(layers & last) && layer && (layer = wmem_list_frame_prev(layer)) != NULL) {
        layers |= layer_of(layer) & ~(unsigned)NP_LAYER_DATA;
    }
    return layers;
}

bool
np_packet_is_quoted(const packet_info *pinfo)
{
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer; layer = wmem_list_frame_next(layer)) {
        if (proto_of(layer) == proto_icmp || proto_of(layer) == proto_icmpv6) {
            return true;
        }
    }
    return false;
}

bool
np_packet_has_sip(packet_info *pinfo)
{
    for (unsigned layer = wmem_list_count(pinfo->layers); layer > 0; layer--) {
        if (p_get_proto_data(pinfo->pool, pinfo, proto_sip, layer)) {
            return true;
        }
    }
    return false;
}

bool
np_packet_is_sip_enabled(void)
{
    return proto_is_protocol_enabled(find_protocol_by_id(proto_sip));
}

bool
np_packet_read_address(packet_info *pinfo, np_span_t text, address *host)
{
    char *literal = wmem_strndup(pinfo->pool, text.data ? (const char *)text.data : "", text.len);
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;

    if (ws_inet_pton4(literal, &ipv4)) {
        alloc_address_wmem(pinfo->pool, host, AT_IPv4, (int)sizeof ipv4, &ipv4);
        return true;
    }
    if (ws_inet_pton6(literal, &ipv6)) {
        alloc_address_wmem(pinfo->pool, host, AT_IPv6, (int)sizeof ipv6, &ipv6);
        return true;
    }
    return false;
}

np_packet_t
np_packet_of(packet_info *pinfo)
{
    np_packet_t packet = { .frame = pinfo->num,
                           .time = pinfo->abs_ts,
                           .src = &pinfo->src,
                           .dst = &pinfo->dst,
                           .src_port = (uint16_t)pinfo->srcport,
                           .dst_port = (uint16_t)pinfo->destport };
    return packet;
}

/* True if no more of the message will come. If it is cut at the end of a segment, it comes again, whole and
 * reassembled; if it is cut by the snap length, it does not. */
static bool
is_final(const np_packet_message_t *found, bool put_together)
{
    return put_together || found->message.complete || tvb_captured_length(found->tvb) < tvb_reported_length(found->tvb);
}

#define MAX_HEADER 64 /* bytes before a reassembled source's first message */
#define TAIL 16       /* bytes compared at the end of a message */

/* Line ends may separate messages (RFC 3261 7.5). */
static size_t
end_without_lines(np_span_t bytes, size_t end)
{
    while (end > 0 && (bytes.data[end - 1] == '\r' || bytes.data[end - 1] == '\n')) {
        end--;
    }
    return end;
}

/* True if the message follows right after the bytes of before, as their last bytes show. A start line that is quoted in
 * a body does not. */
static bool
follows_source(np_span_t bytes, size_t start, tvbuff_t *before)
{
    np_span_t earlier = np_packet_bytes(before);
    size_t end = end_without_lines(bytes, start), length = end_without_lines(earlier, earlier.len);
    size_t tail = MIN(MIN(end, length), TAIL);

    if (!bytes.data || !earlier.data) {
        return tail == 0;
    }
    return memcmp(bytes.data + end - tail, earlier.data + length - tail, tail) == 0;
}

/* The packet's own bytes, and the first message that begins in them. */
typedef struct {
    tvbuff_t *tvb;
    bool has_message;
    np_message_t message;
} packet_source_t;

/* True if reassembled or decrypted from the packet's stream. A decoded body is not, though it may quote a start line:
 * then the packet's first message neither follows the source nor is in it. */
static bool
is_put_together(tvbuff_t *source, const packet_source_t *packet)
{
    size_t start = packet->message.start, shown;

    if (!packet->has_message || follows_source(np_packet_bytes(packet->tvb), start, source)) {
        return true;
    }
    shown = MIN(tvb_captured_length(packet->tvb) - start, TAIL + MAX_HEADER);
    return tvb_find_tvb(source, tvb_new_subset_length(packet->tvb, (int)start, (int)shown), 0) >= 0;
}

static tvbuff_t *
text_of(const np_packet_message_t *found)
{
    return tvb_new_subset_length(found->tvb, (int)found->message.start,
                                 (int)(found->message.end - found->message.start));
}

static bool
completes_known(const np_packet_message_t *found, const np_packet_message_t *known)
{
    tvbuff_t *begin = text_of(known), *whole = text_of(found);
    unsigned length = tvb_captured_length(begin);

    return !known->message.complete && length < tvb_captured_length(whole)
        && memcmp(tvb_get_ptr(begin, 0, (int)length), tvb_get_ptr(whole, 0, (int)length), length) == 0;
}

/* True if found before, perhaps in a copy. A whole message replaces its beginning. */
static bool
is_known(const np_packet_message_t *found, wmem_array_t *messages)
{
    for (unsigned i = 0; i < wmem_array_get_count(messages); i++) {
        np_packet_message_t *known = (np_packet_message_t *)wmem_array_index(messages, i);

        if (known->tvb == found->tvb) {
            if (known->message.start == found->message.start) {
                return true;
            }
        } else if (tvb_find_tvb(known->tvb, text_of(found), 0) >= 0) {
            return true;
        } else if (completes_known(found, known)) {
            *known = *found;
            return true;
        }
    }
    return false;
}

/* Adds the messages of one data source. before: the reassembled source whose last bytes are in these bytes, so that
 * only what follows it is new; NULL: none. */
static void
add_messages(tvbuff_t *tvb, bool put_together, tvbuff_t *before, np_message_syntax_t syntax, wmem_array_t *messages)
{
    np_span_t bytes = np_packet_bytes(tvb);
    size_t offset = 0;
    np_packet_message_t found = { .tvb = tvb };
    bool first = true, again = before != NULL;

    while (bytes.data && np_message_next(syntax, bytes.data, bytes.len, &offset, &found.message)) {
        if (before && !follows_source(bytes, found.message.start, before)) {
            continue;
        }
        if (put_together && first && !before && found.message.start > MAX_HEADER) {
            return;
        }
        if (is_final(&found, put_together && first) && !(again && is_known(&found, messages))) {
            wmem_array_append_one(messages, found);
        }
        before = NULL;
        first = false;
    }
}

#define PORTS 4 /* bytes */

/* pinfo's ports as in the transport header. */
static void
write_ports(const packet_info *pinfo, uint8_t ports[PORTS])
{
    phtonu16(ports, (uint16_t)pinfo->srcport);
    phtonu16(ports + 2, (uint16_t)pinfo->destport);
}

size_t
np_packet_find_ports(const packet_info *pinfo, np_span_t bytes, size_t from)
{
    uint8_t ports[PORTS];

    write_ports(pinfo, ports);
    while (from + PORTS <= bytes.len && memcmp(bytes.data + from, ports, PORTS) != 0) {
        from++;
    }
    return from + PORTS <= bytes.len ? from : bytes.len;
}

static size_t
payload_after(const packet_info *pinfo, np_span_t bytes, size_t header)
{
    const size_t data_offset = 12; /* of a byte whose upper half counts 32-bit words */

    if (pinfo->ptype == PT_UDP) {
        return header + NP_UDP_HEADER;
    }
    return header + data_offset < bytes.len ? header + (size_t)(bytes.data[header + data_offset] >> 4) * 4 : bytes.len;
}

bool
np_packet_begins_with_line_end(const packet_info *pinfo)
{
    for (const GSList *source = pinfo->data_src; source; source = source->next) {
        np_span_t bytes = np_packet_bytes(np_source_tvb(source));
        size_t at = np_packet_find_ports(pinfo, bytes, 0);

        for (; at < bytes.len; at = np_packet_find_ports(pinfo, bytes, at + 1)) {
            if (np_span_starts_with(np_span_skip(bytes, MIN(payload_after(pinfo, bytes, at), bytes.len)), "\r\n")) {
                return true;
            }
        }
    }
    return false;
}

/* Line ends may separate header and message (keep-alives, RFC 5626 3.5.1). */
static bool
follows_header(const packet_info *pinfo, np_span_t bytes, size_t offset)
{
    uint8_t ports[PORTS];

    write_ports(pinfo, ports);
    offset = end_without_lines(bytes, offset);
    return offset >= NP_UDP_HEADER && memcmp(bytes.data + offset - NP_UDP_HEADER, ports, PORTS) == 0;
}

/* Adds the last message behind pinfo's ports (802.11 A-MSDU). Without a UDP header (exported PDUs) it is the first one,
 * outside the packet only if near the beginning, because dissectors also add decoded bodies. */
static void
add_datagram(const packet_info *pinfo, tvbuff_t *tvb, bool is_packet, np_message_syntax_t syntax,
             wmem_array_t *messages)
{
    np_span_t bytes = np_packet_bytes(tvb);
    np_packet_message_t found = { .tvb = tvb }, chosen = { .tvb = NULL };
    size_t offset = 0;

    while (bytes.data && np_message_next(syntax, bytes.data, bytes.len, &offset, &found.message)) {
        if (follows_header(pinfo, bytes, found.message.start)
            || (!chosen.tvb && (is_packet || found.message.start <= MAX_HEADER))) {
            chosen = found;
        }
    }
    if (chosen.tvb) {
        wmem_array_append_one(messages, chosen);
    }
}

static void
find_datagram(const packet_info *pinfo, np_message_syntax_t syntax, wmem_array_t *messages)
{
    const GSList *packet = pinfo->data_src;

    for (const GSList *source = packet->next; source && wmem_array_get_count(messages) == 0; source = source->next) {
        add_datagram(pinfo, np_source_tvb(source), false, syntax, messages);
    }
    if (wmem_array_get_count(messages) == 0) {
        add_datagram(pinfo, np_source_tvb(packet), true, syntax, messages);
    }
}

/* Adds the messages of reassembled and decrypted sources. Returns the last source with a message, or before. */
static tvbuff_t *
find_put_together(const packet_info *pinfo, const packet_source_t *packet, tvbuff_t *before, np_message_syntax_t syntax,
                  wmem_array_t *messages)
{
    const GSList *packet_source = pinfo->data_src;

    for (const GSList *source = packet_source->next; source && !(before && packet->has_message);
         source = source->next) {
        tvbuff_t *tvb = np_source_tvb(source);
        unsigned count = wmem_array_get_count(messages);

        if (!is_put_together(tvb, packet)) {
            continue;
        }
        add_messages(tvb, true, before, syntax, messages);
        if (wmem_array_get_count(messages) > count) {
            before = tvb;
        }
    }
    return before;
}

/* Reassembled and decrypted sources began in earlier frames; each TLS record or WebSocket frame is one. The second call
 * finds messages that follow a reassembled one in its record. */
static void
find_in_stream(const packet_info *pinfo, np_message_syntax_t syntax, wmem_array_t *messages)
{
    const GSList *packet_source = pinfo->data_src;
    packet_source_t packet = { .tvb = np_source_tvb(packet_source) };
    np_span_t bytes = np_packet_bytes(packet.tvb);
    tvbuff_t *before;
    size_t offset = 0;

    packet.has_message = bytes.data && np_message_next(syntax, bytes.data, bytes.len, &offset, &packet.message);
    before = find_put_together(pinfo, &packet, NULL, syntax, messages);
    if (before && !packet.has_message) {
        find_put_together(pinfo, &packet, before, syntax, messages);
    }
    add_messages(packet.tvb, false, before, syntax, messages);
}

wmem_array_t *
np_packet_messages(packet_info *pinfo, np_message_syntax_t syntax, bool datagram)
{
    wmem_array_t *messages = wmem_array_new(pinfo->pool, sizeof(np_packet_message_t));

    if (pinfo->data_src && datagram) {
        find_datagram(pinfo, syntax, messages);
    } else if (pinfo->data_src) {
        find_in_stream(pinfo, syntax, messages);
    }
    return messages;
}

void
np_packet_add_cut_message(packet_info *pinfo, np_message_syntax_t syntax, wmem_array_t *messages)
{
    tvbuff_t *packet = np_source_tvb(pinfo->data_src);
    np_span_t bytes = np_packet_bytes(packet);
    np_packet_message_t found = { .tvb = packet };
    size_t offset = 0;

    while (np_message_next(syntax, bytes.data, bytes.len, &offset, &found.message)) {
        if (!is_final(&found, false)) {
            wmem_array_append_one(messages, found);
        }
    }
}

bool
np_packet_any_source(packet_info *pinfo, bool (*matches)(np_span_t text))
{
    for (const GSList *source = pinfo->data_src; source; source = source->next) {
        if (matches(np_packet_bytes(np_source_tvb(source)))) {
            return true;
        }
    }
    return false;
}

np_transport_t
np_transport_of(const packet_info *pinfo)
{
    np_transport_t transport = { .src_port = pinfo->srcport, .dst_port = pinfo->destport, .type = pinfo->ptype };

    copy_address_shallow(&transport.src, &pinfo->src);
    copy_address_shallow(&transport.dst, &pinfo->dst);
    return transport;
}

void
np_transport_enter(packet_info *pinfo, const np_transport_t *transport)
{
    copy_address_shallow(&pinfo->src, &transport->src);
    copy_address_shallow(&pinfo->dst, &transport->dst);
    pinfo->srcport = transport->src_port;
    pinfo->destport = transport->dst_port;
    pinfo->ptype = transport->type;
}

bool
np_transport_is_last(const np_transport_t *transport, const packet_info *pinfo)
{
    return transport->type == pinfo->ptype && transport->src_port == pinfo->srcport
        && transport->dst_port == pinfo->destport && addresses_equal(&transport->src, &pinfo->src)
        && addresses_equal(&transport->dst, &pinfo->dst);
}

/* The latest frame with a scratch. Searching all frames for one would be a sixth of what the plugin costs on foreign
 * traffic. */
static uint32_t scratch_frame;

np_scratch_t *
np_scratch_peek(packet_info *pinfo)
{
    if (pinfo->num != scratch_frame) {
        return NULL;
    }
    return (np_scratch_t *)p_get_proto_data(pinfo->pool, pinfo, proto_naverphone, SCRATCH_KEY);
}

np_scratch_t *
np_scratch(packet_info *pinfo)
{
    np_scratch_t *scratch = np_scratch_peek(pinfo);

    if (!scratch) {
        scratch = wmem_new0(pinfo->pool, np_scratch_t);
        p_add_proto_data(pinfo->pool, pinfo, proto_naverphone, SCRATCH_KEY, scratch);
        scratch_frame = pinfo->num;
    }
    return scratch;
}
