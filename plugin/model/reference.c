/* reference.c
 * Values that a session's legs made known, and where they stand in other bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/reference.h"

#include <stdio.h>

#include <epan/to_str.h>

#include "text/parameters.h"

#define MOST_NEEDLES  4096      /* ways to write a value, of one session */
#define MOST_FACTS    1024      /* told of one session */
#define IPV6_BYTES    16
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

/* What a fact's value is. */
typedef enum {
    FORM_BYTES,                 /* the value itself */
    FORM_PARAMETER,             /* a parameter as sent, which may be encoded */
    FORM_CALL,                  /* the address of a naverphone_call_info_t */
    FORM_ENDS,                  /* ports of client and server, both addresses behind them */
    FORM_SSRC
} fact_form_t;

/* What was told. How it could be written is worked out when somebody searches for it, which may be never: until then it
 * takes little room. */
typedef struct {
    uint32_t frame;
    uint8_t  kind : 4;          /* np_reference_t of bytes and parameters; else 0: the form tells */
    uint8_t  form : 4;          /* fact_form_t */
    uint8_t  length;            /* of the value */
} fact_head_t;

typedef struct {
    fact_head_t    head;
    const uint8_t *value;       /* its bytes follow the head, not aligned */
} np_fact_t;

#define HEAD_SIZE (offsetof(fact_head_t, length) + 1)   /* without what the compiler puts behind it */

/* Facts, one behind the other. */
typedef struct np_fact_page {
    struct np_fact_page *next;
    uint8_t used, written;      /* bytes; facts that are written have become needles */
    uint8_t bytes[];
} np_fact_page_t;

G_STATIC_ASSERT(HEAD_SIZE + LONGEST <= UINT8_MAX);      /* used and written count that far */

#define PAGE_HEAD offsetof(np_fact_page_t, bytes)
#define PAGE_ROOM (136 - PAGE_HEAD)     /* two pages have what a login and two calls tell; a longer fact has its own */

struct np_references {
    np_fact_page_t *facts;
    np_node_t **roots;          /* by first byte; NULL before the first search */
    uint16_t    fact_count, needle_count;
    bool        has_news;       /* facts that are not written */
};

np_references_t *
np_references_new(void)
{
    return wmem_new0(wmem_file_scope(), np_references_t);
}

/* ---- needles ---------------------------------------------------------------------- */

