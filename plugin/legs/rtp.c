/* rtp.c
 * Wireshark's SDP dissector gives the conversations of announced media its RTP or RTCP dissector. For our calls, it is
 * replaced by one of ours, which notes the packet and calls the built-in one. The post-dissector notes packets that
 * came another way (heuristics, Decode As, STUN's conversation) or were not dissected. On the first pass it finds out
 * which calls all of these belong to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/rtp.h"

#include <epan/conversation.h>
#include <epan/proto_data.h>

#include "legs/attached.h"
#include "legs/evidence.h"
#include "legs/packet.h"
#include "model/session.h"
#include "model/stream.h"
#include "settings/preferences.h"

#define RTP_HEADER 12                                /* bytes, RFC 3550 5.1 */
#define RTCP_HEADER 8                                /* shortest packet, RFC 3550 6.4.2 */
#define CONVERSATION_OPTIONS (NO_ADDR_B | NO_PORT_B) /* SDP gives one address only */

/* Attached to a conversation that may carry media at addresses that no SDP named. Lives with the capture; only the first
 * pass writes it. */
typedef struct {
    np_session_t *session; /* NULL: not accepted yet */
    uint32_t evidence;
    bool has_rtp[3]; /* by naverphone_direction_t */
    np_rtp_t rtp[3]; /* the latest packet of that direction */
} binding_t;

static int proto_rtp = -1;
static bool rtp_is_enabled;
static bool accepted_without_sdp;
static dissector_handle_t rtp_handle, rtcp_handle;                                           /* built in */
static dissector_handle_t observed_rtp_handle, observed_rtcp_handle, unsignalled_rtp_handle; /* ours, calling them */

#define NOTES_KEY 1

/* A media packet that a dissector leaves for the post-dissector. Lives as long as the packet. */
typedef struct note {
    struct note *next;
    np_transport_t transport;
    np_packet_t packet; /* addresses point into transport */
    bool is_rtp;        /* else RTCP, STUN, DTLS or ZRTP */
    np_rtp_t rtp;
    np_flow_t *flow; /* NULL: not found yet, or not ours */
} note_t;

/* Attached to the frame of a stream's first packet, or of one with expert items. Lives with the capture. */
typedef struct mark {
    struct mark *next;
    const np_stream_t *stream;
    np_experts_t *experts; /* NULL: none */
    bool is_first;
} mark_t;

static void
init_rtp(void)
{
    accepted_without_sdp = false;
    rtp_is_enabled = proto_is_protocol_enabled(find_protocol_by_id(proto_rtp));
    np_streams_set_late(np_preferences.late_media);
}

/* RTCP may share RTP's port, so the packet type decides (RFC 5761). */
static bool
is_rtcp(np_span_t packet)
{
    return packet.len > 1 && packet.data[0] >> 6 == 2 && packet.data[1] >= 192 && packet.data[1] <= 223;
}

static bool
read_rtp(np_span_t packet, np_rtp_t *rtp)
{
    if (packet.len < RTP_HEADER || packet.data[0] >> 6 != 2 || is_rtcp(packet)) {
        return false;
    }
    rtp->marker = packet.data[1] >> 7;
    rtp->payload_type = packet.data[1] & 0x7f;
    rtp->sequence = pntohu16(packet.data + 2);
    rtp->timestamp = pntohu32(packet.data + 4);
    rtp->ssrc = pntohu32(packet.data + 8);
    return true;
}

#define STUN_COOKIE UINT32_C(0x2112a442)
#define ZRTP_COOKIE UINT32_C(0x5a525450)
#define DTLS_HEADER 13

/* By its cookie (RFC 8489 5) or a fitting length (RFC 3489 11.1). */
static bool
is_stun(np_span_t packet)
{
    size_t length = packet.len >= 4 ? pntohu16(packet.data + 2) : 0;

    return packet.len >= RTCP_HEADER && packet.data[0] < 4 && length % 4 == 0
        && (pntohu32(packet.data + 4) == STUN_COOKIE || packet.len == length + 20);
}

/* Protocols that share RTP's port: STUN, DTLS (RFC 7983), ZRTP (RFC 6189 5). */
static bool
is_companion(np_span_t packet)
{
    if (packet.len < RTCP_HEADER) {
        return false;
    }
    if (packet.data[0] >> 2 == 4) {
        return pntohu32(packet.data + 4) == ZRTP_COOKIE;
    }
    if (packet.data[0] >= 20 && packet.data[0] < 64) {
        return packet.len >= DTLS_HEADER && (packet.data[1] == 0xfe || packet.data[1] == 1);
    }
    return is_stun(packet);
}

