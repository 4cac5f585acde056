/* streams.h
 * The two byte streams of a control connection: their framing and their messages
 *
 * The framing of a stream comes from the user (then from its start), from another connection to the same server, or
 * from inference on the bytes collected so far. It is decided once, on the first pass. Until that frame the first pass
 * shows the stream segment by segment, then message by message; later passes show messages from the start.
 *
 * Everything lives in file scope.
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

/** The framing shown with a stream's messages. */
typedef struct {
    np_framing_t framing;
    np_origin_t origin;
    double confidence; /**< 0 to 1, for INFERRED and SEGMENT */
} np_message_framing_t;

typedef struct np_control_streams np_control_streams_t;

/**
 * Creates the streams of a connection to a server. user: the framing set by the user, or NULL. infer: whether the
 * framing may be inferred.
 */
np_control_streams_t *np_control_streams_new(np_server_framing_t *server, const np_framing_t *user, bool infer);

/** The arrivals of a direction (0 from the client, 1 to it). */
np_arrivals_t *np_control_streams_arrivals(np_control_streams_t *streams, unsigned direction);

/** Reads a segment. Messages that it completes, perhaps by filling a hole, are added to it. */
void np_control_streams_read(np_control_streams_t *streams, unsigned direction, const np_arrival_t *arrival);

/**
 * True if the direction waits for a hole that will probably not be filled. is_over: its sender will send nothing more.
 */
bool np_control_streams_wait_in_vain(const np_control_streams_t *streams, unsigned direction, int64_t time,
                                     bool is_over);

/**
 * Gives up the current hole and reads on. Messages that become readable are added to segment, which belongs to the
 * frame being dissected.
 */
void np_control_streams_give_up(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/**
 * Ends the connection with a frame of this direction; holes are given up and the framing is decided from what was
 * collected. Messages of this direction are added to segment, which may be NULL if none are pending; those of the other
 * direction to the segments that carried them.
 */
void np_control_streams_end(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/**
 * Called on a later pass: concludes a framing from what was collected, even if the first pass did not decide one. The
 * result is used on later passes only, neither by the first pass nor for other connections.
 */
void np_control_streams_conclude(np_control_streams_t *streams);

/** The framing of a direction as decided so far; if later, as concluded. */
np_message_framing_t np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, bool later);

#endif /* NP_CONTROL_STREAMS_H */
