/* input.h
 * What the fuzzers of the pure rooms share: the fuzzer's bytes taken apart, and the room's promises checked
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_FUZZ_INPUT_H
#define NP_FUZZ_INPUT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "text/span.h"

/** The fuzzer's entry point: bytes it made up; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/** Says which promise was broken, and ends: asserts of the rooms themselves may be compiled out. */
#define PROMISED(condition) do { if (!(condition)) g_error("not so: %s", #condition); } while (0)

/** What is left of the fuzzer's bytes. */
typedef struct {
    const uint8_t *bytes;
    size_t left;
} input_t;

/** The next byte; 0 after the end. */
static inline uint8_t
take_byte(input_t *input)
{
    if (!input->left)
        return 0;
    input->left--;
    return *input->bytes++;
}

/** The next bytes, at most as many as are left, in memory of their own (g_free): a reader that goes beyond is seen. */
static inline uint8_t *
take_bytes(input_t *input, size_t *length)
{
    *length = MIN(*length, input->left);
    uint8_t *taken = g_malloc(*length + !*length);

    if (*length)
        memcpy(taken, input->bytes, *length);
    input->bytes += *length;
    input->left -= *length;
    return taken;
}

/** All that is left, as text (g_free). */
static inline char *
take_text(input_t *input)
{
    char *text = g_strndup((const char *)input->bytes, input->left);

    input->left = 0;
    return text;
}

/** Promised: a part that was found lies in the bytes that were given. */
static inline void
check_within(np_span_t part, np_span_t whole)
{
    PROMISED(!part.data || (part.data >= whole.data && part.data + part.len <= whole.data + whole.len));
}

#endif /* NP_FUZZ_INPUT_H */
