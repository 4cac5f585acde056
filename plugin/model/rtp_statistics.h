/* rtp_statistics.h
 * Loss and jitter of an RTP stream
 *
 * Pure: no packet and no call. Sources: RFC 3550, 6.4.1 and A.1 (loss), 6.4.1 and A.8 (jitter). The packets that count
 * for the mean jitter are those of Wireshark's RTP statistics, so that both show the same value.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RTP_STATISTICS_H
#define NP_MODEL_RTP_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

/** What is counted of a packet. */
typedef struct {
    double   arrival;           /**< ms, from the same origin for all packets of the stream */
    uint32_t timestamp;         /**< of RTP, in units of the clock */
    uint32_t clock_rate;        /**< Hz; 0: unknown, or the clock stands still (telephone-event): no jitter */
    bool     starts_clock;      /**< no clock rate, but the next packet is compared with this timestamp */
    uint16_t sequence;
    bool     comfort_noise;     /**< sent at irregular times */
    bool     marker;            /**< first packet after silence */
} np_rtp_packet_t;

/** The statistics of a stream so far. All zero before its first packet. Plain data: its owner keeps it. */
typedef struct {
    double   mean_jitter;       /**< ms; 0 without has_jitter */
    bool     has_jitter;
    uint32_t packets;

    /* What the next packet is compared with. */
    double   jitter;            /* ms, RFC 3550's after the last packet */
    double   arrival;
    int64_t  last_sequence, highest_sequence;   /* extended beyond 16 bits */
    uint32_t first_timestamp, timestamp;        /* of the first packet; of that which the next one is compared with */
    uint16_t first_sequence;
    bool     after_comfort_noise;
} np_rtp_statistics_t;

/** Adds the next packet in the order of arrival. */
void np_rtp_statistics_add(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet);

/** Returns packets expected less packets received (RFC 3550, 6.4.1); negative if packets came twice. */
int64_t np_rtp_statistics_lost(const np_rtp_statistics_t *quality);

#endif /* NP_MODEL_RTP_STATISTICS_H */
