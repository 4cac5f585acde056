/* printable.h
 * Text from the wire, fit to be shown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_PRINTABLE_H
#define NP_PRINTABLE_H

#include "compat.h"

/**
 * Escapes what a terminal must not print (\t, \033, \u202E, line separators), and replaces bytes other than UTF-8.
 * With scope NULL, free with wmem_free(NULL, ...).
 */
char *np_printable(wmem_allocator_t *scope, const char *text);

/** Quotes a user's value, printable and shortened; g_free(). */
char *np_quoted(const char *value);

#endif /* NP_PRINTABLE_H */
