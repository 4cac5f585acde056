/* collection.c
 * The segments of a control stream that are collected until its framing is known
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/collection.h"

#define MAX_BYTES 0x8000 /* of a stream that are looked at for its framing */
#define MAX_SEGMENTS 256

void
np_collection_add(np_collection_t *collection, const np_payload_t *payload, np_control_segment_t *segment)
{
    np_collected_t added = { segment, *payload };

    if (!collection->collected) {
        collection->collected = wmem_array_sized_new(wmem_file_scope(), sizeof added, 2);
    }
    if (payload->captured) {
        added.payload.bytes = (const uint8_t *)wmem_memdup(wmem_file_scope(), payload->bytes, payload->captured);
    }
    wmem_array_append_one(collection->collected, added);
    collection->bytes += payload->captured;
}

unsigned
np_collection_count(const np_collection_t *collection)
{
    return collection->collected ? wmem_array_get_count(collection->collected) : 0;
}

const np_collected_t *
np_collection_get(const np_collection_t *collection, unsigned index)
{
    return (const np_collected_t *)wmem_array_index(collection->collected, index);
}

bool
np_collection_is_full(const np_collection_t *collection)
{
    return collection->bytes >= MAX_BYTES || np_collection_count(collection) >= MAX_SEGMENTS;
}

/* Puts a late payload where its gap is; returns where the next one belongs. */
static unsigned
insert_late(GArray *pieces, unsigned gap, const np_payload_t *payload)
{
    bool at_begin = payload->place == NP_PLACE_GAP_BEGIN;
    np_segment_payload_t piece = { payload->bytes, payload->captured, at_begin };

    if (gap < pieces->len) {
        g_array_index(pieces, np_segment_payload_t, gap).continues = !at_begin || payload->fills_gap;
    }
    g_array_insert_val(pieces, gap, piece);
    return gap + at_begin;
}

np_segment_payloads_t
np_collection_payloads(const np_collection_t *collection)
{
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(np_segment_payload_t));
    unsigned count, gap = 0; /* gap: where late ones belong */
    bool is_whole = true;    /* the one before */

    for (unsigned i = 0; i < np_collection_count(collection); i++) {
        const np_payload_t *payload = &np_collection_get(collection, i)->payload;
        np_segment_payload_t piece = { payload->bytes, payload->captured, payload->place == NP_PLACE_NEXT && is_whole };

        if (payload->captured == 0 || payload->place == NP_PLACE_IN_GAP) {
            continue;
        }
        if (np_place_is_late(payload->place)) {
            gap = insert_late(pieces, gap, payload);
            continue;
        }
        is_whole = payload->captured == payload->length;
        if (payload->place == NP_PLACE_AFTER_GAP) {
            gap = pieces->len;
        }
        g_array_append_val(pieces, piece);
    }
    count = pieces->len;
    return (np_segment_payloads_t){ (np_segment_payload_t *)(void *)g_array_free(pieces, FALSE), count };
}

void
np_collection_free(np_collection_t *collection)
{
    for (unsigned i = 0; i < np_collection_count(collection); i++) {
        wmem_free(wmem_file_scope(), (void *)np_collection_get(collection, i)->payload.bytes);
    }
    if (collection->collected) {
        wmem_destroy_array(collection->collected);
    }
    memset(collection, 0, sizeof *collection);
}
