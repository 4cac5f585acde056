/* view.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <math.h>

#define MAX_TIME 4e11 /* seconds; any unit fits 64 bits */

const int64_t np_layout_units[UNITS] = { 1, 1000, 1000000, 10000000 };

typedef struct {
    const view_message_t *first[2], *last[2]; /* by side */
    const view_message_t *last_of_any;
} connection_t;

static connection_t *
get_connection(GHashTable *connections, uint32_t number)
{
    connection_t *connection = (connection_t *)g_hash_table_lookup(connections, GUINT_TO_POINTER(number));

    if (!connection) {
        connection = g_new0(connection_t, 1);
        g_hash_table_insert(connections, GUINT_TO_POINTER(number), connection);
    }
    return connection;
}

static void
set_times(view_message_t *message)
{
    double time = message->raw->time;

    if (!(time > -MAX_TIME && time < MAX_TIME)) {
        time = 0;
    }
    for (unsigned unit = 0; unit < UNITS; unit++) {
        message->time[unit] = (int64_t)floor(time * (double)np_layout_units[unit]);
    }
}

static void
link_message(view_message_t *message, connection_t *connection)
{
    int side = message->side;

    if (!connection->last[side]) {
        connection->first[side] = message;
    }
    message->first = connection->first[side];
    message->previous[SCOPE_OWN] = connection->last[side];
    message->previous[SCOPE_JOINT] = connection->last_of_any;
    if (connection->last_of_any) {
        message->sent[OWN] = connection->last_of_any->sent[OWN];
        message->sent[OTHER] = connection->last_of_any->sent[OTHER];
    }
    message->sent[side]++;
    connection->last[side] = connection->last_of_any = message;
}

static void
collect_messages(view_t *view, const np_layout_message_t *messages, uint8_t direction)
{
    GHashTable *connections = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    const view_message_t *last_own = NULL;

    for (unsigned i = 0; i < view->count; i++) {
        view_message_t *message = &view->messages[i];
        const np_layout_message_t *raw = &messages[i];

        message->raw = raw;
        message->head = raw->head;
        message->length = MIN(MIN(raw->head_length, raw->length), NP_LAYOUT_HEAD);
        message->side = raw->direction == direction ? OWN : OTHER;
        set_times(message);
        link_message(message, get_connection(connections, raw->connection));
        if (message->side == OWN) {
            message->previous[SCOPE_SERVER] = last_own;
            last_own = message;
        }
        view->sides[message->side][view->totals[message->side]++] = message;
    }
    view->connections = g_hash_table_size(connections);
    g_hash_table_destroy(connections);
}

static void
sum_up_column(column_t *column)
{
    for (unsigned value = 0; value < 256; value++) {
        column->distinct += column->counts[value] > 0;
        if (column->counts[value] > column->counts[column->value]) {
            column->value = (uint8_t)value;
        }
    }
    column->constant = column->distinct == 1;
    column->zero = column->constant && column->value == 0;
}

/* True if the byte changes in no connection, though a third of the messages could change it. */
static bool
is_steady(const view_t *view, int side, unsigned offset)
{
    unsigned steps = 0;

    for (unsigned i = 0; i < view->totals[side]; i++) {
        const view_message_t *message = view->sides[side][i], *previous = message->previous[SCOPE_OWN];

        if (!has_byte(message, offset) || !has_byte(previous, offset)) {
            continue;
        }
        if (message->head[offset] != previous->head[offset]) {
            return false;
        }
        steps++;
    }
    return steps >= MIN_MESSAGES && steps * 3 >= view->totals[side];
}

static void
measure_columns(view_t *view)
{
    for (unsigned i = 0; i < view->count; i++) {
        const view_message_t *message = &view->messages[i];

        for (unsigned offset = 0; offset < message->length; offset++) {
            column_t *column = &view->columns[message->side][offset];

            column->counts[message->head[offset]]++;
            column->have++;
        }
    }
    for (int side = OWN; side <= OTHER; side++) {
        for (unsigned offset = 0; offset < NP_LAYOUT_HEAD; offset++) {
            column_t *column = &view->columns[side][offset];

            sum_up_column(column);
            column->steady = column->distinct > 1 && is_steady(view, side, offset);
        }
    }
}

/* Sets limit, reach and goes_on. Tolerates 5 % short messages. */
static void
measure_header(view_t *view)
{
    unsigned total = view->totals[OWN];

    while (view->limit < NP_LAYOUT_HEAD && own_column(view, view->limit)->have >= total - total / 20) {
        view->limit++;
    }
    view->reach = view->limit;
    while (view->reach < NP_LAYOUT_HEAD && own_column(view, view->reach)->have * 4 >= total * 3) {
        view->reach++;
    }
    for (unsigned i = 0; i < total; i++) {
        view->goes_on = view->goes_on || view->sides[OWN][i]->raw->length > view->limit;
    }
}

bool
np_column_is_text(const column_t *column, bool with_zero)
{
    unsigned text = with_zero ? column->counts[0] : 0;

    for (unsigned value = 1; value < 256; value++) {
        text += np_framing_is_text_byte((uint8_t)value) ? column->counts[value] : 0;
    }
    return column->have && text * 50 >= column->have * 49;
}

bool
np_column_is_printable_ascii(const column_t *column)
{
    unsigned text = 0;

    for (unsigned value = ' '; value < 0x7f; value++) {
        text += column->counts[value];
    }
    return text * 50 >= column->have * 49;
}

/* True if equal pairs are as rare as by chance, and 20 to 80 % of the bytes have the top bit. */
bool
np_column_is_random(const column_t *column)
{
    double have = column->have, expected = have * (have - 1) / 512, pairs = 0;
    unsigned high = 0;

    if (column->have < 8) {
        return false;
    }
    for (unsigned value = 0; value < 256; value++) {
        double count = column->counts[value];

        pairs += 0.5 * count * (count - 1);
        high += value >= 0x80 ? column->counts[value] : 0;
    }
    return high * 5 >= column->have && high * 5 <= column->have * 4
        && pairs <= 1.6 * expected + 2 * sqrt(expected) + 1.2;
}

bool
np_column_is_nearly_constant(const column_t *column)
{
    return column->counts[column->value] * 20 >= column->have * 19;
}

bool
np_view_has_few_values(const view_t *view, unsigned offset)
{
    const column_t *column = own_column(view, offset);

    return !view->taken[offset] && !column->steady && column->have >= 6 && column->distinct >= 2
        && column->distinct <= MAX_TYPE_VALUES && column->distinct * 3 <= column->have;
}

view_t *
np_view_new(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_framing_t *framing)
{
    view_t *view = g_new0(view_t, 1);

    view->count = (unsigned)MIN(count, G_MAXINT / 8);
    view->messages = g_new0(view_message_t, view->count);
    view->sides[OWN] = g_new(view_message_t *, view->count);
    view->sides[OTHER] = g_new(view_message_t *, view->count);
    view->framing = framing;
    view->order = ORDER_UNKNOWN;
    view->fields = g_array_new(FALSE, TRUE, sizeof(np_layout_field_t));
    collect_messages(view, messages, direction);
    measure_columns(view);
    measure_header(view);
    return view;
}

void
np_view_free(view_t *view)
{
    g_free(view->messages);
    g_free(view->sides[OWN]);
    g_free(view->sides[OTHER]);
    g_free(view);
}
