/* references.c
 * Values that a session's legs made known, and where they stand in the bytes of a control message
 *
 * A value can be written in several ways (text, binary in either byte order, BCD). All of a session's are in one array,
 * sorted by their bytes. What stands at an offset of a message is found by binary search: of all that it begins with, the
 * longest is the last one up to it in the array, or one that this one begins with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/references.h"

#include <stdio.h>

#include <epan/to_str.h>

#include "text/parameters.h"

#define MAX_WRITINGS 4096   /* of one session */
#define MAX_LENGTH 128      /* bytes of a writing */
#define MIN_LENGTH 4        /* of a value that is not a number, as text or as bytes */
#define MIN_DIGITS 7        /* of a number that nothing else is by chance */
#define MIN_LONE_PORT 10000 /* a port that counts without its address, as text */
#define MAX_HITS 64         /* in one message */
#define IPV6_BYTES 16

/* A way to write a value. */
typedef struct np_writing {
    const struct np_writing *shorter; /* the longest other that this one begins with, or equals; NULL: none */
    np_reference_t kind;
    uint32_t frame;        /* from which it is known */
    uint32_t skip, length; /* the part of the bytes that is the value; what is beside it only makes sure */
    bool is_text;
    uint32_t size;
    uint8_t bytes[];
} np_writing_t;

struct np_references {
    wmem_array_t *writings; /* np_writing_t *, sorted by their bytes; of equal ones the latest is the first */
};

np_references_t *
np_references_new(void)
{
    np_references_t *references = wmem_new(wmem_file_scope(), np_references_t);

    references->writings = wmem_array_new(wmem_file_scope(), sizeof(np_writing_t *));
    return references;
}

/* ---- the sorted array ------------------------------------------------------------- */

static np_writing_t *
writing_at(const np_references_t *references, unsigned index)
{
    return *(np_writing_t **)wmem_array_index(references->writings, index);
}

static unsigned
writing_count(const np_references_t *references)
{
    return wmem_array_get_count(references->writings);
}

static int
compare_bytes(const np_writing_t *writing, const uint8_t *bytes, uint32_t size)
{
    int order = memcmp(writing->bytes, bytes, MIN(writing->size, size));

    return order ? order : (writing->size > size) - (writing->size < size);
}

static bool
equals_bytes(const np_writing_t *writing, const uint8_t *bytes, uint32_t size)
{
    return writing->size == size && memcmp(writing->bytes, bytes, size) == 0;
}

/* How many writings come before these bytes. with_equal: or are equal to them. */
static unsigned
count_before(const np_references_t *references, const uint8_t *bytes, uint32_t size, bool with_equal)
{
    unsigned least = 0, most = writing_count(references);

    while (least < most) {
        unsigned middle = least + (most - least) / 2;
        int order = compare_bytes(writing_at(references, middle), bytes, size);

        if (order < 0 || (order == 0 && with_equal)) {
            least = middle + 1;
        } else {
            most = middle;
        }
    }
    return least;
}

/* The longest of the first count writings, which come before these bytes or are equal to them, that the bytes begin with. */
static const np_writing_t *
longest_begin(const np_references_t *references, unsigned count, const uint8_t *bytes, uint32_t size)
{
    const np_writing_t *writing = count > 0 ? writing_at(references, count - 1) : NULL;
    uint32_t common = 0;

    while (writing && common < MIN(writing->size, size) && writing->bytes[common] == bytes[common]) {
        common++;
    }
    while (writing && writing->size > common) {
        writing = writing->shorter;
    }
    return writing;
}

static void
insert_at(np_references_t *references, unsigned place, np_writing_t *writing)
{
    np_writing_t **writings;

    wmem_array_append_one(references->writings, writing);
    writings = (np_writing_t **)wmem_array_get_raw(references->writings);
    memmove(writings + place + 1, writings + place, (writing_count(references) - 1 - place) * sizeof *writings);
    writings[place] = writing;
    for (unsigned i = place + 1; i < writing_count(references); i++) {
        np_writing_t *longer = writings[i];

        if (longer->size < writing->size || memcmp(longer->bytes, writing->bytes, writing->size) != 0) {
            break;
        }
        if (!longer->shorter || longer->shorter->size < writing->size) {
            longer->shorter = writing;
        }
    }
}

