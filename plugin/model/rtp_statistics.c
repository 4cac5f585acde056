/* quality.c
 * How well an RTP stream arrived
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/rtp_statistics.h"

#include <math.h>

static void
start(np_quality_t *quality, const np_quality_packet_t *packet)
{
    quality->packets = 1;
    quality->arrival = packet->arrival;
    quality->first_timestamp = quality->timestamp = packet->timestamp;
    quality->first_sequence = quality->last_sequence = quality->highest_sequence = packet->sequence;
    quality->after_comfort_noise = packet->comfort_noise;
}

/* The sequence number that is nearest to the last one, whichever way: it wraps after 65,535. */
static void
follow_sequence(np_quality_t *quality, uint16_t sequence)
{
    quality->last_sequence += (int16_t)(sequence - (uint16_t)quality->last_sequence);
    if (quality->last_sequence > quality->highest_sequence)
        quality->highest_sequence = quality->last_sequence;
}

/* The mean goes over as many packets as there are behind the first; one that tells nothing leaves it as it is. */
static void
count_jitter(np_quality_t *quality)
{
    quality->mean_jitter += (quality->jitter - quality->mean_jitter) / quality->packets;
    quality->has_jitter = true;
}

/* RFC 3550, A.8: how much later or earlier this packet came, after the one before, than it was sent after that. */
static void
follow_clock(np_quality_t *quality, const np_quality_packet_t *packet)
{
    int32_t run = (int32_t)(packet->timestamp - quality->timestamp);
    double difference = fabs((packet->arrival - quality->arrival) - run * 1000.0 / packet->clock_rate);

    quality->jitter += (difference - quality->jitter) / 16;
    if (!packet->marker && !packet->comfort_noise && !quality->after_comfort_noise)
        count_jitter(quality);
}

void
np_quality_add(np_quality_t *quality, const np_quality_packet_t *packet)
{
    uint32_t run = packet->timestamp - quality->first_timestamp;

    if (quality->packets == 0) {
        start(quality, packet);
        return;
    }
    follow_sequence(quality, packet->sequence);
    if (run < UINT32_C(0x80000000)) {       /* else from before the first packet: late, it tells nothing */
        if (packet->clock_rate)
            follow_clock(quality, packet);
        if (packet->clock_rate || packet->starts_clock)
            quality->timestamp = packet->timestamp;
        quality->arrival = packet->arrival;
    }
    quality->after_comfort_noise = packet->comfort_noise;
    quality->packets++;
}

int64_t
np_quality_lost(const np_quality_t *quality)
{
    return quality->packets ? quality->highest_sequence - quality->first_sequence + 1 - quality->packets : 0;
}
