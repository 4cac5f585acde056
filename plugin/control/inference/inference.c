/* inference.c
 * Chooses the framing of a byte stream
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/inference/inference.h"

#include <math.h>

#include "control/inference/candidate.h"

#define NEAR 0.9 /* of the best rank: a rival */

/* Limits of confidence */
#define MAX_ONE_LENGTH 0.85
#define MAX_SMALL_BYTE 0.85 /* the width may be variable (BER, MQTT) ... */
#define MANY 100            /* ... if there are fewer messages */
#define MAX_RIVALLED 0.85
#define MAX_LOOSE_SIZE 0.7 /* fixed size, most segments end within a message */

/* ---- equivalent fields ----------------------------------------------------------- */

static unsigned
low_byte(const np_framing_t *framing)
{
    return framing->little ? framing->offset : framing->offset + framing->width - 1U;
}

bool
np_framing_is_same_field(const np_framing_t *a, const np_framing_t *b)
{
    if (a->kind != NP_FRAMING_LENGTH || b->kind != NP_FRAMING_LENGTH) {
        return np_framing_equal(a, b);
    }
    return a->add == b->add && low_byte(a) == low_byte(b);
}

/* Prefers a natural constant, then alignment, then a usual width. */
static unsigned
preference_of(const np_framing_t *framing)
{
    static const unsigned by_width[] = { 0, 1, 3, 2, 4 };
    bool is_usual = framing->width == 2 || framing->width == 4;
    bool in_place = is_usual && framing->offset % framing->width == 0;

    return (np_framing_is_natural(framing) ? 16 : 0) + (in_place ? 8 : 0) + by_width[framing->width];
}

static unsigned
width_of_big(const np_framing_t *framing)
{
    return framing->little ? 0 : framing->width;
}

static unsigned
width_of_little(const np_framing_t *framing)
{
    return framing->little || framing->width == 1 ? framing->width : 0;
}

/* A narrower field also explains messages that are too short for the wider one. If it finds far more messages, it
 * rather divides bodies. */
static const candidate_t *
find_narrower(const shortlist_t *list, const candidate_t *best)
{
    for (unsigned i = 0; i < list->count; i++) {
        const candidate_t *other = &list->items[i];

        if (np_framing_is_same_field(&other->framing, &best->framing) && other->framing.width < best->framing.width
            && other->tally.messages > best->tally.messages && other->tally.hits >= best->tally.hits
            && other->tally.messages < 2 * best->tally.messages && other->tally.failures <= best->tally.failures) {
            return other;
        }
    }
    return best;
}

static const candidate_t *
choose_alike(const shortlist_t *list, const candidate_t *best, unsigned (*merit)(const np_framing_t *framing))
{
    const candidate_t *chosen = best;

    for (unsigned i = 0; i < list->count; i++) {
        const candidate_t *other = &list->items[i];

        if (np_framing_is_same_field(&other->framing, &best->framing) && other->tally.messages == best->tally.messages
            && other->tally.hits == best->tally.hits && other->tally.failures == best->tally.failures
            && merit(&other->framing) > merit(&chosen->framing)) {
            chosen = other;
        }
    }
    return chosen;
}

/* ---- confidence ------------------------------------------------------------------ */

static double
max_confidence(const candidate_t *candidate)
{
    const tally_t *tally = &candidate->tally;

    if (candidate->framing.kind == NP_FRAMING_FIXED && has_loose_ends(tally)) {
        return MAX_LOOSE_SIZE;
    }
    if (tally->lengths == 1 && candidate->framing.kind == NP_FRAMING_LENGTH) {
        return MAX_ONE_LENGTH;
    }
    if (candidate->framing.width == 1 && tally->field_bits < 0x80 && tally->messages < MANY) {
        return MAX_SMALL_BYTE;
    }
    if (may_be_halves(tally)) {
        return MAX_RIVALLED;
    }
    return 1;
}

