/* media.c
 * RTP streams of calls, and of sessions whose SDP is missing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session.h"

static wmem_map_t *streams;         /* np_stream_key_t → np_stream_t */
static wmem_map_t *sources;         /* np_stream_key_t, of which owner and SSRC count → np_stream_t, the first */
static wmem_map_t *endpoints;       /* np_socket_t → np_call_t, the latest that named it in SDP */

/* Streams that had a packet lately, by their SSRC. Whose a packet of them is stays as it was found until SDP names one of
 * its ports again: most packets need no other look-up. */
#define RECENT_PLACES 1024
#define RECENT_EACH   2         /* streams in a place, latest first: calls at the same time seldom fill one */
static np_stream_t *recent[RECENT_PLACES][RECENT_EACH];

/* How often SDP named an address with this port, or one that shares its place. */
#define NAMED_PORTS 1024
static uint32_t named[NAMED_PORTS];

static unsigned
stream_hash(gconstpointer key)
{
    G_STATIC_ASSERT(sizeof(np_stream_key_t) == sizeof(void *) + 48);     /* no padding */
    return wmem_strong_hash((const uint8_t *)key, sizeof(np_stream_key_t));
}

static gboolean
stream_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(np_stream_key_t)) == 0;
}

static unsigned
source_hash(gconstpointer key)
{
    const np_stream_key_t *source = (const np_stream_key_t *)key;
    uint32_t numbers[] = { source->ssrc, GPOINTER_TO_UINT(source->owner) };

    return wmem_strong_hash((const uint8_t *)numbers, sizeof numbers);
}

static gboolean
source_equal(gconstpointer a, gconstpointer b)
{
    const np_stream_key_t *left = (const np_stream_key_t *)a, *right = (const np_stream_key_t *)b;
    return left->owner == right->owner && left->ssrc == right->ssrc;
}

/* Its length. */
static uint32_t
copy_address_bytes(uint8_t *bytes, const address *host)
{
    int length = MIN(host->len, (int)sizeof ((np_stream_key_t *)NULL)->src);

    if (length > 0)
        memcpy(bytes, host->data, (size_t)length);
    return (uint32_t)MAX(length, 0);
}

static np_stream_key_t
stream_key(const void *owner, const np_packet_t *packet, uint32_t ssrc)
{
    np_stream_key_t key;

    memset(&key, 0, sizeof key);
    key.owner = owner;
    key.ssrc = ssrc;
    key.src_length = copy_address_bytes(key.src, packet->src);
    key.dst_length = copy_address_bytes(key.dst, packet->dst);
    key.src_port = packet->src_port;
    key.dst_port = packet->dst_port;
    return key;
}

void
np_media_init(void)
{
    streams = wmem_map_new(wmem_file_scope(), stream_hash, stream_equal);
    sources = wmem_map_new(wmem_file_scope(), source_hash, source_equal);
    endpoints = np_store_new_socket_map();
    memset(recent, 0, sizeof recent);
    memset(named, 0, sizeof named);
}

naverphone_direction_t
np_media_direction(const address *client, const np_packet_t *packet)
{
    if (addresses_equal(packet->src, client))
        return NAVERPHONE_FROM_CLIENT;
    return addresses_equal(packet->dst, client) ? NAVERPHONE_TO_CLIENT : (naverphone_direction_t)0;
}

/* The direction by the session's client, else (media on another host) by who asked for media there. */
static naverphone_direction_t
call_direction(const np_call_t *call, const np_packet_t *packet)
{
    naverphone_direction_t direction = np_media_direction(&call->session->info.client, packet);
    const np_media_endpoint_t *client = &call->offered[NAVERPHONE_FROM_CLIENT];
    const np_media_endpoint_t *server = &call->offered[NAVERPHONE_TO_CLIENT];

    if (direction)
        return direction;
    if (addresses_equal(packet->dst, &server->host) || addresses_equal(packet->src, &client->host))
        return NAVERPHONE_FROM_CLIENT;
    if (addresses_equal(packet->dst, &client->host) || addresses_equal(packet->src, &server->host))
        return NAVERPHONE_TO_CLIENT;
    return (naverphone_direction_t)0;
}

static naverphone_direction_t
direction_of(const np_media_owner_t *owner, const np_packet_t *packet)
{
    return owner->call ? call_direction(owner->call, packet) : np_media_direction(&owner->session->info.client, packet);
}

static void
add_endpoint(np_call_t *call, const address *host, uint16_t port)
{
    np_socket_t key = { *host, port }, *kept;

    if (port == 0 || wmem_map_lookup(endpoints, &key) == call)
        return;
    kept = wmem_new(wmem_file_scope(), np_socket_t);
    kept->port = port;
    copy_address_wmem(wmem_file_scope(), &kept->host, host);
    wmem_map_insert(endpoints, kept, call);
    named[port % NAMED_PORTS]++;
}

