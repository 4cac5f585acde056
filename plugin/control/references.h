/* references.h
 * Values that a session's legs made known, which control messages may refer to
 *
 * The legs add values on the first pass, as they learn them. A later pass knows more of them. Everything lives with the
 * capture. What a value looks like in a message, writings.h knows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_REFERENCES_H
#define NP_CONTROL_REFERENCES_H

#include "compat.h"

#include <epan/address.h>

#include "packet-naverphone.h"
#include "text/span.h"

/** Values of naverphone.control.refers_to. */
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

#define NP_REFERENCES_MIN_LENGTH 4   /**< bytes of a value, if it is no number */
#define NP_REFERENCES_MAX_LENGTH 128 /**< bytes of a value */
#define NP_REFERENCES_MIN_DIGITS 7   /**< of a number: fewer are too often something else */

/** A known value. */
typedef struct {
    np_reference_t kind;  /**< any but PORT: a port is known with its address */
    uint32_t frame;       /**< the first that made it known */
    uint32_t length;      /**< of its bytes */
    const uint8_t *bytes; /**< CLIENT, SERVER: an IP address; SSRC: in network order; DIALLED: digits; else as sent */
    uint16_t port;        /**< of CLIENT and SERVER; else 0 */
} np_known_value_t;

/** The values known to one session. */
typedef struct np_references np_references_t;

np_references_t *np_references_new(void);

/** First pass: what was learned in a frame. Values are copied; the first frame of each stays. What is told more than some
 *  four thousand times, again or not, is dropped. */
void np_references_add_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value);
void np_references_add_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *value);
/** A login's parameter, as sent and as decoded. */
void np_references_add_parameter(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent);
/** A call's id, caller and dialled number. */
void np_references_add_call(np_references_t *references, uint32_t frame, const naverphone_call_info_t *call);
/** An address of this kind and its port. Adds nothing but IP addresses. */
void np_references_add_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host,
                              uint16_t port);
void np_references_add_ssrc(np_references_t *references, uint32_t frame, uint32_t ssrc);

/** The values, in the order in which they became known. */
unsigned np_references_count(const np_references_t *references);
const np_known_value_t *np_references_get(const np_references_t *references, unsigned index);

#endif /* NP_CONTROL_REFERENCES_H */
