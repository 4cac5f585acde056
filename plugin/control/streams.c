/* streams.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/streams.h"

#include "control/collection.h"

#define MAX_LOOKED_AT 4096 /* bytes behind a hole */
#define MAX_INHERITED 0.89 /* confidence until checked */
#define FIRST_GUESS 8      /* segments of both streams */
#define EARLY_GUESSES 40   /* ... up to which guesses are cheap */

typedef struct {
    np_arrivals_t *arrivals;
    bool decided;                    /* its framing is found, or each segment is a message */
    bool is_inherited;               /* the inherited framing is used, and not checked yet */
    bool is_alone;                   /* the framing of other connections does not fit here */
    np_inferred_framing_t inherited; /* from other connections */
    np_collection_t collection;      /* until both streams are decided and checked */
} stream_t;

struct np_control_streams {
    stream_t streams[2];
    np_framed_pair_t framed;
    np_server_framing_t *server; /* what is known from its other connections */
    bool infer;                  /* a stream is undecided */
    bool has_news;               /* collected since the last conclusion */
    unsigned next_guess;         /* at so many segments */
};

/* ---- inferring a framing ----------------------------------------------------------------------------- */

static np_framed_t *
framed_of(np_control_streams_t *streams, unsigned direction)
{
    return &streams->framed.streams[direction];
}

static bool
has_framing(const np_control_streams_t *streams, unsigned direction)
{
    return streams->framed.streams[direction].reassembly != NULL;
}

static void
take_framing(np_control_streams_t *streams, unsigned direction, const np_inferred_framing_t *found)
{
    np_framed_take(framed_of(streams, direction), found, &streams->streams[direction].collection);
}

/* is_last: no more bytes will come. */
static np_fit_t
fit_of(const stream_t *stream, const np_inferred_framing_t *known, bool is_last)
{
    np_segment_payloads_t payloads = np_collection_payloads(&stream->collection);
    np_fit_t fit = np_framing_fits(&payloads, known, is_last);

    g_free((np_segment_payload_t *)payloads.items);
    return fit;
}

/* True if the server's known framing may fit. A stream that is decided needs no guess, so it is not compared. */
static bool
fits_server(const np_control_streams_t *streams, unsigned direction, bool is_last)
{
    const stream_t *stream = &streams->streams[direction];

    return np_server_framing_is_known(streams->server, direction) && !stream->is_alone
        && (stream->decided || fit_of(stream, &streams->server->known[direction], is_last) != NP_FIT_BAD);
}

static void
guess_framings(const np_control_streams_t *streams, bool is_last, np_inferred_framing_t guesses[2])
{
    const bool fits[2] = { fits_server(streams, 0, is_last), fits_server(streams, 1, is_last) };

    memset(guesses, 0, 2 * sizeof *guesses);
    if (!fits[0] || !fits[1]) {
        const np_segment_payloads_t payloads[2] = { np_collection_payloads(&streams->streams[0].collection),
                                                    np_collection_payloads(&streams->streams[1].collection) };

        np_collections_infer(payloads, is_last, guesses);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (fits[i]) {
            guesses[i] = streams->server->known[i];
        }
    }
}

static bool
has_any_framing(const np_control_streams_t *streams)
{
    return has_framing(streams, 0) || has_framing(streams, 1);
}

static void
forget_collected(np_control_streams_t *streams)
{
    if (!streams->infer && !streams->streams[0].is_inherited && !streams->streams[1].is_inherited) {
        np_collection_free(&streams->streams[0].collection);
        np_collection_free(&streams->streams[1].collection);
    }
}

/* Gives undecided streams the framing that was guessed, if it is sure; with at_last even if it is not. */
static void
decide_framings(np_control_streams_t *streams, bool first_at_last, bool second_at_last)
{
    const bool at_last[2] = { first_at_last, second_at_last };
    np_inferred_framing_t guesses[2];

    guess_framings(streams, first_at_last || second_at_last, guesses);
    for (unsigned i = 0; i < 2; i++) {
        stream_t *stream = &streams->streams[i];
        bool is_sure = guesses[i].confidence >= NP_CONFIDENT;

        if (stream->decided || !(at_last[i] || is_sure)) {
            continue;
        }
        stream->decided = true;
        if (guesses[i].framing.kind != NP_FRAMING_SEGMENT && !stream->is_alone) {
            np_server_framing_learn(streams->server, i, &guesses[i]);
        }
        take_framing(streams, i, &guesses[i]);
    }
    if (streams->streams[0].decided && streams->streams[1].decided) {
        streams->infer = false;
        forget_collected(streams);
    }
}

