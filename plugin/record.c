/* record.c
 * What was decided for each frame
 *
 * There are many frames: a record is found by a number of four bytes, in pages that only frames of ours take up, and
 * packets of a stream that tell the same share one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session.h"

#define PAGE_RECORDS 64
#define PAGE_FRAMES  4096

static wmem_array_t *records;       /* np_record_t *, pages of records by their id */
static wmem_array_t *frames;        /* uint32_t *, pages of ids by frame; NULL where no frame has a record */
static uint32_t      record_count;

void
np_records_init(void)
{
    records = wmem_array_new(wmem_file_scope(), sizeof(np_record_t *));
    frames = wmem_array_new(wmem_file_scope(), sizeof(uint32_t *));
    record_count = 0;
}

/* Records from 1 on: 0 is none. */
static np_record_t *
record_with_id(uint32_t id)
{
    np_record_t *page = *(np_record_t **)wmem_array_index(records, (id - 1) / PAGE_RECORDS);

    return &page[(id - 1) % PAGE_RECORDS];
}

np_record_t *
np_record_new(naverphone_leg_t leg, const np_packet_t *packet)
{
    np_record_t *record;

    if (record_count % PAGE_RECORDS == 0) {
        np_record_t *page = wmem_alloc0_array(wmem_file_scope(), np_record_t, PAGE_RECORDS);
        wmem_array_append_one(records, page);
    }
    record = record_with_id(++record_count);
    record->id = record_count;
    record->leg = (uint8_t)leg;
    record->frame = packet->frame;
    return record;
}

void
np_record_pin(uint32_t frame, const np_record_t *record)
{
    static uint32_t *const no_page = NULL;
    uint32_t **page;

    while (record && frame / PAGE_FRAMES >= wmem_array_get_count(frames))
        wmem_array_append_one(frames, no_page);
    if (frame / PAGE_FRAMES >= wmem_array_get_count(frames))
        return;
    page = (uint32_t **)wmem_array_index(frames, frame / PAGE_FRAMES);
    if (record && !*page)
        *page = wmem_alloc0_array(wmem_file_scope(), uint32_t, PAGE_FRAMES);
    if (*page)
        (*page)[frame % PAGE_FRAMES] = record ? record->id : 0;
}

const np_record_t *
np_record_of(uint32_t frame)
{
    uint32_t *page = frame / PAGE_FRAMES < wmem_array_get_count(frames)
                   ? *(uint32_t **)wmem_array_index(frames, frame / PAGE_FRAMES) : NULL;
    uint32_t id = page ? page[frame % PAGE_FRAMES] : 0;

    return id ? record_with_id(id) : NULL;
}

void
np_record_add_event(np_record_t *record, naverphone_event_t event)
{
    if (event != NAVERPHONE_EVENT_NONE && record->event_count < NP_EVENTS_PER_RECORD)
        record->events[record->event_count++] = (uint8_t)event;
}

const np_session_t *
np_record_session(const np_record_t *record)
{
    if (record->session)
        return record->session;
    return record->connection ? record->connection->session : NULL;
}
