/* observer.c
 * For a frame that is not ours, this costs a walk over its layers and, if it is TCP, a look-up of its ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/observer.h"

#include "legs/evidence.h"
#include "legs/login.h"
#include "legs/packet.h"
#include "legs/rtp.h"
#include "legs/signalling.h"
#include "legs/tcp.h"
#include "model/session.h"
#include "model/store.h"

/* The latest frame that was observed. If the user stops a reload and then selects an earlier frame for the first time,
 * nothing is decided for that frame, because the model already reflects later ones. */
static uint32_t latest_frame;

static void
init_observer(void)
{
    latest_frame = 0;
}

static void
close_records(const packet_info *pinfo, np_record_t *record)
{
    for (; record; record = record->next) {
        np_record_close(record, &pinfo->abs_ts);
    }
}

static void
observe_tcp(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted)
{
    bool may_connect = np_evidence_may_connect(pinfo);
    np_record_t *record = may_connect ? np_tcp_observe(pinfo, layers, noted, np_control_handle()) : NULL;

    if (layers & NP_LAYER_HTTP) {
        record = np_login_observe(pinfo, layers, may_connect, record);
    }
    close_records(pinfo, record);
}

/* noted: the control payload of the last transport; NULL: none. */
static void
observe_last_transport(packet_info *pinfo, const np_noted_segment_t *noted)
{
    unsigned layers = np_packet_layers(pinfo);

    if ((layers & NP_LAYER_SIP) && np_packet_has_sip(pinfo)) {
        if (!np_packet_is_quoted(pinfo)) {
            np_signalling_observe(pinfo);
        }
    } else if (np_signalling_may_be_missed(pinfo, layers)) {
        np_signalling_observe(pinfo);
    } else if (layers & NP_LAYER_TCP) {
        observe_tcp(pinfo, layers, noted);
    }
}

/* A frame can hold several packets, as an 802.11 A-MSDU does. For a control segment that is not in the last one, pinfo
 * is made to describe its transport. */
static void
observe_other_segment(packet_info *pinfo, const np_noted_segment_t *noted)
{
    const np_transport_t last = np_transport_of(pinfo);
    np_record_t *record;

    np_transport_enter(pinfo, &noted->transport);
    record = np_evidence_may_connect(pinfo) ? np_tcp_observe(pinfo, 0, noted, np_control_handle()) : NULL;
    np_transport_enter(pinfo, &last);
    close_records(pinfo, record);
}

/* First pass. The last transport is skipped if it carries media (is_media): then it does not carry SIP, whose first two
 * bits differ from those of RTP. */
static void
observe_frame(packet_info *pinfo, bool is_media)
{
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    const np_noted_segment_t *noted = scratch ? scratch->segments : NULL;

    for (; noted && (noted->next || !np_transport_is_last(&noted->transport, pinfo)); noted = noted->next) {
        observe_other_segment(pinfo, noted);
    }
    if (!is_media) {
        observe_last_transport(pinfo, noted);
    }
}

/* Those of all legs but media. A segment that opens or closes nothing has none stored, and gets a temporary one. */
static np_record_t *
find_other_records(packet_info *pinfo)
{
    np_record_t *record;

    if (!np_sessions_exist()) {
        return NULL;
    }
    record = np_record_first(pinfo);
    return record ? record : np_tcp_quiet_record(pinfo);
}

const np_record_t *
np_observer_records(packet_info *pinfo)
{
    const bool decides = !PINFO_FD_VISITED(pinfo) && pinfo->num >= latest_frame;
    np_media_records_t media = { .first = NULL };
    np_record_t *others = NULL;

    if (np_sessions_exist()) {
        media = np_rtp_records(pinfo, decides);
    }
    if (decides) {
        latest_frame = pinfo->num;
        observe_frame(pinfo, media.is_last_transport);
        others = find_other_records(pinfo);
    } else if (PINFO_FD_VISITED(pinfo)) {
        others = find_other_records(pinfo);
        np_control_conclude(others);
    }
    if (!media.last) {
        return others;
    }
    media.last->next = others;
    return media.first;
}

np_carried_t
np_observer_carried(packet_info *pinfo, const np_record_t *record)
{
    np_carried_t carried = { 0 };

    if (record->leg == NAVERPHONE_LEG_CONTROL) {
        np_tcp_carry(pinfo, record, &carried);
    } else if (record->leg == NAVERPHONE_LEG_LOGIN) {
        np_login_carry(pinfo, record, &carried);
    }
    return carried;
}

void
np_observer_register(int proto, np_begin_item_t *begin)
{
    register_init_routine(init_observer);
    np_control_register(proto, begin);
    np_login_register(proto);
    np_rtp_register(proto);
}

void
np_observer_handoff(void)
{
    np_packet_handoff();
    np_control_handoff();
    np_login_handoff();
    np_rtp_handoff();
}
