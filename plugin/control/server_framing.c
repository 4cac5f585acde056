/* server_framing.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/server_framing.h"

#include <string.h>

#include <glib.h>

#define MAX_LOSSES 4
#define MAX_FRUITLESS 24
#define FULL_COUNTS 8   /* weight of a full connection */
#define MAX_UNDECIDED 2 /* until a guess needs more segments */

bool
np_server_framing_is_known(const np_server_framing_t *server, unsigned direction)
{
    return server->known[direction].confidence > 0;
}

bool
np_server_framing_is_settled(const np_server_framing_t *server, unsigned direction)
{
    return np_server_framing_is_known(server, direction) || server->fruitless >= MAX_FRUITLESS;
}

/* False for 8-bit lengths and fixed sizes, which fit any bytes. */
static bool
is_refutable(const np_framing_t *framing)
{
    return framing->kind == NP_FRAMING_LENGTH && framing->width > 1;
}

/* Agreement lessens doubt, but not below what bytes of this kind leave. */
void
np_server_framing_learn(np_server_framing_t *server, unsigned direction, const np_inferred_framing_t *found)
{
    np_inferred_framing_t *hinted = &server->hinted[direction];
    double doubt = 1 - found->confidence;

    if (np_framing_equal(&found->framing, &hinted->framing)) {
        doubt *= 1 - hinted->confidence;
    }
    *hinted = *found;
    hinted->confidence = MIN(1 - doubt, MAX(found->confidence, found->most));
    if (hinted->confidence >= NP_CONFIDENT && is_refutable(&found->framing)) {
        server->known[direction] = *hinted;
    }
}

void
np_server_framing_count_losses(np_server_framing_t *server, unsigned direction, unsigned losses)
{
    server->losses[direction] += losses;
    if (server->losses[direction] < MAX_LOSSES) {
        return;
    }
    memset(&server->known[direction], 0, sizeof server->known[direction]);
    server->losses[direction] = 0;
}

void
np_server_framing_count_fruitless(np_server_framing_t *server, bool had_enough)
{
    server->fruitless += had_enough ? FULL_COUNTS : 1;
}

void
np_server_framing_count_undecided(np_server_framing_t *server, unsigned segments)
{
    server->undecided = segments > server->undecided_segments ? 1 : server->undecided + 1;
    server->undecided_segments = MAX(server->undecided_segments, segments);
}

/* If no framing was found on some connections, it will not be found on others either. */
bool
np_server_framing_is_worth_a_guess(const np_server_framing_t *server, unsigned segments)
{
    return server->undecided < MAX_UNDECIDED || segments > server->undecided_segments
        || np_server_framing_is_known(server, 0) || np_server_framing_is_known(server, 1);
}