static bool
is_full(const stream_t *stream)
{
    return !stream->decided && np_collection_is_full(&stream->collection);
}

static void
guess_early(np_control_streams_t *streams, unsigned segments)
{
    decide_framings(streams, false, false);
    if (streams->infer) {
        np_server_framing_count_undecided(streams->server, segments);
    }
}

/* Guesses at growing intervals, so that the work stays proportional to the bytes. */
static void
look_for_framing(np_control_streams_t *streams)
{
    const stream_t *first = &streams->streams[0], *second = &streams->streams[1];
    unsigned count = np_collection_count(&first->collection) + np_collection_count(&second->collection);

    if (is_full(first) || is_full(second)) {
        decide_framings(streams, is_full(first), is_full(second));
        if (!streams->infer && !has_any_framing(streams)) {
            np_server_framing_count_fruitless(streams->server, true);
        }
    } else if (count >= streams->next_guess) {
        streams->next_guess = count < EARLY_GUESSES ? count + count * 2 / 5 : 2 * count;
        if (np_server_framing_is_worth_a_guess(streams->server, count)) {
            guess_early(streams, count);
        }
    }
}

/* ---- an inherited framing ---------------------------------------------------------------------- */

static void
drop_inherited(np_control_streams_t *streams, unsigned direction)
{
    stream_t *stream = &streams->streams[direction];

    stream->is_inherited = stream->decided = false;
    stream->is_alone = streams->infer = streams->has_news = true;
    take_framing(streams, direction, &np_no_framing);
    np_server_framing_count_losses(streams->server, direction, 1);
}

typedef enum {
    NP_CHECK_MORE,
    NP_CHECK_LAST, /* of the stream */
    NP_CHECK_LATER /* on a later pass; the first one may add bytes afterwards */
} check_t;

static void
check_inherited(np_control_streams_t *streams, unsigned direction, check_t check)
{
    stream_t *stream = &streams->streams[direction];
    np_fit_t fit;

    if (!stream->is_inherited || np_collection_count(&stream->collection) == 0) {
        return;
    }
    fit = fit_of(stream, &stream->inherited, check != NP_CHECK_MORE);
    if (fit == NP_FIT_BAD) {
        drop_inherited(streams, direction);
        return;
    }
    if (check != NP_CHECK_MORE || fit == NP_FIT_GOOD || np_collection_is_full(&stream->collection)) {
        framed_of(streams, direction)->framing.confidence = stream->inherited.confidence;
        stream->is_inherited = check == NP_CHECK_LATER;
        forget_collected(streams);
    }
}

/* ---- the streams ------------------------------------------------------------------------------- */

static void
begin_stream(np_control_streams_t *streams, unsigned direction, const np_framing_t *user, bool infer)
{
    stream_t *stream = &streams->streams[direction];
    np_framed_t *framed = framed_of(streams, direction);
    bool is_settled = np_server_framing_is_settled(streams->server, direction);

    stream->arrivals = np_arrivals_new();
    framed->framing.origin = NP_ORIGIN_SEGMENT;
    if (user) {
        const np_inferred_framing_t set = { .framing = *user };

        np_framed_set(framed, &set, NP_ORIGIN_USER);
    } else if (infer && is_settled) {
        stream->inherited = streams->server->known[direction];
        stream->is_inherited = stream->inherited.framing.kind != NP_FRAMING_SEGMENT;
        np_framed_set(framed, &stream->inherited, stream->is_inherited ? NP_ORIGIN_INFERRED : NP_ORIGIN_SEGMENT);
        framed->framing.confidence = MIN(framed->framing.confidence, MAX_INHERITED);
    }
    stream->decided = user || !infer || is_settled;
    streams->infer |= !stream->decided;
}

np_control_streams_t *
np_control_streams_new(np_server_framing_t *server, const np_framing_t *user, bool infer)
{
    np_control_streams_t *streams = wmem_new0(wmem_file_scope(), np_control_streams_t);

    streams->server = server;
    streams->next_guess = FIRST_GUESS;
    begin_stream(streams, 0, user, infer);
    begin_stream(streams, 1, user, infer);
    return streams;
}

