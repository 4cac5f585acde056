/* record.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/record.h"

#include <string.h>

#include <epan/proto_data.h>
#include <epan/wmem_scopes.h>

#define LAST_RECORD_KEY 2 /* packet scope; legs/packet.c and legs/rtp.c use others */

np_record_t *
np_record_new(packet_info *pinfo, naverphone_leg_t leg)
{
    const np_record_t record = { .frame = pinfo->num, .leg = leg };

    return np_record_keep(pinfo, &record);
}

np_record_t *
np_record_keep(packet_info *pinfo, const np_record_t *record)
{
    np_record_t *kept = (np_record_t *)wmem_memdup(wmem_file_scope(), record, sizeof *record);
    np_record_t *last = (np_record_t *)p_get_proto_data(pinfo->pool, pinfo, proto_naverphone, LAST_RECORD_KEY);

    if (last) {
        last->next = kept;
    } else {
        p_add_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_RECORDS, kept);
    }
    p_set_proto_data(pinfo->pool, pinfo, proto_naverphone, LAST_RECORD_KEY, kept);
    return kept;
}

np_record_t *
np_record_first(packet_info *pinfo)
{
    return (np_record_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_RECORDS);
}

unsigned
np_record_count_events(const np_record_t *record)
{
    unsigned count = 0;

    while (count < NP_EVENTS_PER_RECORD && record->events[count] != NAVERPHONE_EVENT_NONE) {
        count++;
    }
    return count;
}

void
np_record_add_event(np_record_t *record, naverphone_event_t event)
{
    unsigned count = np_record_count_events(record);

    if (count < NP_EVENTS_PER_RECORD) {
        record->events[count] = event;
    }
}

void
np_record_add_expert(np_record_t *record, np_expert_t expert)
{
    if (expert == NP_EXPERT_NONE) {
        return;
    }
    if (!record->experts) {
        record->experts = wmem_new0(wmem_file_scope(), np_experts_t);
    }
    record->experts->has[expert] = true;
}

void
np_record_clear(np_record_t *record)
{
    memset(record->events, 0, sizeof record->events);
    wmem_free(wmem_file_scope(), record->experts);
    record->experts = NULL;
}

np_record_details_t *
np_record_add_details(np_record_t *record)
{
    if (!record->details) {
        record->details = wmem_new0(wmem_file_scope(), np_record_details_t);
    }
    return record->details;
}

const np_record_details_t *
np_record_details(const np_record_t *record)
{
    static const np_record_details_t none;

    return record->details ? record->details : &none;
}
