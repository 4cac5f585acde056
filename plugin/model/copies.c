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
