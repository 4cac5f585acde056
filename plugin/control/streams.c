/* streams.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/streams.h"

#include "control/arrivals.h"
#include "control/collection.h"
#include "control/reassembly.h"

#define MAX_LOOKED_AT 4096
#define MAX_INHERITED 0.89
#define MAX_DOUBTED 0.89 /* in a framing that has ceased to fit */
#define FIRST_GUESS 8
#define EARLY_GUESSES 40 /* segments up to which guesses are cheap */
#define MAX_DOUBTS 4
#define MIN_MISFITS 3 /* segments; one with a damaged length may hide the next begin, too */

/* From where a framing ceased to fit: damage, or another protocol. */
typedef struct {
    np_collection_t collection;
    np_control_message_t *last; /* before, in the first segment collected; or NULL */
    uint32_t messages;          /* latest number before */
    unsigned misfits;           /* segments collected that do not fit either */
    unsigned times;
} doubt_t;

typedef struct {
    np_arrivals_t *arrivals;
    np_message_framing_t framing;
    np_message_framing_t earlier; /* before frame changed */
    uint32_t changed;             /* 0: never */
    doubt_t doubt;
    bool decided; /* also for the first pass */
    np_inferred_framing_t inherited;
    bool is_inherited;           /* from other connections, unchecked */
    bool is_alone;               /* refuted what others taught */
    np_reassembly_t *reassembly; /* NULL: segments */
    np_collection_t collection;  /* until both are decided and checked */
} stream_t;

struct np_control_streams {
    stream_t streams[2];
    np_server_framing_t *server;
    bool infer;
    bool has_news; /* collected since the last conclusion */
    unsigned next_guess;
    unsigned next_doubt; /* segments since a misfit */
};

static const np_inferred_framing_t no_framing = { .framing = { .kind = NP_FRAMING_SEGMENT } };

/* ---- applying a framing ----------------------------------------------------------------------- */

static void
set_framing(stream_t *stream, const np_inferred_framing_t *found, np_origin_t origin)
{
    if (stream->reassembly) {
        np_reassembly_free(stream->reassembly);
    }
    stream->reassembly = NULL;
    stream->framing.framing = found->framing;
    stream->framing.confidence = found->confidence;
    stream->framing.origin = origin;
    if (found->framing.kind != NP_FRAMING_SEGMENT) {
        stream->reassembly = np_reassembly_new(found, origin == NP_ORIGIN_USER);
    }
}

static void
set_inferred_framing(stream_t *stream, const np_inferred_framing_t *found)
{
    set_framing(stream, found, found->framing.kind == NP_FRAMING_SEGMENT ? NP_ORIGIN_SEGMENT : NP_ORIGIN_INFERRED);
}

static void
clear_segment(np_control_segment_t *segment)
{
    segment->lost = false;
    segment->first = segment->last = NULL;
    segment->unfinished = NULL;
}

/* kept: last message to keep in the first segment, or NULL. */
static void
clear_collected(const np_collection_t *collection, np_control_message_t *kept)
{
    np_control_segment_t *segment = np_collection_get(collection, 0)->segment;
    np_control_message_t *first = segment->first;

    for (unsigned i = 0; i < np_collection_count(collection); i++) {
        clear_segment(np_collection_get(collection, i)->segment);
        clear_segment(np_collection_get(collection, i)->payload.segment);
    }
    if (kept) {
        segment->first = first;
        segment->last = kept;
        kept->next = NULL;
    }
}

static void
read_collected(stream_t *stream, const np_collection_t *collection, unsigned from, np_control_message_t *kept)
{
    clear_collected(collection, kept);
    for (unsigned i = from; stream->reassembly && i < np_collection_count(collection); i++) {
        const np_collected_t *collected = np_collection_get(collection, i);

        np_reassembly_read(stream->reassembly, &collected->payload, collected->segment);
    }
}

