/* record.c
 * What was decided for each frame
 *
 * There are many frames, and many of them are not ours: a page of frames has a bit for each, and for those that have a record
 * its id, in two bytes where the page's records are near each other. Packets of a stream that tell the same share a record.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session.h"

#include <wsutil/bits_count_ones.h>

#define PAGE_RECORDS 64
#define PAGE_FRAMES  4096
#define WORD_FRAMES  64
#define PAGE_WORDS   (PAGE_FRAMES / WORD_FRAMES)

/* The records of a page's frames, in the order of the frames. */
typedef struct {
    uint64_t  has_record[PAGE_WORDS];   /* a bit for each frame */
    uint16_t  before[PAGE_WORDS];       /* how many frames before the word's have one; not set where the word is 0 */
    uint32_t  least;                    /* id */
    uint16_t *narrow;                   /* ids less that; NULL: they are too far apart, or the page is being filled */
    uint32_t *wide;                     /* else the ids themselves */
} page_t;

static wmem_array_t *records;       /* np_record_t *, pages of records by their id */
static wmem_array_t *pages;         /* page_t *, by number; NULL: no frame of it has a record */
static uint32_t      record_count;

/* The page of the latest frame with a record, while it is being filled. */
static struct {
    page_t  *page;                  /* NULL before the first such frame */
    uint32_t latest_frame;
    uint32_t count;                 /* of the page's frames that have a record */
    uint32_t ids[PAGE_FRAMES];      /* ... in their order */
} filling;

void
np_records_init(void)
{
    records = wmem_array_new(wmem_file_scope(), sizeof(np_record_t *));
    pages = wmem_array_new(wmem_file_scope(), sizeof(page_t *));
    filling.page = NULL;
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

static uint64_t
bit_of(uint32_t place)
{
    return UINT64_C(1) << place % WORD_FRAMES;
}

/* The id of the record that the frame at that place has; 0: it has none. */
static uint32_t
get_id(const page_t *page, uint32_t place)
{
    uint64_t word = page->has_record[place / WORD_FRAMES];
    unsigned order;

    if (!(word & bit_of(place)))
        return 0;
    order = page->before[place / WORD_FRAMES] + (unsigned)ws_count_ones(word & (bit_of(place) - 1));
    if (page == filling.page)
        return filling.ids[order];
    return page->narrow ? page->least + page->narrow[order] : page->wide[order];
}

/* The page is full: its ids take no more room than they need from now on. */
static void
seal(void)
{
    page_t *page = filling.page;
    uint32_t least = UINT32_MAX, most = 0;

    if (!page || filling.count == 0)
        return;
    for (uint32_t i = 0; i < filling.count; i++) {
        least = MIN(least, filling.ids[i]);
        most = MAX(most, filling.ids[i]);
    }
    page->least = least;
    if (most - least > UINT16_MAX) {
        page->wide = (uint32_t *)wmem_memdup(wmem_file_scope(), filling.ids, filling.count * sizeof *page->wide);
        return;
    }
    page->narrow = wmem_alloc_array(wmem_file_scope(), uint16_t, filling.count);
    for (uint32_t i = 0; i < filling.count; i++)
        page->narrow[i] = (uint16_t)(filling.ids[i] - least);
}

static void
begin_page(uint32_t number)
{
    page_t *const none = NULL;

    seal();
    while (number >= wmem_array_get_count(pages))
        wmem_array_append_one(pages, none);
    filling.page = wmem_new0(wmem_file_scope(), page_t);
    filling.count = 0;
    *(page_t **)wmem_array_index(pages, number) = filling.page;
}

static void
append(uint32_t frame, uint32_t id)
{
    uint32_t place = frame % PAGE_FRAMES;
    uint64_t *word = &filling.page->has_record[place / WORD_FRAMES];

    if (*word == 0)
        filling.page->before[place / WORD_FRAMES] = (uint16_t)filling.count;
    *word |= bit_of(place);
    filling.ids[filling.count++] = id;
    filling.latest_frame = frame;
}

/* A frame that a read filter drops leaves its number to the next, which may have no record. */
static void
drop_latest(void)
{
    uint32_t place = filling.latest_frame % PAGE_FRAMES;
    uint64_t *word = &filling.page->has_record[place / WORD_FRAMES];

    if (*word & bit_of(place)) {
        *word &= ~bit_of(place);
        filling.count--;
    }
}

void
np_record_pin(uint32_t frame, const np_record_t *record)
{
    if (filling.page && frame == filling.latest_frame)
        drop_latest();
    if (!record || (filling.page && frame < filling.latest_frame))     /* the first pass goes forward only */
        return;
    if (!filling.page || frame / PAGE_FRAMES != filling.latest_frame / PAGE_FRAMES)
        begin_page(frame / PAGE_FRAMES);
    append(frame, record->id);
}

const np_record_t *
np_record_of(uint32_t frame)
{
    uint32_t number = frame / PAGE_FRAMES;
    const page_t *page = number < wmem_array_get_count(pages) ? *(page_t **)wmem_array_index(pages, number) : NULL;
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
