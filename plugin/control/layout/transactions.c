/* transactions.c
 * Numbers that one side chooses and the other echoes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_WAIT 8 /* messages; later repetitions are no echo */
#define MAX_ID 16  /* bytes */

typedef struct {
    uint64_t value;
    const view_message_t *message;
} number_t;

static int
compare_numbers(const void *a, const void *b)
{
    const number_t *left = (const number_t *)a, *right = (const number_t *)b;
    uint32_t left_connection = left->message->raw->connection, right_connection = right->message->raw->connection;

    if (left_connection != right_connection) {
        return left_connection < right_connection ? -1 : 1;
    }
    if (left->value != right->value) {
        return left->value < right->value ? -1 : 1;
    }
    return left->message < right->message ? -1 : left->message > right->message;
}

/* Returns the numbers of all messages, sorted. Skips 0, which means none. */
static number_t *
collect_numbers(const view_t *view, candidate_t candidate, unsigned *count)
{
    number_t *numbers = g_new(number_t, view->count);

    *count = 0;
    for (unsigned i = 0; i < view->count; i++) {
        number_t *next = &numbers[*count];

        next->message = &view->messages[i];
        *count += np_candidate_read(next->message, candidate, &next->value) && next->value != 0;
    }
    qsort(numbers, *count, sizeof *numbers, compare_numbers);
    return numbers;
}

static bool
is_same_value(const number_t *a, const number_t *b)
{
    return a->value == b->value && a->message->raw->connection == b->message->raw->connection;
}

echo_t
np_candidate_find_echo(const view_t *view, candidate_t candidate)
{
    echo_t echo = { { 0 }, { 0 }, { 0 }, OWN };
    unsigned count;
    number_t *numbers = collect_numbers(view, candidate, &count);
    const view_message_t *source = NULL; /* latest use by the side that used it first */

    for (unsigned i = 0; i < count; i++) {
        const view_message_t *message = numbers[i].message;

        echo.used[message->side]++;
        if (i == 0 || !is_same_value(&numbers[i - 1], &numbers[i])) {
            echo.fresh[message->side]++;
            source = message;
        } else if (message->side == source->side) {
            source = message;
        } else {
            echo.echoed[message->side] += message->sent[source->side] - source->sent[source->side] < MAX_WAIT;
        }
    }
    g_free(numbers);
    echo.chooser = echo.fresh[OWN] >= echo.fresh[OTHER] ? OWN : OTHER;
    return echo;
}

static bool
is_echoed(const echo_t *echo)
{
    int other = !echo->chooser;

    return echo->echoed[other] >= 3 && echo->echoed[other] * 10 >= echo->used[other] * 7;
}

/* Types are echoed, too, but rarely new. */
bool
np_echo_is_transaction(const echo_t *echo)
{
    return is_echoed(echo) && echo->fresh[echo->chooser] >= 3
        && echo->fresh[echo->chooser] * 2 >= echo->used[echo->chooser];
}

void
np_echo_describe(const echo_t *echo, char *text, size_t size)
{
    snprintf(text, size, echo->chooser == OWN ? "%u of %u replies echo it" : "echoes the other side's in %u of %u",
             echo->echoed[!echo->chooser], echo->used[!echo->chooser]);
}

/* True if the byte is echoed, and varies enough for an id. Text is no id, though replies repeat it. */
static bool
is_echoed_column(const view_t *view, unsigned offset)
{
    const column_t *own = own_column(view, offset), *other = &view->columns[OTHER][offset];
    unsigned least = MAX(3, MIN(MIN(own->have, other->have), 256) / 4);
    echo_t echo;

    if (view->taken[offset] || own->distinct < least || other->distinct < least || np_column_is_printable_ascii(own)) {
        return false;
    }
    echo = np_candidate_find_echo(view, (candidate_t){ offset, 1, false });
    return is_echoed(&echo);
}

/* Uses the byte order found before, because an echo shows none. */
static candidate_t
widen_transaction(const view_t *view, candidate_t core)
{
    static const unsigned widths[] = { 2, 4 };
    bool may_be_wider = core.width != 2 && core.width != 4 && core.width < 8;
    candidate_t best = core;
    echo_t known = np_candidate_find_echo(view, core);
    double best_score = np_candidate_score_form(view, core);

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(widths) && may_be_wider; i++) {
        bool little = i >= G_N_ELEMENTS(widths);
        unsigned width = widths[i % G_N_ELEMENTS(widths)];
        candidate_t wide = { little ? core.offset : core.offset + core.width - width, width, little };
        double score;
        echo_t echo;

        if (width <= core.width || (!little && core.offset + core.width < width) || !np_candidate_is_free(view, wide)) {
            continue;
        }
        echo = np_candidate_find_echo(view, wide);
        score = np_candidate_score_form(view, wide) + np_candidate_score_neighbours(view, wide, core, true);
        if (echo.echoed[!known.chooser] >= known.echoed[!known.chooser] && score > best_score) {
            best = wide;
            best_score = score;
        }
    }
    if (view->order != ORDER_UNKNOWN) {
        best.little = view->order == ORDER_LITTLE;
    }
    return best;
}

/* Growing numbers coincide by chance. */
static bool
is_growing(const view_t *view, candidate_t candidate)
{
    unsigned total;

    return np_candidate_count_growth(view, candidate, OWN, MAX_SAMPLE, &total) > 0
        && np_candidate_count_growth(view, candidate, OTHER, MAX_SAMPLE, &total) > 0;
}

/* The share of echoes among the replies' numbers; 0 if there are too few, or they may be chance. */
static double
echoed_share(const view_t *view, candidate_t candidate)
{
    echo_t echo = np_candidate_find_echo(view, candidate);
    double share = (double)echo.echoed[!echo.chooser] / MAX(1, echo.used[!echo.chooser]);

    return np_echo_is_transaction(&echo) && (share > 0.9 || !is_growing(view, candidate)) ? share : 0;
}

static void
add_transaction(view_t *view, candidate_t candidate)
{
    echo_t echo = np_candidate_find_echo(view, candidate);
    double confidence = np_layout_confidence(echo.echoed[!echo.chooser], echo.used[!echo.chooser]);
    char text[60];

    np_echo_describe(&echo, text, sizeof text);
    np_view_add_field(view, candidate, NP_LAYOUT_TRANSACTION, (candidate.width > 1 ? 1 : 0.8) * confidence,
                      "%s; %u values", text, echo.fresh[OWN] + echo.fresh[OTHER]);
    view->has_transaction = true;
}

/* Makes a field of the best echo only; others are content or chance. */
void
np_layout_find_transactions(view_t *view)
{
    candidate_t best = { 0 };
    double best_share = 0;

    for (unsigned offset = 0, end; offset < view->limit && !view->has_transaction; offset = end + 1) {
        candidate_t candidate;
        double share;

        end = offset;
        while (end < view->limit && is_echoed_column(view, end)) {
            end++;
        }
        if (end == offset || end - offset > MAX_ID) {
            continue;
        }
        candidate = widen_transaction(view, (candidate_t){ offset, end - offset, view->order == ORDER_LITTLE });
        share = echoed_share(view, candidate);
        if (share > best_share + 0.05) {
            best = candidate;
            best_share = share;
        }
    }
    if (best.width) {
        add_transaction(view, best);
    }
}