/* If the first payload begins within a message, the others tell what messages begin with. */
static void
apply_framing(stream_t *stream, const np_collection_t *collection, bool has_preface, np_control_message_t *kept)
{
    if (np_collection_count(collection) == 0) {
        return;
    }
    if (stream->reassembly && np_collection_count(collection) > 1
        && (has_preface || np_collection_get(collection, 0)->payload.place == NP_PLACE_FIRST)) {
        np_reassembly_restart(stream->reassembly, false);
        read_collected(stream, collection, 1, kept);
        np_reassembly_restart(stream->reassembly, !has_preface);
    }
    read_collected(stream, collection, 0, kept);
}

static void
take_framing(stream_t *stream, const np_inferred_framing_t *found)
{
    stream->changed = 0;
    set_inferred_framing(stream, found);
    apply_framing(stream, &stream->collection, found->has_preface, NULL);
}

/* ---- another protocol -------------------------------------------------------------------------- */

/* Frees the payloads. */
static void
infer(const np_segment_payloads_t payloads[2], bool is_last, np_inferred_framing_t guesses[2])
{
    np_framing_infer(payloads, is_last, guesses);
    for (unsigned i = 0; i < 2; i++) {
        g_free((np_segment_payload_t *)payloads[i].items);
    }
}

static bool
is_doubted(const stream_t *stream)
{
    return np_collection_count(&stream->doubt.collection) > 0;
}

static bool
is_doubt_full(const stream_t *stream)
{
    return np_collection_is_full(&stream->doubt.collection);
}

static unsigned
count_doubted(const np_control_streams_t *streams)
{
    return np_collection_count(&streams->streams[0].doubt.collection)
         + np_collection_count(&streams->streams[1].doubt.collection);
}

/* A stream changes its protocol once. */
static bool
can_change(const stream_t *stream)
{
    return stream->framing.origin == NP_ORIGIN_INFERRED && !stream->is_inherited && !stream->changed
        && stream->doubt.times < MAX_DOUBTS;
}

/* Truncated segments tell nothing. */
static void
count_misfit(stream_t *stream, const np_payload_t *payload)
{
    const np_framing_t *framing = &stream->framing.framing;
    bool fits = np_framing_is_text(framing) ? np_framing_is_mostly_text(framing, payload->bytes, payload->captured)
                                            : np_reassembly_is_in_step(stream->reassembly);

    stream->doubt.misfits += !fits && payload->captured == payload->length;
}

static void
begin_doubt(np_control_streams_t *streams, stream_t *stream, const np_misfit_t *misfit, const np_payload_t *payload,
            np_control_segment_t *segment)
{
    const np_payload_t rest = np_payload_from(payload, misfit->offset - payload->offset);

    np_collection_add(&stream->doubt.collection, &rest, segment);
    stream->doubt.last = misfit->last;
    stream->doubt.messages = misfit->messages;
    stream->doubt.misfits = 0;
    stream->doubt.times++;
    count_misfit(stream, &rest);
    streams->next_doubt = count_doubted(streams) + FIRST_GUESS;
}

static void
change_protocol(stream_t *stream, const np_inferred_framing_t *found)
{
    np_control_segment_t *segment = np_collection_get(&stream->doubt.collection, 0)->segment;

    stream->earlier = stream->framing;
    stream->changed = segment->frame;
    set_inferred_framing(stream, found);
    if (stream->reassembly) {
        np_reassembly_number_after(stream->reassembly, stream->doubt.messages);
    }
    apply_framing(stream, &stream->doubt.collection, found->has_preface, stream->doubt.last);
    segment->lost |= !stream->reassembly;
}

/* Most of what came since is something else. Binary data in text are so at once. */
static bool
is_lost(const stream_t *stream)
{
    unsigned least = np_framing_is_text(&stream->framing.framing) ? 1 : MIN_MISFITS;

    return stream->doubt.misfits >= least && stream->doubt.misfits * 2 > np_collection_count(&stream->doubt.collection);
}

