/* recent_packets.h
 * Which RTP packets a capture has twice: devices that see a packet come and go, and mirrored ports
 *
 * Pure: no packet and no call. Packets of one stream are the same where sequence number and timestamp are, within a
 * second: after that the numbers may have come round.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RECENT_PACKETS_H
#define NP_MODEL_RECENT_PACKETS_H

#include <stdbool.h>
#include <stdint.h>

#define NP_RECENT_PACKETS 64 /**< remembered of a stream: more than a second of sound */

/** One packet. */
typedef struct {
    double arrival; /**< ms, from the same origin for all packets of the stream */
    uint32_t timestamp;
    uint16_t sequence;
    bool seen; /**< false: none yet */
} np_recent_packet_t;

/** Packets of one stream, by sequence number. All zero before its first one. Plain data: its owner keeps it. */
typedef struct {
    np_recent_packet_t packets[NP_RECENT_PACKETS];
} np_recent_packets_t;

/** Remembers a packet; true if it was seen before, within a second. */
bool np_recent_packets_add(np_recent_packets_t *recent, uint16_t sequence, uint32_t timestamp, double arrival);

#endif /* NP_MODEL_RECENT_PACKETS_H */
