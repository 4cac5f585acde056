/* candidates.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <stdarg.h>
#include <stdio.h>

uint64_t
np_candidate_mask(candidate_t candidate)
{
    return candidate.width >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * candidate.width) - 1;
}

bool
np_candidate_read(const view_message_t *message, candidate_t candidate, uint64_t *value)
{
    if (message->length < candidate.offset + candidate.width) {
        return false;
    }
    *value = np_framing_number(message->head + candidate.offset, candidate.width, candidate.little);
    return true;
}

double
np_layout_confidence(unsigned good, unsigned total)
{
    return total ? (double)good / total * good / (good + 2.0) : 0;
}

void
np_view_add_field(view_t *view, candidate_t candidate, np_layout_kind_t kind, double confidence, const char *format,
                  ...)
{
    unsigned end = candidate.width ? candidate.offset + candidate.width : NP_LAYOUT_HEAD;
    np_layout_field_t field = { .offset = (uint16_t)candidate.offset,
                                .width = (uint16_t)candidate.width,
                                .little = candidate.little && candidate.width > 1,
                                .kind = kind,
                                .confidence = CLAMP(confidence, 0, 0.99) };
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(field.evidence, sizeof field.evidence, format, arguments);
    va_end(arguments);
    for (unsigned offset = candidate.offset; offset < MIN(end, NP_LAYOUT_HEAD); offset++) {
        view->taken[offset] = true;
        view->text[offset] = kind == NP_LAYOUT_TEXT;
    }
    g_array_append_val(view->fields, field);
}

bool
np_candidate_is_free(const view_t *view, candidate_t candidate)
{
    if (candidate.offset + candidate.width > view->reach) {
        return false;
    }
    for (unsigned i = 0; i < candidate.width; i++) {
        if (view->taken[candidate.offset + i]) {
            return false;
        }
    }
    return true;
}

bool
np_candidate_is_variable(const view_t *view, candidate_t candidate)
{
    bool varies = false;

    for (unsigned i = 0; i < candidate.width && candidate.offset + i < NP_LAYOUT_HEAD; i++) {
        varies = varies || own_column(view, candidate.offset + i)->distinct > 1;
    }
    return varies && np_candidate_is_free(view, candidate);
}

void
np_view_learn_order(view_t *view, candidate_t candidate)
{
    if (view->order == ORDER_UNKNOWN && candidate.width > 1) {
        view->order = candidate.little ? ORDER_LITTLE : ORDER_BIG;
    }
}

double
np_candidate_score_form(const view_t *view, candidate_t candidate)
{
    static const double widths[] = { 0, 0, 0.5, -1.5, 0.5, -1.5, -1.5, -1.5, -0.5 };
    double score = candidate.width < G_N_ELEMENTS(widths) ? widths[candidate.width] : -2;

    if (candidate.width < 2) {
        return score;
    }
    score += candidate.offset % candidate.width == 0 ? 1 : candidate.offset % 2 == 0 ? 0.5 : -0.5;
    if (view->order == ORDER_UNKNOWN) {
        return score + (candidate.little ? 0 : 0.5);
    }
    return score + ((view->order == ORDER_LITTLE) == candidate.little ? 1.5 : -2);
}

/* Sides that count from different random numbers differ in upper bytes. */
static bool
is_same_on_both_sides(const view_t *view, unsigned offset)
{
    unsigned pairs = 0;

    for (unsigned i = 0; i < view->count; i++) {
        const view_message_t *message = &view->messages[i], *previous = message->previous[SCOPE_JOINT];

        if (!has_byte(message, offset) || !has_byte(previous, offset) || previous->side == message->side) {
            continue;
        }
        if (message->head[offset] != previous->head[offset]) {
            return false;
        }
        pairs++;
    }
    return pairs > 0;
}

static double
score_neighbour(const view_t *view, unsigned offset, bool is_small)
{
    const column_t *own = own_column(view, offset), *other = &view->columns[OTHER][offset];

    if (own->zero) {
        return 1;
    }
    if (own->constant) {
        return is_small ? -3 : other->have && !is_same_on_both_sides(view, offset) ? 0.75 : -2;
    }
    if (own->steady) {
        return is_small || is_same_on_both_sides(view, offset) ? -2 : 1;
    }
    return 2; /* takes the carry, as the caller checked */
}

double
np_candidate_score_neighbours(const view_t *view, candidate_t candidate, candidate_t core, bool is_small)
{
    double score = 0;
    unsigned zeros = 0;

    for (unsigned offset = candidate.offset; offset < candidate.offset + candidate.width; offset++) {
        if (offset >= core.offset && offset < core.offset + core.width) {
            continue;
        }
        zeros += own_column(view, offset)->zero;
        score += zeros > 3 && own_column(view, offset)->zero ? 0 : score_neighbour(view, offset, is_small);
    }
    return score;
}
