/* sdp.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/sdp.h"

/* Reads "c=IN IP4 222.122.50.30/127". */
static np_span_t
read_connection_address(np_span_t line)
{
    np_span_t rest = np_span_skip(line, strlen("c="));
    np_span_t word;

    np_span_take_word(&rest);
    np_span_take_word(&rest);
    word = np_span_take_word(&rest);
    word.len = np_span_find(word, 0, '/');
    return word.len > 0 ? word : NP_SPAN_ABSENT;
}

/* Reads "m=audio 4000/2 RTP/AVP 8 0 101". False for other forms and media, and over TCP (RFC 4571). */
static bool
read_media_line(np_span_t line, np_sdp_media_t *media)
{
    np_span_t rest = np_span_skip(line, strlen("m="));
    np_span_t port, transport;
    uint64_t number;

    media->kind = np_span_take_word(&rest);
    port = np_span_take_word(&rest);
    port.len = np_span_find(port, 0, '/');
    transport = np_span_take_word(&rest);
    if (transport.len == 0 || np_span_starts_with(transport, "TCP/") || !np_span_to_number(port, UINT16_MAX, &number)) {
        return false;
    }
    media->port = (uint16_t)number;
    media->rtcp_port = media->port == 0 || media->port == UINT16_MAX ? 0 : (uint16_t)(media->port + 1);
    media->formats = np_span_trim(rest);
    return np_span_equals(media->kind, "audio") || np_span_equals(media->kind, "video");
}

/* Reads "53020 IN IP4 126.16.64.4" or the port alone. */
static void
read_rtcp(np_span_t rest, np_sdp_media_t *media)
{
    uint64_t number;

    if (!np_span_to_number(np_span_take_word(&rest), UINT16_MAX, &number)) {
        return;
    }
    media->rtcp_port = (uint16_t)number;
    np_span_take_word(&rest);
    np_span_take_word(&rest);
    rest = np_span_take_word(&rest);
    media->rtcp_address = rest.len > 0 ? rest : NP_SPAN_ABSENT;
}

static void
read_attribute(np_span_t line, np_sdp_media_t *media)
{
    if (np_span_starts_with(line, "c=")) {
        np_span_t address = read_connection_address(line);

        media->address = address.data ? address : media->address;
    } else if (np_span_starts_with(line, "a=rtcp:") && media->port != 0) {
        read_rtcp(np_span_skip(line, strlen("a=rtcp:")), media);
    } else if (np_span_equals(np_span_trim(line), "a=rtcp-mux") && media->rtcp_port == media->port + 1) {
        media->rtcp_port = media->port;
    }
}

static void
read_section(np_span_t *rest, np_sdp_media_t *media)
{
    np_span_t line;

    while (rest->len > 0 && !np_span_starts_with(*rest, "m=") && np_span_take_line(rest, &line)) {
        read_attribute(line, media);
    }
}

bool
np_sdp_next_media(np_span_t sdp, size_t *offset, np_sdp_media_t *media)
{
    np_span_t session, rest, line;

    if (!sdp.data || *offset >= sdp.len) {
        return false;
    }
    rest = np_span_skip(sdp, *offset);
    if (*offset == 0) {
        memset(media, 0, sizeof *media);
        read_section(&rest, media);
        media->session_address = media->address;
    }
    session = media->session_address;
    while (rest.len > 0) {
        const uint8_t *start = rest.data;
        bool is_wanted;

        memset(media, 0, sizeof *media);
        media->address = media->session_address = session;
        np_span_take_line(&rest, &line);
        is_wanted = np_span_starts_with(line, "m=") && read_media_line(line, media);
        read_section(&rest, media);
        if (is_wanted) {
            media->section = (np_span_t){ start, (size_t)(rest.data - start) };
            *offset = sdp.len - rest.len;
            return true;
        }
    }
    *offset = sdp.len;
    return false;
}

/* Reads "foundation component transport priority address port typ relay". */
static bool
read_candidate(np_span_t rest, np_sdp_candidate_t *candidate)
{
    np_span_t component, transport;
    uint64_t port;

    np_span_take_word(&rest);
    component = np_span_take_word(&rest);
    transport = np_span_take_word(&rest);
    np_span_take_word(&rest);
    candidate->address = np_span_take_word(&rest);
    candidate->is_rtcp = np_span_equals(component, "2");
    if (!np_span_equals_nocase(transport, "udp") || !np_span_to_number(np_span_take_word(&rest), UINT16_MAX, &port)) {
        return false;
    }
    candidate->port = (uint16_t)port;
    np_span_take_word(&rest);
    candidate->is_relay = np_span_equals(np_span_take_word(&rest), "relay");
    return true;
}

bool
np_sdp_next_candidate(np_span_t *rest, np_sdp_candidate_t *candidate)
{
    np_span_t line;

    while (np_span_take_line(rest, &line)) {
        if (np_span_starts_with(line, "a=candidate:")
            && read_candidate(np_span_skip(line, strlen("a=candidate:")), candidate)) {
            return true;
        }
    }
    return false;
}

bool
np_sdp_has_relay(np_span_t section)
{
    np_sdp_candidate_t candidate;

    while (np_sdp_next_candidate(&section, &candidate)) {
        if (candidate.is_relay) {
            return true;
        }
    }
    return false;
}

