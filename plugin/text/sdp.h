/* sdp.h
 * Session descriptions: audio and video streams, and the encodings of their payload types
 *
 * Pure: glib only. Spans of a result point into the caller's bytes or to constant text; what is not there is an absent
 * span. All functions take linear time.
 *
 * Sources: RFC 8866 and 4566 (SDP), RFC 3605 (a=rtcp), RFC 5761 (a=rtcp-mux), RFC 8839
 * (ICE candidates), RFC 3551 (static payload types).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SDP_H
#define NP_TEXT_SDP_H

#include <glib.h>

#include "text/span.h"

/** An m= section of audio or video. */
typedef struct {
    np_span_t kind;         /**< "audio" or "video" */
    np_span_t address;      /**< connection address of the section, else of the session, without /ttl; may be absent */
    uint16_t  port;         /**< 0: the stream is refused or switched off */
    uint16_t  rtcp_port;    /**< of a=rtcp:, else with a=rtcp-mux the port itself, else port + 1; 0 if there is none */
    np_span_t rtcp_address; /**< of a=rtcp:; mostly absent: RTCP goes where RTP does */
    np_span_t formats;      /**< payload types as text, "8 0 101" */
    np_span_t section;      /**< from the m= line to the next one or the end of the bytes */
    np_span_t session_address;  /**< the session's own; np_sdp_next_media() keeps it from one call to the next */
} np_sdp_media_t;

/**
 * Finds the next audio or video section at or after *offset, which must be 0 on the first call and is set after the
 * section. All calls of a loop need the same *media, for its session_address. A last line without line end counts.
 * Returns false if there is no section left.
 */
bool np_sdp_next_media(np_span_t sdp, size_t *offset, np_sdp_media_t *media);

/** An ICE candidate over UDP: a further address of a section's media. */
typedef struct {
    np_span_t address;      /**< may be a name (RFC 8839 5.1) */
    uint16_t  port;
    bool      is_rtcp;      /**< its component is RTCP, not RTP */
} np_sdp_candidate_t;

/** Finds the next candidate in what is left of a section, and moves rest behind it. Returns false if there is none. */
bool np_sdp_next_candidate(np_span_t *rest, np_sdp_candidate_t *candidate);

/**
 * Returns the encoding name of a payload type without its clock rate: that of the section's rtpmap ("PCMA"), else the
 * static one of RFC 3551, else absent.
 */
np_span_t np_sdp_encoding_name(np_span_t section, unsigned payload_type);

/** Returns the clock rate of a payload type in Hz: that of the section's rtpmap, else RFC 3551's static one, else 0. */
uint32_t np_sdp_clock_rate(np_span_t section, unsigned payload_type);

/** Appends the section's rtpmap lines, each with a line end: all that the two functions above read of it. */
void np_sdp_rtpmaps(np_span_t section, GByteArray *lines);

/** Returns the RFC 3551 name of a static payload type, NULL for any other. */
const char *np_static_encoding_name(unsigned payload_type);

/** Is it a static payload type of video (RFC 3551, table 5)? */
bool np_static_is_video(unsigned payload_type);

#endif /* NP_TEXT_SDP_H */
