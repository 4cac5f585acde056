/* same_chance.c
 * For counting instructions: chance that is the same in each run
 *
 * libwireshark's hash functions start from a number of chance. Which keys share a place follows from it, and so do some
 * hundred instructions a packet. Preloaded, this stands in for glib's function.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

guint32
g_random_int(void)
{
    static guint32 number = 20091230;

    return number = number * 1664525 + 1013904223;      /* linear congruential generator from Numerical Recipes */
}
