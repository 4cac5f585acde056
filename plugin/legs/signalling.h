/* signalling.h
 * The signalling leg: SIP messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_SIGNALLING_H
#define NP_LEGS_SIGNALLING_H

#include "legs/packet.h"

/** True if SIP's dissector may have ignored a message after line ends (keep-alives, RFC 5626 3.5.1). */
bool np_signalling_may_be_missed(const packet_info *pinfo, unsigned layers);

/** First pass. */
void np_signalling_observe(packet_info *pinfo);

#endif /* NP_LEGS_SIGNALLING_H */
