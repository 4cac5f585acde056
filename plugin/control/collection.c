/* collection.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/collection.h"

#define MAX_BYTES 0x8000
#define MAX_SEGMENTS 256

void
np_collection_add(np_collection_t *collection, const np_payload_t *payload, np_control_segment_t *segment)
{
    np_collected_t added = { segment, *payload };

    if (!collection->collected) {
        collection->collected = wmem_array_sized_new(wmem_file_scope(), sizeof added, 2);
    }
    added.payload.bytes =
        payload->captured ? (const uint8_t *)wmem_memdup(wmem_file_scope(), payload->bytes, payload->captured) : NULL;
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

/* By sequence number, so that payloads that came late go into their hole. */
static gint
compare_payloads(gconstpointer a, gconstpointer b)
{
    const np_payload_t *left = *(const np_payload_t *const *)a, *right = *(const np_payload_t *const *)b;
    int32_t distance = (int32_t)(left->sequence - right->sequence);

    return distance < 0 ? -1 : distance > 0;
}

static GPtrArray *
sorted_payloads(const np_collection_t *collection)
{
    GPtrArray *payloads = g_ptr_array_new();

    for (unsigned i = 0; i < np_collection_count(collection); i++) {
        g_ptr_array_add(payloads, (np_payload_t *)&np_collection_get(collection, i)->payload);
    }
    g_ptr_array_sort(payloads, compare_payloads);
    return payloads;
}

np_segment_payloads_t
np_collection_payloads(const np_collection_t *collection)
{
    GPtrArray *payloads = sorted_payloads(collection);
    np_segment_payload_t *items = g_new0(np_segment_payload_t, payloads->len + 1);
    const np_payload_t *before = NULL;
    unsigned count = 0;

    for (unsigned i = 0; i < payloads->len; i++) {
        const np_payload_t *payload = (const np_payload_t *)g_ptr_array_index(payloads, i);
        bool continues =
            before ? before->sequence + before->captured == payload->sequence : payload->place == NP_PLACE_NEXT;

        if (payload->captured > 0) {
            items[count++] = (np_segment_payload_t){ payload->bytes, payload->captured, continues };
            before = payload;
        }
    }
    g_ptr_array_free(payloads, TRUE);
    return (np_segment_payloads_t){ items, count };
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

np_payload_t
np_payload_from(const np_payload_t *payload, uint32_t at)
{
    np_payload_t rest = *payload;
    uint32_t captured = MIN(at, payload->captured);

    rest.place = NP_PLACE_NEXT;
    rest.sequence += at;
    rest.offset += at;
    rest.length -= at;
    rest.bytes = payload->bytes ? payload->bytes + captured : NULL;
    rest.captured -= captured;
    return rest;
}

void
np_collections_infer(const np_segment_payloads_t payloads[2], bool is_last, np_inferred_framing_t guesses[2])
{
    np_framing_infer(payloads, is_last, guesses);
    for (unsigned i = 0; i < 2; i++) {
        g_free((np_segment_payload_t *)payloads[i].items);
    }
}
