/* record.c
 * What was decided for each frame
 *
 * Records are stored in frame order and found by binary search. Media have none: what is so at a media packet follows from
 * the timeline (stream.h). What a record says is what many others say, too: it has the number of that, and while it may still
 * change, a draft.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/stream.h"

#define PAGE_RECORDS 64
#define MOST_SAYINGS (UINT32_C(1) << 27)    /* one more says nothing */

typedef struct page {
    np_record_t  records[PAGE_RECORDS + 1];     /* the last is none: it has no frame, and ends the page */
    struct page *next;              /* NULL: none yet */
} page_t;

/* A record that may say something else still: of the frame at hand, or made to for it. */
typedef struct {
    np_record_t *record;
    np_saying_t  saying;
} draft_t;

static wmem_array_t *sayings;       /* const np_saying_t *; the first says nothing */
static const np_saying_t **said;    /* they themselves */
static wmem_map_t   *numbers;       /* the same → its place among them */
static wmem_array_t *drafts;        /* draft_t; those behind the count are free */
static unsigned      draft_count;
static wmem_array_t *pages;         /* page_t *; records by their id */
static page_t       *latest_page;
static uint32_t      record_count;
static uint32_t      frame_at_hand;

/* Sayings are compared byte by byte. */
G_STATIC_ASSERT(sizeof(np_saying_t) == 12);

static unsigned
saying_hash(gconstpointer saying)
{
    return wmem_strong_hash((const uint8_t *)saying, sizeof(np_saying_t));
}

static gboolean
saying_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(np_saying_t)) == 0;
}

/* A place for the saying, which is the only one with it. */
static uint32_t
add_saying(const np_saying_t *saying)
{
    uint32_t number = wmem_array_get_count(sayings);
    const np_saying_t *kept;

    if (number >= MOST_SAYINGS)
        return 0;
    kept = (const np_saying_t *)wmem_memdup(wmem_file_scope(), saying, sizeof *saying);
    wmem_array_append_one(sayings, kept);
    said = (const np_saying_t **)wmem_array_get_raw(sayings);
    wmem_map_insert(numbers, kept, GUINT_TO_POINTER(number));
    return number;
}

void
np_records_init(void)
{
    const np_saying_t nothing = { 0 };

    sayings = wmem_array_new(wmem_file_scope(), sizeof(const np_saying_t *));
    numbers = wmem_map_new(wmem_file_scope(), saying_hash, saying_equal);
    drafts = wmem_array_new(wmem_file_scope(), sizeof(draft_t));
    draft_count = 0;
    add_saying(&nothing);
    pages = wmem_array_new(wmem_file_scope(), sizeof(page_t *));
    latest_page = NULL;
    record_count = frame_at_hand = 0;
}

static draft_t *
draft_at(unsigned number)
{
    return (draft_t *)wmem_array_index(drafts, number);
}

const np_saying_t *
np_says(const np_record_t *record)
{
    return record->is_draft ? &draft_at(record->saying)->saying : said[record->saying];
}

np_saying_t *
np_say(np_record_t *record)
{
    if (!record->is_draft) {
        const draft_t draft = { record, *np_says(record) };

        if (draft_count == wmem_array_get_count(drafts))
            wmem_array_append_one(drafts, draft);
        *draft_at(draft_count) = draft;
        record->is_draft = 1;
        record->saying = draft_count++;
    }
    return &draft_at(record->saying)->saying;
}

void
np_record_say(np_record_t *record, const np_saying_t *saying)
{
    gpointer number;

    record->is_draft = 0;
    record->saying = wmem_map_lookup_extended(numbers, saying, NULL, &number) ? GPOINTER_TO_UINT(number)
                                                                                  : add_saying(saying);
}

static void
settle_drafts(void)
{
    for (unsigned i = 0; i < draft_count; i++)
        np_record_say(draft_at(i)->record, &draft_at(i)->saying);
    draft_count = 0;
}

np_record_t *
np_record_with_id(uint32_t id)
{
    page_t *page = *(page_t **)wmem_array_index(pages, (id - 1) / PAGE_RECORDS);

    return &page->records[(id - 1) % PAGE_RECORDS];
}

uint32_t
np_record_latest_id(void)
{
    return record_count;
}

/* Was the record made for the frame at hand? */
static bool
is_at_hand(const np_record_t *record)
{
    return record->frame == frame_at_hand && !record->is_dropped;
}

/* What the latest frame has. */
static void
drop_latest(void)
{
    for (uint32_t id = record_count; id > 0; id--) {
        np_record_t *record = np_record_with_id(id);

        if (!is_at_hand(record))
            return;
        record->is_dropped = 1;
    }
}

bool
np_records_begin(uint32_t frame)
{
    if (frame < frame_at_hand)
        return false;
    if (frame == frame_at_hand)
        drop_latest();
    settle_drafts();
    frame_at_hand = frame;
    return true;
}

static void
add_page(void)
{
    page_t *page = wmem_new0(wmem_file_scope(), page_t);

    if (latest_page)
        latest_page->next = page;
    latest_page = page;
    wmem_array_append_one(pages, page);
}

np_record_t *
np_record_new(naverphone_leg_t leg)
{
    np_record_t *before = record_count > 0 ? np_record_with_id(record_count) : NULL, *record;

    if (before && is_at_hand(before))
        before->has_next = 1;
    if (record_count % PAGE_RECORDS == 0)
        add_page();
    record = np_record_with_id(++record_count);
    record->frame = frame_at_hand;
    np_say(record)->leg = (uint8_t)leg;
    return record;
}

np_record_t *
np_record_next(const np_record_t *record)
{
    const np_record_t *next = record + 1;

    if (!record->has_next)
        return NULL;
    if (next->frame == 0) {
        const void *page = next - PAGE_RECORDS;     /* begins with its records */

        next = ((const page_t *)page)->next->records;
    }
    return (np_record_t *)next;
}

/* How many of the records are of frames up to this one. */
static uint32_t
count_up_to(uint32_t frame)
{
    uint32_t least = 0, most = record_count;

    while (least < most) {
        uint32_t middle = least + (most - least) / 2;

        if (np_record_with_id(middle + 1)->frame > frame)
            most = middle;
        else
            least = middle + 1;
    }
    return least;
}

const np_record_t *
np_record_of(uint32_t frame)
{
    const np_record_t *first = NULL;

    for (uint32_t id = count_up_to(frame); id > 0; id--) {
        const np_record_t *record = np_record_with_id(id);

        if (record->frame != frame || record->is_dropped)
            break;
        first = record;
    }
    return first;
}

void
np_record_add_event(np_record_t *record, naverphone_event_t event)
{
    np_saying_t *saying = np_say(record);

    if (event != NAVERPHONE_EVENT_NONE && saying->event_count < NP_EVENTS_PER_RECORD)
        saying->events[saying->event_count++] = (uint8_t)event;
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
        return record->stream->owner.call;
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
        return record->stream->owner.session;
    }
    return NULL;
}
