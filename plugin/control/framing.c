/* framing.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/framing.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

#define MAX_BINARY 20 /* one control character in so many bytes of text, such as those of IRC */

/* ---- the grammar --------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *text;
    np_framing_kind_t kind;
} words[] = {
    { "segment",    NP_FRAMING_SEGMENT },
    { "lines crlf", NP_FRAMING_CRLF },
    { "lines lf",   NP_FRAMING_LF },
    { "nul",        NP_FRAMING_NUL },
};
/* clang-format on */

/* Returns the text after the number; NULL: there is none, or it is beyond the limit. */
static const char *
read_number(const char *text, unsigned limit, unsigned *value)
{
    uint64_t number;
    char *end;

    if (!g_ascii_isdigit(*text)) { /* no blank or sign */
        return NULL;
    }
    number = g_ascii_strtoull(text, &end, 10);
    if (number > limit) {
        return NULL;
    }
    *value = (unsigned)number;
    return end;
}

static bool
parse_length(const char *text, np_framing_t *framing)
{
    unsigned bits, offset, add;
    bool negative, little = false;

    text = read_number(text, 32, &bits);
    if (!text || bits < 8 || bits % 8 != 0) {
        return false;
    }
    if (bits > 8) {
        little = g_str_has_prefix(text, "le");
        if (!little && !g_str_has_prefix(text, "be")) {
            return false;
        }
        text += 2;
    }
    text = *text == '@' ? read_number(text + 1, UINT8_MAX, &offset) : NULL;
    if (!text || (*text != '+' && *text != '-')) {
        return false;
    }
    negative = *text == '-';
    text = read_number(text + 1, NP_FRAMING_MAX_ADD, &add);
    if (!text || *text) {
        return false;
    }
    *framing = (np_framing_t){ .kind = NP_FRAMING_LENGTH,
                               .width = (uint8_t)(bits / 8),
                               .little = little,
                               .offset = (uint8_t)offset,
                               .add = negative ? -(int32_t)add : (int32_t)add };
    return true;
}

bool
np_framing_parse(const char *text, np_framing_t *framing)
{
    const char *fixed = "fixed ";
    unsigned size;

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(text, words[i].text) == 0) {
            *framing = (np_framing_t){ .kind = words[i].kind };
            return true;
        }
    }
    if (g_str_has_prefix(text, fixed)) {
        text = read_number(text + strlen(fixed), NP_FRAMING_MAX_ADD, &size);
        if (!text || *text || size == 0) {
            return false;
        }
        *framing = (np_framing_t){ .kind = NP_FRAMING_FIXED, .size = size };
        return true;
    }
    return text[0] == 'u' && parse_length(text + 1, framing);
}

void
np_framing_format(const np_framing_t *framing, char text[NP_FRAMING_TEXT])
{
    const char *order = framing->width == 1 ? "" : framing->little ? "le" : "be";

    if (framing->kind == NP_FRAMING_LENGTH) {
        snprintf(text, NP_FRAMING_TEXT, "u%u%s@%u%+d", framing->width * 8U, order, framing->offset, framing->add);
    } else if (framing->kind == NP_FRAMING_FIXED) {
        snprintf(text, NP_FRAMING_TEXT, "fixed %u", framing->size);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (framing->kind == words[i].kind) {
            g_strlcpy(text, words[i].text, NP_FRAMING_TEXT);
        }
    }
}

bool
np_framing_is_text(const np_framing_t *framing)
{
    return framing->kind == NP_FRAMING_CRLF || framing->kind == NP_FRAMING_LF || framing->kind == NP_FRAMING_NUL;
}

bool
np_framing_is_text_byte(uint8_t byte)
{
    return byte >= 0x80 || g_ascii_isprint(byte) || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool
is_line_end(const np_framing_t *framing, uint8_t byte)
{
    return byte == (framing->kind == NP_FRAMING_NUL ? '\0' : '\n');
}

static bool
is_binary(const np_framing_t *framing, uint8_t byte)
{
    return g_ascii_iscntrl(byte) && !g_ascii_isspace(byte) && !is_line_end(framing, byte);
}

size_t
np_framing_find_binary(const np_framing_t *framing, const uint8_t *bytes, size_t length)
{
    size_t line = 0;

    for (size_t i = 0; np_framing_is_text(framing) && i < length; i++) {
        if (is_line_end(framing, bytes[i])) {
            line = i + 1;
        } else if (is_binary(framing, bytes[i])) {
            return line;
        }
    }
    return length;
}

bool
np_framing_is_mostly_text(const np_framing_t *framing, const uint8_t *bytes, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        count += is_binary(framing, bytes[i]);
    }
    return count <= length / MAX_BINARY;
}

bool
np_framing_equal(const np_framing_t *a, const np_framing_t *b)
{
    return a->kind == b->kind && a->width == b->width && a->little == b->little && a->offset == b->offset
        && a->add == b->add && a->size == b->size;
}