const char *
np_static_encoding_name(unsigned payload_type)
{
    /* RFC 3551 tables 4 and 5 */
    /* clang-format off */
    static const char *const names[] = {
        [0] = "PCMU", [3] = "GSM", [4] = "G723", [5] = "DVI4", [6] = "DVI4", [7] = "LPC", [8] = "PCMA", [9] = "G722",
        [10] = "L16", [11] = "L16", [12] = "QCELP", [13] = "CN", [14] = "MPA", [15] = "G728", [16] = "DVI4",
        [17] = "DVI4", [18] = "G729", [25] = "CelB", [26] = "JPEG", [28] = "nv", [31] = "H261", [32] = "MPV",
        [33] = "MP2T", [34] = "H263"
    };
    /* clang-format on */

    return payload_type < G_N_ELEMENTS(names) ? names[payload_type] : NULL;
}

bool
np_static_is_video(unsigned payload_type)
{
    return payload_type >= 25 && np_static_encoding_name(payload_type);
}

bool
np_encoding_is_codec(np_span_t name)
{
    return !np_span_equals_nocase(name, "CN") && !np_span_equals_nocase(name, "telephone-event")
        && !np_span_equals_nocase(name, "tone");
}

/* RFC 3551, in Hz; 0: not static. */
static uint32_t
static_clock_rate(unsigned payload_type)
{
    switch (payload_type) {
    case 6:
        return 16000;
    case 10:
    case 11:
        return 44100;
    case 16:
        return 11025;
    case 17:
        return 22050;
    default:
        if (!np_static_encoding_name(payload_type)) {
            return 0;
        }
        return payload_type == 14 || np_static_is_video(payload_type) ? 90000 : 8000; /* MPEG audio */
    }
}

static bool
take_rtpmap(np_span_t *rest, np_span_t *line)
{
    while (np_span_take_line(rest, line)) {
        if (np_span_starts_with(*line, "a=rtpmap:")) {
            return true;
        }
    }
    return false;
}

/* Returns "PCMA/8000". */
static np_span_t
find_rtpmap(np_span_t section, unsigned payload_type)
{
    np_span_t line;

    while (take_rtpmap(&section, &line)) {
        uint64_t number;

        line = np_span_skip(line, strlen("a=rtpmap:"));
        if (np_span_to_number(np_span_take_word(&line), 127, &number) && number == payload_type) {
            np_span_t word = np_span_take_word(&line);

            if (np_span_find(word, 0, '/') > 0) {
                return word;
            }
        }
    }
    return NP_SPAN_ABSENT;
}

np_span_t
np_sdp_encoding_name(np_span_t section, unsigned payload_type)
{
    const char *name = np_static_encoding_name(payload_type);
    np_span_t rtpmap = find_rtpmap(section, payload_type);

    if (rtpmap.data) {
        rtpmap.len = np_span_find(rtpmap, 0, '/');
        return rtpmap;
    }
    return np_span_of(name);
}

uint32_t
np_sdp_clock_rate(np_span_t section, unsigned payload_type)
{
    np_span_t rtpmap = find_rtpmap(section, payload_type), rate;
    size_t name_end;
    uint64_t number;

    if (!rtpmap.data) {
        return static_clock_rate(payload_type);
    }
    name_end = np_span_find(rtpmap, 0, '/');
    if (name_end == rtpmap.len) {
        return 0;
    }
    rate = np_span_skip(rtpmap, name_end + 1);
    rate.len = np_span_find(rate, 0, '/');
    return np_span_to_number(rate, UINT32_MAX, &number) ? (uint32_t)number : 0;
}

void
np_sdp_rtpmaps(np_span_t section, GByteArray *lines)
{
    np_span_t line;

    while (take_rtpmap(&section, &line)) {
        g_byte_array_append(lines, line.data, (unsigned)line.len);
        g_byte_array_append(lines, (const uint8_t *)"\n", 1);
    }
}

/* ---- hold ------------------------------------------------------------------------- */

typedef struct {
    bool holds, is_nowhere;
} hold_t;

static void
read_hold_line(np_span_t line, hold_t *hold)
{
    line = np_span_trim(line);
    if (np_span_starts_with(line, "c=")) {
        np_span_t address = read_connection_address(line);

        hold->is_nowhere = np_span_equals(address, "0.0.0.0") || np_span_equals(address, "::");
    } else if (np_span_equals(line, "a=sendonly") || np_span_equals(line, "a=inactive")) {
        hold->holds = true;
    } else if (np_span_equals(line, "a=sendrecv") || np_span_equals(line, "a=recvonly")) {
        hold->holds = false;
    }
}

static bool
begins_stream(np_span_t line, bool *has_address)
{
    np_span_t rest = np_span_skip(line, strlen("m=")), kind = np_span_take_word(&rest), port = np_span_take_word(&rest);

    /* 0.0.0.0 and port 9: the address follows later (RFC 8840 4.1.1) */
    *has_address = !np_span_equals(port, "9");
    return (np_span_equals(kind, "audio") || np_span_equals(kind, "video")) && !np_span_equals(port, "0");
}

bool
np_sdp_holds(np_span_t sdp)
{
    hold_t session = { false, false }, stream = session;
    bool in_session = true, in_stream = false, has_address = true;
    np_span_t line;

    while (np_span_take_line(&sdp, &line)) {
        if (np_span_starts_with(line, "m=")) {
            if (in_stream) {
                break;
            }
            in_session = false;
            in_stream = begins_stream(line, &has_address);
            stream = session;
        } else if (in_session) {
            read_hold_line(line, &session);
        } else if (in_stream) {
            read_hold_line(line, &stream);
        }
    }
    return in_stream && (stream.holds || (stream.is_nowhere && has_address));
}
