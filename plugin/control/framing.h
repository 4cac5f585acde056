/* framing.h
 * How a byte stream is divided into messages
 *
 * Pure: glib only, no state. Users type framings (field, preference, reports) in this grammar:
 *
 *   u<8|16|24|32><be|le>@<offset><+|-><n>  a message has as many bytes as the value of that field, plus n (u16be@0+2);
 *                                          8 bits have no byte order (u8@1+2)
 *   fixed <n>                              each message has n bytes
 *   lines crlf, lines lf, nul              each message ends with this delimiter, which belongs to it
 *   segment                                each TCP segment is a message, since nothing better is known
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_FRAMING_H
#define NP_CONTROL_FRAMING_H

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
    bool    little;         /**< LENGTH: little-endian; false if width is 1 */
    uint8_t offset;         /**< LENGTH: bytes from the start of the message to the field */
    int32_t add;            /**< LENGTH: message length minus the field's value; FIXED: message length */
} np_framing_t;

#define NP_FRAMING_TEXT        40           /**< size of a buffer for any framing as text */
#define NP_FRAMING_MAX_MESSAGE 0x1000000    /**< bytes of a message: a length above 16 MiB is wrong */
#define NP_FRAMING_MAX_ADD     0xffff       /**< of the constant to add, up or down, and of a fixed length */

/** Reads the grammar. Returns false, and leaves framing unchanged, if the text is not in it. */
bool np_framing_parse(const char *text, np_framing_t *framing);

/** Writes the grammar; each framing has one spelling. */
void np_framing_format(const np_framing_t *framing, char text[NP_FRAMING_TEXT]);

bool np_framing_equal(const np_framing_t *a, const np_framing_t *b);

/** Reads a number of 1 to 4 bytes. */
uint32_t np_framing_number(const uint8_t *bytes, unsigned width, bool little);

/** What is known of the message at the begin of some bytes. */
typedef enum {
    NP_CUT_LENGTH,          /**< its length, which may exceed these bytes */
    NP_CUT_MORE,            /**< more bytes are needed for its length */
    NP_CUT_BAD              /**< it is no message of this framing */
} np_cut_t;

/**
 * Finds the length of the message that begins at bytes. It is NP_FRAMING_MAX_MESSAGE at most, and includes the length
 * field; for SEGMENT, it is all bytes.
 *
 * searched: how many of the bytes an earlier call saw that returned NP_CUT_MORE; delimiters are not searched there
 * again.
 */
np_cut_t np_framing_cut(const np_framing_t *framing, const uint8_t *bytes, size_t length, size_t searched,
                        uint32_t *message);

/** What else of the control messages a user knows: where the numbers of their header are. */
typedef struct {
    np_framing_t framing;
    uint32_t header_length;         /**< bytes; 0: not known */
    uint32_t type_offset, type_width;           /**< bytes from the start of the message; width 0: not known */
    uint32_t sequence_offset, sequence_width;
    bool     little;                /**< both numbers are little-endian */
} np_control_format_t;

#define NP_HEAD 8

/** What the starts of a stream's messages have in common. All zero at first. */
typedef struct {
    uint8_t  bytes[NP_HEAD];
    uint8_t  alike;         /**< bit i: byte i is the same in all messages */
    uint32_t count;         /**< messages */
    uint32_t longest;       /**< bytes of one */
    bool     is_torn;       /**< a segment ended within a message */
} np_head_t;

/** Adds the start of a message: as many bytes of it as there are. */
void np_head_add(np_head_t *head, const uint8_t *bytes, size_t length);

/**
 * Finds the first message in bytes that follow a hole. Returns its offset: one from which messages fill the bytes
 * and begin as those before them, preferably the first; for lines, the offset behind the first delimiter; length if there
 * is no message.
 */
size_t np_framing_synchronise(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

/** True if the bytes are whole messages of a length field, and begin as all messages before them. */
bool np_framing_is_tiled(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

/** True if the bytes end with the delimiter of the framing, so that a message begins behind them. */
bool np_framing_ends(const np_framing_t *framing, const uint8_t *bytes, size_t length);

#endif /* NP_CONTROL_FRAMING_H */
