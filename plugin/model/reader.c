/* reader.c
 * Reads the two byte streams of a control connection: finds their framing, cuts them into messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/reader.h"

#define MOST_PIECES   256       /* segments of a stream that are collected at most */
#define FIRST_GUESS   8         /* segments of a connection after which its framing is looked for first */
#define MOST_LOSSES   4         /* messages that do not fit before a server's framing is forgotten */
#define MOST_FRUITLESS 24       /* connections without framing before no more is looked for */
#define MOST_VAIN     2         /* guesses that decide nothing before only more segments are worth another */
#define FULL_COUNTS   8         /* ... for which one that had bytes enough counts */
#define MOST_HEAD     0x10000   /* bytes kept of what follows a gap */

/* Thousands of connections can collect at once, and are done at about the same time: from an allocator of its own all of it
 * goes back to the system then. It would leave holes among what stays. */
static wmem_allocator_t *collections;   /* NULL while none collects */
static unsigned          collecting;    /* streams */

/* A segment that was collected: np_payload_t with its bytes. */
typedef struct {
    np_reading_t *reading;
    uint32_t offset, captured, length;
    uint8_t  place;             /* np_place_t */
    bool     fills_gap;
    uint8_t  bytes[];
} piece_t;

/* It grows with each segment: that copies what it has, but there is not much, and nearly none is in vain. */
typedef struct {
    unsigned count;
    uint32_t bytes;             /* of all of them, as captured */
    size_t   size;              /* of the pieces that follow */
    uint64_t pieces[];          /* piece_t, one behind the other, each aligned */
} collection_t;

/* Bytes of a message that has not ended. */
typedef struct {
    uint8_t *bytes;
    uint32_t length, room;
    uint32_t wanted;            /* length of the message; 0 while it is not known */
    uint32_t skipped;           /* bytes seen, but not kept: the capture cut some before them off */
    uint32_t first_frame;
    wmem_array_t *waiting;      /* np_reading_t *: of the frames that the message has bytes in */
} partial_t;

/* What a gap stands between. */
typedef struct {
    partial_t *before;          /* the message that it interrupts */
    uint8_t *head;              /* what follows up to the message that was found next */
    uint32_t head_length;
} gap_t;

typedef struct {
    np_cutting_t cutting;
    bool     decided;           /* for the first pass, too */
    bool     in_step;           /* the next byte begins a message, or continues the partial one */
    bool     has_preface;       /* the first message is yet to be found */
    uint8_t  losses;            /* in the latest segment: times that its bytes did not fit the framing */
    uint32_t longest;           /* message so far */
    np_head_t head_alike;       /* how its messages begin */
    np_framing_t widest;        /* inferred: a wider field that was the same so far */
    uint32_t messages;
    partial_t *partial;         /* the message that has begun; most end where they begin */
    gap_t   *gap;               /* the latest, while it can be filled; seldom there is one */
    collection_t *collected;    /* its segments, as long as they are needed; NULL: none are */
} stream_t;

struct np_reader {
    stream_t streams[2];
    np_endpoint_t *endpoint;
    bool     infer;             /* still looking */
    bool     changed;           /* there is more than at the latest guess for later passes */
    unsigned next_guess;        /* number of segments at which the first pass guesses again */
};

static void
set_cutting(stream_t *stream, const np_inferred_framing_t *found)
{
    bool is_framed = found->framing.kind != NP_FRAMING_SEGMENT;

    stream->cutting.framing = found->framing;
    stream->widest = found->widest;
    stream->has_preface = found->has_preface;
    stream->in_step = !found->has_preface;
    stream->cutting.confidence = found->confidence;
    stream->cutting.origin = is_framed ? NP_ORIGIN_INFERRED : NP_ORIGIN_SEGMENT;
}

/* Does the server's own past settle this stream? */
static bool
is_settled(const np_endpoint_t *endpoint, unsigned stream)
{
    return endpoint->known[stream].confidence > 0 || endpoint->fruitless >= MOST_FRUITLESS;
}

