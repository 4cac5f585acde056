/* arrivals.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/arrivals.h"

#include "compat.h"

#include <epan/dissectors/packet-tcp.h>

#define MAX_STORED_BYTES 0x80000
#define MAX_STORED_SEGMENTS 512
#define MAX_WAIT 1000             /* milliseconds; most retransmissions arrive sooner */
#define MAX_ACKNOWLEDGED_WAIT 250 /* milliseconds; frames may be captured in swapped order */
#define MAX_LATENESS 0x1000000    /* bytes between the ends of two holes */

/* A part of a payload that was not handed out yet. */
typedef struct stored {
    struct stored *next; /* ordered by sequence number */
    uint32_t begin, end;
    uint32_t offset;   /* in the segment's payload */
    uint32_t captured; /* bytes */
    uint8_t *bytes;
    np_control_segment_t *segment;
    int64_t time;
} stored_t;

/* A hole that was given up. Its end identifies it. */
typedef struct {
    uint32_t begin, end;
} hole_t;

struct np_arrivals {
    bool has_next;    /* next is valid */
    uint32_t next;    /* the first byte that was not handed out */
    bool from_start;  /* the stream was captured from its first byte on */
    bool is_first;    /* nothing was handed out yet */
    uint32_t missing; /* bytes of the hole before next, until reported */
    stored_t *first;
    stored_t *taken;          /* handed out last; freed by the next call */
    uint32_t bytes, segments; /* stored */
    hole_t *holes;            /* room for NP_MAX_HOLES; NULL until the first, because they are rare */
    unsigned hole_count;
    bool is_overtaken;     /* bytes from next on were acknowledged, but not captured, ... */
    int64_t overtaken;     /* ... since then, milliseconds */
    uint32_t acknowledged; /* up to here */
};

static uint32_t
later_of(uint32_t sequence, uint32_t other)
{
    return LT_SEQ(sequence, other) ? other : sequence;
}

static uint32_t
earlier_of(uint32_t sequence, uint32_t other)
{
    return LT_SEQ(sequence, other) ? sequence : other;
}

np_arrivals_t *
np_arrivals_new(void)
{
    np_arrivals_t *arrivals = wmem_new0(wmem_file_scope(), np_arrivals_t);

    arrivals->is_first = true;
    return arrivals;
}

void
np_arrivals_begin_at(np_arrivals_t *arrivals, uint32_t sequence)
{
    if (!arrivals->has_next) {
        arrivals->has_next = arrivals->from_start = true;
        arrivals->next = sequence;
    }
}

/* ---- storing --------------------------------------------------------------------------------- */

static void
forget_stored(np_arrivals_t *arrivals, stored_t *stored)
{
    arrivals->bytes -= stored->captured;
    arrivals->segments--;
    wmem_free(wmem_file_scope(), stored->bytes);
    wmem_free(wmem_file_scope(), stored);
}

static stored_t **
store_bytes(np_arrivals_t *arrivals, stored_t **link, const np_arrival_t *arrival, uint32_t begin, uint32_t end)
{
    stored_t *stored = wmem_new0(wmem_file_scope(), stored_t);
    uint32_t offset = begin - arrival->begin;

    stored->begin = begin;
    stored->end = end;
    stored->offset = offset;
    stored->segment = arrival->segment;
    stored->time = arrival->time;
    if (arrival->captured > offset) {
        stored->captured = MIN(arrival->captured - offset, end - begin);
        stored->bytes = (uint8_t *)wmem_memdup(wmem_file_scope(), arrival->bytes + offset, stored->captured);
    }
    arrivals->bytes += stored->captured;
    arrivals->segments++;
    stored->next = *link;
    *link = stored;
    return &stored->next;
}

/* Stores the bytes from begin to end that are not stored yet. */
static void
add_between(np_arrivals_t *arrivals, const np_arrival_t *arrival, uint32_t begin, uint32_t end)
{
    stored_t **link = &arrivals->first;

    while (LT_SEQ(begin, end)) {
        uint32_t stop = end;

        while (*link && GE_SEQ(begin, (*link)->end)) {
            link = &(*link)->next;
        }
        if (*link && GE_SEQ(begin, (*link)->begin)) {
            begin = (*link)->end;
            continue;
        }
        if (*link) {
            stop = earlier_of(end, (*link)->begin);
        }
        link = store_bytes(arrivals, link, arrival, begin, stop);
        begin = stop;
    }
}

