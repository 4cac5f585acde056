/* reference.c
 * Values that a session's legs made known, and where they stand in other bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "reference.h"

#include <stdio.h>

#include <epan/to_str.h>

#include "keep.h"

#define MOST_NEEDLES  4096      /* ways to write a value, of one session */
#define MOST_FACTS    1024      /* values of one session */
#define LONGEST       128       /* bytes of a needle */
#define LEAST_LENGTH  4         /* of a needle, as text or as bytes */
#define LEAST_DIGITS  7         /* of a number that nothing else is by chance */
#define LEAST_LONE_PORT 10000   /* a port that counts without its address, as text */
#define MOST_HITS     64        /* in one message */

/* A value as it could be written. */
typedef struct np_needle {
    struct np_needle *next;     /* others of the same bytes */
    np_reference_t kind;
    uint32_t frame;
    uint8_t  skip, length;      /* the part of the bytes that is the value; what is beside it only makes sure */
    bool     is_text;
} np_needle_t;

/* A byte of needles. Its children are the bytes that follow it in some. */
typedef struct np_node {
    struct np_node *child, *sibling;
    np_needle_t    *needles;    /* that end here */
    uint8_t         byte;
} np_node_t;

typedef enum { FORM_BYTES, FORM_NUMBER, FORM_SOCKET, FORM_SSRC } fact_form_t;

/* A value as it was told. How it could be written is worked out when somebody searches for it, which may be never:
 * until then it takes little room. */
typedef struct {
    uint32_t frame;
    uint32_t number;            /* SSRC, or port */
    uint8_t  kind;              /* np_reference_t */
    uint8_t  form;              /* fact_form_t */
    uint8_t  length;            /* of the value: a text, or an address */
} fact_head_t;

typedef struct {
    fact_head_t    head;
    const uint8_t *value;       /* its bytes follow the head */
} np_fact_t;

#define HEAD_SIZE (offsetof(fact_head_t, length) + 1)   /* without what the compiler puts behind it */
#define FACT_PAGE_SIZE 240           /* room for the longest fact, and seldom much too large */

/* Facts, one behind the other. */
typedef struct np_fact_page {
    struct np_fact_page *next;
    uint32_t used;
    uint8_t  bytes[FACT_PAGE_SIZE];
} np_fact_page_t;

struct np_references {
    np_fact_page_t *facts, *last_facts;     /* not written yet */
    unsigned    fact_count;
    np_node_t **roots;          /* by first byte; NULL before the first search */
    unsigned    count;
};

np_references_t *
np_references_new(void)
{
    return np_keep_new(np_references_t);
}

/* ---- needles ---------------------------------------------------------------------- */

static np_node_t *
child_of(np_node_t **children, uint8_t byte)
{
    np_node_t *node = *children;

    while (node && node->byte != byte)
        node = node->sibling;
    if (!node) {
        node = np_keep_new(np_node_t);
        node->byte = byte;
        node->sibling = *children;
        *children = node;
    }
    return node;
}

static void
add_needle(np_references_t *references, const uint8_t *bytes, unsigned length, const np_needle_t *needle)
{
    np_node_t *node;
    np_needle_t *kept;

    if (length == 0 || length > LONGEST || references->count >= MOST_NEEDLES)
        return;
    node = child_of(&references->roots[bytes[0]], bytes[0]);
    for (unsigned i = 1; i < length; i++)
        node = child_of(&node->child, bytes[i]);
    for (kept = node->needles; kept; kept = kept->next)
        if (kept->kind == needle->kind && kept->skip == needle->skip && kept->length == needle->length)
            return;             /* known from an earlier frame */
    kept = (np_needle_t *)np_keep_copy(needle, sizeof *needle);
    kept->next = node->needles;
    node->needles = kept;
    references->count++;
}

static void
add_whole(np_references_t *references, np_reference_t kind, uint32_t frame, const uint8_t *bytes, unsigned length,
          bool is_text)
{
    np_needle_t needle = { .kind = kind, .frame = frame, .length = (uint8_t)MIN(length, LONGEST), .is_text = is_text };
    add_needle(references, bytes, length, &needle);
}

static bool
is_printable_ascii(np_span_t value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!g_ascii_isprint(value.data[i]))
            return false;
    return true;
}

