/* offered_media.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/offered_media.h"

#include "storage.h"

#define MAX_CALLS_AT_END 8 /* per client; more replace the oldest */
#define MAX_SECTIONS 16    /* per SDP */
#define MAX_FORMATS 512    /* bytes of a section's payload types, of which there are 128 */

/* A call that named an address. */
typedef struct naming {
    struct naming *next;
    np_call_t *call;
    naverphone_direction_t side; /* whose address it is, by the direction in which that side sends */
    np_end_use_t use;
    uint32_t order; /* higher: named later; 0: learnt */
} naming_t;

/* An address that was named: an entry for each client whose calls named it, and one for all of them. */
typedef struct {
    const address *host;
    const address *client; /* whose calls; AT_NONE: anybody's */
    uint16_t port;
    naming_t *latest;          /* the list of its namings */
    uint32_t since, sdp_since; /* first frames to name it; 0: none */
} named_end_t;

/* A call that a packet may belong to. */
typedef struct {
    np_call_t *call;
    unsigned ends;     /* matching addresses, 0 to 2 */
    bool is_at_client; /* one of them is the client's own */
    uint32_t order;    /* of the latest matching naming */
} candidate_t;

static GHashTable *named_ends; /* set of named_end_t */
static uint32_t namings, orders;
static const address anybody = ADDRESS_INIT_NONE;

static unsigned
named_end_hash(gconstpointer key)
{
    const named_end_t *end = (const named_end_t *)key;

    return np_hash_addresses(end->port, 0, end->host, end->client);
}

static gboolean
named_end_equal(gconstpointer a, gconstpointer b)
{
    const named_end_t *left = (const named_end_t *)a, *right = (const named_end_t *)b;

    return left->port == right->port && addresses_equal(left->host, right->host)
        && addresses_equal(left->client, right->client);
}

void
np_offered_media_init(void)
{
    named_ends = np_map_new(named_end_hash, named_end_equal);
    namings = orders = 0;
}

/* ---- session descriptions ------------------------------------------------------- */

void
np_media_describe(np_call_t *call, naverphone_direction_t sender)
{
    call->described[sender] = (np_described_media_t){ .count = 0 };
}

void
np_media_note_offer(np_call_t *call, np_transaction_t *transaction, const np_sip_message_t *message)
{
    naverphone_direction_t offerer =
        np_sip_message_is_asked_by_client(message) ? NAVERPHONE_FROM_CLIENT : NAVERPHONE_TO_CLIENT;
    np_described_media_t *described = &call->described[offerer];

    if (message->sip->is_request && transaction->in_dialog && message->sip->sdp.data) {
        transaction->described_before =
            (const np_described_media_t *)wmem_memdup(wmem_file_scope(), described, sizeof *described);
    } else if (message->sip->status >= 300 && transaction->described_before) {
        *described = *transaction->described_before;
        transaction->described_before = NULL;
    }
}

static const char *
kept_rtpmaps(np_span_t section)
{
    GByteArray *lines = g_byte_array_new();
    const char *kept;

    np_sdp_rtpmaps(section, lines);
    kept = np_copy_bytes((np_span_t){ lines->data, lines->len });
    g_byte_array_unref(lines);
    return kept;
}

/* 0.0.0.0 or ::, where nothing can be sent: the call is held (RFC 3264 8.4). */
static bool
is_nowhere(const address *host)
{
    static const uint8_t zeros[16];

    return host->len > 0 && (size_t)host->len <= sizeof zeros && memcmp(host->data, zeros, (size_t)host->len) == 0;
}

/* Reads whether the sender wants to send and to receive. A section's attribute overrides the session's (RFC 8866
 * 6.7). */
