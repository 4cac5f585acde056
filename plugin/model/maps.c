/* maps.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/maps.h"

static GSList *maps;

GHashTable *
np_map_new(GHashFunc hash, GEqualFunc equal)
{
    GHashTable *map = g_hash_table_new(hash, equal);

    maps = g_slist_prepend(maps, map);
    return map;
}

static void
free_map(gpointer map)
{
    g_hash_table_destroy((GHashTable *)map);
}

void
np_maps_cleanup(void)
{
    g_slist_free_full(maps, free_map);
    maps = NULL;
}
