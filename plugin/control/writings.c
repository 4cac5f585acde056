/* writings.c
 *
 * Writings are sorted by bytes. Binary search finds the last one up to a message's bytes; the longest match is that one
 * or one of its beginnings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/writings.h"

#include <stdio.h>

#include <epan/to_str.h>

#define MAX_WRITINGS 4096
#define MAX_HITS 64         /* per message */
#define MIN_LONE_PORT 10000 /* without its address, as text */
#define IPV6_BYTES 16

typedef struct np_writing {
    const uint8_t *bytes;
    uint32_t size;
    np_reference_t kind;
    uint32_t frame;        /* first that contained the value */
    uint32_t skip, length; /* value within bytes; the rest is context */
    bool is_text;
    unsigned order;                   /* of addition */
    const struct np_writing *shorter; /* longest beginning of this one, or NULL */
} np_writing_t;

struct np_writings {
    wmem_allocator_t *scope;
    wmem_array_t *array; /* np_writing_t */
};

/* ---- ways to write a value ---------------------------------------------------------- */

/* like: all but bytes, size, order */
static void
add_writing(np_writings_t *writings, const uint8_t *bytes, size_t size, np_writing_t like)
{
    if (size == 0 || size > NP_REFERENCES_MAX_LENGTH || wmem_array_get_count(writings->array) >= MAX_WRITINGS) {
        return;
    }
    like.bytes = (const uint8_t *)wmem_memdup(writings->scope, bytes, size);
    like.size = (uint32_t)size;
    like.order = wmem_array_get_count(writings->array);
    wmem_array_append_one(writings->array, like);
}

static void
add_whole(np_writings_t *writings, const np_known_value_t *value, np_span_t bytes, bool is_text)
{
    add_writing(writings, bytes.data, bytes.len,
                (np_writing_t){
                    .kind = value->kind, .frame = value->frame, .length = (uint32_t)bytes.len, .is_text = is_text });
}

static void
add_text(np_writings_t *writings, const np_known_value_t *value, const char *text)
{
    add_whole(writings, value, np_span_of(text), true);
}

static bool
is_printable_ascii(np_span_t value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!g_ascii_isprint(value.data[i])) {
            return false;
        }
    }
    return true;
}

/* Zeros and uniform bytes occur by chance. */
static bool
says_something(const uint8_t *bytes, size_t length)
{
    unsigned telling = 0;

    for (size_t i = 0; i < length; i++) {
        telling += bytes[i] != 0 && bytes[i] != 0xff && (i == 0 || bytes[i] != bytes[i - 1]);
    }
    return telling >= 2;
}

static void
write_bytes(np_writings_t *writings, const np_known_value_t *value)
{
    np_span_t bytes = { value->bytes, value->length };
    bool is_text = is_printable_ascii(bytes);

    if (is_text || says_something(value->bytes, value->length)) {
        add_whole(writings, value, bytes, is_text);
    }
}

static void
reverse(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length / 2; i++) {
        uint8_t swapped = bytes[i];
        bytes[i] = bytes[length - 1 - i];
        bytes[length - 1 - i] = swapped;
    }
}

/* Adds the port before and after its address. */
static void
add_beside(np_writings_t *writings, const np_known_value_t *value, const uint8_t *host)
{
    uint8_t bytes[2 + IPV6_BYTES + 2];
    uint32_t size = value->length;
    np_writing_t port = { .kind = NP_REFERENCE_PORT, .frame = value->frame, .length = 2 };

    for (unsigned little = 0; little < 2; little++) {
        uint8_t low = (uint8_t)value->port, high = (uint8_t)(value->port >> 8);

        bytes[0] = bytes[2 + size] = little ? low : high;
        bytes[1] = bytes[3 + size] = little ? high : low;
        memcpy(bytes + 2, host, size);
        port.skip = 0;
        add_writing(writings, bytes, size + 2, port);
        port.skip = size;
        add_writing(writings, bytes + 2, size + 2, port);
    }
}

static void
write_binary_socket(np_writings_t *writings, const np_known_value_t *value)
{
    uint8_t bytes[IPV6_BYTES];

    memcpy(bytes, value->bytes, value->length);
    if (!says_something(bytes, value->length)) {
        return;
    }
    for (unsigned little = 0; little < (value->length == 4 ? 2 : 1); little++) {
        add_whole(writings, value, (np_span_t){ bytes, value->length }, false);
        add_beside(writings, value, bytes);
        reverse(bytes, value->length);
    }
}

