/* test_rtp_statistics.c
 * Naver Phone: tests of rtp_statistics.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

#include "model/rtp_statistics.h"

#define CLOCK 8000
#define STEP 160 /* timestamp units in 20 ms */

static np_rtp_packet_t
packet(unsigned number, double arrival)
{
    np_rtp_packet_t made = {
        .arrival = arrival, .timestamp = 1000 + number * STEP, .clock_rate = CLOCK, .sequence = (uint16_t)(500 + number)
    };
    return made;
}

static np_rtp_statistics_t
stream(const double *arrivals, unsigned count)
{
    np_rtp_statistics_t quality = { 0 };

    for (unsigned i = 0; i < count; i++) {
        np_rtp_packet_t next = packet(i, arrivals[i]);
        np_rtp_statistics_add(&quality, &next);
    }
    return quality;
}

static void
assert_near(double value, double wanted)
{
    g_assert_cmpfloat(value, >, wanted - 1e-9);
    g_assert_cmpfloat(value, <, wanted + 1e-9);
}

static void
packets_on_time_have_no_jitter(void)
{
    const double arrivals[] = { 5, 25, 45, 65 };
    np_rtp_statistics_t quality = stream(arrivals, G_N_ELEMENTS(arrivals));

    g_assert_cmpuint(quality.packets, ==, 4);
    g_assert_cmpint(np_rtp_statistics_lost(&quality), ==, 0);
    g_assert_true(quality.has_jitter);
    assert_near(quality.mean_jitter, 0);
}

/* Calculated by hand: differences of 0, 16, 16 and 0 make jitters of 0, 1, 1 + 15/16, and that minus a 16th. */
static void
jitter_is_the_mean_of_rfc_3550s(void)
{
    const double arrivals[] = { 0, 20, 56, 60, 80 };
    np_rtp_statistics_t quality = stream(arrivals, G_N_ELEMENTS(arrivals));
    double third = 1 + 15.0 / 16, fourth = third - third / 16;

    assert_near(quality.mean_jitter, (0 + 1 + third + fourth) / 4);
}

static void
a_talkspurt_after_silence_does_not_count_for_the_mean(void)
{
    const double arrivals[] = { 0, 20, 40 };
    np_rtp_statistics_t quality = stream(arrivals, G_N_ELEMENTS(arrivals));
    np_rtp_packet_t later = packet(3, 1060);

    later.marker = true;
    np_rtp_statistics_add(&quality, &later);
    assert_near(quality.mean_jitter, 0);
    assert_near(quality.jitter, 1000.0 / 16);
}

static void
comfort_noise_and_what_follows_do_not_count_for_the_mean(void)
{
    const double arrivals[] = { 0, 20, 40 };
    np_rtp_statistics_t quality = stream(arrivals, G_N_ELEMENTS(arrivals));
    np_rtp_packet_t noise = packet(3, 100), next = packet(4, 200);

    noise.comfort_noise = true;
    np_rtp_statistics_add(&quality, &noise);
    np_rtp_statistics_add(&quality, &next);
    assert_near(quality.mean_jitter, 0);
    g_assert_cmpuint(quality.packets, ==, 5);
}

static void
packets_without_a_clock_tell_no_jitter(void)
{
    np_rtp_statistics_t quality = { 0 };

    for (unsigned i = 0; i < 4; i++) {
        np_rtp_packet_t next = packet(i, i * 33);
        next.clock_rate = 0;
        np_rtp_statistics_add(&quality, &next);
    }
    g_assert_false(quality.has_jitter);
    g_assert_cmpint(np_rtp_statistics_lost(&quality), ==, 0);
}

/* Two voice packets, an event of 60 ms at one timestamp, and voice again, all on time. */
static double
jitter_behind_an_event(bool starts_clock)
{
    static const struct {
        unsigned number, timestamp;
        bool is_event;
    } sent[] = { { 0, 0, false }, { 1, 1, false }, { 2, 2, true }, { 3, 2, true }, { 4, 2, true }, { 5, 5, false } };
    np_rtp_statistics_t quality = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(sent); i++) {
        np_rtp_packet_t next = packet(sent[i].number, sent[i].number * 20);
        next.timestamp = 1000 + sent[i].timestamp * STEP;
        next.clock_rate = sent[i].is_event ? 0 : CLOCK;
        next.starts_clock = starts_clock;
        np_rtp_statistics_add(&quality, &next);
    }
    return quality.mean_jitter;
}

