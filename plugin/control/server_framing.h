/* server_framing.h
 * What the connections to a server have taught of the framing of its two streams
 *
 * What was found on one connection of a server goes for those after it, so that looking for it costs once a server, not once
 * a connection. Written on the first pass, as connections are read; lives with the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_SERVER_FRAMING_H
#define NP_CONTROL_SERVER_FRAMING_H

#include "control/inference/inference.h"

/** All zero at first. */
typedef struct {
    np_inferred_framing_t known[2];  /**< by direction; confidence 0: not known */
    np_inferred_framing_t hinted[2]; /**< what one connection was not sure enough of: another may agree */
    unsigned losses[2];              /**< times that messages of later connections did not fit it */
    unsigned fruitless;              /**< connections without framing; one that had bytes enough counts for several */
    unsigned undecided;              /**< guesses that decided nothing, before their connection's end */
    unsigned undecided_segments;     /**< ... and the most segments that one of them had */
} np_server_framing_t;

bool np_server_framing_is_known(const np_server_framing_t *server, unsigned direction);

/** True if a stream need not be looked at: the framing is known, or was looked for in vain too often. */
bool np_server_framing_is_settled(const np_server_framing_t *server, unsigned direction);

/** Learns what was found in a stream of one connection. */
void np_server_framing_learn(np_server_framing_t *server, unsigned direction, const np_inferred_framing_t *found);

/** Counts messages that did not fit what is known; too many, and it is forgotten. */
void np_server_framing_count_losses(np_server_framing_t *server, unsigned direction, unsigned losses);

/** Counts a connection whose framing was not found. had_enough: it had all the bytes that are looked at. */
void np_server_framing_count_fruitless(np_server_framing_t *server, bool had_enough);

/** Counts a guess from so many segments that did not decide its connection's streams. */
void np_server_framing_count_undecided(np_server_framing_t *server, unsigned segments);

/** True if a guess from so many segments may tell more than those before it. */
bool np_server_framing_is_worth_a_guess(const np_server_framing_t *server, unsigned segments);

#endif /* NP_CONTROL_SERVER_FRAMING_H */
