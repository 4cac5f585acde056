/* lengths.c
 * Lengths of messages and bodies
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#define MAX_DIFFERENCE 256 /* between length and value */

static bool
has_length(const view_message_t *message, candidate_t candidate, int64_t add)
{
    uint64_t value;

    return np_candidate_read(message, candidate, &value) && (int64_t)value + add == (int64_t)message->raw->length;
}

void
np_layout_find_framing_length(view_t *view)
{
    const np_framing_t *framing = view->framing;
    candidate_t candidate = { framing->offset, framing->width, framing->little };
    unsigned good = 0, total = view->totals[OWN];

    if (framing->kind != NP_FRAMING_LENGTH || framing->width < 1 || framing->width > 4
        || (unsigned)framing->offset + framing->width > view->reach) {
        return;
    }
    for (unsigned i = 0; i < total; i++) {
        good += has_length(view->sides[OWN][i], candidate, framing->add);
    }
    np_view_learn_order(view, candidate);
    np_view_add_field(view, candidate, NP_LAYOUT_LENGTH, np_layout_confidence(good, total),
                      "length field of the framing; message length minus %d in %u of %u messages", (int)framing->add,
                      good, total);
}

/* Counts messages with this length; 0 if over 5 % differ. */
static unsigned
count_lengths(const view_t *view, candidate_t candidate, int64_t add)
{
    unsigned good = 0, total = view->totals[OWN];

    for (unsigned i = 0; i < total; i++) {
        good += has_length(view->sides[OWN][i], candidate, add);
        if (i + 1 - good > total / 20) {
            return 0;
        }
    }
    return good;
}

static unsigned
count_distinct_lengths(const view_t *view)
{
    GHashTable *lengths = g_hash_table_new(NULL, NULL);
    unsigned count;

    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        g_hash_table_add(lengths, GUINT_TO_POINTER(view->sides[OWN][i]->raw->length));
    }
    count = g_hash_table_size(lengths);
    g_hash_table_destroy(lengths);
    return count;
}

/* Takes add from the first or middle message. Returns 0 if too few messages fit. */
static unsigned
fit_length(const view_t *view, candidate_t candidate, int64_t *add)
{
    unsigned good = 0;

    for (unsigned i = 0; i < 2 && !good; i++) {
        const view_message_t *message = view->sides[OWN][i ? view->totals[OWN] / 2 : 0];
        uint64_t value;

        if (np_candidate_read(message, candidate, &value)) {
            *add = (int64_t)message->raw->length - (int64_t)value;
            good = *add >= -MAX_DIFFERENCE && *add <= MAX_DIFFERENCE ? count_lengths(view, candidate, *add) : 0;
        }
    }
    return good;
}

typedef struct {
    candidate_t candidate;
    unsigned good; /* messages */
    int64_t add;
    double score;
} length_t;

/* Sets good to 0 if the candidate is no length. */
static length_t
measure_length(const view_t *view, candidate_t candidate)
{
    candidate_t low = { candidate.little ? candidate.offset : candidate.offset + candidate.width - 1, 1, false };
    length_t length = { .candidate = candidate };

    if ((candidate.width == 1 && candidate.little) || !np_candidate_is_variable(view, candidate)
        || own_column(view, low.offset)->distinct <= 2) {
        return length;
    }
    length.good = fit_length(view, candidate, &length.add);
    if (length.good) {
        length.score = length.good + np_candidate_score_form(view, candidate)
                     + np_candidate_score_neighbours(view, candidate, low, true);
    }
    return length;
}

void
np_layout_find_lengths(view_t *view)
{
    unsigned total = view->totals[OWN];
    length_t best = { .score = -100 };

    if (total < 5 || count_distinct_lengths(view) < 3) {
        return;
    }
    for (unsigned i = 0; i < view->reach * 8; i++) { /* offset, byte order, width */
        length_t length = measure_length(view, (candidate_t){ i / 8, i % 4 + 1, i % 8 >= 4 });

        if (length.good && length.score > best.score) {
            best = length;
        }
    }
    if (best.good) {
        np_view_learn_order(view, best.candidate);
        np_view_add_field(view, best.candidate, NP_LAYOUT_LENGTH, np_layout_confidence(best.good, total),
                          "message length minus %d in %u of %u messages", (int)best.add, best.good, total);
    }
}