/* ---- cutting ------------------------------------------------------------------- */

/* One loop for all widths: wsutil/pint.h has a function for each of them. */
uint64_t
np_framing_number(const uint8_t *bytes, unsigned width, bool little)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < width; i++) {
        value = value << 8 | bytes[little ? width - 1 - i : i];
    }
    return value;
}

static np_cut_t
cut_by_length(const np_framing_t *framing, const uint8_t *bytes, size_t length, uint32_t *message)
{
    unsigned header = framing->offset + framing->width;
    int64_t found;

    if (length < header) {
        return NP_CUT_MORE;
    }
    found = (int64_t)np_framing_number(bytes + framing->offset, framing->width, framing->little) + framing->add;
    if (found < header || found > NP_FRAMING_MAX_MESSAGE) {
        return NP_CUT_BAD;
    }
    *message = (uint32_t)found;
    return NP_CUT_LENGTH;
}

static np_cut_t
cut_by_delimiter(np_framing_kind_t kind, const uint8_t *bytes, size_t length, size_t searched, uint32_t *message)
{
    int last = kind == NP_FRAMING_NUL ? '\0' : '\n';

    while (searched < length) {
        const uint8_t *found = (const uint8_t *)memchr(bytes + searched, last, length - searched);

        if (!found) {
            break;
        }
        searched = (size_t)(found - bytes) + 1;
        if (searched > NP_FRAMING_MAX_MESSAGE) {
            return NP_CUT_BAD;
        }
        if (kind != NP_FRAMING_CRLF || (searched > 1 && found[-1] == '\r')) {
            *message = (uint32_t)searched;
            return NP_CUT_LENGTH;
        }
    }
    return length > NP_FRAMING_MAX_MESSAGE ? NP_CUT_BAD : NP_CUT_MORE;
}

np_cut_t
np_framing_cut(const np_framing_t *framing, const uint8_t *bytes, size_t length, size_t searched, uint32_t *message)
{
    switch (framing->kind) {
    case NP_FRAMING_LENGTH:
        return cut_by_length(framing, bytes, length, message);
    case NP_FRAMING_FIXED:
        *message = framing->size;
        return NP_CUT_LENGTH;
    case NP_FRAMING_CRLF:
    case NP_FRAMING_LF:
    case NP_FRAMING_NUL:
        return cut_by_delimiter(framing->kind, bytes, length, searched, message);
    case NP_FRAMING_SEGMENT:
    default:
        *message = (uint32_t)length;
        return NP_CUT_LENGTH;
    }
}

/* ---- finding the next message ---------------------------------------------------- */

#define MIN_HEADS 8       /* messages before equal first bytes are trusted */
#define MIN_CHAIN 3       /* messages that hardly occur by chance */
#define MIN_SHORT_CHAIN 6 /* the same with an 8-bit length */
#define MAX_GROWTH 8      /* an incomplete message's limit: times the longest ... */
#define MIN_LONG 1024     /* ... or bytes */

void
np_head_add(np_head_t *head, const uint8_t *bytes, size_t length)
{
    size_t compared = MIN(length, NP_HEAD);

    head->longest = MAX(head->longest, (uint32_t)MIN(length, NP_FRAMING_MAX_MESSAGE));
    if (head->count++ == 0) {
        memcpy(head->bytes, bytes, compared);
        memset(head->alike, true, compared);
        return;
    }
    for (size_t i = 0; i < compared; i++) {
        head->alike[i] = head->alike[i] && head->bytes[i] == bytes[i];
    }
}

static unsigned
count_alike(const np_head_t *head)
{
    unsigned count = 0;

    for (size_t i = 0; i < NP_HEAD; i++) {
        count += head->alike[i];
    }
    return count;
}

static bool
is_known(const np_head_t *head)
{
    return head->count >= MIN_HEADS && count_alike(head) > 0;
}

static unsigned
count_unlike(const np_head_t *head, const uint8_t *bytes, size_t length)
{
    unsigned count = 0;

    for (size_t i = 0; i < MIN(length, NP_HEAD); i++) {
        count += head->alike[i] && head->bytes[i] != bytes[i];
    }
    return count;
}

static bool
is_alike(const np_head_t *head, const uint8_t *bytes, size_t length)
{
    return !is_known(head) || count_unlike(head, bytes, length) == 0;
}

/* A zero header does not count, because it may be the end of a lost message. */
static bool
looks_like_begin(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length)
{
    size_t header = MIN(length, (size_t)framing->offset + framing->width);
    bool is_zero = true;

    for (size_t i = 0; i < header; i++) {
        is_zero = is_zero && bytes[i] == 0;
    }
    return !is_zero && is_alike(head, bytes, length);
}

