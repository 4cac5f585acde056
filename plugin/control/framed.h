/* framed.h
 * The two streams of a control connection in their framings
 *
 * A framing that ceases to fit is doubted: what comes then is collected, and may turn out to be another protocol, as
 * after STARTTLS. A stream changes its protocol at most once.
 *
 * First pass, file scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_FRAMED_H
#define NP_CONTROL_FRAMED_H

#include "control/collection.h"
#include "control/reassembly.h"

/** naverphone.control.framing_origin */
typedef enum {
    NP_ORIGIN_USER = 1,
    NP_ORIGIN_INFERRED = 2,
    NP_ORIGIN_SEGMENT = 3 /**< none: each segment is a message */
} np_origin_t;

typedef struct {
    np_framing_t framing;
    np_origin_t origin;
    double confidence; /**< 0 to 1; means nothing if set by the user */
} np_message_framing_t;

/** What came since the framing ceased to fit. It is collected until it is clear whether bytes were damaged or the
 *  protocol changed. */
typedef struct {
    np_collection_t collection; /**< empty: there is no doubt */
    np_control_message_t *last; /**< message before the misfit in the same frame; NULL: none */
    uint32_t messages;          /**< number of the last message before the misfit */
    unsigned misfits;           /**< collected segments that do not fit either */
    unsigned times;             /**< doubts so far */
} np_doubt_t;

/** One direction. */
typedef struct {
    np_message_framing_t framing;
    uint32_t changed;             /**< frame from which it holds; 0: from the start */
    np_message_framing_t earlier; /**< before that frame */
    np_reassembly_t *reassembly;  /**< NULL: each segment is a message */
    np_doubt_t doubt;
} np_framed_t;

typedef struct {
    np_framed_t streams[2]; /**< from the client, to it */
    unsigned next_doubt;    /**< number of collected segments, of both directions, at which to decide again */
} np_framed_pair_t;

/** Each segment is a message. */
extern const np_inferred_framing_t np_no_framing;

/** Gives bytes to come a framing. */
void np_framed_set(np_framed_t *framed, const np_inferred_framing_t *found, np_origin_t origin);

/** Gives bytes to come an inferred framing, and cuts what was collected so far. */
void np_framed_take(np_framed_t *framed, const np_inferred_framing_t *found, const np_collection_t *collection);

/** Cuts a payload in its framing. segment: of the frame that made it readable; its list gets the messages. can_change:
 *  the protocol may change. Returns how often bytes did not fit, unless that raised or added to a doubt. */
unsigned np_framed_read(np_framed_pair_t *pair, unsigned direction, const np_payload_t *payload,
                        np_control_segment_t *segment, bool can_change);

/** Decides about doubts, if enough was collected since the last time. */
void np_framed_look_for_change(np_framed_pair_t *pair);

/** Decides about doubts, since no more bytes will come. */
void np_framed_settle(np_framed_pair_t *pair);

/** The framing that held at a frame. */
np_message_framing_t np_framed_at(const np_framed_t *framed, uint32_t frame);

#endif /* NP_CONTROL_FRAMED_H */
