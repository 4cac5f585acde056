/* documents.h
 * Parameters of a login request: form, JSON (RFC 8259), XML 1.0 or multipart/form-data (RFC 7578)
 *
 * The format is recognised from the bytes, because logins often send a wrong media type. Documents need not be
 * well-formed or whole, which GMarkup and libwireshark's JSON parser demand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_DOCUMENTS_H
#define NP_TEXT_DOCUMENTS_H

#include <glib.h>

#include "text/parameters.h"

typedef enum {
    NP_DOCUMENT_OPAQUE,
    NP_DOCUMENT_FORM, /**< np_parameters_are_list() */
    NP_DOCUMENT_JSON, /**< string, number or literal members, at any depth */
    NP_DOCUMENT_XML,  /**< attributes and text elements, without namespace prefix */
    NP_DOCUMENT_MULTIPART,
    NP_DOCUMENT_BASIC, /**< "user:password" (RFC 7617), no body; names are empty */
    NP_DOCUMENT_DIGEST /**< np_digest_credentials(), no body; the response stands for the password */
} np_document_t;

np_document_t np_document_of(np_span_t body);

bool np_document_next(np_document_t document, np_span_t body, size_t *offset, np_parameter_t *parameter);

/** Replaces decoded: removes the document's escapes, then acts like np_parameter_decode(). Only forms have
 *  percent-encoding. */
np_encoding_t np_document_decode(np_document_t document, np_span_t value, GByteArray *decoded);

/** Replaces decoded by the credentials of "Basic aG9uZzpzZWNyZXQ=". False for other schemes. */
bool np_basic_credentials(np_span_t header, GByteArray *decoded);

/** The parameters of "Digest username=\"hong\", ..." (RFC 7616 3.4). Absent for other schemes. */
np_span_t np_digest_credentials(np_span_t header);

#endif /* NP_TEXT_DOCUMENTS_H */
