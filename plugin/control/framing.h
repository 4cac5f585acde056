/* framing.h
 * Divides a byte stream into messages
 *
 *    u<8|16|24|32><be|le>@<offset><+|-><n>  length = field + n (u16be@0+2, u8@1+2)
 *    fixed <n>                              n bytes
 *    lines crlf, lines lf, nul              end with this delimiter
 *    segment                                unknown: each TCP segment
 *
 * Pure: glib only.
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

/** How a stream is divided. Members that a kind does not have are 0. */
typedef struct {
    np_framing_kind_t kind;
    uint8_t width;  /**< LENGTH: 1 to 4 bytes */
    bool little;    /**< false if width is 1 */
    uint8_t offset; /**< LENGTH: bytes before the field */
    int32_t add;    /**< LENGTH: n */
    uint32_t size;  /**< FIXED: bytes of a message */
} np_framing_t;

#define NP_FRAMING_TEXT 40               /**< room for a framing as text */
#define NP_FRAMING_MAX_MESSAGE 0x1000000 /**< bytes */
#define NP_FRAMING_MAX_ADD 0xffff        /**< limit of n */

/** Reads the text above. False, and framing unchanged: it is invalid. */
bool np_framing_parse(const char *text, np_framing_t *framing);

void np_framing_format(const np_framing_t *framing, char text[NP_FRAMING_TEXT]);

/** True if messages end with a delimiter of text: lines or NUL. */
bool np_framing_is_text(const np_framing_t *framing);

/** True for printable ASCII, tab, CR, LF, and for 0x80 and above. */
bool np_framing_is_text_byte(uint8_t byte);

/** For lines: returns the offset of the first line that has a control character, or length. Without this, binary data
 *  would be an endless line. */
size_t np_framing_find_binary(const np_framing_t *framing, const uint8_t *bytes, size_t length);

bool np_framing_is_mostly_text(const np_framing_t *framing, const uint8_t *bytes, size_t length);

bool np_framing_equal(const np_framing_t *a, const np_framing_t *b);

/** The number in width bytes; of more than 8, in the lower 8. */
uint64_t np_framing_number(const uint8_t *bytes, unsigned width, bool little);

/** What is known about a message's length. */
typedef enum {
    NP_CUT_LENGTH, /**< known; may exceed the bytes given */
    NP_CUT_MORE,   /**< too few bytes to know it */
    NP_CUT_BAD     /**< no message begins here */
} np_cut_t;

/** Reads the length of the message that begins with these bytes into *message, header included. searched: so many bytes
 *  were searched for a delimiter before. */
np_cut_t np_framing_cut(const np_framing_t *framing, const uint8_t *bytes, size_t length, size_t searched,
                        uint32_t *message);

/** A row of the user's table Control Framing. */
typedef struct {
    np_framing_t framing;
    uint32_t header_length;           /**< bytes; 0: unknown */
    uint32_t type_offset, type_width; /**< bytes; width 0: unknown */
    uint32_t sequence_offset, sequence_width;
    bool little;
} np_control_format_t;

#define NP_HEAD 8

/** What a stream's messages begin with. All zero: none so far. */
typedef struct {
    uint8_t bytes[NP_HEAD];
    bool alike[NP_HEAD]; /**< the byte is the same in all */
    uint32_t count;      /**< messages */
    uint32_t longest;    /**< bytes */
    bool is_torn;        /**< a segment ended within a message */
} np_head_t;

/** Adds a message that begins with these bytes. length: the message's, header included. */
void np_head_add(np_head_t *head, const uint8_t *bytes, size_t length);

/** Searches bytes behind a hole for a message. Returns its offset, or length. */
size_t np_framing_synchronise(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

/** True if messages that begin like all earlier ones fill the bytes. */
bool np_framing_is_tiled(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

/** True if the bytes end with a delimiter, so that a message begins right after them. */
bool np_framing_ends(const np_framing_t *framing, const uint8_t *bytes, size_t length);

#endif /* NP_CONTROL_FRAMING_H */