static void
read_ways(np_media_section_t *section, np_span_t lines, np_span_t session_lines)
{
    /* clang-format off */
    static const struct {
        const char *attribute;
        bool sends, receives;
    } ways[] = {
        { "a=sendonly", true, false }, { "a=recvonly", false, true }, { "a=inactive", false, false },
        { "a=sendrecv", true, true },
    };
    /* clang-format on */

    section->sends = section->receives = !is_nowhere(section->host);
    for (unsigned i = 0; section->sends && i < 2 * G_N_ELEMENTS(ways); i++) {
        const unsigned way = i % G_N_ELEMENTS(ways);

        if (np_span_has_line(i < G_N_ELEMENTS(ways) ? lines : session_lines, ways[way].attribute)) {
            section->sends = ways[way].sends;
            section->receives = ways[way].receives;
            return;
        }
    }
}

const np_media_section_t *
np_media_add_section(np_call_t *call, naverphone_direction_t sender, const address *host, const np_sdp_media_t *sdp,
                     np_span_t session_lines)
{
    np_described_media_t *described = &call->described[sender];
    np_media_section_t *section;

    if (described->count == MAX_SECTIONS) {
        return described->last;
    }
    section = wmem_new0(wmem_file_scope(), np_media_section_t);
    section->host = np_copy_address(host);
    section->port = sdp->port;
    section->rtcp_port = sdp->rtcp_port;
    section->is_video = np_span_equals(sdp->kind, "video");
    section->has_relay = np_sdp_has_relay(sdp->section);
    section->formats = np_copy_bytes(np_span_slice(sdp->formats, 0, MIN(sdp->formats.len, MAX_FORMATS)));
    section->rtpmaps = kept_rtpmaps(sdp->section);
    read_ways(section, sdp->section, session_lines);
    if (described->last) {
        described->last->next = section;
    } else {
        described->sections = section;
    }
    described->last = section;
    described->count++;
    return section;
}

static bool
has_format(const np_media_section_t *section, uint8_t payload_type)
{
    np_span_t formats = np_span_of(section->formats), word;
    uint64_t number;

    while ((word = np_span_take_word(&formats)).len > 0) {
        if (np_span_to_number(word, 127, &number) && number == payload_type) {
            return true;
        }
    }
    return false;
}

static const np_media_section_t *
section_with(const np_described_media_t *described, uint16_t port, uint8_t payload_type)
{
    const np_media_section_t *section = described->sections;

    while (section && !((port == 0 || section->port == port) && has_format(section, payload_type))) {
        section = section->next;
    }
    return section;
}

const np_media_section_t *
np_media_section_of(const np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet,
                    uint8_t payload_type)
{
    const np_described_media_t *sender, *receiver;
    const np_media_section_t *section;

    if (!call || !direction) {
        return NULL;
    }
    receiver = &call->described[np_other_way(direction)];
    sender = &call->described[direction];
    section = section_with(receiver, packet->dst_port, payload_type);
    if (!section) {
        section = section_with(sender, packet->src_port, payload_type);
    }
    if (!section) {
        section = section_with(receiver, 0, payload_type);
    }
    return section ? section : section_with(sender, 0, payload_type);
}

/* ---- named addresses -------------------------------------------------------------- */

static named_end_t *
named_end(const address *client, const address *host, uint16_t port)
{
    const named_end_t key = { .host = host, .client = client, .port = port };

    return (named_end_t *)g_hash_table_lookup(named_ends, &key);
}

static const naming_t *
naming_of(const named_end_t *end, const np_call_t *call)
{
    const naming_t *naming = end ? end->latest : NULL;

    while (naming && naming->call != call) {
        naming = naming->next;
    }
    return naming;
}

static named_end_t *
named_end_new(const address *client, const address *host, uint16_t port)
{
    named_end_t *end = wmem_new0(wmem_file_scope(), named_end_t);

    end->host = np_copy_address(host);
    end->client = client;
    end->port = port;
    g_hash_table_add(named_ends, end);
    return end;
}

/* Removes the call's naming from the list, so that it can be used again. If the call has none and the list is full, the
 * oldest. NULL: neither. */