np_reader_t *
np_reader_new(np_endpoint_t *endpoint, const np_framing_t *user, bool infer)
{
    np_reader_t *reader = wmem_new0(wmem_file_scope(), np_reader_t);

    reader->endpoint = endpoint;
    reader->next_guess = FIRST_GUESS;
    for (unsigned i = 0; i < 2; i++) {
        stream_t *stream = &reader->streams[i];

        stream->in_step = true;
        stream->cutting.origin = user ? NP_ORIGIN_USER : NP_ORIGIN_SEGMENT;
        if (user)
            stream->cutting.framing = *user;
        else if (infer && is_settled(endpoint, i))
            set_cutting(stream, &endpoint->known[i]);
        stream->decided = user || !infer || is_settled(endpoint, i);
        reader->infer |= !stream->decided;
    }
    return reader;
}

/* ---- messages ------------------------------------------------------------------------ */

static void
forget_partial(partial_t **partial)
{
    if (!*partial)
        return;
    wmem_free(wmem_file_scope(), (*partial)->bytes);
    wmem_destroy_array((*partial)->waiting);
    wmem_free(wmem_file_scope(), *partial);
    *partial = NULL;
}

static void
partial_add(partial_t *partial, const uint8_t *bytes, uint32_t length)
{
    if (partial->length + length > partial->room) {
        partial->room = MAX(partial->length + length, partial->room * 2);
        partial->bytes = (uint8_t *)wmem_realloc(wmem_file_scope(), partial->bytes, partial->room);
    }
    if (length)
        memcpy(partial->bytes + partial->length, bytes, length);
    partial->length += length;
}

static np_pdu_t *
add_pdu(stream_t *stream, np_reading_t *reading, uint32_t length)
{
    np_pdu_t *pdu = wmem_new0(wmem_file_scope(), np_pdu_t);

    pdu->number = ++stream->messages;
    stream->longest = MAX(stream->longest, length);
    pdu->length = length;
    if (reading->last_pdu) {
        pdu->next = reading->last_pdu->next;
        reading->last_pdu->next = pdu;
    } else
        pdu->next = pdu;
    reading->last_pdu = pdu;
    return pdu;
}

/* Adds a message of which the frame's payload has the end at most. captured: how many of its bytes there are. */
static void
add_kept_pdu(stream_t *stream, np_reading_t *reading, uint32_t length, uint32_t first_frame, const uint8_t *bytes,
             uint32_t captured)
{
    np_pdu_t *pdu = add_pdu(stream, reading, length);
    np_kept_t *kept = (np_kept_t *)wmem_alloc0(wmem_file_scope(), sizeof *kept + captured);

    kept->first_frame = first_frame;
    kept->length = captured;
    memcpy(kept->bytes, bytes, captured);
    pdu->is_kept = true;
    pdu->kept = kept;
}

/* The partial message has ended in this frame. */
static void
finish_partial(stream_t *stream, np_reading_t *reading)
{
    const partial_t *partial = stream->partial;

    add_kept_pdu(stream, reading, partial->wanted, partial->first_frame, partial->bytes, partial->length);
    np_head_add(&stream->head_alike, partial->bytes, partial->length);
    for (unsigned i = 0; i < wmem_array_get_count(partial->waiting); i++) {
        np_reading_t *waiting = *(np_reading_t **)wmem_array_index(partial->waiting, i);

        if (waiting != reading)
            waiting->ends_in = reading->frame;
    }
    forget_partial(&stream->partial);
}

static void
lose(stream_t *stream, np_reading_t *reading)
{
    reading->lost = true;
    stream->losses++;
    stream->in_step = false;
    forget_partial(&stream->partial);
}

/* Begins a partial message with all of these bytes. */
static void
begin_partial(stream_t *stream, const uint8_t *bytes, uint32_t length, uint32_t wanted, np_reading_t *reading)
{
    partial_t *partial = stream->partial = wmem_new0(wmem_file_scope(), partial_t);

    partial->first_frame = reading->frame;
    partial->waiting = wmem_array_sized_new(wmem_file_scope(), sizeof(np_reading_t *), 2);     /* mostly enough */
    wmem_array_append_one(partial->waiting, reading);
    partial->wanted = wanted;
    partial_add(partial, bytes, length);
}

#define MOST_GROWTH  8          /* a message is that much longer than any before at most ... */
#define SHORT        4096       /* ... or shorter than that ... */
#define FULL_SEGMENT 512        /* ... or its sender fills the segment */

