/* rtp_statistics.h
 * Loss and jitter of an RTP stream (RFC 3550 6.4.1, A.1, A.8)
 *
 * Pure. Mean jitter agrees with Wireshark's RTP statistics, unless the sender begins its sequence or clock anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_RTP_STATISTICS_H
#define NP_MODEL_RTP_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    double arrival;      /**< ms, one origin per stream */
    uint32_t timestamp;  /**< clock ticks */
    uint32_t clock_rate; /**< Hz; 0: unknown or standing still, no jitter */
    bool starts_clock;   /**< without clock_rate: still compare the next timestamp */
    uint16_t sequence;
    bool comfort_noise; /**< sent at irregular times */
    bool marker;        /**< first after silence */
} np_rtp_packet_t;

/** All zero before the first packet. */
typedef struct {
    double mean_jitter; /**< ms; 0 unless has_jitter */
    uint32_t packets;
    bool has_jitter;

    bool after_comfort_noise;
    double jitter; /* ms, latest */
    double arrival;
    int64_t last_sequence, lowest_sequence, highest_sequence; /* extended beyond 16 bits */
    int64_t expected_before;                                  /* packets, before the sender last began a sequence */
    uint32_t first_timestamp, timestamp;                      /* of the clock's first packet; to compare with */
} np_rtp_statistics_t;

void np_rtp_statistics_add(np_rtp_statistics_t *quality, const np_rtp_packet_t *packet);

/** Negative with duplicates. */
int64_t np_rtp_statistics_lost(const np_rtp_statistics_t *quality);

#endif /* NP_MODEL_RTP_STATISTICS_H */
