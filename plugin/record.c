/* record.c
 * What was decided for each frame
 *
 * There are many frames: a record is found by a number of two bytes, or four, in pages that only frames of ours take up,
 * and packets of a stream that tell the same share one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session.h"

#define PAGE_RECORDS 64
#define PAGE_FRAMES  4096
#define OLDER_IDS    0xe000     /* ids below a page's first one that two bytes tell: frames often have an earlier record */

/* The ids of frames. 0 is none. */
typedef struct {
    uint32_t  base;
    uint16_t *narrow;               /* ids less base, while all are near it */
    uint32_t *wide;                 /* else the ids themselves; neither: no frame has one */
} page_t;

static wmem_array_t *records;       /* np_record_t *, pages of records by their id */
static wmem_array_t *frames;        /* page_t * */
static page_t       *latest_page;   /* of the frame that was pinned last: the next is near it */
static uint32_t      latest_page_number;
static uint32_t      record_count;

void
np_records_init(void)
{
    records = wmem_array_new(wmem_file_scope(), sizeof(np_record_t *));
    frames = wmem_array_new(wmem_file_scope(), sizeof(page_t *));
    latest_page = NULL;
    record_count = 0;
}

np_record_t *
np_record_with_id(uint32_t id)
{
    np_record_t *page = *(np_record_t **)wmem_array_index(records, (id - 1) / PAGE_RECORDS);

    return &page[(id - 1) % PAGE_RECORDS];
}

np_record_t *
np_record_new(naverphone_leg_t leg)
{
    np_record_t *record;

    if (record_count % PAGE_RECORDS == 0) {
        np_record_t *page = wmem_alloc0_array(wmem_file_scope(), np_record_t, PAGE_RECORDS);
        wmem_array_append_one(records, page);
    }
    record = np_record_with_id(++record_count);
    record->id = record_count;
    record->leg = (uint8_t)leg;
    return record;
}

void
np_record_join(np_record_t *before, const np_record_t *record)
{
    before->has_next = record->id == before->id + 1;    /* as it is: none was made between them */
}

np_record_t *
np_record_next(const np_record_t *record)
{
    return record->has_next ? np_record_with_id(record->id + 1) : NULL;
}

static void
widen(page_t *page)
{
    page->wide = wmem_alloc_array(wmem_file_scope(), uint32_t, PAGE_FRAMES);
    for (unsigned i = 0; i < PAGE_FRAMES; i++)
        page->wide[i] = page->narrow[i] ? page->base + page->narrow[i] : 0;
    wmem_free(wmem_file_scope(), page->narrow);
    page->narrow = NULL;
}

static void
set_id(page_t *page, unsigned place, uint32_t id)
{
    if (!page->narrow && !page->wide) {
        if (id == 0)
            return;
        page->base = id > OLDER_IDS ? id - OLDER_IDS : 0;
        page->narrow = wmem_alloc0_array(wmem_file_scope(), uint16_t, PAGE_FRAMES);
    }
    if (page->narrow && id && (id <= page->base || id - page->base > UINT16_MAX))
        widen(page);
    if (page->wide)
        page->wide[place] = id;
    else
        page->narrow[place] = (uint16_t)(id ? id - page->base : 0);
}

static uint32_t
get_id(const page_t *page, unsigned place)
{
    if (page->narrow)
        return page->narrow[place] ? page->base + page->narrow[place] : 0;
    return page->wide ? page->wide[place] : 0;
}

/* The page of that number; NULL: it has not been made. */
static page_t *
page_with_number(uint32_t number)
{
    return number < wmem_array_get_count(frames) ? *(page_t **)wmem_array_index(frames, number) : NULL;
}

static void
add_pages(uint32_t number)
{
    while (number >= wmem_array_get_count(frames)) {
        page_t *page = np_keep_new(page_t);
        wmem_array_append_one(frames, page);
    }
}

void
np_record_pin(uint32_t frame, const np_record_t *record)
{
    uint32_t number = frame / PAGE_FRAMES;

    if (record_count == 0)
        return;
    if (!latest_page || number != latest_page_number) {
        if (record)
            add_pages(number);
        latest_page = page_with_number(number);
        latest_page_number = number;
    }
    if (latest_page)
        set_id(latest_page, frame % PAGE_FRAMES, record ? record->id : 0);
}

const np_record_t *
np_record_of(uint32_t frame)
{
    const page_t *page = page_with_number(frame / PAGE_FRAMES);
    uint32_t id = page ? get_id(page, frame % PAGE_FRAMES) : 0;

    return id ? np_record_with_id(id) : NULL;
}

void
np_record_add_event(np_record_t *record, naverphone_event_t event)
{
    if (event != NAVERPHONE_EVENT_NONE && record->event_count < NP_EVENTS_PER_RECORD)
        record->events[record->event_count++] = (uint8_t)event;
}

void
np_record_set_call(np_record_t *record, np_session_t *session, np_call_t *call)
{
    if (call) {
        record->owner = NP_OWNER_CALL;
        record->call = call;
    } else {
        record->owner = NP_OWNER_SESSION;
        record->session = session;
    }
}

void
np_record_set_stream(np_record_t *record, np_stream_t *stream)
{
    record->owner = NP_OWNER_STREAM;
    record->stream = stream;
}

np_call_t *
np_record_call(const np_record_t *record)
{
    switch ((np_owner_t)record->owner) {
    case NP_OWNER_CALL:
        return record->call;
    case NP_OWNER_STREAM:
        return np_stream_call(record->stream);
    default:
        return NULL;
    }
}

np_session_t *
np_record_session(const np_record_t *record)
{
    switch ((np_owner_t)record->owner) {
    case NP_OWNER_CONNECTION:
        return record->connection->session;
    case NP_OWNER_SESSION:
        return record->session;
    case NP_OWNER_CALL:
        return record->call->session;
    case NP_OWNER_STREAM:
        return np_stream_session(record->stream);
    }
    return NULL;
}
