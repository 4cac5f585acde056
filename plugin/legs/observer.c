/* observer.c
 * Sees every frame after the built-in dissectors: decides on the first pass, presents on all
 *
 * On the first pass each leg's room is asked to decide what the frame means, and attaches records to it. All passes show
 * these and hand them to the tap. A segment or media packet without any is shown by what its connection or stream was at
 * the frame. A frame that is nobody's costs a walk over its layers and, on TCP, an array look-up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/observer.h"

#include "legs/control.h"
#include "model/connection.h"
#include "model/session.h"
#include "model/store.h"
#include "legs/evidence.h"
#include "show/flow.h"
#include "legs/login.h"
#include "settings/preferences.h"
#include "legs/rtp.h"
#include "legs/signalling.h"
#include "legs/tcp.h"
#include "show/tree.h"
#include "show/voip.h"

/* First pass: decided so far. A frame before it (a user stopped reading the capture again, and selects what was not reached)
 * gets no record, as the store knows what comes after it. */
static uint32_t latest_frame;

static void
init_observer(void)
{
    latest_frame = 0;
}

static void
close_records(np_record_t *record)
{
    for (; record; record = record->next)
        np_record_close(record);
}

static void
observe_tcp(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted)
{
    bool may_connect = np_evidence_may_connect(pinfo);
    np_record_t *record = may_connect ? np_tcp_observe(pinfo, layers, noted, np_control_handle()) : NULL;

    if (layers & NP_LAYER_HTTP)
        record = np_login_observe(pinfo, layers, may_connect, record);
    close_records(record);
}

/* What the frame's last transport carries, which pinfo describes. noted: its segment, or NULL. */
static void
observe_last_transport(packet_info *pinfo, const np_noted_segment_t *noted)
{
    unsigned layers = np_source_layers(pinfo);

    if ((layers & NP_LAYER_SIP) && np_source_has_sip(pinfo)) {
        if (!np_source_is_quoted(pinfo))
            np_signalling_observe(pinfo);
    } else if (layers & NP_LAYER_TCP)
        observe_tcp(pinfo, layers, noted);
}

/* Payload of a control connection before the frame's last transport, as in an 802.11 A-MSDU. */
static void
observe_other_segment(packet_info *pinfo, const np_noted_segment_t *noted)
{
    const np_transport_t last = np_transport_of(pinfo);
    np_record_t *record;

    np_transport_enter(pinfo, &noted->transport);
    record = np_evidence_may_connect(pinfo) ? np_tcp_observe(pinfo, 0, noted, np_control_handle()) : NULL;
    np_transport_enter(pinfo, &last);
    close_records(record);
}

static bool
is_of_last_transport(const packet_info *pinfo, const np_noted_segment_t *noted)
{
    const np_transport_t last = np_transport_of(pinfo);

    return np_transport_equal(&noted->transport, &last);
}

/* First pass. RTP and RTCP in the last transport hold nothing else of ours: their first two bits tell them from SIP on the
 * same port. */
static void
observe(packet_info *pinfo)
{
    const np_scratch_t *scratch = np_scratch_peek(pinfo);
    const np_noted_segment_t *noted = scratch ? scratch->segments : NULL;

    for (; noted && (noted->next || !is_of_last_transport(pinfo, noted)); noted = noted->next)
        observe_other_segment(pinfo, noted);
    if (!np_rtp_is_last(pinfo))
        observe_last_transport(pinfo, noted);
}

const np_record_t *
np_observer_record(packet_info *pinfo)
{
    const np_record_t *record;

    if (!np_sessions_exist())
        return NULL;
    record = np_record_first(pinfo);
    return record ? record : np_tcp_quiet_record(pinfo);
}

bool
np_observer_marks(const np_record_t *record)
{

    return np_preferences.mark_sip_rtp
        || record->leg == NAVERPHONE_LEG_CONTROL || record->leg == NAVERPHONE_LEG_LOGIN;
}

static void
show(packet_info *pinfo, proto_tree *tree, const np_record_t *record)
{
    for (; record; record = record->next) {
        if (!np_record_session(record))
            continue;
        if (record->leg == NAVERPHONE_LEG_CONTROL)
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
    bool decides = !PINFO_FD_VISITED(pinfo) && pinfo->num >= latest_frame;

    if (decides)
        latest_frame = pinfo->num;
    show(pinfo, tree, np_rtp_records(pinfo, decides));
    if (decides)
        observe(pinfo);
    if (decides || PINFO_FD_VISITED(pinfo))
        show(pinfo, tree, np_observer_record(pinfo));
    return 0;
}

void
np_observer_register(int proto)
{
    register_init_routine(init_observer);
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
