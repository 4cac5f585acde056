/* stream.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/stream.h"

#include "model/call_media.h"
#include "storage.h"

typedef struct {
    const address *src, *dst;
    uint16_t src_port, dst_port;
    uint32_t ssrc; /* 0: not RTP */
    bool is_rtp;
} flow_key_t;

struct np_flow {
    flow_key_t key;
    np_history_t streams;      /* np_flow_streams_t */
    uint16_t sequence;         /* latest */
    bool was_over[NP_SHARERS]; /* was the call of each owner over when np_flow_take() was called? */
    uint32_t namings;          /* np_media_namings() at that time */
};

static GHashTable *flows;   /* set of np_flow_t, by key */
static GHashTable *streams; /* set of np_stream_t, by flow and owner */
static GHashTable *sources; /* set of np_stream_t, by call and SSRC: the first, or where it moved */
static unsigned late_milliseconds;

static unsigned
flow_hash(gconstpointer key)
{
    const flow_key_t *flow = &((const np_flow_t *)key)->key;

    return np_hash_addresses(flow->ssrc, (uint32_t)flow->src_port << 16 | flow->dst_port, flow->src, flow->dst);
}

static gboolean
flow_equal(gconstpointer a, gconstpointer b)
{
    const flow_key_t *left = &((const np_flow_t *)a)->key, *right = &((const np_flow_t *)b)->key;

    return left->ssrc == right->ssrc && left->src_port == right->src_port && left->dst_port == right->dst_port
        && left->is_rtp == right->is_rtp && addresses_equal(left->src, right->src)
        && addresses_equal(left->dst, right->dst);
}

/* The call or, without SDP, the session. */
static const void *
owner_of(const np_stream_t *stream)
{
    return stream->owner.call ? (const void *)stream->owner.call : (const void *)stream->owner.session;
}

static unsigned
stream_hash(gconstpointer key)
{
    const np_stream_t *stream = (const np_stream_t *)key;
    const void *pointers[] = { stream->flow, owner_of(stream) };

    return np_hash_bytes(pointers, sizeof pointers);
}

static gboolean
stream_equal(gconstpointer a, gconstpointer b)
{
    const np_stream_t *left = (const np_stream_t *)a, *right = (const np_stream_t *)b;

    return left->flow == right->flow && owner_of(left) == owner_of(right);
}

static unsigned
source_hash(gconstpointer key)
{
    const np_stream_t *stream = (const np_stream_t *)key;
    const void *numbers[] = { owner_of(stream), GUINT_TO_POINTER(stream->info.ssrc) };

    return np_hash_bytes(numbers, sizeof numbers);
}

static gboolean
source_equal(gconstpointer a, gconstpointer b)
{
    const np_stream_t *left = (const np_stream_t *)a, *right = (const np_stream_t *)b;

    return owner_of(left) == owner_of(right) && left->info.ssrc == right->info.ssrc;
}

void
np_streams_init(void)
{
    np_offered_media_init();
    flows = np_map_new(flow_hash, flow_equal);
    streams = np_map_new(stream_hash, stream_equal);
    sources = np_map_new(source_hash, source_equal);
}

void
np_streams_set_late(unsigned milliseconds)
{
    late_milliseconds = milliseconds;
}

/* While their call is in this state. */
static naverphone_media_phase_t
phase_in(naverphone_call_state_t state)
{
    if (state == NAVERPHONE_CALL_ANSWERED) {
        return NAVERPHONE_MEDIA_IN_CALL;
    }
    return state > NAVERPHONE_CALL_ANSWERED ? NAVERPHONE_MEDIA_AFTER_RELEASE : NAVERPHONE_MEDIA_EARLY;
}

naverphone_media_phase_t
np_media_phase(const np_record_t *record)
{
    return record->leg == NAVERPHONE_LEG_MEDIA && record->call ? phase_in(record->call_state)
                                                               : NAVERPHONE_MEDIA_NO_PHASE;
}

static flow_key_t
key_of(const np_packet_t *packet, const np_rtp_t *rtp)
{
    return (flow_key_t){ .src = packet->src,
                         .dst = packet->dst,
                         .src_port = packet->src_port,
                         .dst_port = packet->dst_port,
                         .ssrc = rtp ? rtp->ssrc : 0,
                         .is_rtp = rtp != NULL };
}

