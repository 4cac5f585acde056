/* observer.c
 * Sees every frame after the built-in dissectors: decides on the first pass, presents on all
 *
 * On the first pass each leg's room is asked for records of the frame. All passes show these
 * and hand them to the tap. A frame that is nobody's costs a walk over its layers and, on TCP, an
 * array look-up; on later passes a search among the records, if there are any, and on TCP one
 * for its connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/observer.h"

#include "legs/control.h"
#include "legs/evidence.h"
#include "show/flow.h"
#include "legs/login.h"
#include "settings/preferences.h"
#include "legs/rtp.h"
#include "legs/signalling.h"
#include "legs/tcp.h"
#include "show/tree.h"
#include "show/voip.h"

static void
close_records(np_record_t *record)
{
    for (; record; record = np_record_next(record))
        np_record_close(record);
}

static np_record_t *
observe_tcp(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted)
{
    bool may_connect = np_evidence_may_connect(pinfo);
    np_record_t *record = may_connect ? np_tcp_observe(pinfo, layers, noted, np_control_handle()) : NULL;

    if (layers & NP_LAYER_HTTP)
        record = np_login_observe(pinfo, layers, may_connect, record);
    close_records(record);
    return record;
}

/* What the frame's last transport carries, which pinfo describes. noted: its segment, or NULL. */
static np_record_t *
observe_last_transport(packet_info *pinfo, const np_noted_segment_t *noted)
{
    unsigned layers = np_source_layers(pinfo);

    if ((layers & NP_LAYER_SIP) && np_source_has_sip(pinfo))
        return np_source_is_quoted(pinfo) ? NULL : np_signalling_observe(pinfo);
    return (layers & NP_LAYER_TCP) ? observe_tcp(pinfo, layers, noted) : NULL;
}

/* Payload of a control connection before the frame's last transport, as in an 802.11 A-MSDU. */
static np_record_t *
observe_other_segment(packet_info *pinfo, const np_noted_segment_t *noted)
{
    const np_transport_t last = np_transport_of(pinfo);
    np_record_t *record;

    np_transport_enter(pinfo, &noted->transport);
    record = np_evidence_may_connect(pinfo) ? np_tcp_observe(pinfo, 0, noted, np_control_handle()) : NULL;
    np_transport_enter(pinfo, &last);
    close_records(record);
    return record;
}

static bool
is_of_last_transport(const packet_info *pinfo, const np_noted_segment_t *noted)
{
    const np_transport_t last = np_transport_of(pinfo);

    return np_transport_equal(&noted->transport, &last);
}

/* First pass: the first of the frame's records but those of media. RTP and RTCP in the last transport hold nothing else of
 * ours: their first two bits tell them from SIP on the same port. */
static const np_record_t *
observe(packet_info *pinfo)
{
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    const np_noted_segment_t *noted = scratch ? scratch->segments : NULL;
    const np_record_t *first = NULL, *last;

    for (; noted && (noted->next || !is_of_last_transport(pinfo, noted)); noted = noted->next) {
        const np_record_t *record = observe_other_segment(pinfo, noted);

        if (!first)
            first = record;
    }
    last = np_rtp_is_last(pinfo) ? NULL : observe_last_transport(pinfo, noted);
    return first ? first : last;
}

/* Later passes: frames of a login connection that was found only by its Host, before it was. */
static np_record_t *
late_record(packet_info *pinfo)
{
    np_connection_t *connection;
    np_saying_t saying = { 0 };
    np_record_t *record;
    np_packet_t packet;

    if (pinfo->ptype != PT_TCP)
        return NULL;
    connection = np_tcp_connection(pinfo);
    if (!connection || !connection->session || connection->refused)
        return NULL;
    packet = np_source_packet(pinfo);
    saying.leg = connection->leg;
    saying.direction = np_connection_direction(connection, &packet);
    saying.session_state = connection->state_before;
    saying.evidence = connection->evidence;
    record = wmem_new0(pinfo->pool, np_record_t);
    record->connection = connection;
    np_record_say(record, &saying);
    return record;
}

const np_record_t *
np_observer_record(packet_info *pinfo)
{
    const np_record_t *record;

    if (!np_store_has_sessions())
        return NULL;
    record = np_record_of(pinfo->num);
    return record ? record : late_record(pinfo);
}

bool
np_observer_marks(const np_record_t *record)
{
    const np_saying_t *says = np_says(record);

    return np_preferences.mark_sip_rtp
        || says->leg == NAVERPHONE_LEG_CONTROL || says->leg == NAVERPHONE_LEG_LOGIN;
}

static void
show(packet_info *pinfo, proto_tree *tree, const np_record_t *record)
{
    for (; record; record = np_record_next(record)) {
        if (!np_record_has_session(record))
            continue;
        if (np_says(record)->leg == NAVERPHONE_LEG_CONTROL)
            np_control_columns(pinfo, record);
        if (np_observer_marks(record))
            np_tree_show(pinfo, tree, record);
        np_flow_publish(pinfo, record);
        np_voip_publish(pinfo, record);
    }
}

static int
dissect_naverphone(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    bool decides = !PINFO_FD_VISITED(pinfo) && np_records_begin(pinfo->num);

    show(pinfo, tree, np_rtp_records(pinfo, decides));
    if (PINFO_FD_VISITED(pinfo))
        show(pinfo, tree, np_observer_record(pinfo));
    else if (decides)
        show(pinfo, tree, observe(pinfo));
    return 0;
}

void
np_observer_register(int proto)
{
    /* With a protocol, since libwireshark asks post-dissectors only while the protocol of one is enabled. It returns 0, so that
     * frame.protocols stays as it is. */
    register_postdissector(create_dissector_handle(dissect_naverphone, proto));
    np_control_register(proto);
    np_login_register(proto);
    np_rtp_register(proto);
    np_flow_register(proto);
    np_voip_register();
}

void
np_observer_handoff(void)
{
    np_source_handoff();
    np_control_handoff();
    np_rtp_handoff();
}