/* May an inferred length be believed? Other bytes read as a length would swallow what follows. */
static bool
is_plausible(const stream_t *stream, const uint8_t *bytes, uint32_t length, uint32_t left)
{
    uint32_t wide = length;

    if (stream->widest.kind == NP_FRAMING_LENGTH
            && np_framing_cut(&stream->widest, bytes, left, 0, &wide) != NP_CUT_MORE && wide != length)
        return false;
    return stream->cutting.origin == NP_ORIGIN_USER || length <= SHORT || length <= left || left >= FULL_SEGMENT
        || length / MOST_GROWTH <= stream->longest;
}

/* Gives the partial message what it lacks. Returns how many of the bytes it took; it stays unfinished if all. */
static uint32_t
continue_partial(stream_t *stream, const uint8_t *bytes, uint32_t length, np_reading_t *reading)
{
    const np_framing_t *framing = &stream->cutting.framing;
    partial_t *partial = stream->partial;
    uint32_t before = partial->length, take = length, wanted = 0;

    if (!partial->wanted) {
        /* Its header, or its end, may be among the new bytes: look at all of them. */
        partial_add(partial, bytes, length);
        switch (np_framing_cut(framing, partial->bytes, partial->length, before, &wanted)) {
        case NP_CUT_LENGTH:
            if (is_plausible(stream, partial->bytes, wanted, partial->length)) {
                partial->wanted = wanted;
                break;
            }
            /* fall through */
        case NP_CUT_BAD:
            lose(stream, reading);
            return 0;
        case NP_CUT_MORE:
            break;
        }
        partial->length = before;
    }
    if (partial->wanted)
        take = MIN(length, partial->wanted - before - partial->skipped);
    if (partial->skipped)
        partial->skipped += take;
    else
        partial_add(partial, bytes, take);
    if (partial->wanted && partial->length + partial->skipped == partial->wanted)
        finish_partial(stream, reading);
    else
        wmem_array_append_one(partial->waiting, reading);
    return take;
}

/* Cuts what is left of the payload, which begins a message. Returns how far it got. */
static uint32_t
cut_messages(stream_t *stream, const np_payload_t *payload, bool in_frame, uint32_t at, np_reading_t *reading)
{
    while (at < payload->captured) {
        const uint8_t *bytes = payload->bytes + at;
        uint32_t left = payload->captured - at, length = 0;
        np_cut_t cut = np_framing_cut(&stream->cutting.framing, bytes, left, 0, &length);

        if (cut == NP_CUT_BAD || (cut == NP_CUT_LENGTH && !is_plausible(stream, bytes, length, left))) {
            lose(stream, reading);
            return at;
        }
        if (cut == NP_CUT_MORE || length > left) {
            begin_partial(stream, bytes, left, cut == NP_CUT_LENGTH ? length : 0, reading);
            return payload->captured;
        }
        np_head_add(&stream->head_alike, bytes, length);
        if (in_frame)
            add_pdu(stream, reading, length)->offset = payload->offset + at;
        else
            add_kept_pdu(stream, reading, length, reading->frame, bytes, length);
        at += length;
    }
    return at;
}

/* Looks for a message after what could not be read. */
static uint32_t
synchronise(stream_t *stream, const np_payload_t *payload, uint32_t at)
{
    size_t left = payload->captured - at;
    size_t skip = np_framing_synchronise(&stream->cutting.framing, &stream->head_alike, payload->bytes + at, left);

    stream->in_step = skip < left;
    return at + (uint32_t)skip;
}

/* Reads bytes that follow what was read. in_frame: they stand in the frame's payload. */
static void
read_bytes(stream_t *stream, const np_payload_t *payload, bool in_frame, np_reading_t *reading)
{
    uint32_t at = 0;

    if (stream->in_step && stream->partial)
        at = continue_partial(stream, payload->bytes, payload->captured, reading);
    if (stream->in_step)
        at = cut_messages(stream, payload, in_frame, at, reading);
    if (at < payload->captured && !stream->in_step) {
        /* Once more in this segment; what fails again waits for the next one. */
        at = synchronise(stream, payload, at);
        if (stream->in_step)
            cut_messages(stream, payload, in_frame, at, reading);
    }
}

