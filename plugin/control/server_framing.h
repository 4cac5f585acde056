/* server_framing.h
 * Framings found on a server's connections, for later ones
 *
 * First pass, file scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_SERVER_FRAMING_H
#define NP_CONTROL_SERVER_FRAMING_H

#include "control/inference/inference.h"

typedef struct {
    np_inferred_framing_t known[2];  /**< confidence 0: unknown */
    np_inferred_framing_t hinted[2]; /**< until another connection agrees */
    unsigned losses[2];
    unsigned fruitless;          /**< connections without framing, weighted */
    unsigned undecided;          /**< failed guesses ... */
    unsigned undecided_segments; /**< ... from at most so many segments */
} np_server_framing_t;

bool np_server_framing_is_known(const np_server_framing_t *server, unsigned direction);

/** True if known, or too often not found. */
bool np_server_framing_is_settled(const np_server_framing_t *server, unsigned direction);

void np_server_framing_learn(np_server_framing_t *server, unsigned direction, const np_inferred_framing_t *found);

/** After too many, the framing is forgotten. */
void np_server_framing_count_losses(np_server_framing_t *server, unsigned direction, unsigned losses);

/** had_enough: all bytes that inference looks at. */
void np_server_framing_count_fruitless(np_server_framing_t *server, bool had_enough);

void np_server_framing_count_undecided(np_server_framing_t *server, unsigned segments);

bool np_server_framing_is_worth_a_guess(const np_server_framing_t *server, unsigned segments);

#endif /* NP_CONTROL_SERVER_FRAMING_H */
