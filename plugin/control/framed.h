/* framed.h
 * The two streams of a control connection in their framings
 *
 * A framing that ceases to fit is doubted: what comes then is collected, and may turn out to be another protocol, as
 * after STARTTLS. A stream changes its protocol once.
 *
 * First pass, file scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_FRAMED_H
#define NP_CONTROL_FRAMED_H

#include "control/collection.h"
#include "control/reassembly.h"

typedef enum {
    NP_ORIGIN_USER = 1,
    NP_ORIGIN_INFERRED = 2,
    NP_ORIGIN_SEGMENT = 3
} np_origin_t;

typedef struct {
    np_framing_t framing;
    np_origin_t origin;
    double confidence; /**< 0 to 1; not for USER */
} np_message_framing_t;

/** From where a framing ceased to fit: damage, or another protocol. */
typedef struct {
    np_collection_t collection;
    np_control_message_t *last; /**< before, in the first segment collected; or NULL */
    uint32_t messages;          /**< latest number before */
    unsigned misfits;           /**< segments collected that do not fit either */
    unsigned times;
} np_doubt_t;

typedef struct {
    np_message_framing_t framing;
    np_message_framing_t earlier; /**< before frame changed */
    uint32_t changed;             /**< 0: never */
    np_reassembly_t *reassembly;  /**< NULL: segments */
    np_doubt_t doubt;
} np_framed_t;

typedef struct {
    np_framed_t streams[2]; /**< from the client, to it */
    unsigned next_doubt;    /**< doubted segments at which they are looked at again */
} np_framed_pair_t;

/** No framing: each segment is a message. */
extern const np_inferred_framing_t np_no_framing;

/** For bytes to come. */
void np_framed_set(np_framed_t *framed, const np_inferred_framing_t *found, np_origin_t origin);

/** Inferred, for what was collected and bytes to come. */
void np_framed_take(np_framed_t *framed, const np_inferred_framing_t *found, const np_collection_t *collection);

/** Returns the number of misfits that raised no doubt. can_change: the stream may turn
 *  out to have changed its protocol. */
unsigned np_framed_read(np_framed_pair_t *pair, unsigned direction, const np_payload_t *payload,
                        np_control_segment_t *segment, bool can_change);

/** Settles doubts if enough was collected since the last time. */
void np_framed_look_for_change(np_framed_pair_t *pair);

/** Settles doubts: no more bytes will come. */
void np_framed_settle(np_framed_pair_t *pair);

np_message_framing_t np_framed_at(const np_framed_t *framed, uint32_t frame);

#endif /* NP_CONTROL_FRAMED_H */