/* The capture cut the end of the segment off. A message whose length is known, and which ends with the segment or
 * later, is not lost. */
static void
skip_bytes(stream_t *stream, uint32_t missing, np_reading_t *reading)
{
    partial_t *partial = stream->partial;

    if (!stream->in_step || missing == 0)
        return;
    if (!partial || !partial->wanted || partial->wanted - partial->length - partial->skipped < missing) {
        lose(stream, reading);
        return;
    }
    partial->skipped += missing;
    if (partial->length + partial->skipped == partial->wanted)
        finish_partial(stream, reading);
}

/* ---- gaps -------------------------------------------------------------------------------- */

static void
forget_gap(stream_t *stream)
{
    if (!stream->gap)
        return;
    forget_partial(&stream->gap->before);
    wmem_free(wmem_file_scope(), stream->gap->head);
    wmem_free(wmem_file_scope(), stream->gap);
    stream->gap = NULL;
}

/* These bytes come before those that follow the gap so far. */
static void
add_to_head(gap_t *gap, const uint8_t *bytes, uint32_t length)
{
    uint8_t *head;

    if (length == 0)
        return;
    head = (uint8_t *)wmem_alloc(wmem_file_scope(), length + gap->head_length);
    memcpy(head, bytes, length);
    if (gap->head_length)
        memcpy(head + length, gap->head, gap->head_length);
    wmem_free(wmem_file_scope(), gap->head);
    gap->head = head;
    gap->head_length += length;
}

/* head: what follows the gap up to the message that was found next. */
static void
open_gap(stream_t *stream, const uint8_t *head, uint32_t length)
{
    stream->gap = wmem_new0(wmem_file_scope(), gap_t);
    stream->gap->before = stream->partial;
    stream->partial = NULL;
    add_to_head(stream->gap, head, length);
}

/* Goes on behind a gap; what it interrupts waits for segments that come late. */
static void
read_after_gap(stream_t *stream, const np_payload_t *payload, np_reading_t *reading)
{
    bool was_in_step = stream->in_step;
    np_payload_t rest = *payload;
    uint32_t begin;

    forget_gap(stream);
    reading->lost = true;
    begin = synchronise(stream, payload, 0);
    if (was_in_step && begin <= MOST_HEAD)
        open_gap(stream, payload->bytes, begin);
    else
        forget_partial(&stream->partial);
    rest.bytes += begin;
    rest.offset += begin;
    rest.captured -= begin;
    if (stream->in_step)
        cut_messages(stream, &rest, true, 0, reading);
}

/* Reads, in the place of the gap, what came late. The gap closes where it does not fit. */
static void
read_in_gap(stream_t *stream, const np_payload_t *payload, bool in_frame, np_reading_t *reading)
{
    partial_t *after = stream->partial;
    bool in_step = stream->in_step, fits;

    stream->partial = stream->gap->before;
    stream->in_step = true;
    read_bytes(stream, payload, in_frame, reading);
    stream->gap->before = stream->partial;
    fits = stream->in_step;
    stream->partial = after;
    stream->in_step = in_step;
    if (!fits)
        forget_gap(stream);
}

static void
read_late(stream_t *stream, const np_payload_t *payload, np_reading_t *reading)
{
    gap_t *gap;

    if (payload->place == NP_PLACE_IN_GAP || payload->captured < payload->length)
        forget_gap(stream);
    gap = stream->gap;
    if (!gap)
        return;
    if (payload->place == NP_PLACE_GAP_END) {
        add_to_head(gap, payload->bytes, payload->captured);
        if (gap->head_length > MOST_HEAD)
            forget_gap(stream);
        return;
    }
    read_in_gap(stream, payload, true, reading);
    if (payload->fills_gap && stream->gap) {
        np_payload_t head = { .bytes = gap->head, .captured = gap->head_length, .length = gap->head_length };

        if (head.captured)
            read_in_gap(stream, &head, false, reading);
        forget_gap(stream);
    }
}

static void
read_segment(stream_t *stream, const np_payload_t *payload, np_reading_t *reading)
{
    stream->losses = 0;
    if (np_place_is_late(payload->place)) {
        read_late(stream, payload, reading);
        return;
    }
    if (payload->place == NP_PLACE_FIRST)
        stream->in_step = false;
    if (payload->place == NP_PLACE_AFTER_GAP)
        read_after_gap(stream, payload, reading);
    else
        read_bytes(stream, payload, true, reading);
    skip_bytes(stream, payload->length - payload->captured, reading);
}