/* Bytes that are mostly zero, or all alike, stand anywhere. */
static bool
says_something(const uint8_t *bytes, size_t length)
{
    unsigned telling = 0;

    for (size_t i = 0; i < length; i++)
        telling += bytes[i] != 0 && bytes[i] != 0xff && (i == 0 || bytes[i] != bytes[i - 1]);
    return telling >= 2;
}

static void
write_bytes(np_references_t *references, const np_fact_t *fact)
{
    const fact_head_t *head = &fact->head;
    bool is_text = is_printable_ascii((np_span_t){ fact->value, head->length });

    if (head->length < LEAST_LENGTH || (!is_text && !says_something(fact->value, head->length)))
        return;
    add_whole(references, (np_reference_t)head->kind, head->frame, fact->value, head->length, is_text);
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
    uint8_t bytes[2 + 16 + 2];
    np_needle_t needle = { .kind = NP_REFERENCE_PORT, .frame = frame, .length = 2 };

    for (unsigned little = 0; little < 2; little++) {
        uint8_t low = (uint8_t)port, high = (uint8_t)(port >> 8);

        bytes[0] = bytes[2 + size] = little ? low : high;
        bytes[1] = bytes[3 + size] = little ? high : low;
        memcpy(bytes + 2, host, size);
        needle.skip = 0;
        add_needle(references, bytes, size + 2, &needle);
        needle.skip = (uint8_t)size;
        add_needle(references, bytes + 2, size + 2, &needle);
    }
}

static void
add_binary_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host, uint16_t port)
{
    uint8_t bytes[16];
    unsigned size = (unsigned)host->len;

    if (size > sizeof bytes)
        return;
    memcpy(bytes, host->data, size);
    if (!says_something(bytes, size))
        return;
    for (unsigned little = 0; little < (size == 4 ? 2 : 1); little++) {
        add_whole(references, kind, frame, bytes, size, false);
        add_beside(references, frame, bytes, size, port);
        reverse(bytes, size);
    }
}

static void
write_socket(np_references_t *references, const np_fact_t *fact)
{
    uint32_t frame = fact->head.frame, number = fact->head.number;
    np_reference_t kind = (np_reference_t)fact->head.kind;
    address ip = ADDRESS_INIT(fact->head.length == 4 ? AT_IPv4 : AT_IPv6, fact->head.length, fact->value);
    char *host = address_to_str(NULL, &ip), *both = ws_strdup_printf("%s:%u", host, number);
    unsigned skip = (unsigned)strlen(host) + 1, length = (unsigned)strlen(both) - skip;
    np_needle_t port = { .kind = NP_REFERENCE_PORT, .frame = frame, .skip = (uint8_t)skip,
                         .length = (uint8_t)length, .is_text = true };

    add_binary_socket(references, kind, frame, &ip, (uint16_t)number);
    write_text(references, kind, frame, host);
    add_needle(references, (const uint8_t *)both, skip + length, &port);
    if (number >= LEAST_LONE_PORT)
        write_text(references, NP_REFERENCE_PORT, frame, both + skip);
    g_free(both);
    wmem_free(NULL, host);
}

/* Two digits a byte, the first in the upper half, or (swapped) in the lower one; filler where they are odd. */
static void
add_bcd(np_references_t *references, uint32_t frame, const char *digits, bool swapped, uint8_t filler)
{
    uint8_t bytes[LONGEST];
    size_t count = strlen(digits), length = (count + 1) / 2;

    if (length < LEAST_LENGTH || length > sizeof bytes)
        return;
    for (size_t i = 0; i < length; i++) {
        uint8_t first = (uint8_t)(digits[2 * i] - '0');
        uint8_t second = 2 * i + 1 < count ? (uint8_t)(digits[2 * i + 1] - '0') : filler;

        bytes[i] = (uint8_t)(swapped ? second << 4 | first : first << 4 | second);
    }
    add_whole(references, NP_REFERENCE_DIALLED, frame, bytes, (unsigned)length, false);
}

static void
write_number(np_references_t *references, const np_fact_t *fact)
{
    uint32_t frame = fact->head.frame;
    char *digits = g_strndup((const char *)fact->value, fact->head.length);
    bool is_odd = fact->head.length % 2;

    write_text(references, NP_REFERENCE_DIALLED, frame, digits);
    for (unsigned swapped = 0; swapped < 2; swapped++) {
        add_bcd(references, frame, digits, swapped, 0xf);
        if (is_odd)
            add_bcd(references, frame, digits, swapped, 0);
    }
    if (is_odd) {
        char *padded = g_strconcat("0", digits, NULL);
        add_bcd(references, frame, padded, false, 0);
        g_free(padded);
    }
    g_free(digits);
}

