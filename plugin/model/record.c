/* record.c
 * What was decided for a frame that carries something of ours
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/record.h"

#include <epan/proto_data.h>
#include <epan/wmem_scopes.h>

/* A frame's records. Lives with the frame; the first pass writes it. */
typedef struct {
    np_record_t *first, *last;
} records_t;

static records_t *
records_of(packet_info *pinfo)
{
    return (records_t *)p_get_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_RECORDS);
}

np_record_t *
np_record_new(packet_info *pinfo, naverphone_leg_t leg)
{
    np_record_t *record = wmem_new0(wmem_file_scope(), np_record_t);
    records_t *records = records_of(pinfo);

    record->frame = pinfo->num;
    record->leg = leg;
    if (records) {
        records->last->next = record;
    } else {
        records = wmem_new0(wmem_file_scope(), records_t);
        records->first = record;
        p_add_proto_data(wmem_file_scope(), pinfo, proto_naverphone, NP_FRAME_RECORDS, records);
    }
    records->last = record;
    return record;
}

np_record_t *
np_record_first(packet_info *pinfo)
{
    const records_t *records = records_of(pinfo);

    return records ? records->first : NULL;
}

void
np_record_add_event(np_record_t *record, naverphone_event_t event)
{
    if (event != NAVERPHONE_EVENT_NONE && record->event_count < NP_EVENTS_PER_RECORD) {
        record->events[record->event_count++] = event;
    }
}

void
np_record_add_expert(np_record_t *record, np_expert_t expert)
{
    if (expert != NP_EXPERT_NONE) {
        record->experts.has[expert] = true;
    }
}
