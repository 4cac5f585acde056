/* control_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/control_tree.h"

#include <math.h>

#include "control/reference_search.h"
#include "model/connection.h"
#include "settings/user_tables.h"
#include "show/control_message.h"
#include "show/fields.h"
#include "show/generated.h"
#include "text/encodings.h"

#define MAX_SHOWN 5000 /* messages per frame */

static void
show_header(proto_tree *tree, const np_record_t *record, const np_shown_message_t *shown)
{
    const np_control_format_t *format = record->connection->format;
    uint32_t value;

    if (!format) {
        return;
    }
    if (format->header_length && format->header_length <= (uint32_t)shown->captured) {
        proto_tree_add_item(tree, hf_naverphone_control_header, shown->tvb, shown->offset, (int)format->header_length,
                            ENC_NA);
    }
    if (np_shown_type(record, shown, &value)) {
        const char *name = np_user_tables_find_message_name(record->direction, value);
        int offset = shown->offset + (int)format->type_offset, width = (int)format->type_width;

        proto_tree_add_uint(tree, hf_naverphone_control_type, shown->tvb, offset, width, value);
        if (name) {
            proto_item_set_generated(
                proto_tree_add_string(tree, hf_naverphone_control_type_name, shown->tvb, offset, width, name));
        }
    }
    if (np_shown_number(shown, format->sequence_offset, format->sequence_width, format->little, &value)) {
        proto_tree_add_uint(tree, hf_naverphone_control_sequence, shown->tvb,
                            shown->offset + (int)format->sequence_offset, (int)format->sequence_width, value);
    }
}

/* Returns NULL if no reference field is needed. Building it takes 0.1 million instructions for each frame that somebody
 * looks at, of 0.3 million that -V takes. If it were kept, it would have to follow its session's values. */
static const np_reference_search_t *
search_of(packet_info *pinfo, proto_tree *tree, const np_record_t *record)
{
    bool is_wanted = proto_field_is_referenced(tree, hf_naverphone_control_refers_to)
                  || proto_field_is_referenced(tree, hf_naverphone_control_refers_to_frame);

    return is_wanted ? np_reference_search_new(np_record_session(record)->references, pinfo->pool) : NULL;
}

static void
show_references(proto_tree *tree, const np_reference_search_t *search, const np_shown_message_t *shown)
{
    wmem_array_t *hits;

    if (!search || !shown->captured) {
        return;
    }
    hits = np_reference_search_find(search, tvb_get_ptr(shown->tvb, shown->offset, shown->captured),
                                    (uint32_t)shown->captured);
    for (unsigned i = 0; hits && i < wmem_array_get_count(hits); i++) {
        const np_hit_t *hit = (const np_hit_t *)wmem_array_index(hits, i);
        proto_item *item = proto_tree_add_uint(tree, hf_naverphone_control_refers_to, shown->tvb,
                                               shown->offset + (int)hit->offset, (int)hit->length, hit->kind);
        proto_tree *subtree = proto_item_add_subtree(item, ett_naverphone_reference);

        proto_item_set_generated(item);
        proto_item_append_text(item, ", bytes %u to %u, known from frame %u", hit->offset,
                               hit->offset + hit->length - 1, hit->frame);
        np_add_uint(subtree, hf_naverphone_control_refers_to_frame, hit->frame);
    }
}

/* Adds what follows the header: what kind of bytes these are, the bytes, and the text if all of them are readable. */
static void
show_content(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_shown_message_t *shown)
{
    const np_control_format_t *format = record->connection->format;
    int skip = format ? MIN((int)format->header_length, shown->captured) : 0;
    int offset = shown->offset + skip, length = shown->captured - skip;
    const uint8_t *bytes = length ? tvb_get_ptr(shown->tvb, offset, length) : NULL;
    char *text = bytes ? np_text_from_wire(bytes, (size_t)length) : NULL;

    proto_item_set_generated(proto_tree_add_uint(tree, hf_naverphone_control_content, shown->tvb, offset, length,
                                                 np_text_content(bytes, (size_t)length)));
    if (length) {
        proto_tree_add_item(tree, hf_naverphone_control_payload, shown->tvb, offset, length, ENC_NA);
    }
    if (text) {
        proto_tree_add_string(tree, hf_naverphone_control_text, shown->tvb, offset, length,
                              wmem_strdup(pinfo->pool, text));
    }
    g_free(text);
}

static void
show_message(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_reference_search_t *search,
             const np_shown_message_t *shown)
{
    proto_item *item = proto_tree_add_uint_format(tree, hf_naverphone_control_message, shown->tvb, shown->offset,
                                                  shown->captured, shown->number, "Message %u, %u byte%s",
                                                  shown->number, shown->length, plurality(shown->length, "", "s"));
    proto_tree *subtree = proto_item_add_subtree(item, ett_naverphone_message);
    uint32_t type;

    proto_item_set_generated(item);
    if (np_shown_type(record, shown, &type)) {
        const char *name = np_user_tables_find_message_name(record->direction, type);

        if (name) {
            proto_item_append_text(item, ", %s", name);
        } else {
            proto_item_append_text(item, ", type %u", type);
        }
    }
    proto_item_set_generated(proto_tree_add_uint(subtree, hf_naverphone_control_length, shown->tvb, shown->offset,
                                                 shown->captured, shown->length));
    if (shown->first_frame) {
        np_add_uint(subtree, hf_naverphone_control_first_frame, shown->first_frame);
    }
    show_header(subtree, record, shown);
    show_content(pinfo, subtree, record, shown);
    show_references(subtree, search, shown);
}

