/* sip_body.h
 * SDP in the body of a SIP message
 *
 * Pure: glib only. Linear time; spans point into the caller's bytes.
 *
 * Sources: RFC 3261 (7.4, 20.15), RFC 2046 (5.1, multipart).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SIP_BODY_H
#define NP_TEXT_SIP_BODY_H

#include "text/message.h"

/**
 * Returns the body if its Content-Type is application/sdp, or the first such part of a multipart body; absent if there
 * is none. A body without Content-Type is returned whole.
 */
np_span_t np_sip_body_sdp(const np_message_t *message);

/**
 * True if the sender of this SDP holds the call: its first stream with a port is a=sendonly or a=inactive, or has the
 * address 0.0.0.0 (RFC 3264 8.4).
 */
bool np_sdp_holds(np_span_t sdp);

#endif /* NP_TEXT_SIP_BODY_H */
