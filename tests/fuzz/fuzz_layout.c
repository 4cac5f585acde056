/* fuzz_layout.c
 * Fuzzes layout inference: fields are ordered, do not overlap, and lie within the head
 *
 * Input: a length byte and the framing as text, then per message a direction byte, a length byte, and the bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/layout.h"

#include "input.h"

#define MOST_MESSAGES 200

static size_t
read_messages(input_t *input, np_layout_message_t *messages)
{
    size_t count = 0;

    while (input->left > 2 && count < MOST_MESSAGES) {
        np_layout_message_t *message = &messages[count];
        size_t length;
        uint8_t *head;

        *message = (np_layout_message_t){ .direction = 1 + (take_byte(input) & 1),
                                          .time = 1.2e9 + (double)count,
                                          .client = { 10, 0, 0, 1 },
                                          .server = { 10, 0, 0, 2 },
                                          .client_port = 49152,
                                          .server_port = 10500 };
        message->length = length = take_byte(input);
        length = MIN(length, NP_LAYOUT_HEAD);
        head = take_bytes(input, &length);
        message->head_length = (uint8_t)length;
        memcpy(message->head, head, length);
        g_free(head);
        count++;
    }
    return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static np_layout_message_t messages[MOST_MESSAGES];
    input_t input = { bytes, length };
    size_t text_length = take_byte(&input) % 16, count;
    uint8_t *text_bytes = take_bytes(&input, &text_length);
    char *text = g_strndup((char *)text_bytes, text_length);
    np_framing_t framing = { .kind = NP_FRAMING_SEGMENT };

    np_framing_parse(text, &framing);
    count = read_messages(&input, messages);
    for (uint8_t direction = 1; direction <= 2; direction++) {
        GArray *fields = np_layout_find(messages, count, direction, &framing);
        unsigned end = 0;

        for (unsigned i = 0; i < fields->len; i++) {
            const np_layout_field_t *field = &g_array_index(fields, np_layout_field_t, i);

            PROMISED(field->offset >= end && field->confidence >= 0 && field->confidence <= 1);
            PROMISED(memchr(field->evidence, 0, sizeof field->evidence));
            PROMISED(np_layout_kind_name(field->kind));
            end = field->width ? field->offset + field->width : NP_LAYOUT_HEAD;
            if (field->width && field->width <= 4)
                g_array_free(np_layout_values(messages, count, direction, field), TRUE);
        }
        g_array_free(fields, TRUE);
    }
    g_free(text);
    g_free(text_bytes);
    return 0;
}
