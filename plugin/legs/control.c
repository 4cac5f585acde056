/* control.c
 * Documented: the client opens the connection at login and closes it at logout. The payload is not documented.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/control.h"

#include <epan/proto_data.h>

#include "legs/evidence.h"
#include "legs/tcp.h"
#include "model/connection.h"
#include "settings/preferences.h"

static dissector_handle_t control_handle;
static np_begin_item_t *begin_item;

dissector_handle_t
np_control_handle(void)
{
    return control_handle;
}

/* For payload that is certainly ours: of a conversation that has this dissector, by Decode As, or from the heuristic. A
 * packet that ICMP quotes (in_error_pkt) does not count. */
static int
dissect_control(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    np_noted_segment_t *segment;

    if (pinfo->flags.in_error_pkt) {
        return 0;
    }
    segment = np_tcp_note_payload(pinfo, tvb, data);
    segment->item = begin_item(tree, tvb);
    return (int)tvb_reported_length(tvb);
}

/* For a connection that only its port suggests: notes the payload, so that the post-dissector can accept the connection
 * if no other dissector takes it. */
static np_bool_t
offer_to_others(packet_info *pinfo, tvbuff_t *tvb, const void *data)
{
    np_tcp_note_payload(pinfo, tvb, data)->offered = true;
    return FALSE;
}

static bool
is_foreign(tvbuff_t *tvb)
{
    int length = (int)tvb_captured_length(tvb);

    return length > 0 && np_evidence_is_foreign_payload(tvb_get_ptr(tvb, 0, length), (size_t)length);
}

static np_bool_t
dissect_control_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    np_connection_t *connection;
    bool is_ours;

    if (pinfo->flags.in_error_pkt) {
        return FALSE;
    }
    connection = np_tcp_connection(pinfo);
    if (!connection || connection->refused || connection->leg != NAVERPHONE_LEG_CONTROL) {
        return FALSE;
    }
    if (p_get_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_OFFERED) == connection) {
        return offer_to_others(pinfo, tvb, data);
    }
    is_ours = connection->session
           || (!PINFO_FD_VISITED(pinfo) && np_evidence_accepts_control(np_evidence_control(connection)));
    if (is_ours) {
        /* Wireshark tries the heuristic that matched last first. So another protocol's may come after ours, and payload
         * that begins like one is left to it. */
        return !is_foreign(tvb) && dissect_control(tvb, pinfo, tree, data) > 0;
    }
    if (!PINFO_FD_VISITED(pinfo) && np_preferences.accept_port_alone) {
        if (!is_foreign(tvb)) {
            return offer_to_others(pinfo, tvb, data);
        }
        np_connection_refuse(connection);
    }
    return FALSE;
}

void
np_control_register(int proto, np_begin_item_t *begin)
{
    begin_item = begin;
    control_handle = register_dissector("naverphone", dissect_control, proto);
    heur_dissector_add("tcp", dissect_control_heuristic, "Naver Phone control connection", "naverphone_control_tcp",
                       proto, HEURISTIC_ENABLE);
}

void
np_control_handoff(void)
{
    dissector_add_for_decode_as("tcp.port", control_handle);
}

void
np_control_conclude(const np_record_t *record)
{
    for (; record; record = record->next) {
        if (record->connection && record->connection->streams) {
            np_control_streams_conclude(record->connection->streams);
        }
    }
}
