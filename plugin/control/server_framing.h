/* server_framing.h
 * What is known of the framing of a server's streams
 *
 * Found on one connection and used for later ones, so that inference costs once per server. Written on the first pass;
 * lives with the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_SERVER_FRAMING_H
#define NP_CONTROL_SERVER_FRAMING_H

#include "control/inference/inference.h"

/** All zero: nothing known. */
typedef struct {
    np_inferred_framing_t known[2];  /**< by direction; confidence 0: unknown */
    np_inferred_framing_t hinted[2]; /**< uncertain until another connection agrees */
    unsigned losses[2];              /**< misfits in later connections */
    unsigned fruitless;              /**< connections without framing; one with enough bytes counts several times */
    unsigned undecided;              /**< failed guesses in unfinished connections */
    unsigned undecided_segments;     /**< most segments in one of them */
} np_server_framing_t;

bool np_server_framing_is_known(const np_server_framing_t *server, unsigned direction);

/** True if streams need no inference: framing known, or too often not found. */
bool np_server_framing_is_settled(const np_server_framing_t *server, unsigned direction);

void np_server_framing_learn(np_server_framing_t *server, unsigned direction, const np_inferred_framing_t *found);

/** Counts messages that did not fit. Too many, and the framing is forgotten. */
void np_server_framing_count_losses(np_server_framing_t *server, unsigned direction, unsigned losses);

/** Counts a connection without framing. had_enough: it had all the bytes that inference looks at. */
void np_server_framing_count_fruitless(np_server_framing_t *server, bool had_enough);

/** Counts a failed guess from this many segments. */
void np_server_framing_count_undecided(np_server_framing_t *server, unsigned segments);

/** True if a guess from this many segments may succeed where earlier ones failed. */
bool np_server_framing_is_worth_a_guess(const np_server_framing_t *server, unsigned segments);

#endif /* NP_CONTROL_SERVER_FRAMING_H */