static np_call_t *
call_at(const address *host, uint16_t port)
{
    np_socket_t key = { *host, port };
    return (np_call_t *)wmem_map_lookup(endpoints, &key);
}

static bool
is_client_of(const address *host, const np_call_t *call)
{
    return call && addresses_equal(host, &call->session->info.client);
}

np_call_t *
np_media_call(const np_packet_t *packet)
{
    np_call_t *to = call_at(packet->dst, packet->dst_port), *from = call_at(packet->src, packet->src_port);

    /* An end at the client is its own; the server may use one for several calls. */
    if (is_client_of(packet->dst, to))
        return to;
    if (is_client_of(packet->src, from))
        return from;
    if (is_client_of(packet->src, to))
        return to;
    if (is_client_of(packet->dst, from))
        return from;
    return to ? to : from;      /* media on other hosts than the client's and its server's */
}

void
np_media_endpoint(np_call_t *call, const address *host, const np_sdp_media_t *sdp)
{
    add_endpoint(call, host, sdp->port);
    add_endpoint(call, host, sdp->rtcp_port);
}

const address *
np_packet_peer(const np_packet_t *packet, const address *client)
{
    return addresses_equal(packet->src, client) ? packet->dst : packet->src;
}

void
np_media_offer(np_call_t *call, naverphone_direction_t sender, const address *host, const np_sdp_media_t *sdp)
{
    np_media_endpoint_t *endpoint = &call->offered[sender];

    if (!addresses_equal(&endpoint->host, host))
        copy_address_wmem(wmem_file_scope(), &endpoint->host, host);
    endpoint->port = sdp->port;
    endpoint->rtcp_port = sdp->rtcp_port;
    endpoint->section.len = sdp->section.len;
    endpoint->section.data = (const uint8_t *)wmem_memdup(wmem_file_scope(), sdp->section.data, sdp->section.len);
}

/* The section that names a payload type: the receiver's, else the sender's; absent: neither does. */
static np_span_t
section_naming(const np_call_t *call, naverphone_direction_t direction, uint8_t payload_type)
{
    for (int side = 0; call && direction && side < 2; side++) {
        const np_media_endpoint_t *endpoint = &call->offered[side == 0 ? 3 - direction : direction];
        if (endpoint->host.type != AT_NONE && np_sdp_encoding_name(endpoint->section, payload_type).data)
            return endpoint->section;
    }
    return (np_span_t){ NULL, 0 };
}

/* Notes what the packet's payload type tells; a stream seldom changes it. */
static void
set_payload_type(np_stream_t *stream, const np_call_t *call, uint8_t payload_type)
{
    np_span_t section;
    const char *name;

    if (stream->info.packets > 0 && stream->payload_type == payload_type)
        return;
    section = section_naming(call, stream->info.direction, payload_type);
    name = np_store_string(np_sdp_encoding_name(section, payload_type));
    if (stream->info.packets == 0)
        stream->info.codec = name;
    stream->payload_type = payload_type;
    stream->comfort_noise = name && g_ascii_strcasecmp(name, "CN") == 0;
    stream->clock_rate = np_sdp_clock_rate(section, payload_type);
    if (name && g_ascii_strcasecmp(name, "telephone-event") == 0)   /* RFC 4733: it stands still during an event */
        stream->clock_rate = 0;
}

static void
measure(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp)
{
    nstime_t since;
    np_quality_packet_t next = {
        .timestamp = rtp->timestamp, .clock_rate = stream->clock_rate, .sequence = rtp->sequence,
        .starts_clock = NP_JITTER_FROM_EVENTS, .comfort_noise = stream->comfort_noise, .marker = rtp->marker
    };

    nstime_delta(&since, &packet->time, &stream->info.first_time);
    next.arrival = nstime_to_msec(&since);
    np_quality_add(&stream->quality, &next);
}

/* The media of the call's direction with one more packet of the stream, whose quality was what is given before it. */
static void
add_to_media(np_call_t *call, const np_stream_t *stream, const np_quality_t *before, naverphone_media_phase_t phase)
{
    naverphone_media_info_t *media = &call->info.media[stream->info.direction];
    double *jitter_sum = &call->jitter_sum[stream->info.direction];
    uint32_t *jitter_packets = &call->jitter_packets[stream->info.direction];
    const np_quality_t *now = &stream->quality;

    media->packets++;
    if (phase == NAVERPHONE_MEDIA_EARLY)
        media->early++;
    if (!media->codec)
        media->codec = stream->info.codec;
    media->lost += np_quality_lost(now) - np_quality_lost(before);
    if (!now->has_jitter)       /* a stream of an unknown clock says nothing of it */
        return;
    media->has_jitter = true;
    *jitter_sum += now->mean_jitter * now->packets - before->mean_jitter * before->packets;
    *jitter_packets += now->packets - (before->has_jitter ? before->packets : 0);
    media->jitter = *jitter_sum / *jitter_packets;
}

