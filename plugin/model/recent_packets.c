/* recent_packets.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/recent_packets.h"

#include <math.h>
#include <stdlib.h>

#define NUMBERS 64       /* in the window: more than a second of sound */
#define MAX_PAUSE 1000.0 /* ms */

bool
np_recent_packets_add(np_recent_packets_t *recent, uint16_t sequence, uint32_t timestamp, double arrival)
{
    const int16_t step = (int16_t)(sequence - recent->highest);
    const int32_t elapsed = (int32_t)(timestamp - recent->timestamp);
    const bool goes_on = recent->seen && abs(step) < NUMBERS && fabs(arrival - recent->arrival) <= MAX_PAUSE;

    recent->arrival = arrival;
    if (goes_on && step <= 0) {
        const uint64_t number = UINT64_C(1) << -step;

        if (!(recent->seen & number)) {
            recent->seen |= number;
            return false;
        }
        if (elapsed <= 0) {
            return true;
        }
    }
    recent->seen = goes_on && step > 0 ? recent->seen << step | 1 : 1;
    recent->timestamp = timestamp;
    recent->highest = sequence;
    return false;
}
