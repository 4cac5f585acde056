/* control_columns.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/control_columns.h"

#include "show/control_message.h"
#include "show/fields.h"

#define MAX_NAMED 8 /* messages per frame */

/* "5 LOGIN": number and type name. Without a name "5"; if with_number is false "LOGIN", or "". */
static const char *
message_text(packet_info *pinfo, const np_record_t *record, const np_shown_message_t *shown, bool with_number)
{
    const char *name = np_shown_type_name(record, shown);

    if (!name) {
        name = "";
    }
    return with_number ? wmem_strdup_printf(pinfo->pool, "%u%s%s", shown->number, name[0] ? " " : "", name) : name;
}

/* "5 LOGIN, 6 PING": all messages that end in the frame. If with_numbers is false "LOGIN, PING", or "". */
static const char *
messages_text(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload, bool with_numbers)
{
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");
    np_message_framing_t framing = np_shown_framing(pinfo, record);
    unsigned count = 0;

    if (framing.framing.kind == NP_FRAMING_SEGMENT) {
        np_shown_message_t shown = np_shown_segment(payload, record);
        return message_text(pinfo, record, &shown, with_numbers);
    }
    for (const np_control_message_t *message = np_shown_first(record); message; message = message->next) {
        np_shown_message_t shown = np_shown_message(payload, message);
        const char *one = message_text(pinfo, record, &shown, with_numbers);

        if (!one[0]) {
            continue;
        }
        if (count++ == MAX_NAMED) {
            wmem_strbuf_append(text, ", ...");
            break;
        }
        if (wmem_strbuf_get_len(text)) {
            wmem_strbuf_append(text, ", ");
        }
        wmem_strbuf_append(text, one);
    }
    return wmem_strbuf_get_str(text);
}

const char *
np_control_columns_label(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload)
{
    const char *names = payload ? messages_text(pinfo, record, payload, false) : "";

    return names[0] ? names : NULL;
}

static void
append_event(packet_info *pinfo, wmem_strbuf_t *info, const np_record_t *record, naverphone_event_t event,
             tvbuff_t *payload)
{
    const char *messages;

    wmem_strbuf_append(info, val_to_str_ext_const(event, &np_event_names_ext, "Unknown event"));
    if (event != NAVERPHONE_EVENT_CONTROL_MESSAGE || !payload) {
        return;
    }
    messages = messages_text(pinfo, record, payload, true);
    wmem_strbuf_append_printf(info, "%s%s, %s, %u bytes", messages[0] ? " " : "", messages,
                              record->direction == NAVERPHONE_FROM_CLIENT ? "client to server" : "server to client",
                              tvb_reported_length(payload));
}

void
np_control_columns_show(packet_info *pinfo, const np_record_t *record, tvbuff_t *payload)
{
    wmem_strbuf_t *info;

    if (!pinfo->cinfo) {
        return;
    }
    info = wmem_strbuf_new(pinfo->pool, "");
    for (unsigned i = 0; i < np_record_count_events(record); i++) {
        if (i) {
            wmem_strbuf_append(info, ", ");
        }
        append_event(pinfo, info, record, record->events[i], payload);
    }
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "NaverPhone");
    if (wmem_strbuf_get_len(info) == 0) {
        return;
    }
    if (payload && tvb_reported_length(payload) > 0) {
        col_add_str(pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(info));
    } else { /* a frame without payload: TCP's text follows ours */
        col_prepend_fstr(pinfo->cinfo, COL_INFO, "%s: ", wmem_strbuf_get_str(info));
    }
}
