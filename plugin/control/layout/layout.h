/* layout.h
 * What the fields of unknown messages look like, found from the messages alone
 *
 * Pure: glib only. All of it is inferred; each field says from what evidence, and how sure it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_LAYOUT_LAYOUT_H
#define NP_CONTROL_LAYOUT_LAYOUT_H

#include <glib.h>

#include "control/framing.h"

#define NP_LAYOUT_HEAD 64       /**< bytes of each message that are looked at */

/** A message as captured. */
typedef struct {
    uint8_t  direction;         /**< 1 client to server, 2 server to client */
    uint32_t connection;        /**< a number for each connection */
    uint32_t length;            /**< of the whole message, bytes */
    double   time;              /**< of capture, Unix time in seconds */
    uint8_t  head_length;       /**< bytes in head */
    uint8_t  head[NP_LAYOUT_HEAD];
    uint8_t  client[4], server[4];      /**< IPv4 addresses in network order; all 0 where they are not IPv4 */
    uint16_t client_port, server_port;
} np_layout_message_t;

typedef enum {
    NP_LAYOUT_CONSTANT = 1,
    NP_LAYOUT_LENGTH,
    NP_LAYOUT_TYPE,
    NP_LAYOUT_SEQUENCE,         /**< counts up message by message */
    NP_LAYOUT_TRANSACTION,      /**< chosen by one side, echoed by the other */
    NP_LAYOUT_FLAGS,
    NP_LAYOUT_TIME,             /**< time stamp in seconds or a fraction of them */
    NP_LAYOUT_ADDRESS,          /**< of client or server */
    NP_LAYOUT_PORT,             /**< of client or server */
    NP_LAYOUT_COUNTER,          /**< grows, but not by one a message */
    NP_LAYOUT_TEXT,
    NP_LAYOUT_PADDING,          /**< zero in all messages, after or between fields */
    NP_LAYOUT_HIGH_ENTROPY,
    NP_LAYOUT_UNKNOWN
} np_layout_kind_t;

typedef struct {
    uint16_t offset;            /**< bytes from the start of the message */
    uint16_t width;             /**< bytes; 0: up to the end of the message */
    bool     little;            /**< little-endian; false if width is 1 or it is no number */
    np_layout_kind_t kind;
    double   confidence;        /**< 0 to 1 */
    char     evidence[120];     /**< in a few words of printable ASCII, NUL-terminated */
} np_layout_field_t;

/**
 * Finds the fields of the messages of one direction. messages are those of both directions in the order of capture,
 * since some fields are known by their echo in the other direction; framing is that of the direction, and its length
 * field is believed.
 * Returns a new GArray of np_layout_field_t (g_array_free()), sorted by offset and without overlap; empty for fewer
 * than 3 messages of the direction.
 */
GArray *np_layout_find(const np_layout_message_t *messages, size_t count, uint8_t direction,
                       const np_framing_t *framing);

/** A value of a field, in the messages of one direction. */
typedef struct {
    uint32_t value;
    uint32_t count;             /**< messages */
    uint32_t shortest, longest; /**< of these messages, bytes */
} np_layout_value_t;

/**
 * Returns the values of a field of 1 to 4 bytes in a new GArray of np_layout_value_t (g_array_free()), sorted by value.
 * Messages too short for the field are ignored.
 */
GArray *np_layout_values(const np_layout_message_t *messages, size_t count, uint8_t direction,
                         const np_layout_field_t *field);

/** The name of a kind as tables show it: "Constant", "Length", "Type", … */
const char *np_layout_kind_name(np_layout_kind_t kind);

#endif /* NP_CONTROL_LAYOUT_LAYOUT_H */
