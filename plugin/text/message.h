/* message.h
 * Messages of SIP and HTTP/1.x: start line, headers, body
 *
 * Pure: glib only. Functions accept any bytes, in linear time (np_message_next(): per loop). Spans point into the
 * caller's bytes; missing parts are absent.
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

typedef struct {
    np_span_t method;  /**< absent in responses */
    np_span_t uri;     /**< as sent; absent in responses */
    unsigned status;   /**< 100 to 699; 0 in requests */
    np_span_t reason;  /**< reason phrase; may be empty */
    np_span_t headers; /**< without the empty line; may be cut */
    np_span_t body;    /**< may be cut; still chunked; absent if none */
    bool complete;     /**< the empty line and the whole body are there */
    bool chunked;      /**< by Transfer-Encoding */
    size_t start;      /**< offset of the start line */
    size_t end;        /**< offset after the body */
} np_message_t;

/**
 * Finds the next message. *offset begins at 0 and moves behind it. Returns false, with *offset == len, if none is left.
 *
 * Bytes of lower layers may precede the start line:
 * - SIP requests begin with a token before a URI with scheme, HTTP requests with a known method. If preceding bytes
 *   seem part of the token, CSeq decides, or else a known method.
 * - Status lines have a number after the version, and no text before it.
 * - Start lines need a line end.
 *
 * Content-Length gives the body's length. Without it, SIP bodies take all bytes (RFC 3261 18.3), HTTP requests have
 * none, and HTTP responses take all but are incomplete. Chunked bodies end after the trailer. 1xx, 204 and 304 have
 * none. A response to HEAD is read as if it had a body.
 */
bool np_message_next(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t *offset,
                     np_message_t *message);

typedef struct {
    const char *name;
    char compact;    /**< one-letter form ('i' for Call-ID), or 0 */
    np_span_t value; /**< set by np_message_headers() */
} np_header_t;

/** Finds several headers in one walk. */
void np_message_headers(const np_message_t *message, np_header_t *wanted, size_t count);

/**
 * Returns the value of the first header of that name (ignoring case) or compact form, trimmed, with folds. Absent if
 * there is none, or its line end is cut off.
 */
np_span_t np_message_header(const np_message_t *message, const char *name, char compact);

/** Removes the chunked coding, up to a malformed chunk. Release the array with g_byte_array_unref(). */
GByteArray *np_message_dechunk(np_span_t body);

#endif /* NP_TEXT_MESSAGE_H */
