/* user_tables.h
 * The user's tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_SETTINGS_USER_TABLES_H
#define NP_SETTINGS_USER_TABLES_H

#include "compat.h"

#include <epan/address.h>
#include <epan/prefs.h>

#include "control/framing.h"

void np_user_tables_register(module_t *module);

/**
 * Finds the longest service prefix, the user's or built in ("770"), before a valid number. Returns the number, within
 * dialled, and sets prefix and name (file scope). Returns NULL, setting nothing, if there is none.
 */
const char *np_user_tables_find_service(const char *dialled, const char **prefix, const char **name);

/** Returns the server's first row, in file scope; NULL if none. */
const np_control_format_t *np_user_tables_find_control_format(const address *server, uint16_t port);

/** Returns a name, valid until the table is edited; NULL if none. direction is a naverphone_direction_t. */
const char *np_user_tables_find_message_name(unsigned direction, uint32_t type);

#endif /* NP_SETTINGS_USER_TABLES_H */