static void
write_ssrc(np_references_t *references, const np_fact_t *fact)
{
    uint32_t ssrc = fact->head.number, frame = fact->head.frame;
    uint8_t bytes[4] = { (uint8_t)(ssrc >> 24), (uint8_t)(ssrc >> 16), (uint8_t)(ssrc >> 8), (uint8_t)ssrc };
    char text[3][16];

    if (!says_something(bytes, sizeof bytes))
        return;
    add_whole(references, NP_REFERENCE_SSRC, frame, bytes, sizeof bytes, false);
    reverse(bytes, sizeof bytes);
    add_whole(references, NP_REFERENCE_SSRC, frame, bytes, sizeof bytes, false);
    snprintf(text[0], sizeof text[0], "%u", ssrc);
    snprintf(text[1], sizeof text[1], "%08x", ssrc);
    snprintf(text[2], sizeof text[2], "%08X", ssrc);
    for (size_t i = 0; i < G_N_ELEMENTS(text); i++)
        if (strlen(text[i]) >= LEAST_DIGITS)
            write_text(references, NP_REFERENCE_SSRC, frame, text[i]);
}

/* ---- facts -------------------------------------------------------------------------- */

static void
write_fact(np_references_t *references, const np_fact_t *fact)
{
    switch ((fact_form_t)fact->head.form) {
    case FORM_BYTES:
        write_bytes(references, fact);
        break;
    case FORM_NUMBER:
        write_number(references, fact);
        break;
    case FORM_SOCKET:
        write_socket(references, fact);
        break;
    case FORM_SSRC:
        write_ssrc(references, fact);
        break;
    }
}

/* The fact at *offset of the page, which then is behind it; false: there is none. */
static bool
next_fact(const np_fact_page_t *page, uint32_t *offset, np_fact_t *fact)
{
    if (*offset >= page->used)
        return false;
    memcpy(&fact->head, page->bytes + *offset, HEAD_SIZE);
    fact->value = page->bytes + *offset + HEAD_SIZE;
    *offset += (uint32_t)HEAD_SIZE + fact->head.length;
    return true;
}

static bool
is_same_value(const np_fact_t *left, const np_fact_t *right)
{
    return left->head.form == right->head.form && left->head.kind == right->head.kind
        && left->head.number == right->head.number && left->head.length == right->head.length
        && (left->head.length == 0 || memcmp(left->value, right->value, left->head.length) == 0);
}

/* Each dialog tells the same sockets and user again. */
static bool
was_told(const np_references_t *references, const np_fact_t *fact)
{
    np_fact_t told;

    for (const np_fact_page_t *page = references->facts; page; page = page->next)
        for (uint32_t offset = 0; next_fact(page, &offset, &told);)
            if (is_same_value(&told, fact))
                return true;
    return false;
}

static np_fact_page_t *
page_with_room(np_references_t *references, size_t size)
{
    np_fact_page_t *last = references->last_facts, *page;

    if (last && last->used + size <= FACT_PAGE_SIZE)
        return last;
    page = wmem_new(wmem_file_scope(), np_fact_page_t);
    page->next = NULL;
    page->used = 0;
    if (last)
        last->next = page;
    else
        references->facts = page;
    references->last_facts = page;
    return page;
}

/* One more than MOST_FACTS is dropped. */
static void
add_fact(np_references_t *references, fact_form_t form, np_reference_t kind, uint32_t frame, uint32_t number,
         np_span_t value)
{
    np_fact_t fact = { { .frame = frame, .number = number, .kind = (uint8_t)kind, .form = (uint8_t)form,
                         .length = (uint8_t)value.len }, value.data };
    np_fact_page_t *page;

    if (references->fact_count >= MOST_FACTS)
        return;
    references->fact_count++;       /* told again, too: how many are not written yet depends on who has searched */
    if (was_told(references, &fact))
        return;
    page = page_with_room(references, HEAD_SIZE + value.len);
    memcpy(page->bytes + page->used, &fact.head, HEAD_SIZE);
    if (value.len)
        memcpy(page->bytes + page->used + HEAD_SIZE, value.data, value.len);
    page->used += (uint32_t)(HEAD_SIZE + value.len);
}

