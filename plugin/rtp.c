/* rtp.c
 * The media leg: RTP and RTCP that the built-in dissectors dissect, and how we hear of it
 *
 * SDP gives each media address a conversation whose dissector is "rtp" (or "rtcp"). Those of our
 * calls get a dissector that notes the fixed header and hands the packet on to the one that was
 * there: foreign RTP never meets us, and what the built-in dissectors show stays as it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rtp.h"

#include <epan/conversation.h>
#include <wsutil/inet_addr.h>

#include "evidence.h"
#include "fields.h"
#include "preferences.h"

#define RTP_HEADER 12           /* bytes of the fixed header, RFC 3550 5.1 */
#define CONVERSATION_OPTIONS (NO_ADDR_B | NO_PORT_B)    /* SDP knows one end only */

/* A UDP conversation that may be media without SDP; lives with the capture. */
typedef struct {
    np_session_t *session;      /* NULL until accepted */
    uint32_t      accepted_frame;
    uint32_t      evidence;
    bool          has_rtp[3];   /* first pass, by direction: the packet that the next has to agree with */
    np_rtp_t      rtp[3];
} np_binding_t;

static dissector_handle_t rtp_handle, rtcp_handle;                  /* built in */
static dissector_handle_t observed_rtp_handle, observed_rtcp_handle, unsignalled_rtp_handle;   /* ours, which call those */

/* RTCP on RTP's port: by its packet types, as RFC 5761 has it. */
static bool
is_rtcp(tvbuff_t *tvb)
{
    uint8_t type = tvb_captured_length(tvb) > 1 ? tvb_get_bits8(tvb, 8, 8) : 0;
    return type >= 192 && type <= 223;
}

/* Reads the fixed header of RTP version 2. */
static bool
read_rtp(tvbuff_t *tvb, np_rtp_t *rtp)
{
    if (tvb_captured_length(tvb) < RTP_HEADER || tvb_get_bits8(tvb, 0, 2) != 2)
        return false;
    if (is_rtcp(tvb))
        return false;
    rtp->marker = tvb_get_bits8(tvb, 8, 1) != 0;
    rtp->payload_type = tvb_get_bits8(tvb, 9, 7);
    rtp->sequence = tvb_get_ntohs(tvb, 2);
    rtp->timestamp = tvb_get_ntohl(tvb, 4);
    rtp->ssrc = tvb_get_ntohl(tvb, 8);
    return true;
}

static np_binding_t *
binding_of(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return conversation ? (np_binding_t *)conversation_get_proto_data(conversation, proto_naverphone) : NULL;
}

static void
note_packet(packet_info *pinfo, tvbuff_t *tvb, bool rtcp)
{
    np_packet_t packet = np_source_packet(pinfo);
    const np_binding_t *binding;
    np_scratch_t *scratch;
    np_call_t *call;

    if (PINFO_FD_VISITED(pinfo))
        return;
    call = np_media_call(&packet);
    binding = call ? NULL : binding_of(pinfo);
    if (!call && !(binding && binding->session))
        return;
    scratch = np_scratch(pinfo);
    scratch->call = call;
    scratch->session = call ? call->session : binding->session;
    scratch->evidence = call ? np_evidence_media(np_packet_peer(&packet, &call->session->info.client))
                             : binding->evidence;
    scratch->is_rtp = !rtcp && read_rtp(tvb, &scratch->rtp);
    scratch->is_rtcp = rtcp;
}

static int
dissect_observed_rtp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    note_packet(pinfo, tvb, is_rtcp(tvb));
    return call_dissector_only(rtp_handle, tvb, pinfo, tree, data);
}

static int
dissect_observed_rtcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    note_packet(pinfo, tvb, true);
    return call_dissector_only(rtcp_handle, tvb, pinfo, tree, data);
}

/* Without SDP the conversation may carry something else, too: SIP, in the documented drawing. */
static int
dissect_unsignalled_rtp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (tvb_captured_length(tvb) == 0 || tvb_get_bits8(tvb, 0, 2) != 2)
        return 0;
    return dissect_observed_rtp(tvb, pinfo, tree, data);
}

/* ---- with SDP --------------------------------------------------------------- */

/* Puts our dissector before the one that SDP chose for an address. */
static void
bind_conversation(packet_info *pinfo, const address *host, uint16_t port, dissector_handle_t chosen,
                  dissector_handle_t observed)
{
    const address none = ADDRESS_INIT_NONE;
    conversation_t *conversation;

    if (port == 0)
        return;
    conversation = find_conversation(pinfo->num, host, &none, CONVERSATION_UDP, port, 0, CONVERSATION_OPTIONS);
    if (conversation && conversation_get_dissector(conversation, pinfo->num) == chosen)
        conversation_set_dissector(conversation, observed);
}

static void
bind_endpoint(packet_info *pinfo, const address *host, uint16_t port, uint16_t rtcp_port)
{
    if (host->type == AT_NONE)
        return;
    /* RTP last: with both on one port, its dissector is the one that tells them apart. */
    bind_conversation(pinfo, host, rtcp_port, rtcp_handle, observed_rtcp_handle);
    bind_conversation(pinfo, host, port, rtp_handle, observed_rtp_handle);
}