static conversation_t *
conversation_between(const np_packet_t *packet)
{
    return find_conversation(packet->frame, packet->src, packet->dst, CONVERSATION_UDP, packet->src_port,
                             packet->dst_port, 0);
}

static binding_t *
binding_of(const np_packet_t *packet)
{
    conversation_t *conversation = conversation_between(packet);

    return conversation ? (binding_t *)np_attached_get(conversation, NP_ATTACHED_MEDIA) : NULL;
}

static const np_rtp_t *
rtp_of(const note_t *note)
{
    return note->is_rtp ? &note->rtp : NULL;
}

static note_t *
first_note(packet_info *pinfo)
{
    return (note_t *)p_get_proto_data(pinfo->pool, pinfo, proto_naverphone, NOTES_KEY);
}

/* False: it is no media. */
static bool
note_packet(packet_info *pinfo, np_span_t bytes)
{
    note_t *last = first_note(pinfo), *note;
    np_rtp_t rtp = { .ssrc = 0 };
    bool is_rtp = false;

    if (pinfo->flags.in_error_pkt || !(is_rtcp(bytes) || is_companion(bytes) || (is_rtp = read_rtp(bytes, &rtp)))) {
        return false;
    }
    note = wmem_new0(pinfo->pool, note_t);
    note->transport = np_transport_of(pinfo);
    note->packet = np_packet_of(pinfo);
    note->packet.src = &note->transport.src;
    note->packet.dst = &note->transport.dst;
    note->is_rtp = is_rtp;
    note->rtp = rtp;
    if (!last) {
        p_add_proto_data(pinfo->pool, pinfo, proto_naverphone, NOTES_KEY, note);
        return true;
    }
    while (last->next) {
        last = last->next;
    }
    last->next = note;
    return true;
}

static int
dissect_observed_rtp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    note_packet(pinfo, np_packet_bytes(tvb));
    return call_dissector_only(rtp_handle, tvb, pinfo, tree, data);
}

static int
dissect_observed_rtcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    note_packet(pinfo, np_packet_bytes(tvb));
    return call_dissector_only(rtcp_handle, tvb, pinfo, tree, data);
}

/* If SDP has announced the packet's destination meanwhile, the conversation that it set up; NULL: it has not. The
 * options skip conversations with two exact addresses, such as the one that carries media without SDP. */
static conversation_t *
signalled_since(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation(pinfo->num, &pinfo->dst, &pinfo->src, CONVERSATION_UDP,
                                                     pinfo->destport, pinfo->srcport, CONVERSATION_OPTIONS);

    return conversation && conversation_get_dissector(conversation, pinfo->num) ? conversation : NULL;
}

/* Our RTP dissectors are called directly, because their handles would look for SDP's conversation again. */
static int
call_chosen(dissector_handle_t chosen, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (chosen == observed_rtp_handle || chosen == unsignalled_rtp_handle) {
        return dissect_observed_rtp(tvb, pinfo, tree, data);
    }
    return call_dissector_only(chosen, tvb, pinfo, tree, data);
}

/* RTP's dissector shows which frame set a stream up, and takes that from the conversation that it finds first. This
 * copies it there from the conversation that SDP set up. */
static void
set_up_by(packet_info *pinfo, conversation_t *signalled)
{
    void *setup = conversation_get_proto_data(signalled, proto_rtp);
    conversation_t *own;

    if (PINFO_FD_VISITED(pinfo) || !setup) {
        return;
    }
    own = find_conversation(pinfo->num, &pinfo->dst, &pinfo->src, CONVERSATION_UDP, pinfo->destport, pinfo->srcport,
                            NO_ADDR_B);
    if (own && own != signalled) {
        conversation_add_proto_data(own, proto_rtp, setup);
    }
}

static int
dissect_signalled_rtp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    conversation_t *signalled = accepted_without_sdp ? signalled_since(pinfo) : NULL;

    if (signalled) {
        set_up_by(pinfo, signalled);
    }
    return dissect_observed_rtp(tvb, pinfo, tree, data);
}

