/* cutter.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/cutter.h"

#include "compat.h"

#define MAX_GROWTH 8     /* an inferred length is believed up to this many times the longest ... */
#define SHORT 4096       /* ... or bytes, ... */
#define FULL_SEGMENT 512 /* ... or in a segment this long */

void
np_cutter_init(np_cutter_t *cutter, const np_inferred_framing_t *framing, bool by_user)
{
    memset(cutter, 0, sizeof *cutter);
    cutter->framing = framing->framing;
    cutter->widest = framing->widest;
    cutter->by_user = by_user;
    cutter->in_step = !framing->has_preface;
}

uint32_t
np_cutter_messages(const np_cutter_t *cutter)
{
    return cutter->before + cutter->messages;
}

void
np_partial_free(np_partial_t **partial)
{
    if (!*partial) {
        return;
    }
    wmem_free(wmem_file_scope(), (*partial)->bytes);
    wmem_free(wmem_file_scope(), *partial);
    *partial = NULL;
}

static void
partial_add(np_partial_t *partial, const uint8_t *bytes, uint32_t length)
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

static void
end_message(np_cutter_t *cutter, np_control_message_t *message, uint32_t length, np_control_segment_t *segment)
{
    message->number = cutter->before + ++cutter->messages;
    message->length = length;
    message->last_frame = segment->frame;
    cutter->longest = MAX(cutter->longest, length);
    if (segment->last) {
        segment->last->next = message;
    } else {
        segment->first = message;
    }
    segment->last = message;
}

static void
keep_bytes(np_control_message_t *message, const uint8_t *bytes, uint32_t captured, uint32_t first_frame)
{
    np_control_copy_t *copy = wmem_new(wmem_file_scope(), np_control_copy_t);

    copy->bytes = (const uint8_t *)wmem_memdup(wmem_file_scope(), bytes, captured);
    copy->captured = captured;
    copy->first_frame = first_frame;
    message->copy = copy;
}

static void
end_partial(np_cutter_t *cutter, np_control_segment_t *segment)
{
    const np_partial_t *partial = cutter->partial;

    keep_bytes(partial->message, partial->bytes, partial->length, partial->first_frame);
    end_message(cutter, partial->message, partial->wanted, segment);
    np_head_add(&cutter->head_alike, partial->bytes, partial->length);
    if (segment->unfinished == partial->message) {
        segment->unfinished = NULL;
    }
    np_partial_free(&cutter->partial);
}

static void
note_misfit(np_cutter_t *cutter, const np_payload_t *payload, uint32_t at, const np_control_segment_t *segment)
{
    if (!cutter->misfit.segment) {
        cutter->misfit = (np_misfit_t){ .segment = payload->segment,
                                        .offset = payload->offset + at,
                                        .last = segment->last,
                                        .messages = np_cutter_messages(cutter) };
    }
}

static void
lose_step(np_cutter_t *cutter, const np_payload_t *payload, uint32_t at, np_control_segment_t *segment)
{
    note_misfit(cutter, payload, at, segment);
    segment->lost = true;
    cutter->losses++;
    cutter->in_step = false;
    np_partial_free(&cutter->partial);
}

static void
begin_partial(np_cutter_t *cutter, const uint8_t *bytes, uint32_t length, uint32_t wanted,
              np_control_segment_t *segment)
{
    np_partial_t *partial = cutter->partial = wmem_new0(wmem_file_scope(), np_partial_t);

    partial->message = wmem_new0(wmem_file_scope(), np_control_message_t);
    partial->first_frame = segment->frame;
    partial->wanted = wanted;
    partial_add(partial, bytes, length);
    segment->unfinished = partial->message;
}

/* A wrong length would swallow later messages. So an inferred framing's length must agree with that of the widest
 * field, and a very long message must be likely. */
static bool
is_plausible(const np_cutter_t *cutter, const uint8_t *bytes, uint32_t length, uint32_t left)
{
    uint32_t wide = length;

    if (cutter->widest.kind == NP_FRAMING_LENGTH
        && np_framing_cut(&cutter->widest, bytes, left, 0, &wide) != NP_CUT_MORE && wide != length) {
        return false;
    }
    return cutter->by_user || length <= SHORT || length <= left || left >= FULL_SEGMENT
        || length / MAX_GROWTH <= cutter->longest;
}

/* A header or delimiter may be split over segments: looks for the length with these bytes, too. False: it is no
 * message. */
