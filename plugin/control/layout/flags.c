/* flags.c
 * Independent bits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <math.h>

static double
entropy_of(double share)
{
    return share > 0 ? -share * log2(share) : 0;
}

/* Entropies are corrected for small samples (Miller and Madow). */
bool
np_column_has_independent_bits(const column_t *column, unsigned *bits)
{
    double entropy = 0, sum = 0, twice = 2 * G_LN2 * column->have;

    *bits = 0;
    for (unsigned value = 0; value < 256; value++) {
        entropy += entropy_of((double)column->counts[value] / column->have);
    }
    for (unsigned bit = 0; bit < 8; bit++) {
        unsigned set = 0;

        for (unsigned value = 0; value < 256; value++) {
            set += value >> bit & 1 ? column->counts[value] : 0;
        }
        if (set && set < column->have) {
            double share = (double)set / column->have;

            sum += entropy_of(share) + entropy_of(1 - share);
            ++*bits;
        }
    }
    entropy += (column->distinct - 1) / twice;
    sum += *bits / twice;
    return *bits > 0 && *bits < 7 && entropy >= 0.93 * sum;
}

static bool
may_be_flags(const view_t *view, unsigned offset, unsigned *bits)
{
    const column_t *column = own_column(view, offset);

    return np_view_has_few_values(view, offset) && !np_column_is_nearly_constant(column)
        && np_column_has_independent_bits(column, bits);
}

/* With a neighbour that has flags, or a zero upper byte, the field has 16 bits. */
static candidate_t
widen_flags(const view_t *view, unsigned offset, unsigned *bits)
{
    unsigned more = 0;

    if (offset % 2 == 0 && offset + 1 < view->limit && may_be_flags(view, offset + 1, &more)) {
        *bits += more;
        return (candidate_t){ offset, 2, view->order == ORDER_LITTLE };
    }
    if (offset % 2 && view->order != ORDER_LITTLE && !view->taken[offset - 1] && own_column(view, offset - 1)->zero) {
        return (candidate_t){ offset - 1, 2, false };
    }
    return (candidate_t){ offset, 1, false };
}

void
np_layout_find_flags(view_t *view)
{
    for (unsigned offset = 0; offset < view->limit; offset++) {
        unsigned have = own_column(view, offset)->have, bits = 0;
        candidate_t candidate;

        if (have < 8 || !may_be_flags(view, offset, &bits)) {
            continue;
        }
        candidate = widen_flags(view, offset, &bits);
        np_view_add_field(view, candidate, NP_LAYOUT_FLAGS, (bits > 1 ? 0.7 : 0.5) * have / (have + 4.0),
                          bits > 1 ? "%u bits vary independently" : "%u bit varies", bits);
    }
}
