/* signalling.h
 * The signalling leg: SIP that the built-in dissector dissects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_SIGNALLING_H
#define NAVERPHONE_SIGNALLING_H

#include "legs/source.h"

/** First pass: makes a record of each SIP message of the frame that is ours. */
void np_signalling_observe(packet_info *pinfo);

#endif /* NAVERPHONE_SIGNALLING_H */
