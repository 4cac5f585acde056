/* recent_packets.h
 * Finds RTP packets captured twice, by mirrored ports or on both sides of a device
 *
 * Pure. Packets are the same if sequence number and timestamp agree within a second; later, numbers may have wrapped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RECENT_PACKETS_H
#define NP_MODEL_RECENT_PACKETS_H

#include <stdbool.h>
#include <stdint.h>

#define NP_RECENT_PACKETS 32 /**< more than half a second of sound */

typedef struct {
    double arrival; /**< ms, one origin per stream */
    uint32_t timestamp;
    uint16_t sequence;
    bool seen; /**< false: unused */
} np_recent_packet_t;

/** By sequence number modulo NP_RECENT_PACKETS. All zero: none. */
typedef struct {
    np_recent_packet_t packets[NP_RECENT_PACKETS];
} np_recent_packets_t;

bool np_recent_packets_add(np_recent_packets_t *recent, uint16_t sequence, uint32_t timestamp, double arrival);

#endif /* NP_MODEL_RECENT_PACKETS_H */
