/* storage.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "storage.h"

#include <epan/charsets.h>
#include <epan/wmem_scopes.h>

#define BLOCK 4096 /* bytes */

static GStringChunk *texts;      /* wmem adds 16 bytes or more to each */
static GHashTable *shared_texts; /* set of char *, without a NUL among their bytes */
static GHashTable *hosts;        /* set of address */
static GSList *maps;

void
np_storage_init(void)
{
    texts = g_string_chunk_new(BLOCK);
    shared_texts = np_map_new(wmem_str_hash, g_str_equal);
    hosts = np_map_new(np_address_hash, np_address_equal);
}

static void
free_map(gpointer map)
{
    g_hash_table_destroy((GHashTable *)map);
}

void
np_storage_cleanup(void)
{
    g_slist_free_full(maps, free_map);
    maps = NULL;
    shared_texts = hosts = NULL;
    g_clear_pointer(&texts, g_string_chunk_free);
}

np_span_t
np_copy_span(np_span_t bytes)
{
    const char *data = bytes.data ? (const char *)bytes.data : "";
    bool is_text = memchr(data, 0, bytes.len) == NULL;
    char *text = g_strndup(data, bytes.len);
    char *copy = is_text ? (char *)g_hash_table_lookup(shared_texts, text) : NULL;

    if (!copy) {
        copy = g_string_chunk_insert_len(texts, data, (ssize_t)bytes.len);
        if (is_text) {
            g_hash_table_add(shared_texts, copy);
        }
    }
    g_free(text);
    return (np_span_t){ (const uint8_t *)copy, bytes.len };
}

const char *
np_copy_bytes(np_span_t bytes)
{
    return bytes.data ? (const char *)np_copy_span(bytes).data : NULL;
}

const char *
np_copy_text(np_span_t bytes)
{
    const char *copy;
    char *valid;

    if (!bytes.data || g_utf8_validate((const char *)bytes.data, (ssize_t)bytes.len, NULL)) {
        return np_copy_bytes(bytes);
    }
    valid = (char *)get_utf_8_string(NULL, bytes.data, (int)bytes.len);
    copy = np_copy_bytes(np_span_of(valid));
    wmem_free(NULL, valid);
    return copy;
}

char *
np_copy_string(const char *string)
{
    return string ? g_string_chunk_insert(texts, string) : NULL;
}

const address *
np_copy_address(const address *host)
{
    address *known = (address *)g_hash_table_lookup(hosts, host);

    if (!known) {
        known = wmem_new(wmem_file_scope(), address);
        copy_address_wmem(wmem_file_scope(), known, host);
        g_hash_table_add(hosts, known);
    }
    return known;
}

GHashTable *
np_map_new(GHashFunc hash, GEqualFunc equal)
{
    GHashTable *map = g_hash_table_new(hash, equal);

    maps = g_slist_prepend(maps, map);
    return map;
}

void
np_map_set_text(GHashTable *map, const char *key, gpointer value)
{
    bool is_known = g_hash_table_contains(map, key);

    g_hash_table_insert(map, is_known ? (gpointer)key : np_copy_string(key), value); /* a known key stays */
}

unsigned
np_hash_bytes(const void *bytes, size_t length)
{
    return wmem_strong_hash((const uint8_t *)bytes, length);
}

unsigned
np_hash_address(unsigned hash, const address *host)
{
    return hash * 31 + np_hash_bytes(host->data, (size_t)host->len);
}

#define HASHED ((size_t)16) /* bytes of an address (IPv6) */

static size_t
add_hashed(uint8_t *bytes, size_t length, const address *host)
{
    size_t hashed = MIN((size_t)host->len, HASHED);

    if (hashed) {
        memcpy(bytes + length, host->data, hashed);
    }
    return length + hashed;
}

unsigned
np_hash_addresses(uint32_t first, uint32_t second, const address *src, const address *dst)
{
    const uint32_t numbers[] = { first, second };
    uint8_t bytes[sizeof numbers + HASHED + HASHED];
    size_t length = sizeof numbers;

    memcpy(bytes, numbers, length);
    length = add_hashed(bytes, length, src);
    length = add_hashed(bytes, length, dst);
    return np_hash_bytes(bytes, length);
}

unsigned
np_address_hash(gconstpointer host)
{
    return np_hash_address(0, (const address *)host);
}

gboolean
np_address_equal(gconstpointer left, gconstpointer right)
{
    return addresses_equal((const address *)left, (const address *)right);
}
