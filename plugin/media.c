/* media.c
 * RTP streams of calls, and of sessions whose SDP is missing
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session.h"

#define MOST_RECORDS    UINT8_MAX   /* that are looked through for a packet's; of more, each packet has its own */

struct np_named_end {
    np_call_t *call;                /* the latest whose SDP named it */
    np_address_bytes_t host;
    uint16_t   port;
    uint8_t    type;                /* of the address: AT_IPv4 or AT_IPv6, or a packet's */
    uint8_t    length;
};

/* Streams by their ends and SSRC, whoever owns them: the latest of each. Whose a packet of it is stays as it was found until
 * SDP names one of its ports again: most packets need this look-up alone, so it is made by hand and without a key. */
static np_stream_t **places;        /* chains */
static uint32_t      place_count, placed;

static wmem_map_t *displaced;       /* np_stream_key_t → np_stream_t; streams that another owner's took the place of */
static GHashTable *sources;         /* np_stream_key_t, by owner and SSRC: a set, of the first stream of each */
static GHashTable *named_ends;      /* np_named_end_t: a set, by host and port */

/* How often SDP named an address with this port, or one that shares its place. */
#define NAMED_PORTS 1024
static uint32_t named[NAMED_PORTS];

/* A sum of products with numbers that only this process knows is as hard to make collide as wmem_strong_hash(), and takes an
 * eighth of the time. (Multilinear hashing: Lemire and Kaser, "Strongly universal string hashing is fast", 2014.) */
enum { FACTOR_SSRC, FACTOR_PORTS, FACTOR_SRC, FACTOR_DST = FACTOR_SRC + 4, FACTORS = FACTOR_DST + 4 };
static uint64_t factors[FACTORS];

#define LEAST_PLACES 256

/* What a call's media are summed up from; arrays are by naverphone_direction_t. */
typedef struct {
    naverphone_media_info_t media[3];   /* must be first: what the tap publishes */
    double   jitter_sum[3];         /* mean jitter of its streams times their packets */
    uint32_t jitter_packets[3];     /* packets of the streams that have one */
    uint32_t codec_frame[3];        /* where the stream begins whose codec is shown */
} np_media_sum_t;

static uint32_t
ports_of(uint16_t src, uint16_t dst)
{
    return (uint32_t)src << 16 | dst;
}

static unsigned
stream_hash(gconstpointer key)
{
    const np_stream_key_t *stream = (const np_stream_key_t *)key;
    const np_ends_t *ends = &stream->ends;
    uint32_t numbers[] = { stream->ssrc, ports_of(ends->ports[NP_END_SRC], ends->ports[NP_END_DST]),
                           GPOINTER_TO_UINT(stream->owner) };

    return wmem_strong_hash((const uint8_t *)numbers, sizeof numbers) * 31
         + wmem_strong_hash(np_ends_bytes(ends), np_ends_length(ends));
}

static gboolean
stream_equal(gconstpointer a, gconstpointer b)
{
    const np_stream_key_t *left = (const np_stream_key_t *)a, *right = (const np_stream_key_t *)b;
    return left->owner == right->owner && left->ssrc == right->ssrc && np_ends_equal(&left->ends, &right->ends);
}

/* The stream that a key is a part of; NULL for none. */
static np_stream_t *
stream_of(gpointer key)
{
    return key ? (np_stream_t *)((uint8_t *)key - offsetof(np_stream_t, key)) : NULL;
}

static uint64_t
hash_address(const void *bytes, unsigned length, const uint64_t *factor)
{
    uint64_t sum = 0;
    uint32_t word;

    for (unsigned i = 0; i < MIN(length, NP_LONGEST_ADDRESS) / sizeof word; i++) {
        memcpy(&word, (const uint8_t *)bytes + i * sizeof word, sizeof word);
        sum += factor[i] * word;
    }
    return sum;
}

/* The place that a stream's SSRC, ports and addresses lead to. */
static np_stream_t **
place_of(uint32_t ssrc, uint16_t src_port, uint16_t dst_port, const void *src, unsigned src_length, const void *dst,
         unsigned dst_length)
{
    uint64_t sum = factors[FACTOR_SSRC] * ssrc + factors[FACTOR_PORTS] * ports_of(src_port, dst_port)
                 + hash_address(src, src_length, &factors[FACTOR_SRC]) + hash_address(dst, dst_length, &factors[FACTOR_DST]);

    return &places[(sum >> 32) * place_count >> 32];
}

