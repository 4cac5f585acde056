/* collection.h
 * Payloads kept until their framing is known
 *
 * First pass, file scope, bounded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_COLLECTION_H
#define NP_CONTROL_COLLECTION_H

#include "compat.h"

#include "control/inference/inference.h"
#include "control/segment.h"

typedef struct {
    np_control_segment_t *segment; /**< of the frame that made the payload readable, perhaps by filling a hole */
    np_payload_t payload;
} np_collected_t;

/** All zero: empty. */
typedef struct {
    wmem_array_t *collected; /**< np_collected_t; NULL: none */
    uint32_t bytes;          /**< captured, of all payloads */
} np_collection_t;

/** Copies the payload's bytes. */
void np_collection_add(np_collection_t *collection, const np_payload_t *payload, np_control_segment_t *segment);

unsigned np_collection_count(const np_collection_t *collection);

/** Valid until something is added. index: below the count. */
const np_collected_t *np_collection_get(const np_collection_t *collection, unsigned index);

/** True if there is enough to infer a framing: nothing more is needed. */
bool np_collection_is_full(const np_collection_t *collection);

/** The payloads in the order of the stream; g_free() the items. */
np_segment_payloads_t np_collection_payloads(const np_collection_t *collection);

/** Empties it. */
void np_collection_free(np_collection_t *collection);

/** The payload without its first at bytes. */
np_payload_t np_payload_from(const np_payload_t *payload, uint32_t at);

/** Calls np_framing_infer() for the payloads of both directions, and frees their items. */
void np_collections_infer(const np_segment_payloads_t payloads[2], bool is_last, np_inferred_framing_t guesses[2]);

#endif /* NP_CONTROL_COLLECTION_H */
