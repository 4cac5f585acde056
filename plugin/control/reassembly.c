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
#define MAX_GROWTH 8      /* an inferred length is believed up to this many times the longest ... */
#define SHORT 4096        /* ... or bytes, ... */
#define FULL_SEGMENT 512  /* ... or in a segment this long */

typedef struct {
    np_control_message_t *message;
    uint8_t *bytes;
    uint32_t length, room;
    uint32_t wanted;  /* message length; 0: unknown */
    uint32_t skipped; /* received behind truncated bytes */
} partial_t;

/* A hole given up, but filled if its bytes come. */
typedef struct hole {
    struct hole *next;
    uint32_t name;
    partial_t *before; /* interrupted message or NULL */
    uint8_t *head;     /* bytes before the next message */
    uint32_t head_length;
    np_control_segment_t *head_segment;
    bool is_open; /* no message found behind it */
} hole_t;

struct np_reassembly {
    np_framing_t framing;
    np_framing_t widest; /* inferred: widest field with equal values so far */
    bool by_user;
    bool in_step; /* the next byte begins or continues a message */
    uint32_t messages;
    uint32_t before; /* messages in an earlier framing */
    uint32_t longest;
    np_head_t head_alike;
    unsigned losses;
    np_misfit_t misfit;
    partial_t *partial;
    hole_t *holes;
    bool is_filling;
    bool is_searching; /* for a message; until ... */
    np_collection_t searched;
    uint32_t run;  /* ... this many more bytes are there */
    uint32_t skip; /* bytes before the next message, behind a hole */
};

/* ---- messages ------------------------------------------------------------------------ */

static void
forget_partial(partial_t **partial)
{
    if (!*partial) {
        return;
    }
    wmem_free(wmem_file_scope(), (*partial)->bytes);
    wmem_free(wmem_file_scope(), *partial);
    *partial = NULL;
}

static void
partial_add(partial_t *partial, const uint8_t *bytes, uint32_t length)
{
    if (partial->length + length > partial->room) {
        partial->room = MAX(partial->length + length, partial->room * 2);
        partial->bytes = (uint8_t *)wmem_realloc(wmem_file_scope(), partial->bytes, partial->room);
    }
    if (bytes && length) {
        memcpy(partial->bytes + partial->length, bytes, length);
    }
    partial->length += length;
}

static np_control_message_t *
new_message(uint32_t frame)
{
    np_control_message_t *message = wmem_new0(wmem_file_scope(), np_control_message_t);

    message->first_frame = frame;
    return message;
}

static void
end_message(np_reassembly_t *reassembly, np_control_message_t *message, uint32_t length, np_control_segment_t *segment)
{
    message->number = reassembly->before + ++reassembly->messages;
    message->length = length;
    message->last_frame = segment->frame;
    reassembly->longest = MAX(reassembly->longest, length);
    if (segment->last) {
        segment->last->next = message;
    } else {
        segment->first = message;
    }
    segment->last = message;
}

static void
keep_bytes(np_control_message_t *message, const uint8_t *bytes, uint32_t captured)
{
    message->bytes = (const uint8_t *)wmem_memdup(wmem_file_scope(), bytes, captured);
    message->captured = captured;
}

static void
end_partial(np_reassembly_t *reassembly, np_control_segment_t *segment)
{
    const partial_t *partial = reassembly->partial;

    keep_bytes(partial->message, partial->bytes, partial->length);
    end_message(reassembly, partial->message, partial->wanted, segment);
    np_head_add(&reassembly->head_alike, partial->bytes, partial->length);
    if (segment->unfinished == partial->message) {
        segment->unfinished = NULL;
    }
    forget_partial(&reassembly->partial);
}

static void
note_misfit(np_reassembly_t *reassembly, const np_payload_t *payload, uint32_t at, const np_control_segment_t *segment)
{
    if (!reassembly->misfit.segment) {
        reassembly->misfit = (np_misfit_t){ .segment = payload->segment,
                                            .offset = payload->offset + at,
                                            .last = segment->last,
                                            .messages = np_reassembly_messages(reassembly) };
    }
}

static void
lose_step(np_reassembly_t *reassembly, const np_payload_t *payload, uint32_t at, np_control_segment_t *segment)
{
    note_misfit(reassembly, payload, at, segment);
    segment->lost = true;
    reassembly->losses++;
    reassembly->in_step = false;
    forget_partial(&reassembly->partial);
}

