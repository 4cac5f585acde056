/* quality.h
 * How well an RTP stream arrived: packets lost, and interarrival jitter. Pure: knows no packet and no call.
 *
 * Sources: RFC 3550, 6.4.1 and A.1 (loss), 6.4.1 and A.8 (jitter). Which packets count for the mean of the jitter is
 * chosen as Wireshark's own RTP statistics do, so that both tell the same of a stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_QUALITY_H
#define NAVERPHONE_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

/** What a packet tells. */
typedef struct {
    double   arrival;           /**< ms, from any origin that is the same for all packets of the stream */
    uint32_t timestamp;         /**< RTP's, in units of the clock */
    uint32_t clock_rate;        /**< Hz; 0: not known, or it does not run (telephone-event): no jitter from this packet */
    bool     starts_clock;      /**< without a clock rate: the next packet is measured against this timestamp all the same */
    uint16_t sequence;
    bool     comfort_noise;     /**< so that it comes when it likes */
    bool     marker;            /**< begins a talkspurt: what was before is silence */
} np_quality_packet_t;

/** A stream so far. All zero before its first packet. */
typedef struct {
    double   mean_jitter;       /**< ms, over all packets but the first; 0 where none told one */
    /* The rest is what the next packet is compared with, but for packets and has_jitter. */
    double   jitter;            /* ms, as RFC 3550 has it after the last packet */
    double   arrival;
    int64_t  last_sequence, highest_sequence;   /* extended beyond 16 bits */
    uint32_t packets;           /**< so far */
    uint32_t first_timestamp, timestamp;    /* of the first packet, and of that which the next is measured against */
    uint16_t first_sequence;
    bool     after_comfort_noise;
    bool     has_jitter;        /**< any packet told one */
} np_quality_t;

/** Counts the next packet, in the order of arrival. */
void np_quality_add(np_quality_t *quality, const np_quality_packet_t *packet);

/** Packets expected less packets received; below 0 where packets came twice (RFC 3550, 6.4.1). */
int64_t np_quality_lost(const np_quality_t *quality);

#endif /* NAVERPHONE_QUALITY_H */
