/* dependence.c
 * Goodman and Kruskal's tau, corrected for chance, with Light and Margolin's deviation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <math.h>
#include <string.h>

#define ROWS 64
#define CATEGORY_OTHERS (CATEGORIES - 2)
#define MIN_DEVIATION 5 /* less may be chance */

typedef struct {
    unsigned cells[ROWS][CATEGORIES];
    unsigned rows[ROWS], columns[CATEGORIES]; /* sums */
    unsigned row_count, column_count;         /* nonempty */
} table_t;

static void
fill_table(table_t *table, const uint8_t *from, const uint8_t *to, unsigned count)
{
    memset(table, 0, sizeof *table);
    for (unsigned i = 0; i < count; i++) {
        table->cells[from[i] % ROWS][to[i]]++;
        table->rows[from[i] % ROWS]++;
        table->columns[to[i]]++;
    }
    for (unsigned row = 0; row < ROWS; row++) {
        table->row_count += table->rows[row] > 0;
    }
    for (unsigned column = 0; column < CATEGORIES; column++) {
        table->column_count += table->columns[column] > 0;
    }
}

/* squares: of the columns' sums. within: squared cells by their row's sum. */
static void
sum_up_table(const table_t *table, double *squares, double *within)
{
    *squares = *within = 0;
    for (unsigned column = 0; column < CATEGORIES; column++) {
        *squares += (double)table->columns[column] * table->columns[column];
    }
    for (unsigned row = 0; row < ROWS; row++) {
        for (unsigned column = 0; column < CATEGORIES && table->rows[row]; column++) {
            *within += (double)table->cells[row][column] * table->cells[row][column] / table->rows[row];
        }
    }
}

dependence_t
np_dependence_measure(const uint8_t *from, const uint8_t *to, unsigned count)
{
    table_t table;
    double squares, within, tau, degrees;
    dependence_t found = { 0, 0 };

    fill_table(&table, from, to, count);
    if (count < 6 || table.row_count < 2 || table.column_count < 2 || table.row_count + 2 > count) {
        return found;
    }
    sum_up_table(&table, &squares, &within);
    tau = (within - squares / count) / (count - squares / count);
    degrees = (table.row_count - 1.0) * (table.column_count - 1.0);
    found.deviation = ((count - 1.0) * (table.column_count - 1.0) * tau - degrees) / sqrt(2 * degrees);
    found.strength = MAX(0, 1 - (1 - tau) * (count - 1.0) / (count - table.row_count));
    return found;
}

double
np_dependence_strength(dependence_t dependence)
{
    return dependence.deviation >= MIN_DEVIATION ? dependence.strength : 0;
}

/* The most frequent value without a category; 256: none. */
static unsigned
next_value(const column_t *column, const uint8_t categories[256])
{
    unsigned best = 256;

    for (unsigned value = 0; value < 256; value++) {
        if (column->counts[value] && categories[value] == CATEGORY_OTHERS
            && (best == 256 || column->counts[value] > column->counts[best])) {
            best = value;
        }
    }
    return best;
}

void
np_column_categorise(const column_t *column, uint8_t categories[256])
{
    memset(categories, CATEGORY_OTHERS, 256);
    for (unsigned i = 0; i < CATEGORY_OTHERS; i++) {
        unsigned value = next_value(column, categories);

        if (value == 256) {
            return;
        }
        categories[value] = (uint8_t)i;
    }
}
