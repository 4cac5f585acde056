/* message.h
 * Text messages as SIP and HTTP/1.x share them: start line, headers, body
 *
 * Pure: glib only. No function reads outside the caller's bytes, fails on any bytes, or takes more than linear time
 * (np_message_next(): over a whole loop of calls). Spans of a result point into the caller's bytes. What a message
 * does not have is an absent span.
 *
 * Sources: RFC 3261 (SIP), RFC 9110 and 9112 (HTTP).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_MESSAGE_H
#define NP_TEXT_MESSAGE_H

#include <glib.h>

#include "text/span.h"

typedef enum {
    NP_MESSAGE_SIP,
    NP_MESSAGE_HTTP
} np_message_syntax_t;

/** One message. All spans point into the bytes given to np_message_next(). */
typedef struct {
    np_span_t method;       /**< of a request; absent in a response */
    np_span_t uri;          /**< request target as sent; absent in a response */
    unsigned  status;       /**< of a response, 100 to 699; 0 in a request */
    np_span_t reason;       /**< reason phrase of a response, may be empty */
    np_span_t headers;      /**< after the start line, up to the empty line (exclusive) or the end of the bytes */
    np_span_t body;         /**< after the empty line, as far as the bytes reach; still chunked; absent if none */
    bool      complete;     /**< the empty line was seen and the body is complete */
    bool      chunked;      /**< HTTP Transfer-Encoding: chunked */
    size_t    start;        /**< offset of the start line in the bytes scanned */
    size_t    end;          /**< offset after the body */
} np_message_t;

/**
 * Finds the next message at or after *offset, which must be 0 on the first call and is set after the message.
 *
 * The start line may begin anywhere, since headers of lower layers may precede it in the bytes:
 * - A SIP request begins with any token before a URI that has a scheme, an HTTP request with a method of RFC 9110 or
 *   WebDAV's PROPFIND. A byte before it that happens to be a token character does no harm: CSeq names the method, and
 *   without it a method of RFC 3261 and its extensions is preferred to a longer token.
 * - A status line has the literal version and a number after it ("Via: SIP/2.0/UDP" has none), and no text followed
 *   by a blank or ':' before it.
 * - A start line without line end is none.
 *
 * The body has Content-Length bytes. Without that header, a SIP body takes all bytes left (RFC 3261 18.3), an HTTP
 * request has no body, and an HTTP response takes all bytes left and is not complete, since only the end of its
 * connection ends it. A chunked body ends after the last chunk's trailer. 1xx, 204 and 304 have no body. A response
 * to HEAD cannot be told from one with a body here.
 *
 * Returns false, with *offset == len, if there is no message left.
 */
bool np_message_next(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t *offset,
                     np_message_t *message);

/** A header to look for, and its value. */
typedef struct {
    const char *name;
    char        compact;    /**< SIP's one-letter form of the name ('i' for Call-ID), or 0 */
    np_span_t   value;      /**< as np_message_header() returns it */
} np_header_t;

/** Fills the values of count headers in one walk over the message. */
void np_message_headers(const np_message_t *message, np_header_t *wanted, size_t count);

/**
 * Returns the value of the first header of that name (case-insensitive) or compact form, trimmed, with folded lines
 * left as they are. It is absent if there is no such header and empty if the header is. A header without line end was
 * cut by the end of the bytes and is ignored.
 */
np_span_t np_message_header(const np_message_t *message, const char *name, char compact);

/**
 * Removes the chunked coding from a body, up to its end or the first malformed chunk.
 * Returns a new array, to be released with g_byte_array_unref().
 */
GByteArray *np_message_dechunk(np_span_t body);

#endif /* NP_TEXT_MESSAGE_H */
