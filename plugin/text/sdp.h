/* sdp.h
 * SDP: audio and video streams, and encodings of payload types
 *
 * Pure: glib only, linear time. Spans point into the caller's bytes or constants.
 *
 * Sources: RFC 8866 and 4566 (SDP), RFC 3605 (a=rtcp), RFC 5761 (a=rtcp-mux), RFC 8839 (ICE candidates), RFC 3551
 * (static payload types).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SDP_H
#define NP_TEXT_SDP_H

#include <glib.h>

#include "text/span.h"

/** An audio or video section. */
typedef struct {
    np_span_t kind;            /**< "audio" or "video" */
    np_span_t address;         /**< of section or session, without /ttl; may be absent */
    uint16_t port;             /**< 0: refused or off */
    uint16_t rtcp_port;        /**< by a=rtcp: or a=rtcp-mux, else port + 1; 0: none */
    np_span_t rtcp_address;    /**< by a=rtcp:; usually absent, as it is RTP's */
    np_span_t formats;         /**< payload types, "8 0 101" */
    np_span_t section;         /**< with its m= line */
    np_span_t session_address; /**< kept between calls of np_sdp_next_media() */
} np_sdp_media_t;

/**
 * Finds the next audio or video section. *offset begins at 0 and moves behind it. *media must stay the same in a loop.
 * Returns false if none is left.
 */
bool np_sdp_next_media(np_span_t sdp, size_t *offset, np_sdp_media_t *media);

/** An ICE candidate over UDP: a further address of a section's media. */
typedef struct {
    np_span_t address; /**< may be a name (RFC 8839 5.1) */
    uint16_t port;
    bool is_rtcp;
} np_sdp_candidate_t;

/** Finds the next candidate in a section and moves rest behind it. False: none. */
bool np_sdp_next_candidate(np_span_t *rest, np_sdp_candidate_t *candidate);

/** Returns the encoding name ("PCMA") from rtpmap, else RFC 3551, else absent. */
np_span_t np_sdp_encoding_name(np_span_t section, unsigned payload_type);

/** The same for the clock rate, in Hz; 0: unknown. */
uint32_t np_sdp_clock_rate(np_span_t section, unsigned payload_type);

/** Appends the rtpmap lines, all that both functions above read. */
void np_sdp_rtpmaps(np_span_t section, GByteArray *lines);

/** RFC 3551's name; NULL: not static. */
const char *np_static_encoding_name(unsigned payload_type);

/** True for static video types (RFC 3551 table 5). */
bool np_static_is_video(unsigned payload_type);

#endif /* NP_TEXT_SDP_H */
