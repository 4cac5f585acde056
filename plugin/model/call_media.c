/* call_media.c
 * What a call's media add up to, over its streams
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/call_media.h"

/* What a call's media are summed up from; arrays are by naverphone_direction_t. Lives with the capture. */
typedef struct {
    naverphone_media_info_t media[3]; /* must be first: what the tap publishes */
    double jitter_sum[3];             /* mean jitter of its streams times their packets */
    uint32_t jitter_packets[3];       /* packets of the streams that have one */
} media_sum_t;

static media_sum_t *
sum_of(np_call_t *call)
{
    if (!call->info.media) {
        call->info.media = wmem_new0(wmem_file_scope(), media_sum_t)->media;
    }
    return (media_sum_t *)(void *)call->info.media;
}

const naverphone_call_info_t *
np_call_info(np_call_t *call)
{
    sum_of(call);
    return &call->info;
}

static int64_t
lost_of(const np_rtp_statistics_t *quality)
{
    return quality->packets ? np_rtp_statistics_lost(quality) : 0;
}

/* A stream of an unknown clock says nothing of jitter. */
static uint32_t
jitter_packets_of(const np_rtp_statistics_t *quality)
{
    return quality->has_jitter ? quality->packets : 0;
}

void
np_call_count_media(np_call_t *call, const naverphone_stream_info_t *stream, const np_rtp_statistics_t *before,
                    const np_rtp_statistics_t *after, bool is_early)
{
    naverphone_direction_t direction = stream->direction;
    media_sum_t *sum = sum_of(call);
    naverphone_media_info_t *media = &sum->media[direction];
    uint32_t packets_before = jitter_packets_of(before), packets = jitter_packets_of(after);

    media->packets++;
    media->early += is_early;
    media->lost += lost_of(after) - lost_of(before);
    if (!media->codec) {
        media->codec = stream->codec;
    }
    if (packets == 0) {
        return;
    }
    sum->jitter_sum[direction] += after->mean_jitter * packets - before->mean_jitter * packets_before;
    sum->jitter_packets[direction] += packets - packets_before;
    media->has_jitter = true;
    media->jitter = sum->jitter_sum[direction] / sum->jitter_packets[direction];
}