/* For a conversation that was accepted as media without SDP. SDP that came since takes precedence. The same ports may
 * carry SIP, too, as in the documented figure: such packets are left to others. */
static int
dissect_unsignalled_rtp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    conversation_t *signalled = signalled_since(pinfo);

    if (signalled) {
        set_up_by(pinfo, signalled);
        return call_chosen(conversation_get_dissector(signalled, pinfo->num), tvb, pinfo, tree, data);
    }
    if (tvb_captured_length(tvb) == 0 || tvb_get_uint8(tvb, 0) >> 6 != 2) {
        return 0;
    }
    return dissect_observed_rtp(tvb, pinfo, tree, data);
}

/* ---- with SDP --------------------------------------------------------------- */

static void
bind_conversation(packet_info *pinfo, const address *host, uint16_t port, dissector_handle_t chosen,
                  dissector_handle_t observed)
{
    const address none = ADDRESS_INIT_NONE;
    conversation_t *conversation;

    if (port == 0) {
        return;
    }
    conversation = find_conversation(pinfo->num, host, &none, CONVERSATION_UDP, port, 0, CONVERSATION_OPTIONS);
    if (conversation && conversation_get_dissector(conversation, pinfo->num) == chosen) {
        conversation_set_dissector(conversation, observed);
    }
}

/* If RTP and RTCP share a port, the conversation must get RTP's dissector, which recognises RTCP. So RTP comes
 * last. */
static void
bind_section(packet_info *pinfo, const address *host, const address *rtcp_host, const np_media_section_t *section)
{
    bind_conversation(pinfo, rtcp_host, section->rtcp_port, rtcp_handle, observed_rtcp_handle);
    bind_conversation(pinfo, host, section->port, rtp_handle, observed_rtp_handle);
}

#define MAX_CANDIDATES 64 /* per section */

static void
name_candidates(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t section)
{
    np_sdp_candidate_t candidate;
    address host;

    for (unsigned i = 0; i < MAX_CANDIDATES && np_sdp_next_candidate(&section, &candidate); i++) {
        if (np_packet_read_address(pinfo, candidate.address, &host)) {
            const np_media_end_t end = { &host, candidate.port, candidate.is_rtcp ? NP_END_RTCP : NP_END_RTP };

            np_media_name_end(call, sender, &end, pinfo->num);
        }
    }
}

static void
bind_media(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, const np_sdp_media_t *media,
           np_span_t session_lines)
{
    address host, rtcp_host;
    const np_media_end_t rtp = { &host, media->port, NP_END_RTP };
    const np_media_end_t rtcp = { &rtcp_host, media->rtcp_port, NP_END_RTCP };

    if (!np_packet_read_address(pinfo, media->address, &host)) {
        return;
    }
    if (!media->rtcp_address.data || !np_packet_read_address(pinfo, media->rtcp_address, &rtcp_host)) {
        rtcp_host = host;
    }
    if (media->rtcp_port != media->port) {
        np_media_name_end(call, sender, &rtcp, pinfo->num);
    }
    np_media_name_end(call, sender, &rtp, pinfo->num);
    name_candidates(pinfo, call, sender, media->section);
    bind_section(pinfo, &host, &rtcp_host, np_media_add_section(call, sender, &host, media, session_lines));
}

void
np_rtp_bind(packet_info *pinfo, np_call_t *call, naverphone_direction_t sender, np_span_t sdp)
{
    const np_described_media_t *other = &call->described[np_other_way(sender)];
    np_span_t session_lines = { NULL, 0 };
    np_sdp_media_t media;
    size_t offset = 0;
    bool has_media = false;

    while (np_sdp_next_media(sdp, &offset, &media)) {
        if (!has_media) {
            np_media_describe(call, sender);
            session_lines = np_span_slice(sdp, 0, (size_t)(media.section.data - sdp.data));
        }
        has_media = true;
        /* A section without port is refused, or shares the first one's (RFC 9143). */
        if (media.port != 0 || np_span_has_line(media.section, "a=bundle-only")) {
            bind_media(pinfo, call, sender, &media, session_lines);
        }
    }
    np_call_note_agreed(call);
    /* An answer may make Wireshark set up the addresses of the other side's offer. */
    for (const np_media_section_t *section = other->sections; section; section = section->next) {
        bind_section(pinfo, section->host, section->host, section);
    }
}