/* like: what the writing means; its bytes are given apart. */
static void
add_writing(np_references_t *references, const uint8_t *bytes, uint32_t size, const np_writing_t *like)
{
    unsigned place;
    np_writing_t *writing;

    if (size == 0 || size > MAX_LENGTH || writing_count(references) >= MAX_WRITINGS) {
        return;
    }
    place = count_before(references, bytes, size, false);
    for (unsigned i = place; i < writing_count(references); i++) {
        const np_writing_t *known = writing_at(references, i);

        if (!equals_bytes(known, bytes, size)) {
            break;
        }
        if (known->kind == like->kind && known->skip == like->skip && known->length == like->length) {
            return; /* known from an earlier frame */
        }
    }
    writing = (np_writing_t *)wmem_alloc(wmem_file_scope(), sizeof *writing + size);
    *writing = *like;
    writing->size = size;
    memcpy(writing->bytes, bytes, size);
    writing->shorter = longest_begin(references, place, bytes, size);
    insert_at(references, place, writing);
}

/* ---- ways to write a value ---------------------------------------------------------- */

static void
add_whole(np_references_t *references, np_reference_t kind, uint32_t frame, const uint8_t *bytes, unsigned length,
          bool is_text)
{
    np_writing_t writing = { .kind = kind, .frame = frame, .length = length, .is_text = is_text };
    add_writing(references, bytes, length, &writing);
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

/* Bytes that are mostly zero, or all alike, occur by chance. */
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
write_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value)
{
    bool is_text;

    if (!value.data || value.len < MIN_LENGTH || value.len > MAX_LENGTH) {
        return;
    }
    is_text = is_printable_ascii(value);
    if (is_text || says_something(value.data, value.len)) {
        add_whole(references, kind, frame, value.data, (unsigned)value.len, is_text);
    }
}

static void
write_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *text)
{
    add_whole(references, kind, frame, (const uint8_t *)text, (unsigned)strlen(text), true);
}

static void
reverse(uint8_t *bytes, unsigned length)
{
    for (unsigned i = 0; i < length / 2; i++) {
        uint8_t swapped = bytes[i];
        bytes[i] = bytes[length - 1 - i];
        bytes[length - 1 - i] = swapped;
    }
}

/* A port counts beside its address, before or after it, each in either byte order. */
static void
add_beside(np_references_t *references, uint32_t frame, const uint8_t *host, unsigned size, uint16_t port)
{
    uint8_t bytes[2 + IPV6_BYTES + 2];
    np_writing_t writing = { .kind = NP_REFERENCE_PORT, .frame = frame, .length = 2 };

    for (unsigned little = 0; little < 2; little++) {
        uint8_t low = (uint8_t)port, high = (uint8_t)(port >> 8);

        bytes[0] = bytes[2 + size] = little ? low : high;
        bytes[1] = bytes[3 + size] = little ? high : low;
        memcpy(bytes + 2, host, size);
        writing.skip = 0;
        add_writing(references, bytes, size + 2, &writing);
        writing.skip = size;
        add_writing(references, bytes + 2, size + 2, &writing);
    }
}

static void
add_binary_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host, uint16_t port)
{
    uint8_t bytes[IPV6_BYTES];
    unsigned size = (unsigned)host->len;

    memcpy(bytes, host->data, size);
    if (!says_something(bytes, size)) {
        return;
    }
    for (unsigned little = 0; little < (size == 4 ? 2 : 1); little++) {
        add_whole(references, kind, frame, bytes, size, false);
        add_beside(references, frame, bytes, size, port);
        reverse(bytes, size);
    }
}

/* Two digits a byte, the first in the upper half, or (swapped) in the lower one; filler where they are odd. */
static void
add_bcd(np_references_t *references, uint32_t frame, const char *digits, bool swapped, uint8_t filler)
{
    uint8_t bytes[MAX_LENGTH];
    size_t count = strlen(digits), length = (count + 1) / 2;

    if (length < MIN_LENGTH || length > sizeof bytes) {
        return;
    }
    for (size_t i = 0; i < length; i++) {
        uint8_t first = (uint8_t)(digits[2 * i] - '0');
        uint8_t second = 2 * i + 1 < count ? (uint8_t)(digits[2 * i + 1] - '0') : filler;

        bytes[i] = (uint8_t)(swapped ? second << 4 | first : first << 4 | second);
    }
    add_whole(references, NP_REFERENCE_DIALLED, frame, bytes, (unsigned)length, false);
}

/* What was dialled, where it is a number: as text and as BCD. */
static void
write_number(np_references_t *references, uint32_t frame, const char *digits)
{
    size_t count;

    if (!digits) {
        return;
    }
    digits += digits[0] == '+';
    count = strlen(digits);
    if (count < MIN_DIGITS || count > MAX_LENGTH || strspn(digits, "0123456789") != count) {
        return;
    }
    write_text(references, NP_REFERENCE_DIALLED, frame, digits);
    for (unsigned swapped = 0; swapped < 2; swapped++) {
        add_bcd(references, frame, digits, swapped, 0xf);
        if (count % 2) {
            add_bcd(references, frame, digits, swapped, 0);
        }
    }
    if (count % 2) {
        char *padded = g_strconcat("0", digits, NULL);
        add_bcd(references, frame, padded, false, 0);
        g_free(padded);
    }
}

