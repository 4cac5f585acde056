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

/** Reads a segment of the stream of a direction (0 from the client, 1 to it), which gets the messages that end in it. */
void np_control_streams_read(np_control_streams_t *streams, unsigned direction, const np_payload_t *payload,
                             np_control_segment_t *segment);

/** The connection has ended: what was collected has to do. */
void np_control_streams_end(np_control_streams_t *streams);

/**
 * A later pass comes to the connection: what was collected has to do, without being sure enough for the first pass and for
 * other connections, until more is read.
 */
void np_control_streams_conclude(np_control_streams_t *streams);

/** How the stream's messages are cut, as far as is known; on a later pass, by what was concluded. */
np_message_framing_t np_control_streams_framing(const np_control_streams_t *streams, unsigned direction, bool later);

#endif /* NP_CONTROL_STREAMS_H */
