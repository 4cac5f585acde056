/* signalling.h
 * The signalling leg: SIP that the built-in dissector dissects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_SIGNALLING_H
#define NAVERPHONE_SIGNALLING_H

#include "legs/source.h"

/** May the frame have SIP that its dissector did not take: behind line ends, as keep-alives have them (RFC 5626 3.5.1)? layers:
 *  of its last transport. */
bool np_signalling_may_be_missed(const packet_info *pinfo, unsigned layers);

/** First pass: makes a record of each SIP message of the frame that is ours. */
void np_signalling_observe(packet_info *pinfo);

#endif /* NAVERPHONE_SIGNALLING_H */
