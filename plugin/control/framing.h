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

/** What a kind does not have is 0. */
typedef struct {
    np_framing_kind_t kind;
    uint8_t width;  /**< LENGTH: 1 to 4 bytes */
    bool little;    /**< false if width is 1 */
    uint8_t offset; /**< LENGTH: bytes before the field */
    int32_t add;    /**< LENGTH: n */
    uint32_t size;  /**< FIXED: bytes of a message */
} np_framing_t;

#define NP_FRAMING_TEXT 40
#define NP_FRAMING_MAX_MESSAGE 0x1000000 /**< bytes */
#define NP_FRAMING_MAX_ADD 0xffff        /**< limit of n */

/** False, and framing unchanged: invalid. */
bool np_framing_parse(const char *text, np_framing_t *framing);

void np_framing_format(const np_framing_t *framing, char text[NP_FRAMING_TEXT]);

bool np_framing_is_text(const np_framing_t *framing);

/** Printable ASCII, tab, CR, LF, or 0x80 and above. */
bool np_framing_is_text_byte(uint8_t byte);

/** Returns the offset of the first line with a control character, or length. Binary data would be an endless line. */
size_t np_framing_find_binary(const np_framing_t *framing, const uint8_t *bytes, size_t length);

bool np_framing_is_mostly_text(const np_framing_t *framing, const uint8_t *bytes, size_t length);

bool np_framing_equal(const np_framing_t *a, const np_framing_t *b);

/** Of more than 8 bytes, the lower 8. */
uint64_t np_framing_number(const uint8_t *bytes, unsigned width, bool little);

typedef enum {
    NP_CUT_LENGTH, /**< known; may exceed the bytes given */
    NP_CUT_MORE,   /**< too few bytes to know it */
    NP_CUT_BAD
} np_cut_t;

/** *message: length with header. searched: bytes already searched for a delimiter. */
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

/** What messages begin with. Zero-initialised. */
typedef struct {
    uint8_t bytes[NP_HEAD];
    bool alike[NP_HEAD]; /**< the byte is the same in all */
    uint32_t count;
    uint32_t longest;
    bool is_torn; /**< a segment ended within a message */
} np_head_t;

void np_head_add(np_head_t *head, const uint8_t *bytes, size_t length);

/** The offset of the first message behind a hole, or length. */
size_t np_framing_synchronise(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

/** True if messages that begin like all earlier ones fill the bytes. */
bool np_framing_is_tiled(const np_framing_t *framing, const np_head_t *head, const uint8_t *bytes, size_t length);

bool np_framing_ends(const np_framing_t *framing, const uint8_t *bytes, size_t length);

#endif /* NP_CONTROL_FRAMING_H */
