/* fuzz_framing.c
 * Fuzzes framing inference: a framing survives being written and parsed, and messages lie within the bytes
 *
 * Input, per segment: a byte with direction (bit 0) and gap (bit 1), a length byte, and the bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/framing.h"
#include "control/inference/inference.h"

#include "input.h"

#define MOST_PIECES 64

static void
check_cuts(const np_framing_t *framing, const np_segment_payload_t *piece)
{
    size_t at = 0;
    np_head_t head = { 0 };

    while (at < piece->length) {
        uint32_t message = 0;

        if (np_framing_cut(framing, piece->bytes + at, piece->length - at, 0, &message) != NP_CUT_LENGTH)
            break;
        PROMISED(message > 0 && message <= NP_FRAMING_MAX_MESSAGE);
        np_head_add(&head, piece->bytes + at, MIN(message, piece->length - at));
        at += message;
    }
    PROMISED(np_framing_synchronise(framing, &head, piece->bytes, piece->length) <= piece->length);
}

static void
check_spelling(const np_framing_t *framing)
{
    char text[NP_FRAMING_TEXT];
    np_framing_t again;

    np_framing_format(framing, text);
    PROMISED(strlen(text) < sizeof text);
    PROMISED(np_framing_parse(text, &again) && np_framing_equal(framing, &again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    input_t input = { bytes, length };
    np_segment_payload_t pieces[2][MOST_PIECES];
    np_segment_payloads_t streams[2] = { { pieces[0], 0 }, { pieces[1], 0 } };
    np_inferred_framing_t guesses[2];

    while (input.left > 2) {
        uint8_t how = take_byte(&input);
        size_t want = take_byte(&input) + 1;
        np_segment_payloads_t *stream = &streams[how & 1];

        if (stream->count == MOST_PIECES)
            break;
        pieces[how & 1][stream->count].bytes = take_bytes(&input, &want);
        pieces[how & 1][stream->count].length = want;
        pieces[how & 1][stream->count++].continues = !(how & 2);
    }
    np_framing_infer(streams, true, guesses);
    for (unsigned i = 0; i < 2; i++) {
        PROMISED(guesses[i].confidence >= 0 && guesses[i].confidence <= 1 && guesses[i].most <= 1);
        check_spelling(&guesses[i].framing);
        for (size_t j = 0; j < streams[i].count; j++) {
            check_cuts(&guesses[i].framing, &pieces[i][j]);
            g_free((uint8_t *)pieces[i][j].bytes);
        }
    }
    return 0;
}