static np_stream_t *
stream_new(const np_stream_key_t *key, const np_media_owner_t *owner, const np_packet_t *packet)
{
    np_stream_t *stream = wmem_new0(wmem_file_scope(), np_stream_t);

    memcpy(&stream->key, key, sizeof *key);
    wmem_map_insert(streams, &stream->key, stream);
    stream->owner = *owner;
    stream->info.ssrc = key->ssrc;
    stream->info.first_frame = packet->frame;
    stream->info.first_time = packet->time;
    stream->info.direction = direction_of(owner, packet);
    return stream;
}

/* How often SDP named the packet's ports so far. Neither number shrinks: while the sum is the same, both are. */
static uint32_t
times_named(const np_packet_t *packet)
{
    return named[packet->src_port % NAMED_PORTS] + named[packet->dst_port % NAMED_PORTS];
}

static bool
is_end(const uint8_t *bytes, uint32_t length, const address *host)
{
    return (int)length == host->len && memcmp(bytes, host->data, length) == 0;
}

/* Has the key these ends and this SSRC, whoever its owner is? */
static bool
is_between(const np_stream_key_t *key, const np_packet_t *packet, uint32_t ssrc)
{
    return key->ssrc == ssrc && key->src_port == packet->src_port && key->dst_port == packet->dst_port
        && is_end(key->src, key->src_length, packet->src) && is_end(key->dst, key->dst_length, packet->dst);
}

/* The latest stream with the packet's ends and SSRC. */
static np_stream_t *
recent_stream(const np_packet_t *packet, uint32_t ssrc)
{
    np_stream_t **place = recent[ssrc % RECENT_PLACES];

    for (unsigned i = 0; i < RECENT_EACH && place[i]; i++)
        if (is_between(&place[i]->key, packet, ssrc))
            return place[i];
    return NULL;
}

static void
add_recent(np_stream_t *stream)
{
    np_stream_t **place = recent[stream->key.ssrc % RECENT_PLACES];

    for (unsigned i = RECENT_EACH - 1; i > 0; i--)
        place[i] = place[i - 1];
    place[0] = stream;
}

np_stream_t *
np_media_known_stream(const np_packet_t *packet, uint32_t ssrc)
{
    np_stream_t *stream = recent_stream(packet, ssrc);

    return stream && stream->times_named == times_named(packet) ? stream : NULL;
}

np_stream_t *
np_media_stream(const np_media_owner_t *owner, const np_packet_t *packet, uint32_t ssrc)
{
    const void *owned_by = owner->call ? (const void *)owner->call : (const void *)owner->session;
    np_stream_t *stream = recent_stream(packet, ssrc);

    if (!stream || stream->key.owner != owned_by) {
        np_stream_key_t key = stream_key(owned_by, packet, ssrc);

        stream = (np_stream_t *)wmem_map_lookup(streams, &key);
        if (!stream)
            stream = stream_new(&key, owner, packet);
        add_recent(stream);
    }
    stream->times_named = times_named(packet);
    return stream;
}

/* Does another host of the call already send with this SSRC? RFC 3550, 8.2, calls that a collision; the
 * same host on another port is a stream that a re-INVITE moved. */
static bool
collides(np_stream_t *stream)
{
    const np_stream_t *first = (const np_stream_t *)wmem_map_lookup(sources, &stream->key);

    if (!first)
        wmem_map_insert(sources, &stream->key, stream);
    return first && memcmp(first->key.src, stream->key.src, sizeof first->key.src) != 0;
}

static naverphone_media_phase_t
phase_of(const np_call_t *call)
{
    if (!call)      /* without signalling nobody knows */
        return (naverphone_media_phase_t)0;
    if (call->info.state == NAVERPHONE_CALL_ANSWERED)
        return NAVERPHONE_MEDIA_IN_CALL;
    return call->info.state > NAVERPHONE_CALL_ANSWERED ? NAVERPHONE_MEDIA_AFTER_RELEASE : NAVERPHONE_MEDIA_EARLY;
}