np_flow_t *
np_flow_of(const np_packet_t *packet, const np_rtp_t *rtp)
{
    const np_flow_t wanted = { .key = key_of(packet, rtp) };

    return (np_flow_t *)g_hash_table_lookup(flows, &wanted);
}

static np_flow_t *
flow_new(const np_packet_t *packet, const np_rtp_t *rtp)
{
    np_flow_t *flow = wmem_new0(wmem_file_scope(), np_flow_t);

    flow->key = key_of(packet, rtp);
    flow->key.src = np_copy_address(packet->src);
    flow->key.dst = np_copy_address(packet->dst);
    g_hash_table_add(flows, flow);
    return flow;
}

const np_flow_streams_t *
np_flow_streams_at(const np_flow_t *flow, uint32_t frame)
{
    return flow ? (const np_flow_streams_t *)np_history_at(&flow->streams, frame) : NULL;
}

static const np_flow_streams_t *
latest_of(const np_flow_t *flow)
{
    return (const np_flow_streams_t *)flow->streams.latest;
}

#define MAX_JUMP 3000 /* sequence numbers (MAX_DROPOUT, RFC 3550 A.1); more: another sender */

/* The sequence number is near the latest one. */
static bool
goes_on(const np_flow_t *flow, const np_rtp_t *rtp)
{
    return !rtp || abs((int16_t)(rtp->sequence - flow->sequence)) <= MAX_JUMP;
}

static bool
is_over(const np_call_t *call)
{
    return call && np_call_is_over(call);
}

const np_flow_streams_t *
np_flow_settled(np_flow_t *flow, const np_rtp_t *rtp)
{
    if (!flow || flow->namings != np_media_namings() || !goes_on(flow, rtp)) {
        return NULL;
    }
    for (unsigned i = 0; i < latest_of(flow)->count; i++) {
        if (flow->was_over[i] != is_over(latest_of(flow)->streams[i]->owner.call)) {
            return NULL;
        }
    }
    flow->sequence = rtp ? rtp->sequence : 0;
    return latest_of(flow);
}

np_media_calls_t
np_flow_running(const np_flow_t *flow, const np_rtp_t *rtp)
{
    np_media_calls_t running = { .count = 0 };

    for (unsigned i = 0; flow && goes_on(flow, rtp) && i < latest_of(flow)->count; i++) {
        np_call_t *call = latest_of(flow)->streams[i]->owner.call;

        if (call) {
            running.calls[running.count++] = call;
        }
    }
    return running;
}

static np_stream_t *
stream_new(const np_flow_t *flow, const np_media_owner_t *owner, const np_packet_t *packet)
{
    np_stream_t *stream = wmem_new0(wmem_file_scope(), np_stream_t);

    stream->flow = flow;
    stream->owner = *owner;
    stream->is_rtp = flow->key.is_rtp;
    stream->info.ssrc = flow->key.ssrc;
    stream->info.first_frame = packet->frame;
    stream->info.first_time = packet->time;
    stream->info.direction = owner->call ? np_media_call_direction(owner->call, packet)
                                         : np_media_direction(&owner->session->info.client, packet);
    return stream;
}

static np_stream_t *
stream_of(const np_flow_t *flow, const np_media_owner_t *owner, const np_packet_t *packet)
{
    const np_stream_t key = { .flow = flow, .owner = *owner };
    np_stream_t *stream = (np_stream_t *)g_hash_table_lookup(streams, &key);

    if (!stream) {
        stream = stream_new(flow, owner, packet);
        g_hash_table_add(streams, stream);
    }
    return stream;
}

static bool
are_same(const np_flow_streams_t *left, const np_flow_streams_t *right)
{
    return left && left->count == right->count && left->streams[0] == right->streams[0]
        && left->streams[1] == right->streams[1];
}