typedef struct {
    bool is_message;
    bool is_whole;
    uint32_t messages;
    uint32_t begins; /* with an incomplete last one */
    uint32_t unlike; /* first bytes unlike those of all earlier messages */
} chain_t;

/* Returns the chain of messages that begins here: chains[0]. Later elements are set already. */
static chain_t
find_chain(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length,
           const chain_t *chains)
{
    chain_t chain = { .is_message = true, .begins = 1, .unlike = count_unlike(head, bytes, length) };
    const chain_t none = { .is_message = false }, *next;
    uint32_t message = 0;
    np_cut_t cut = np_framing_cut(framing, bytes, length, 0, &message);

    if (cut == NP_CUT_BAD || !is_alike(head, bytes, length)) {
        return none;
    }
    if (cut == NP_CUT_MORE) {
        return chain;
    }
    if (message > length) {
        return message / MAX_GROWTH <= MAX(head->longest, MIN_LONG / MAX_GROWTH) ? chain : none;
    }
    chain.messages = 1;
    chain.is_whole = message == length;
    if (chain.is_whole) {
        return chain;
    }
    next = &chains[message];
    if (!next->is_message) {
        return none;
    }
    chain.is_whole = next->is_whole;
    chain.messages += next->messages;
    chain.begins += next->begins;
    chain.unlike += next->unlike;
    return chain;
}

/* Behind the first byte, short fields and few messages may fit by chance. */
static bool
is_begin(const np_framing_t *framing, const np_head_t *head, const chain_t *chain, bool is_first)
{
    if (!chain->is_message || (is_first && (is_known(head) || chain->messages > 0))) {
        return chain->is_message;
    }
    if (chain->is_whole) {
        return chain->messages > 1 || framing->width >= 2 || is_known(head);
    }
    return chain->messages > 0
        && (is_known(head) || chain->messages >= (framing->width >= 2 ? MIN_CHAIN : MIN_SHORT_CHAIN));
}

#define DOUBT 2 /* added unlike messages, against chance in short chains */

static bool
is_likelier(const np_head_t *head, const chain_t *chain, const chain_t *other)
{
    unsigned doubt = DOUBT * count_alike(head);
    uint64_t unlike = chain->unlike + doubt, other_unlike = other->unlike + doubt;

    return unlike * (other->begins + DOUBT) < other_unlike * (chain->begins + DOUBT);
}

static size_t
find_begin(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, const chain_t *chains,
           size_t length)
{
    size_t best = length;

    for (size_t at = 0; at < length; at++) {
        if (is_begin(framing, head, &chains[at], at == 0) && looks_like_begin(framing, head, bytes + at, length - at)
            && (best == length || (count_alike(head) > 0 && is_likelier(head, &chains[at], &chains[best])))) {
            best = at;
        }
        if (at == 0 && best == 0 && head->count > 0 && !head->is_torn) {
            return 0;
        }
    }
    return best;
}

size_t
np_framing_synchronise(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length)
{
    chain_t *chains;
    uint32_t line = 0;
    size_t begin;

    switch (framing->kind) {
    case NP_FRAMING_SEGMENT:
        return 0;
    case NP_FRAMING_CRLF:
    case NP_FRAMING_LF:
    case NP_FRAMING_NUL:
        return np_framing_cut(framing, bytes, length, 0, &line) == NP_CUT_LENGTH ? line : length;
    case NP_FRAMING_FIXED:
        return length % framing->size;
    case NP_FRAMING_LENGTH:
    default:
        break;
    }
    chains = g_new0(chain_t, length + 1);
    for (size_t at = length; at-- > 0;) {
        chains[at] = find_chain(framing, head, bytes + at, length - at, chains + at);
    }
    begin = find_begin(framing, head, bytes, chains, length);
    g_free(chains);
    return begin;
}

bool
np_framing_is_tiled(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length)
{
    size_t at = 0;

    if (framing->kind != NP_FRAMING_LENGTH || !is_known(head) || length == 0) {
        return false;
    }
    while (at < length) {
        uint32_t message = 0;

        if (!is_alike(head, bytes + at, length - at)
            || np_framing_cut(framing, bytes + at, length - at, 0, &message) != NP_CUT_LENGTH
            || message > length - at) {
            return false;
        }
        at += message;
    }
    return true;
}

bool
np_framing_ends(const np_framing_t *framing, const uint8_t *bytes, size_t length)
{
    uint32_t message = 0;

    switch (framing->kind) {
    case NP_FRAMING_CRLF:
        return length >= 2 && np_framing_cut(framing, bytes + length - 2, 2, 0, &message) == NP_CUT_LENGTH;
    case NP_FRAMING_LF:
    case NP_FRAMING_NUL:
        return length >= 1 && np_framing_cut(framing, bytes + length - 1, 1, 0, &message) == NP_CUT_LENGTH;
    default:
        return false;
    }
}
