/* reference_search.c
 * Aho and Corasick's automaton; no library searches for several strings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/reference_search.h"

#include <stdio.h>

#include <epan/to_str.h>

#define MAX_FORMS 4096
#define MAX_NODES 0x20000
#define MAX_HITS 64
#define MAX_SEARCHED 0x10000 /* bytes per message */
#define MIN_LONE_PORT 10000  /* as text, without its address */
#define IPV6_BYTES 16

typedef struct form {
    const struct form *next;
    uint32_t size;
    np_reference_t kind;
    uint32_t frame;
    uint32_t skip, length; /* value within the form */
    bool is_text;
} form_t;

/* Links are indexes. The root, 0, is nobody's child: none. */
typedef struct {
    uint8_t byte;
    uint32_t child, sibling;
    uint32_t fallback; /* longest other node whose bytes end this one's */
    uint32_t shorter;  /* longest of these with forms */
    const form_t *forms;
} node_t;

struct np_reference_search {
    wmem_allocator_t *scope;
    wmem_array_t *array; /* node_t */
    node_t *nodes;       /* its elements */
    unsigned forms;      /* added */
    uint32_t first[256]; /* children of the root, by byte */
};

/* ---- the tree ----------------------------------------------------------------------- */

static uint32_t
find_child(const np_reference_search_t *search, uint32_t node, uint8_t byte)
{
    uint32_t child;

    if (node == 0) {
        return search->first[byte];
    }
    child = search->nodes[node].child;
    while (child && search->nodes[child].byte != byte) {
        child = search->nodes[child].sibling;
    }
    return child;
}

static uint32_t
add_child(np_reference_search_t *search, uint32_t parent, uint8_t byte)
{
    uint32_t index = wmem_array_get_count(search->array);
    node_t node = { .byte = byte, .sibling = parent ? search->nodes[parent].child : 0 };

    wmem_array_append_one(search->array, node);
    search->nodes = (node_t *)wmem_array_get_raw(search->array);
    if (parent) {
        search->nodes[parent].child = index;
    } else {
        search->first[byte] = index;
    }
    return index;
}

static bool
has_form(const form_t *forms, const form_t *like)
{
    for (; forms; forms = forms->next) {
        if (forms->kind == like->kind && forms->skip == like->skip && forms->length == like->length) {
            return true;
        }
    }
    return false;
}

/* like: the form without next and size. Of equal bytes with one meaning, the first form stays. */
static void
add_form(np_reference_search_t *search, const uint8_t *bytes, size_t size, form_t like)
{
    uint32_t at = 0;

    if (size == 0 || size > NP_REFERENCES_MAX_LENGTH || search->forms >= MAX_FORMS
        || wmem_array_get_count(search->array) + size > MAX_NODES) {
        return;
    }
    search->forms++;
    for (size_t i = 0; i < size; i++) {
        uint32_t child = find_child(search, at, bytes[i]);

        at = child ? child : add_child(search, at, bytes[i]);
    }
    if (!has_form(search->nodes[at].forms, &like)) {
        like.size = (uint32_t)size;
        like.next = search->nodes[at].forms;
        search->nodes[at].forms = (const form_t *)wmem_memdup(search->scope, &like, sizeof like);
    }
}

static uint32_t
next_node(const np_reference_search_t *search, uint32_t node, uint8_t byte)
{
    uint32_t next = find_child(search, node, byte);

    while (!next && node) {
        node = search->nodes[node].fallback;
        next = find_child(search, node, byte);
    }
    return next;
}

static void
link_child(const np_reference_search_t *search, uint32_t parent, uint32_t child)
{
    node_t *node = &search->nodes[child];
    const node_t *fallback;

    node->fallback = parent ? next_node(search, search->nodes[parent].fallback, node->byte) : 0;
    fallback = &search->nodes[node->fallback];
    node->shorter = fallback->forms ? node->fallback : fallback->shorter;
}

/* Breadth first: fallbacks are nearer to the root. */
static void
link_nodes(const np_reference_search_t *search)
{
    uint32_t *queue = g_new(uint32_t, wmem_array_get_count(search->array));
    unsigned count = 0;

    for (unsigned byte = 0; byte < G_N_ELEMENTS(search->first); byte++) {
        if (search->first[byte]) {
            queue[count++] = search->first[byte];
        }
    }
    for (unsigned i = 0; i < count; i++) {
        for (uint32_t child = search->nodes[queue[i]].child; child; child = search->nodes[child].sibling) {
            link_child(search, queue[i], child);
            queue[count++] = child;
        }
    }
    g_free(queue);
}

/* ---- ways to write a value ---------------------------------------------------------- */

