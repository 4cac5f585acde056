/* arrivals.h
 * The payload of one direction of a connection, put in the order of the stream
 *
 * Segments that arrive ahead of a hole are stored until the hole is filled, so that nothing is read out of order. A hole is
 * given up when its bytes will probably not come: they are not in the capture although the other side has acknowledged
 * them, or they did not come in the time that a retransmission takes, or too much is stored. The stream then goes on behind
 * the hole; what fills it later is still handed out, as it may complete the message that the hole has torn.
 *
 * TCP is not asked to do this: its preference tcp.reassemble_out_of_order is off by default, it never gives up a hole, it
 * hands nothing on that a dissector did not ask for, and a framing that is found late could not be applied to segments that
 * it has let go.
 *
 * First pass. Lives with the capture; what is stored is bounded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_ARRIVALS_H
#define NP_CONTROL_ARRIVALS_H

#include <stddef.h>

#include "control/segment.h"

#define NP_MAX_HOLES 8 /**< that were given up and can still be filled */

typedef struct np_arrivals np_arrivals_t;

/** A segment's payload as it came. */
typedef struct {
    uint32_t begin, end;           /**< its sequence numbers, the end is the next byte's */
    const uint8_t *bytes;          /**< NULL where captured is 0 */
    uint32_t captured;             /**< bytes there are */
    np_control_segment_t *segment; /**< its frame's */
    int64_t time;                  /**< of its frame, in milliseconds */
} np_arrival_t;

np_arrivals_t *np_arrivals_new(void);

/** The stream begins with that sequence number. Without it, the first segment is taken for the begin of what can be read. */
void np_arrivals_begin_at(np_arrivals_t *arrivals, uint32_t sequence);

/** Is any byte between these sequence numbers new? */
bool np_arrivals_are_new(const np_arrivals_t *arrivals, uint32_t begin, uint32_t end);

/** Stores a copy of the segment's new bytes. */
void np_arrivals_add(np_arrivals_t *arrivals, const np_arrival_t *arrival);

/** The other side has acknowledged all bytes before that sequence number. */
void np_arrivals_acknowledge(np_arrivals_t *arrivals, uint32_t sequence, int64_t time);

/** Takes the next payload in the order of the stream. False: what comes next has not arrived. The bytes are valid until the
 *  next call. */
bool np_arrivals_take(np_arrivals_t *arrivals, np_payload_t *payload);

/** Is something stored behind a hole? To be asked when nothing can be taken. */
bool np_arrivals_wait(const np_arrivals_t *arrivals);

/** ... although the other side has acknowledged what is missing? Then the capture lacks it, or has frames in a wrong order. */
bool np_arrivals_are_acknowledged(const np_arrivals_t *arrivals);

/** Bytes of the hole that is waited for; 0: there is none. */
uint32_t np_arrivals_missing(const np_arrivals_t *arrivals);

/** Copies what stands behind it without another hole, up to so many bytes. Returns how many. */
size_t np_arrivals_copy_run(const np_arrivals_t *arrivals, uint8_t *bytes, size_t size);

/** ... and will the hole probably not be filled? is_over: the sender has nothing more to send. */
bool np_arrivals_wait_in_vain(const np_arrivals_t *arrivals, int64_t time, bool is_over);

/** Gives up the hole that is waited for. */
void np_arrivals_give_up(np_arrivals_t *arrivals);

#endif /* NP_CONTROL_ARRIVALS_H */
