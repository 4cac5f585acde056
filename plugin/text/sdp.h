/* sdp.h
 * SDP (RFC 8866 and 4566): audio and video streams, encodings of payload types, and hold
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SDP_H
#define NP_TEXT_SDP_H

#include <glib.h>

#include "text/span.h"

typedef struct {
    np_span_t kind;            /**< "audio" or "video" */
    np_span_t address;         /**< without /ttl; may be absent */
    uint16_t port;             /**< 0: refused or off */
    uint16_t rtcp_port;        /**< 0: none; a=rtcp: (RFC 3605), a=rtcp-mux (RFC 5761), or port + 1 */
    np_span_t rtcp_address;    /**< absent: RTP's */
    np_span_t formats;         /**< payload types, "8 0 101" */
    np_span_t section;         /**< with its m= line */
    np_span_t session_address; /**< kept between calls */
} np_sdp_media_t;

/** *media must stay the same between calls. */
bool np_sdp_next_media(np_span_t sdp, size_t *offset, np_sdp_media_t *media);

/** An ICE candidate over UDP (RFC 8839): a further address of a section. */
typedef struct {
    np_span_t address; /**< may be a name (RFC 8839 5.1) */
    uint16_t port;
    bool is_rtcp;
    bool is_relay; /**< TURN server's (RFC 8656) */
} np_sdp_candidate_t;

/** Takes the next one off rest, which begins as a section. */
bool np_sdp_next_candidate(np_span_t *rest, np_sdp_candidate_t *candidate);

bool np_sdp_has_relay(np_span_t section);

/** RFC 3551; NULL: not static. */
const char *np_static_encoding_name(unsigned payload_type);

/** RFC 3551 table 5. */
bool np_static_is_video(unsigned payload_type);

/** False for what accompanies a codec: comfort noise (RFC 3389), events and tones (RFC 4733). */
bool np_encoding_is_codec(np_span_t name);

/** "PCMA" from rtpmap, or else from RFC 3551; absent: unknown. */
np_span_t np_sdp_encoding_name(np_span_t section, unsigned payload_type);

/** The same for the clock rate in Hz; 0: unknown. */
uint32_t np_sdp_clock_rate(np_span_t section, unsigned payload_type);

/** Appends all lines that the functions above read. */
void np_sdp_rtpmaps(np_span_t section, GByteArray *lines);

/** True if the sender holds the call: its first stream with a port is sendonly or inactive, or has the address 0.0.0.0
 *  (RFC 3264 8.4). */
bool np_sdp_holds(np_span_t sdp);

#endif /* NP_TEXT_SDP_H */