static void
begin_partial(np_reassembly_t *reassembly, const uint8_t *bytes, uint32_t length, uint32_t wanted,
              np_control_segment_t *segment)
{
    partial_t *partial = reassembly->partial = wmem_new0(wmem_file_scope(), partial_t);

    partial->message = new_message(segment->frame);
    partial->wanted = wanted;
    partial_add(partial, bytes, length);
    segment->unfinished = partial->message;
}

/* A wrong length would swallow later messages. */
static bool
is_plausible(const np_reassembly_t *reassembly, const uint8_t *bytes, uint32_t length, uint32_t left)
{
    uint32_t wide = length;

    if (reassembly->widest.kind == NP_FRAMING_LENGTH
        && np_framing_cut(&reassembly->widest, bytes, left, 0, &wide) != NP_CUT_MORE && wide != length) {
        return false;
    }
    return reassembly->by_user || length <= SHORT || length <= left || left >= FULL_SEGMENT
        || length / MAX_GROWTH <= reassembly->longest;
}

/* The header or delimiter may be split. False: no message. */
static bool
find_partial_length(np_reassembly_t *reassembly, const uint8_t *bytes, uint32_t length)
{
    partial_t *partial = reassembly->partial;
    uint32_t before = partial->length, wanted = 0;
    np_cut_t cut;

    partial_add(partial, bytes, length);
    cut = np_framing_cut(&reassembly->framing, partial->bytes, partial->length, before, &wanted);
    if (cut == NP_CUT_BAD
        || (cut == NP_CUT_LENGTH && !is_plausible(reassembly, partial->bytes, wanted, partial->length))) {
        return false;
    }
    if (cut == NP_CUT_LENGTH) {
        partial->wanted = wanted;
    }
    partial->length = before;
    return true;
}

static uint32_t
continue_partial(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    partial_t *partial = reassembly->partial;
    uint32_t take = payload->captured;

    if (!partial->wanted && !find_partial_length(reassembly, payload->bytes, payload->captured)) {
        lose_step(reassembly, payload, 0, segment);
        return 0;
    }
    if (partial->wanted) {
        take = MIN(take, partial->wanted - partial->length - partial->skipped);
    }
    if (partial->skipped) {
        partial->skipped += take;
    } else {
        partial_add(partial, payload->bytes, take);
    }
    payload->segment->unfinished = partial->message;
    if (partial->wanted && partial->length + partial->skipped == partial->wanted) {
        end_partial(reassembly, segment);
    }
    return take;
}

static void
add_message(np_reassembly_t *reassembly, const np_payload_t *payload, uint32_t at, uint32_t length,
            np_control_segment_t *segment)
{
    const uint8_t *bytes = payload->bytes + at;
    np_control_message_t *message = new_message(payload->segment->frame);

    np_head_add(&reassembly->head_alike, bytes, length);
    if (payload->segment == segment) {
        message->offset = payload->offset + at;
    } else {
        keep_bytes(message, bytes, length);
        payload->segment->unfinished = message;
    }
    end_message(reassembly, message, length, segment);
}

static uint32_t
cut_messages(np_reassembly_t *reassembly, const np_payload_t *payload, uint32_t at, np_control_segment_t *segment)
{
    while (at < payload->captured) {
        const uint8_t *bytes = payload->bytes + at;
        uint32_t left = payload->captured - at, length = 0;
        np_cut_t cut = np_framing_cut(&reassembly->framing, bytes, left, 0, &length);

        if (cut == NP_CUT_BAD || (cut == NP_CUT_LENGTH && !is_plausible(reassembly, bytes, length, left))) {
            lose_step(reassembly, payload, at, segment);
            return at;
        }
        if (cut == NP_CUT_MORE || length > left) {
            begin_partial(reassembly, bytes, left, cut == NP_CUT_LENGTH ? length : 0, payload->segment);
            return payload->captured;
        }
        add_message(reassembly, payload, at, length, segment);
        at += length;
    }
    return at;
}

/* ---- holes ------------------------------------------------------------------------------- */

static void
forget_hole(hole_t **link)
{
    hole_t *hole = *link;

    *link = hole->next;
    forget_partial(&hole->before);
    wmem_free(wmem_file_scope(), hole->head);
    wmem_free(wmem_file_scope(), hole);
}