static bool
find_partial_length(np_cutter_t *cutter, const uint8_t *bytes, uint32_t length)
{
    np_partial_t *partial = cutter->partial;
    uint32_t before = partial->length, wanted = 0;
    np_cut_t cut;

    partial_add(partial, bytes, length);
    cut = np_framing_cut(&cutter->framing, partial->bytes, partial->length, before, &wanted);
    if (cut == NP_CUT_BAD || (cut == NP_CUT_LENGTH && !is_plausible(cutter, partial->bytes, wanted, partial->length))) {
        return false;
    }
    if (cut == NP_CUT_LENGTH) {
        partial->wanted = wanted;
    }
    partial->length = before;
    return true;
}

static uint32_t
continue_partial(np_cutter_t *cutter, const np_payload_t *payload, np_control_segment_t *segment)
{
    np_partial_t *partial = cutter->partial;
    uint32_t take = payload->captured;

    if (!partial->wanted && !find_partial_length(cutter, payload->bytes, payload->captured)) {
        lose_step(cutter, payload, 0, segment);
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
        end_partial(cutter, segment);
    }
    return take;
}

static void
add_message(np_cutter_t *cutter, const np_payload_t *payload, uint32_t at, uint32_t length,
            np_control_segment_t *segment)
{
    const uint8_t *bytes = payload->bytes + at;
    np_control_message_t *message = wmem_new0(wmem_file_scope(), np_control_message_t);

    np_head_add(&cutter->head_alike, bytes, length);
    if (payload->segment == segment) {
        message->offset = payload->offset + at;
    } else {
        keep_bytes(message, bytes, length, payload->segment->frame);
        payload->segment->unfinished = message;
    }
    end_message(cutter, message, length, segment);
}

static uint32_t
cut_messages(np_cutter_t *cutter, const np_payload_t *payload, uint32_t at, np_control_segment_t *segment)
{
    while (at < payload->captured) {
        const uint8_t *bytes = payload->bytes + at;
        uint32_t left = payload->captured - at, length = 0;
        np_cut_t cut = np_framing_cut(&cutter->framing, bytes, left, 0, &length);

        if (cut == NP_CUT_BAD || (cut == NP_CUT_LENGTH && !is_plausible(cutter, bytes, length, left))) {
            lose_step(cutter, payload, at, segment);
            return at;
        }
        if (cut == NP_CUT_MORE || length > left) {
            begin_partial(cutter, bytes, left, cut == NP_CUT_LENGTH ? length : 0, payload->segment);
            return payload->captured;
        }
        add_message(cutter, payload, at, length, segment);
        at += length;
    }
    return at;
}

static uint32_t
find_next_message(np_cutter_t *cutter, const np_payload_t *payload, uint32_t at)
{
    size_t left = payload->captured - at;
    size_t skip = np_framing_synchronise(&cutter->framing, &cutter->head_alike, payload->bytes + at, left);

    cutter->in_step = skip < left || np_framing_ends(&cutter->framing, payload->bytes + at, left);
    return at + (uint32_t)skip;
}

/* The end of the payload was truncated. That does no harm inside a message of known length. */
static void
skip_bytes(np_cutter_t *cutter, const np_payload_t *payload, np_control_segment_t *segment)
{
    np_partial_t *partial = cutter->partial;
    uint32_t missing = payload->length - payload->captured;

    if (!cutter->in_step || missing == 0) {
        return;
    }
    if (!partial || !partial->wanted || partial->wanted - partial->length - partial->skipped < missing) {
        lose_step(cutter, payload, payload->captured, segment);
        return;
    }
    partial->skipped += missing;
    if (partial->length + partial->skipped == partial->wanted) {
        end_partial(cutter, segment);
    }
}

uint32_t
np_cutter_read(np_cutter_t *cutter, const np_payload_t *payload, np_control_segment_t *segment)
{
    uint32_t at = 0, begin = 0;

    if (cutter->in_step && cutter->partial && payload->captured) {
        at = continue_partial(cutter, payload, segment);
    }
    if (cutter->in_step) {
        at = cut_messages(cutter, payload, at, segment);
    }
    if (at < payload->captured && !cutter->in_step) {
        begin = find_next_message(cutter, payload, at);
        if (cutter->in_step) {
            cut_messages(cutter, payload, begin, segment);
        } else {
            note_misfit(cutter, payload, at, segment);
        }
    }
    skip_bytes(cutter, payload, segment);
    cutter->head_alike.is_torn |= cutter->in_step && cutter->partial;
    return begin;
}
