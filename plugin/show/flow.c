/* flow.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/flow.h"

#include <epan/tap.h>

#include "model/call.h"
#include "model/connection.h"
#include "model/stream.h"
#include "model/transfer.h"
#include "printable.h"
#include "show/control_columns.h"
#include "show/control_message.h"
#include "show/fields.h"

static int tap = -1;

/* The colours of the legs, as in profile/Naver Phone/colorfilters. */
/* clang-format off */
static const unsigned leg_colours[NAVERPHONE_LEG_MEDIA + 1] = {
    [NAVERPHONE_LEG_CONTROL] = 0x97b8fa, [NAVERPHONE_LEG_LOGIN] = 0xeee79a, [NAVERPHONE_LEG_SIGNALLING] = 0xb2f7c6,
    [NAVERPHONE_LEG_MEDIA] = 0xd2d4e0
};
/* clang-format on */
#define TEXT_COLOUR 0x12272e

static const char *
printable_text(packet_info *pinfo, const char *text)
{
    return text ? np_printable(pinfo->pool, text) : "";
}

/* "INVITE 01012345678 (Collect call)" */
static const char *
invite_label(packet_info *pinfo, const naverphone_call_info_t *call)
{
    const char *number = call->phone_number ? call->phone_number : call->dialled;

    if (call->related) {
        return wmem_strdup_printf(pinfo->pool, "INVITE %s (call %u)", printable_text(pinfo, number), call->related);
    }
    if (call->service) {
        return wmem_strdup_printf(pinfo->pool, "INVITE %s (%s)", printable_text(pinfo, number),
                                  printable_text(pinfo, call->service));
    }
    return wmem_strdup_printf(pinfo->pool, "INVITE %s", printable_text(pinfo, number));
}

/* "RTP PCMA (early)" */
static const char *
media_label(packet_info *pinfo, const np_record_t *record)
{
    const np_stream_t *stream = np_record_details(record)->stream;
    const char *codec = stream->info.codec ? stream->info.codec : "unknown codec";
    naverphone_media_phase_t phase = np_media_phase(record);
    const char *remark = phase == NAVERPHONE_MEDIA_EARLY         ? " (early)"
                       : phase == NAVERPHONE_MEDIA_AFTER_RELEASE ? " (after release)"
                       : stream->owner.call                      ? ""
                                                                 : " (no SDP)";

    return wmem_strdup_printf(pinfo->pool, "RTP %s%s", printable_text(pinfo, codec), remark);
}

const char *
np_flow_label(packet_info *pinfo, const np_record_t *record, naverphone_event_t event, const np_carried_t *carried)
{
    const np_record_details_t *details = np_record_details(record);
    const np_call_t *call = record->call;
    const char *names;

    if (details->stream) {
        return media_label(pinfo, record);
    }
    if (event == NAVERPHONE_EVENT_INVITE && call) {
        return invite_label(pinfo, &call->info);
    }
    if (details->begins_hold && !record->status) {
        return wmem_strdup_printf(pinfo->pool, "%s (hold)", printable_text(pinfo, record->method));
    }
    if (details->transfer && details->transfer->refer_user && !record->status) {
        return wmem_strdup_printf(pinfo->pool, "%s to %s", printable_text(pinfo, record->method),
                                  printable_text(pinfo, details->transfer->refer_user));
    }
    if (record->leg == NAVERPHONE_LEG_SIGNALLING) {
        return record->status ? wmem_strdup_printf(pinfo->pool, "%u", record->status)
                              : printable_text(pinfo, record->method);
    }
    names =
        event == NAVERPHONE_EVENT_CONTROL_MESSAGE ? np_control_columns_label(pinfo, record, carried->payload) : NULL;
    return names ? printable_text(pinfo, names) : val_to_str_ext_const(event, &np_event_names_ext, "Unknown event");
}

/* True if listeners get the frame's messages with this event. A frame can complete messages without new payload, so
 * without the event Control message; then its first event brings them. */
static bool
brings_messages(const np_record_t *record, unsigned event)
{
    if (record->events[event] == NAVERPHONE_EVENT_CONTROL_MESSAGE) {
        return true;
    }
    return event == 0 && record->payload && record->payload->first && record->payload->number == 0;
}

/* Notes whether the record ends its call, and which earlier end it revokes. Later passes show only the last release, so
 * they revoke nothing. */
static void
note_end(const packet_info *pinfo, const np_record_t *record, naverphone_tap_info_t *info)
{
    const np_release_t *release = record->call ? record->call->release : NULL;

    info->ends_call = release && release->record == record;
    info->revoked_end = PINFO_FD_VISITED(pinfo) ? NAVERPHONE_CALL_NONE : np_record_details(record)->revoked_end;
}

void
np_flow_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried)
{
    const np_record_details_t *details = np_record_details(record);
    const np_call_t *call = record->call;

    if (!have_tap_listener(tap)) {
        return;
    }
    for (unsigned i = 0; i < np_record_count_events(record); i++) {
        naverphone_tap_info_t *info = wmem_new0(pinfo->pool, naverphone_tap_info_t);
        info->leg = record->leg;
        info->event = record->events[i];
        info->phase = np_media_phase(record);
        info->of_two_calls = details->of_two_calls;
        info->shared = details->shares_packet;
        info->label = np_flow_label(pinfo, record, info->event, carried);
        info->session = &np_record_session(record)->info;
        info->call = call ? &call->info : NULL;
        info->media_in_sight = call && call->went_on && np_call_can_show_sound(call);
        if (i == 0 && record->leg == NAVERPHONE_LEG_SIGNALLING) {
            note_end(pinfo, record, info);
        }
        info->stream = details->stream ? &details->stream->info : NULL;
        if (brings_messages(record, i)) {
            info->messages = np_shown_tap_messages(pinfo, record, carried->payload);
        }
        tap_queue_packet(tap, pinfo, info);
    }
}

