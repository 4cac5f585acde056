/* call_media.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/call_media.h"

/* Totals of sound or video, by naverphone_direction_t. */
typedef struct {
    naverphone_media_info_t media[3];
    double jitter_sum[3]; /* mean jitter times packets, over streams */
    uint32_t jitter_packets[3];
} media_sum_t;

typedef struct {
    media_sum_t sound; /* must be first: np_call_t.info.media points there */
    media_sum_t video;
} call_sums_t;

static media_sum_t *
sum_of(np_call_t *call, bool is_video)
{
    call_sums_t *sums;

    if (!call->info.media) {
        sums = wmem_new0(wmem_file_scope(), call_sums_t);
        call->info.media = sums->sound.media;
        call->info.video = sums->video.media;
    }
    sums = (call_sums_t *)(void *)call->info.media;
    return is_video ? &sums->video : &sums->sound;
}

const naverphone_call_info_t *
np_call_info(np_call_t *call)
{
    sum_of(call, false);
    call->info.media_in_sight = np_call_can_show_sound(call);
    return &call->info;
}

static int64_t
lost_of(const np_rtp_statistics_t *quality)
{
    return quality->packets ? np_rtp_statistics_lost(quality) : 0;
}

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
    media_sum_t *sum = sum_of(call, stream->is_video);
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

void
np_call_count_repeated(np_call_t *call, const naverphone_stream_info_t *stream)
{
    sum_of(call, stream->is_video)->media[stream->direction].repeated++;
}