static void
read_payload(np_control_streams_t *streams, unsigned direction, const np_payload_t *payload,
             np_control_segment_t *segment)
{
    stream_t *stream = &streams->streams[direction];

    if (!stream->decided || stream->is_inherited
        || (streams->streams[1 - direction].is_inherited && !np_collection_is_full(&stream->collection))) {
        np_collection_add(&stream->collection, payload, segment);
        streams->has_news = true;
    }
    if (stream->decided && has_framing(streams, direction)) {
        unsigned losses = np_framed_read(&streams->framed, direction, payload, segment, !stream->is_inherited);

        np_server_framing_count_losses(streams->server, direction, losses);
        np_framed_look_for_change(&streams->framed);
    }
    check_inherited(streams, direction, NP_CHECK_MORE);
    if (!stream->decided) {
        look_for_framing(streams);
    }
}

/* segment: NULL stands for that of each payload. */
static void
read_arrivals(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment)
{
    np_payload_t payload;

    while (np_arrivals_take(streams->streams[direction].arrivals, &payload)) {
        read_payload(streams, direction, &payload, segment ? segment : payload.segment);
    }
}

static void
read_rest(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment)
{
    while (np_arrivals_wait(streams->streams[direction].arrivals)) {
        np_control_streams_give_up(streams, direction, segment);
    }
}

np_arrivals_t *
np_control_streams_arrivals(np_control_streams_t *streams, unsigned direction)
{
    return streams->streams[direction].arrivals;
}

void
np_control_streams_read(np_control_streams_t *streams, unsigned direction, const np_arrival_t *arrival)
{
    np_arrivals_add(streams->streams[direction].arrivals, arrival);
    read_arrivals(streams, direction, arrival->segment);
}

static bool
can_go_on(const stream_t *stream, const np_reassembly_t *reassembly)
{
    uint8_t bytes[MAX_LOOKED_AT];

    if (!stream->decided || !reassembly || !np_arrivals_are_acknowledged(stream->arrivals)) {
        return false;
    }
    return np_reassembly_is_sure(reassembly, np_arrivals_missing(stream->arrivals), bytes,
                                 np_arrivals_copy_run(stream->arrivals, bytes, sizeof bytes));
}

bool
np_control_streams_wait_in_vain(const np_control_streams_t *streams, unsigned direction, int64_t time, bool is_over)
{
    const stream_t *stream = &streams->streams[direction];

    return np_arrivals_wait_in_vain(stream->arrivals, time, is_over)
        || can_go_on(stream, streams->framed.streams[direction].reassembly);
}

void
np_control_streams_give_up(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment)
{
    np_arrivals_give_up(streams->streams[direction].arrivals);
    read_arrivals(streams, direction, segment);
}

void
np_control_streams_end(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment)
{
    read_rest(streams, direction, segment);
    read_rest(streams, 1 - direction, NULL);
    check_inherited(streams, 0, NP_CHECK_LAST);
    check_inherited(streams, 1, NP_CHECK_LAST);
    np_framed_settle(&streams->framed);
    if (!streams->infer) {
        return;
    }
    decide_framings(streams, true, true);
    if (!has_any_framing(streams)) {
        np_server_framing_count_fruitless(streams->server, false);
    }
}

void
np_control_streams_conclude(np_control_streams_t *streams)
{
    np_inferred_framing_t guesses[2];

    read_rest(streams, 0, NULL);
    read_rest(streams, 1, NULL);
    np_framed_settle(&streams->framed);
    if (!streams->has_news) {
        return;
    }
    check_inherited(streams, 0, NP_CHECK_LATER);
    check_inherited(streams, 1, NP_CHECK_LATER);
    streams->has_news = false;
    if (!streams->infer) {
        return;
    }
    guess_framings(streams, true, guesses);
    for (unsigned i = 0; i < 2; i++) {
        if (!streams->streams[i].decided) {
            take_framing(streams, i, &guesses[i]);
        }
    }
}

np_message_framing_t
np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, uint32_t frame, bool later)
{
    const np_message_framing_t segments = { .framing = { .kind = NP_FRAMING_SEGMENT }, .origin = NP_ORIGIN_SEGMENT };

    if (!streams->streams[direction].decided && !later) {
        return segments;
    }
    return np_framed_at(&streams->framed.streams[direction], frame);
}
