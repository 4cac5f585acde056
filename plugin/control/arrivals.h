/* arrivals.h
 * Puts a direction's payload into stream order
 *
 * Bytes that arrive ahead of missing ones (a hole) are stored until the hole is filled or given up. It is given up if
 * its bytes were acknowledged but not captured, if they are overdue, or if too much is stored. If they arrive later,
 * they are still handed out, as they may complete a message.
 *
 * TCP's own reassembly never gives up a hole, and cannot apply a framing that is found later.
 *
 * All this is for the first pass, lives with the capture and is bounded. Sequence numbers wrap; ends are exclusive.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_ARRIVALS_H
#define NP_CONTROL_ARRIVALS_H

#include <stddef.h>

#include "control/segment.h"

#define NP_MAX_HOLES 8 /**< holes that were given up and may still be filled; more replace the first */

typedef struct np_arrivals np_arrivals_t;

/** A segment's payload. */
typedef struct {
    uint32_t begin, end;  /**< sequence numbers */
    const uint8_t *bytes; /**< NULL if captured is 0 */
    uint32_t captured;    /**< bytes; fewer than end - begin if truncated */
    np_control_segment_t *segment;
    int64_t time; /**< absolute, milliseconds */
} np_arrival_t;

np_arrivals_t *np_arrivals_new(void);

/** Sets the sequence number of the first byte. Without this call, the stream begins with the first segment. */
void np_arrivals_begin_at(np_arrivals_t *arrivals, uint32_t sequence);

/** True if one of these bytes did not arrive before. */
bool np_arrivals_are_new(const np_arrivals_t *arrivals, uint32_t begin, uint32_t end);

/** Copies the bytes that did not arrive before. */
void np_arrivals_add(np_arrivals_t *arrivals, const np_arrival_t *arrival);

/** The receiver acknowledged all bytes before sequence. time: absolute, milliseconds. */
void np_arrivals_acknowledge(np_arrivals_t *arrivals, uint32_t sequence, int64_t time);

/** Hands out the next bytes, which are valid until the next call. False: they have not arrived. */
bool np_arrivals_take(np_arrivals_t *arrivals, np_payload_t *payload);

/* ---- holes: call np_arrivals_take() before, until it returns false ---- */

/** True if segments are stored behind a hole. */
bool np_arrivals_wait(const np_arrivals_t *arrivals);

/** True if, in addition, bytes of the hole were acknowledged. */
bool np_arrivals_are_acknowledged(const np_arrivals_t *arrivals);

/** The size of the hole in bytes; 0: none. */
uint32_t np_arrivals_missing(const np_arrivals_t *arrivals);

/** Copies the bytes behind the hole, up to the next hole or to size, and returns how many. */
size_t np_arrivals_copy_run(const np_arrivals_t *arrivals, uint8_t *bytes, size_t size);

/** True if the hole should be given up. time: absolute, milliseconds. is_over: the sender will send no more. */
bool np_arrivals_wait_in_vain(const np_arrivals_t *arrivals, int64_t time, bool is_over);

/** From now on, np_arrivals_take() hands out what is behind the hole. */
void np_arrivals_give_up(np_arrivals_t *arrivals);

#endif /* NP_CONTROL_ARRIVALS_H */