/* What the packet means to its call: NP_EXPERT_ bits. */
static unsigned
apply_to_call(np_call_t *call, np_stream_t *stream, const np_packet_t *packet, naverphone_media_phase_t phase)
{
    unsigned experts = 0;

    if (phase == NAVERPHONE_MEDIA_EARLY) {
        np_call_ring(call, packet);
        if (!call->early_media_told)
            experts |= NP_EXPERT_EARLY_MEDIA;
        call->early_media_told = true;
    }
    if (phase == NAVERPHONE_MEDIA_AFTER_RELEASE && !stream->after_release_told) {
        experts |= NP_EXPERT_AFTER_RELEASE;
        stream->after_release_told = true;
    }
    return experts;
}

/* What control messages may say of a stream. */
static void
refer_to_stream(np_session_t *session, const np_packet_t *packet, uint32_t ssrc)
{
    np_references_t *references = session->references;
    bool sent = addresses_equal(packet->src, &session->info.client);

    np_references_add_ssrc(references, packet->frame, ssrc);
    np_references_add_socket(references, sent ? NP_REFERENCE_CLIENT : NP_REFERENCE_SERVER, packet->frame, packet->src,
                             packet->src_port);
    np_references_add_socket(references, sent ? NP_REFERENCE_SERVER : NP_REFERENCE_CLIENT, packet->frame, packet->dst,
                             packet->dst_port);
}

/* The first packet of a stream: NP_EXPERT_ bits. */
static unsigned
start(np_stream_t *stream, const np_packet_t *packet)
{
    const np_media_owner_t *owner = &stream->owner;

    refer_to_stream(owner->session, packet, stream->info.ssrc);
    if (!owner->call)
        return NP_EXPERT_UNSIGNALLED;
    return collides(stream) ? NP_EXPERT_SSRC_COLLISION : 0;
}

/* One more packet of the stream, and of its call. */
static void
count(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, naverphone_media_phase_t phase)
{
    np_call_t *call = stream->owner.call;
    np_quality_t before;

    set_payload_type(stream, call, rtp->payload_type);
    before = stream->quality;
    measure(stream, packet, rtp);
    stream->info.packets++;
    stream->info.last_time = packet->time;
    if (call)
        add_to_media(call, stream, &before, phase);
}

static np_record_t *
new_record(const np_media_owner_t *owner, const np_packet_t *packet, naverphone_direction_t direction)
{
    np_record_t *record = np_record_new(NAVERPHONE_LEG_MEDIA, packet);

    record->session = owner->session;
    record->call = owner->call;
    record->evidence = (uint8_t)owner->evidence;
    record->phase = (uint8_t)phase_of(owner->call);
    record->direction = (uint8_t)direction;
    np_record_close(record);
    return record;
}

/* Does a record of a later packet of the stream tell what there is to tell of this one? */
static bool
tells_same(const np_record_t *record, const np_media_owner_t *owner)
{
    return record && record->events[0] == NAVERPHONE_EVENT_MEDIA && record->experts == 0
        && record->session_state == (uint8_t)owner->session->info.state
        && (!owner->call || record->call_state == (uint8_t)owner->call->info.state);
}

np_record_t *
np_media_packet(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp)
{
    const np_media_owner_t *owner = &stream->owner;
    naverphone_media_phase_t phase = phase_of(owner->call);
    bool is_first = stream->info.packets == 0;
    unsigned experts = is_first ? start(stream, packet) : 0;

    count(stream, packet, rtp, phase);
    if (owner->call)
        experts |= apply_to_call(owner->call, stream, packet, phase);
    if (is_first || experts || !tells_same(stream->record, owner)) {
        naverphone_event_t first = owner->call ? NAVERPHONE_EVENT_MEDIA_START : NAVERPHONE_EVENT_UNSIGNALLED_MEDIA;

        stream->record = new_record(owner, packet, stream->info.direction);
        stream->record->stream = stream;
        stream->record->experts = (uint16_t)experts;
        np_record_add_event(stream->record, is_first ? first : NAVERPHONE_EVENT_MEDIA);
    }
    return stream->record;
}

np_record_t *
np_media_control(const np_media_owner_t *owner, const np_packet_t *packet)
{
    return new_record(owner, packet, direction_of(owner, packet));
}

unsigned
np_call_media_fault(const np_call_t *call)
{
    bool from_client = call->info.media[NAVERPHONE_FROM_CLIENT].packets > 0;
    bool to_client = call->info.media[NAVERPHONE_TO_CLIENT].packets > 0;
    bool either = call->info.media[0].packets > 0;      /* nobody knows which way */

    if (!call->info.answer_frame || either || (from_client && to_client))
        return 0;
    return from_client || to_client ? NP_EXPERT_MEDIA_ONE_WAY : NP_EXPERT_MEDIA_NONE;
}