static naming_t *
take_naming(named_end_t *end, const np_call_t *call)
{
    naming_t **place = &end->latest, *naming;
    unsigned passed = 0;

    while (*place && (*place)->call != call && !(passed == MAX_CALLS_AT_END - 1)) {
        place = &(*place)->next;
        passed++;
    }
    naming = *place;
    if (naming) {
        *place = naming->next;
    }
    return naming;
}

static void
put_naming(named_end_t *end, np_call_t *call, naverphone_direction_t side, np_end_use_t use)
{
    bool is_latest = end->latest && end->latest->call == call && end->latest->use == use && end->latest->side == side;
    naming_t *naming = is_latest ? end->latest : take_naming(end, call);

    if (!naming) {
        naming = wmem_new0(wmem_file_scope(), naming_t);
    }
    if (!is_latest) {
        naming->next = end->latest;
        end->latest = naming;
        namings++;
    }
    naming->call = call;
    naming->side = side;
    naming->use = use;
    naming->order = ++orders;
}

/* What is learnt goes to the end of the list, behind what SDP named. */
static void
add_learnt(named_end_t *end, np_call_t *call, naverphone_direction_t side)
{
    naming_t **place = &end->latest;
    unsigned count = 0;

    while (*place && (*place)->call != call) {
        place = &(*place)->next;
        count++;
    }
    if (*place || count >= MAX_CALLS_AT_END) {
        return;
    }
    *place = wmem_new0(wmem_file_scope(), naming_t);
    (*place)->call = call;
    (*place)->side = side;
    (*place)->use = NP_END_LEARNT;
}

static void
name_end_for(np_call_t *call, const address *client, naverphone_direction_t side, const np_media_end_t *named,
             uint32_t frame)
{
    named_end_t *end = named_end(client, named->host, named->port);

    if (!end) {
        end = named_end_new(client, named->host, named->port);
    }
    if (!end->since) {
        end->since = frame;
    }
    if (named->use == NP_END_LEARNT) {
        add_learnt(end, call, side);
        return;
    }
    if (!end->sdp_since) {
        end->sdp_since = frame;
    }
    put_naming(end, call, side, named->use);
}

void
np_media_name_end(np_call_t *call, naverphone_direction_t side, const np_media_end_t *end, uint32_t frame)
{
    if (end->port != 0) {
        name_end_for(call, &call->session->info.client, side, end, frame);
        name_end_for(call, &anybody, side, end, frame);
    }
}

void
np_media_learn_ends(np_call_t *call, naverphone_direction_t direction, const np_packet_t *packet)
{
    const np_media_end_t src = { packet->src, packet->src_port, NP_END_LEARNT };
    const np_media_end_t dst = { packet->dst, packet->dst_port, NP_END_LEARNT };

    if (np_media_direction(&call->session->info.client, packet) == 0) {
        return;
    }
    np_media_name_end(call, direction, &src, packet->frame);
    np_media_name_end(call, np_other_way(direction), &dst, packet->frame);
}

static bool
was_named(const address *host, uint16_t port, uint32_t frame, bool by_sdp)
{
    const named_end_t *end = named_end(&anybody, host, port);
    uint32_t since = !end ? 0 : by_sdp ? end->sdp_since : end->since;

    return since && since <= frame;
}

/* True if this side's SDP named the address in this call. */
static bool
is_named_by(const np_call_t *call, naverphone_direction_t side, const address *host, uint16_t port)
{
    const naming_t *naming = naming_of(named_end(&anybody, host, port), call);

    return naming && naming->side == side && naming->use != NP_END_LEARNT;
}

bool
np_media_is_source_named(const np_call_t *call, naverphone_direction_t sender, const np_packet_t *packet)
{
    return is_named_by(call, sender, packet->src, packet->src_port);
}

bool
np_media_is_named(const np_packet_t *packet, bool by_sdp)
{
    return was_named(packet->dst, packet->dst_port, packet->frame, by_sdp)
        || was_named(packet->src, packet->src_port, packet->frame, by_sdp);
}

uint32_t
np_media_namings(void)
{
    return namings;
}

/* ---- finding the calls of a packet --------------------------------------------------- */

