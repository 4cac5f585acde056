/* layout.c
 * Finders run from the strongest evidence to the weakest and skip taken bytes. Ambiguous numbers get usual widths and
 * alignments, and the byte order found before. A candidate is dropped once too many messages contradict it, which
 * keeps the cost nearly linear.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/layout.h"

#include "control/layout/view.h"

static void
find_fields(view_t *view)
{
    np_layout_find_framing_length(view);
    np_layout_find_addresses(view);
    np_layout_find_absolute_times(view);
    np_layout_find_text_body(view);
    np_layout_find_sequences(view);
    np_layout_find_restarting(view);
    np_layout_find_transactions(view);
    np_layout_find_relative_times(view);
    np_layout_find_lengths(view);
    np_layout_find_ports(view);
    np_layout_find_counters(view);
    np_layout_find_strings(view);
    np_layout_find_type(view);
    np_layout_find_flags(view);
    np_layout_fill_up(view);
}

GArray *
np_layout_find(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_framing_t *framing)
{
    view_t *view = np_view_new(messages, count, direction, framing);
    GArray *fields = view->fields;

    if (view->totals[OWN] >= MIN_MESSAGES) {
        find_fields(view);
    }
    np_view_free(view);
    return fields;
}

/* ---- values of a field ----------------------------------------------------------- */

static int
compare_values(gconstpointer a, gconstpointer b)
{
    uint32_t left = ((const np_layout_value_t *)a)->value, right = ((const np_layout_value_t *)b)->value;

    return left < right ? -1 : left > right;
}

/* known: maps a value to its index in values, plus 1. */
static void
add_value(GArray *values, GHashTable *known, uint32_t value, uint32_t length)
{
    guint at = GPOINTER_TO_UINT(g_hash_table_lookup(known, GUINT_TO_POINTER(value)));
    np_layout_value_t *entry;

    if (!at) {
        np_layout_value_t new_entry = { value, 0, length, length };

        g_array_append_val(values, new_entry);
        at = values->len;
        g_hash_table_insert(known, GUINT_TO_POINTER(value), GUINT_TO_POINTER(at));
    }
    entry = &g_array_index(values, np_layout_value_t, at - 1);
    entry->count++;
    entry->shortest = MIN(entry->shortest, length);
    entry->longest = MAX(entry->longest, length);
}

GArray *
np_layout_values(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_layout_field_t *field)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(np_layout_value_t));
    GHashTable *known = g_hash_table_new(NULL, NULL);
    candidate_t candidate = { field->offset, field->width, field->little };

    for (size_t i = 0; i < count && field->width >= 1 && field->width <= 4; i++) {
        view_message_t message = { .head = messages[i].head,
                                   .length = MIN(MIN(messages[i].head_length, messages[i].length), NP_LAYOUT_HEAD) };
        uint64_t value;

        if (messages[i].direction == direction && np_candidate_read(&message, candidate, &value)) {
            add_value(values, known, (uint32_t)value, messages[i].length);
        }
    }
    g_hash_table_destroy(known);
    g_array_sort(values, compare_values);
    return values;
}

const char *
np_layout_kind_name(np_layout_kind_t kind)
{
    /* clang-format off */
    static const char *const names[] = {
        [NP_LAYOUT_CONSTANT] = "Constant", [NP_LAYOUT_LENGTH] = "Length", [NP_LAYOUT_TYPE] = "Type",
        [NP_LAYOUT_SEQUENCE] = "Sequence", [NP_LAYOUT_TRANSACTION] = "Transaction", [NP_LAYOUT_FLAGS] = "Flags",
        [NP_LAYOUT_TIME] = "Time", [NP_LAYOUT_ADDRESS] = "Address", [NP_LAYOUT_PORT] = "Port",
        [NP_LAYOUT_COUNTER] = "Counter", [NP_LAYOUT_TEXT] = "Text", [NP_LAYOUT_PADDING] = "Padding",
        [NP_LAYOUT_HIGH_ENTROPY] = "High entropy", [NP_LAYOUT_UNKNOWN] = "Unknown"
    };
    /* clang-format on */

    return (size_t)kind < G_N_ELEMENTS(names) && names[kind] ? names[kind] : "Unknown";
}
