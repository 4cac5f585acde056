/* layout.h
 * What the fields of unknown messages look like: found from the messages alone
 *
 * Pure: glib only. Everything here is inferred; each field says from what and how sure.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LAYOUT_H
#define NP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "control/framing.h"

#define NP_LAYOUT_HEAD 64       /**< bytes of each message that are looked at */

/** A message as it was seen. Borrowed by the calls below. */
typedef struct {
    uint8_t  direction;         /**< 1 client to server, 2 server to client */
    uint32_t connection;        /**< tells connections apart */
    uint32_t length;            /**< of the whole message, bytes */
    double   time;              /**< when it was captured, Unix time in seconds */
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
    NP_LAYOUT_TIME,             /**< Unix time stamp, seconds or milliseconds */
    NP_LAYOUT_ADDRESS,          /**< of client or server */
    NP_LAYOUT_PORT,             /**< of client or server */
    NP_LAYOUT_COUNTER,          /**< grows, but not by one a message */
    NP_LAYOUT_TEXT,
    NP_LAYOUT_PADDING,          /**< zero in all messages, after or between fields */
    NP_LAYOUT_HIGH_ENTROPY,
    NP_LAYOUT_UNKNOWN
} np_layout_kind_t;

typedef struct {
    uint16_t offset;            /**< bytes from the message's begin */
    uint16_t width;             /**< bytes; 0: up to the message's end */
    bool     little;            /**< little-endian; false where width is 1 or it is no number */
    np_layout_kind_t kind;
    double   confidence;        /**< 0 to 1 */
    char     evidence[120];     /**< in a few words, printable ASCII, NUL-terminated */
} np_layout_field_t;

/**
 * The fields of the messages of one direction, by offset, without overlap. All messages (of both
 * directions, in the order they were captured) are given: what one side sends and the other echoes
 * is seen in both. framing: that of the direction; its length field is believed.
 * Returns a new GArray of np_layout_field_t, to be freed with g_array_free(); empty for fewer than 3 messages.
 */
GArray *np_layout_find(const np_layout_message_t *messages, size_t count, uint8_t direction,
                       const np_framing_t *framing);

/** The values a field has in the messages of a direction, and how often; for a type field. */
typedef struct {
    uint32_t value;
    uint32_t count;
    uint32_t shortest, longest; /**< messages with that value, bytes */
} np_layout_value_t;

/** Returns a new GArray of np_layout_value_t by value. Messages too short to hold the field are left out. */
GArray *np_layout_values(const np_layout_message_t *messages, size_t count, uint8_t direction,
                         const np_layout_field_t *field);

/** The name of a kind, for tables: "Constant", "Length", "Type", … */
const char *np_layout_kind_name(np_layout_kind_t kind);

#endif /* NP_LAYOUT_H */