/* Adds bytes that are no message of this frame: a part of one, retransmitted bytes, or bytes outside the framing. */
static void
show_fragment(proto_tree *tree, tvbuff_t *payload, uint32_t begin, uint32_t end)
{
    if (begin < end) {
        proto_tree_add_item(tree, hf_naverphone_control_fragment, payload, (int)begin, (int)(end - begin), ENC_NA);
    }
}

/* A jumbo frame may hold more messages than a tree can show. Adds an item for the rest, from first to last, and returns
 * where the last one ends. */
static uint32_t
show_unshown(proto_tree *tree, tvbuff_t *payload, const np_control_message_t *first, const np_control_message_t *last)
{
    const uint32_t number = first->number;
    uint32_t begin = 0, end = 0;

    for (const np_control_message_t *message = first; message; message = message->next) {
        if (!message->copy) {
            begin = end ? begin : message->offset;
            end = message->offset + message->length;
        }
    }
    proto_tree_add_subtree_format(tree, payload, (int)begin, (int)(end - begin), ett_naverphone_message, NULL,
                                  "Messages %u to %u, not shown", number, last->number);
    return end;
}

static void
show_messages(packet_info *pinfo, proto_tree *tree, const np_record_t *record, const np_reference_search_t *search,
              tvbuff_t *payload)
{
    const np_control_segment_t *segment = record->payload;
    uint32_t at = 0;
    unsigned count = 0;

    for (const np_control_message_t *message = np_shown_first(record); message; message = message->next) {
        np_shown_message_t shown;

        if (count++ == MAX_SHOWN) {
            at = show_unshown(tree, payload, message, segment->last);
            break;
        }
        shown = np_shown_message(payload, message);
        if (message->copy) {
            add_new_data_source(pinfo, shown.tvb,
                                wmem_strdup_printf(pinfo->pool, "Control message %u", message->number));
        } else {
            show_fragment(tree, payload, at, message->offset);
            at = message->offset + message->length;
        }
        show_message(pinfo, tree, record, search, &shown);
    }
    show_fragment(tree, payload, at, tvb_captured_length(payload));
    if (segment && segment->unfinished && segment->unfinished->last_frame) {
        np_add_uint(tree, hf_naverphone_control_reassembled_in, segment->unfinished->last_frame);
    }
}

/* Rounds up, so that a filter ">= 0.9" matches a confidence of 0.9. */
static float
float_not_below(double value)
{
    float nearest = (float)value;

    return nearest < value ? nextafterf(nearest, INFINITY) : nearest;
}

static void
show_framing(proto_tree *tree, const np_message_framing_t *framing)
{
    char text[NP_FRAMING_TEXT];
    proto_item *item;
    proto_tree *subtree;

    np_framing_format(&framing->framing, text);
    item = proto_tree_add_string(tree, hf_naverphone_control_framing, NULL, 0, 0, text);
    proto_item_set_generated(item);
    subtree = proto_item_add_subtree(item, ett_naverphone_framing);
    np_add_uint(subtree, hf_naverphone_control_framing_origin, framing->origin);
    if (framing->origin == NP_ORIGIN_USER) {
        proto_item_append_text(item, " (set by user)");
        return;
    }
    proto_item_set_generated(proto_tree_add_float(subtree, hf_naverphone_control_confidence, NULL, 0, 0,
                                                  float_not_below(framing->confidence)));
    if (framing->origin == NP_ORIGIN_INFERRED) {
        proto_item_append_text(item, " (inferred, confidence %.2f)", framing->confidence);
    }
}

bool
np_control_tree_is_lost(packet_info *pinfo, const np_record_t *record)
{
    return record->payload && record->payload->lost
        && np_shown_framing(pinfo, record).framing.kind != NP_FRAMING_SEGMENT;
}

void
np_control_tree_show(packet_info *pinfo, proto_tree *tree, const np_record_t *record, tvbuff_t *payload)
{
    np_message_framing_t framing = np_shown_framing(pinfo, record);
    bool is_message = framing.framing.kind == NP_FRAMING_SEGMENT && record->payload && record->payload->number;
    const np_reference_search_t *search = is_message || np_shown_first(record) ? search_of(pinfo, tree, record) : NULL;

    proto_item_set_generated(
        proto_tree_add_uint(tree, hf_naverphone_control_direction, payload, 0, 0, record->direction));
    show_framing(tree, &framing);
    if (is_message) {
        np_shown_message_t shown = np_shown_segment(payload, record);
        show_message(pinfo, tree, record, search, &shown);
    } else {
        show_messages(pinfo, tree, record, search, payload);
    }
}