static void
add_whole(np_reference_search_t *search, const np_known_value_t *value, np_span_t bytes, bool is_text)
{
    add_form(search, bytes.data, bytes.len,
             (form_t){ .kind = value->kind, .frame = value->frame, .length = (uint32_t)bytes.len, .is_text = is_text });
}

static void
add_text(np_reference_search_t *search, const np_known_value_t *value, const char *text)
{
    add_whole(search, value, np_span_of(text), true);
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

/* True if two bytes differ from 0, 0xff and the byte before. Other values occur by chance. */
static bool
is_distinctive(const uint8_t *bytes, size_t length)
{
    unsigned distinctive = 0;

    for (size_t i = 0; i < length; i++) {
        distinctive += bytes[i] != 0 && bytes[i] != 0xff && (i == 0 || bytes[i] != bytes[i - 1]);
    }
    return distinctive >= 2;
}

static void
write_bytes(np_reference_search_t *search, const np_known_value_t *value)
{
    np_span_t bytes = { value->bytes, value->length };
    bool is_text = is_printable_ascii(bytes);

    if (is_text || is_distinctive(value->bytes, value->length)) {
        add_whole(search, value, bytes, is_text);
    }
}

static void
reverse_bytes(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length / 2; i++) {
        uint8_t swapped = bytes[i];
        bytes[i] = bytes[length - 1 - i];
        bytes[length - 1 - i] = swapped;
    }
}

/* Adds the port before and behind its address, in both byte orders. */
static void
add_beside(np_reference_search_t *search, const np_known_value_t *value, const uint8_t *host)
{
    uint8_t bytes[2 + IPV6_BYTES + 2];
    uint32_t size = value->length;
    form_t port = { .kind = NP_REFERENCE_PORT, .frame = value->frame, .length = 2 };

    for (unsigned little = 0; little < 2; little++) {
        uint8_t low = (uint8_t)value->port, high = (uint8_t)(value->port >> 8);

        bytes[0] = bytes[2 + size] = little ? low : high;
        bytes[1] = bytes[3 + size] = little ? high : low;
        memcpy(bytes + 2, host, size);
        port.skip = 0;
        add_form(search, bytes, size + 2, port);
        port.skip = size;
        add_form(search, bytes + 2, size + 2, port);
    }
}

static void
write_binary_socket(np_reference_search_t *search, const np_known_value_t *value)
{
    uint8_t bytes[IPV6_BYTES];

    memcpy(bytes, value->bytes, value->length);
    if (!is_distinctive(bytes, value->length)) {
        return;
    }
    for (unsigned little = 0; little < (value->length == 4 ? 2 : 1); little++) {
        add_whole(search, value, (np_span_t){ bytes, value->length }, false);
        add_beside(search, value, bytes);
        reverse_bytes(bytes, value->length);
    }
}

static void
write_socket(np_reference_search_t *search, const np_known_value_t *value)
{
    const address host = ADDRESS_INIT(value->length == 4 ? AT_IPv4 : AT_IPv6, (int)value->length, value->bytes);
    np_known_value_t port = { .kind = NP_REFERENCE_PORT, .frame = value->frame };
    form_t behind = { .kind = NP_REFERENCE_PORT, .frame = value->frame, .is_text = true };
    char *text = address_to_str(search->scope, &host);
    char *both = wmem_strdup_printf(search->scope, "%s:%u", text, value->port);

    write_binary_socket(search, value);
    add_text(search, value, text);
    behind.skip = (uint32_t)strlen(text) + 1;
    behind.length = (uint32_t)strlen(both) - behind.skip;
    add_form(search, (const uint8_t *)both, behind.skip + behind.length, behind);
    if (value->port >= MIN_LONE_PORT) {
        add_text(search, &port, both + behind.skip);
    }
}

/* swapped: the first digit is in the lower half. filler: after an odd number of digits. */
static void
add_bcd(np_reference_search_t *search, const np_known_value_t *value, np_span_t digits, bool swapped, uint8_t filler)
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
    add_whole(search, value, (np_span_t){ bytes, length }, false);
}

static void
write_number(np_reference_search_t *search, const np_known_value_t *value)
{
    np_span_t digits = { value->bytes, value->length };
    bool is_odd = value->length % 2;

    add_whole(search, value, digits, true);
    for (unsigned swapped = 0; swapped < 2; swapped++) {
        add_bcd(search, value, digits, swapped, 0xf);
        if (is_odd) {
            add_bcd(search, value, digits, swapped, 0);
        }
    }
    if (is_odd) {
        uint8_t padded[1 + NP_REFERENCES_MAX_LENGTH] = { '0' };

        memcpy(padded + 1, value->bytes, value->length);
        add_bcd(search, value, (np_span_t){ padded, 1 + value->length }, false, 0);
    }
}

