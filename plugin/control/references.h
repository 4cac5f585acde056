/* references.h
 * A session's values that control messages may contain
 *
 * Added on the first pass; file scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_REFERENCES_H
#define NP_CONTROL_REFERENCES_H

#include "compat.h"

#include <epan/address.h>

#include "packet-naverphone.h"
#include "text/span.h"

/** naverphone.control.refers_to */
typedef enum {
    NP_REFERENCE_CLIENT = 1,
    NP_REFERENCE_SERVER = 2,
    NP_REFERENCE_PORT = 3,
    NP_REFERENCE_SIP_USER = 4,
    NP_REFERENCE_DIALLED = 5,
    NP_REFERENCE_LOGIN_USER = 6,
    NP_REFERENCE_PASSWORD = 7,
    NP_REFERENCE_CALL_ID = 8,
    NP_REFERENCE_SSRC = 9
} np_reference_t;

#define NP_REFERENCES_MIN_LENGTH 4 /**< bytes; for numbers, see below */
#define NP_REFERENCES_MAX_LENGTH 128
#define NP_REFERENCES_MIN_DIGITS 7 /**< of a number; fewer occur by chance */

/** A value, and the first frame that contained it. */
typedef struct {
    np_reference_t kind;
    uint32_t frame;
    uint32_t length;      /**< bytes */
    uint16_t port;        /**< of CLIENT and SERVER */
    const uint8_t *bytes; /**< IP address; SSRC in network order; DIALLED as digits; others as sent */
} np_known_value_t;

typedef struct np_references np_references_t;

np_references_t *np_references_new(void);

unsigned np_references_count(const np_references_t *references);
const np_known_value_t *np_references_get(const np_references_t *references, unsigned index);

/* First pass. Each of these copies a value, unless it is known. After 4096 calls, values are ignored. frame: the one
 * that contains the value. */

void np_references_add_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value);
void np_references_add_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *value);
/** sent: not decoded. The value is added as sent and decoded. */
void np_references_add_parameter(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent);
/** Call-ID, caller and numbers. */
void np_references_add_call(np_references_t *references, uint32_t frame, const naverphone_call_info_t *call);
/** kind: CLIENT or SERVER. Ignores addresses other than IP. */
void np_references_add_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host,
                              uint16_t port);
void np_references_add_ssrc(np_references_t *references, uint32_t frame, uint32_t ssrc);

#endif /* NP_CONTROL_REFERENCES_H */
