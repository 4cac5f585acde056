/* stream.c
 * RTP streams, and the media that session descriptions offered
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/stream.h"

#include "model/call_media.h"
#include "model/copies.h"

/* A host and port that SDP named. */
typedef struct {
    address host;
    uint16_t port;
    np_call_t *call; /* first pass: the latest that named it */
    uint32_t since;  /* the frame that named it first */
} named_end_t;

/* What tells a flow from others. */
typedef struct {
    address src, dst;
    uint16_t src_port, dst_port;
    uint32_t ssrc; /* 0 for RTCP */
    bool is_rtcp;
} flow_key_t;

typedef struct {
    flow_key_t key;
    wmem_tree_t *streams; /* np_stream_t by frame: whose the flow is from there on */
    np_stream_t *latest;  /* first pass */
    uint32_t offers;      /* first pass: how many ends SDP had named when the owner was looked up */
} flow_t;

/* What tells a stream from others. */
typedef struct {
    const flow_t *flow;
    const void *owner; /* its call, or without SDP its session */
} stream_key_t;

/* What tells a source within a call or session. */
typedef struct {
    const void *owner;
    uint32_t ssrc;
} source_key_t;

static wmem_map_t *named_ends; /* named_end_t: a set, by host and port */
static wmem_map_t *flows;      /* flow_t: a set, by its key */
static wmem_map_t *streams;    /* stream_key_t → np_stream_t */
static wmem_map_t *sources;    /* source_key_t → np_stream_t, the first with that SSRC */
static uint32_t offers;        /* ends that SDP named, repetitions by another call included */

/* ---- keys ------------------------------------------------------------------------ */

static unsigned
named_end_hash(gconstpointer key)
{
    const named_end_t *end = (const named_end_t *)key;

    return np_hash_address(end->port, &end->host);
}

static gboolean
named_end_equal(gconstpointer a, gconstpointer b)
{
    const named_end_t *left = (const named_end_t *)a, *right = (const named_end_t *)b;

    return left->port == right->port && addresses_equal(&left->host, &right->host);
}

static unsigned
flow_hash(gconstpointer key)
{
    const flow_key_t *flow = (const flow_key_t *)key;
    const uint32_t numbers[] = { flow->ssrc, (uint32_t)flow->src_port << 16 | flow->dst_port, flow->is_rtcp };

    return np_hash_address(np_hash_address(np_hash_bytes(numbers, sizeof numbers), &flow->src), &flow->dst);
}

static gboolean
flow_equal(gconstpointer a, gconstpointer b)
{
    const flow_key_t *left = (const flow_key_t *)a, *right = (const flow_key_t *)b;

    return left->ssrc == right->ssrc && left->src_port == right->src_port && left->dst_port == right->dst_port
        && left->is_rtcp == right->is_rtcp && addresses_equal(&left->src, &right->src)
        && addresses_equal(&left->dst, &right->dst);
}

static unsigned
stream_hash(gconstpointer key)
{
    const stream_key_t *stream = (const stream_key_t *)key;
    const void *pointers[] = { stream->flow, stream->owner };

    return np_hash_bytes(pointers, sizeof pointers);
}

static gboolean
stream_equal(gconstpointer a, gconstpointer b)
{
    const stream_key_t *left = (const stream_key_t *)a, *right = (const stream_key_t *)b;

    return left->flow == right->flow && left->owner == right->owner;
}

static unsigned
source_hash(gconstpointer key)
{
    const source_key_t *source = (const source_key_t *)key;

    return np_hash_bytes(&source->owner, sizeof source->owner) * 31 + np_hash_bytes(&source->ssrc, sizeof source->ssrc);
}

static gboolean
source_equal(gconstpointer a, gconstpointer b)
{
    const source_key_t *left = (const source_key_t *)a, *right = (const source_key_t *)b;

    return left->owner == right->owner && left->ssrc == right->ssrc;
}

void
np_streams_init(void)
{
    named_ends = wmem_map_new(wmem_file_scope(), named_end_hash, named_end_equal);
    flows = wmem_map_new(wmem_file_scope(), flow_hash, flow_equal);
    streams = wmem_map_new(wmem_file_scope(), stream_hash, stream_equal);
    sources = wmem_map_new(wmem_file_scope(), source_hash, source_equal);
    offers = 0;
}

/* ---- what SDP offered -------------------------------------------------------------- */

static named_end_t *
named_end(const address *host, uint16_t port)
{
    named_end_t key = { .port = port };

    copy_address_shallow(&key.host, host);
    return (named_end_t *)wmem_map_lookup(named_ends, &key);
}

