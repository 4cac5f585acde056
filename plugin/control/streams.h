/* streams.h
 * The two streams of a control connection: framings and messages
 *
 * The framing is set by the user, known from other connections of the server, or inferred. As long as it is unknown,
 * the first pass shows segments; later passes show messages from the start.
 *
 * Lives with the capture. The first pass writes it; a later one may conclude it.
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

/** server: what is known from its other connections; this one adds to it. user: the framing set by the user; NULL:
 *  none. infer: otherwise the framing may be inferred. */
np_control_streams_t *np_control_streams_new(np_server_framing_t *server, const np_framing_t *user, bool infer);

/* direction: 0 from the client, 1 to it. segment: the current frame's; its list gets the messages that become
 * readable. */

np_arrivals_t *np_control_streams_arrivals(np_control_streams_t *streams, unsigned direction);

void np_control_streams_read(np_control_streams_t *streams, unsigned direction, const np_arrival_t *arrival);

/** True if a hole should be given up. is_over: the sender will send no more. */
bool np_control_streams_wait_in_vain(const np_control_streams_t *streams, unsigned direction, int64_t time,
                                     bool is_over);

/** Gives up the hole, and reads on behind it. */
void np_control_streams_give_up(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/** The connection ends: reads what is stored, and decides with what there is. direction: that of the current frame.
 *  segment: NULL if nothing is stored in that direction. Messages of the other direction go to the segments that
 *  carried them. */
void np_control_streams_end(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/** Later pass: if the capture ended before the connection, gives what was collected the best framing, which only later
 *  passes show. The end of the first pass is not reported: libwireshark does not call the routines of
 *  register_postseq_cleanup_routine() when the window dissects a capture again. */
void np_control_streams_conclude(np_control_streams_t *streams);

/** The framing at a frame. later: this is a later pass. */
np_message_framing_t np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, uint32_t frame,
                                                bool later);

#endif /* NP_CONTROL_STREAMS_H */
