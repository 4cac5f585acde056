/* keep.c
 * Small pieces that live as long as the capture file is open
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/keep.h"

#define KEEP_PAGE 0x4000
#define LARGE     (KEEP_PAGE / 8)       /* has a piece to itself, so that little is lost at a page's end */
#define ALIGNMENT sizeof(uint64_t)

/* The page at hand: objects are taken from its front, bytes, which need no alignment, from its back. */
static uint8_t *page;
static size_t   front, back;

static GHashTable *shared;              /* np_span_t: a set, what np_keep_once() has */

static unsigned
span_hash(gconstpointer key)
{
    const np_span_t *span = (const np_span_t *)key;
    return wmem_strong_hash(span->data, span->len);
}

static gboolean
span_equal(gconstpointer a, gconstpointer b)
{
    const np_span_t *left = (const np_span_t *)a, *right = (const np_span_t *)b;
    return left->len == right->len && memcmp(left->data, right->data, left->len) == 0;
}

static np_bool_t
drop_table(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *table)
{
    g_hash_table_destroy((GHashTable *)table);
    return FALSE;       /* once */
}

GHashTable *
np_keep_new_table(GHashFunc hash, GEqualFunc equal)
{
    GHashTable *table = g_hash_table_new(hash, equal);

    wmem_register_callback(wmem_file_scope(), drop_table, table);
    return table;
}

static np_bool_t
forget_page(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *data _U_)
{
    page = NULL;
    front = back = 0;
    return FALSE;
}

void
np_keep_init(void)
{
    wmem_register_callback(wmem_file_scope(), forget_page, NULL);
    shared = np_keep_new_table(span_hash, span_equal);
}

/* Is there room in the page, a new one if need be? Checkers of memory want each piece apart, to see what goes beyond it. */
static bool
make_room(size_t size)
{
#ifdef NP_KEEP_APART
    (void)size;
    return false;
#else
    if (size > LARGE)
        return false;
    if (size > back - front) {
        page = (uint8_t *)wmem_alloc0(wmem_file_scope(), KEEP_PAGE);
        front = 0;
        back = KEEP_PAGE;
    }
    return true;
#endif
}

void *
np_keep(size_t size)
{
    void *piece;

    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!make_room(size))
        return wmem_alloc0(wmem_file_scope(), size);
    piece = page + front;
    front += size;
    return piece;
}

void *
np_keep_copy(const void *object, size_t size)
{
    return memcpy(np_keep(size), object, size);
}

static uint8_t *
keep_unaligned(size_t size)
{
    if (!make_room(size))
        return (uint8_t *)wmem_alloc0(wmem_file_scope(), size);
    back -= size;
    return page + back;
}

const char *
np_keep_bytes(np_span_t bytes)
{
    uint8_t *copy;

    if (!bytes.data)
        return NULL;
    copy = keep_unaligned(bytes.len + 1);
    memcpy(copy, bytes.data, bytes.len);
    return (const char *)copy;
}

const char *
np_keep_text(const char *text)
{
    return np_keep_bytes(np_span_of(text));
}

const np_span_t *
np_keep_span_once(np_span_t bytes)
{
    np_span_t *kept;

    if (!bytes.data)
        return NULL;
    kept = (np_span_t *)g_hash_table_lookup(shared, &bytes);
    if (!kept) {
        kept = np_keep_new(np_span_t);
        kept->data = (const uint8_t *)np_keep_bytes(bytes);
        kept->len = bytes.len;
        g_hash_table_add(shared, kept);
    }
    return kept;
}

const char *
np_keep_once(np_span_t bytes)
{
    const np_span_t *kept = np_keep_span_once(bytes);

    return kept ? (const char *)kept->data : NULL;
}

void
np_keep_address(address *copy, const address *host)
{
    set_address(copy, host->type, host->len, host->len > 0 ? np_keep_copy(host->data, (size_t)host->len) : NULL);
}