/* port 0: SDP said none. */
static void
name_end(np_call_t *call, const address *host, uint16_t port, uint32_t frame)
{
    named_end_t *end = named_end(host, port);

    if (port == 0) {
        return;
    }
    if (!end) {
        end = wmem_new0(wmem_file_scope(), named_end_t);
        copy_address_wmem(wmem_file_scope(), &end->host, host);
        end->port = port;
        end->since = frame;
        wmem_map_insert(named_ends, end, end);
    }
    if (end->call != call) {
        offers++;
    }
    end->call = call;
}

void
np_media_name_end(np_call_t *call, const address *host, const np_sdp_media_t *sdp, uint32_t frame)
{
    name_end(call, host, sdp->port, frame);
    name_end(call, host, sdp->rtcp_port, frame);
}

/* What a section says of its payload types, to live with the capture. */
static np_span_t
kept_rtpmaps(np_span_t section)
{
    GByteArray *lines = g_byte_array_new();
    np_span_t kept;

    np_sdp_rtpmaps(section, lines);
    kept = (np_span_t){ (const uint8_t *)wmem_memdup(wmem_file_scope(), lines->data, lines->len), lines->len };
    g_byte_array_unref(lines);
    return kept;
}

void
np_media_offer(np_call_t *call, naverphone_direction_t sender, const address *host, const np_sdp_media_t *sdp)
{
    np_offered_media_t *offer = &call->offered[sender - NAVERPHONE_FROM_CLIENT];

    if (!offer->port || !addresses_equal(&offer->host, host)) {
        copy_address_wmem(wmem_file_scope(), &offer->host, host);
    }
    offer->port = sdp->port;
    offer->rtcp_port = sdp->rtcp_port;
    offer->rtpmaps = kept_rtpmaps(sdp->section);
}

bool
np_media_is_named(const np_packet_t *packet)
{
    const named_end_t *to = named_end(packet->dst, packet->dst_port);
    const named_end_t *from = to && to->since <= packet->frame ? NULL : named_end(packet->src, packet->src_port);

    return (to && to->since <= packet->frame) || (from && from->since <= packet->frame);
}

static bool
is_client_of(const address *host, const named_end_t *end)
{
    return end && addresses_equal(host, &end->call->session->info.client);
}

np_call_t *
np_media_call(const np_packet_t *packet)
{
    const named_end_t *to = named_end(packet->dst, packet->dst_port), *from = named_end(packet->src, packet->src_port);

    /* An end at the client is its own; the server may use one for several calls. */
    if (is_client_of(packet->dst, to)) {
        return to->call;
    }
    if (is_client_of(packet->src, from)) {
        return from->call;
    }
    if (is_client_of(packet->src, to)) {
        return to->call;
    }
    if (is_client_of(packet->dst, from)) {
        return from->call;
    }
    return to ? to->call : from ? from->call : NULL; /* media on other hosts than the client's and its server's */
}

/* ---- directions and phases ----------------------------------------------------------- */

naverphone_direction_t
np_media_direction(const address *client, const np_packet_t *packet)
{
    if (addresses_equal(packet->src, client)) {
        return NAVERPHONE_FROM_CLIENT;
    }
    return addresses_equal(packet->dst, client) ? NAVERPHONE_TO_CLIENT : (naverphone_direction_t)0;
}

static bool
is_at(const address *host, const np_offered_media_t *offer)
{
    return offer->port && addresses_equal(host, &offer->host);
}

/* The direction by the session's client, else (media on another host) by who asked for media there. */
static naverphone_direction_t
direction_of(const np_media_owner_t *owner, const np_packet_t *packet)
{
    naverphone_direction_t direction = np_media_direction(&owner->session->info.client, packet);
    const np_offered_media_t *client, *server;

    if (direction || !owner->call) {
        return direction;
    }
    client = np_call_offer(owner->call, NAVERPHONE_FROM_CLIENT);
    server = np_call_offer(owner->call, NAVERPHONE_TO_CLIENT);
    if (is_at(packet->dst, server) || is_at(packet->src, client)) {
        return NAVERPHONE_FROM_CLIENT;
    }
    if (is_at(packet->dst, client) || is_at(packet->src, server)) {
        return NAVERPHONE_TO_CLIENT;
    }
    return (naverphone_direction_t)0;
}

naverphone_media_phase_t
np_media_phase_at(const np_call_t *call, uint32_t frame)
{
    uint32_t state;

    if (!call) {
        return (naverphone_media_phase_t)0;
    }
    state = np_history_at(&call->states, frame);
    if (state == NAVERPHONE_CALL_ANSWERED) {
        return NAVERPHONE_MEDIA_IN_CALL;
    }
    return state > NAVERPHONE_CALL_ANSWERED ? NAVERPHONE_MEDIA_AFTER_RELEASE : NAVERPHONE_MEDIA_EARLY;
}