static void
write_socket(np_writings_t *writings, const np_known_value_t *value)
{
    const address host = ADDRESS_INIT(value->length == 4 ? AT_IPv4 : AT_IPv6, (int)value->length, value->bytes);
    np_known_value_t port = { .kind = NP_REFERENCE_PORT, .frame = value->frame };
    np_writing_t behind = { .kind = NP_REFERENCE_PORT, .frame = value->frame, .is_text = true };
    char *text = address_to_str(writings->scope, &host);
    char *both = wmem_strdup_printf(writings->scope, "%s:%u", text, value->port);

    write_binary_socket(writings, value);
    add_text(writings, value, text);
    behind.skip = (uint32_t)strlen(text) + 1;
    behind.length = (uint32_t)strlen(both) - behind.skip;
    add_writing(writings, (const uint8_t *)both, behind.skip + behind.length, behind);
    if (value->port >= MIN_LONE_PORT) {
        add_text(writings, &port, both + behind.skip);
    }
}

/* Two digits per byte, the first in the lower half if swapped. filler completes odd numbers. */
static void
add_bcd(np_writings_t *writings, const np_known_value_t *value, np_span_t digits, bool swapped, uint8_t filler)
{
    uint8_t bytes[NP_REFERENCES_MAX_LENGTH];
    size_t length = (digits.len + 1) / 2;

    if (length < NP_REFERENCES_MIN_LENGTH || length > sizeof bytes) {
        return;
    }
    for (size_t i = 0; i < length; i++) {
        uint8_t first = (uint8_t)(digits.data[2 * i] - '0');
        uint8_t second = 2 * i + 1 < digits.len ? (uint8_t)(digits.data[2 * i + 1] - '0') : filler;

        bytes[i] = (uint8_t)(swapped ? second << 4 | first : first << 4 | second);
    }
    add_whole(writings, value, (np_span_t){ bytes, length }, false);
}

static void
write_number(np_writings_t *writings, const np_known_value_t *value)
{
    np_span_t digits = { value->bytes, value->length };
    bool is_odd = value->length % 2;

    add_whole(writings, value, digits, true);
    for (unsigned swapped = 0; swapped < 2; swapped++) {
        add_bcd(writings, value, digits, swapped, 0xf);
        if (is_odd) {
            add_bcd(writings, value, digits, swapped, 0);
        }
    }
    if (is_odd) {
        uint8_t padded[1 + NP_REFERENCES_MAX_LENGTH] = { '0' };

        memcpy(padded + 1, value->bytes, value->length);
        add_bcd(writings, value, (np_span_t){ padded, 1 + value->length }, false, 0);
    }
}

static void
write_ssrc(np_writings_t *writings, const np_known_value_t *value)
{
    uint32_t ssrc = pntohu32(value->bytes);
    uint8_t bytes[4];
    char text[3][16];

    memcpy(bytes, value->bytes, sizeof bytes);
    if (!says_something(bytes, sizeof bytes)) {
        return;
    }
    add_whole(writings, value, (np_span_t){ bytes, sizeof bytes }, false);
    reverse(bytes, sizeof bytes);
    add_whole(writings, value, (np_span_t){ bytes, sizeof bytes }, false);
    snprintf(text[0], sizeof text[0], "%u", ssrc);
    snprintf(text[1], sizeof text[1], "%08x", ssrc);
    snprintf(text[2], sizeof text[2], "%08X", ssrc);
    for (size_t i = 0; i < G_N_ELEMENTS(text); i++) {
        if (strlen(text[i]) >= NP_REFERENCES_MIN_DIGITS) {
            add_text(writings, value, text[i]);
        }
    }
}

static void
write_value(np_writings_t *writings, const np_known_value_t *value)
{
    switch (value->kind) {
    case NP_REFERENCE_CLIENT:
    case NP_REFERENCE_SERVER:
        write_socket(writings, value);
        break;
    case NP_REFERENCE_DIALLED:
        write_number(writings, value);
        break;
    case NP_REFERENCE_SSRC:
        write_ssrc(writings, value);
        break;
    default:
        write_bytes(writings, value);
        break;
    }
}

/* ---- the sorted array ------------------------------------------------------------- */

static np_writing_t *
writing_at(const np_writings_t *writings, unsigned index)
{
    return (np_writing_t *)wmem_array_index(writings->array, index);
}

static int
compare_bytes(const np_writing_t *writing, const uint8_t *bytes, uint32_t size)
{
    int order = memcmp(writing->bytes, bytes, MIN(writing->size, size));

    return order ? order : (writing->size > size) - (writing->size < size);
}

static int
compare_numbers(uint32_t left, uint32_t right)
{
    return (left > right) - (left < right);
}

/* Latest first. */
static int
compare_writings(const void *a, const void *b)
{
    const np_writing_t *left = (const np_writing_t *)a, *right = (const np_writing_t *)b;
    int order = compare_bytes(left, right->bytes, right->size);

    return order ? order : compare_numbers(right->order, left->order);
}

static int
compare_meanings(const np_writing_t *left, const np_writing_t *right)
{
    int order = compare_bytes(left, right->bytes, right->size);

    order = order ? order : compare_numbers(left->kind, right->kind);
    order = order ? order : compare_numbers(left->skip, right->skip);
    return order ? order : compare_numbers(left->length, right->length);
}