/* A literal address in the packet's scope; a host name is none. */
static bool
read_address(packet_info *pinfo, np_span_t text, address *host)
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

void
np_rtp_bind(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t sdp)
{
    const np_media_endpoint_t *other = &call->offered[3 - sender];
    np_sdp_media_t media;
    size_t offset = 0;
    bool has_audio = false;

    while (np_sdp_next_media(sdp, &offset, &media)) {
        address host;
        if (media.port == 0 || !read_address(pinfo, media.address, &host))
            continue;
        np_media_endpoint(call, &host, &media);
        if (!has_audio && np_span_equals(media.kind, "audio")) {
            np_media_offer(call, sender, &host, &media);
            has_audio = true;
        }
        bind_endpoint(pinfo, &host, media.port, media.rtcp_port);
    }
    /* An answer can make SDP set up what the other side offered. */
    bind_endpoint(pinfo, &other->host, other->port, other->rtcp_port);
}

/* ---- without SDP -------------------------------------------------------------- */

/* Static audio payload types of RFC 3551: what two packets may agree on without a session description. */
static bool
is_static_audio(uint8_t payload_type)
{
    return payload_type <= 18 && np_static_encoding_name(payload_type) != NULL;
}

/* A known client and a known server, whichever way. */
static const address *
client_of(const packet_info *pinfo)
{
    const address *src = &pinfo->src, *dst = &pinfo->dst;

    if (np_store_is_client(src) && (np_preferences_is_server(dst) || np_store_is_server(dst)))
        return src;
    if (np_store_is_client(dst) && (np_preferences_is_server(src) || np_store_is_server(src)))
        return dst;
    return NULL;
}

/* Remembers the packet; true if it continues the one before in its direction. */
static bool
agrees(np_binding_t *binding, naverphone_direction_t direction, const np_rtp_t *rtp)
{
    const np_rtp_t *before = &binding->rtp[direction];
    bool next = binding->has_rtp[direction] && rtp->ssrc == before->ssrc
             && rtp->payload_type == before->payload_type && rtp->sequence == (uint16_t)(before->sequence + 1);

    binding->has_rtp[direction] = true;
    binding->rtp[direction] = *rtp;
    return next;
}

/* First pass: is this the packet that makes its conversation media of a session? */
static bool
accepts(packet_info *pinfo, const np_rtp_t *rtp)
{
    np_packet_t packet = np_source_packet(pinfo);
    const address *client = client_of(pinfo);
    conversation_t *conversation;
    np_binding_t *binding;

    if (!client)
        return false;
    conversation = find_or_create_conversation(pinfo);
    binding = (np_binding_t *)conversation_get_proto_data(conversation, proto_naverphone);
    if (!binding) {
        binding = wmem_new0(wmem_file_scope(), np_binding_t);
        conversation_add_proto_data(conversation, proto_naverphone, binding);
    }
    if (!agrees(binding, np_media_direction(client, &packet), rtp))
        return false;
    binding->accepted_frame = pinfo->num;
    binding->evidence = np_evidence_media(np_packet_peer(&packet, client));
    binding->session = np_session_of_client(client);
    conversation_set_dissector_from_frame_number(conversation, pinfo->num + 1, unsignalled_rtp_handle);
    return true;
}

static np_bool_t
dissect_unsignalled(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const np_binding_t *binding;
    np_rtp_t rtp;

    if (!np_store_has_sessions() || !read_rtp(tvb, &rtp) || !is_static_audio(rtp.payload_type)
            || pinfo->flags.in_error_pkt)
        return FALSE;
    if (PINFO_FD_VISITED(pinfo)) {
        binding = binding_of(pinfo);
        if (!binding || binding->accepted_frame != pinfo->num)
            return FALSE;
    } else if (!accepts(pinfo, &rtp))
        return FALSE;
    return dissect_observed_rtp(tvb, pinfo, tree, data) > 0;
}

/* ---- the observer's side -------------------------------------------------------- */

np_record_t *
np_rtp_observe(packet_info *pinfo)
{
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    np_packet_t packet = np_source_packet(pinfo);
    np_record_t *record;

    if (!scratch || !(scratch->is_rtp || scratch->is_rtcp))
        return NULL;
    record = np_record_new(NAVERPHONE_LEG_MEDIA, &packet);
    record->evidence = (uint8_t)scratch->evidence;
    if (scratch->is_rtp) {
        np_media_packet(scratch->session, scratch->call, &packet, &scratch->rtp, record);
        return record;
    }
    np_media_control(scratch->session, scratch->call, &packet, record);
    return record;
}

void
np_rtp_register(int proto)
{
    /* Without a protocol of their own these leave frame.protocols as it is. */
    observed_rtp_handle = create_dissector_handle(dissect_observed_rtp, -1);
    unsignalled_rtp_handle = create_dissector_handle(dissect_unsignalled_rtp, -1);
    observed_rtcp_handle = create_dissector_handle(dissect_observed_rtcp, -1);
    heur_dissector_add("udp", dissect_unsignalled, "Naver Phone RTP without SDP", "naverphone_media_udp", proto,
                       HEURISTIC_ENABLE);
}

void
np_rtp_handoff(void)
{
    rtp_handle = find_dissector("rtp");
    rtcp_handle = find_dissector("rtcp");
}