static void
write_ssrc(np_reference_search_t *search, const np_known_value_t *value)
{
    uint32_t ssrc = pntohu32(value->bytes);
    uint8_t bytes[4];
    char text[3][16];

    memcpy(bytes, value->bytes, sizeof bytes);
    if (!is_distinctive(bytes, sizeof bytes)) {
        return;
    }
    add_whole(search, value, (np_span_t){ bytes, sizeof bytes }, false);
    reverse_bytes(bytes, sizeof bytes);
    add_whole(search, value, (np_span_t){ bytes, sizeof bytes }, false);
    snprintf(text[0], sizeof text[0], "%u", ssrc);
    snprintf(text[1], sizeof text[1], "%08x", ssrc);
    snprintf(text[2], sizeof text[2], "%08X", ssrc);
    for (size_t i = 0; i < G_N_ELEMENTS(text); i++) {
        if (strlen(text[i]) >= NP_REFERENCES_MIN_DIGITS) {
            add_text(search, value, text[i]);
        }
    }
}

static void
add_value(np_reference_search_t *search, const np_known_value_t *value)
{
    switch (value->kind) {
    case NP_REFERENCE_CLIENT:
    case NP_REFERENCE_SERVER:
        write_socket(search, value);
        break;
    case NP_REFERENCE_DIALLED:
        write_number(search, value);
        break;
    case NP_REFERENCE_SSRC:
        write_ssrc(search, value);
        break;
    default:
        write_bytes(search, value);
        break;
    }
}

np_reference_search_t *
np_reference_search_new(const np_references_t *references, wmem_allocator_t *scope)
{
    np_reference_search_t *search = wmem_new0(scope, np_reference_search_t);
    const node_t root = { .byte = 0 };

    search->scope = scope;
    search->array = wmem_array_sized_new(scope, sizeof root, 1024);
    wmem_array_append_one(search->array, root);
    search->nodes = (node_t *)wmem_array_get_raw(search->array);
    for (unsigned i = 0; i < np_references_count(references); i++) {
        add_value(search, np_references_get(references, i));
    }
    link_nodes(search);
    return search;
}

/* ---- searching ------------------------------------------------------------------- */

typedef struct {
    const form_t *form;
    uint32_t begin;
} found_t;

static bool
stands_alone(const uint8_t *bytes, uint32_t length, uint32_t begin, uint32_t end)
{
    if (begin > 0 && g_ascii_isalnum(bytes[begin]) && g_ascii_isalnum(bytes[begin - 1])) {
        return false;
    }
    return end >= length || !g_ascii_isalnum(bytes[end - 1]) || !g_ascii_isalnum(bytes[end]);
}

static void
add_found(GArray *all, const np_reference_search_t *search, uint32_t node, np_span_t bytes, uint32_t end)
{
    for (; node; node = search->nodes[node].shorter) {
        for (const form_t *form = search->nodes[node].forms; form; form = form->next) {
            const found_t found = { form, end - form->size };

            if (!form->is_text || stands_alone(bytes.data, (uint32_t)bytes.len, found.begin, end)) {
                g_array_append_val(all, found);
            }
        }
    }
}

static int
compare_found(const void *a, const void *b)
{
    const found_t *left = (const found_t *)a, *right = (const found_t *)b;

    if (left->begin != right->begin) {
        return left->begin < right->begin ? -1 : 1;
    }
    return (left->form->size > right->form->size) - (left->form->size < right->form->size);
}

/* Returns found_t. Forms that begin before the last hit end at most one form's length behind it. */
static GArray *
find_all(const np_reference_search_t *search, np_span_t bytes)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(found_t));
    size_t stop = bytes.len;
    uint32_t node = 0;

    for (size_t i = 0; i < stop; i++) {
        node = next_node(search, node, bytes.data[i]);
        add_found(all, search, node, bytes, (uint32_t)i + 1);
        if (all->len >= MAX_HITS) {
            stop = MIN(stop, i + NP_REFERENCES_MAX_LENGTH);
        }
    }
    g_array_sort(all, compare_found);
    return all;
}

wmem_array_t *
np_reference_search_find(const np_reference_search_t *search, const uint8_t *bytes, uint32_t length)
{
    GArray *all = find_all(search, (np_span_t){ bytes, MIN(length, MAX_SEARCHED) });
    wmem_array_t *hits = all->len ? wmem_array_sized_new(search->scope, sizeof(np_hit_t), all->len) : NULL;

    for (unsigned i = 0; i < MIN(all->len, MAX_HITS); i++) {
        const found_t *found = &g_array_index(all, found_t, i);
        const form_t *form = found->form;
        const np_hit_t hit = { found->begin + form->skip, form->length, form->kind, form->frame };

        wmem_array_append_one(hits, hit);
    }
    g_array_free(all, TRUE);
    return hits;
}