static np_node_t *
child_of(np_node_t **children, uint8_t byte)
{
    np_node_t *node = *children;

    while (node && node->byte != byte)
        node = node->sibling;
    if (!node) {
        node = wmem_new0(wmem_file_scope(), np_node_t);
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

    if (length == 0 || length > LONGEST || references->needle_count >= MOST_NEEDLES)
        return;
    node = child_of(&references->roots[bytes[0]], bytes[0]);
    for (unsigned i = 1; i < length; i++)
        node = child_of(&node->child, bytes[i]);
    for (kept = node->needles; kept; kept = kept->next)
        if (kept->kind == needle->kind && kept->skip == needle->skip && kept->length == needle->length)
            return;             /* known from an earlier frame */
    kept = (np_needle_t *)wmem_memdup(wmem_file_scope(), needle, sizeof *needle);
    kept->next = node->needles;
    node->needles = kept;
    references->needle_count++;
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
write_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value)
{
    bool is_text = is_printable_ascii(value);

    if (value.len >= LEAST_LENGTH && value.len <= LONGEST && (is_text || says_something(value.data, value.len)))
        add_whole(references, kind, frame, value.data, (unsigned)value.len, is_text);
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
    uint8_t bytes[IPV6_BYTES];
    unsigned size = (unsigned)host->len;

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
write_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *ip, uint16_t number)
{
    char *host = address_to_str(NULL, ip), *both = ws_strdup_printf("%s:%u", host, number);
    unsigned skip = (unsigned)strlen(host) + 1, length = (unsigned)strlen(both) - skip;
    np_needle_t port = { .kind = NP_REFERENCE_PORT, .frame = frame, .skip = (uint8_t)skip,
                         .length = (uint8_t)length, .is_text = true };

    add_binary_socket(references, kind, frame, ip, number);
    write_text(references, kind, frame, host);
    add_needle(references, (const uint8_t *)both, skip + length, &port);
    if (number >= LEAST_LONE_PORT)
        write_text(references, NP_REFERENCE_PORT, frame, both + skip);
    g_free(both);
    wmem_free(NULL, host);
}

static void
write_ends(np_references_t *references, const np_fact_t *fact)
{
    const np_reference_t kinds[] = { NP_REFERENCE_CLIENT, NP_REFERENCE_SERVER };
    uint16_t ports[G_N_ELEMENTS(kinds)];
    size_t size = (fact->head.length - sizeof ports) / G_N_ELEMENTS(ports);

    memcpy(ports, fact->value, sizeof ports);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        address ip = ADDRESS_INIT(size == 4 ? AT_IPv4 : AT_IPv6, (int)size, fact->value + sizeof ports + i * size);

        write_socket(references, kinds[i], fact->head.frame, &ip, ports[i]);
    }
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

/* What was dialled, where it is a number: as text and as BCD. */
static void
write_number(np_references_t *references, uint32_t frame, const char *digits)
{
    size_t count;

    if (!digits)
        return;
    digits += digits[0] == '+';
    count = strlen(digits);
    if (count < LEAST_DIGITS || count > LONGEST || strspn(digits, "0123456789") != count)
        return;
    write_text(references, NP_REFERENCE_DIALLED, frame, digits);
    for (unsigned swapped = 0; swapped < 2; swapped++) {
        add_bcd(references, frame, digits, swapped, 0xf);
        if (count % 2)
            add_bcd(references, frame, digits, swapped, 0);
    }
    if (count % 2) {
        char *padded = g_strconcat("0", digits, NULL);
        add_bcd(references, frame, padded, false, 0);
        g_free(padded);
    }
}

static void
write_call(np_references_t *references, const np_fact_t *fact)
{
    uint32_t frame = fact->head.frame;
    const naverphone_call_info_t *call;

    memcpy(&call, fact->value, fact->head.length);
    write_bytes(references, NP_REFERENCE_CALL_ID, frame, np_span_of(call->id));
    write_bytes(references, NP_REFERENCE_SIP_USER, frame, np_span_of(call->caller));
    write_number(references, frame, call->dialled);
    write_number(references, frame, call->phone_number);
    write_number(references, frame, call->phone_number_e164);
}

static void
write_decoded(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent)
{
    GByteArray *decoded = g_byte_array_new();

    np_parameter_decode(sent, decoded);
    write_bytes(references, kind, frame, (np_span_t){ decoded->data, decoded->len });
    g_byte_array_unref(decoded);
}

static void
write_ssrc(np_references_t *references, const np_fact_t *fact)
{
    uint32_t ssrc, frame = fact->head.frame;
    uint8_t bytes[4];
    char text[3][16];

    memcpy(&ssrc, fact->value, sizeof ssrc);
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(ssrc >> (24 - 8 * i));
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
    np_reference_t kind = (np_reference_t)fact->head.kind;
    np_span_t value = { fact->value, fact->head.length };

    switch ((fact_form_t)fact->head.form) {
    case FORM_BYTES:
        write_bytes(references, kind, fact->head.frame, value);
        break;
    case FORM_PARAMETER:
        write_bytes(references, kind, fact->head.frame, value);
        write_decoded(references, kind, fact->head.frame, value);
        break;
    case FORM_CALL:
        write_call(references, fact);
        break;
    case FORM_ENDS:
        write_ends(references, fact);
        break;
    case FORM_SSRC:
        write_ssrc(references, fact);
        break;
    }
}

/* The fact at *offset of the page, which then is behind it; false: there is none. */
static bool
next_fact(const np_fact_page_t *page, uint8_t *offset, np_fact_t *fact)
{
    if (*offset >= page->used)
        return false;
    memcpy(&fact->head, page->bytes + *offset, HEAD_SIZE);
    fact->value = page->bytes + *offset + HEAD_SIZE;
    *offset = (uint8_t)(*offset + HEAD_SIZE + fact->head.length);
    return true;
}

static bool
is_same_value(const np_fact_t *left, const np_fact_t *right)
{
    return left->head.form == right->head.form && left->head.kind == right->head.kind
        && left->head.length == right->head.length && memcmp(left->value, right->value, left->head.length) == 0;
}

/* Each dialog tells the same ends and user again. */
static bool
was_told(const np_references_t *references, const np_fact_t *fact)
{
    np_fact_t told;

    for (const np_fact_page_t *page = references->facts; page; page = page->next)
        for (uint8_t offset = 0; next_fact(page, &offset, &told);)
            if (is_same_value(&told, fact))
                return true;
    return false;
}

/* The last one, as facts stay in the order in which they were told: of equal needles the first counts. */
static np_fact_page_t *
page_with_room(np_references_t *references, size_t size)
{
    np_fact_page_t **page = &references->facts;

    while (*page && ((*page)->next || (*page)->used + size > PAGE_ROOM))
        page = &(*page)->next;
    if (!*page)
        *page = (np_fact_page_t *)wmem_alloc0(wmem_file_scope(), PAGE_HEAD + MAX(size, PAGE_ROOM));
    return *page;
}

/* One more than MOST_FACTS is dropped. */
static void
add_fact(np_references_t *references, fact_form_t form, np_reference_t kind, uint32_t frame, np_span_t value)
{
    np_fact_t fact = { { .frame = frame, .kind = (uint8_t)kind & 0xf, .form = (uint8_t)form & 0xf,
                         .length = (uint8_t)value.len }, value.data };
    np_fact_page_t *page;

    if (references->fact_count >= MOST_FACTS)
        return;
    references->fact_count++;       /* told again, too: each is compared with all before it */
    if (was_told(references, &fact))
        return;
    page = page_with_room(references, HEAD_SIZE + value.len);
    memcpy(page->bytes + page->used, &fact.head, HEAD_SIZE);
    memcpy(page->bytes + page->used + HEAD_SIZE, value.data, value.len);
    page->used = (uint8_t)(page->used + HEAD_SIZE + value.len);
    references->has_news = true;
}

/* Facts become needles. They stay, so as to be known when they are told again. */
static void
write_facts(np_references_t *references)
{
    np_fact_t fact;

    if (!references->has_news)
        return;
    for (np_fact_page_t *page = references->facts; page; page = page->next)
        while (next_fact(page, &page->written, &fact))
            write_fact(references, &fact);
    references->has_news = false;
}

void
np_references_add_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value)
{
    if (value.data && value.len >= LEAST_LENGTH && value.len <= LONGEST)
        add_fact(references, FORM_BYTES, kind, frame, value);
}