static void
note_owner(const np_stream_t *stream, const np_packet_t *packet)
{
    np_session_t *session = stream->owner.session;
    np_call_t *call = stream->owner.call;

    /* A packet without SDP may begin the session. No record is closed for it, so the state is noted here. */
    np_history_set_number(&session->states, packet->frame, session->info.state);
    session->has_media = true;
    if (!call) {
        return;
    }
    call->media_at_client |= np_media_direction(&session->info.client, packet) != 0;
    if (stream->is_rtp && stream->info.direction) {
        np_media_learn_ends(call, stream->info.direction, packet);
    }
}

np_flow_t *
np_flow_take(np_flow_t *flow, const np_media_owner_t *owners, unsigned count, const np_packet_t *packet,
             const np_rtp_t *rtp)
{
    np_flow_streams_t now = { .count = count };

    if (!flow) {
        flow = flow_new(packet, rtp);
    }
    for (unsigned i = 0; i < count; i++) {
        now.streams[i] = stream_of(flow, &owners[i], packet);
        flow->was_over[i] = is_over(owners[i].call);
        note_owner(now.streams[i], packet);
    }
    if (!are_same(latest_of(flow), &now)) {
        np_history_set(&flow->streams, packet->frame, wmem_memdup(wmem_file_scope(), &now, sizeof now));
    }
    flow->namings = np_media_namings();
    flow->sequence = rtp ? rtp->sequence : 0;
    return flow;
}

static void
set_payload_type(np_stream_t *stream, const np_packet_t *packet, uint8_t payload_type)
{
    const np_media_section_t *section;
    np_span_t rtpmaps = NP_SPAN_ABSENT, name;

    if (stream->info.packets > 0 && stream->payload_type == payload_type) {
        return;
    }
    section = np_media_section_of(stream->owner.call, stream->info.direction, packet, payload_type);
    if (section) {
        rtpmaps = np_span_of(section->rtpmaps);
    }
    name = np_sdp_encoding_name(rtpmaps, payload_type);
    if (stream->info.packets == 0) {
        stream->info.codec = np_copy_text(name);
        stream->info.is_video = section ? section->is_video : np_static_is_video(payload_type);
    }
    if (stream->owner.call && name.data) {
        np_call_add_codec(stream->owner.call, &stream->info, name);
    }
    stream->payload_type = payload_type;
    stream->comfort_noise = np_span_equals_nocase(name, "CN");
    stream->clock_rate = np_sdp_clock_rate(rtpmaps, payload_type);
    if (np_span_equals_nocase(name, "telephone-event")) { /* RFC 4733: stands still during an event */
        stream->clock_rate = 0;
    }
}

/* Milliseconds since the first packet. */
static double
arrival_of(const np_stream_t *stream, const np_packet_t *packet)
{
    nstime_t since;

    nstime_delta(&since, &packet->time, &stream->info.first_time);
    return nstime_to_msec(&since);
}

static void
measure_packet(np_stream_t *stream, double arrival, const np_rtp_t *rtp)
{
    np_rtp_packet_t next = { .arrival = arrival,
                             .timestamp = rtp->timestamp,
                             .clock_rate = stream->clock_rate,
                             .sequence = rtp->sequence,
                             .starts_clock = NP_JITTER_FROM_EVENTS,
                             .comfort_noise = stream->comfort_noise,
                             .marker = rtp->marker };

    np_rtp_statistics_add(&stream->quality, &next);
}

static bool
is_seen_twice(np_stream_t *stream, double arrival, const np_rtp_t *rtp)
{
    if (!np_recent_packets_add(&stream->recent, rtp->sequence, rtp->timestamp, arrival)) {
        return false;
    }
    stream->info.repeated++;
    if (stream->owner.call) {
        np_call_count_repeated(stream->owner.call, &stream->info);
    }
    return true;
}

static void
count_packet(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, naverphone_media_phase_t phase)
{
    const np_rtp_statistics_t before = stream->quality;
    double arrival = arrival_of(stream, packet);

    if (is_seen_twice(stream, arrival, rtp)) {
        return;
    }
    set_payload_type(stream, packet, rtp->payload_type);
    measure_packet(stream, arrival, rtp);
    stream->info.packets++;
    stream->info.last_time = packet->time;
    if (stream->owner.call) {
        np_call_count_media(stream->owner.call, &stream->info, &before, &stream->quality,
                            phase == NAVERPHONE_MEDIA_EARLY);
    }
}