/* ---- flows and their streams ------------------------------------------------------------- */

static flow_key_t
key_of(const np_packet_t *packet, uint32_t ssrc, bool is_rtcp)
{
    flow_key_t key = { .src_port = packet->src_port, .dst_port = packet->dst_port, .ssrc = ssrc, .is_rtcp = is_rtcp };

    copy_address_shallow(&key.src, packet->src);
    copy_address_shallow(&key.dst, packet->dst);
    return key;
}

static flow_t *
flow_of(const np_packet_t *packet, uint32_t ssrc, bool is_rtcp)
{
    const flow_key_t key = key_of(packet, ssrc, is_rtcp);

    return (flow_t *)wmem_map_lookup(flows, &key);
}

static flow_t *
flow_new(const np_packet_t *packet, uint32_t ssrc, bool is_rtcp)
{
    flow_t *flow = wmem_new0(wmem_file_scope(), flow_t);

    flow->key = key_of(packet, ssrc, is_rtcp);
    copy_address_wmem(wmem_file_scope(), &flow->key.src, packet->src);
    copy_address_wmem(wmem_file_scope(), &flow->key.dst, packet->dst);
    flow->streams = wmem_tree_new(wmem_file_scope());
    wmem_map_insert(flows, &flow->key, flow);
    return flow;
}

np_stream_t *
np_stream_at(const np_packet_t *packet, uint32_t ssrc, bool is_rtcp)
{
    const flow_t *flow = flow_of(packet, ssrc, is_rtcp);

    return flow ? (np_stream_t *)wmem_tree_lookup32_le(flow->streams, packet->frame) : NULL;
}

np_stream_t *
np_stream_settled(const np_packet_t *packet, uint32_t ssrc, bool is_rtcp)
{
    const flow_t *flow = flow_of(packet, ssrc, is_rtcp);

    return flow && flow->offers == offers ? flow->latest : NULL;
}

static np_stream_t *
stream_new(const flow_t *flow, const np_media_owner_t *owner, const np_packet_t *packet)
{
    np_stream_t *stream = wmem_new0(wmem_file_scope(), np_stream_t);

    stream->owner = *owner;
    stream->is_rtcp = flow->key.is_rtcp;
    copy_address_shallow(&stream->source, &flow->key.src);
    stream->info.ssrc = flow->key.ssrc;
    stream->info.first_frame = packet->frame;
    stream->info.first_time = packet->time;
    stream->info.direction = direction_of(owner, packet);
    return stream;
}

/* What the owner has of the flow. */
static np_stream_t *
stream_of(const flow_t *flow, const np_media_owner_t *owner, const np_packet_t *packet)
{
    const stream_key_t key = { flow, owner->call ? (const void *)owner->call : (const void *)owner->session };
    np_stream_t *stream = (np_stream_t *)wmem_map_lookup(streams, &key);

    if (!stream) {
        stream = stream_new(flow, owner, packet);
        wmem_map_insert(streams, wmem_memdup(wmem_file_scope(), &key, sizeof key), stream);
    }
    return stream;
}

np_stream_t *
np_stream_take(const np_media_owner_t *owner, const np_packet_t *packet, uint32_t ssrc, bool is_rtcp)
{
    flow_t *flow = flow_of(packet, ssrc, is_rtcp);
    np_stream_t *stream;

    if (!flow) {
        flow = flow_new(packet, ssrc, is_rtcp);
    }
    flow->offers = offers;
    stream = stream_of(flow, owner, packet);
    if (stream != flow->latest) {
        wmem_tree_insert32(flow->streams, packet->frame, stream);
    }
    flow->latest = stream;
    /* A session that the packet begins has no other frame that tells its state. */
    np_history_set(&owner->session->states, packet->frame, owner->session->info.state);
    return stream;
}

/* ---- packets ------------------------------------------------------------------------------- */

/* The rtpmaps of the SDP that names a payload type: the receiver's, else the sender's; absent: neither names it, or
 * that SDP has none, as a static type needs none. */
static np_span_t
rtpmaps_naming(const np_stream_t *stream, uint8_t payload_type)
{
    naverphone_direction_t direction = stream->info.direction;
    const np_span_t absent = { NULL, 0 };

    for (int side = 0; stream->owner.call && direction && side < 2; side++) {
        const np_offered_media_t *offer =
            np_call_offer(stream->owner.call, side == 0 ? np_other_way(direction) : direction);

        if (offer->port && np_sdp_encoding_name(offer->rtpmaps, payload_type).data) {
            return offer->rtpmaps;
        }
    }
    return absent;
}

