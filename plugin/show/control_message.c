/* control_message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/control_message.h"

#include "model/connection.h"
#include "settings/user_tables.h"

np_message_framing_t
np_shown_framing(packet_info *pinfo, const np_record_t *record)
{
    const np_message_framing_t none = { .framing = { .kind = NP_FRAMING_SEGMENT }, .origin = NP_ORIGIN_SEGMENT };

    if (!record->connection->streams) {
        return none;
    }
    return np_control_streams_framing(record->connection->streams, record->direction - NAVERPHONE_FROM_CLIENT,
                                      record->frame, PINFO_FD_VISITED(pinfo));
}

const np_control_message_t *
np_shown_first(const np_record_t *record)
{
    return record->payload ? record->payload->first : NULL;
}

np_shown_message_t
np_shown_message(tvbuff_t *payload, const np_control_message_t *message)
{
    const np_control_copy_t *copy = message->copy;
    np_shown_message_t shown = { .number = message->number,
                                 .length = message->length,
                                 .tvb = payload,
                                 .offset = (int)message->offset,
                                 .captured = (int)message->length };

    if (copy) {
        shown.tvb = tvb_new_child_real_data(payload, copy->bytes, copy->captured, (int)message->length);
        shown.offset = 0;
        shown.captured = (int)copy->captured;
        shown.first_frame = copy->first_frame;
    }
    return shown;
}

np_shown_message_t
np_shown_segment(tvbuff_t *payload, const np_record_t *record)
{
    return (np_shown_message_t){ .number = record->payload->number,
                                 .length = tvb_reported_length(payload),
                                 .tvb = payload,
                                 .captured = (int)tvb_captured_length(payload) };
}

bool
np_shown_number(const np_shown_message_t *shown, uint32_t offset, uint32_t width, bool little, uint32_t *value)
{
    if (width == 0 || offset + width > (uint32_t)shown->captured) {
        return false;
    }
    *value =
        (uint32_t)np_framing_number(tvb_get_ptr(shown->tvb, shown->offset + (int)offset, (int)width), width, little);
    return true;
}

bool
np_shown_type(const np_record_t *record, const np_shown_message_t *shown, uint32_t *type)
{
    const np_control_format_t *format = record->connection->format;

    return format && np_shown_number(shown, format->type_offset, format->type_width, format->little, type);
}

const char *
np_shown_type_name(const np_record_t *record, const np_shown_message_t *shown)
{
    uint32_t type;

    return np_shown_type(record, shown, &type) ? np_user_tables_find_message_name(record->direction, type) : NULL;
}

static naverphone_control_message_t *
tapped_message(packet_info *pinfo, const np_record_t *record, const np_message_framing_t *framing,
               const np_shown_message_t *shown)
{
    const np_connection_t *connection = record->connection;
    naverphone_control_message_t *message = wmem_new0(pinfo->pool, naverphone_control_message_t);
    char *text = (char *)wmem_alloc(pinfo->pool, NP_FRAMING_TEXT);

    np_framing_format(&framing->framing, text);
    message->connection = connection->number;
    message->number = shown->number;
    message->direction = record->direction;
    message->framing = text;
    message->length = shown->length;
    message->captured = (uint32_t)shown->captured;
    message->bytes = shown->captured ? tvb_get_ptr(shown->tvb, shown->offset, shown->captured) : NULL;
    message->client = connection->pair.client;
    message->server = connection->pair.server;
    message->client_port = connection->pair.client_port;
    message->server_port = connection->pair.server_port;
    return message;
}

const naverphone_control_message_t *
np_shown_tap_messages(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload)
{
    const naverphone_control_message_t *first = NULL, **link = &first;
    np_message_framing_t framing = np_shown_framing(pinfo, record);

    if (!payload) {
        return NULL;
    }
    if (framing.framing.kind == NP_FRAMING_SEGMENT && record->payload && record->payload->number) {
        np_shown_message_t shown = np_shown_segment(payload, record);
        return tapped_message(pinfo, record, &framing, &shown);
    }
    for (const np_control_message_t *message = np_shown_first(record); message; message = message->next) {
        np_shown_message_t shown = np_shown_message(payload, message);
        naverphone_control_message_t *tapped = tapped_message(pinfo, record, &framing, &shown);

        *link = tapped;
        link = &tapped->next;
    }
    return first;
}
