/* reassembly.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/reassembly.h"

#include "compat.h"

#include "control/arrivals.h"
#include "control/collection.h"

#define MAX_HEAD 0x10000  /* bytes from a hole to the next message */
#define MAX_SEARCHED 4096 /* bytes searched for a message behind a hole */

/* A hole that was given up, but is filled if its bytes come. */
typedef struct hole {
    struct hole *next;
    uint32_t name;        /* as in np_payload_t */
    np_partial_t *before; /* the message that it interrupts; NULL: none */
    uint8_t *head;        /* bytes behind it, before the next message: the end of the interrupted one */
    uint32_t head_length;
    np_control_segment_t *head_segment; /* that carried the last of them */
    bool is_open;                       /* no message was found behind it so far: the head still grows */
} hole_t;

struct np_reassembly {
    np_cutter_t cutter;
    hole_t *holes;
    bool is_searching;        /* for a message behind a hole */
    np_collection_t searched; /* payloads since the hole */
    uint32_t run;             /* so many more bytes are there already, and will be searched together with these */
    uint32_t skip;            /* so many more bytes precede the next message behind a hole */
};

/* ---- holes ------------------------------------------------------------------------------- */

static void
forget_hole(hole_t **link)
{
    hole_t *hole = *link;

    *link = hole->next;
    np_partial_free(&hole->before);
    wmem_free(wmem_file_scope(), hole->head);
    wmem_free(wmem_file_scope(), hole);
}

static hole_t *
open_hole(const np_reassembly_t *reassembly)
{
    return reassembly->holes && reassembly->holes->is_open ? reassembly->holes : NULL;
}

static void
close_hole(np_reassembly_t *reassembly)
{
    hole_t *hole = open_hole(reassembly);

    if (hole) {
        hole->is_open = false;
    }
}

static void
add_to_head(np_reassembly_t *reassembly, const np_payload_t *payload, uint32_t length)
{
    hole_t *hole = open_hole(reassembly);

    if (!hole || length == 0) {
        return;
    }
    if (length > payload->captured || hole->head_length + length > MAX_HEAD) {
        forget_hole(&reassembly->holes);
        return;
    }
    hole->head = (uint8_t *)wmem_realloc(wmem_file_scope(), hole->head, hole->head_length + length);
    memcpy(hole->head + hole->head_length, payload->bytes, length);
    hole->head_length += length;
    hole->head_segment = payload->segment;
}

/* ---- bytes that follow what was read ------------------------------------------------------- */

/* Reads a payload that follows what was read, or the hole. The rest of an interrupted message comes first, and is
 * skipped. */
static void
read_on(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    np_payload_t rest = *payload;
    uint32_t begin;

    if (reassembly->skip) {
        uint32_t skipped = MIN(reassembly->skip, rest.length);

        add_to_head(reassembly, &rest, skipped);
        rest = np_payload_from(&rest, skipped);
        reassembly->skip -= skipped;
        if (reassembly->skip) {
            return;
        }
        reassembly->cutter.in_step = true;
        close_hole(reassembly);
    }
    begin = np_cutter_read(&reassembly->cutter, &rest, segment);
    add_to_head(reassembly, &rest, begin);
    if (reassembly->cutter.in_step || begin < rest.captured) {
        close_hole(reassembly);
    }
}

/* ---- behind a hole ------------------------------------------------------------------------- */

/* Sets *begin to the number of bytes from the end of the hole to the next message. It is known from a fixed size, or
 * from the length of the interrupted message. Lines that never crossed segments begin right behind the hole. False: it
 * is unknown. */
static bool
knows_begin(const np_reassembly_t *reassembly, uint32_t missing, uint32_t *begin)
{
    const np_partial_t *partial = reassembly->cutter.partial;
    uint32_t have = partial ? partial->length + partial->skipped : 0, size = reassembly->cutter.framing.size;

    if (!reassembly->cutter.in_step) {
        return false;
    }
    if (reassembly->cutter.framing.kind == NP_FRAMING_FIXED) {
        *begin = (size - (have % size + missing % size) % size) % size;
        return true;
    }
    if (partial && partial->wanted && partial->wanted - have >= missing) {
        *begin = partial->wanted - have - missing;
        return true;
    }
    return reassembly->cutter.framing.kind != NP_FRAMING_LENGTH && !partial && reassembly->cutter.messages > 0
        && !reassembly->cutter.head_alike.is_torn;
}

