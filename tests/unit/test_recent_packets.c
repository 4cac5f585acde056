/* test_recent_packets.c
 * Naver Phone: tests of recent_packets.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "model/recent_packets.h"

#define STEP 160 /* timestamp units in 20 ms */

/* Adds packet number of a stream that begins with these sequence number and timestamp. */
static bool
add(np_recent_packets_t *recent, unsigned number, double arrival)
{
    return np_recent_packets_add(recent, (uint16_t)(65530 + number), 1000 + number * STEP, arrival);
}

static void
packets_that_come_once_are_new_even_out_of_order(void)
{
    const unsigned order[] = { 0, 1, 2, 5, 4, 3, 6, 8, 7, 9 }; /* the sequence number wraps after 5 */
    np_recent_packets_t recent = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++) {
        g_assert_false(add(&recent, order[i], order[i] * 20.0));
    }
}

static void
packets_that_come_again_within_a_second_are_the_same(void)
{
    np_recent_packets_t recent = { 0 };

    for (unsigned i = 0; i < 100; i++) {
        g_assert_false(add(&recent, i, i * 20.0));
        if (i >= 40) {
            g_assert_true(add(&recent, i - 40, i * 20.0 + 1));
        }
    }
}

static void
a_packet_that_was_lost_at_first_is_new(void)
{
    np_recent_packets_t recent = { 0 };

    g_assert_false(add(&recent, 0, 0));
    g_assert_false(add(&recent, 2, 40));
    g_assert_false(add(&recent, 1, 60));
    g_assert_true(add(&recent, 1, 61));
}

static void
numbers_that_begin_again_with_later_timestamps_are_new(void)
{
    np_recent_packets_t recent = { 0 };

    for (unsigned i = 0; i < 10; i++) {
        g_assert_false(np_recent_packets_add(&recent, (uint16_t)i, i * STEP, i * 20.0));
    }
    for (unsigned i = 0; i < 10; i++) {
        g_assert_false(np_recent_packets_add(&recent, (uint16_t)i, (10 + i) * STEP, (10 + i) * 20.0));
    }
}

static void
packets_of_a_sender_that_does_not_count_are_new(void)
{
    np_recent_packets_t recent = { 0 };

    for (unsigned i = 0; i < 10; i++) {
        g_assert_false(np_recent_packets_add(&recent, 7, i * STEP, i * 20.0));
        g_assert_true(np_recent_packets_add(&recent, 7, i * STEP, i * 20.0 + 1));
    }
}

static void
the_same_packet_after_a_pause_is_new(void)
{
    np_recent_packets_t recent = { 0 };

    g_assert_false(add(&recent, 0, 0));
    g_assert_false(add(&recent, 0, 1001));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recent/once", packets_that_come_once_are_new_even_out_of_order);
    g_test_add_func("/recent/again", packets_that_come_again_within_a_second_are_the_same);
    g_test_add_func("/recent/lost-first", a_packet_that_was_lost_at_first_is_new);
    g_test_add_func("/recent/restart", numbers_that_begin_again_with_later_timestamps_are_new);
    g_test_add_func("/recent/no-numbers", packets_of_a_sender_that_does_not_count_are_new);
    g_test_add_func("/recent/pause", the_same_packet_after_a_pause_is_new);
    return g_test_run();
}