/* Facts become needles, and their pages go. */
static void
write_facts(np_references_t *references)
{
    while (references->facts) {
        np_fact_page_t *page = references->facts;
        np_fact_t fact;

        for (uint32_t offset = 0; next_fact(page, &offset, &fact);)
            write_fact(references, &fact);
        references->facts = page->next;
        wmem_free(wmem_file_scope(), page);
    }
    references->last_facts = NULL;
}

void
np_references_add_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value)
{
    if (value.data && value.len >= LEAST_LENGTH && value.len <= LONGEST)
        add_fact(references, FORM_BYTES, kind, frame, 0, value);
}

void
np_references_add_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *value)
{
    np_span_t span = { (const uint8_t *)value, value ? strlen(value) : 0 };

    np_references_add_bytes(references, kind, frame, span);
}

void
np_references_add_number(np_references_t *references, uint32_t frame, const char *digits)
{
    np_span_t span;

    if (!digits)
        return;
    digits += digits[0] == '+';
    span = (np_span_t){ (const uint8_t *)digits, strlen(digits) };
    if (span.len >= LEAST_DIGITS && span.len <= LONGEST && strspn(digits, "0123456789") == span.len)
        add_fact(references, FORM_NUMBER, NP_REFERENCE_DIALLED, frame, 0, span);
}

void
np_references_add_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host,
                         uint16_t port)
{
    if (host->type == AT_IPv4 || host->type == AT_IPv6)
        add_fact(references, FORM_SOCKET, kind, frame, port,
                 (np_span_t){ (const uint8_t *)host->data, (size_t)host->len });
}

void
np_references_add_ssrc(np_references_t *references, uint32_t frame, uint32_t ssrc)
{
    add_fact(references, FORM_SSRC, NP_REFERENCE_SSRC, frame, ssrc, (np_span_t){ NULL, 0 });
}

/* ---- searching ------------------------------------------------------------------- */

/* A word is no part of a longer one. */
static bool
stands_alone(const uint8_t *bytes, uint32_t length, uint32_t begin, uint32_t end)
{
    if (begin > 0 && g_ascii_isalnum(bytes[begin]) && g_ascii_isalnum(bytes[begin - 1]))
        return false;
    return end >= length || !g_ascii_isalnum(bytes[end - 1]) || !g_ascii_isalnum(bytes[end]);
}

/* The search of one buffer. */
typedef struct {
    const uint8_t *bytes;
    uint32_t      length;
    wmem_allocator_t *scope;
    wmem_array_t *hits;         /* NULL while there are none */
} np_search_t;

static void
add_hits(np_search_t *search, const np_needle_t *needles, uint32_t begin, uint32_t end)
{
    for (const np_needle_t *needle = needles; needle; needle = needle->next) {
        np_hit_t hit = { begin + needle->skip, needle->length, needle->kind, needle->frame };

        if (needle->is_text && !stands_alone(search->bytes, search->length, begin, end))
            continue;
        if (!search->hits)
            search->hits = wmem_array_new(search->scope, sizeof(np_hit_t));
        wmem_array_append_one(search->hits, hit);
    }
}

static void
find_at(np_references_t *references, np_search_t *search, uint32_t begin)
{
    const np_node_t *node = references->roots[search->bytes[begin]];

    for (uint32_t end = begin + 1; node; end++) {
        if (node->needles)
            add_hits(search, node->needles, begin, end);
        if (end == search->length)
            return;
        for (node = node->child; node && node->byte != search->bytes[end]; node = node->sibling)
            ;
    }
}

wmem_array_t *
np_references_find(np_references_t *references, wmem_allocator_t *scope, const uint8_t *bytes, uint32_t length)
{
    np_search_t search = { bytes, MIN(length, NP_REFERENCES_SEARCHED), scope, NULL };

    if (!references->roots)
        references->roots = (np_node_t **)wmem_alloc0(wmem_file_scope(), 256 * sizeof(np_node_t *));
    write_facts(references);
    for (uint32_t begin = 0; begin < search.length; begin++) {
        find_at(references, &search, begin);
        if (search.hits && wmem_array_get_count(search.hits) >= MOST_HITS)
            break;
    }
    return search.hits;
}
