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

/** Finds the longest service prefix, the user's or built in, before a valid number. Returns the number within dialled;
 *  prefix and name are in file scope. NULL: none, nothing set. */
const char *np_user_tables_find_service(const char *dialled, const char **prefix, const char **name);

/** The server's first row, in file scope; NULL: none. */
const np_control_format_t *np_user_tables_find_control_format(const address *server, uint16_t port);

/** Valid until the table is edited; NULL: none. direction: naverphone_direction_t. */
const char *np_user_tables_find_message_name(unsigned direction, uint32_t type);

#endif /* NP_SETTINGS_USER_TABLES_H */
