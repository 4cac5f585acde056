/* signalling.h
 * The signalling leg: SIP that the built-in dissector dissects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_SIGNALLING_H
#define NAVERPHONE_SIGNALLING_H

#include "legs/source.h"

/** First pass: the records of the frame's SIP messages, one each, NULL where none is ours. */
np_record_t *np_signalling_observe(packet_info *pinfo);

#endif /* NAVERPHONE_SIGNALLING_H */
