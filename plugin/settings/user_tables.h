/* user_tables.h
 * The user's tables: service prefixes, framing of control messages, names of control messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SETTINGS_USER_TABLES_H
#define NP_SETTINGS_USER_TABLES_H

#include "compat.h"

#include <epan/address.h>
#include <epan/prefs.h>

#include "control/framing.h"

/** Registers the tables as preferences of the module. */
void np_user_tables_register(module_t *module);

/**
 * Finds the longest service prefix of the table or of those built in ("770") that a dialled user part begins with and
 * that a valid number follows. Returns that number, a part of dialled, and sets prefix and name to strings in file
 * scope; returns NULL, and sets nothing, if there is none.
 */
const char *np_user_tables_find_service(const char *dialled, const char **prefix, const char **name);

/** Returns the format in the first row for a server, in file scope; NULL if there is none. */
const np_control_format_t *np_user_tables_find_control_format(const address *server, uint16_t port);

/**
 * Returns the name of a type of control message, valid until the table is edited; NULL if there is none. direction is a
 * naverphone_direction_t.
 */
const char *np_user_tables_find_message_name(unsigned direction, uint32_t type);

#endif /* NP_SETTINGS_USER_TABLES_H */
