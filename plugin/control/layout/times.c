/* times.c
 * Time stamps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#define SAME_CLOCK 2      /* seconds from capture time */
#define WRONG_CLOCK 50400 /* for a wrong clock or time zone: 14 hours */

/* Indexes of np_layout_units. */
enum {
    SECONDS,
    MILLISECONDS,
    MICROSECONDS,
    HUNDRED_NANOSECONDS
};

static const char *const unit_names[] = { "seconds", "milliseconds", "microseconds", "100 ns" };

/* clang-format off */
static const struct {
    unsigned width, unit;
} forms[] = {
    { 8, MILLISECONDS }, { 6, MILLISECONDS }, { 8, SECONDS }, { 4, SECONDS }, { 8, MICROSECONDS },
    { 8, HUNDRED_NANOSECONDS }, { 4, MILLISECONDS }, { 4, MICROSECONDS }
};
/* clang-format on */

typedef struct {
    candidate_t candidate;
    unsigned unit;
} stamp_t;

/* Reads the value minus capture time, sign-extended. */
static bool
read_distance(const view_message_t *message, stamp_t stamp, int64_t *distance)
{
    unsigned shift = 64 - 8 * stamp.candidate.width;
    uint64_t value;

    if (!np_candidate_read(message, stamp.candidate, &value)) {
        return false;
    }
    value = (value - (uint64_t)message->time[stamp.unit]) << shift;
    *distance = (int64_t)value / ((int64_t)1 << MIN(shift, 62));
    return true;
}

static bool
is_near(int64_t a, int64_t b, int64_t tolerance)
{
    uint64_t distance = a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;

    return distance <= (uint64_t)tolerance;
}

/* Counts values that are about base from capture time; 0 if over 5 % are not. */
static unsigned
count_times(const view_t *view, stamp_t stamp, int64_t base)
{
    unsigned good = 0, total = view->totals[OWN];

    for (unsigned i = 0; i < total; i++) {
        int64_t distance;

        if (read_distance(view->sides[OWN][i], stamp, &distance)
            && is_near(distance, base, SAME_CLOCK * np_layout_units[stamp.unit])) {
            good++;
        } else if (i + 1 - good > total / 20) {
            return 0;
        }
    }
    return good;
}

/* Unix time, or off by a constant below WRONG_CLOCK. */
static void
try_absolute_time(view_t *view, stamp_t stamp)
{
    candidate_t candidate = stamp.candidate;
    unsigned total = view->totals[OWN], good;
    int64_t unit = np_layout_units[stamp.unit], base;

    if (!read_distance(view->sides[OWN][total / 2], stamp, &base)
        || !is_near(base, 0, (np_candidate_is_variable(view, candidate) ? WRONG_CLOCK : 60) * unit)) {
        return;
    }
    good = count_times(view, stamp, 0);
    if (good) {
        np_view_learn_order(view, candidate);
        np_view_add_field(view, candidate, NP_LAYOUT_TIME, np_layout_confidence(good, total),
                          "within %d s of capture time in %u of %u, Unix %s", SAME_CLOCK, good, total,
                          unit_names[stamp.unit]);
        return;
    }
    good = count_times(view, stamp, base);
    if (good) {
        np_view_learn_order(view, candidate);
        np_view_add_field(view, candidate, NP_LAYOUT_TIME, 0.9 * np_layout_confidence(good, total),
                          "tracks capture time in %u of %u, %d s off, Unix %s", good, total, (int)(base / unit),
                          unit_names[stamp.unit]);
    }
}

/* Counts values that advance with capture time; 0 if over 5 % do not. */
static unsigned
count_tracking(const view_t *view, stamp_t stamp, int64_t tolerance, unsigned *total)
{
    unsigned good = 0;

    *total = 0;
    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const view_message_t *message = view->sides[OWN][i];
        int64_t base = 0, distance;

        if (message == message->first) {
            continue;
        }
        ++*total;
        read_distance(message->first, stamp, &base);
        if (read_distance(message, stamp, &distance) && is_near(distance, base, tolerance)) {
            good++;
        } else if (*total - good > view->totals[OWN] / 20) {
            return 0;
        }
    }
    return good;
}

/* The duration of the longest connection, in units. */
static int64_t
time_span(const view_t *view, unsigned unit)
{
    int64_t span = 0;

    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const view_message_t *message = view->sides[OWN][i];

        span = MAX(span, message->time[unit] - message->first->time[unit]);
    }
    return span;
}

/* Time from another origin. A short span proves nothing. */
static void
try_relative_time(view_t *view, stamp_t stamp, int64_t span)
{
    int64_t unit = np_layout_units[stamp.unit], tolerance = MIN(span / 10, SAME_CLOCK * unit);
    unsigned total = 0, good;

    if (span < unit || tolerance < (stamp.unit == SECONDS ? SAME_CLOCK : 1)
        || !np_candidate_is_variable(view, stamp.candidate)) {
        return;
    }
    good = count_tracking(view, stamp, tolerance, &total);
    if (good < 5) {
        return;
    }
    np_view_learn_order(view, stamp.candidate);
    np_view_add_field(view, stamp.candidate, NP_LAYOUT_TIME, 0.95 * np_layout_confidence(good, total),
                      "tracks capture time in %u of %u steps, %s from another start", good, total,
                      unit_names[stamp.unit]);
}

/* False for truncated Unix time, and unaligned 8-byte seconds: their zeros may be another field's. */
static bool
is_worth_a_try(const view_t *view, stamp_t stamp, bool is_absolute)
{
    unsigned width = stamp.candidate.width;

    if (!np_candidate_is_free(view, stamp.candidate)) {
        return false;
    }
    if (is_absolute && width == 4 && stamp.unit != SECONDS) {
        return false;
    }
    if (!is_absolute && width == 6) {
        return false;
    }
    return width != 8 || stamp.unit != SECONDS || stamp.candidate.offset % 8 == 0;
}

static void
find_times(view_t *view, bool is_absolute)
{
    int64_t spans[UNITS];

    for (unsigned unit = 0; unit < UNITS; unit++) {
        spans[unit] = time_span(view, unit);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(forms) * view->reach * 2; i++) { /* form, offset, byte order */
        unsigned form = i / (view->reach * 2), at = i % (view->reach * 2);
        stamp_t stamp = { { at / 2, forms[form].width, at % 2 != 0 }, forms[form].unit };

        if (!is_worth_a_try(view, stamp, is_absolute)) {
            continue;
        }
        if (is_absolute) {
            try_absolute_time(view, stamp);
        } else {
            try_relative_time(view, stamp, spans[stamp.unit]);
        }
    }
}

void
np_layout_find_absolute_times(view_t *view)
{
    find_times(view, true);
}

void
np_layout_find_relative_times(view_t *view)
{
    find_times(view, false);
}
