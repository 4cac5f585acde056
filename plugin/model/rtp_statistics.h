/* rtp_statistics.h
 * Loss and jitter of an RTP stream
 *
 * Pure. Source: RFC 3550 6.4.1, A.1 (loss) and A.8 (jitter). Mean jitter is over the same packets as in Wireshark's RTP
 * statistics, so both agree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RTP_STATISTICS_H
#define NP_MODEL_RTP_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

/** One packet. */
typedef struct {
    double arrival;      /**< ms, one origin for the stream */
    uint32_t timestamp;  /**< in clock ticks */
    uint32_t clock_rate; /**< Hz; 0: unknown or standing still (telephone-event), no jitter */
    bool starts_clock;   /**< without clock rate: still compare the next timestamp with this one */
    uint16_t sequence;
    bool comfort_noise; /**< sent at irregular times */
    bool marker;        /**< first packet after silence */
} np_rtp_packet_t;

/** A stream's statistics; all zero before its first packet. */
typedef struct {
    double mean_jitter; /**< ms; 0 unless has_jitter */
    bool has_jitter;
    uint32_t packets;

    /* For comparison with the next packet */
    double jitter; /* ms, RFC 3550's latest value */
    double arrival;
    int64_t last_sequence, highest_sequence; /* extended beyond 16 bits */
    uint32_t first_timestamp, timestamp;     /* of the first packet; of the packet to compare with */
    uint16_t first_sequence;
    bool after_comfort_noise;
} np_rtp_statistics_t;

/** Adds the next packet in order of arrival. */
void np_rtp_statistics_add(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet);

/** Packets expected less received (RFC 3550 6.4.1); negative with duplicates. */
int64_t np_rtp_statistics_lost(const np_rtp_statistics_t *quality);

#endif /* NP_MODEL_RTP_STATISTICS_H */