static void
write_decoded(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent)
{
    GByteArray *decoded = g_byte_array_new();

    np_parameter_decode(sent, decoded);
    write_bytes(references, kind, frame, (np_span_t){ decoded->data, decoded->len });
    g_byte_array_unref(decoded);
}

/* ---- what the legs add --------------------------------------------------------------- */

void
np_references_add_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value)
{
    write_bytes(references, kind, frame, value);
}

void
np_references_add_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *value)
{
    write_bytes(references, kind, frame, np_span_of(value));
}

/* What is too short or too long as it was sent may be neither once it is decoded. */
void
np_references_add_parameter(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent)
{
    if (!sent.data || sent.len < MIN_LENGTH) {
        return;
    }
    write_bytes(references, kind, frame, sent);
    write_decoded(references, kind, frame, sent);
}

void
np_references_add_call(np_references_t *references, uint32_t frame, const naverphone_call_info_t *call)
{
    write_bytes(references, NP_REFERENCE_CALL_ID, frame, np_span_of(call->id));
    write_bytes(references, NP_REFERENCE_SIP_USER, frame, np_span_of(call->caller));
    write_number(references, frame, call->dialled);
    write_number(references, frame, call->phone_number);
    write_number(references, frame, call->phone_number_e164);
}

void
np_references_add_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host,
                         uint16_t port)
{
    np_writing_t beside = { .kind = NP_REFERENCE_PORT, .frame = frame, .is_text = true };
    char *text, *both;

    if (host->type != AT_IPv4 && host->type != AT_IPv6) {
        return;
    }
    add_binary_socket(references, kind, frame, host, port);
    text = address_to_str(NULL, host);
    both = wmem_strdup_printf(NULL, "%s:%u", text, port);
    beside.skip = (uint32_t)strlen(text) + 1;
    beside.length = (uint32_t)strlen(both) - beside.skip;
    write_text(references, kind, frame, text);
    add_writing(references, (const uint8_t *)both, beside.skip + beside.length, &beside);
    if (port >= MIN_LONE_PORT) {
        write_text(references, NP_REFERENCE_PORT, frame, both + beside.skip);
    }
    wmem_free(NULL, both);
    wmem_free(NULL, text);
}

void
np_references_add_ssrc(np_references_t *references, uint32_t frame, uint32_t ssrc)
{
    uint8_t bytes[4];
    char text[3][16];

    phtonu32(bytes, ssrc);
    if (!says_something(bytes, sizeof bytes)) {
        return;
    }
    add_whole(references, NP_REFERENCE_SSRC, frame, bytes, sizeof bytes, false);
    reverse(bytes, sizeof bytes);
    add_whole(references, NP_REFERENCE_SSRC, frame, bytes, sizeof bytes, false);
    snprintf(text[0], sizeof text[0], "%u", ssrc);
    snprintf(text[1], sizeof text[1], "%08x", ssrc);
    snprintf(text[2], sizeof text[2], "%08X", ssrc);
    for (size_t i = 0; i < G_N_ELEMENTS(text); i++) {
        if (strlen(text[i]) >= MIN_DIGITS) {
            write_text(references, NP_REFERENCE_SSRC, frame, text[i]);
        }
    }
}

/* ---- searching ------------------------------------------------------------------- */

/* A word is no part of a longer one. */
static bool
stands_alone(const uint8_t *bytes, uint32_t length, uint32_t begin, uint32_t end)
{
    if (begin > 0 && g_ascii_isalnum(bytes[begin]) && g_ascii_isalnum(bytes[begin - 1])) {
        return false;
    }
    return end >= length || !g_ascii_isalnum(bytes[end - 1]) || !g_ascii_isalnum(bytes[end]);
}

/* All writings that stand at begin, the shortest first. */
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
np_references_find(const np_references_t *references, wmem_allocator_t *scope, const uint8_t *bytes, uint32_t length)
{
    uint32_t searched = MIN(length, NP_REFERENCES_SEARCHED);
    wmem_array_t *hits = NULL;

    for (uint32_t begin = 0; begin < searched; begin++) {
        uint32_t left = MIN(searched - begin, MAX_LENGTH);
        unsigned count = count_before(references, bytes + begin, left, true);
        const np_writing_t *longest = longest_begin(references, count, bytes + begin, left);

        if (!longest) {
            continue;
        }
        if (!hits) {
            hits = wmem_array_new(scope, sizeof(np_hit_t));
        }
        add_hits(hits, longest, bytes, searched, begin);
        if (wmem_array_get_count(hits) >= MAX_HITS) {
            break;
        }
    }
    return hits;
}
