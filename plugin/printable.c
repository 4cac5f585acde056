/* printable.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "printable.h"

#define MAX_QUOTED 100 /* characters */

/* Printable to GLib, but breaks lines. */
static bool
is_separator(gunichar c)
{
    return g_unichar_type(c) == G_UNICODE_LINE_SEPARATOR || g_unichar_type(c) == G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* Frees text. */
static char *
escape_separators(wmem_allocator_t *scope, char *text)
{
    wmem_strbuf_t *escaped = wmem_strbuf_new(scope, "");

    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (is_separator(c)) {
            wmem_strbuf_append_printf(escaped, "\\u%04X", c);
        } else {
            wmem_strbuf_append_unichar(escaped, c);
        }
    }
    wmem_free(scope, text);
    return wmem_strbuf_finalize(escaped);
}

char *
np_printable(wmem_allocator_t *scope, const char *text)
{
    char *printable = np_format_text(scope, text);

    return g_str_is_ascii(printable) ? printable : escape_separators(scope, printable);
}

char *
np_quoted(const char *value)
{
    char *printable = np_printable(NULL, value);
    bool is_long = g_utf8_strlen(printable, -1) > MAX_QUOTED;
    char *quoted;

    if (is_long) {
        *g_utf8_offset_to_pointer(printable, MAX_QUOTED) = '\0';
    }
    quoted = ws_strdup_printf("'%s%s'", printable, is_long ? "..." : "");
    wmem_free(NULL, printable);
    return quoted;
}
