/* tables.h
 * The user's tables: service prefixes, framing of control messages, their names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_TABLES_H
#define NAVERPHONE_TABLES_H

#include "compat.h"

#include <epan/address.h>
#include <epan/prefs.h>

#include "control/framing.h"

/** Registers the tables as preferences of the module. */
void np_tables_register(module_t *module);

/**
 * The service that a dialled user part begins with: the longest prefix of the table that a valid
 * number follows. Returns that number (a part of dialled), and copies of the table's prefix and
 * name that live with the capture; NULL, and nothing set, where there is none.
 */
const char *np_tables_service(const char *dialled, const char **prefix, const char **name);

/** The first row for a server. Lives with the capture, whatever becomes of the table; NULL where there is none. */
const np_control_format_t *np_tables_control_format(const address *server, uint16_t port);

/** The name of a type of control message, or NULL. direction: naverphone_direction_t. Lives while the table does. */
const char *np_tables_message_name(unsigned direction, uint32_t type);

#endif /* NAVERPHONE_TABLES_H */
