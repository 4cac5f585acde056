/* recent_packets.h
 * Finds RTP packets captured twice, by mirrored ports or on both sides of a device
 *
 * Pure. Two packets of a stream are the same if sequence number and timestamp agree within a second. Later, the numbers
 * may have wrapped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RECENT_PACKETS_H
#define NP_MODEL_RECENT_PACKETS_H

#include <stdbool.h>
#include <stdint.h>

#define NP_RECENT_PACKETS 64 /**< per stream: more than a second of sound */

typedef struct {
    double arrival; /**< ms, one origin for the stream */
    uint32_t timestamp;
    uint16_t sequence;
    bool seen; /**< false: unused */
} np_recent_packet_t;

/** The latest packets of a stream, by sequence number modulo their count. All zero: none. */
typedef struct {
    np_recent_packet_t packets[NP_RECENT_PACKETS];
} np_recent_packets_t;

/** Adds a packet. True if it was captured before. */
bool np_recent_packets_add(np_recent_packets_t *recent, uint16_t sequence, uint32_t timestamp, double arrival);

#endif /* NP_MODEL_RECENT_PACKETS_H */