/* True if a byte from begin to end is not stored. */
static bool
is_missing(const np_arrivals_t *arrivals, uint32_t begin, uint32_t end)
{
    for (const stored_t *stored = arrivals->first; stored && LT_SEQ(begin, end); stored = stored->next) {
        if (LT_SEQ(begin, stored->begin)) {
            return true;
        }
        begin = later_of(begin, stored->end);
    }
    return LT_SEQ(begin, end);
}

/* Bytes are new from next on, and in holes that were given up. */
bool
np_arrivals_are_new(const np_arrivals_t *arrivals, uint32_t begin, uint32_t end)
{
    for (unsigned i = 0; i < arrivals->hole_count; i++) {
        const hole_t *hole = &arrivals->holes[i];

        if (is_missing(arrivals, later_of(begin, hole->begin), earlier_of(end, hole->end))) {
            return true;
        }
    }
    return is_missing(arrivals, arrivals->has_next ? later_of(begin, arrivals->next) : begin, end);
}

static void
remove_hole(np_arrivals_t *arrivals, unsigned index)
{
    arrivals->hole_count--;
    memmove(&arrivals->holes[index], &arrivals->holes[index + 1],
            (arrivals->hole_count - index) * sizeof arrivals->holes[0]);
}

static void
forget_between(np_arrivals_t *arrivals, const hole_t *hole)
{
    stored_t **link = &arrivals->first;

    while (*link) {
        stored_t *stored = *link;

        if (LT_SEQ(stored->begin, hole->begin) || GE_SEQ(stored->begin, hole->end)) {
            link = &stored->next;
            continue;
        }
        *link = stored->next;
        forget_stored(arrivals, stored);
    }
}

static void
forget_first_hole(np_arrivals_t *arrivals)
{
    forget_between(arrivals, &arrivals->holes[0]);
    remove_hole(arrivals, 0);
}

static bool
is_full(const np_arrivals_t *arrivals)
{
    return arrivals->bytes > MAX_STORED_BYTES || arrivals->segments > MAX_STORED_SEGMENTS;
}

void
np_arrivals_add(np_arrivals_t *arrivals, const np_arrival_t *arrival)
{
    while (is_full(arrivals) && arrivals->hole_count > 0) {
        forget_first_hole(arrivals);
    }
    if (!arrivals->has_next) {
        arrivals->has_next = true;
        arrivals->next = arrival->begin;
    }
    for (unsigned i = 0; i < arrivals->hole_count; i++) {
        const hole_t *hole = &arrivals->holes[i];

        add_between(arrivals, arrival, later_of(arrival->begin, hole->begin), earlier_of(arrival->end, hole->end));
    }
    add_between(arrivals, arrival, later_of(arrival->begin, arrivals->next), arrival->end);
}

/* ---- taking ---------------------------------------------------------------------------------- */

/* The number of contiguous bytes from here on. */
static uint32_t
run_length(const stored_t *stored)
{
    uint32_t begin = stored->begin, end = stored->end;

    while (stored->next && stored->next->begin == end) {
        stored = stored->next;
        end = stored->end;
    }
    return end - begin;
}

static void
take_next(np_arrivals_t *arrivals, const stored_t *stored, np_payload_t *payload)
{
    arrivals->next = stored->end;
    if (arrivals->missing) {
        payload->place = NP_PLACE_AFTER_HOLE;
        payload->hole = stored->begin;
        payload->missing = arrivals->missing;
        payload->run = run_length(stored);
        arrivals->missing = 0;
    } else if (arrivals->is_first && !arrivals->from_start) {
        payload->place = NP_PLACE_FIRST;
    }
    if (GE_SEQ(arrivals->next, arrivals->acknowledged)) {
        arrivals->is_overtaken = false;
    }
}

/* Sets the payload's place in the stream. False: earlier bytes are missing. */
static bool
place_stored(np_arrivals_t *arrivals, const stored_t *stored, np_payload_t *payload)
{
    if (stored->begin == arrivals->next) {
        take_next(arrivals, stored, payload);
        return true;
    }
    for (unsigned i = 0; i < arrivals->hole_count; i++) {
        hole_t *hole = &arrivals->holes[i];

        if (stored->begin == hole->begin) {
            payload->place = NP_PLACE_IN_HOLE;
            payload->hole = hole->end;
            payload->fills_hole = stored->end == hole->end;
            hole->begin = stored->end;
            if (payload->fills_hole) {
                remove_hole(arrivals, i);
            }
            return true;
        }
    }
    return false;
}