/* Notes what the packet's payload type tells; a stream seldom changes it. */
static void
set_payload_type(np_stream_t *stream, uint8_t payload_type)
{
    np_span_t rtpmaps;
    const char *name;

    if (stream->info.packets > 0 && stream->payload_type == payload_type) {
        return;
    }
    rtpmaps = rtpmaps_naming(stream, payload_type);
    name = np_copy_text(np_sdp_encoding_name(rtpmaps, payload_type));
    if (stream->info.packets == 0) {
        stream->info.codec = name;
    }
    stream->payload_type = payload_type;
    stream->comfort_noise = name && g_ascii_strcasecmp(name, "CN") == 0;
    stream->clock_rate = np_sdp_clock_rate(rtpmaps, payload_type);
    if (name && g_ascii_strcasecmp(name, "telephone-event") == 0) { /* RFC 4733: it stands still during an event */
        stream->clock_rate = 0;
    }
}

static void
measure(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp)
{
    nstime_t since;
    np_rtp_packet_t next = { .timestamp = rtp->timestamp,
                             .clock_rate = stream->clock_rate,
                             .sequence = rtp->sequence,
                             .starts_clock = NP_JITTER_FROM_EVENTS,
                             .comfort_noise = stream->comfort_noise,
                             .marker = rtp->marker };

    nstime_delta(&since, &packet->time, &stream->info.first_time);
    next.arrival = nstime_to_msec(&since);
    np_rtp_statistics_add(&stream->quality, &next);
}

/* One more packet of the stream, and of its call. */
static void
count(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, naverphone_media_phase_t phase)
{
    const np_rtp_statistics_t before = stream->quality;

    set_payload_type(stream, rtp->payload_type);
    measure(stream, packet, rtp);
    stream->info.packets++;
    stream->info.last_time = packet->time;
    if (phase == NAVERPHONE_MEDIA_EARLY) {
        stream->early++;
    }
    if (stream->owner.call) {
        np_call_count_media(stream->owner.call, &stream->info, &before, &stream->quality,
                            phase == NAVERPHONE_MEDIA_EARLY);
    }
}

/* Does another host of the call already send with this SSRC? RFC 3550, 8.2, calls that a collision; the
 * same host on another port is a stream that a re-INVITE moved. */
static bool
collides(np_stream_t *stream)
{
    const source_key_t key = { stream->owner.call, stream->info.ssrc };
    const np_stream_t *first = (const np_stream_t *)wmem_map_lookup(sources, &key);

    if (!first) {
        wmem_map_insert(sources, wmem_memdup(wmem_file_scope(), &key, sizeof key), stream);
    }
    return first && !addresses_equal(&first->source, &stream->source);
}

/* The first packet of a stream. */
static void
begin(np_stream_t *stream, const np_packet_t *packet, np_experts_t *experts)
{
    np_session_t *session = stream->owner.session;
    np_call_t *call = stream->owner.call;

    /* What control messages may say of a stream. */
    np_references_add_ssrc(session->references, packet->frame, stream->info.ssrc);
    np_session_refer_to_ends(session, packet, addresses_equal(packet->src, &session->info.client));
    if (!call) {
        experts->has[NP_EXPERT_UNSIGNALLED] = true;
        return;
    }
    call->has_media[stream->info.direction] = true;
    experts->has[NP_EXPERT_SSRC_COLLISION] = collides(stream);
}

/* What the packet means to its call. True: it has an expert item for it. */
static bool
apply_to_call(np_stream_t *stream, const np_packet_t *packet, naverphone_media_phase_t phase, np_experts_t *experts)
{
    np_call_t *call = stream->owner.call;
    bool is_first_early = phase == NAVERPHONE_MEDIA_EARLY && !call->early_media_told;
    bool is_first_late = phase == NAVERPHONE_MEDIA_AFTER_RELEASE && !stream->after_release_told;

    if (phase == NAVERPHONE_MEDIA_EARLY) {
        np_call_ring(call, packet);
    }
    call->early_media_told |= is_first_early;
    stream->after_release_told |= is_first_late;
    experts->has[NP_EXPERT_EARLY_MEDIA] = is_first_early;
    experts->has[NP_EXPERT_AFTER_RELEASE] = is_first_late;
    return is_first_early || is_first_late;
}

bool
np_stream_add(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts)
{
    naverphone_media_phase_t phase = np_media_phase_at(stream->owner.call, packet->frame);
    bool is_first = stream->info.packets == 0, has_item = false;

    if (is_first) {
        begin(stream, packet, experts);
    }
    count(stream, packet, rtp, phase);
    if (stream->owner.call) {
        has_item = apply_to_call(stream, packet, phase, experts);
    }
    return is_first || has_item;
}
