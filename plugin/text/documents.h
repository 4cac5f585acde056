/* documents.h
 * Parameters of a login request's body, however it is written: as a form, in JSON, XML or multipart/form-data
 *
 * Pure: glib only. All functions take linear time; spans point into the caller's bytes. A body is told by its bytes, not
 * by its media type, which logins often get wrong. Documents need not be well-formed: pairs are taken where they are.
 *
 * Sources: RFC 8259 (JSON), XML 1.0, RFC 7578 (multipart/form-data), RFC 7617 (Basic).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_DOCUMENTS_H
#define NP_TEXT_DOCUMENTS_H

#include <glib.h>

#include "text/parameters.h"

/** How a body writes its parameters. */
typedef enum {
    NP_DOCUMENT_OPAQUE, /**< it has none */
    NP_DOCUMENT_FORM,   /**< np_parameters_are_list() */
    NP_DOCUMENT_JSON,   /**< members whose value is a string, a number or a word, at any depth */
    NP_DOCUMENT_XML,    /**< attributes, and elements that have text alone; names without their prefix */
    NP_DOCUMENT_MULTIPART,
    NP_DOCUMENT_BASIC /**< no body: "user:password" of Basic authentication (RFC 7617), whose names are empty */
} np_document_t;

/** How the body is written; one without any parameter is opaque. */
np_document_t np_document_of(np_span_t body);

/** Finds the next parameter at or after *offset, which must be 0 on the first call and is set after it. Returns false if
 *  there is none left. */
bool np_document_next(np_document_t document, np_span_t body, size_t *offset, np_parameter_t *parameter);

/**
 * Decodes a value of such a document into decoded, whose content is replaced: takes off how the document escapes it, and
 * then what np_parameter_decode() does. Percent coding is a form's alone.
 */
np_encoding_t np_document_decode(np_document_t document, np_span_t value, GByteArray *decoded);

/** Decodes the credentials of an Authorization header, "Basic aG9uZzpzZWNyZXQ=", into decoded, whose content is replaced.
 *  Returns false if it has others. */
bool np_basic_credentials(np_span_t header, GByteArray *decoded);

#endif /* NP_TEXT_DOCUMENTS_H */
