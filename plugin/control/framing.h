/* framing.h
 * How a byte stream is cut into messages: the grammar, its use, and its inference from the bytes
 *
 * Pure: glib only, no state, nothing is kept; the inference is in inference.c. The grammar is the one users type (field, preference,
 * reports):
 *
 *   u<8|16|24|32><be|le>@<offset><+|-><n>  a message is as long as that field's value plus n
 *                                          (u16be@0+2); 8 bits have no byte order (u8@1+2)
 *   fixed <n>                              each message has n bytes
 *   lines crlf, lines lf, nul              each message ends with that, which belongs to it
 *   segment                                each TCP segment is a message: nothing better is known
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_FRAMING_H
#define NP_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    NP_FRAMING_SEGMENT = 0,
    NP_FRAMING_LENGTH,
    NP_FRAMING_FIXED,
    NP_FRAMING_CRLF,
    NP_FRAMING_LF,
    NP_FRAMING_NUL
} np_framing_kind_t;

typedef struct {
    np_framing_kind_t kind;
    uint8_t width;          /**< LENGTH: bytes of the field, 1 to 4 */
    bool    little;         /**< LENGTH: little-endian; false where width is 1 */
    uint8_t offset;         /**< LENGTH: of the field, in bytes from the message's begin */
    int32_t add;            /**< LENGTH: message length minus the field's value; FIXED: message length */
} np_framing_t;

#define NP_FRAMING_TEXT    40           /**< bytes that hold any framing as text */
#define NP_MESSAGE_LONGEST 0x1000000    /**< a length above 16 MiB is no control message's */
#define NP_FRAMING_ADD     0xffff       /**< no constant to add is larger, up or down */

/** Reads the grammar. False, and framing untouched, where the text is not of it. */
bool np_framing_parse(const char *text, np_framing_t *framing);

/** Writes the grammar: the one spelling of the framing. */
void np_framing_format(const np_framing_t *framing, char text[NP_FRAMING_TEXT]);

bool np_framing_equal(const np_framing_t *a, const np_framing_t *b);

/** The number that width (1 to 4) bytes are. */
uint32_t np_framing_number(const uint8_t *bytes, unsigned width, bool little);

/** What stands where a message should begin. */
typedef enum {
    NP_CUT_LENGTH,          /**< its length is known; it may be more than there is */
    NP_CUT_MORE,            /**< more bytes are needed to know */
    NP_CUT_BAD              /**< no message of this framing */
} np_cut_t;

/**
 * How long is the message that begins at bytes? searched: how many of them an earlier call has
 * seen and wanted more (delimiters are not looked for again there). A message is no longer than
 * NP_MESSAGE_LONGEST and no shorter than what its length field needs.
 * SEGMENT: all bytes there are.
 */
np_cut_t np_framing_cut(const np_framing_t *framing, const uint8_t *bytes, size_t length, size_t searched,
                        uint32_t *message);

/** One segment's payload as it was seen in one direction of a connection. */
typedef struct {
    const uint8_t *bytes;
    size_t length;          /**< 1 or more */
    bool   continues;       /**< nothing is missing between the one before, or the stream's start, and this one */
} np_piece_t;

/** One direction of a connection: its segments in the order of the stream. */
typedef struct {
    const np_piece_t *pieces;
    size_t count;
} np_pieces_t;

/** A framing and how sure it is, from 0 to 1. SEGMENT where nothing explains the bytes well enough. */
typedef struct {
    np_framing_t framing;
    double confidence;
    double most;            /**< confidence that more bytes of this kind could give: some things they cannot tell */
    np_framing_t widest;    /**< LENGTH: the widest field that cut all bytes alike: where it says otherwise, who knows */
    bool has_preface;       /**< the stream begins with something that is cut otherwise (a greeting, a magic word) */
} np_guess_t;

#define NP_CONFIDENT 0.9    /**< a guess this sure is right nine times in ten at least: decide */

/**
 * Infers the framing of both directions, each from its own bytes and what the other's make likely.
 * Candidates are a length field of 8 to 32 bits at offset 0 to 31, fixed size, lines and NUL.
 * A candidate must tile the bytes: no overrun, ends where segments end. It is weighed by how
 * unlikely that is by chance.
 */
void np_framing_infer(const np_pieces_t pieces[2], np_guess_t guesses[2]);

#define NP_HEAD 8

/** How the messages of a stream begin, as far as they are alike. Zeroed at first. */
typedef struct {
    uint8_t  bytes[NP_HEAD];
    uint8_t  alike;         /**< bit i: byte i is the same in all of them */
    uint32_t count;         /**< messages */
} np_head_t;

/** Notes the begin of a message. */
void np_head_add(np_head_t *head, const uint8_t *bytes, size_t length);

/**
 * Where does the first message begin in a segment that follows a gap? The least offset from which
 * messages tile it, its begin first; behind the first delimiter for lines; length where none is found.
 * head: how the stream's messages begin; it counts once it has seen enough.
 */
size_t np_framing_synchronise(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

#endif /* NP_FRAMING_H */