static void
sound_behind_an_event_is_measured_against_it_or_against_the_sound_before(void)
{
    /* The voice arrives 20 ms after the event's last packet. Its timestamp is 60 ms after the event's and 80 ms after
     * the previous voice. A difference counts for a sixteenth, and the mean is of five packets. */
    assert_near(jitter_behind_an_event(true), 40.0 / 16 / 5);
    assert_near(jitter_behind_an_event(false), 60.0 / 16 / 5);
}

/* Sequence numbers in order of arrival, and the number of lost packets. */
static void
what_is_missing_is_lost_whatever_the_order(void)
{
    /* clang-format off */
    static const struct {
        uint16_t sequences[5];
        int64_t  lost;
    } cases[] = {
        { { 1, 2, 3, 4, 5 }, 0 },
        { { 1, 2, 5, 6, 7 }, 2 },
        { { 1, 3, 2, 4, 5 }, 0 },
        { { 1, 2, 3, 5, 4 }, 0 },
        { { 1, 2, 2, 3, 4 }, -1 },
        { { 65534, 65535, 0, 1, 2 }, 0 },
        { { 65534, 0, 65535, 2, 3 }, 1 },
        { { 65535, 1, 2, 3, 4 }, 1 },
        { { 2, 1, 3, 4, 5 }, 0 },
        { { 0, 65535, 1, 2, 3 }, 0 },
        { { 1, 2, 30002, 30003, 30005 }, 1 },
        { { 40000, 40002, 100, 101, 102 }, 1 },
        { { 1, 2, 3, 2900, 2901 }, 2896 },
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        np_rtp_statistics_t quality = { 0 };

        for (unsigned j = 0; j < 5; j++) {
            np_rtp_packet_t next = packet(j, j * 20);
            next.sequence = cases[i].sequences[j];
            np_rtp_statistics_add(&quality, &next);
        }
        g_test_message("case %zu", i);
        g_assert_cmpint(np_rtp_statistics_lost(&quality), ==, cases[i].lost);
    }
}

static void
a_timestamp_may_wrap(void)
{
    np_rtp_statistics_t quality = { 0 };

    for (unsigned i = 0; i < 4; i++) {
        np_rtp_packet_t next = packet(i, i * 20);
        next.timestamp = UINT32_MAX - STEP + i * STEP;
        np_rtp_statistics_add(&quality, &next);
    }
    assert_near(quality.mean_jitter, 0);
}

/* The capture, or the network, paused for 100 seconds. */
static void
many_packets_are_lost_in_a_long_time(void)
{
    np_rtp_statistics_t quality = { 0 };

    for (unsigned i = 0; i < 5001; i += 5000) {
        np_rtp_packet_t next = packet(i, i * 20);
        np_rtp_statistics_add(&quality, &next);
    }
    g_assert_cmpint(np_rtp_statistics_lost(&quality), ==, 4999);
}

/* A server's announcement and the other party, for example, have clocks of their own. */
static void
another_clock_is_no_jitter(void)
{
    static const uint32_t starts[] = { 1000000, 3000000000, 5000 };

    for (size_t turn = 0; turn + 1 < G_N_ELEMENTS(starts); turn++) {
        np_rtp_statistics_t quality = { 0 };

        for (unsigned i = 0; i < 6; i++) {
            np_rtp_packet_t next = packet(i, i * 20);
            next.timestamp = starts[turn + i / 3] + i * STEP;
            np_rtp_statistics_add(&quality, &next);
        }
        g_assert_true(quality.has_jitter);
        assert_near(quality.mean_jitter, 0);
    }
}

static void
no_packet_is_no_loss(void)
{
    np_rtp_statistics_t quality = { 0 };
    g_assert_cmpint(np_rtp_statistics_lost(&quality), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quality/on-time", packets_on_time_have_no_jitter);
    g_test_add_func("/quality/jitter", jitter_is_the_mean_of_rfc_3550s);
    g_test_add_func("/quality/talkspurt", a_talkspurt_after_silence_does_not_count_for_the_mean);
    g_test_add_func("/quality/comfort-noise", comfort_noise_and_what_follows_do_not_count_for_the_mean);
    g_test_add_func("/quality/no-clock", packets_without_a_clock_tell_no_jitter);
    g_test_add_func("/quality/event", sound_behind_an_event_is_measured_against_it_or_against_the_sound_before);
    g_test_add_func("/quality/lost", what_is_missing_is_lost_whatever_the_order);
    g_test_add_func("/quality/wrap", a_timestamp_may_wrap);
    g_test_add_func("/quality/pause", many_packets_are_lost_in_a_long_time);
    g_test_add_func("/quality/clock", another_clock_is_no_jitter);
    g_test_add_func("/quality/none", no_packet_is_no_loss);
    return g_test_run();
}