/* A hole was given up. The interrupted message is kept, as the hole may still be filled. */
static void
begin_search(np_reassembly_t *reassembly, const np_payload_t *payload)
{
    hole_t **link = &reassembly->holes;
    uint32_t begin = 0;
    bool is_known = knows_begin(reassembly, payload->missing, &begin);

    if (reassembly->cutter.in_step) {
        hole_t *hole = wmem_new0(wmem_file_scope(), hole_t);

        hole->name = payload->hole;
        hole->before = reassembly->cutter.partial;
        hole->is_open = true;
        hole->next = reassembly->holes;
        reassembly->holes = hole;
        reassembly->cutter.partial = NULL;
    }
    for (unsigned i = 0; i < NP_MAX_HOLES && *link; i++) {
        link = &(*link)->next;
    }
    if (*link) {
        forget_hole(link);
    }
    reassembly->skip = begin;
    reassembly->cutter.in_step = is_known && begin == 0;
    reassembly->is_searching = !is_known;
    reassembly->run = payload->run;
    if (reassembly->cutter.in_step) {
        close_hole(reassembly);
    }
}

/* Searches the collected payloads for a message. False: none begins in them, or right after them. */
static bool
find_begin(const np_reassembly_t *reassembly, uint32_t *begin)
{
    const np_collection_t *searched = &reassembly->searched;
    uint8_t *bytes = (uint8_t *)g_malloc(searched->bytes + 1);
    size_t length = 0;
    bool is_found;

    for (unsigned i = 0; i < np_collection_count(searched); i++) {
        const np_payload_t *payload = &np_collection_get(searched, i)->payload;

        if (payload->captured) {
            memcpy(bytes + length, payload->bytes, payload->captured);
            length += payload->captured;
        }
    }
    *begin =
        (uint32_t)np_framing_synchronise(&reassembly->cutter.framing, &reassembly->cutter.head_alike, bytes, length);
    is_found = *begin < length || np_framing_ends(&reassembly->cutter.framing, bytes, length);
    g_free(bytes);
    return is_found;
}

static void
end_search(np_reassembly_t *reassembly, bool is_found, uint32_t begin, np_control_segment_t *segment)
{
    np_collection_t searched = reassembly->searched;

    memset(&reassembly->searched, 0, sizeof reassembly->searched);
    reassembly->is_searching = false;
    reassembly->skip = is_found ? begin : 0;
    reassembly->cutter.in_step = is_found && begin == 0;
    if (reassembly->cutter.in_step) {
        close_hole(reassembly);
    }
    for (unsigned i = 0; i < np_collection_count(&searched); i++) {
        const np_payload_t *payload = &np_collection_get(&searched, i)->payload;

        if (is_found) {
            read_on(reassembly, payload, segment);
        } else {
            add_to_head(reassembly, payload, payload->length);
        }
    }
    np_collection_free(&searched);
}

static void
search_message(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    bool is_cut = payload->captured < payload->length, is_found;
    uint32_t begin;

    np_collection_add(&reassembly->searched, payload, segment);
    reassembly->run -= MIN(reassembly->run, payload->length);
    if (reassembly->run > 0 && !is_cut) {
        return;
    }
    is_found = find_begin(reassembly, &begin);
    if (is_found || is_cut || reassembly->searched.bytes > MAX_SEARCHED) {
        end_search(reassembly, is_found, begin, segment);
    }
}

/* Another hole follows. Bytes between both cannot complete anything. */
static void
stop_search(np_reassembly_t *reassembly)
{
    np_collection_free(&reassembly->searched);
    reassembly->is_searching = false;
    if (open_hole(reassembly)) {
        forget_hole(&reassembly->holes);
    }
}

/* The hole was filled before a message was found behind it: the stream goes on as if there had been none. */
static void
read_on_from_hole(np_reassembly_t *reassembly, np_control_segment_t *segment)
{
    reassembly->skip = 0;
    close_hole(reassembly);
    if (reassembly->is_searching) {
        np_collection_t searched = reassembly->searched;

        memset(&reassembly->searched, 0, sizeof reassembly->searched);
        reassembly->is_searching = false;
        for (unsigned i = 0; i < np_collection_count(&searched); i++) {
            np_cutter_read(&reassembly->cutter, &np_collection_get(&searched, i)->payload, segment);
        }
        np_collection_free(&searched);
    }
}

/* Continues the interrupted message with bytes of the hole, and with the head once the hole is filled. False: they do
 * not fit. */
