/* documents.h
 * Parameters in the body of a login request: form, JSON, XML or multipart/form-data
 *
 * Pure: glib only. All functions take linear time; spans point into the caller's bytes. The format is recognised by the
 * bytes, since logins often send a wrong media type. Documents need not be well-formed.
 *
 * Sources: RFC 8259 (JSON), XML 1.0, RFC 7578 (multipart/form-data), RFC 7617 (Basic).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_DOCUMENTS_H
#define NP_TEXT_DOCUMENTS_H

#include <glib.h>

#include "text/parameters.h"

/** Format of a body. */
typedef enum {
    NP_DOCUMENT_OPAQUE, /**< no parameters */
    NP_DOCUMENT_FORM,   /**< np_parameters_are_list() */
    NP_DOCUMENT_JSON,   /**< members with a string, number or literal as value, at any depth */
    NP_DOCUMENT_XML,    /**< attributes, and elements with text only; names without namespace prefix */
    NP_DOCUMENT_MULTIPART,
    NP_DOCUMENT_BASIC /**< not a body: "user:password" of Basic authentication; names are empty */
} np_document_t;

/** Recognises the format; OPAQUE if the body has no parameters. */
np_document_t np_document_of(np_span_t body);

/**
 * Finds the next parameter at or after *offset and advances *offset past it. Start with *offset 0. Returns false if
 * there is none left.
 */
bool np_document_next(np_document_t document, np_span_t body, size_t *offset, np_parameter_t *parameter);

/**
 * Decodes a value into decoded, replacing its content: removes the document's own escapes, then acts like
 * np_parameter_decode(). Only forms have percent-encoding.
 */
np_encoding_t np_document_decode(np_document_t document, np_span_t value, GByteArray *decoded);

/**
 * Decodes the credentials of a header "Basic aG9uZzpzZWNyZXQ=" into decoded, replacing its content. Returns false for
 * other schemes.
 */
bool np_basic_credentials(np_span_t header, GByteArray *decoded);

#endif /* NP_TEXT_DOCUMENTS_H */