/* The stream's own framing, found again, means damage. */
static void
settle_doubts(np_control_streams_t *streams, bool is_over)
{
    stream_t *first = &streams->streams[0], *second = &streams->streams[1];
    bool is_last = is_over || is_doubt_full(first) || is_doubt_full(second);
    const np_segment_payloads_t payloads[2] = { np_collection_payloads(&first->doubt.collection),
                                                np_collection_payloads(&second->doubt.collection) };
    np_inferred_framing_t guesses[2];

    infer(payloads, is_last, guesses);
    for (unsigned i = 0; i < 2; i++) {
        stream_t *stream = &streams->streams[i];
        bool is_sure = guesses[i].confidence >= NP_CONFIDENT, is_done = is_sure || is_over || is_doubt_full(stream);

        if (is_doubted(stream) && is_sure && !np_framing_is_same_field(&guesses[i].framing, &stream->framing.framing)) {
            change_protocol(stream, &guesses[i]);
        } else if (is_doubted(stream) && is_done && !is_sure && is_lost(stream)) {
            change_protocol(stream, &no_framing);
        }
        if (is_done) {
            np_collection_free(&stream->doubt.collection);
        }
    }
}

static void
settle_last_doubts(np_control_streams_t *streams)
{
    if (count_doubted(streams) > 0) {
        settle_doubts(streams, true);
    }
}

static void
look_for_change(np_control_streams_t *streams)
{
    unsigned count = count_doubted(streams);

    if (count > 0
        && (count >= streams->next_doubt || is_doubt_full(&streams->streams[0])
            || is_doubt_full(&streams->streams[1]))) {
        streams->next_doubt = 2 * count;
        settle_doubts(streams, false);
    }
}

static void
read_text(np_control_streams_t *streams, stream_t *stream, const np_payload_t *payload, uint32_t text,
          np_control_segment_t *segment)
{
    const np_payload_t rest = np_payload_from(payload, text);
    np_payload_t lines = *payload;
    np_misfit_t misfit = { .offset = rest.offset };

    lines.length = lines.captured = text;
    if (text > 0) {
        np_reassembly_read(stream->reassembly, &lines, segment);
    }
    misfit.last = segment->last;
    misfit.messages = np_reassembly_messages(stream->reassembly);
    begin_doubt(streams, stream, &misfit, payload, segment);
    np_reassembly_read(stream->reassembly, &rest, segment);
}

static void
read_framed(np_control_streams_t *streams, unsigned direction, const np_payload_t *payload,
            np_control_segment_t *segment)
{
    stream_t *stream = &streams->streams[direction];
    bool may_doubt = can_change(stream) && !is_doubted(stream) && payload->place == NP_PLACE_NEXT;
    size_t text = np_framing_find_binary(&stream->framing.framing, payload->bytes, payload->captured);
    unsigned losses;
    np_misfit_t misfit;

    if (may_doubt && text < payload->captured) {
        read_text(streams, stream, payload, (uint32_t)text, segment);
        return;
    }
    losses = np_reassembly_read(stream->reassembly, payload, segment);
    if (is_doubted(stream)) {
        np_collection_add(&stream->doubt.collection, payload, segment);
        count_misfit(stream, payload);
        return;
    }
    np_server_framing_count_losses(streams->server, direction, losses);
    misfit = np_reassembly_misfit(stream->reassembly);
    if (may_doubt && misfit.segment == payload->segment) {
        begin_doubt(streams, stream, &misfit, payload, segment);
    }
}

static void
read_again(np_control_streams_t *streams, unsigned direction, const np_inferred_framing_t *found)
{
    stream_t *stream = &streams->streams[direction];

    set_inferred_framing(stream, found);
    clear_collected(&stream->collection, NULL);
    for (unsigned i = 0; i < np_collection_count(&stream->collection); i++) {
        const np_collected_t *collected = np_collection_get(&stream->collection, i);

        read_framed(streams, direction, &collected->payload, collected->segment);
    }
}

