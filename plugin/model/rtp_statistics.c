/* rtp_statistics.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/rtp_statistics.h"

#include <math.h>

static void
add_first(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    quality->packets = 1;
    quality->arrival = packet->arrival;
    quality->first_timestamp = quality->timestamp = packet->timestamp;
    quality->first_sequence = quality->last_sequence = quality->highest_sequence = packet->sequence;
    quality->after_comfort_noise = packet->comfort_noise;
}

/* Extends sequence to the value nearest the last one. */
static void
add_sequence(np_rtp_statistics_t *quality, uint16_t sequence)
{
    quality->last_sequence += (int16_t)(sequence - (uint16_t)quality->last_sequence);
    if (quality->last_sequence > quality->highest_sequence) {
        quality->highest_sequence = quality->last_sequence;
    }
}

/* Like Wireshark, divides by all packets but the first. */
static void
update_mean(np_rtp_statistics_t *quality)
{
    quality->mean_jitter += (quality->jitter - quality->mean_jitter) / quality->packets;
    quality->has_jitter = true;
}

/* RFC 3550 A.8 */
static void
add_jitter(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    int32_t elapsed = (int32_t)(packet->timestamp - quality->timestamp);
    double difference = fabs((packet->arrival - quality->arrival) - elapsed * 1000.0 / packet->clock_rate);

    quality->jitter += (difference - quality->jitter) / 16;
    if (!packet->marker && !packet->comfort_noise && !quality->after_comfort_noise) {
        update_mean(quality);
    }
}

void
np_rtp_statistics_add(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet)
{
    uint32_t elapsed = packet->timestamp - quality->first_timestamp;

    if (quality->packets == 0) {
        add_first(quality, packet);
        return;
    }
    add_sequence(quality, packet->sequence);
    if (elapsed < UINT32_C(0x80000000)) { /* not older than the first packet */
        if (packet->clock_rate) {
            add_jitter(quality, packet);
        }
        if (packet->clock_rate || packet->starts_clock) {
            quality->timestamp = packet->timestamp;
        }
        quality->arrival = packet->arrival;
    }
    quality->after_comfort_noise = packet->comfort_noise;
    quality->packets++;
}

int64_t
np_rtp_statistics_lost(const np_rtp_statistics_t *quality)
{
    return quality->packets ? quality->highest_sequence - quality->first_sequence + 1 - quality->packets : 0;
}
