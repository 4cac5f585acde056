/* texts.c
 * Text bodies and strings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#define MIN_TEXT 16 /* bytes in all messages */

typedef struct {
    unsigned good;        /* messages with text */
    unsigned have, bytes; /* messages that reach it; bytes */
    unsigned utf8, cp949; /* messages; others are ASCII */
} texts_t;

/* True for ASCII and mostly common Hangul. The last pair may be cut. */
static bool
is_cp949(const uint8_t *bytes, unsigned length)
{
    unsigned pairs = 0, usual = 0;

    for (unsigned i = 0; i < length; i++) {
        uint8_t lead = bytes[i], trail;

        if (lead < 0x80 || i + 1 == length) {
            continue;
        }
        trail = bytes[++i];
        if (lead < 0x81 || lead > 0xfd || trail < 0x41 || trail == 0xff) {
            return false;
        }
        pairs++;
        usual += lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1;
    }
    return pairs && usual * 10 >= pairs * 8;
}

/* False for bytes that are not ASCII, and in neither encoding. */
static bool
count_encoding(texts_t *texts, const uint8_t *bytes, unsigned length, bool is_cut)
{
    const char *end = NULL;
    unsigned high = 0;

    for (unsigned i = 0; i < length; i++) {
        high += bytes[i] >= 0x80;
    }
    if (!high) {
        return true;
    }
    if (g_utf8_validate((const char *)bytes, (gssize)length, &end)
        || (is_cut && length >= 8 && (const char *)bytes + length - end < 4)) {
        texts->utf8++;
    } else if (is_cp949(bytes, length)) {
        texts->cp949++;
    } else {
        return false;
    }
    return true;
}

static const char *
encoding_name(const texts_t *texts)
{
    return texts->cp949 > texts->utf8 ? "CP949" : texts->utf8 ? "UTF-8" : "ASCII";
}

/* ---- bodies --------------------------------------------------------------------- */

/* Where the text at the message's end begins. A quarter of it may be NULs, between or after strings. */
static unsigned
text_begin(const view_message_t *message)
{
    const uint8_t *head = message->head;
    unsigned at = message->length, begin = at, nuls = 0;

    while (at > 0 && (np_framing_is_text_byte(head[at - 1]) || head[at - 1] == 0)) {
        at--;
        nuls += head[at] == 0;
        if (head[at] != 0 && nuls * 4 <= message->length - at) {
            begin = at;
        }
    }
    return begin;
}

/* Where 90 % of the messages begin to be text; NP_LAYOUT_HEAD: nowhere. */
static unsigned
text_offset(const view_t *view)
{
    unsigned begins[NP_LAYOUT_HEAD + 1] = { 0 }, text = 0;

    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const view_message_t *message = view->sides[OWN][i];
        unsigned begin = text_begin(message);

        begins[begin] += begin < message->length;
    }
    for (unsigned offset = 0; offset + 4 <= NP_LAYOUT_HEAD; offset++) {
        unsigned have = own_column(view, offset)->have;

        text += begins[offset];
        if (have >= MIN_MESSAGES && text * 10 >= have * 9 && !view->taken[offset]) {
            return offset;
        }
    }
    return NP_LAYOUT_HEAD;
}

/* True for a counter that happens to be printable, unlike the digits of a text. */
static bool
is_sequence(const view_t *view, unsigned offset)
{
    const column_t *column = own_column(view, offset);
    steps_t steps = np_layout_usual_step(view, offset, SCOPE_OWN);
    unsigned digits = 0;

    for (unsigned value = '0'; value <= '9'; value++) {
        digits += column->counts[value];
    }
    return column->distinct > 2 && np_layout_is_counting(steps) && steps.good * 50 >= steps.total * 49
        && digits < column->have;
}

/* Skips fields and sequences. Header bytes may be printable by chance: text begins where messages without it end, if
 * that is near. */