/* ---- finding the framing -------------------------------------------------------------------- */

static np_bool_t
forget_collections(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *data _U_)
{
    if (collections)
        wmem_destroy_allocator(collections);
    collections = NULL;
    collecting = 0;
    return FALSE;       /* once */
}

void
np_readers_init(void)
{
    wmem_register_callback(wmem_file_scope(), forget_collections, NULL);
}

static void
begin_collection(stream_t *stream)
{
    if (collecting++ == 0)
        collections = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    stream->collected = wmem_new0(collections, collection_t);
}

static size_t
piece_size(uint32_t captured)
{
    const size_t alignment = sizeof(uint64_t), size = offsetof(piece_t, bytes) + captured;

    return (size + alignment - 1) / alignment * alignment;
}

/* The piece that begins there; NULL behind the last. */
static piece_t *
piece_at(const stream_t *stream, size_t offset)
{
    collection_t *collected = stream->collected;

    return collected && offset < collected->size ? (piece_t *)(void *)((uint8_t *)collected->pieces + offset) : NULL;
}

static piece_t *
first_piece(const stream_t *stream)
{
    return piece_at(stream, 0);
}

static piece_t *
next_piece(const stream_t *stream, const piece_t *piece)
{
    size_t offset = (size_t)((const uint8_t *)piece - (const uint8_t *)stream->collected->pieces);

    return piece_at(stream, offset + piece_size(piece->captured));
}

static void
collect(np_reader_t *reader, stream_t *stream, const np_payload_t *payload, np_reading_t *reading)
{
    size_t offset, size = piece_size(payload->captured);
    collection_t *collected;
    piece_t *piece;

    if (!stream->collected)
        begin_collection(stream);
    offset = stream->collected->size;
    collected = (collection_t *)wmem_realloc(collections, stream->collected, sizeof *collected + offset + size);
    collected->size += size;
    collected->count++;
    collected->bytes += payload->captured;
    stream->collected = collected;
    piece = piece_at(stream, offset);
    *piece = (piece_t){ .reading = reading, .offset = payload->offset, .captured = payload->captured,
                        .length = payload->length, .place = (uint8_t)payload->place, .fills_gap = payload->fills_gap };
    if (payload->captured)
        memcpy(piece->bytes, payload->bytes, payload->captured);
    reader->changed = true;
}

static np_payload_t
payload_of(const piece_t *piece)
{
    return (np_payload_t){ .place = (np_place_t)piece->place, .fills_gap = piece->fills_gap, .offset = piece->offset,
                           .bytes = piece->captured ? piece->bytes : NULL, .captured = piece->captured,
                           .length = piece->length };
}

static void
forget_collected(stream_t *stream)
{
    if (!stream->collected)
        return;
    wmem_free(collections, stream->collected);
    stream->collected = NULL;
    if (--collecting == 0) {
        wmem_destroy_allocator(collections);
        collections = NULL;
    }
}

/* The segments in the order of the stream: late ones before what came after their gap. */
static np_segment_payloads_t
pieces_of(const stream_t *stream)
{
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(np_segment_payload_t));
    unsigned gap = 0;           /* where late ones belong */
    bool is_whole = true;       /* the one before */
    unsigned count;

    for (const piece_t *segment = first_piece(stream); segment; segment = next_piece(stream, segment)) {
        np_segment_payload_t piece = { segment->bytes, segment->captured, segment->place == NP_PLACE_NEXT && is_whole };

        if (segment->captured == 0 || segment->place == NP_PLACE_IN_GAP)
            continue;
        if (np_place_is_late((np_place_t)segment->place)) {
            bool at_begin = segment->place == NP_PLACE_GAP_BEGIN;

            piece.continues = at_begin;
            if (gap < pieces->len)
                g_array_index(pieces, np_segment_payload_t, gap).continues = !at_begin || segment->fills_gap;
            g_array_insert_val(pieces, gap, piece);
            gap += at_begin;
            continue;
        }
        is_whole = segment->captured == segment->length;
        if (segment->place == NP_PLACE_AFTER_GAP)
            gap = pieces->len;
        g_array_append_val(pieces, piece);
    }
    count = pieces->len;
    return (np_segment_payloads_t){ (np_segment_payload_t *)g_array_free(pieces, FALSE), count };
}

