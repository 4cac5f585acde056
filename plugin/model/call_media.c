/* call_media.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/call_media.h"

#include "storage.h"
#include "text/sdp.h"

static np_media_totals_t *
totals_of(np_call_t *call, bool is_video)
{
    if (!is_video) {
        return &call->sound;
    }
    if (!call->video) {
        call->video = wmem_new0(wmem_file_scope(), np_media_totals_t);
        call->info.video = call->video->media;
    }
    return call->video;
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
    np_media_totals_t *totals = totals_of(call, stream->is_video);
    naverphone_media_info_t *media = &totals->media[direction];
    uint32_t packets_before = jitter_packets_of(before), packets = jitter_packets_of(after);

    media->packets++;
    media->early += is_early;
    media->lost += lost_of(after) - lost_of(before);
    if (packets == 0) {
        return;
    }
    totals->jitter_sum[direction] += after->mean_jitter * packets - before->mean_jitter * packets_before;
    totals->jitter_packets[direction] += packets - packets_before;
    media->has_jitter = true;
    media->jitter = totals->jitter_sum[direction] / totals->jitter_packets[direction];
}

#define MAX_CODECS 100 /* bytes of the list */

/* codecs: "PCMA, G729" */
static bool
lists_codec(const char *codecs, np_span_t codec)
{
    char **names = g_strsplit(codecs, ", ", 0);
    bool found = false;

    for (unsigned i = 0; names[i]; i++) {
        found |= np_span_equals_nocase(codec, names[i]);
    }
    g_strfreev(names);
    return found;
}

void
np_call_add_codec(np_call_t *call, const naverphone_stream_info_t *stream, np_span_t name)
{
    naverphone_media_info_t *media = &totals_of(call, stream->is_video)->media[stream->direction];
    bool is_codec = np_encoding_is_codec(name);

    if (!media->codec || (is_codec && !np_encoding_is_codec(np_span_of(media->codec)))) {
        media->codec = np_copy_text(name);
    } else if (is_codec && strlen(media->codec) < MAX_CODECS && !lists_codec(media->codec, name)) {
        media->codec = wmem_strdup_printf(wmem_file_scope(), "%s, %s", media->codec, np_copy_text(name));
    }
}

void
np_call_count_repeated(np_call_t *call, const naverphone_stream_info_t *stream)
{
    totals_of(call, stream->is_video)->media[stream->direction].repeated++;
}