static bool
is_running(const np_call_t *call, const np_media_calls_t *running)
{
    for (unsigned i = 0; running && i < running->count; i++) {
        if (running->calls[i] == call) {
            return true;
        }
    }
    return false;
}

/* A packet, and what is known about both its addresses. */
typedef struct {
    const np_packet_t *packet;
    const named_end_t *from, *to;
    const np_media_calls_t *running;
    bool is_rtp;
    const np_session_t *but; /* not a call of this session, and one that named both addresses; NULL: any call */
} packet_ends_t;

/* An address that was named for RTCP does not match RTP. */
static bool
naming_applies(const naming_t *naming, const packet_ends_t *ends)
{
    return naming && !(ends->is_rtp && naming->use == NP_END_RTCP);
}

static candidate_t
candidate_of(np_call_t *call, const packet_ends_t *ends)
{
    const naming_t *from = naming_of(ends->from, call), *to = naming_of(ends->to, call);
    const address *client = &call->session->info.client;
    candidate_t candidate = { .call = call };

    if (naming_applies(from, ends)) {
        candidate.ends++;
        candidate.is_at_client = addresses_equal(ends->packet->src, client);
        candidate.order = from->order;
    }
    if (naming_applies(to, ends) && !(candidate.ends && from->side == to->side && from->use != NP_END_LEARNT)) {
        candidate.ends++;
        candidate.is_at_client |= addresses_equal(ends->packet->dst, client);
        candidate.order = MAX(candidate.order, to->order);
    }
    return candidate;
}

static bool
is_better(const candidate_t *candidate, const candidate_t *best)
{
    if (!best->call || np_call_is_over(candidate->call) != np_call_is_over(best->call)) {
        return !best->call || np_call_is_over(best->call);
    }
    if (candidate->ends != best->ends) {
        return candidate->ends > best->ends;
    }
    if (candidate->is_at_client != best->is_at_client) {
        return candidate->is_at_client;
    }
    return candidate->order > best->order;
}

/* A stream that begins after the end of the call, and shares one address with it, is of a call that was not captured: a
 * server uses its ports again. */
static bool
is_strange(const candidate_t *candidate, const packet_ends_t *ends)
{
    return candidate->ends < 2 && np_call_is_over(candidate->call) && !is_running(candidate->call, ends->running);
}

/* A running stream keeps its call until that has ended and a later call matches both ends. */
static np_call_t *
choose_call(const candidate_t *running, const candidate_t *best)
{
    bool is_taken = running->call && best->call && np_call_is_over(running->call) && !np_call_is_over(best->call)
                 && best->ends == 2 && best->order > running->order;

    return running->call && !is_taken ? running->call : best->call;
}

/* Compares the calls that named one address of the packet, and updates the best one, and the one that the packet's
 * stream has. */
static void
weigh_namings(const named_end_t *end, const packet_ends_t *ends, candidate_t *running, candidate_t *best)
{
    for (const naming_t *naming = end ? end->latest : NULL; naming; naming = naming->next) {
        candidate_t candidate = candidate_of(naming->call, ends);

        if ((ends->but && (naming->call->session == ends->but || candidate.ends < 2)) || is_strange(&candidate, ends)) {
            continue;
        }
        if (is_running(naming->call, ends->running)) {
            *running = candidate;
        }
        if (candidate.ends > 0 ? is_better(&candidate, best) : !best->call) {
            *best = candidate;
        }
    }
}

static np_call_t *
call_of_client(const address *client, const np_packet_t *packet, bool is_rtp, const np_media_calls_t *before,
               const np_session_t *but)
{
    const packet_ends_t ends = { packet,
                                 named_end(client, packet->src, packet->src_port),
                                 named_end(client, packet->dst, packet->dst_port),
                                 before,
                                 is_rtp,
                                 but };
    candidate_t running = { .call = NULL }, best = { .call = NULL };

    weigh_namings(ends.from, &ends, &running, &best);
    weigh_namings(ends.to, &ends, &running, &best);
    return choose_call(&running, &best);
}

