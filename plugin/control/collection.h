/* collection.h
 * The segments of a control stream that are collected until its framing is known
 *
 * First pass. What is collected is bounded, and given back as soon as the framing of both streams of a connection is decided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_COLLECTION_H
#define NP_CONTROL_COLLECTION_H

#include "compat.h"

#include "control/inference/inference.h"
#include "control/segment.h"

/** What was collected of a segment: a copy of its payload. */
typedef struct {
    np_control_segment_t *segment; /**< of the frame with which it could be read */
    np_payload_t payload;
} np_collected_t;

/** All zero at first. */
typedef struct {
    wmem_array_t *collected; /**< np_collected_t; NULL: none are */
    uint32_t bytes;          /**< of all of them, as captured */
} np_collection_t;

void np_collection_add(np_collection_t *collection, const np_payload_t *payload, np_control_segment_t *segment);

unsigned np_collection_count(const np_collection_t *collection);

const np_collected_t *np_collection_get(const np_collection_t *collection, unsigned index);

/** True if it has all the bytes that are looked at for a framing. */
bool np_collection_is_full(const np_collection_t *collection);

/** The payloads in the order of the stream. g_free() the pieces. */
np_segment_payloads_t np_collection_payloads(const np_collection_t *collection);

/** Empties it. */
void np_collection_free(np_collection_t *collection);

#endif /* NP_CONTROL_COLLECTION_H */
