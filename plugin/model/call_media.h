/* call_media.h
 * Media totals of a call
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_CALL_MEDIA_H
#define NP_MODEL_CALL_MEDIA_H

#include "compat.h"

#include "model/call.h"
#include "model/rtp_statistics.h"
#include "packet-naverphone.h"

/* First pass. */

/** Adds a packet of the stream to the call's totals. before, after: the stream's statistics without and with it.
 *  is_early: before the answer. */
void np_call_count_media(np_call_t *call, const naverphone_stream_info_t *stream, const np_rtp_statistics_t *before,
                         const np_rtp_statistics_t *after, bool is_early);

/** Adds a codec of the stream to those of the call, once. Names of what accompanies a codec count only until there is
 *  one. name: in SDP, or by RFC 3551. */
void np_call_add_codec(np_call_t *call, const naverphone_stream_info_t *stream, np_span_t name);

/** Counts a packet of the stream that was captured a second time. It is in no other total. */
void np_call_count_repeated(np_call_t *call, const naverphone_stream_info_t *stream);

#endif /* NP_MODEL_CALL_MEDIA_H */
