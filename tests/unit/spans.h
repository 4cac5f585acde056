/* spans.h
 * Naver Phone: spans for unit tests
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEST_SPANS_H
#define NP_TEST_SPANS_H

#include <string.h>

#include <glib.h>

#include "text/span.h"

/* A span of an exactly sized copy (g_free), so that the sanitizer sees reads beyond it. */
static inline np_span_t
tight(const void *bytes, size_t len, uint8_t **copy)
{
    np_span_t made;

    *copy = g_malloc(len ? len : 1);
    memcpy(*copy, bytes, len);
    made.data = *copy;
    made.len = len;
    return made;
}

#define assert_span(given, expected) \
    do { \
        np_span_t given_ = (given); \
        char *text_ = given_.data ? g_strndup((const char *)given_.data, given_.len) : NULL; \
        g_assert_cmpstr(text_, ==, (expected)); \
        g_free(text_); \
    } while (0)

/* g_assert_cmpmem() without conversions to int. */
static inline void
assert_bytes(const GByteArray *given, const void *expected, size_t len)
{
    g_assert_cmpuint(given->len, ==, len);
    g_assert_true(len == 0 || memcmp(given->data, expected, len) == 0);
}

#endif /* NP_TEST_SPANS_H */
