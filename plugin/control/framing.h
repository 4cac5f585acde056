/* framing.h
 * Divides a byte stream into messages
 *
 * Pure: glib only, no state. Framings have this text form in the field, the preference and reports:
 *
 *    u<8|16|24|32><be|le>@<offset><+|-><n>  message length = the field's value + n (u16be@0+2, u8@1+2)
 *    fixed <n>                              messages of n bytes
 *    lines crlf, lines lf, nul              messages that end with this delimiter, which is part of them
 *    segment                                unknown framing: each TCP segment is one message
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
    uint8_t width;  /**< LENGTH: bytes of the field, 1 to 4 */
    bool little;    /**< LENGTH: little-endian; false if width is 1 */
    uint8_t offset; /**< LENGTH: bytes from the start of the message to the field */
    int32_t add;    /**< LENGTH: message length minus the field's value; FIXED: message length */
} np_framing_t;

#define NP_FRAMING_TEXT 40               /**< buffer size for any framing as text */
#define NP_FRAMING_MAX_MESSAGE 0x1000000 /**< bytes; longer ones are taken for errors */
#define NP_FRAMING_MAX_ADD 0xffff        /**< limit of the added constant, up or down, and of a fixed length */

/** Parses the text form. Returns false and leaves framing unchanged if it is invalid. */
bool np_framing_parse(const char *text, np_framing_t *framing);

/** Writes the text form. Each framing has exactly one. */
void np_framing_format(const np_framing_t *framing, char text[NP_FRAMING_TEXT]);

/** True if delimiters end the messages. */
bool np_framing_is_text(const np_framing_t *framing);

bool np_framing_equal(const np_framing_t *a, const np_framing_t *b);

uint32_t np_framing_number(const uint8_t *bytes, unsigned width, bool little);

/** Result of np_framing_cut(). */
typedef enum {
    NP_CUT_LENGTH, /**< the length is known; it may exceed the bytes given */
    NP_CUT_MORE,   /**< more bytes are needed to find the length */
    NP_CUT_BAD     /**< not a message of this framing */
} np_cut_t;

/**
 * Sets *message to the length of the message at bytes, including its header; at most NP_FRAMING_MAX_MESSAGE. For
 * SEGMENT, it is all bytes.
 *
 * searched: number of bytes already searched for a delimiter, from an earlier call that returned NP_CUT_MORE.
 */
np_cut_t np_framing_cut(const np_framing_t *framing, const uint8_t *bytes, size_t length, size_t searched,
                        uint32_t *message);

/** The message header, as far as the user describes it. */
typedef struct {
    np_framing_t framing;
    uint32_t header_length;           /**< bytes; 0 if unknown */
    uint32_t type_offset, type_width; /**< bytes, from the start of the message; width 0 if unknown */
    uint32_t sequence_offset, sequence_width;
    bool little; /**< both numbers are little-endian */
} np_control_format_t;

#define NP_HEAD 8

/** The first bytes that a stream's messages have in common. Zero-initialised. */
typedef struct {
    uint8_t bytes[NP_HEAD];
    uint8_t alike;    /**< bit i: byte i is the same in all messages */
    uint32_t count;   /**< messages */
    uint32_t longest; /**< longest message, in bytes */
    bool is_torn;     /**< a segment ended within a message */
} np_head_t;

/** Adds a message; length may be less than NP_HEAD. */
void np_head_add(np_head_t *head, const uint8_t *bytes, size_t length);

/**
 * Finds the first message in bytes that follow a hole. Returns its offset, or length if there is none. With a length
 * field, this is preferably the lowest offset from which messages fill the bytes and begin like earlier ones; with
 * lines, the offset after the first delimiter.
 */
size_t np_framing_synchronise(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

/** True if the bytes are whole messages with a length field that begin like all earlier ones. */
bool np_framing_is_tiled(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

/** True if the bytes end with the framing's delimiter. */
bool np_framing_ends(const np_framing_t *framing, const uint8_t *bytes, size_t length);

#endif /* NP_CONTROL_FRAMING_H */