bool
np_arrivals_take(np_arrivals_t *arrivals, np_payload_t *payload)
{
    stored_t **link = &arrivals->first, *stored;

    if (arrivals->taken) {
        forget_stored(arrivals, arrivals->taken);
        arrivals->taken = NULL;
    }
    memset(payload, 0, sizeof *payload);
    while (*link && !place_stored(arrivals, *link, payload)) {
        link = &(*link)->next;
    }
    stored = *link;
    if (!stored) {
        return false;
    }
    *link = stored->next;
    arrivals->taken = stored;
    arrivals->is_first = false;
    payload->sequence = stored->begin;
    payload->segment = stored->segment;
    payload->offset = stored->offset;
    payload->bytes = stored->bytes;
    payload->captured = stored->captured;
    payload->length = stored->end - stored->begin;
    return true;
}

/* ---- holes ----------------------------------------------------------------------------------- */

void
np_arrivals_acknowledge(np_arrivals_t *arrivals, uint32_t sequence, int64_t time)
{
    if (!arrivals->has_next || GE_SEQ(arrivals->next, sequence)) {
        return;
    }
    if (!arrivals->is_overtaken) {
        arrivals->overtaken = time;
        arrivals->acknowledged = sequence;
    }
    arrivals->is_overtaken = true;
    arrivals->acknowledged = later_of(arrivals->acknowledged, sequence);
}

/* The first bytes behind the hole; NULL: there is no hole, or nothing behind it. */
static const stored_t *
first_ahead(const np_arrivals_t *arrivals)
{
    const stored_t *stored = arrivals->first;

    while (stored && GE_SEQ(arrivals->next, stored->begin)) {
        stored = stored->next;
    }
    return stored;
}

bool
np_arrivals_wait(const np_arrivals_t *arrivals)
{
    return first_ahead(arrivals) != NULL;
}

bool
np_arrivals_are_acknowledged(const np_arrivals_t *arrivals)
{
    return arrivals->is_overtaken && np_arrivals_wait(arrivals);
}

uint32_t
np_arrivals_missing(const np_arrivals_t *arrivals)
{
    const stored_t *ahead = first_ahead(arrivals);

    return ahead ? ahead->begin - arrivals->next : 0;
}

size_t
np_arrivals_copy_run(const np_arrivals_t *arrivals, uint8_t *bytes, size_t size)
{
    const stored_t *stored = first_ahead(arrivals), *before = NULL;
    size_t length = 0;

    while (stored && (!before || (before->end == stored->begin && before->captured == before->end - before->begin))) {
        size_t part = MIN(size - length, stored->captured);

        if (part > 0) {
            memcpy(bytes + length, stored->bytes, part);
        }
        length += part;
        before = stored;
        stored = stored->next;
    }
    return length;
}

bool
np_arrivals_wait_in_vain(const np_arrivals_t *arrivals, int64_t time, bool is_over)
{
    const stored_t *ahead = first_ahead(arrivals);

    if (!ahead) {
        return false;
    }
    if (arrivals->is_overtaken && (is_over || time - arrivals->overtaken >= MAX_ACKNOWLEDGED_WAIT)) {
        return true;
    }
    return time - ahead->time >= MAX_WAIT || is_full(arrivals);
}

void
np_arrivals_give_up(np_arrivals_t *arrivals)
{
    const stored_t *ahead = first_ahead(arrivals);
    hole_t hole;

    if (!ahead) {
        return;
    }
    hole = (hole_t){ arrivals->next, ahead->begin };
    while (arrivals->hole_count > 0
           && (arrivals->hole_count == NP_MAX_HOLES || hole.end - arrivals->holes[0].end > MAX_LATENESS)) {
        forget_first_hole(arrivals);
    }
    if (!arrivals->holes) {
        arrivals->holes = wmem_alloc_array(wmem_file_scope(), hole_t, NP_MAX_HOLES);
    }
    arrivals->holes[arrivals->hole_count++] = hole;
    arrivals->missing = hole.end - hole.begin;
    arrivals->next = hole.end;
}
