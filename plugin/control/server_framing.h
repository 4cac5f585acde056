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

/** Arrays are by direction: from the client, to it. All zero: nothing is known. */
typedef struct {
    np_inferred_framing_t known[2];  /**< given to new connections; confidence 0: unknown */
    np_inferred_framing_t hinted[2]; /**< found on one connection; known once another one agrees */
    unsigned losses[2];              /**< misfits of the known framing */
    unsigned fruitless;              /**< connections on which no framing was found, weighted */
    unsigned undecided;              /**< connections on which an early guess failed, ... */
    unsigned undecided_segments;     /**< ... with at most so many segments */
} np_server_framing_t;

bool np_server_framing_is_known(const np_server_framing_t *server, unsigned direction);

/** True if nothing has to be inferred: the framing is known, or was too often not found. */
bool np_server_framing_is_settled(const np_server_framing_t *server, unsigned direction);

/** A connection's framing was found. */
void np_server_framing_learn(np_server_framing_t *server, unsigned direction, const np_inferred_framing_t *found);

/** Bytes did not fit the known framing. It is forgotten after too many. */
void np_server_framing_count_losses(np_server_framing_t *server, unsigned direction, unsigned losses);

/** No framing was found on a connection. had_enough: it had as many bytes as inference looks at. */
void np_server_framing_count_fruitless(np_server_framing_t *server, bool had_enough);

/** An early guess from so many segments was not confident. */
void np_server_framing_count_undecided(np_server_framing_t *server, unsigned segments);

/** True if an early guess from so many segments may succeed. */
bool np_server_framing_is_worth_a_guess(const np_server_framing_t *server, unsigned segments);

#endif /* NP_CONTROL_SERVER_FRAMING_H */
