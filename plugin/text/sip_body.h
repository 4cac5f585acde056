/* sip_body.h
 * SDP in the body of a SIP message (RFC 3261 7.4, RFC 2046 5.1)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SIP_BODY_H
#define NP_TEXT_SIP_BODY_H

#include "text/message.h"

/** The body if application/sdp or without Content-Type; of a multipart body, the first such part. */
np_span_t np_sip_body_sdp(const np_message_t *message);

#endif /* NP_TEXT_SIP_BODY_H */
