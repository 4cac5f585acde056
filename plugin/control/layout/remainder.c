/* remainder.c
 * Bytes that no finder took
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <stdio.h>

typedef enum {
    CLASS_TAKEN,
    CLASS_CONSTANT,
    CLASS_ZERO,
    CLASS_STEADY,
    CLASS_NEARLY_CONSTANT,
    CLASS_RANDOM,
    CLASS_OTHER
} class_t;

/* True if a zero byte is the upper one of a 16-bit constant. */
static bool
is_upper_zero(const view_t *view, unsigned offset)
{
    unsigned other = offset ^ 1U;
    bool upper_first = view->order != ORDER_LITTLE;

    return (offset % 2 == 0) == upper_first && other < view->limit && !view->taken[other]
        && own_column(view, other)->constant && !own_column(view, other)->zero;
}

static class_t
classify_byte(const view_t *view, unsigned offset)
{
    const column_t *column = own_column(view, offset);

    if (view->taken[offset]) {
        return CLASS_TAKEN;
    }
    if (column->zero) {
        return is_upper_zero(view, offset) ? CLASS_CONSTANT : CLASS_ZERO;
    }
    if (column->constant) {
        return CLASS_CONSTANT;
    }
    if (column->steady) {
        return CLASS_STEADY;
    }
    if (np_column_is_nearly_constant(column)) {
        return CLASS_NEARLY_CONSTANT;
    }
    return np_column_is_random(column) ? CLASS_RANDOM : CLASS_OTHER;
}

static void
add_class(view_t *view, class_t class, candidate_t candidate)
{
    const column_t *column = own_column(view, candidate.offset);
    unsigned have = column->have, samples = have * candidate.width;

    switch (class) {
    case CLASS_CONSTANT:
        np_view_add_field(view, candidate, NP_LAYOUT_CONSTANT, have / (have + 1.0), "same in all %u messages", have);
        break;
    case CLASS_ZERO:
        np_view_add_field(view, candidate, NP_LAYOUT_PADDING, 0.9 * have / (have + 1.0), "zero in all %u messages",
                          have);
        break;
    case CLASS_STEADY:
        np_view_add_field(view, candidate, NP_LAYOUT_CONSTANT, 0.8 * have / (have + 4.0),
                          "same within each of %u connections", view->connections);
        break;
    case CLASS_NEARLY_CONSTANT:
        np_view_add_field(view, candidate, NP_LAYOUT_CONSTANT, 0.6 * have / (have + 4.0), "same in %u of %u messages",
                          column->counts[column->value], have);
        break;
    case CLASS_RANDOM:
        np_view_add_field(view, candidate, NP_LAYOUT_HIGH_ENTROPY, 0.9 * samples / (samples + 64.0),
                          "all values equally likely, %u bytes seen", samples);
        break;
    default:
        np_view_add_field(view, candidate, NP_LAYOUT_UNKNOWN, 0.3,
                          candidate.width == 1 ? "no pattern; %u values" : "no pattern in %u messages",
                          candidate.width == 1 ? column->distinct : have);
        break;
    }
}

/* The offset behind what nearly all messages have, and behind all fields. */
static unsigned
header_end(const view_t *view)
{
    unsigned end = view->limit;

    for (unsigned offset = view->limit; offset < view->reach; offset++) {
        end = view->taken[offset] ? offset + 1 : end;
    }
    return view->reach < NP_LAYOUT_HEAD && view->taken[view->reach] ? view->reach : end; /* text follows */
}

/* Neighbours of one class become one field, unless they are nearly constant. */
static void
fill_gaps(view_t *view, unsigned end)
{
    class_t classes[NP_LAYOUT_HEAD + 1];

    for (unsigned offset = 0; offset < end; offset++) {
        classes[offset] = classify_byte(view, offset);
    }
    for (unsigned offset = 0, next; offset < end; offset = next) {
        class_t class = classes[offset];

        next = offset + 1;
        while (next < end && classes[next] == class && class != CLASS_NEARLY_CONSTANT) {
            next++;
        }
        if (class == CLASS_RANDOM && (next - offset) * own_column(view, offset)->have < 32) {
            class = CLASS_OTHER; /* too few samples */
        }
        if (class != CLASS_TAKEN) {
            add_class(view, class, (candidate_t){ offset, next - offset, false });
        }
    }
}

static bool
is_random_body(const view_t *view, unsigned offset, unsigned *samples)
{
    unsigned columns = 0, random = 0;

    *samples = 0;
    for (unsigned i = offset; i < NP_LAYOUT_HEAD; i++) {
        const column_t *column = own_column(view, i);

        if (column->have >= 8) {
            columns++;
            random += np_column_is_random(column);
            *samples += column->have;
        }
    }
    return columns && random * 10 >= columns * 9 && *samples >= 48;
}

static bool
belongs_to_body(const view_t *view, const np_layout_field_t *last)
{
    unsigned samples;

    return last->kind == NP_LAYOUT_UNKNOWN
        || (last->kind == NP_LAYOUT_HIGH_ENTROPY && is_random_body(view, last->offset, &samples));
}

static void
add_body(view_t *view, unsigned offset)
{
    unsigned samples = 0;
    bool is_random;

    while (view->fields->len) {
        const np_layout_field_t *last = &g_array_index(view->fields, np_layout_field_t, view->fields->len - 1);

        if (!belongs_to_body(view, last)) {
            break;
        }
        offset = last->offset;
        g_array_set_size(view->fields, view->fields->len - 1);
    }
    is_random = is_random_body(view, offset, &samples);
    np_view_add_field(view, (candidate_t){ offset, 0, false }, is_random ? NP_LAYOUT_HIGH_ENTROPY : NP_LAYOUT_UNKNOWN,
                      is_random ? 0.9 * samples / (samples + 64.0) : 0.3,
                      is_random ? "all values equally likely, %u bytes seen" : "no pattern", samples);
}

static int
compare_fields(gconstpointer a, gconstpointer b)
{
    return (int)((const np_layout_field_t *)a)->offset - (int)((const np_layout_field_t *)b)->offset;
}

static void
join_unknown(view_t *view)
{
    for (guint i = 1; i < view->fields->len;) {
        np_layout_field_t *last = &g_array_index(view->fields, np_layout_field_t, i - 1);
        const np_layout_field_t *field = &g_array_index(view->fields, np_layout_field_t, i);

        if (last->kind == NP_LAYOUT_UNKNOWN && field->kind == NP_LAYOUT_UNKNOWN && last->width && field->width) {
            last->width = (uint16_t)(last->width + field->width);
            snprintf(last->evidence, sizeof last->evidence, "no pattern in %u messages", view->totals[OWN]);
            g_array_remove_index(view->fields, i);
        } else {
            i++;
        }
    }
}

void
np_layout_fill_up(view_t *view)
{
    unsigned end = header_end(view);

    fill_gaps(view, end);
    g_array_sort(view->fields, compare_fields);
    join_unknown(view);
    if (view->goes_on && (end == NP_LAYOUT_HEAD || !view->taken[end])) {
        add_body(view, end);
    }
}
