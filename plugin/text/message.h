/* message.h
 * Messages of SIP (RFC 3261) and HTTP/1.x (RFC 9110, 9112)
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
    np_span_t reason;  /**< phrase; may be empty */
    np_span_t headers; /**< without the empty line; may be cut */
    np_span_t body;    /**< may be cut; still chunked; absent if none */
    bool complete;     /**< the empty line and the whole body are there */
    bool chunked;
    size_t start; /**< offset of the start line */
    size_t end;   /**< offset after the body */
} np_message_t;

/**
 * At the end, *offset is len.
 *
 * Bytes of lower layers may precede a start line:
 * - SIP requests begin with a token before a URI with scheme, HTTP requests with a known method. If bytes before the
 *   token look like a part of it, CSeq decides, or else a known method.
 * - Status lines have a number after the version, and no text before it.
 * - Start lines need a line end.
 *
 * Without Content-Length, SIP bodies take all bytes (RFC 3261 18.3), HTTP requests have none, and HTTP responses take
 * all but are incomplete. 1xx, 204 and 304 have no body. A response to HEAD is read as if it had one.
 */
bool np_message_next(np_message_syntax_t syntax, const uint8_t *data, size_t len, size_t *offset,
                     np_message_t *message);

/** A header field that the caller wants. */
typedef struct {
    const char *name;
    char compact;     /**< 'i' for Call-ID, or 0 */
    np_span_t *value; /**< where it is written */
} np_header_t;

/** Sets all values as np_message_header() would, in one pass. */
void np_message_headers(const np_message_t *message, const np_header_t *wanted, size_t count);

/** The first of that name or compact form, trimmed, with folds. Absent if its line end is cut off. */
np_span_t np_message_header(const np_message_t *message, const char *name, char compact);

/** The host that an HTTP request is for, with port: its target's authority, else Host (RFC 9112 3.2.2, 3.2.3). */
np_span_t np_message_host(const np_message_t *message);

/** Stops at a malformed chunk. Release with g_byte_array_unref(). */
GByteArray *np_message_dechunk(np_span_t body);

#endif /* NP_TEXT_MESSAGE_H */