static np_stream_t **
place_of_packet(const np_packet_t *packet, uint32_t ssrc)
{
    return place_of(ssrc, packet->src_port, packet->dst_port, packet->src->data, (unsigned)packet->src->len,
                    packet->dst->data, (unsigned)packet->dst->len);
}

static void
add_to_place(np_stream_t *stream)
{
    const np_ends_t *ends = &stream->key.ends;
    const uint8_t *src = np_ends_bytes(ends), *dst = src + ends->lengths[NP_END_SRC];
    np_stream_t **place = place_of(stream->key.ssrc, ends->ports[NP_END_SRC], ends->ports[NP_END_DST],
                                   src, ends->lengths[NP_END_SRC], dst, ends->lengths[NP_END_DST]);

    stream->next_in_place = *place;
    *place = stream;
}

/* Half as many places again as streams, at least: few have two. */
static void
add_places(void)
{
    np_stream_t **before = places;
    uint32_t few = place_count;

    place_count = few ? few / 2 * 3 : LEAST_PLACES;
    places = wmem_alloc0_array(wmem_file_scope(), np_stream_t *, place_count);
    for (uint32_t i = 0; i < few; i++)
        for (np_stream_t *stream = before[i], *next; stream; stream = next) {
            next = stream->next_in_place;
            add_to_place(stream);
        }
    wmem_free(wmem_file_scope(), before);
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

static unsigned
named_hash(gconstpointer key)
{
    const np_named_end_t *end = (const np_named_end_t *)key;

    return wmem_strong_hash(np_address_bytes(&end->host, end->length), end->length) * 31 + end->port;
}

static gboolean
named_equal(gconstpointer a, gconstpointer b)
{
    const np_named_end_t *left = (const np_named_end_t *)a, *right = (const np_named_end_t *)b;
    size_t length = left->length;

    return left->port == right->port && length == right->length
        && memcmp(np_address_bytes(&left->host, length), np_address_bytes(&right->host, length), length) == 0;
}

void
np_media_init(void)
{
    place_count = placed = 0;
    places = NULL;
    add_places();
    sources = np_keep_new_table(source_hash, source_equal);
    displaced = wmem_map_new(wmem_file_scope(), stream_hash, stream_equal);
    named_ends = np_keep_new_table(named_hash, named_equal);
    memset(named, 0, sizeof named);
    for (unsigned i = 0; i < FACTORS; i++)
        factors[i] = (uint64_t)g_random_int() << 32 | g_random_int();
}

naverphone_direction_t
np_media_direction(const address *client, const np_packet_t *packet)
{
    if (addresses_equal(packet->src, client))
        return NAVERPHONE_FROM_CLIENT;
    return addresses_equal(packet->dst, client) ? NAVERPHONE_TO_CLIENT : (naverphone_direction_t)0;
}

address
np_named_host(const np_named_end_t *end)
{
    address host = ADDRESS_INIT(end->type, end->length, np_address_bytes(&end->host, end->length));
    return host;
}

uint16_t
np_named_port(const np_named_end_t *end)
{
    return end->port;
}

/* NULL: an end that is not known. */
static bool
is_at(const address *host, const np_named_end_t *end)
{
    address named_host;

    if (!end)
        return false;
    named_host = np_named_host(end);
    return addresses_equal(host, &named_host);
}

/* The direction by the session's client, else (media on another host) by who asked for media there. */
static naverphone_direction_t
call_direction(const np_call_t *call, const np_packet_t *packet)
{
    naverphone_direction_t direction = np_media_direction(&call->session->info.client, packet);
    const np_named_end_t *client = np_call_offer(call, NAVERPHONE_FROM_CLIENT)->end;
    const np_named_end_t *server = np_call_offer(call, NAVERPHONE_TO_CLIENT)->end;

    if (direction)
        return direction;
    if (is_at(packet->dst, server) || is_at(packet->src, client))
        return NAVERPHONE_FROM_CLIENT;
    if (is_at(packet->dst, client) || is_at(packet->src, server))
        return NAVERPHONE_TO_CLIENT;
    return (naverphone_direction_t)0;
}

static naverphone_direction_t
direction_of(const np_media_owner_t *owner, const np_packet_t *packet)
{
    return owner->call ? call_direction(owner->call, packet) : np_media_direction(&owner->session->info.client, packet);
}

/* A view of the host's bytes. */
static np_named_end_t
named_key(const address *host, uint16_t port)
{
    np_named_end_t key = { .port = port, .type = (uint8_t)host->type, .length = np_address_length(host) };

    key.host = np_address_view((const uint8_t *)host->data, key.length);
    return key;
}

/* port: not 0. */
static const np_named_end_t *
add_endpoint(np_call_t *call, const address *host, uint16_t port)
{
    np_named_end_t key = named_key(host, port), *end = (np_named_end_t *)g_hash_table_lookup(named_ends, &key);

    if (!end) {
        end = (np_named_end_t *)np_keep_copy(&key, sizeof key);
        end->host = np_address_keep(&key.host, key.length);
        g_hash_table_add(named_ends, end);
    }
    if (end->call != call) {
        end->call = call;
        named[port % NAMED_PORTS]++;
    }
    return end;
}

static np_call_t *
call_at(const address *host, uint16_t port)
{
    np_named_end_t key = named_key(host, port);
    const np_named_end_t *end = (const np_named_end_t *)g_hash_table_lookup(named_ends, &key);

    return end ? end->call : NULL;
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

const np_named_end_t *
np_media_endpoint(np_call_t *call, const address *host, const np_sdp_media_t *sdp)
{
    const np_named_end_t *end = add_endpoint(call, host, sdp->port);

    if (sdp->rtcp_port)
        add_endpoint(call, host, sdp->rtcp_port);
    return end;
}

const address *
np_packet_peer(const np_packet_t *packet, const address *client)
{
    return addresses_equal(packet->src, client) ? packet->dst : packet->src;
}

/* What a section says of its payload types: that is the same in most SDP of a kind of client. */
static const np_span_t *
kept_rtpmaps(np_span_t section)
{
    GByteArray *lines = g_byte_array_new();
    const np_span_t *kept;

    np_sdp_rtpmaps(section, lines);
    kept = np_keep_span_once((np_span_t){ lines->data, lines->len });
    g_byte_array_unref(lines);
    return kept;
}

void
np_media_offer(np_call_t *call, naverphone_direction_t sender, const np_named_end_t *end, const np_sdp_media_t *sdp)
{
    np_media_endpoint_t *endpoint = &call->offered[sender - NAVERPHONE_FROM_CLIENT];

    endpoint->end = end;
    call->rtcp_ports[sender - NAVERPHONE_FROM_CLIENT] = sdp->rtcp_port;
    endpoint->rtpmaps = kept_rtpmaps(sdp->section);
}

/* The rtpmaps of the SDP that names a payload type: the receiver's, else the sender's; absent: neither names it, or that SDP
 * has none, as a static type needs none. */
static np_span_t
rtpmaps_naming(const np_call_t *call, naverphone_direction_t direction, uint8_t payload_type)
{
    const np_span_t absent = { NULL, 0 };

    for (int side = 0; call && direction && side < 2; side++) {
        const np_media_endpoint_t *endpoint = np_call_offer(call, side == 0 ? np_other_way(direction) : direction);
        np_span_t rtpmaps = endpoint->rtpmaps ? *endpoint->rtpmaps : absent;

        if (endpoint->end && np_sdp_encoding_name(rtpmaps, payload_type).data)
            return rtpmaps;
    }
    return absent;
}

/* As text, of which there are few; NULL for an absent span. */
static const char *
codec_name(np_span_t name)
{
    bool is_text = name.data && g_utf8_validate((const char *)name.data, (ssize_t)name.len, NULL);

    return is_text ? np_keep_once(name) : np_store_string(name);
}

/* Notes what the packet's payload type tells; a stream seldom changes it. */
static void
set_payload_type(np_stream_t *stream, const np_call_t *call, uint8_t payload_type)
{
    np_span_t rtpmaps;
    const char *name;

    if (stream->info.packets > 0 && stream->payload_type == payload_type)
        return;
    rtpmaps = rtpmaps_naming(call, stream->info.direction, payload_type);
    name = codec_name(np_sdp_encoding_name(rtpmaps, payload_type));
    if (stream->info.packets == 0)
        stream->info.codec = name;
    stream->payload_type = payload_type;
    stream->comfort_noise = name && g_ascii_strcasecmp(name, "CN") == 0;
    stream->clock_rate = np_sdp_clock_rate(rtpmaps, payload_type);
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

/* Brings the media of the call's direction up to date with the stream. */
static void
add_to_media(np_media_sum_t *sum, np_stream_t *stream)
{
    naverphone_direction_t direction = stream->info.direction;
    naverphone_media_info_t *media = &sum->media[direction];
    const np_quality_t *quality = &stream->quality;
    np_stream_share_t before;

    if (!stream->counted)
        stream->counted = np_keep_new(np_stream_share_t);
    before = *stream->counted;
    *stream->counted = (np_stream_share_t){
        .packets = stream->info.packets, .early = stream->early, .lost = np_quality_lost(quality)
    };
    media->packets += stream->counted->packets - before.packets;
    media->early += stream->counted->early - before.early;
    media->lost += stream->counted->lost - before.lost;
    if (stream->info.codec && (!media->codec || stream->info.first_frame < sum->codec_frame[direction])) {
        media->codec = stream->info.codec;
        sum->codec_frame[direction] = stream->info.first_frame;
    }
    if (!quality->has_jitter)   /* a stream of an unknown clock says nothing of it */
        return;
    stream->counted->jitter_packets = quality->packets;
    stream->counted->jitter_sum = quality->mean_jitter * quality->packets;
    sum->jitter_sum[direction] += stream->counted->jitter_sum - before.jitter_sum;
    sum->jitter_packets[direction] += stream->counted->jitter_packets - before.jitter_packets;
    media->has_jitter = true;
    media->jitter = sum->jitter_sum[direction] / sum->jitter_packets[direction];
}

/* What the tap publishes of it comes first in it. */
static np_media_sum_t *
sum_of(const np_call_t *call)
{
    return (np_media_sum_t *)(void *)call->info.media;
}

const naverphone_call_info_t *
np_call_info(np_call_t *call)
{
    if (!call->info.media)
        call->info.media = np_keep_new(np_media_sum_t)->media;
    for (np_stream_t *stream = call->uncounted; stream; stream = stream->next_uncounted) {
        stream->is_uncounted = false;
        add_to_media(sum_of(call), stream);
    }
    call->uncounted = NULL;
    return &call->info;
}

static void
add_uncounted(np_call_t *call, np_stream_t *stream)
{
    if (stream->is_uncounted)
        return;
    stream->is_uncounted = true;
    stream->next_uncounted = call->uncounted;
    call->uncounted = stream;
}

static np_stream_t *
stream_new(const np_stream_key_t *key, const np_media_owner_t *owner, const np_packet_t *packet)
{
    np_stream_t *stream = np_keep_new(np_stream_t);

    stream->key = *key;
    stream->key.ends = np_ends_keep(&key->ends);
    stream->evidence = (uint8_t)owner->evidence;
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
    const uint32_t ipv4 = 4;

    if ((int)length != host->len)
        return false;
    return length == ipv4 ? memcmp(bytes, host->data, ipv4) == 0    /* which the compiler does in place */
                          : memcmp(bytes, host->data, length) == 0;
}

/* Has the key these ends and this SSRC, whoever its owner is? */
static bool
is_between(const np_stream_key_t *key, const np_packet_t *packet, uint32_t ssrc)
{
    const np_ends_t *ends = &key->ends;
    const uint8_t *src = np_ends_bytes(ends), *dst = src + ends->lengths[NP_END_SRC];

    return key->ssrc == ssrc && ends->ports[NP_END_SRC] == packet->src_port && ends->ports[NP_END_DST] == packet->dst_port
        && is_end(src, ends->lengths[NP_END_SRC], packet->src) && is_end(dst, ends->lengths[NP_END_DST], packet->dst);
}

/* The link to the latest stream with the packet's ends and SSRC; to NULL: there is none. */
static np_stream_t **
latest_stream(const np_packet_t *packet, uint32_t ssrc)
{
    np_stream_t **link = place_of_packet(packet, ssrc);

    while (*link && !is_between(&(*link)->key, packet, ssrc))
        link = &(*link)->next_in_place;
    return link;
}

/* Asks the processor to fetch what will be read soon, where the compiler can say so. */
#ifdef __GNUC__
#define prefetch(address) __builtin_prefetch(address)
#else
#define prefetch(address) ((void)(address))
#endif

#define CACHE_LINE 64       /* bytes of most processors': shorter ones fetch less */

np_media_place_t
np_media_expect_place(const np_packet_t *packet, uint32_t ssrc)
{
    np_media_place_t place = place_of_packet(packet, ssrc);

    prefetch(place);
    return place;
}

void
np_media_expect_stream(np_media_place_t place)
{
    const uint8_t *stream = (const uint8_t *)*place;

    for (size_t offset = 0; stream && offset < sizeof(np_stream_t); offset += CACHE_LINE)
        prefetch(stream + offset);
}

np_stream_t *
np_media_known_stream(const np_packet_t *packet, uint32_t ssrc)
{
    np_stream_t *stream = *latest_stream(packet, ssrc);

    if (!stream)
        return NULL;
    prefetch(stream->record);       /* read once the packet is counted */
    return stream->times_named == times_named(packet) ? stream : NULL;
}

/* Another owner's stream leaves its place. */
static void
displace(np_stream_t **link)
{
    np_stream_t *stream = *link;

    *link = stream->next_in_place;
    placed--;
    if (!wmem_map_contains(displaced, &stream->key))
        wmem_map_insert(displaced, &stream->key, stream);
}

/* Packets before were another owner's: so are their records, and the next one's comes after them. The stream may be settled,
 * from a time when it had this place. */
static void
follow(np_stream_t *stream, const np_stream_t *before)
{
    np_media_unsettle(np_stream_session(stream));
    stream->record = before->record;
    stream->records = before->records;
}

static void
take_place(np_stream_t *stream)
{
    if (++placed > place_count / 3 * 2)
        add_places();
    add_to_place(stream);
}

np_stream_t *
np_media_stream(const np_media_owner_t *owner, const np_packet_t *packet, uint32_t ssrc)
{
    void *owned_by = owner->call ? (void *)owner->call : (void *)owner->session;
    np_stream_t **link = latest_stream(packet, ssrc), *stream = *link;

    if (!stream || stream->key.owner != owned_by) {
        uint8_t room[NP_ENDS_ROOM];
        np_stream_key_t key = {
            .owner = owned_by, .has_call = owner->call != NULL, .ssrc = ssrc,
            .ends = np_ends_view(packet->src, packet->src_port, packet->dst, packet->dst_port, room)
        };
        const np_stream_t *before = stream;

        if (before)
            displace(link);
        stream = (np_stream_t *)wmem_map_lookup(displaced, &key);
        if (!stream)
            stream = stream_new(&key, owner, packet);
        if (before)
            follow(stream, before);
        take_place(stream);
    }
    stream->times_named = times_named(packet);
    return stream;
}

static bool
is_same_source(const np_stream_key_t *left, const np_stream_key_t *right)
{
    uint8_t length = left->ends.lengths[NP_END_SRC];

    return length == right->ends.lengths[NP_END_SRC]
        && memcmp(np_ends_bytes(&left->ends), np_ends_bytes(&right->ends), length) == 0;
}

/* Does another host of the call already send with this SSRC? RFC 3550, 8.2, calls that a collision; the
 * same host on another port is a stream that a re-INVITE moved. */
static bool
collides(np_stream_t *stream)
{
    const np_stream_t *first = stream_of(g_hash_table_lookup(sources, &stream->key));

    if (!first)
        g_hash_table_add(sources, &stream->key);
    return first && !is_same_source(&first->key, &stream->key);
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
    np_references_add_ssrc(session->references, packet->frame, ssrc);
    np_session_refer_to_ends(session, packet, addresses_equal(packet->src, &session->info.client));
}

/* The first packet of a stream: NP_EXPERT_ bits. */
static unsigned
start(np_stream_t *stream, const np_packet_t *packet)
{
    np_call_t *call = np_stream_call(stream);

    refer_to_stream(np_stream_session(stream), packet, stream->info.ssrc);
    if (!call)
        return NP_EXPERT_UNSIGNALLED;
    call->ways |= (uint8_t)(1U << stream->info.direction);
    return collides(stream) ? NP_EXPERT_SSRC_COLLISION : 0;
}

/* One more packet of the stream, and of its call. */
static void
count(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, naverphone_media_phase_t phase)
{
    np_call_t *call = np_stream_call(stream);

    set_payload_type(stream, call, rtp->payload_type);
    measure(stream, packet, rtp);
    stream->info.packets++;
    stream->info.last_time = packet->time;
    if (phase == NAVERPHONE_MEDIA_EARLY)
        stream->early++;
    if (call)
        add_uncounted(call, stream);
}

static np_record_t *
new_record(const np_call_t *call, unsigned evidence, naverphone_direction_t direction)
{
    np_record_t *record = np_record_new(NAVERPHONE_LEG_MEDIA);

    np_say(record)->evidence = (uint8_t)evidence;
    np_say(record)->phase = phase_of(call);
    np_say(record)->direction = direction;
    return record;
}

static np_record_t *
stream_record(np_stream_t *stream)
{
    np_record_t *record = new_record(np_stream_call(stream), stream->evidence, stream->info.direction);

    np_record_set_stream(record, stream);
    np_record_close(record);
    if (stream->records < MOST_RECORDS) {       /* else np_record_of() finds it */
        record->before = stream->record;
        stream->record = record;
        stream->records++;
    }
    return record;
}

/* Does the record say that a packet is one more of its stream, and nothing else? */
static bool
is_plain(const np_record_t *record)
{
    const np_saying_t *says = np_says(record);

    return says->events[0] == NAVERPHONE_EVENT_MEDIA && says->experts == 0;
}

/* Does the stream's latest record tell what there is to tell of its next packet? */
static bool
tells_same(const np_stream_t *stream)
{
    const np_record_t *record = stream->record;
    const np_call_t *call = np_stream_call(stream);
    const np_saying_t *says;

    if (stream->records >= MOST_RECORDS || !record || record->stream != stream || !is_plain(record))
        return false;
    says = np_says(record);
    return says->session_state == np_stream_session(stream)->info.state && (!call || says->call_state == call->info.state);
}

static void
settle(np_stream_t *stream)
{
    np_session_t *session = np_stream_session(stream);

    stream->is_settled = true;
    stream->next_settled = session->settled;
    session->settled = stream;
}

void
np_media_unsettle(np_session_t *session)
{
    for (np_stream_t *stream = session->settled; stream; stream = stream->next_settled)
        stream->is_settled = false;
    session->settled = NULL;
}

np_record_t *
np_media_packet(np_stream_t *stream, const np_packet_t *packet, const np_rtp_t *rtp, bool may_share)
{
    np_call_t *call = np_stream_call(stream);
    bool is_first = stream->info.packets == 0;
    naverphone_media_phase_t phase;
    np_record_t *record;
    unsigned experts;

    if (stream->is_settled && may_share) {
        count(stream, packet, rtp, (naverphone_media_phase_t)np_says(stream->record)->phase);
        return stream->record;
    }
    phase = phase_of(call);
    experts = is_first ? start(stream, packet) : 0;
    count(stream, packet, rtp, phase);
    if (call)
        experts |= apply_to_call(call, stream, packet, phase);
    if (is_first || experts || !may_share || !tells_same(stream)) {
        naverphone_event_t first = call ? NAVERPHONE_EVENT_MEDIA_START : NAVERPHONE_EVENT_UNSIGNALLED_MEDIA;

        record = stream_record(stream);
        np_say(record)->experts = (uint16_t)experts;
        np_record_add_event(record, is_first ? first : NAVERPHONE_EVENT_MEDIA);
    } else
        record = stream->record;
    if (!stream->is_settled && tells_same(stream))
        settle(stream);
    return record;
}

const np_record_t *
np_media_record(const np_packet_t *packet, uint32_t ssrc)
{
    const np_stream_t *stream = *latest_stream(packet, ssrc);
    const np_record_t *record = stream ? stream->record : NULL;

    while (record && record->frame > packet->frame)
        record = record->before;
    return record;
}

np_record_t *
np_media_control(const np_media_owner_t *owner, const np_packet_t *packet)
{
    np_record_t *record = new_record(owner->call, owner->evidence, direction_of(owner, packet));

    np_record_set_call(record, owner->session, owner->call);
    np_record_close(record);
    return record;
}

bool
np_call_has_media(const np_call_t *call)
{
    return call->ways != 0;
}

unsigned
np_call_media_fault(const np_call_t *call)
{
    const unsigned unknown = 1U << 0, both = 1U << NAVERPHONE_FROM_CLIENT | 1U << NAVERPHONE_TO_CLIENT;

    if (!call->info.answer_frame || (call->ways & unknown) || (call->ways & both) == both)
        return 0;
    return call->ways ? NP_EXPERT_MEDIA_ONE_WAY : NP_EXPERT_MEDIA_NONE;
}
