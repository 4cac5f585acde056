/* sip_message.h
 * Reads SIP messages: start line, header fields and SDP (RFC 3261)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_SIP_MESSAGE_H
#define NP_TEXT_SIP_MESSAGE_H

#include "text/message.h"
#include "text/sip.h"

/** False: a whole response without CSeq. Spans point into the message's bytes. */
bool np_sip_read(const np_message_t *message, np_sip_t *sip);

#endif /* NP_TEXT_SIP_MESSAGE_H */
