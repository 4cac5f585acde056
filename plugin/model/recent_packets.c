/* recent_packets.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/recent_packets.h"

#include <math.h>

#define SAME_WITHIN 1000.0 /* ms */

bool
np_recent_packets_add(np_recent_packets_t *recent, uint16_t sequence, uint32_t timestamp, double arrival)
{
    np_recent_packet_t *packet = &recent->packets[sequence % NP_RECENT_PACKETS];
    bool is_same = packet->seen && packet->sequence == sequence && packet->timestamp == timestamp
                && fabs(arrival - packet->arrival) <= SAME_WITHIN;

    if (!is_same) {
        *packet =
            (np_recent_packet_t){ .arrival = arrival, .timestamp = timestamp, .sequence = sequence, .seen = true };
    }
    return is_same;
}