/* Where nothing fits the whole, two framings may; both must be sure. */
static void
find_two_protocols(np_control_streams_t *streams)
{
    np_segment_payloads_t payloads[2];
    np_inferred_framing_t guesses[2];
    bool is_tried[2];

    if (streams->streams[0].reassembly && streams->streams[1].reassembly) {
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        payloads[i] = np_collection_payloads(&streams->streams[i].collection);
        payloads[i].count /= 2;
    }
    infer(payloads, true, guesses);
    for (unsigned i = 0; i < 2; i++) {
        is_tried[i] = !streams->streams[i].reassembly && guesses[i].confidence >= NP_CONFIDENT;
        if (is_tried[i]) {
            read_again(streams, i, &guesses[i]);
        }
    }
    settle_last_doubts(streams);
    for (unsigned i = 0; i < 2; i++) {
        if (is_tried[i] && (!streams->streams[i].changed || !streams->streams[i].reassembly)) {
            take_framing(&streams->streams[i], &no_framing);
        }
    }
}

/* ---- inferring it ----------------------------------------------------------------------------- */

/* is_last: no more bytes will come. */
static np_fit_t
fit_of(const stream_t *stream, const np_inferred_framing_t *known, bool is_last)
{
    np_segment_payloads_t payloads = np_collection_payloads(&stream->collection);
    np_fit_t fit = np_framing_fits(&payloads, known, is_last);

    g_free((np_segment_payload_t *)payloads.items);
    return fit;
}

/* A decided stream needs no guess, so it is not compared. */
static bool
is_taught(const np_control_streams_t *streams, unsigned direction, bool is_last)
{
    const stream_t *stream = &streams->streams[direction];

    return np_server_framing_is_known(streams->server, direction) && !stream->is_alone
        && (stream->decided || fit_of(stream, &streams->server->known[direction], is_last) != NP_FIT_BAD);
}

static void
guess(const np_control_streams_t *streams, bool is_last, np_inferred_framing_t guesses[2])
{
    const bool taught[2] = { is_taught(streams, 0, is_last), is_taught(streams, 1, is_last) };

    memset(guesses, 0, 2 * sizeof *guesses);
    if (!taught[0] || !taught[1]) {
        const np_segment_payloads_t payloads[2] = { np_collection_payloads(&streams->streams[0].collection),
                                                    np_collection_payloads(&streams->streams[1].collection) };

        infer(payloads, is_last, guesses);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (taught[i]) {
            guesses[i] = streams->server->known[i];
        }
    }
}

static bool
has_framing(const np_control_streams_t *streams)
{
    return streams->streams[0].reassembly || streams->streams[1].reassembly;
}

static void
forget_collected(np_control_streams_t *streams)
{
    if (!streams->infer && !streams->streams[0].is_inherited && !streams->streams[1].is_inherited) {
        np_collection_free(&streams->streams[0].collection);
        np_collection_free(&streams->streams[1].collection);
    }
}

/* at_last: takes unsure guesses, too. */
static void
decide(np_control_streams_t *streams, bool first_at_last, bool second_at_last)
{
    const bool at_last[2] = { first_at_last, second_at_last };
    np_inferred_framing_t guesses[2];

    guess(streams, first_at_last || second_at_last, guesses);
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
        take_framing(stream, &guesses[i]);
    }
    if (streams->streams[0].decided && streams->streams[1].decided) {
        streams->infer = false;
        find_two_protocols(streams);
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
    decide(streams, false, false);
    if (streams->infer) {
        np_server_framing_count_undecided(streams->server, segments);
    }
}

