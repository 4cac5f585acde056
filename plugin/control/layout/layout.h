/* layout.h
 * Infers the fields of unknown messages
 *
 * Pure: glib only. All results are inferred.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_LAYOUT_LAYOUT_H
#define NP_CONTROL_LAYOUT_LAYOUT_H

#include <glib.h>

#include "control/framing.h"

#define NP_LAYOUT_HEAD 64 /**< leading bytes examined */

/** A message, as far as it is examined. */
typedef struct {
    uint8_t direction; /**< naverphone_direction_t */
    uint32_t connection;
    uint32_t length;     /**< bytes, also beyond head */
    double time;         /**< of capture, Unix seconds */
    uint8_t head_length; /**< bytes */
    uint8_t head[NP_LAYOUT_HEAD];
    uint8_t client[4], server[4]; /**< IPv4, network order; else zeros */
    uint16_t client_port, server_port;
} np_layout_message_t;

typedef enum {
    NP_LAYOUT_CONSTANT = 1,
    NP_LAYOUT_LENGTH,
    NP_LAYOUT_TYPE,
    NP_LAYOUT_SEQUENCE,    /**< constant step */
    NP_LAYOUT_TRANSACTION, /**< chosen by one side, echoed by the other */
    NP_LAYOUT_FLAGS,
    NP_LAYOUT_TIME,
    NP_LAYOUT_ADDRESS,
    NP_LAYOUT_PORT,
    NP_LAYOUT_COUNTER, /**< varying steps */
    NP_LAYOUT_TEXT,
    NP_LAYOUT_PADDING, /**< always zero */
    NP_LAYOUT_HIGH_ENTROPY,
    NP_LAYOUT_UNKNOWN
} np_layout_kind_t;

/** A field that was found. */
typedef struct {
    uint16_t offset; /**< bytes */
    uint16_t width;  /**< bytes; 0: to the message's end */
    bool little;     /**< false if width is 1 or no number */
    np_layout_kind_t kind;
    double confidence;  /**< 0 to 1 */
    char evidence[120]; /**< printable ASCII */
} np_layout_field_t;

/** Finds the fields of one direction's messages. messages: of both directions in the order of the capture, because
 *  echoes are evidence, too. framing: its length field is taken for granted. Returns a new GArray of np_layout_field_t,
 *  sorted by offset, without overlap; it is empty if there are fewer than 3 messages. */
GArray *np_layout_find(const np_layout_message_t *messages, size_t count, uint8_t direction,
                       const np_framing_t *framing);

/** A value of a field. */
typedef struct {
    uint32_t value;
    uint32_t count;             /**< messages */
    uint32_t shortest, longest; /**< message lengths, bytes */
} np_layout_value_t;

/** The values that a field has. Returns a new GArray of np_layout_value_t, sorted by value; it is empty unless the
 *  field has 1 to 4 bytes. */
GArray *np_layout_values(const np_layout_message_t *messages, size_t count, uint8_t direction,
                         const np_layout_field_t *field);

/** "Unknown" if invalid. */
const char *np_layout_kind_name(np_layout_kind_t kind);

#endif /* NP_CONTROL_LAYOUT_LAYOUT_H */