/* Earliest first. */
static int
compare_repeated(const void *a, const void *b)
{
    const np_writing_t *left = (const np_writing_t *)a, *right = (const np_writing_t *)b;
    int order = compare_meanings(left, right);

    return order ? order : compare_numbers(left->order, right->order);
}

/* Keeps the earliest of one meaning. */
static void
drop_repeated(np_writings_t *writings)
{
    wmem_array_t *all = writings->array;
    const np_writing_t *last = NULL;

    wmem_array_sort(all, compare_repeated);
    writings->array = wmem_array_sized_new(writings->scope, sizeof *last, MAX(wmem_array_get_count(all), 1));
    for (unsigned i = 0; i < wmem_array_get_count(all); i++) {
        const np_writing_t *writing = (const np_writing_t *)wmem_array_index(all, i);

        if (!last || compare_meanings(last, writing) != 0) {
            wmem_array_append(writings->array, writing, 1);
        }
        last = writing;
    }
}

/* Of writing and its beginnings, the longest one that begins bytes, or NULL. */
static const np_writing_t *
longest_begin(const np_writing_t *writing, const uint8_t *bytes, uint32_t size)
{
    uint32_t common = 0;

    while (writing && common < MIN(writing->size, size) && writing->bytes[common] == bytes[common]) {
        common++;
    }
    while (writing && writing->size > common) {
        writing = writing->shorter;
    }
    return writing;
}

np_writings_t *
np_writings_of(const np_references_t *references, wmem_allocator_t *scope)
{
    np_writings_t *writings = wmem_new(scope, np_writings_t);

    writings->scope = scope;
    writings->array = wmem_array_sized_new(scope, sizeof(np_writing_t), 128);
    for (unsigned i = 0; i < np_references_count(references); i++) {
        write_value(writings, np_references_get(references, i));
    }
    drop_repeated(writings);
    wmem_array_sort(writings->array, compare_writings);
    for (unsigned i = 1; i < wmem_array_get_count(writings->array); i++) {
        np_writing_t *writing = writing_at(writings, i);

        writing->shorter = longest_begin(writing_at(writings, i - 1), writing->bytes, writing->size);
    }
    return writings;
}

/* Last one not above bytes, or NULL. */
static const np_writing_t *
last_up_to(const np_writings_t *writings, const uint8_t *bytes, uint32_t size)
{
    unsigned least = 0, most = wmem_array_get_count(writings->array);

    while (least < most) {
        unsigned middle = least + (most - least) / 2;

        if (compare_bytes(writing_at(writings, middle), bytes, size) <= 0) {
            least = middle + 1;
        } else {
            most = middle;
        }
    }
    return least > 0 ? writing_at(writings, least - 1) : NULL;
}

/* ---- searching ------------------------------------------------------------------- */

/* True if not within a longer word. */
static bool
stands_alone(const uint8_t *bytes, uint32_t length, uint32_t begin, uint32_t end)
{
    if (begin > 0 && g_ascii_isalnum(bytes[begin]) && g_ascii_isalnum(bytes[begin - 1])) {
        return false;
    }
    return end >= length || !g_ascii_isalnum(bytes[end - 1]) || !g_ascii_isalnum(bytes[end]);
}

static void
add_hits(wmem_array_t *hits, const np_writing_t *longest, const uint8_t *bytes, uint32_t length, uint32_t begin)
{
    GPtrArray *found = g_ptr_array_new();

    for (const np_writing_t *writing = longest; writing; writing = writing->shorter) {
        g_ptr_array_add(found, (void *)writing);
    }
    for (unsigned i = found->len; i-- > 0;) {
        const np_writing_t *writing = (const np_writing_t *)g_ptr_array_index(found, i);
        const np_hit_t hit = { begin + writing->skip, writing->length, writing->kind, writing->frame };

        if (!writing->is_text || stands_alone(bytes, length, begin, begin + writing->size)) {
            wmem_array_append_one(hits, hit);
        }
    }
    g_ptr_array_free(found, TRUE);
}

wmem_array_t *
np_writings_find(const np_writings_t *writings, const uint8_t *bytes, uint32_t length)
{
    uint32_t searched = MIN(length, NP_WRITINGS_SEARCHED);
    wmem_array_t *hits = NULL;

    for (uint32_t begin = 0; begin < searched; begin++) {
        uint32_t left = MIN(searched - begin, NP_REFERENCES_MAX_LENGTH);
        const np_writing_t *last = last_up_to(writings, bytes + begin, left);
        const np_writing_t *longest = longest_begin(last, bytes + begin, left);

        if (!longest) {
            continue;
        }
        if (!hits) {
            hits = wmem_array_new(writings->scope, sizeof(np_hit_t));
        }
        add_hits(hits, longest, bytes, searched, begin);
        if (wmem_array_get_count(hits) >= MAX_HITS) {
            break;
        }
    }
    return hits;
}