/* ---- at addresses that no SDP named -------------------------------------------- */

/* A payload type that RFC 3551 assigns to audio. Others mean something only with SDP. */
static bool
is_static_audio(uint8_t payload_type)
{
    return payload_type <= 18 && np_static_encoding_name(payload_type) != NULL;
}

/* The client, if the packet goes between a known client and a known server; else NULL. */
static const address *
client_of(const packet_info *pinfo)
{
    const address *src = &pinfo->src, *dst = &pinfo->dst;

    if (np_sessions_have_client(src) && np_evidence_is_server(dst)) {
        return src;
    }
    if (np_sessions_have_client(dst) && np_evidence_is_server(src)) {
        return dst;
    }
    return NULL;
}

/* True if the packet is the next one of the same stream: two such packets in a row are RTP. Stores it for the next
 * comparison. */
static bool
continues_stream(binding_t *binding, naverphone_direction_t direction, const np_rtp_t *rtp)
{
    const np_rtp_t *before = &binding->rtp[direction];
    bool next = binding->has_rtp[direction] && rtp->ssrc == before->ssrc && rtp->payload_type == before->payload_type
             && rtp->sequence == (uint16_t)(before->sequence + 1);

    binding->has_rtp[direction] = true;
    binding->rtp[direction] = *rtp;
    return next;
}

/* A conversation with a wildcard would give our dissector the packets of others. */
static bool
may_set_dissector(conversation_t *conversation, uint32_t frame)
{
    return conversation && conversation->options == 0 && !conversation_get_dissector(conversation, frame);
}

static const address *
peer_of(const np_packet_t *packet, const address *client)
{
    return addresses_equal(packet->src, client) ? packet->dst : packet->src;
}

/* The call whose media these are, although its SDP names other addresses; NULL: none. */
static np_call_t *
call_by_type(const address *client, const np_packet_t *packet, const np_rtp_t *rtp)
{
    const np_session_t *session = client ? np_session_open(client) : NULL;

    return session ? np_media_call_by_type(session, packet, rtp->payload_type) : NULL;
}

static bool
accept_unsignalled(packet_info *pinfo, const np_rtp_t *rtp)
{
    np_packet_t packet = np_packet_of(pinfo);
    const address *client = client_of(pinfo);
    np_call_t *call = call_by_type(client, &packet, rtp);
    conversation_t *conversation;
    binding_t *binding;

    if (!client || !(call || is_static_audio(rtp->payload_type))
        || np_evidence_is_redirected("udp.port", pinfo->srcport)
        || np_evidence_is_redirected("udp.port", pinfo->destport)) {
        return false;
    }
    /* Since 4.6 an exact conversation is found before SDP's, so both are looked for. */
    conversation = conversation_between(&packet);
    if (!may_set_dissector(conversation, pinfo->num) || signalled_since(pinfo)) {
        return false;
    }
    binding = (binding_t *)np_attached_get(conversation, NP_ATTACHED_MEDIA);
    if (!binding) {
        binding = wmem_new0(wmem_file_scope(), binding_t);
        np_attached_set(conversation, NP_ATTACHED_MEDIA, binding);
    }
    if (!continues_stream(binding, np_media_direction(client, &packet), rtp)) {
        return false;
    }
    p_add_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_ACCEPTED, binding);
    binding->evidence = np_evidence_media(peer_of(&packet, client));
    binding->session = np_session_of_client(client);
    np_session_note_frame(binding->session, pinfo->num, &pinfo->abs_ts);
    conversation_set_dissector_from_frame_number(conversation, pinfo->num + 1, unsignalled_rtp_handle);
    accepted_without_sdp = true;
    if (call) {
        np_media_learn_ends(call, np_media_direction(client, &packet), &packet);
    }
    return true;
}

/* Heuristic for RTP between a known client and server at addresses that no SDP named. Those that SDP named are left to
 * note_missed_packet(), which does not change how their packets are dissected. */
