/* voip.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "show/voip.h"

#include <epan/tap-voip.h>
#include <epan/to_str.h>
#include <epan/tap.h>

#include "model/connection.h"
#include "printable.h"
#include "show/fields.h"
#include "show/flow.h"

static int tap = -1;

/* VoIP Calls has a row for each session, as if it were a call: while the client is logged in, it is in call. */
static voip_call_state
state_of(const np_record_t *record)
{
    switch (record->session_state) {
    case NAVERPHONE_SESSION_CONNECTING:
    case NAVERPHONE_SESSION_CONNECTED:
        return VOIP_CALL_SETUP;
    case NAVERPHONE_SESSION_LOGGED_OUT:
        return VOIP_COMPLETED;
    case NAVERPHONE_SESSION_ABORTED:
        return VOIP_CANCELLED;
    default:
        return VOIP_IN_CALL;
    }
}

/* True for a REGISTER or its response, unless the frame also has a message of a call. VoIP Calls gives an RTP stream to
 * the rows that are in the frame of its SDP, and the registration would get it. */
static bool
is_registration(packet_info *pinfo, const np_record_t *record)
{
    if (record->leg != NAVERPHONE_LEG_SIGNALLING || !record->method || strcmp(record->method, "REGISTER") != 0) {
        return false;
    }
    for (const np_record_t *other = np_record_first(pinfo); other; other = other->next) {
        if (other->call) {
            return false;
        }
    }
    return true;
}

static const address *
server_of(const packet_info *pinfo, const np_record_t *record)
{
    if (record->connection) {
        return &record->connection->pair.server;
    }
    return addresses_equal(&pinfo->src, &np_record_session(record)->info.client) ? &pinfo->dst : &pinfo->src;
}

static char *
identity_of(packet_info *pinfo, const naverphone_session_info_t *session)
{
    return session->identity ? np_printable(pinfo->pool, session->identity)
                             : address_to_str(pinfo->pool, &session->client);
}

static void
publish_event(packet_info *pinfo, const np_record_t *record, naverphone_event_t event, const np_carried_t *carried)
{
    const naverphone_session_info_t *session = &np_record_session(record)->info;
    voip_packet_info_t *info = wmem_new0(pinfo->pool, voip_packet_info_t);

    info->protocol_name = wmem_strdup(pinfo->pool, "Naver Phone");
    info->call_id = wmem_strdup_printf(pinfo->pool, "Naver Phone session %u", session->number);
    info->call_state = state_of(record);
    info->call_active_state =
        info->call_state == VOIP_COMPLETED || info->call_state == VOIP_CANCELLED ? VOIP_INACTIVE : VOIP_ACTIVE;
    info->from_identity = identity_of(pinfo, session);
    info->to_identity = address_to_str(pinfo->pool, server_of(pinfo, record));
    info->call_comment = wmem_strdup_printf(pinfo->pool, "Session %u: %s", session->number,
                                            val_to_str_const(record->session_state, np_session_state_names, "Unknown"));
    info->frame_label = wmem_strdup(pinfo->pool, np_flow_label(pinfo, record, event, carried));
    info->frame_comment =
        wmem_strdup_printf(pinfo->pool, "Naver Phone %s, session %u",
                           val_to_str_const(record->leg, np_leg_names, "Unknown leg"), session->number);
    tap_queue_packet(tap, pinfo, info);
}

void
np_voip_publish(packet_info *pinfo, const np_record_t *record, const np_carried_t *carried)
{
    const np_session_t *session = np_record_session(record);

    if (!have_tap_listener(tap) || !session || !session->info.number
        || !(record->connection || is_registration(pinfo, record))) {
        return;
    }
    for (unsigned i = 0; i < np_record_count_events(record); i++) {
        publish_event(pinfo, record, record->events[i], carried);
    }
}

void
np_voip_register(void)
{
    tap = register_tap("voip");
}
