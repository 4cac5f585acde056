/* framing_of.c
 * Infers framings. Reads segments from standard input, one per line: "1" or "2" for the direction, then the payload in
 * hexadecimal, preceded by "-" after a gap. Prints framing, confidence and number of messages of both directions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/framing.h"
#include "control/inference/inference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

static np_segment_payload_t
read_piece(const char *text)
{
    np_segment_payload_t piece = { .continues = *text != '-' };
    uint8_t *bytes;

    text += !piece.continues;
    piece.length = strspn(text, "0123456789abcdefABCDEF") / 2;
    bytes = g_new(uint8_t, piece.length + 1);
    for (size_t i = 0; i < piece.length; i++) {
        bytes[i] = (uint8_t)(g_ascii_xdigit_value(text[2 * i]) << 4 | g_ascii_xdigit_value(text[2 * i + 1]));
    }
    piece.bytes = bytes;
    return piece;
}

int
main(void)
{
    static char line[1 << 20];
    GArray *pieces[2];
    np_segment_payloads_t streams[2];
    np_inferred_framing_t guesses[2];

    for (unsigned i = 0; i < 2; i++) {
        pieces[i] = g_array_new(FALSE, FALSE, sizeof(np_segment_payload_t));
    }
    while (fgets(line, sizeof line, stdin)) {
        np_segment_payload_t piece = read_piece(line + 2);

        if (piece.length && (line[0] == '1' || line[0] == '2')) {
            g_array_append_val(pieces[line[0] - '1'], piece);
        } else {
            g_free((uint8_t *)piece.bytes);
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        streams[i] = (np_segment_payloads_t){ (np_segment_payload_t *)pieces[i]->data, pieces[i]->len };
    }
    np_framing_infer(streams, true, guesses);
    for (unsigned i = 0; i < 2; i++) {
        char text[NP_FRAMING_TEXT] = "";

        np_framing_format(&guesses[i].framing, text);
        printf("%u\t%s\t%.3f\n", i + 1, text, guesses[i].confidence);
        for (unsigned j = 0; j < pieces[i]->len; j++) {
            g_free((uint8_t *)g_array_index(pieces[i], np_segment_payload_t, j).bytes);
        }
        g_array_free(pieces[i], TRUE);
    }
    return EXIT_SUCCESS;
}