static np_bool_t
dissect_unsignalled(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    np_packet_t packet;
    np_rtp_t rtp;

    if (!rtp_is_enabled || !np_sessions_exist() || pinfo->flags.in_error_pkt || !read_rtp(np_packet_bytes(tvb), &rtp)) {
        return FALSE;
    }
    packet = np_packet_of(pinfo);
    if (PINFO_FD_VISITED(pinfo)) {
        const binding_t *binding = binding_of(&packet);

        if (!binding || p_get_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_ACCEPTED) != binding) {
            return FALSE;
        }
    } else if (np_media_is_named(&packet, true) || !accept_unsignalled(pinfo, &rtp)) {
        return FALSE;
    }
    return dissect_observed_rtp(tvb, pinfo, tree, data) > 0;
}

/* ---- post-dissector ------------------------------------------------------------------- */

/* UDP's dissector does not publish where the payload is, so it is found behind the ports in the frame's bytes. */
static np_span_t
udp_payload(const packet_info *pinfo)
{
    for (const GSList *source = pinfo->data_src; source; source = source->next) {
        np_span_t bytes = np_packet_bytes(np_source_tvb(source));
        size_t payload = np_packet_find_ports(pinfo, bytes, 0) + NP_UDP_HEADER;

        if (payload + RTCP_HEADER <= bytes.len) {
            return np_span_skip(bytes, payload);
        }
    }
    return (np_span_t){ NULL, 0 };
}

static bool
is_noted(const packet_info *pinfo, const note_t *note)
{
    while (note && !np_transport_is_last(&note->transport, pinfo)) {
        note = note->next;
    }
    return note != NULL;
}

/* Notes media that no dissector of ours has seen, if SDP or a stream named one of its addresses. False: the packet is
 * none of these. */
static bool
note_missed_packet(packet_info *pinfo)
{
    const np_packet_t packet = np_packet_of(pinfo);

    return pinfo->ptype == PT_UDP && np_media_is_named(&packet, false) && !np_packet_is_quoted(pinfo)
        && !(np_packet_layers(pinfo) & NP_LAYER_T38) && note_packet(pinfo, udp_payload(pinfo));
}

static np_media_owner_t
owner_of_call(np_call_t *call, const np_packet_t *packet)
{
    uint32_t evidence = np_evidence_media(peer_of(packet, &call->session->info.client));

    return (np_media_owner_t){ call->session, call, evidence };
}

/* The heuristic sees a conversation once only. A later call may use the same addresses, or the SDP come later. */
static void
learn_ends(const note_t *note)
{
    const binding_t *binding = note->is_rtp ? binding_of(&note->packet) : NULL;
    const address *client = binding && binding->session ? &binding->session->info.client : NULL;
    np_call_t *call =
        client && !np_media_is_named(&note->packet, true) ? call_by_type(client, &note->packet, &note->rtp) : NULL;

    if (call) {
        np_media_learn_ends(call, np_media_direction(client, &note->packet), &note->packet);
    }
}

/* Returns how many owners the packet has: the calls that its addresses belong to, or else the session that it was
 * accepted for although no SDP named them. */
static unsigned
find_owners(const note_t *note, np_media_owner_t owners[NP_SHARERS])
{
    const np_media_calls_t running = np_flow_running(note->flow, rtp_of(note));
    np_media_calls_t found;
    const binding_t *binding;

    learn_ends(note);
    found = np_media_find_calls(&note->packet, note->is_rtp, &running);
    binding = found.count ? NULL : binding_of(&note->packet);
    for (unsigned i = 0; i < found.count; i++) {
        owners[i] = owner_of_call(found.calls[i], &note->packet);
    }
    if (!binding || !binding->session) {
        return found.count;
    }
    owners[0] = (np_media_owner_t){ binding->session, NULL, binding->evidence };
    return 1;
}

static void
add_mark(packet_info *pinfo, const mark_t *mark)
{
    mark_t *kept = (mark_t *)wmem_memdup(wmem_file_scope(), mark, sizeof *mark);

    kept->next = (mark_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_MEDIA);
    p_set_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_MEDIA, kept);
}

/* First pass. */
static void
add_to_stream(packet_info *pinfo, const note_t *note, np_stream_t *stream)
{
    np_experts_t experts = { { false } };
    mark_t mark = { .stream = stream };

    mark.is_first = np_stream_add(stream, &note->packet, &note->rtp, &experts);
    if (memchr(experts.has, 1, sizeof experts.has)) { /* one call, since nearly no packet has an item */
        mark.experts = (np_experts_t *)wmem_memdup(wmem_file_scope(), &experts, sizeof experts);
    }
    if (mark.is_first || mark.experts) {
        add_mark(pinfo, &mark);
    }
}

