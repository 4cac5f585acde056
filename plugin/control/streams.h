/* streams.h
 * The two streams of a control connection: framings and messages
 *
 * The framing is the user's, another connection's, or inferred on the first pass, which shows segments until then.
 * Later passes show messages from the start.
 *
 * File scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_STREAMS_H
#define NP_CONTROL_STREAMS_H

#include "control/arrivals.h"
#include "control/framed.h"
#include "control/framing.h"
#include "control/segment.h"
#include "control/server_framing.h"

typedef struct np_control_streams np_control_streams_t;

np_control_streams_t *np_control_streams_new(np_server_framing_t *server, const np_framing_t *user, bool infer);

/** direction: 0 from the client, 1 to it. */
np_arrivals_t *np_control_streams_arrivals(np_control_streams_t *streams, unsigned direction);

void np_control_streams_read(np_control_streams_t *streams, unsigned direction, const np_arrival_t *arrival);

/** is_over: the sender will send no more. */
bool np_control_streams_wait_in_vain(const np_control_streams_t *streams, unsigned direction, int64_t time,
                                     bool is_over);

/** segment: the current frame's; gets messages that become readable. */
void np_control_streams_give_up(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/** segment: the current frame's, for this direction; NULL if nothing is stored. The other direction's messages go to
 *  the segments that carried them. */
void np_control_streams_end(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/** Later pass: decides from what was collected, for later passes only. Nothing else tells that the first one is over: the
 *  routines of register_postseq_cleanup_routine() are not called when the window dissects a capture again. */
void np_control_streams_conclude(np_control_streams_t *streams);

np_message_framing_t np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, uint32_t frame,
                                                bool later);

#endif /* NP_CONTROL_STREAMS_H */
