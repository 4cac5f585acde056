/* recent_packets.h
 * Finds RTP packets captured twice, by mirrored ports or on both sides of a device
 *
 * Pure. A window over the sequence numbers, like the replay list of SRTP (RFC 3711 3.3.2). A sender may begin its
 * numbers again, so a packet is the same only if its timestamp is not later, and no second has passed without packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RECENT_PACKETS_H
#define NP_MODEL_RECENT_PACKETS_H

#include <stdbool.h>
#include <stdint.h>

/** All zero: none. */
typedef struct {
    uint64_t seen;      /**< bit n: the packet n numbers before highest; 0: none at all */
    double arrival;     /**< ms, of the latest packet; one origin per stream */
    uint32_t timestamp; /**< of the packet with the highest number */
    uint16_t highest;   /**< sequence number */
} np_recent_packets_t;

/** True if the packet is the same as a recent one. */
bool np_recent_packets_add(np_recent_packets_t *recent, uint16_t sequence, uint32_t timestamp, double arrival);

#endif /* NP_MODEL_RECENT_PACKETS_H */