static unsigned
text_behind_header(const view_t *view, unsigned offset)
{
    bool has_header = false;

    for (unsigned i = 0; i < offset; i++) {
        has_header = has_header || !np_framing_is_text_byte(own_column(view, i)->value);
    }
    for (unsigned i = 0; i < NP_LAYOUT_HEAD; i++) {
        bool counts = i >= offset && i < offset + 4 && is_sequence(view, i);

        offset = view->taken[i] || counts ? MAX(offset, i + 1) : offset;
    }
    if (has_header && view->limit > offset && view->limit - offset <= 4 && view->limit < NP_LAYOUT_HEAD
        && own_column(view, view->limit)->have + 2 <= view->totals[OWN]) {
        return view->limit;
    }
    return offset;
}

static texts_t
count_texts(const view_t *view, unsigned offset)
{
    texts_t texts = { 0 };

    for (unsigned i = 0; i < view->totals[OWN]; i++) {
        const view_message_t *message = view->sides[OWN][i];
        bool is_cut = message->raw->length > message->length;

        if (!has_byte(message, offset)) {
            continue;
        }
        texts.have++;
        texts.bytes += message->length - offset;
        texts.good += text_begin(message) <= offset
                   && count_encoding(&texts, message->head + offset, message->length - offset, is_cut);
    }
    return texts;
}

/* Tries later offsets, too, because header bytes may look like text. Ignores text that only one type seems to have. */
void
np_layout_find_text_body(view_t *view)
{
    unsigned begin = text_behind_header(view, text_offset(view));

    for (unsigned offset = begin; offset < MIN(begin + 8, NP_LAYOUT_HEAD - 8); offset++) {
        texts_t texts = count_texts(view, offset);

        if ((offset > view->limit && texts.have * 2 < view->totals[OWN]) || texts.have < MIN_MESSAGES
            || texts.bytes < MIN_TEXT || texts.bytes < texts.have * 3) {
            return;
        }
        if (texts.good * 10 >= texts.have * 8) {
            np_view_add_field(view, (candidate_t){ offset, 0, false }, NP_LAYOUT_TEXT,
                              np_layout_confidence(texts.good, texts.have) * texts.bytes / (texts.bytes + MIN_TEXT),
                              "text in %u of %u messages that have it, %s", texts.good, texts.have,
                              encoding_name(&texts));
            view->limit = MIN(view->limit, offset);
            view->reach = offset;
            return;
        }
    }
}

/* ---- strings -------------------------------------------------------------------- */

static bool
count_string(texts_t *texts, const uint8_t *bytes, unsigned width)
{
    unsigned length = 0;

    while (length < width && bytes[length]) {
        length++;
    }
    for (unsigned i = length; i < width; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    texts->bytes += length;
    return length && count_encoding(texts, bytes, length, false);
}

static void
try_string(view_t *view, candidate_t candidate)
{
    unsigned total = view->totals[OWN];
    texts_t texts = { 0 };

    for (unsigned i = 0; i < total; i++) {
        const view_message_t *message = view->sides[OWN][i];

        texts.good += message->length >= candidate.offset + candidate.width
                   && count_string(&texts, message->head + candidate.offset, candidate.width);
    }
    if (texts.good * 20 >= total * 19 && texts.bytes >= total * 3 && texts.bytes >= MIN_TEXT) {
        np_view_add_field(view, candidate, NP_LAYOUT_TEXT, 0.9 * np_layout_confidence(texts.good, total),
                          "a string in %u of %u messages, %s", texts.good, total, encoding_name(&texts));
    }
}

/* The width without the zeros at the end, rounded up to a multiple of 8, if at least 8 zeros remain; else the width. */
static unsigned
string_size(const view_t *view, unsigned offset, unsigned width)
{
    unsigned used = width;

    while (used > 1 && own_column(view, offset + used - 1)->zero) {
        used--;
    }
    used = (used + 7) / 8 * 8;
    return used + 8 <= width ? used : width;
}

void
np_layout_find_strings(view_t *view)
{
    unsigned end;

    for (unsigned offset = 0; offset < view->limit; offset = MAX(end, offset) + 1) {
        bool varies = false;

        end = offset;
        if (view->taken[offset] || !np_column_is_text(own_column(view, offset), false)) {
            continue;
        }
        while (end < view->limit && !view->taken[end] && np_column_is_text(own_column(view, end), true)) {
            varies = varies || !own_column(view, end)->constant;
            end++;
        }
        if (varies && end - offset >= 4) {
            try_string(view, (candidate_t){ offset, string_size(view, offset, end - offset), false });
        }
    }
}