/* Cuts what was collected, from this segment on. */
static void
read_collected(stream_t *stream, const piece_t *from)
{
    stream->messages = 0;
    stream->longest = 0;
    stream->in_step = from == first_piece(stream) && !stream->has_preface;
    forget_partial(&stream->partial);
    forget_gap(stream);
    for (const piece_t *piece = first_piece(stream); piece; piece = next_piece(stream, piece)) {
        np_reading_t *reading = piece->reading;

        reading->ends_in = 0;
        reading->lost = false;
        reading->last_pdu = NULL;
    }
    if (stream->cutting.framing.kind == NP_FRAMING_SEGMENT)
        return;
    for (const piece_t *piece = from; piece; piece = next_piece(stream, piece)) {
        const np_payload_t payload = payload_of(piece);
        read_segment(stream, &payload, piece->reading);
    }
}

/* Cuts what was collected, as if the framing had been known from the start. Where that is not a message's begin, the
 * segments after the first teach what messages begin like. */
static void
read_again(stream_t *stream)
{
    const piece_t *first = first_piece(stream), *second = first ? next_piece(stream, first) : NULL;

    memset(&stream->head_alike, 0, sizeof stream->head_alike);
    if (second && (stream->has_preface || first->place == NP_PLACE_FIRST))
        read_collected(stream, second);
    read_collected(stream, first);
}

/* What other connections have taught meanwhile needs no guess, which is by far the most work here. */
static void
guess(np_reader_t *reader, np_inferred_framing_t guesses[2])
{
    const np_inferred_framing_t *known = reader->endpoint->known;

    memset(guesses, 0, 2 * sizeof *guesses);
    if (known[0].confidence <= 0 || known[1].confidence <= 0) {
        np_segment_payloads_t pieces[2] = { pieces_of(&reader->streams[0]), pieces_of(&reader->streams[1]) };

        np_framing_infer(pieces, guesses);
        for (unsigned i = 0; i < 2; i++)
            g_free((np_segment_payload_t *)pieces[i].pieces);
    }
    for (unsigned i = 0; i < 2; i++)
        if (known[i].confidence > 0)
            guesses[i] = known[i];
}

static void
take_guess(stream_t *stream, const np_inferred_framing_t *found)
{
    set_cutting(stream, found);
    read_again(stream);
}

/* Can other bytes prove the framing wrong? Any byte is an 8 bit length, any place has a fixed size. */
static bool
is_refutable(const np_framing_t *framing)
{
    return framing->kind == NP_FRAMING_LENGTH && framing->width > 1;
}

/* What one connection was not sure enough of, a second one that agrees makes sure: but for what neither can tell, and
 * only where a connection that is cut otherwise would show it. */
static void
teach(np_endpoint_t *endpoint, unsigned stream, const np_inferred_framing_t *found)
{
    np_inferred_framing_t *hinted = &endpoint->hinted[stream];
    double doubt = 1 - found->confidence;

    if (np_framing_equal(&found->framing, &hinted->framing))
        doubt *= 1 - hinted->confidence;
    *hinted = *found;
    hinted->confidence = MIN(1 - doubt, MAX(found->confidence, found->most));
    if (hinted->confidence >= NP_CONFIDENT && is_refutable(&found->framing))
        endpoint->known[stream] = *hinted;
}

static bool
has_framing(const np_reader_t *reader)
{
    return reader->streams[0].cutting.framing.kind != NP_FRAMING_SEGMENT
        || reader->streams[1].cutting.framing.kind != NP_FRAMING_SEGMENT;
}