void
np_references_add_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *value)
{
    np_references_add_bytes(references, kind, frame, np_span_of(value));
}

/* What is too long as it was sent may be short enough once it is decoded. */
void
np_references_add_parameter(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent)
{
    GByteArray *decoded;

    if (sent.len <= LONGEST) {
        if (sent.data && sent.len >= LEAST_LENGTH)
            add_fact(references, FORM_PARAMETER, kind, frame, sent);
        return;
    }
    decoded = g_byte_array_new();
    np_parameter_decode(sent, decoded);
    np_references_add_bytes(references, kind, frame, (np_span_t){ decoded->data, decoded->len });
    g_byte_array_unref(decoded);
}

void
np_references_add_call(np_references_t *references, uint32_t frame, const naverphone_call_info_t *call)
{
    add_fact(references, FORM_CALL, (np_reference_t)0, frame, (np_span_t){ (const uint8_t *)&call, sizeof(void *) });
}

void
np_references_add_ends(np_references_t *references, uint32_t frame, const np_ends_t *ends)
{
    const uint16_t ports[] = { ends->client_port, ends->server_port };
    const address *client = &ends->client, *server = &ends->server;
    size_t length = (size_t)client->len;
    uint8_t value[sizeof ports + (size_t)2 * IPV6_BYTES];

    if ((client->type != AT_IPv4 && client->type != AT_IPv6) || server->type != client->type)
        return;
    memcpy(value, ports, sizeof ports);
    memcpy(value + sizeof ports, client->data, length);
    memcpy(value + sizeof ports + length, server->data, length);
    add_fact(references, FORM_ENDS, (np_reference_t)0, frame, (np_span_t){ value, sizeof ports + 2 * length });
}

void
np_references_add_ssrc(np_references_t *references, uint32_t frame, uint32_t ssrc)
{
    add_fact(references, FORM_SSRC, (np_reference_t)0, frame, (np_span_t){ (const uint8_t *)&ssrc, sizeof ssrc });
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
