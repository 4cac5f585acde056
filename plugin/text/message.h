/* message.h
 * Naver Phone: text messages as SIP and HTTP/1.x share them, and SDP
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure (glib only). Every function reads the caller's bytes, never outside of
 * them, never recurses, and takes time linear in them (np_message_next: over
 * a whole loop of calls). Only np_message_dechunk() and np_sdp_rtpmaps() copy: the
 * spans of a result point into the caller's bytes and live as long as those.
 * No byte sequence is an error: what is not there is an absent span.
 *
 * Sources: RFC 3261 (SIP), RFC 9110 and 9112 (HTTP), RFC 8866 and 4566 (SDP),
 * RFC 3605 (a=rtcp), RFC 3551 (static payload types).
 */

#ifndef NP_MESSAGE_H
#define NP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

/** A view into the caller's bytes; data NULL = absent. No NUL follows. */
typedef struct {
    const uint8_t *data;
    size_t         len;
} np_span_t;

/** A view of a text; absent for NULL. */
static inline np_span_t
np_span_of(const char *text)
{
    np_span_t made = { (const uint8_t *)text, text ? strlen(text) : 0 };

    return made;
}

/** Same bytes as text? An absent span equals nothing, not even "". */
bool np_span_equals(np_span_t span, const char *text);

/** The same without regard to ASCII case. */
bool np_span_equals_nocase(np_span_t span, const char *text);

typedef enum {
    NP_MESSAGE_SIP,
    NP_MESSAGE_HTTP
} np_message_syntax_t;

/** One message. All spans point into the bytes given to np_message_next(). */
typedef struct {
    np_span_t method;   /* request: method; response: absent */
    np_span_t uri;      /* request target as sent; response: absent */
    unsigned  status;   /* response: 100 to 699; request: 0 */
    np_span_t reason;   /* response: reason phrase (may be of length 0) */
    np_span_t headers;  /* without start line, up to the empty line (not part of it) or the end of the bytes */
    np_span_t body;     /* after the empty line, as far as it and the bytes reach; still chunked; absent if none */
    bool      complete; /* the empty line was seen and the body is all there */
    bool      chunked;  /* HTTP Transfer-Encoding: chunked */
    size_t    start;    /* where the message stands in the bytes scanned: start line ... */
    size_t    end;      /* ... to after the body */
} np_message_t;

/**
 * Finds the next message at or after *offset.
 *
 * The start line may stand anywhere: headers of the link, IP, UDP or TCP
 * layer may precede it in the bytes. So a request is known by one of the
 * methods of RFC 3261 and its extensions (of RFC 9110 and WebDAV's PROPFIND),
 * even where a chance byte before it would be a token character too; a
 * status line by its literal version and the number after it ("Via:
 * SIP/2.0/UDP" has none), unless text and a blank or ':' stand before it. A
 * start line that the end of the bytes cuts before its line end is none.
 *
 * Body: Content-Length bytes. Without it SIP takes what is left (RFC 3261
 * 18.3, datagrams); HTTP: a request has none, a response has what is left and
 * is not complete, for only the connection's end tells. Chunked: up to the last chunk's trailer. 1xx, 204 and 304 have
 * none. An answer to HEAD cannot be told here from one with a body.
 *
 * @return true and *offset after the message; false and *offset == len when
 *         there is none.
 */
bool np_message_next(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t *offset,
                     np_message_t *message);

/** A header that is wanted, and what was found. */
typedef struct {
    const char *name;
    char        compact;    /* SIP's one-letter form of the name ('i' for Call-ID), or 0 */
    np_span_t   value;      /* as np_message_header() gives it */
} np_header_t;

/** Fills the values of count headers in one walk over the message. */
void np_message_headers(const np_message_t *message, np_header_t *wanted, size_t count);

/**
 * The value of the first header of that name (case-insensitive), blanks
 * around it trimmed, folded lines left as they are.
 *
 * A header without a line end is cut by the end of the bytes: it is not
 * given, as it cannot be known whole.
 *
 * @param compact SIP's one-letter form of the name ('i' for Call-ID), or 0.
 * @return absent if there is no such header; of length 0 if it is empty.
 */
np_span_t np_message_header(const np_message_t *message, const char *name, char compact);

/**
 * Takes the chunked coding off a body, as far as it is there and well-formed.
 * @return new array, to be freed by the caller with g_byte_array_unref().
 */
GByteArray *np_message_dechunk(np_span_t body);

/** Parts of a SIP address; each absent if it is not there. */
typedef struct {
    np_span_t user;     /* up to a ":" (password); its own ;params stay; of a tel: URI the number alone */
    np_span_t host;     /* without port; an IPv6 host without its brackets; absent for tel: */
    np_span_t tag;      /* header parameter tag */
} np_address_t;

/**
 * Takes apart a name-addr or addr-spec (RFC 3261 25.1) as From, To and
 * Contact have it, or a request URI: sip:, sips: and tel:.
 * Quoted display names may hold '<' and escaped quotes. Only the first
 * address of a list is read.
 * @return false, and all parts absent, if it is no such address.
 */
bool np_message_address(np_span_t value, np_address_t *address);

/** "314 INVITE" -> 314, INVITE. @return false if it is not of that shape or above 2^32-1. */
bool np_message_cseq(np_span_t value, uint32_t *number, np_span_t *method);

/** One audio or video m= line of a session description. */
typedef struct {
    np_span_t kind;         /* "audio" or "video" */
    np_span_t address;      /* connection address as text, its own or else the session's, without /ttl; may be absent */
    uint16_t  port;         /* 0: the stream is refused or switched off */
    uint16_t  rtcp_port;    /* a=rtcp:N, else port + 1, 0 if there is none */
    np_span_t formats;      /* the payload types as text, "8 0 101" */
    np_span_t section;      /* from the m= line to the next one or the end of the bytes */
    np_span_t session_address;  /* the session's own, carried from one call of np_sdp_next_media() to the next */
} np_sdp_media_t;

/**
 * The next audio or video section at or after *offset (0 to begin with; each
 * call sets it after the section). A loop gives the same *media to each call,
 * for it carries the session's address along. Other media are passed over. A last line
 * without line end is taken as whole.
 * @return false when there is none left.
 */
bool np_sdp_next_media(np_span_t sdp, size_t *offset, np_sdp_media_t *media);

/**
 * The encoding name of a payload type, without clock rate: of the m= section's
 * rtpmap ("PCMA"), else the static one of RFC 3551, else absent. Points into
 * the session description or to constant text.
 */
np_span_t np_sdp_encoding_name(np_span_t section, unsigned payload_type);

/** The clock rate of a payload type in Hz: of the section's rtpmap, else the static one of RFC 3551, else 0. */
uint32_t np_sdp_clock_rate(np_span_t section, unsigned payload_type);

/** Appends the section's rtpmap lines, each with a line end: all that the two functions above look for in it. */
void np_sdp_rtpmaps(np_span_t section, GByteArray *lines);

/** The RFC 3551 name of a static payload type, NULL for any other. */
const char *np_static_encoding_name(unsigned payload_type);

#endif /* NP_MESSAGE_H */