/* At growing intervals: the work stays proportional to the bytes. */
static void
look_for_framing(np_control_streams_t *streams)
{
    const stream_t *first = &streams->streams[0], *second = &streams->streams[1];
    unsigned count = np_collection_count(&first->collection) + np_collection_count(&second->collection);

    if (is_full(first) || is_full(second)) {
        decide(streams, is_full(first), is_full(second));
        if (!streams->infer && !has_framing(streams)) {
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
disinherit(np_control_streams_t *streams, unsigned direction)
{
    stream_t *stream = &streams->streams[direction];

    stream->is_inherited = stream->decided = false;
    stream->is_alone = streams->infer = streams->has_news = true;
    take_framing(stream, &no_framing);
    np_server_framing_count_losses(streams->server, direction, 1);
}

typedef enum {
    NP_CHECK_MORE,
    NP_CHECK_LAST,  /* of the stream */
    NP_CHECK_LATER, /* a later pass asks; the first one may add bytes */
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
        disinherit(streams, direction);
        return;
    }
    if (check != NP_CHECK_MORE || fit == NP_FIT_GOOD || np_collection_is_full(&stream->collection)) {
        stream->framing.confidence = stream->inherited.confidence;
        stream->is_inherited = check == NP_CHECK_LATER;
        forget_collected(streams);
    }
}

/* ---- the streams ------------------------------------------------------------------------------- */

static void
begin_stream(np_control_streams_t *streams, unsigned direction, const np_framing_t *user, bool infer)
{
    stream_t *stream = &streams->streams[direction];
    bool is_settled = np_server_framing_is_settled(streams->server, direction);

    stream->arrivals = np_arrivals_new();
    stream->framing.origin = NP_ORIGIN_SEGMENT;
    if (user) {
        const np_inferred_framing_t set = { .framing = *user };

        set_framing(stream, &set, NP_ORIGIN_USER);
    } else if (infer && is_settled) {
        set_inferred_framing(stream, &streams->server->known[direction]);
        stream->inherited = streams->server->known[direction];
        stream->is_inherited = stream->reassembly;
        stream->framing.confidence = MIN(stream->framing.confidence, MAX_INHERITED);
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
    if (stream->decided && stream->reassembly) {
        read_framed(streams, direction, payload, segment);
        look_for_change(streams);
    }
    check_inherited(streams, direction, NP_CHECK_MORE);
    if (!stream->decided) {
        look_for_framing(streams);
    }
}

/* segment NULL: of each payload. */
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
can_go_on(const stream_t *stream)
{
    uint8_t bytes[MAX_LOOKED_AT];

    if (!stream->decided || !stream->reassembly || !np_arrivals_are_acknowledged(stream->arrivals)) {
        return false;
    }
    return np_reassembly_is_sure(stream->reassembly, np_arrivals_missing(stream->arrivals), bytes,
                                 np_arrivals_copy_run(stream->arrivals, bytes, sizeof bytes));
}

bool
np_control_streams_wait_in_vain(const np_control_streams_t *streams, unsigned direction, int64_t time, bool is_over)
{
    const stream_t *stream = &streams->streams[direction];

    return np_arrivals_wait_in_vain(stream->arrivals, time, is_over) || can_go_on(stream);
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
    settle_last_doubts(streams);
    if (!streams->infer) {
        return;
    }
    decide(streams, true, true);
    if (!has_framing(streams)) {
        np_server_framing_count_fruitless(streams->server, false);
    }
}

void
np_control_streams_conclude(np_control_streams_t *streams)
{
    np_inferred_framing_t guesses[2];

    read_rest(streams, 0, NULL);
    read_rest(streams, 1, NULL);
    settle_last_doubts(streams);
    if (!streams->has_news) {
        return;
    }
    check_inherited(streams, 0, NP_CHECK_LATER);
    check_inherited(streams, 1, NP_CHECK_LATER);
    streams->has_news = false;
    if (!streams->infer) {
        return;
    }
    guess(streams, true, guesses);
    for (unsigned i = 0; i < 2; i++) {
        if (!streams->streams[i].decided) {
            take_framing(&streams->streams[i], &guesses[i]);
        }
    }
    find_two_protocols(streams);
}

np_message_framing_t
np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, uint32_t frame, bool later)
{
    const np_message_framing_t segments = { .framing = { .kind = NP_FRAMING_SEGMENT }, .origin = NP_ORIGIN_SEGMENT };
    const stream_t *stream = &streams->streams[direction];
    np_message_framing_t framing = stream->framing;

    if (!stream->decided && !later) {
        return segments;
    }
    if (frame < stream->changed) {
        return stream->earlier;
    }
    if (is_doubted(stream)) {
        framing.confidence = MIN(framing.confidence, MAX_DOUBTED);
    }
    return framing;
}