static double
find_confidence(const stream_t *stream, const candidate_t *candidate)
{
    const tally_t *tally = &candidate->tally;
    double covered = (double)tally->covered / (double)stream->length;
    bool is_loose = has_loose_ends(tally) && !np_framing_is_text(&candidate->framing);
    double bits = candidate->bits + MIN(candidate->columns, MAX_COLUMN_BITS) - (is_loose ? LOOSE_ENDS : 0);
    double confidence = 1 - exp2(-bits / 4);

    if (covered < MIN_COVER || tally->messages + candidate->support < MIN_MESSAGES) {
        return 0;
    }
    confidence = MIN(confidence, 1 - 1 / (1.0 + tally->messages + candidate->support / 2.0));
    if (has_loose_ends(tally) && candidate->framing.width == 1 && candidate->columns < MAX_COLUMN_BITS) {
        return 0; /* any byte can be a length */
    }
    if (tally->failures) {
        confidence *= MIN(covered + 0.02, 1);
    }
    return CLAMP(confidence, 0, max_confidence(candidate));
}

static bool
has_rival(const stream_t *stream, const shortlist_t *list, const candidate_t *best)
{
    for (const candidate_t *other = best + 1; other < list->items + list->count; other++) {
        if (np_shortlist_rank(other) <= NEAR * np_shortlist_rank(best)) {
            break;
        }
        if (!np_framing_is_same_field(&best->framing, &other->framing) && other->tally.messages != best->tally.messages
            && other->tally.hits >= best->tally.hits && find_confidence(stream, other) >= MIN_CONFIDENCE) {
            return true;
        }
    }
    return false;
}

static np_inferred_framing_t
make_guess(const stream_t *stream, const shortlist_t *list)
{
    np_inferred_framing_t guess = { .framing = { .kind = NP_FRAMING_SEGMENT } };

    for (unsigned i = 0; i < list->count; i++) {
        const candidate_t *best = find_narrower(list, &list->items[i]);
        const candidate_t *usual = choose_alike(list, best, preference_of);
        double confidence = MIN(find_confidence(stream, best), find_confidence(stream, usual));

        if (confidence < MIN_CONFIDENCE) {
            continue;
        }
        guess.framing = usual->framing;
        guess.widest = choose_alike(list, usual, usual->framing.little ? width_of_little : width_of_big)->framing;
        guess.confidence = has_rival(stream, list, best) ? MIN(confidence, MAX_RIVALLED) : confidence;
        guess.most = MIN(max_confidence(best), max_confidence(usual));
        guess.has_preface = best->tally.has_preface;
        break;
    }
    return guess;
}

void
np_framing_infer(const np_segment_payloads_t payloads[2], bool is_last, np_inferred_framing_t guesses[2])
{
    stream_t streams[2];
    shortlist_t lists[2], alone;

    for (unsigned i = 0; i < 2; i++) {
        np_stream_init(&streams[i], &payloads[i]);
        np_stream_measure(&streams[i]);
    }
    for (unsigned i = 0; i < 2; i++) {
        np_shortlist_find(&lists[i], &streams[i], streams[0].length + streams[1].length, is_last);
    }
    alone = lists[0];
    np_shortlist_weigh_other(&lists[0], &streams[0], &lists[1]);
    np_shortlist_weigh_other(&lists[1], &streams[1], &alone);
    for (unsigned i = 0; i < 2; i++) {
        guesses[i] = make_guess(&streams[i], &lists[i]);
        np_stream_clear(&streams[i]);
    }
}

#define FEW_ENDS 3   /* at least one should end with a message */
#define MANY_ENDS 16 /* enough to accept it anyway */
#define FIT_HITS 3   /* enough if few segments end within a message */

/* A preface counts as a failure. */
np_fit_t
np_framing_fits(const np_segment_payloads_t *payloads, const np_inferred_framing_t *known, bool is_last)
{
    stream_t stream;
    tally_t tally;
    bool is_explained;

    np_stream_init(&stream, payloads);
    is_explained = np_stream_walk(&stream, &known->framing, &tally, NULL) && tally.failures <= known->has_preface;
    np_stream_clear(&stream);
    if (tally.failures > known->has_preface || (!is_explained && (is_last || payloads->count >= FEW_ENDS))) {
        return NP_FIT_BAD;
    }
    if (is_half_a_field(&tally)) {
        return NP_FIT_BAD;
    }
    /* No message ends with a segment, or the first one does not end. */
    if (tally.hits == 0 && (tally.ends >= FEW_ENDS || payloads->count >= (is_last ? FEW_ENDS : MANY_ENDS))) {
        return NP_FIT_BAD;
    }
    if (tally.hits >= FIT_HITS && !has_loose_ends(&tally)) {
        return NP_FIT_GOOD;
    }
    return payloads->count >= MANY_ENDS ? NP_FIT_GOOD : NP_FIT_UNKNOWN;
}