#define MAX_MOVE_GAP 100 /* sequence numbers that a sender skips, at most, when it moves: two seconds */

/* True if the packet goes on where the earlier one, of the same side, has ended: SDP that was not captured moved it. */
static bool
goes_on_from(const np_stream_t *earlier, const np_rtp_t *rtp)
{
    const uint16_t step = rtp->sequence - (uint16_t)earlier->quality.highest_sequence;

    return step >= 1 && step <= MAX_MOVE_GAP;
}

/* Two sources of one call have the same SSRC (RFC 3550 8.2). From another port of the same host, or from an address
 * that the same side's SDP named, or with the next sequence numbers, it is the same source that has moved. */
static bool
has_collision(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp)
{
    const np_stream_t *earlier = (const np_stream_t *)g_hash_table_lookup(sources, stream);
    bool is_elsewhere = earlier && !addresses_equal(earlier->flow->key.src, stream->flow->key.src);
    bool has_moved =
        is_elsewhere && earlier->info.direction == stream->info.direction
        && (np_media_is_source_named(stream->owner.call, stream->info.direction, packet) || goes_on_from(earlier, rtp));

    if (!earlier || has_moved) {
        g_hash_table_add(sources, stream);
    }
    return is_elsewhere && !has_moved;
}

static void
begin_stream(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts)
{
    np_session_t *session = stream->owner.session;
    np_call_t *call = stream->owner.call;

    np_references_add_ssrc(session->references, packet->frame, stream->info.ssrc);
    np_session_refer_to_ends(session, packet, addresses_equal(packet->src, &session->info.client));
    if (!call) {
        experts->has[NP_EXPERT_UNSIGNALLED] = true;
        return;
    }
    call->has_media[stream->info.direction] = true;
    experts->has[NP_EXPERT_SSRC_COLLISION] = has_collision(stream, packet, rtp);
}

/* True if sent after the release, not just delayed. */
static bool
is_late(const np_call_t *call, const np_packet_t *packet)
{
    nstime_t since;

    if (!call->release) {
        return false;
    }
    nstime_delta(&since, &packet->time, &call->release->time);
    return nstime_to_msec(&since) > late_milliseconds;
}

/* If no message of the answering side was captured, its answer may be missing, too. */
static bool
is_surely_early(const np_call_t *call, naverphone_media_phase_t phase)
{
    return phase == NAVERPHONE_MEDIA_EARLY && !(call->caller_known && !call->seen[!call->from_client]);
}

static void
apply_to_call(np_stream_t *stream, const np_packet_t *packet, naverphone_media_phase_t phase, np_experts_t *experts)
{
    np_call_t *call = stream->owner.call;
    bool is_early = is_surely_early(call, phase);
    bool is_after_release = phase == NAVERPHONE_MEDIA_AFTER_RELEASE && is_late(call, packet);

    call->has_sound[stream->info.direction] |= !stream->info.is_video;
    call->went_on |= phase == NAVERPHONE_MEDIA_IN_CALL && call->info.answer_frame;
    if (is_early) {
        np_call_ring(call, packet);
    }
    experts->has[NP_EXPERT_EARLY_MEDIA] = is_early && !call->early_media_told;
    experts->has[NP_EXPERT_AFTER_RELEASE] = is_after_release && !stream->after_release_told;
    call->early_media_told |= is_early;
    stream->after_release_told |= is_after_release;
}

bool
np_stream_add(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, np_experts_t *experts)
{
    const np_call_t *call = stream->owner.call;
    naverphone_media_phase_t phase =
        call ? phase_in((naverphone_call_state_t)np_history_number_at(&call->states, packet->frame))
             : NAVERPHONE_MEDIA_NO_PHASE;
    bool is_first = stream->info.packets == 0;

    if (is_first) {
        begin_stream(stream, packet, rtp, experts);
    }
    count_packet(stream, packet, rtp, phase);
    if (call) {
        apply_to_call(stream, packet, phase, experts);
    } else {
        stream->owner.session->unsignalled_frame = packet->frame;
    }
    return is_first;
}
