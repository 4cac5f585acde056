/* signalling.h
 * The signalling leg: SIP messages found by the built-in dissector
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_SIGNALLING_H
#define NAVERPHONE_SIGNALLING_H

#include "legs/source.h"

/** True if SIP's dissector may have ignored a message after line ends, as keep-alives have them (RFC 5626 3.5.1).
 *  layers: of the last transport. */
bool np_signalling_may_be_missed(const packet_info *pinfo, unsigned layers);

/** First pass: creates records for the frame's SIP messages that are ours. */
void np_signalling_observe(packet_info *pinfo);

#endif /* NAVERPHONE_SIGNALLING_H */
