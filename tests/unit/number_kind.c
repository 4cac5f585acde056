/* number_kind.c
 * Naver Phone: reads numbers, one per line, and prints "number kind e164", with '-' for no E.164 form
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <string.h>

#include "text/numbering.h"

int
main(void)
{
    char line[256];

    while (fgets(line, sizeof line, stdin)) {
        np_number_t number;

        line[strcspn(line, "\r\n")] = '\0';
        np_number_parse(line, &number);
        printf("%s %d %s\n", line, (int)number.kind, number.e164[0] != '\0' ? number.e164 : "-");
    }
    return 0;
}
