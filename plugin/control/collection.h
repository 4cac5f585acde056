/* collection.h
 * Payloads of a control stream, collected until its framing is known
 *
 * First pass only, in file scope, of bounded size. Freed once the framing of both directions is decided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_COLLECTION_H
#define NP_CONTROL_COLLECTION_H

#include "compat.h"

#include "control/inference/inference.h"
#include "control/segment.h"

/** A copy of one payload. */
typedef struct {
    np_control_segment_t *segment; /**< of the frame in which the payload became readable */
    np_payload_t payload;
} np_collected_t;

/** A collection; zero-initialised when empty. */
typedef struct {
    wmem_array_t *collected; /**< np_collected_t; NULL if empty */
    uint32_t bytes;          /**< captured bytes in total */
} np_collection_t;

void np_collection_add(np_collection_t *collection, const np_payload_t *payload, np_control_segment_t *segment);

unsigned np_collection_count(const np_collection_t *collection);

const np_collected_t *np_collection_get(const np_collection_t *collection, unsigned index);

/** True if there are enough bytes to infer a framing. */
bool np_collection_is_full(const np_collection_t *collection);

/** Returns the payloads in stream order. Free .items with g_free(). */
np_segment_payloads_t np_collection_payloads(const np_collection_t *collection);

void np_collection_free(np_collection_t *collection);

#endif /* NP_CONTROL_COLLECTION_H */