static void
add_call(np_media_calls_t *found, np_call_t *call)
{
    if (!call || is_running(call, found)) {
        return;
    }
    if (found->count == 1 && found->calls[0]->info.number > call->info.number) {
        found->calls[1] = found->calls[0];
        found->calls[0] = call;
    } else {
        found->calls[found->count] = call;
    }
    found->count++;
}

/* A packet between other hosts is a copy, by a relay or NAT, if the call's media were captured at the client's address.
 * But the client may have an address of the other IP version, too, and name it in its SDP. */
static bool
is_relayed_copy(const np_call_t *call, const np_packet_t *packet, const np_media_calls_t *running)
{
    bool is_named = is_named_by(call, NAVERPHONE_FROM_CLIENT, packet->src, packet->src_port)
                 || is_named_by(call, NAVERPHONE_FROM_CLIENT, packet->dst, packet->dst_port);

    return call->media_at_client && !is_running(call, running)
        && !(is_named && packet->src->type != call->session->info.client.type);
}

np_media_calls_t
np_media_find_calls(const np_packet_t *packet, bool is_rtp, const np_media_calls_t *running)
{
    np_media_calls_t found = { .count = 0 };

    add_call(&found, call_of_client(packet->src, packet, is_rtp, running, NULL));
    if (!addresses_equal(packet->src, packet->dst)) {
        add_call(&found, call_of_client(packet->dst, packet, is_rtp, running, NULL));
    } else if (found.count > 0) { /* two clients on one machine or behind one NAT */
        add_call(&found, call_of_client(packet->src, packet, is_rtp, running, found.calls[0]->session));
    }
    if (found.count == 0) { /* relayed by other hosts */
        np_call_t *call = call_of_client(&anybody, packet, is_rtp, running, NULL);

        add_call(&found, call && is_relayed_copy(call, packet, running) ? NULL : call);
    }
    return found;
}

static bool
lacks_media_of(const np_call_t *call, const np_media_section_t *section)
{
    if (section->is_video) {
        return !call->video;
    }
    return !call->has_sound[NAVERPHONE_DIRECTION_UNKNOWN] && !call->has_sound[NAVERPHONE_FROM_CLIENT]
        && !call->has_sound[NAVERPHONE_TO_CLIENT];
}

np_call_t *
np_media_call_by_type(const np_session_t *session, const np_packet_t *packet, uint8_t payload_type)
{
    naverphone_direction_t direction = np_media_direction(&session->info.client, packet);
    np_call_t *call = session->latest_call;
    const np_media_section_t *section;

    if (!call || np_call_is_over(call) || !call->described[NAVERPHONE_FROM_CLIENT].sections
        || !call->described[NAVERPHONE_TO_CLIENT].sections) {
        return NULL;
    }
    section = np_media_section_of(call, direction, packet, payload_type);
    return section && lacks_media_of(call, section) ? call : NULL;
}

/* ---- directions ------------------------------------------------------------------------ */

naverphone_direction_t
np_media_direction(const address *client, const np_packet_t *packet)
{
    if (addresses_equal(packet->src, client)) {
        return NAVERPHONE_FROM_CLIENT;
    }
    return addresses_equal(packet->dst, client) ? NAVERPHONE_TO_CLIENT : NAVERPHONE_DIRECTION_UNKNOWN;
}

naverphone_direction_t
np_media_call_direction(const np_call_t *call, const np_packet_t *packet)
{
    const address *client = &call->session->info.client;
    const naming_t *from, *to;

    if (addresses_equal(packet->src, client) != addresses_equal(packet->dst, client)) {
        return np_media_direction(client, packet);
    }
    to = naming_of(named_end(&anybody, packet->dst, packet->dst_port), call);
    from = naming_of(named_end(&anybody, packet->src, packet->src_port), call);
    if (to) {
        return np_other_way(to->side);
    }
    return from ? from->side : NAVERPHONE_DIRECTION_UNKNOWN;
}
