/* signalling.h
 * The signalling leg: SIP messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_SIGNALLING_H
#define NP_LEGS_SIGNALLING_H

#include "compat.h"

/** True if SIP's dissector may have ignored a message because line ends precede it (keep-alives, RFC 5626 3.5.1).
 *  layers: np_packet_layers(). */
bool np_signalling_may_be_missed(const packet_info *pinfo, unsigned layers);

/** First pass: reads the SIP messages of the frame's last transport, and adds a record for each one that is ours. */
void np_signalling_observe(packet_info *pinfo);

#endif /* NP_LEGS_SIGNALLING_H */
