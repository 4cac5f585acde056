/* types.c
 * The field that length, content and reply depend on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <stdlib.h>

#define MIN_SCORE 0.05
#define MAX_COLUMNS 24

enum {
    SIXTEENTHS,
    QUARTERS
};

/* Evenly chosen OWN messages, and what may depend on type as categories. */
typedef struct {
    unsigned count;
    const view_message_t *messages[MAX_SAMPLE];
    uint8_t lengths[2][MAX_SAMPLE];          /* quantiles */
    uint8_t values[MAX_COLUMNS][MAX_SAMPLE]; /* of varying columns */
    unsigned offsets[MAX_COLUMNS];
    unsigned columns;
} sample_t;

static int
compare_lengths(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

static void
sample_lengths(sample_t *sample, unsigned way, unsigned parts)
{
    uint32_t sorted[MAX_SAMPLE] = { 0 };

    for (unsigned i = 0; i < sample->count; i++) {
        sorted[i] = sample->messages[i]->raw->length;
    }
    qsort(sorted, sample->count, sizeof *sorted, compare_lengths);
    for (unsigned i = 0; i < sample->count; i++) {
        unsigned longer = 0;

        for (unsigned part = 1; part < parts; part++) {
            longer += sorted[part * sample->count / parts] <= sample->messages[i]->raw->length;
        }
        sample->lengths[way][i] = (uint8_t)longer;
    }
}

static void
sample_column(const view_t *view, sample_t *sample, unsigned offset)
{
    uint8_t categories[256], *values = sample->values[sample->columns];

    np_column_categorise(own_column(view, offset), categories);
    for (unsigned i = 0; i < sample->count; i++) {
        const view_message_t *message = sample->messages[i];

        values[i] = has_byte(message, offset) ? categories[message->head[offset]] : CATEGORY_ABSENT;
    }
    sample->offsets[sample->columns++] = offset;
}

static void
take_sample(const view_t *view, sample_t *sample)
{
    unsigned total = view->totals[OWN];

    sample->count = MIN(total, MAX_SAMPLE);
    sample->columns = 0;
    for (unsigned i = 0; i < sample->count; i++) {
        sample->messages[i] = view->sides[OWN][(uint64_t)i * total / sample->count];
    }
    sample_lengths(sample, SIXTEENTHS, 16);
    sample_lengths(sample, QUARTERS, 4);
    for (unsigned offset = 0; offset < NP_LAYOUT_HEAD && sample->columns < MAX_COLUMNS; offset++) {
        if ((!view->taken[offset] || view->text[offset]) && own_column(view, offset)->distinct >= 2) {
            sample_column(view, sample, offset);
        }
    }
}

typedef struct {
    candidate_t candidate;
    unsigned values; /* distinct */
    double score;
    dependence_t length, content, reply;
} type_t;

static dependence_t
measure_replies(const view_t *view, unsigned offset)
{
    uint8_t asked[MAX_SAMPLE] = { 0 }, replied[MAX_SAMPLE] = { 0 }, categories[2][256];
    unsigned count = 0;

    np_column_categorise(own_column(view, offset), categories[OWN]);
    np_column_categorise(&view->columns[OTHER][offset], categories[OTHER]);
    for (unsigned i = 0; i < view->count && count < MAX_SAMPLE; i++) {
        const view_message_t *message = &view->messages[i], *previous = message->previous[SCOPE_JOINT];

        if (has_byte(message, offset) && has_byte(previous, offset) && previous->side != message->side
            && message->raw->direction == 2 /* to the client */) {
            asked[count] = categories[previous->side][previous->head[offset]];
            replied[count++] = categories[message->side][message->head[offset]];
        }
    }
    return np_dependence_measure(asked, replied, count);
}

/* The mean of the three columns that depend most on the values. */
static dependence_t
measure_content(const sample_t *sample, const uint8_t *values, candidate_t candidate)
{
    dependence_t best[3] = { { 0, 0 } }, mean = { 0, 0 };

    for (unsigned i = 0; i < sample->columns; i++) {
        unsigned offset = sample->offsets[i];
        dependence_t found;

        if (offset >= candidate.offset && offset < candidate.offset + candidate.width) {
            continue;
        }
        found = np_dependence_measure(values, sample->values[i], sample->count);
        for (unsigned j = 0; j < G_N_ELEMENTS(best); j++) {
            if (np_dependence_strength(found) > best[j].strength) {
                dependence_t less = best[j];

                best[j] = found;
                found = less;
            }
        }
    }
    for (unsigned j = 0; j < G_N_ELEMENTS(best); j++) {
        mean.strength += best[j].strength / G_N_ELEMENTS(best);
        mean.deviation = MAX(mean.deviation, best[j].deviation);
    }
    return mean;
}

/* Numbers the values in order of appearance. Returns their count, or more than MAX_TYPE_VALUES. */
static unsigned
number_values(const sample_t *sample, candidate_t candidate, uint8_t *numbers)
{
    uint64_t known[MAX_TYPE_VALUES];
    unsigned known_count = 0;

    for (unsigned i = 0; i < sample->count; i++) {
        uint64_t value = UINT64_MAX;
        unsigned at = 0;

        np_candidate_read(sample->messages[i], candidate, &value);
        while (at < known_count && known[at] != value) {
            at++;
        }
        if (at == MAX_TYPE_VALUES) {
            return MAX_TYPE_VALUES + 1;
        }
        known[at] = value;
        known_count += at == known_count;
        numbers[i] = (uint8_t)at;
    }
    return known_count;
}

/* The score does not include the reply: best_type() adds it. */
static type_t
measure_type(const view_t *view, const sample_t *sample, candidate_t candidate)
{
    type_t type = { .candidate = candidate };
    uint8_t numbers[MAX_SAMPLE];
    dependence_t quarters;

    type.values = number_values(sample, candidate, numbers);
    if (type.values > MAX_TYPE_VALUES) {
        return type;
    }
    type.length = np_dependence_measure(numbers, sample->lengths[SIXTEENTHS], sample->count);
    quarters = np_dependence_measure(numbers, sample->lengths[QUARTERS], sample->count);
    if (np_dependence_strength(quarters) > np_dependence_strength(type.length)) {
        type.length = quarters;
    }
    type.content = measure_content(sample, numbers, candidate);
    if (candidate.width == 1) {
        type.reply = measure_replies(view, candidate.offset);
    }
    /* Unique values predict everything. */
    type.score = MAX(np_dependence_strength(type.length), np_dependence_strength(type.content))
               * MAX(0, 1 - 2.0 * type.values / sample->count);
    return type;
}

static void
try_two_bytes(const view_t *view, const sample_t *sample, type_t *type)
{
    unsigned offset = type->candidate.offset & ~1U;
    type_t wide;

    if (offset + 2 > view->limit || !np_view_has_few_values(view, offset)
        || !np_view_has_few_values(view, offset + 1)) {
        return;
    }
    wide = measure_type(view, sample, (candidate_t){ offset, 2, view->order == ORDER_LITTLE });
    wide.reply = type->reply;
    if (wide.values * 4 <= sample->count && wide.score > type->score + 0.1) {
        *type = wide;
    }
}

static unsigned
count_upper_zeros(const view_t *view, unsigned low)
{
    bool little = view->order == ORDER_LITTLE;
    unsigned zeros = 0;

    for (unsigned at = low; little ? ++at < view->limit : at-- > 0;) {
        if (view->taken[at] || !own_column(view, at)->zero) {
            break;
        }
        zeros++;
    }
    return zeros;
}

/* Includes upper zeros. Unaligned ones may belong to another field. */
static candidate_t
widen_type(const view_t *view, candidate_t candidate)
{
    unsigned low = candidate.offset, zeros = candidate.width == 1 ? count_upper_zeros(view, low) : 0;
    bool little = view->order == ORDER_LITTLE;
    candidate_t best = candidate;

    for (unsigned width = 2; width <= 4 && width <= zeros + 1; width *= 2) {
        candidate_t wide = { little ? low : low + 1 - width, width, little };

        if (wide.offset % width == 0 || (width == 2 && zeros % 2)) {
            best = wide;
        }
    }
    return best;
}

static void
add_type(view_t *view, const type_t *type)
{
    double length = np_dependence_strength(type->length), content = np_dependence_strength(type->content);
    double reply = np_dependence_strength(type->reply), strength = MAX(length, content);
    double least = strength > 0 || type->values <= 8 ? 0.5 : 0.4;
    unsigned have = own_column(view, type->candidate.offset)->have;

    np_view_add_field(view, widen_type(view, type->candidate), NP_LAYOUT_TYPE,
                      (least + 0.5 * MAX(strength, 0.2 * reply)) * have / (have + 4.0), "%u values%s%s%s", type->values,
                      length > 0 ? "; length depends on it" : "", content > 0 ? "; content depends on it" : "",
                      reply > 0 ? "; the reply's value depends on it" : "");
}

/* Adds an early byte of few values that are no flags. */
static void
add_weak_type(view_t *view)
{
    for (unsigned offset = 0; offset < MIN(view->limit, 16); offset++) {
        const column_t *column = own_column(view, offset);
        unsigned bits;

        if (np_view_has_few_values(view, offset) && column->have >= 12 && column->distinct > 2 && column->distinct <= 16
            && !np_column_has_independent_bits(column, &bits)) {
            candidate_t candidate = { offset, 1, false };

            np_view_add_field(view, widen_type(view, candidate), NP_LAYOUT_TYPE,
                              0.6 * column->have / (column->have + 8.0),
                              "%u values in %u messages; nothing depends on them", column->distinct, column->have);
            return;
        }
    }
}

static type_t
try_type(const view_t *view, const sample_t *sample, unsigned offset)
{
    type_t type = measure_type(view, sample, (candidate_t){ offset, 1, false });

    if (type.score > MIN_SCORE) {
        try_two_bytes(view, sample, &type);
    }
    return type;
}

/* Bytes of the body predict as much as the type, but come later and predict the reply less. */
static type_t
best_type(const view_t *view, const sample_t *sample)
{
    type_t best = { .score = 0 };
    unsigned tried = 0, taken = 0, others = 0; /* bytes before offset */

    for (unsigned offset = 0; offset < view->limit && tried < MAX_COLUMNS; offset++) {
        const column_t *column = own_column(view, offset);

        if (np_view_has_few_values(view, offset)) {
            type_t type = try_type(view, sample, offset);

            tried++;
            type.score += 0.3 * np_dependence_strength(type.reply) - 0.08 * others - 0.01 * taken;
            best = type.score > best.score ? type : best;
        }
        taken += view->taken[offset];
        others += !view->taken[offset] && !column->constant && !np_column_is_random(column);
    }
    return best;
}

void
np_layout_find_type(view_t *view)
{
    sample_t *sample = g_new(sample_t, 1);
    type_t best;

    take_sample(view, sample);
    best = best_type(view, sample);
    g_free(sample);
    if (best.score > MIN_SCORE) {
        add_type(view, &best);
    } else {
        add_weak_type(view);
    }
}