static hole_t *
open_hole(const np_reassembly_t *reassembly)
{
    return reassembly->holes && reassembly->holes->is_open && !reassembly->is_filling ? reassembly->holes : NULL;
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

static void
drop_begin(np_payload_t *payload, uint32_t length)
{
    uint32_t captured = MIN(length, payload->captured);

    payload->bytes = payload->bytes ? payload->bytes + captured : NULL;
    payload->captured -= captured;
    payload->offset += length;
    payload->length -= length;
}

static uint32_t
synchronise(np_reassembly_t *reassembly, const np_payload_t *payload, uint32_t at)
{
    size_t left = payload->captured - at;
    size_t skip = np_framing_synchronise(&reassembly->framing, &reassembly->head_alike, payload->bytes + at, left);

    add_to_head(reassembly, payload, at + (uint32_t)skip);
    reassembly->in_step = skip < left || np_framing_ends(&reassembly->framing, payload->bytes + at, left);
    if (reassembly->in_step) {
        close_hole(reassembly);
    }
    return at + (uint32_t)skip;
}

/* Truncated bytes inside a message of known length do no harm. */
static void
skip_bytes(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    partial_t *partial = reassembly->partial;
    uint32_t missing = payload->length - payload->captured;

    if (!reassembly->in_step || missing == 0) {
        return;
    }
    if (!partial || !partial->wanted || partial->wanted - partial->length - partial->skipped < missing) {
        lose_step(reassembly, payload, payload->captured, segment);
        return;
    }
    partial->skipped += missing;
    if (partial->length + partial->skipped == partial->wanted) {
        end_partial(reassembly, segment);
    }
}

static void
read_bytes(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    uint32_t at = 0;

    if (reassembly->in_step && reassembly->partial && payload->captured) {
        at = continue_partial(reassembly, payload, segment);
    }
    if (reassembly->in_step) {
        at = cut_messages(reassembly, payload, at, segment);
    }
    if (at < payload->captured && !reassembly->in_step) {
        uint32_t begin = synchronise(reassembly, payload, at);

        if (reassembly->in_step) {
            cut_messages(reassembly, payload, begin, segment);
        } else {
            note_misfit(reassembly, payload, at, segment);
        }
    }
    skip_bytes(reassembly, payload, segment);
    reassembly->head_alike.is_torn |= reassembly->in_step && reassembly->partial;
}

/* Skips the rest of an interrupted message. */
static void
read_on(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    np_payload_t rest = *payload;

    if (reassembly->skip) {
        uint32_t skipped = MIN(reassembly->skip, rest.length);

        add_to_head(reassembly, &rest, skipped);
        drop_begin(&rest, skipped);
        reassembly->skip -= skipped;
        if (reassembly->skip) {
            return;
        }
        reassembly->in_step = true;
        close_hole(reassembly);
    }
    read_bytes(reassembly, &rest, segment);
}

/* ---- behind a hole ------------------------------------------------------------------------- */

/* begin: from the hole's end to the next message. False: unknown. Lines that never crossed segments begin at once. */
static bool
knows_begin(const np_reassembly_t *reassembly, uint32_t missing, uint32_t *begin)
{
    const partial_t *partial = reassembly->partial;
    uint32_t have = partial ? partial->length + partial->skipped : 0, size = (uint32_t)reassembly->framing.add;

    if (!reassembly->in_step) {
        return false;
    }
    if (reassembly->framing.kind == NP_FRAMING_FIXED) {
        *begin = (size - (have % size + missing % size) % size) % size;
        return true;
    }
    if (partial && partial->wanted && partial->wanted - have >= missing) {
        *begin = partial->wanted - have - missing;
        return true;
    }
    return reassembly->framing.kind != NP_FRAMING_LENGTH && !partial && reassembly->messages > 0
        && !reassembly->head_alike.is_torn;
}

/* Keeps the interrupted message, as the hole may be filled. */
static void
begin_search(np_reassembly_t *reassembly, const np_payload_t *payload)
{
    hole_t **link = &reassembly->holes;
    uint32_t begin = 0;
    bool is_known = knows_begin(reassembly, payload->missing, &begin);

    if (reassembly->in_step) {
        hole_t *hole = wmem_new0(wmem_file_scope(), hole_t);

        hole->name = payload->hole;
        hole->before = reassembly->partial;
        hole->is_open = true;
        hole->next = reassembly->holes;
        reassembly->holes = hole;
        reassembly->partial = NULL;
    }
    for (unsigned i = 0; i < NP_MAX_HOLES && *link; i++) {
        link = &(*link)->next;
    }
    if (*link) {
        forget_hole(link);
    }
    reassembly->skip = begin;
    reassembly->in_step = is_known && begin == 0;
    reassembly->is_searching = !is_known;
    reassembly->run = payload->run;
    if (reassembly->in_step) {
        close_hole(reassembly);
    }
}

/* False: no message begins here or right after. */
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
    *begin = (uint32_t)np_framing_synchronise(&reassembly->framing, &reassembly->head_alike, bytes, length);
    is_found = *begin < length || np_framing_ends(&reassembly->framing, bytes, length);
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
    reassembly->in_step = is_found && begin == 0;
    if (reassembly->in_step) {
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
search(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
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

/* Bytes before another hole cannot be joined. */
static void
stop_search(np_reassembly_t *reassembly)
{
    np_collection_free(&reassembly->searched);
    reassembly->is_searching = false;
    if (open_hole(reassembly)) {
        forget_hole(&reassembly->holes);
    }
}

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
            read_bytes(reassembly, &np_collection_get(&searched, i)->payload, segment);
        }
        np_collection_free(&searched);
    }
}

