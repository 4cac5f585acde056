/* sequences.c
 * Numbers with a constant step
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <string.h>

#define MAX_STEP 16

static unsigned
scope_size(const view_t *view, scope_t scope, int side)
{
    return scope == SCOPE_JOINT ? view->count : view->totals[side];
}

static const view_message_t *
scope_message(const view_t *view, scope_t scope, int side, unsigned i)
{
    return scope == SCOPE_JOINT ? &view->messages[i] : view->sides[side][i];
}

steps_t
np_layout_usual_step(const view_t *view, unsigned offset, scope_t scope)
{
    steps_t steps = { .scope = scope };
    unsigned counts[256] = { 0 };

    for (unsigned i = 0; i < scope_size(view, scope, OWN); i++) {
        const view_message_t *message = scope_message(view, scope, OWN, i), *previous = message->previous[scope];

        if (has_byte(message, offset) && has_byte(previous, offset)) {
            counts[(uint8_t)(message->head[offset] - previous->head[offset])]++;
            steps.total++;
        }
    }
    for (unsigned step = 1; step <= MAX_STEP; step++) {
        if (counts[step] > steps.good) {
            steps.good = counts[step];
            steps.step = (uint8_t)step;
        }
    }
    return steps;
}

static steps_t
count_steps(const view_t *view, candidate_t candidate, int side, steps_t wanted)
{
    steps_t steps = { .scope = wanted.scope, .step = wanted.step };

    for (unsigned i = 0; i < scope_size(view, steps.scope, side); i++) {
        const view_message_t *message = scope_message(view, steps.scope, side, i);
        const view_message_t *previous = message->previous[steps.scope];
        uint64_t value, last;

        if (previous && np_candidate_read(message, candidate, &value)
            && np_candidate_read(previous, candidate, &last)) {
            steps.total++;
            steps.good += ((value - last) & np_candidate_mask(candidate)) == steps.step;
        }
    }
    return steps;
}

bool
np_layout_is_counting(steps_t steps)
{
    unsigned least = steps.step == 1 && steps.scope == SCOPE_OWN ? 2 : 4;

    return steps.step && steps.good >= least && steps.good * 10 >= steps.total * 9;
}

static bool
begins_small(const view_t *view, candidate_t candidate, int side)
{
    for (unsigned i = 0; i < view->totals[side]; i++) {
        const view_message_t *message = view->sides[side][i];
        uint64_t value;

        if (message == message->first && np_candidate_read(message, candidate, &value) && value > 1) {
            return false;
        }
    }
    return true;
}

/* True if the byte changes in one of the steps, as upper bytes do. */
static bool
takes_carry(const view_t *view, candidate_t candidate, unsigned offset, steps_t steps)
{
    for (unsigned i = 0; i < scope_size(view, steps.scope, OWN); i++) {
        const view_message_t *message = scope_message(view, steps.scope, OWN, i);
        const view_message_t *previous = message->previous[steps.scope];
        uint64_t value, last;

        if (previous && np_candidate_read(message, candidate, &value) && np_candidate_read(previous, candidate, &last)
            && ((value - last) & np_candidate_mask(candidate)) == steps.step
            && message->head[offset] != previous->head[offset]) {
            return true;
        }
    }
    return false;
}

/* Counts varying bytes that take no carry: they belong to another field. */
static unsigned
count_strangers(const view_t *view, candidate_t candidate, unsigned low, steps_t steps)
{
    unsigned strangers = 0;

    for (unsigned offset = candidate.offset; offset < candidate.offset + candidate.width; offset++) {
        const column_t *column = own_column(view, offset);

        strangers +=
            offset != low && column->distinct > 1 && !column->steady && !takes_carry(view, candidate, offset, steps);
    }
    return strangers;
}

/* Finds the number around a counting low byte. */
static candidate_t
widen_sequence(const view_t *view, unsigned offset, steps_t *steps)
{
    static const unsigned widths[] = { 1, 2, 3, 4, 8 };
    candidate_t low = { offset, 1, false }, best = low;
    bool is_small = begins_small(view, low, OWN);
    steps_t narrow = *steps;
    double best_score = 0;

    for (unsigned i = 2; i < 2 * G_N_ELEMENTS(widths); i++) { /* width, byte order */
        unsigned width = widths[i / 2];
        bool little = i % 2 != 0;
        candidate_t wide = { little ? offset : offset + 1 - width, width, little };
        steps_t wide_steps;
        double score;

        if ((!little && offset + 1 < width) || !np_candidate_is_free(view, wide)) {
            continue;
        }
        wide_steps = count_steps(view, wide, OWN, narrow);
        score = np_candidate_score_form(view, wide) + np_candidate_score_neighbours(view, wide, low, is_small)
              - 4.0 * count_strangers(view, wide, offset, narrow);
        if (wide_steps.good >= narrow.good && score > best_score) {
            best = wide;
            best_score = score;
            *steps = wide_steps;
        }
    }
    return best;
}