/* Decides the streams whose framing is clear, and those of which there will be no more to see. */
static void
decide(np_reader_t *reader, bool first_at_last, bool second_at_last)
{
    const bool at_last[2] = { first_at_last, second_at_last };
    np_inferred_framing_t guesses[2];

    guess(reader, guesses);
    for (unsigned i = 0; i < 2; i++) {
        stream_t *stream = &reader->streams[i];
        bool is_sure = guesses[i].confidence >= NP_CONFIDENT;

        if (stream->decided || !(at_last[i] || is_sure))
            continue;
        stream->decided = true;
        if (guesses[i].framing.kind != NP_FRAMING_SEGMENT)
            teach(reader->endpoint, i, &guesses[i]);
        take_guess(stream, &guesses[i]);
    }
    /* A decided stream's bytes still help the other one. */
    if (reader->streams[0].decided && reader->streams[1].decided) {
        forget_collected(&reader->streams[0]);
        forget_collected(&reader->streams[1]);
        reader->infer = false;
    }
}

static bool
is_full(const stream_t *stream)
{
    const collection_t *collected = stream->collected;

    return !stream->decided && collected && (collected->bytes >= NP_READER_COLLECTS || collected->count >= MOST_PIECES);
}

/* Thousands of connections at once have the same few messages: what did not tell the framing of some tells none. */
static bool
is_worth_a_guess(const np_endpoint_t *endpoint, unsigned segments)
{
    return endpoint->vain < MOST_VAIN || segments > endpoint->vain_segments
        || endpoint->known[0].confidence > 0 || endpoint->known[1].confidence > 0;
}

static void
guess_early(np_reader_t *reader, unsigned segments)
{
    np_endpoint_t *endpoint = reader->endpoint;

    decide(reader, false, false);
    if (!reader->infer)
        return;
    endpoint->vain = segments > endpoint->vain_segments ? 1 : endpoint->vain + 1;
    endpoint->vain_segments = MAX(endpoint->vain_segments, segments);
}

/* Guesses ever more rarely: the work stays in proportion to the bytes. */
static void
look_for_framing(np_reader_t *reader)
{
    unsigned count = 0;

    for (unsigned i = 0; i < 2; i++)
        count += reader->streams[i].collected ? reader->streams[i].collected->count : 0;
    if (is_full(&reader->streams[0]) || is_full(&reader->streams[1])) {
        decide(reader, is_full(&reader->streams[0]), is_full(&reader->streams[1]));
        if (!reader->infer && !has_framing(reader))
            reader->endpoint->fruitless += FULL_COUNTS;
    } else if (count >= reader->next_guess) {
        reader->next_guess = count + MAX(count * 2 / 5, 2);
        if (is_worth_a_guess(reader->endpoint, count))
            guess_early(reader, count);
    }
}

/* A server that was not understood so often speaks otherwise by now, or was misread. */
static void
count_losses(np_endpoint_t *endpoint, unsigned stream, unsigned losses)
{
    endpoint->losses[stream] += losses;
    if (endpoint->losses[stream] < MOST_LOSSES)
        return;
    memset(&endpoint->known[stream], 0, sizeof endpoint->known[stream]);
    endpoint->losses[stream] = 0;
}

void
np_reader_read(np_reader_t *reader, unsigned direction, const np_payload_t *payload, np_reading_t *reading)
{
    stream_t *stream = &reader->streams[direction];

    if (!stream->decided) {
        collect(reader, stream, payload, reading);
        look_for_framing(reader);
    } else if (stream->cutting.framing.kind != NP_FRAMING_SEGMENT) {
        read_segment(stream, payload, reading);
        count_losses(reader->endpoint, direction, stream->losses);
    }
}

void
np_reader_end(np_reader_t *reader)
{
    if (!reader->infer)
        return;
    decide(reader, true, true);
    if (!has_framing(reader))
        reader->endpoint->fruitless++;
}

np_cutting_t
np_reader_cutting(np_reader_t *reader, unsigned direction, bool later)
{
    stream_t *stream = &reader->streams[direction];
    const np_cutting_t segments = { .framing = { .kind = NP_FRAMING_SEGMENT }, .origin = NP_ORIGIN_SEGMENT };

    if (stream->decided || !later)
        return stream->decided ? stream->cutting : segments;
    if (reader->changed) {
        np_inferred_framing_t guesses[2];

        guess(reader, guesses);
        for (unsigned i = 0; i < 2; i++)
            if (!reader->streams[i].decided)
                take_guess(&reader->streams[i], &guesses[i]);
        reader->changed = false;
    }
    return stream->cutting;
}
