/* copies.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/copies.h"

#include <epan/charsets.h>
#include <epan/wmem_scopes.h>

const char *
np_copy_bytes(np_span_t bytes)
{
    return bytes.data ? wmem_strndup(wmem_file_scope(), (const char *)bytes.data, bytes.len) : NULL;
}

const char *
np_copy_text(np_span_t bytes)
{
    if (!bytes.data || g_utf8_validate((const char *)bytes.data, (ssize_t)bytes.len, NULL)) {
        return np_copy_bytes(bytes);
    }
    return (const char *)get_utf_8_string(wmem_file_scope(), bytes.data, (int)bytes.len);
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