/* If both sides count, equal numbers are no echo. */
static bool
are_both_counting(const view_t *view, candidate_t candidate, steps_t steps)
{
    return steps.scope == SCOPE_OWN && np_layout_is_counting(count_steps(view, candidate, OTHER, steps))
        && begins_small(view, candidate, OWN) && begins_small(view, candidate, OTHER);
}

static void
add_sequence(view_t *view, unsigned low, steps_t steps)
{
    static const char *const scopes[] = { "", " over both directions", " over all connections" };
    candidate_t candidate = widen_sequence(view, low, &steps);
    echo_t echo = np_candidate_find_echo(view, candidate);
    bool is_echoed = steps.scope == SCOPE_OWN && np_echo_is_transaction(&echo);
    bool is_sequence = !is_echoed || are_both_counting(view, candidate, steps);
    char text[60] = "";

    if (is_echoed) {
        view->has_transaction = true;
        np_echo_describe(&echo, text, sizeof text);
    }
    np_view_add_field(view, candidate, is_sequence ? NP_LAYOUT_SEQUENCE : NP_LAYOUT_TRANSACTION,
                      np_layout_confidence(steps.good, steps.total), "counts up by %u%s (%u of %u steps)%s%s",
                      steps.step, scopes[steps.scope], steps.good, steps.total, is_echoed ? "; " : "", text);
}

static bool
is_possible(const view_t *view, unsigned offset, scope_t scope)
{
    if (view->taken[offset] || own_column(view, offset)->distinct < 3) {
        return false;
    }
    switch (scope) {
    case SCOPE_SERVER:
        return view->connections >= 2;
    case SCOPE_JOINT:
        return view->columns[OTHER][offset].have > 0;
    default:
        return true;
    }
}

void
np_layout_find_sequences(view_t *view)
{
    static const scope_t scopes[] = { SCOPE_OWN, SCOPE_JOINT, SCOPE_SERVER };

    for (unsigned i = 0; i < view->reach * G_N_ELEMENTS(scopes); i++) {
        unsigned offset = i / G_N_ELEMENTS(scopes);
        scope_t scope = scopes[i % G_N_ELEMENTS(scopes)];
        steps_t steps;

        if (!is_possible(view, offset, scope)) {
            continue;
        }
        steps = np_layout_usual_step(view, offset, scope);
        if (np_layout_is_counting(steps) && (scope == SCOPE_OWN || steps.step == 1)) {
            add_sequence(view, offset, steps);
        }
    }
}

/* ---- restarts ------------------------------------------------------------------- */

typedef struct {
    unsigned good, total;   /* steps of 1; all */
    unsigned restarts[256]; /* other steps, by new value */
    bool is_peak[256];      /* other steps, by old value */
    bool is_value[256];
} restarts_t;

static void
count_restarts(const view_t *view, unsigned offset, restarts_t *found)
{
    memset(found, 0, sizeof *found);
    for (unsigned i = 0; i < view->count; i++) {
        const view_message_t *message = &view->messages[i], *previous = message->previous[SCOPE_JOINT];
        uint8_t value, last;

        if (!has_byte(message, offset) || !has_byte(previous, offset)) {
            continue;
        }
        value = message->head[offset];
        last = previous->head[offset];
        found->total++;
        found->is_value[value] = true;
        if (value == (uint8_t)(last + 1)) {
            found->good++;
        } else {
            found->restarts[value]++;
            found->is_peak[last] = true;
        }
    }
}

/* True if each exchange restarts the count at the same value. */
static bool
is_restarting(const restarts_t *found)
{
    unsigned peaks = 0, values = 0, usual = 0;

    for (unsigned value = 0; value < 256; value++) {
        peaks += found->is_peak[value];
        values += found->is_value[value];
        usual = MAX(usual, found->restarts[value]);
    }
    return found->good >= 6 && found->good * 5 >= found->total * 2 && (found->good + usual) * 20 >= found->total * 19
        && peaks >= 3 && values >= 4;
}

void
np_layout_find_restarting(view_t *view)
{
    for (unsigned offset = 0; offset < MIN(view->limit, 16); offset++) {
        restarts_t found;

        if (view->taken[offset] || !view->columns[OTHER][offset].have) {
            continue;
        }
        count_restarts(view, offset, &found);
        if (is_restarting(&found)) {
            np_view_add_field(view, (candidate_t){ offset, 1, false }, NP_LAYOUT_SEQUENCE,
                              0.9 * np_layout_confidence(found.good, found.good),
                              "counts up by 1 over both directions (%u of %u steps), then restarts", found.good,
                              found.total);
        }
    }
}
