/* references.h
 * Values that a session's legs made known, and where they stand in the bytes of a control message
 *
 * The legs add values on the first pass, as they learn them; searching changes nothing. A later pass knows more values,
 * so it finds the same places and maybe more (up to 64 in a message).
 *
 * A value counts where chance is ruled out: text stands by itself (no letter or digit before or after it) and has four
 * characters or more, numbers of less than four bytes stand beside the address they belong to, a text port has five digits
 * or follows its address. Everything lives with the capture.
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

#define NP_REFERENCES_SEARCHED 0x10000 /**< bytes of a message that are searched */

/** The values known to one session, each in all the ways it could be written. First pass: the legs add to it. */
typedef struct np_references np_references_t;

np_references_t *np_references_new(void);

/** What was learned in a frame. Values are copied; the first frame of each stays. What could be written in more than some
 *  four thousand ways is dropped. */
void np_references_add_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value);
void np_references_add_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *value);
/** A login's parameter, as sent and as decoded. */
void np_references_add_parameter(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent);
/** A call's id, caller and dialled number (digits, as text and as BCD). */
void np_references_add_call(np_references_t *references, uint32_t frame, const naverphone_call_info_t *call);
/** An address of this kind and its port, in binary (either byte order) and as text. Adds nothing but IP addresses. */
void np_references_add_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host,
                              uint16_t port);
void np_references_add_ssrc(np_references_t *references, uint32_t frame, uint32_t ssrc);

/** One place where a known value stands. */
typedef struct {
    uint32_t offset, length;
    np_reference_t kind;
    uint32_t frame; /**< from which the value is known */
} np_hit_t;

/** Searches bytes. Returns hits (np_hit_t) in the order of their offsets, living in scope; NULL where there are none. */
wmem_array_t *np_references_find(const np_references_t *references, wmem_allocator_t *scope, const uint8_t *bytes,
                                 uint32_t length);

#endif /* NP_CONTROL_REFERENCES_H */
