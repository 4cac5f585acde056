/* rtp_statistics.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/rtp_statistics.h"

#include <math.h>

#define MAX_DROPOUT 3000   /* sequence numbers, RFC 3550 A.1 */
#define MAX_CLOCK_STEP 1e4 /* ms; no network delays a packet by more */

static void
start_clock(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    quality->arrival = packet->arrival;
    quality->first_timestamp = quality->timestamp = packet->timestamp;
}

static void
start_sequence(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    quality->lowest_sequence = quality->last_sequence = quality->highest_sequence = packet->sequence;
}

static void
add_first(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    quality->packets = 1;
    start_clock(quality, packet);
    start_sequence(quality, packet);
    quality->after_comfort_noise = packet->comfort_noise;
}

static int64_t
count_expected(const np_rtp_statistics_t *quality)
{
    return quality->highest_sequence - quality->lowest_sequence + 1;
}

/* True if the sender has begun another sequence (RFC 3550 A.1): so many packets were not lost in this time. */
static bool
begins_sequence_anew(const np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    int16_t step = (int16_t)(packet->sequence - (uint16_t)quality->last_sequence);

    return step < -MAX_DROPOUT || (step > MAX_DROPOUT && step > packet->arrival - quality->arrival);
}

/* Extends sequence to the value nearest the last one. */
static void
add_sequence(np_rtp_statistics_t *quality, uint16_t sequence)
{
    quality->last_sequence += (int16_t)(sequence - (uint16_t)quality->last_sequence);
    if (quality->last_sequence > quality->highest_sequence) {
        quality->highest_sequence = quality->last_sequence;
    }
    if (quality->last_sequence < quality->lowest_sequence) {
        quality->lowest_sequence = quality->last_sequence;
    }
}

/* Like Wireshark, divides by all packets but the first. */
static void
update_mean(np_rtp_statistics_t *quality)
{
    quality->mean_jitter += (quality->jitter - quality->mean_jitter) / quality->packets;
    quality->has_jitter = true;
}

/* By how much the packet's delay differs from that of the one before, in ms. */
static double
difference_of(const np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    int32_t elapsed = (int32_t)(packet->timestamp - quality->timestamp);

    return fabs((packet->arrival - quality->arrival) - elapsed * 1000.0 / packet->clock_rate);
}

/* RFC 3550 A.8 */
static void
add_jitter(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    quality->jitter += (difference_of(quality, packet) - quality->jitter) / 16;
    if (!packet->marker && !packet->comfort_noise && !quality->after_comfort_noise) {
        update_mean(quality);
    }
}

static void
add_timestamp(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    uint32_t elapsed = packet->timestamp - quality->first_timestamp;

    if (packet->clock_rate && difference_of(quality, packet) > MAX_CLOCK_STEP) { /* another clock, as after a hold */
        start_clock(quality, packet);
    } else if (elapsed < UINT32_C(0x80000000)) { /* not older than the first packet */
        if (packet->clock_rate) {
            add_jitter(quality, packet);
        }
        if (packet->clock_rate || packet->starts_clock) {
            quality->timestamp = packet->timestamp;
        }
        quality->arrival = packet->arrival;
    }
}

void
np_rtp_statistics_add(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    if (quality->packets == 0) {
        add_first(quality, packet);
        return;
    }
    if (begins_sequence_anew(quality, packet)) {
        quality->expected_before += count_expected(quality);
        start_sequence(quality, packet);
        start_clock(quality, packet);
    } else {
        add_sequence(quality, packet->sequence);
        add_timestamp(quality, packet);
    }
    quality->after_comfort_noise = packet->comfort_noise;
    quality->packets++;
}

int64_t
np_rtp_statistics_lost(const np_rtp_statistics_t *quality)
{
    return quality->packets ? quality->expected_before + count_expected(quality) - quality->packets : 0;
}
