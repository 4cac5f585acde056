/* streams.h
 * The two byte streams of a control connection: finds their framing, cuts them into messages
 *
 * A stream is shown segment by segment until its framing is known: set by the user (then from its start), known from another
 * connection to the server, or inferred from what was collected so far. That is decided once, on the first pass. From that
 * frame on, and on later passes for the frames before it, too, the stream is shown message by message.
 *
 * Everything lives with the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_STREAMS_H
#define NP_CONTROL_STREAMS_H

#include "control/arrivals.h"
#include "control/framing.h"
#include "control/segment.h"
#include "control/server_framing.h"

/** Values of naverphone.control.framing_origin. */
typedef enum { NP_ORIGIN_USER = 1, NP_ORIGIN_INFERRED = 2, NP_ORIGIN_SEGMENT = 3 } np_origin_t;

/** How a stream is cut: what is shown with its messages. */
typedef struct {
    np_framing_t framing;
    np_origin_t origin;
    double confidence; /**< of inferred ones and of segments */
} np_message_framing_t;

typedef struct np_control_streams np_control_streams_t;

/** The streams of a connection to a server. user: the framing that the user set for it, or NULL. infer: may it be found? */
np_control_streams_t *np_control_streams_new(np_server_framing_t *server, const np_framing_t *user, bool infer);

/** What has arrived in a direction (0 from the client, 1 to it). */
np_arrivals_t *np_control_streams_arrivals(np_control_streams_t *streams, unsigned direction);

/** Reads a segment of the stream of a direction. It gets the messages that it completes, be it by filling a hole. */
void np_control_streams_read(np_control_streams_t *streams, unsigned direction, const np_arrival_t *arrival);

/** Is a hole of that direction waited for that will probably not be filled? is_over: its sender has nothing more to send. */
bool np_control_streams_wait_in_vain(const np_control_streams_t *streams, unsigned direction, int64_t time,
                                     bool is_over);

/** Goes on behind the hole that is waited for. segment, of the frame that tells that it will not be filled, gets the messages
 *  that can be read now. */
void np_control_streams_give_up(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/** The connection has ended with a frame of that direction: what has come has to do. segment, of that frame, gets the
 *  messages of its direction that can be read now; those of the other one are shown where they came. It may be NULL where
 *  nothing waits. */
void np_control_streams_end(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/**
 * A later pass comes to the connection: what was collected has to do, without being sure enough for the first pass and for
 * other connections, until more is read.
 */
void np_control_streams_conclude(np_control_streams_t *streams);

/** How the stream's messages are cut, as far as is known; on a later pass, by what was concluded. */
np_message_framing_t np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, bool later);

#endif /* NP_CONTROL_STREAMS_H */
