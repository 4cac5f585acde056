/* same_chance.c
 * Fixed random numbers for counting instructions
 *
 * libwireshark's hash functions use a random seed, which determines collisions and so some hundred instructions per
 * packet. When preloaded, this replaces GLib's function.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

guint32
g_random_int(void)
{
    static guint32 number = 20091230;

    return number = number * 1664525 + 1013904223; /* linear congruential generator from Numerical Recipes */
}
