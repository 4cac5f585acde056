/* framed.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/framed.h"

#define MAX_DOUBTED 0.89 /* confidence in a framing that has ceased to fit */
#define FIRST_LOOK 8     /* segments */
#define MAX_DOUBTS 4
#define MIN_MISFITS 3 /* segments; a damaged length in one may also hide where the next message begins */

const np_inferred_framing_t np_no_framing = { .framing = { .kind = NP_FRAMING_SEGMENT } };

/* ---- applying a framing ----------------------------------------------------------------------- */

void
np_framed_set(np_framed_t *framed, const np_inferred_framing_t *found, np_origin_t origin)
{
    if (framed->reassembly) {
        np_reassembly_free(framed->reassembly);
    }
    framed->reassembly = NULL;
    framed->framing.framing = found->framing;
    framed->framing.confidence = found->confidence;
    framed->framing.origin = origin;
    if (found->framing.kind != NP_FRAMING_SEGMENT) {
        framed->reassembly = np_reassembly_new(found, origin == NP_ORIGIN_USER);
    }
}

static void
set_inferred_framing(np_framed_t *framed, const np_inferred_framing_t *found)
{
    np_framed_set(framed, found, found->framing.kind == NP_FRAMING_SEGMENT ? NP_ORIGIN_SEGMENT : NP_ORIGIN_INFERRED);
}

static void
clear_segment(np_control_segment_t *segment)
{
    segment->lost = false;
    segment->first = segment->last = NULL;
    segment->unfinished = NULL;
}

/* Removes the messages of the collected segments. kept: the last message of the first segment that stays; NULL:
 * none. */
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
read_collected(np_framed_t *framed, const np_collection_t *collection, unsigned from, np_control_message_t *kept)
{
    clear_collected(collection, kept);
    for (unsigned i = from; framed->reassembly && i < np_collection_count(collection); i++) {
        const np_collected_t *collected = np_collection_get(collection, i);

        np_reassembly_read(framed->reassembly, &collected->payload, collected->segment);
    }
}

/* Cuts what was collected again. If the first payload may begin within a message, the others are read first, to learn
 * what messages begin with. */
static void
apply_framing(np_framed_t *framed, const np_collection_t *collection, bool has_preface, np_control_message_t *kept)
{
    if (np_collection_count(collection) == 0) {
        return;
    }
    if (framed->reassembly && np_collection_count(collection) > 1
        && (has_preface || np_collection_get(collection, 0)->payload.place == NP_PLACE_FIRST)) {
        np_reassembly_restart(framed->reassembly, false);
        read_collected(framed, collection, 1, kept);
        np_reassembly_restart(framed->reassembly, !has_preface);
    }
    read_collected(framed, collection, 0, kept);
}

void
np_framed_take(np_framed_t *framed, const np_inferred_framing_t *found, const np_collection_t *collection)
{
    framed->changed = 0;
    set_inferred_framing(framed, found);
    apply_framing(framed, collection, found->has_preface, NULL);
}

/* ---- another protocol -------------------------------------------------------------------------- */

static bool
is_doubted(const np_framed_t *framed)
{
    return np_collection_count(&framed->doubt.collection) > 0;
}

static bool
is_doubt_full(const np_framed_t *framed)
{
    return np_collection_is_full(&framed->doubt.collection);
}

static unsigned
count_doubted(const np_framed_pair_t *pair)
{
    return np_collection_count(&pair->streams[0].doubt.collection)
         + np_collection_count(&pair->streams[1].doubt.collection);
}

static bool
may_change(const np_framed_t *framed)
{
    return framed->framing.origin == NP_ORIGIN_INFERRED && !framed->changed && framed->doubt.times < MAX_DOUBTS;
}

/* A truncated segment is not counted, because it might have fitted. */
static void
count_misfit(np_framed_t *framed, const np_payload_t *payload)
{
    const np_framing_t *framing = &framed->framing.framing;
    bool fits = np_framing_is_text(framing) ? np_framing_is_mostly_text(framing, payload->bytes, payload->captured)
                                            : np_reassembly_is_in_step(framed->reassembly);

    framed->doubt.misfits += !fits && payload->captured == payload->length;
}

static void
begin_doubt(np_framed_pair_t *pair, np_framed_t *framed, const np_misfit_t *misfit, const np_payload_t *payload,
            np_control_segment_t *segment)
{
    const np_payload_t rest = np_payload_from(payload, misfit->offset - payload->offset);

    np_collection_add(&framed->doubt.collection, &rest, segment);
    framed->doubt.last = misfit->last;
    framed->doubt.messages = misfit->messages;
    framed->doubt.misfits = 0;
    framed->doubt.times++;
    count_misfit(framed, &rest);
    pair->next_doubt = count_doubted(pair) + FIRST_LOOK;
}

