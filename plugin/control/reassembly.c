/* reassembly.c
 * Puts the messages of a control stream together from its segments, with a framing that is given
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/reassembly.h"

#include "compat.h"

#define MAX_HEAD 0x10000 /* bytes kept of what follows a gap */
#define MAX_GROWTH 8     /* a message is that much longer than any before at most ... */
#define SHORT 4096       /* ... or shorter than that ... */
#define FULL_SEGMENT 512 /* ... or its sender fills the segment */

/* A message that has not ended. */
typedef struct {
    np_control_message_t *message; /* not among a frame's yet */
    uint8_t *bytes;                /* of the message, as far as they are there */
    uint32_t length, room;
    uint32_t wanted;  /* length of the message; 0 while it is not known */
    uint32_t skipped; /* bytes seen, but not kept: the capture cut some before them off */
} partial_t;

/* What a gap stands between. */
typedef struct {
    partial_t *before; /* the message that it interrupts; NULL: none */
    uint8_t *head;     /* what follows up to the message that was found next */
    uint32_t head_length;
} gap_t;

struct np_reassembly {
    np_framing_t framing;
    np_framing_t widest; /* inferred: a wider field that was the same so far */
    bool by_user;
    bool in_step;         /* the next byte begins a message, or continues the partial one */
    uint32_t messages;    /* so far */
    uint32_t longest;     /* message so far */
    np_head_t head_alike; /* how its messages begin */
    unsigned losses;      /* in the latest segment: times that its bytes did not fit the framing */
    partial_t *partial;   /* the message that has begun; NULL: most end where they begin */
    gap_t *gap;           /* the latest, while it can be filled; NULL: there is none */
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
    if (length) {
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

/* The message ends in this frame. */
static void
end_message(np_reassembly_t *reassembly, np_control_message_t *message, uint32_t length, np_control_segment_t *segment)
{
    message->number = ++reassembly->messages;
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

/* The partial message ends in this frame. */
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
lose_step(np_reassembly_t *reassembly, np_control_segment_t *segment)
{
    segment->lost = true;
    reassembly->losses++;
    reassembly->in_step = false;
    forget_partial(&reassembly->partial);
}

/* Begins a partial message with all of these bytes. */
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

/* May an inferred length be believed? Other bytes read as a length would swallow what follows. */
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

/* What new bytes tell of the partial message's length: its header, or its end, may be among them, so that all are looked at
 * together. False: it is no message. */
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

/* Gives the partial message what it lacks. Returns how many of the bytes it took; it stays unfinished if all. */
static uint32_t
continue_partial(np_reassembly_t *reassembly, const uint8_t *bytes, uint32_t length, np_control_segment_t *segment)
{
    partial_t *partial = reassembly->partial;
    uint32_t take = length;

    if (!partial->wanted && !find_partial_length(reassembly, bytes, length)) {
        lose_step(reassembly, segment);
        return 0;
    }
    if (partial->wanted) {
        take = MIN(length, partial->wanted - partial->length - partial->skipped);
    }
    if (partial->skipped) {
        partial->skipped += take;
    } else {
        partial_add(partial, bytes, take);
    }
    if (partial->wanted && partial->length + partial->skipped == partial->wanted) {
        end_partial(reassembly, segment);
    } else {
        segment->unfinished = partial->message;
    }
    return take;
}

/* Cuts what is left of the payload, which begins a message. Returns how far it got. */
static uint32_t
cut_messages(np_reassembly_t *reassembly, const np_payload_t *payload, bool in_frame, uint32_t at,
             np_control_segment_t *segment)
{
    while (at < payload->captured) {
        const uint8_t *bytes = payload->bytes + at;
        uint32_t left = payload->captured - at, length = 0;
        np_control_message_t *message;
        np_cut_t cut = np_framing_cut(&reassembly->framing, bytes, left, 0, &length);

        if (cut == NP_CUT_BAD || (cut == NP_CUT_LENGTH && !is_plausible(reassembly, bytes, length, left))) {
            lose_step(reassembly, segment);
            return at;
        }
        if (cut == NP_CUT_MORE || length > left) {
            begin_partial(reassembly, bytes, left, cut == NP_CUT_LENGTH ? length : 0, segment);
            return payload->captured;
        }
        np_head_add(&reassembly->head_alike, bytes, length);
        message = new_message(segment->frame);
        if (in_frame) {
            message->offset = payload->offset + at;
        } else {
            keep_bytes(message, bytes, length);
        }
        end_message(reassembly, message, length, segment);
        at += length;
    }
    return at;
}

/* Looks for a message after what could not be read. */
static uint32_t
synchronise(np_reassembly_t *reassembly, const np_payload_t *payload, uint32_t at)
{
    size_t left = payload->captured - at;
    size_t skip = np_framing_synchronise(&reassembly->framing, &reassembly->head_alike, payload->bytes + at, left);

    reassembly->in_step = skip < left;
    return at + (uint32_t)skip;
}

/* Reads bytes that follow what was read. in_frame: they stand in the frame's payload. */
static void
read_bytes(np_reassembly_t *reassembly, const np_payload_t *payload, bool in_frame, np_control_segment_t *segment)
{
    uint32_t at = 0;

    if (reassembly->in_step && reassembly->partial) {
        at = continue_partial(reassembly, payload->bytes, payload->captured, segment);
    }
    if (reassembly->in_step) {
        at = cut_messages(reassembly, payload, in_frame, at, segment);
    }
    if (at < payload->captured && !reassembly->in_step) {
        /* Once more in this segment; what fails again waits for the next one. */
        at = synchronise(reassembly, payload, at);
        if (reassembly->in_step) {
            cut_messages(reassembly, payload, in_frame, at, segment);
        }
    }
}

/* The capture cut the end of the segment off. A message whose length is known, and which ends with the segment or
 * later, is not lost. */
static void
skip_bytes(np_reassembly_t *reassembly, uint32_t missing, np_control_segment_t *segment)
{
    partial_t *partial = reassembly->partial;

    if (!reassembly->in_step || missing == 0) {
        return;
    }
    if (!partial || !partial->wanted || partial->wanted - partial->length - partial->skipped < missing) {
        lose_step(reassembly, segment);
        return;
    }
    partial->skipped += missing;
    if (partial->length + partial->skipped == partial->wanted) {
        end_partial(reassembly, segment);
    }
}

/* ---- gaps -------------------------------------------------------------------------------- */

static void
forget_gap(np_reassembly_t *reassembly)
{
    if (!reassembly->gap) {
        return;
    }
    forget_partial(&reassembly->gap->before);
    wmem_free(wmem_file_scope(), reassembly->gap->head);
    wmem_free(wmem_file_scope(), reassembly->gap);
    reassembly->gap = NULL;
}

/* These bytes come before those that follow the gap so far. */
static void
add_to_head(gap_t *gap, const uint8_t *bytes, uint32_t length)
{
    uint8_t *head;

    if (length == 0) {
        return;
    }
    head = (uint8_t *)wmem_alloc(wmem_file_scope(), length + gap->head_length);
    memcpy(head, bytes, length);
    if (gap->head_length) {
        memcpy(head + length, gap->head, gap->head_length);
    }
    wmem_free(wmem_file_scope(), gap->head);
    gap->head = head;
    gap->head_length += length;
}

/* head: what follows the gap up to the message that was found next. */
static void
open_gap(np_reassembly_t *reassembly, const uint8_t *head, uint32_t length)
{
    reassembly->gap = wmem_new0(wmem_file_scope(), gap_t);
    reassembly->gap->before = reassembly->partial;
    reassembly->partial = NULL;
    add_to_head(reassembly->gap, head, length);
}

/* Goes on behind a gap; what it interrupts waits for segments that come late. */
static void
read_after_gap(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    bool was_in_step = reassembly->in_step;
    np_payload_t rest = *payload;
    uint32_t begin;

    forget_gap(reassembly);
    segment->lost = true;
    begin = synchronise(reassembly, payload, 0);
    if (was_in_step && begin <= MAX_HEAD) {
        open_gap(reassembly, payload->bytes, begin);
    } else {
        forget_partial(&reassembly->partial);
    }
    rest.bytes += begin;
    rest.offset += begin;
    rest.captured -= begin;
    if (reassembly->in_step) {
        cut_messages(reassembly, &rest, true, 0, segment);
    }
}

/* Reads, in the place of the gap, what came late. The gap closes where it does not fit. */
static void
read_in_gap(np_reassembly_t *reassembly, const np_payload_t *payload, bool in_frame, np_control_segment_t *segment)
{
    partial_t *after = reassembly->partial;
    bool in_step = reassembly->in_step, fits;

    reassembly->partial = reassembly->gap->before;
    reassembly->in_step = true;
    read_bytes(reassembly, payload, in_frame, segment);
    reassembly->gap->before = reassembly->partial;
    fits = reassembly->in_step;
    reassembly->partial = after;
    reassembly->in_step = in_step;
    if (!fits) {
        forget_gap(reassembly);
    }
}

static void
read_late(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    gap_t *gap;

    if (payload->place == NP_PLACE_IN_GAP || payload->captured < payload->length) {
        forget_gap(reassembly);
    }
    gap = reassembly->gap;
    if (!gap) {
        return;
    }
    if (payload->place == NP_PLACE_GAP_END) {
        add_to_head(gap, payload->bytes, payload->captured);
        if (gap->head_length > MAX_HEAD) {
            forget_gap(reassembly);
        }
        return;
    }
    read_in_gap(reassembly, payload, true, segment);
    if (payload->fills_gap && reassembly->gap) {
        np_payload_t head = { .bytes = gap->head, .captured = gap->head_length, .length = gap->head_length };

        if (head.captured) {
            read_in_gap(reassembly, &head, false, segment);
        }
        forget_gap(reassembly);
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
    forget_partial(&reassembly->partial);
    forget_gap(reassembly);
}

void
np_reassembly_free(np_reassembly_t *reassembly)
{
    np_reassembly_restart(reassembly, false);
    wmem_free(wmem_file_scope(), reassembly);
}

unsigned
np_reassembly_read(np_reassembly_t *reassembly, const np_payload_t *payload, np_control_segment_t *segment)
{
    reassembly->losses = 0;
    if (np_place_is_late(payload->place)) {
        read_late(reassembly, payload, segment);
        return reassembly->losses;
    }
    if (payload->place == NP_PLACE_FIRST) {
        reassembly->in_step = false;
    }
    if (payload->place == NP_PLACE_AFTER_GAP) {
        read_after_gap(reassembly, payload, segment);
    } else {
        read_bytes(reassembly, payload, true, segment);
    }
    skip_bytes(reassembly, payload->length - payload->captured, segment);
    return reassembly->losses;
}