static bool
read_in_hole(np_reassembly_t *reassembly, const hole_t *hole, const np_payload_t *payload,
             np_control_segment_t *segment)
{
    reassembly->cutter.in_step = true;
    np_cutter_read(&reassembly->cutter, payload, segment);
    if (payload->fills_hole && reassembly->cutter.in_step && hole->head_length) {
        const np_payload_t head = { .segment = hole->head_segment,
                                    .bytes = hole->head,
                                    .captured = hole->head_length,
                                    .length = hole->head_length };

        np_cutter_read(&reassembly->cutter, &head, segment);
    }
    return reassembly->cutter.in_step;
}

static void
fill_hole(np_reassembly_t *reassembly, hole_t **link, const np_payload_t *payload, np_control_segment_t *segment)
{
    hole_t *hole = *link;
    np_partial_t *after = reassembly->cutter.partial;
    bool in_step = reassembly->cutter.in_step, fits;

    reassembly->cutter.partial = hole->before;
    hole->before = NULL;
    fits = read_in_hole(reassembly, hole, payload, segment);
    if (fits && payload->fills_hole && hole->is_open) {
        read_on_from_hole(reassembly, segment);
    } else {
        if (fits && !payload->fills_hole) {
            hole->before = reassembly->cutter.partial;
        } else {
            np_partial_free(&reassembly->cutter.partial);
        }
        reassembly->cutter.partial = after;
        reassembly->cutter.in_step = in_step;
    }
    if (payload->fills_hole || !fits) {
        forget_hole(link);
    }
}

static void
read_late(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    hole_t **link = &reassembly->holes;

    while (*link && (*link)->name != payload->hole) {
        link = &(*link)->next;
    }
    if (*link) {
        fill_hole(reassembly, link, payload, segment);
    }
}

/* ---- segments ----------------------------------------------------------------------------- */

np_reassembly_t *
np_reassembly_new(const np_inferred_framing_t *framing, bool by_user)
{
    np_reassembly_t *reassembly = wmem_new0(wmem_file_scope(), np_reassembly_t);

    np_cutter_init(&reassembly->cutter, framing, by_user);
    return reassembly;
}

void
np_reassembly_restart(np_reassembly_t *reassembly, bool in_step)
{
    reassembly->cutter.messages = 0;
    reassembly->cutter.longest = 0;
    reassembly->cutter.in_step = in_step;
    reassembly->is_searching = false;
    reassembly->skip = 0;
    np_collection_free(&reassembly->searched);
    np_partial_free(&reassembly->cutter.partial);
    while (reassembly->holes) {
        forget_hole(&reassembly->holes);
    }
}

void
np_reassembly_number_after(np_reassembly_t *reassembly, uint32_t count)
{
    reassembly->cutter.before = count;
}

uint32_t
np_reassembly_messages(const np_reassembly_t *reassembly)
{
    return np_cutter_messages(&reassembly->cutter);
}

np_misfit_t
np_reassembly_misfit(const np_reassembly_t *reassembly)
{
    return reassembly->cutter.misfit;
}

bool
np_reassembly_is_in_step(const np_reassembly_t *reassembly)
{
    return reassembly->cutter.in_step;
}

void
np_reassembly_free(np_reassembly_t *reassembly)
{
    np_reassembly_restart(reassembly, false);
    wmem_free(wmem_file_scope(), reassembly);
}

bool
np_reassembly_is_sure(const np_reassembly_t *reassembly, uint32_t missing, const uint8_t *bytes, size_t length)
{
    uint32_t begin;

    return knows_begin(reassembly, missing, &begin)
        || np_framing_is_tiled(&reassembly->cutter.framing, &reassembly->cutter.head_alike, bytes, length);
}

unsigned
np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    reassembly->cutter.losses = 0;
    reassembly->cutter.misfit = (np_misfit_t){ .segment = NULL };
    if (payload->place == NP_PLACE_IN_HOLE) {
        read_late(reassembly, payload, segment);
        return reassembly->cutter.losses;
    }
    if (payload->place == NP_PLACE_FIRST) {
        reassembly->cutter.in_step = false;
    }
    if (payload->place == NP_PLACE_AFTER_HOLE) {
        segment->lost = true;
        stop_search(reassembly);
        begin_search(reassembly, payload);
    }
    if (reassembly->is_searching) {
        search_message(reassembly, payload, segment);
    } else {
        read_on(reassembly, payload, segment);
    }
    return reassembly->cutter.losses;
}