/* False: the bytes do not fit. */
static bool
read_in_hole(np_reassembly_t *reassembly, const hole_t *hole, const np_payload_t *payload,
             np_control_segment_t *segment)
{
    reassembly->in_step = reassembly->is_filling = true;
    read_bytes(reassembly, payload, segment);
    if (payload->fills_hole && reassembly->in_step && hole->head_length) {
        const np_payload_t head = { .segment = hole->head_segment,
                                    .bytes = hole->head,
                                    .captured = hole->head_length,
                                    .length = hole->head_length };

        read_bytes(reassembly, &head, segment);
    }
    reassembly->is_filling = false;
    return reassembly->in_step;
}

static void
fill_hole(np_reassembly_t *reassembly, hole_t **link, const np_payload_t *payload, np_control_segment_t *segment)
{
    hole_t *hole = *link;
    partial_t *after = reassembly->partial;
    bool in_step = reassembly->in_step, fits;

    reassembly->partial = hole->before;
    hole->before = NULL;
    fits = read_in_hole(reassembly, hole, payload, segment);
    if (fits && payload->fills_hole && hole->is_open) {
        read_on_from_hole(reassembly, segment);
    } else {
        if (fits && !payload->fills_hole) {
            hole->before = reassembly->partial;
        } else {
            forget_partial(&reassembly->partial);
        }
        reassembly->partial = after;
        reassembly->in_step = in_step;
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

    reassembly->framing = framing->framing;
    reassembly->widest = framing->widest;
    reassembly->by_user = by_user;
    reassembly->in_step = !framing->has_preface;
    return reassembly;
}

void
np_reassembly_restart(np_reassembly_t *reassembly, bool in_step)
{
    reassembly->messages = 0;
    reassembly->longest = 0;
    reassembly->in_step = in_step;
    reassembly->is_searching = false;
    reassembly->skip = 0;
    np_collection_free(&reassembly->searched);
    forget_partial(&reassembly->partial);
    while (reassembly->holes) {
        forget_hole(&reassembly->holes);
    }
}

void
np_reassembly_number_after(np_reassembly_t *reassembly, uint32_t count)
{
    reassembly->before = count;
}

uint32_t
np_reassembly_messages(const np_reassembly_t *reassembly)
{
    return reassembly->before + reassembly->messages;
}

np_misfit_t
np_reassembly_misfit(const np_reassembly_t *reassembly)
{
    return reassembly->misfit;
}

bool
np_reassembly_is_in_step(const np_reassembly_t *reassembly)
{
    return reassembly->in_step;
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
        || np_framing_is_tiled(&reassembly->framing, &reassembly->head_alike, bytes, length);
}

unsigned
np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    reassembly->losses = 0;
    reassembly->misfit = (np_misfit_t){ .segment = NULL };
    if (payload->place == NP_PLACE_IN_HOLE) {
        read_late(reassembly, payload, segment);
        return reassembly->losses;
    }
    if (payload->place == NP_PLACE_FIRST) {
        reassembly->in_step = false;
    }
    if (payload->place == NP_PLACE_AFTER_HOLE) {
        segment->lost = true;
        stop_search(reassembly);
        begin_search(reassembly, payload);
    }
    if (reassembly->is_searching) {
        search(reassembly, payload, segment);
    } else {
        read_on(reassembly, payload, segment);
    }
    return reassembly->losses;
}