static void
change_protocol(np_framed_t *framed, const np_inferred_framing_t *found)
{
    np_control_segment_t *segment = np_collection_get(&framed->doubt.collection, 0)->segment;

    framed->earlier = framed->framing;
    framed->changed = segment->frame;
    set_inferred_framing(framed, found);
    if (framed->reassembly) {
        np_reassembly_number_after(framed->reassembly, framed->doubt.messages);
    }
    apply_framing(framed, &framed->doubt.collection, found->has_preface, framed->doubt.last);
    segment->lost |= !framed->reassembly;
}

/* True if most of what came since the misfit is something else. In a text protocol, one segment of binary data
 * suffices. */
static bool
is_lost(const np_framed_t *framed)
{
    unsigned least = np_framing_is_text(&framed->framing.framing) ? 1 : MIN_MISFITS;

    return framed->doubt.misfits >= least && framed->doubt.misfits * 2 > np_collection_count(&framed->doubt.collection);
}

/* If a new framing is found in what was collected, the protocol has changed. If the stream's own framing is found
 * again, bytes were only damaged. */
static void
settle_doubts(np_framed_pair_t *pair, bool is_over)
{
    np_framed_t *first = &pair->streams[0], *second = &pair->streams[1];
    bool is_last = is_over || is_doubt_full(first) || is_doubt_full(second);
    const np_segment_payloads_t payloads[2] = { np_collection_payloads(&first->doubt.collection),
                                                np_collection_payloads(&second->doubt.collection) };
    np_inferred_framing_t guesses[2];

    np_collections_infer(payloads, is_last, guesses);
    for (unsigned i = 0; i < 2; i++) {
        np_framed_t *framed = &pair->streams[i];
        bool is_sure = guesses[i].confidence >= NP_CONFIDENT, is_done = is_sure || is_over || is_doubt_full(framed);

        if (is_doubted(framed) && is_sure && !np_framing_is_same_field(&guesses[i].framing, &framed->framing.framing)) {
            change_protocol(framed, &guesses[i]);
        } else if (is_doubted(framed) && is_done && !is_sure && is_lost(framed)) {
            change_protocol(framed, &np_no_framing);
        }
        if (is_done) {
            np_collection_free(&framed->doubt.collection);
        }
    }
}

void
np_framed_settle(np_framed_pair_t *pair)
{
    if (count_doubted(pair) > 0) {
        settle_doubts(pair, true);
    }
}

void
np_framed_look_for_change(np_framed_pair_t *pair)
{
    unsigned count = count_doubted(pair);

    if (count > 0
        && (count >= pair->next_doubt || is_doubt_full(&pair->streams[0]) || is_doubt_full(&pair->streams[1]))) {
        pair->next_doubt = 2 * count;
        settle_doubts(pair, false);
    }
}

/* In a text protocol, binary data begin at offset text of the payload: lines before it are cut as usual. */
static void
read_text(np_framed_pair_t *pair, np_framed_t *framed, const np_payload_t *payload, uint32_t text,
          np_control_segment_t *segment)
{
    const np_payload_t rest = np_payload_from(payload, text);
    np_payload_t lines = *payload;
    np_misfit_t misfit = { .offset = rest.offset };

    lines.length = lines.captured = text;
    if (text > 0) {
        np_reassembly_read(framed->reassembly, &lines, segment);
    }
    misfit.last = segment->last;
    misfit.messages = np_reassembly_messages(framed->reassembly);
    begin_doubt(pair, framed, &misfit, payload, segment);
    np_reassembly_read(framed->reassembly, &rest, segment);
}

unsigned
np_framed_read(np_framed_pair_t *pair, unsigned direction, const np_payload_t *payload, np_control_segment_t *segment,
               bool can_change)
{
    np_framed_t *framed = &pair->streams[direction];
    bool may_doubt = can_change && may_change(framed) && !is_doubted(framed) && payload->place == NP_PLACE_NEXT;
    size_t text = np_framing_find_binary(&framed->framing.framing, payload->bytes, payload->captured);
    unsigned losses;
    np_misfit_t misfit;

    if (may_doubt && text < payload->captured) {
        read_text(pair, framed, payload, (uint32_t)text, segment);
        return 0;
    }
    losses = np_reassembly_read(framed->reassembly, payload, segment);
    if (is_doubted(framed)) {
        np_collection_add(&framed->doubt.collection, payload, segment);
        count_misfit(framed, payload);
        return 0;
    }
    misfit = np_reassembly_misfit(framed->reassembly);
    if (may_doubt && misfit.segment == payload->segment) {
        begin_doubt(pair, framed, &misfit, payload, segment);
    }
    return losses;
}

np_message_framing_t
np_framed_at(const np_framed_t *framed, uint32_t frame)
{
    np_message_framing_t framing = framed->framing;

    if (frame < framed->changed) {
        return framed->earlier;
    }
    if (is_doubted(framed)) {
        framing.confidence = MIN(framing.confidence, MAX_DOUBTED);
    }
    return framing;
}
