/* printable.h
 * Text from the wire, fit to be shown
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_PRINTABLE_H
#define NP_PRINTABLE_H

#include "compat.h"

/**
 * The text fit for a terminal, and for one line of it: controls, bidi marks and what else is not printable are escaped
 * as Wireshark does it (\t, \033, \u202E), and so are line and paragraph separators. Bytes that are no UTF-8 become
 * replacement characters.
 * @param scope NULL: the caller frees it, by wmem_free(NULL, ...).
 */
char *np_printable(wmem_allocator_t *scope, const char *text);

/**
 * What a user gave, for a message about it: printable, in quotes, and of something long only the beginning.
 * @return new string, g_free().
 */
char *np_quoted(const char *value);

#endif /* NP_PRINTABLE_H */
