/* framing.c
 * How a byte stream is divided into messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/framing.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

/* ---- the grammar --------------------------------------------------------------- */

static const struct {
    const char *text;
    np_framing_kind_t kind;
} words[] = {
    { "segment",    NP_FRAMING_SEGMENT },
    { "lines crlf", NP_FRAMING_CRLF },
    { "lines lf",   NP_FRAMING_LF },
    { "nul",        NP_FRAMING_NUL },
};

/* Reads the decimal number before other text, for which g_ascii_string_to_unsigned() does not serve. Returns what
 * follows it; NULL if there is none, or one above limit. */
static const char *
read_number(const char *text, unsigned limit, unsigned *value)
{
    unsigned number = 0;

    if (!g_ascii_isdigit(*text)) {
        return NULL;
    }
    for (; g_ascii_isdigit(*text); text++) {
        number = number * 10 + (unsigned)g_ascii_digit_value(*text);
        if (number > limit) {
            return NULL;
        }
    }
    *value = number;
    return text;
}

/* Reads "16be@0-4" or "8@1+2", which follow the u. */
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
    *framing = (np_framing_t){
        .kind = NP_FRAMING_LENGTH, .width = (uint8_t)(bits / 8), .little = little, .offset = (uint8_t)offset,
        .add = negative ? -(int32_t)add : (int32_t)add
    };
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
        *framing = (np_framing_t){ .kind = NP_FRAMING_FIXED, .add = (int32_t)size };
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
        snprintf(text, NP_FRAMING_TEXT, "fixed %d", framing->add);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (framing->kind == words[i].kind) {
            g_strlcpy(text, words[i].text, NP_FRAMING_TEXT);
        }
    }
}

bool
np_framing_equal(const np_framing_t *a, const np_framing_t *b)
{
    return a->kind == b->kind && a->width == b->width && a->little == b->little && a->offset == b->offset
        && a->add == b->add;
}

/* ---- cutting ------------------------------------------------------------------- */

/* GLib and Wireshark have such functions for each width, but none for 24 bits in either byte order. */
uint32_t
np_framing_number(const uint8_t *bytes, unsigned width, bool little)
{
    uint32_t value = 0;

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
        *message = (uint32_t)framing->add;
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

/* What the bytes from an offset to the end are. */
enum {
    NOTHING,            /* no messages */
    UNFINISHED,         /* a message that goes on behind the bytes */
    SOME_UNFINISHED,    /* messages, and such a one */
    WHOLE,              /* one message */
    WHOLES              /* several messages */
};

/* states are those of all later offsets. */
static uint8_t
find_state(const np_framing_t *framing, const uint8_t *bytes, size_t length, size_t at, const uint8_t *states)
{
    uint32_t message = 0;
    np_cut_t cut = np_framing_cut(framing, bytes + at, length - at, 0, &message);

    if (cut == NP_CUT_BAD) {
        return NOTHING;
    }
    if (cut == NP_CUT_MORE || message > length - at) {
        return UNFINISHED;
    }
    if (message == length - at) {
        return WHOLE;
    }
    switch (states[at + message]) {
    case WHOLE:
    case WHOLES:
        return WHOLES;
    case UNFINISHED:
    case SOME_UNFINISHED:
        return SOME_UNFINISHED;
    default:
        return NOTHING;
    }
}

#define MIN_HEADS 8         /* messages after which equal bytes are no accident */

void
np_head_add(np_head_t *head, const uint8_t *bytes, size_t length)
{
    size_t compared = MIN(length, NP_HEAD);

    if (head->count++ == 0) {
        memcpy(head->bytes, bytes, compared);
        head->alike = (uint8_t)((1U << compared) - 1);
        return;
    }
    for (size_t i = 0; i < compared; i++) {
        if (head->bytes[i] != bytes[i]) {
            head->alike &= (uint8_t)~(1U << i);
        }
    }
}

/* Zeros, maybe of the end of a lost message, do not: they would read as empty messages. */
static bool
looks_like_begin(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length)
{
    size_t header = MIN(length, (size_t)framing->offset + framing->width);
    bool is_zero = true;

    for (size_t i = 0; i < MIN(length, NP_HEAD); i++) {
        if (head->count >= MIN_HEADS && (head->alike >> i & 1) && head->bytes[i] != bytes[i]) {
            return false;
        }
    }
    for (size_t i = 0; i < header; i++) {
        is_zero = is_zero && bytes[i] == 0;
    }
    return !is_zero;
}

/* The offset of the first message; length if there is none. Segments mostly begin with a message. At other offsets, a
 * single message may end with the segment by accident, unless its length field is long. */
static size_t
find_begin(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, const uint8_t *states,
           size_t length)
{
    bool is_known = head->count >= MIN_HEADS && head->alike;

    if (length == 0 || (states[0] >= (is_known ? UNFINISHED : SOME_UNFINISHED)
                        && looks_like_begin(framing, head, bytes, length))) {
        return 0;
    }
    for (size_t at = 1; at < length; at++) {
        if ((states[at] == WHOLES || (states[at] == WHOLE && framing->width >= 2))
                && looks_like_begin(framing, head, bytes + at, length - at)) {
            return at;
        }
    }
    return length;
}

size_t
np_framing_synchronise(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length)
{
    uint8_t *states;
    uint32_t line = 0;
    size_t begin;

    switch (framing->kind) {
    case NP_FRAMING_SEGMENT:
        return 0;
    case NP_FRAMING_CRLF:
    case NP_FRAMING_LF:
    case NP_FRAMING_NUL:        /* the start of the first line is lost */
        return np_framing_cut(framing, bytes, length, 0, &line) == NP_CUT_LENGTH ? line : length;
    case NP_FRAMING_FIXED:
        return length % (size_t)framing->add;
    case NP_FRAMING_LENGTH:
    default:
        break;
    }
    states = g_new0(uint8_t, length + 1);
    for (size_t at = length; at-- > 0;) {       /* backwards, so that each offset is looked at once */
        states[at] = find_state(framing, bytes, length, at, states);
    }
    begin = find_begin(framing, head, bytes, states, length);
    g_free(states);
    return begin;
}
