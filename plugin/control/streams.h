/* streams.h
 * The two byte streams of a control connection: their framing and their messages
 *
 * The framing is set by the user, taught by another connection to the server, or inferred from the bytes so far. It is
 * decided once, on the first pass, which shows segments until then and messages afterwards. Later passes show messages
 * from the start.
 *
 * A stream may change its protocol once, as after STARTTLS: its framing ceases to fit, and another one becomes sure. It
 * holds from the first frame that did not fit.
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
typedef enum {
    NP_ORIGIN_USER = 1,
    NP_ORIGIN_INFERRED = 2,
    NP_ORIGIN_SEGMENT = 3
} np_origin_t;

/** The framing shown with a stream's messages. */
typedef struct {
    np_framing_t framing;
    np_origin_t origin;
    double confidence; /**< 0 to 1, for INFERRED and SEGMENT */
} np_message_framing_t;

typedef struct np_control_streams np_control_streams_t;

/** user: the framing set by the user, or NULL. infer: whether it may be inferred. */
np_control_streams_t *np_control_streams_new(np_server_framing_t *server, const np_framing_t *user, bool infer);

/** direction: 0 from the client, 1 to it. */
np_arrivals_t *np_control_streams_arrivals(np_control_streams_t *streams, unsigned direction);

/** Reads a segment, and adds the messages that it completes to it. */
void np_control_streams_read(np_control_streams_t *streams, unsigned direction, const np_arrival_t *arrival);

/** True if a hole will probably not be filled. is_over: the sender will send nothing more. */
bool np_control_streams_wait_in_vain(const np_control_streams_t *streams, unsigned direction, int64_t time,
                                     bool is_over);

/**
 * Gives up the current hole. Messages that become readable are added to segment, which belongs to the current frame.
 */
void np_control_streams_give_up(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/**
 * Ends the connection: gives up holes and decides the framing. Messages of this direction are added to segment, which
 * belongs to the current frame and may be NULL if no bytes are stored. Those of the other direction are added to the
 * segments that carried them.
 */
void np_control_streams_end(np_control_streams_t *streams, unsigned direction, np_control_segment_t *segment);

/**
 * Called on a later pass: concludes a framing from the bytes collected, for later passes only. The first pass and other
 * connections still wait for more certainty.
 */
void np_control_streams_conclude(np_control_streams_t *streams);

/** The framing at the frame, as decided so far; if later, as concluded. */
np_message_framing_t np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, uint32_t frame,
                                                bool later);

#endif /* NP_CONTROL_STREAMS_H */