/* First pass: finds out whose the packet is. */
static void
decide_owners(packet_info *pinfo, note_t *note)
{
    const np_flow_streams_t *streams = np_flow_settled(note->flow, rtp_of(note));
    np_media_owner_t owners[NP_SHARERS];
    unsigned count;

    if (!streams) {
        count = find_owners(note, owners);
        if (count == 0) {
            return;
        }
        note->flow = np_flow_take(note->flow, owners, count, &note->packet, rtp_of(note));
        streams = np_flow_streams_at(note->flow, note->packet.frame);
    }
    for (unsigned i = 0; note->is_rtp && i < streams->count; i++) {
        add_to_stream(pinfo, note, streams->streams[i]);
    }
}

static mark_t *
mark_of(packet_info *pinfo, const np_stream_t *stream)
{
    mark_t *mark = (mark_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_MEDIA);

    while (mark && mark->stream != stream) {
        mark = mark->next;
    }
    return mark;
}

static void
fill_record(packet_info *pinfo, np_stream_t *stream, np_record_t *record)
{
    const np_media_owner_t *owner = &stream->owner;
    mark_t *mark = mark_of(pinfo, stream);

    record->details = wmem_new0(pinfo->pool, np_record_details_t);
    record->frame = pinfo->num;
    record->leg = NAVERPHONE_LEG_MEDIA;
    record->session = owner->session;
    record->call = owner->call;
    record->evidence = owner->evidence;
    record->direction = stream->info.direction;
    record->session_state = (naverphone_session_state_t)np_history_number_at(&owner->session->states, pinfo->num);
    if (owner->call) {
        record->call_state = (naverphone_call_state_t)np_history_number_at(&owner->call->states, pinfo->num);
    }
    if (!stream->is_rtp) {
        return;
    }
    record->details->stream = stream;
    record->experts = mark ? mark->experts : NULL;
    if (!mark || !mark->is_first) {
        np_record_add_event(record, NAVERPHONE_EVENT_MEDIA);
    } else {
        np_record_add_event(record, owner->call ? NAVERPHONE_EVENT_MEDIA_START : NAVERPHONE_EVENT_UNSIGNALLED_MEDIA);
    }
}

static void
add_records(packet_info *pinfo, const note_t *note, np_media_records_t *records)
{
    const np_flow_streams_t *streams = np_flow_streams_at(note->flow, pinfo->num);

    for (unsigned i = 0; streams && i < streams->count; i++) {
        np_record_t *record = wmem_new0(pinfo->pool, np_record_t);

        fill_record(pinfo, streams->streams[i], record);
        record->details->of_two_calls = streams->count > 1;
        record->details->shares_packet = i > 0;
        if (records->last) {
            records->last->next = record;
        } else {
            records->first = record;
        }
        records->last = record;
    }
}

np_media_records_t
np_rtp_records(packet_info *pinfo, bool decides)
{
    note_t *notes = first_note(pinfo);
    np_media_records_t records = { .is_last_transport = is_noted(pinfo, notes) };

    if (!records.is_last_transport && note_missed_packet(pinfo)) {
        records.is_last_transport = true;
        notes = first_note(pinfo);
    }
    for (note_t *note = notes; note; note = note->next) {
        note->flow = np_flow_of(&note->packet, rtp_of(note));
        if (decides) {
            decide_owners(pinfo, note);
        }
    }
    for (const note_t *note = notes; note; note = note->next) {
        add_records(pinfo, note, &records);
    }
    return records;
}

void
np_rtp_register(int proto)
{
    register_init_routine(init_rtp);
    /* Without a protocol they leave frame.protocols unchanged. */
    observed_rtp_handle = create_dissector_handle(dissect_signalled_rtp, -1);
    unsignalled_rtp_handle = create_dissector_handle(dissect_unsignalled_rtp, -1);
    observed_rtcp_handle = create_dissector_handle(dissect_observed_rtcp, -1);
    heur_dissector_add("udp", dissect_unsignalled, "Naver Phone RTP without SDP", "naverphone_media_udp", proto,
                       HEURISTIC_ENABLE);
}

void
np_rtp_handoff(void)
{
    proto_rtp = proto_get_id_by_filter_name("rtp");
    rtp_handle = find_dissector("rtp");
    rtcp_handle = find_dissector("rtcp");
}
