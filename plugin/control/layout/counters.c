/* counters.c
 * Numbers with varying steps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

unsigned
np_candidate_count_growth(const view_t *view, candidate_t candidate, int side, unsigned max_messages, unsigned *total)
{
    uint64_t longest = np_candidate_mask(candidate) >> 3;
    unsigned messages = MIN(max_messages, view->totals[side]);
    unsigned up = 0, bad = 0;

    *total = 0;
    for (unsigned i = 0; i < messages; i++) {
        const view_message_t *message = view->sides[side][i], *previous = message->previous[SCOPE_OWN];
        uint64_t value, last, step;

        if (!previous || !np_candidate_read(message, candidate, &value)
            || !np_candidate_read(previous, candidate, &last)) {
            continue;
        }
        ++*total;
        step = (value - last) & np_candidate_mask(candidate);
        up += step > 0 && step <= longest;
        bad += step > longest;
        if (bad > messages / 50) {
            return 0;
        }
    }
    return up;
}

typedef struct {
    candidate_t candidate;
    double score;
} counter_t;

static double
score_counter(const view_t *view, candidate_t candidate, unsigned up, unsigned total)
{
    unsigned low = candidate.little ? candidate.offset : candidate.offset + candidate.width - 1, shorter_total;
    candidate_t shorter = { candidate.offset + (candidate.little ? 1 : 0), candidate.width - 1, candidate.little };
    double score = 16.0 * up / total - 8 + np_candidate_score_form(view, candidate);

    for (unsigned i = 0; i < candidate.width; i++) {
        const column_t *column = own_column(view, candidate.offset + i);

        score += column->zero ? 0.7 : column->constant ? -2 : column->steady ? -1 : 0;
    }
    if (own_column(view, low)->distinct * 3 < MIN(up, 128)) {
        score -= 3; /* low bytes change with each step */
    }
    if (shorter.width && np_candidate_count_growth(view, shorter, OWN, MAX_SAMPLE, &shorter_total) * 50 >= up * 49) {
        score -= 1; /* grows without its low byte */
    }
    return score;
}

static GArray *
find_growing(const view_t *view)
{
    static const unsigned widths[] = { 1, 2, 4, 8 };
    GArray *counters = g_array_new(FALSE, FALSE, sizeof(counter_t));

    for (unsigned i = 0; i < view->reach * 8; i++) { /* offset, byte order, width */
        counter_t counter = { .candidate = { i / 8, widths[i % 4], i % 8 >= 4 } };
        unsigned total = 0, up;

        if ((counter.candidate.width == 1 && counter.candidate.little)
            || !np_candidate_is_variable(view, counter.candidate)) {
            continue;
        }
        up = np_candidate_count_growth(view, counter.candidate, OWN, MAX_SAMPLE, &total);
        if (up >= (counter.candidate.width > 1 ? 8U : 12U) && up * 2 >= total) {
            counter.score = score_counter(view, counter.candidate, up, total);
            g_array_append_val(counters, counter);
        }
    }
    return counters;
}

static int
order_of(candidate_t candidate)
{
    return (int)(candidate.offset << 8 | candidate.width << 1 | candidate.little);
}

static int
compare_counters(gconstpointer a, gconstpointer b)
{
    const counter_t *left = (const counter_t *)a, *right = (const counter_t *)b;

    if (left->score > right->score || left->score < right->score) {
        return left->score > right->score ? -1 : 1;
    }
    return order_of(left->candidate) - order_of(right->candidate);
}

void
np_layout_find_counters(view_t *view)
{
    GArray *counters = find_growing(view);

    g_array_sort(counters, compare_counters);
    for (guint i = 0; i < counters->len; i++) {
        const counter_t *counter = &g_array_index(counters, counter_t, i);
        unsigned total, up;

        if (counter->score <= 0 || !np_candidate_is_free(view, counter->candidate)) {
            continue;
        }
        up = np_candidate_count_growth(view, counter->candidate, OWN, G_MAXUINT, &total);
        if (up * 2 >= MAX(total, 1)) {
            np_view_add_field(view, counter->candidate, NP_LAYOUT_COUNTER, 0.9 * np_layout_confidence(up, total),
                              "grows in %u of %u steps, unevenly", up, total);
        }
    }
    g_array_free(counters, TRUE);
}