static char *
stream_comment(const naverphone_stream_info_t *stream)
{
    nstime_t time;

    nstime_delta(&time, &stream->last_time, &stream->first_time);
    if (nstime_to_sec(&time) < 0) { /* the clock was set back */
        return ws_strdup_printf("%u packets, SSRC 0x%08x", stream->packets, stream->ssrc);
    }
    return ws_strdup_printf("%u packets, %.2f s, SSRC 0x%08x", stream->packets, nstime_to_sec(&time), stream->ssrc);
}

static char *
session_comment(const naverphone_session_info_t *session)
{
    return session->number ? ws_strdup_printf("Session %u", session->number) : g_strdup("No session");
}

static char *
comment_of(const naverphone_tap_info_t *info)
{
    if (info->stream) {
        return stream_comment(info->stream);
    }
    if (info->call) {
        return ws_strdup_printf("Session %u, call %u", info->session->number, info->call->number);
    }
    return session_comment(info->session);
}

/* True if the packet has no arrow of its own: a stream is one arrow, whose comment the last packet completes. */
static bool
joins_arrow(seq_analysis_info_t *flow, const packet_info *pinfo, const naverphone_tap_info_t *info)
{
    seq_analysis_item_t *arrow;

    if (!info->stream) {
        return false;
    }
    arrow = (seq_analysis_item_t *)g_hash_table_lookup(flow->ht, info->stream);
    if (!arrow) {
        return false;
    }
    if (nstime_cmp(&pinfo->abs_ts, &info->stream->last_time) == 0) {
        g_free(arrow->comment);
        arrow->comment = stream_comment(info->stream);
    }
    return true;
}

/* Gives the arrows of a SYN the number of the session that it began. A SYN with data has two arrows. */
static void
complete_arrows(const seq_analysis_info_t *flow, uint32_t frame, const naverphone_session_info_t *session)
{
    for (GList *link = flow->items->tail; link; link = link->prev) {
        seq_analysis_item_t *arrow = (seq_analysis_item_t *)link->data;

        if (arrow->frame_number < frame) {
            break;
        }
        if (arrow->frame_number == frame && arrow->conv_num == 0) {
            g_free(arrow->comment);
            arrow->comment = session_comment(session);
            arrow->conv_num = (uint16_t)session->number;
        }
    }
}

/* In one pass, the session of a SYN has no number until the server answers. Its arrow is remembered, and completed
 * then. */
static void
note_session(seq_analysis_info_t *flow, const naverphone_tap_info_t *info, seq_analysis_item_t *arrow)
{
    seq_analysis_item_t *syn = (seq_analysis_item_t *)g_hash_table_lookup(flow->ht, info->session);

    if (!info->session->number) {
        g_hash_table_insert(flow->ht, (void *)info->session, arrow);
    } else if (syn) {
        complete_arrows(flow, syn->frame_number, info->session);
        g_hash_table_remove(flow->ht, info->session);
    }
}

/* An arrow has the colour of its leg. Otherwise Wireshark would choose a colour for each conv_num, which is the
 * session. */
static void
set_colour(seq_analysis_item_t *arrow, naverphone_leg_t leg)
{
    arrow->fg_color = TEXT_COLOUR;
    arrow->bg_color = leg_colours[leg];
    arrow->has_color_filter = TRUE;
}

static tap_packet_status
flow_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    seq_analysis_info_t *flow = (seq_analysis_info_t *)tapdata;
    const naverphone_tap_info_t *info = (const naverphone_tap_info_t *)data;
    seq_analysis_item_t *arrow;

    if (!flow->ht) { /* tshark creates none */
        flow->ht = g_hash_table_new(NULL, NULL);
    }
    if (info->shared || joins_arrow(flow, pinfo, info)) {
        return TAP_PACKET_REDRAW;
    }
    arrow = sequence_analysis_create_sai_with_addresses(pinfo, flow);
    if (!arrow) {
        return TAP_PACKET_DONT_REDRAW;
    }
    arrow->frame_number = pinfo->num;
    arrow->port_src = (uint16_t)pinfo->srcport;
    arrow->port_dst = (uint16_t)pinfo->destport;
    arrow->frame_label = g_strdup(info->label);
    arrow->comment = comment_of(info);
    arrow->conv_num = (uint16_t)info->session->number;
    set_colour(arrow, info->leg);
    arrow->display = TRUE;
    arrow->line_style = 1;
    note_session(flow, info, arrow);
    if (info->stream) {
        g_hash_table_insert(flow->ht, (void *)info->stream, arrow);
    }
    g_queue_push_tail(flow->items, arrow);
    return TAP_PACKET_REDRAW;
}

void
np_flow_register(int proto)
{
    tap = register_tap(NAVERPHONE_TAP);
    register_seq_analysis(NAVERPHONE_TAP, "Naver Phone", proto, NAVERPHONE_TAP, 0, flow_packet);
}
