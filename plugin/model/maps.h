/* maps.h
 * Hash tables that live with the capture
 *
 * GHashTable, because an entry of wmem_map_t takes twice the memory, which was 2 of a session's 28 kB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_MAPS_H
#define NP_MODEL_MAPS_H

#include <glib.h>

/** Keys and values must live as long, and are not freed with it. hash: randomly seeded if the keys come from packets, so
 *  that they cannot force collisions: wmem_str_hash() or np_hash_bytes(). */
GHashTable *np_map_new(GHashFunc hash, GEqualFunc equal);

/** Frees all maps. */
void np_maps_cleanup(void);

#endif /* NP_MODEL_MAPS_H */
