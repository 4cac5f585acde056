/* arrivals.h
 * Puts the payload of one direction of a connection into stream order
 *
 * Segments that arrive ahead of missing bytes (a hole) are stored until the hole is filled. It is given up when its
 * bytes will probably not come: the receiver acknowledged them although the capture lacks them, a retransmission would
 * have arrived by now, or too much is stored. Bytes that still fill it later are handed out, as they may complete a
 * message.
 *
 * TCP reassembly cannot do this: it never gives up a hole, its tcp.reassemble_out_of_order is off by default, and a
 * framing found late could not be applied to segments already dissected.
 *
 * First pass only, in file scope; storage is bounded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_ARRIVALS_H
#define NP_CONTROL_ARRIVALS_H

#include <stddef.h>

#include "control/segment.h"

#define NP_MAX_HOLES 8 /**< holes given up that can still be filled */

typedef struct np_arrivals np_arrivals_t;

/** A segment's payload as it arrived. */
typedef struct {
    uint32_t begin, end;  /**< sequence numbers of the first byte and after the last */
    const uint8_t *bytes; /**< NULL if captured is 0 */
    uint32_t captured;
    np_control_segment_t *segment;
    int64_t time; /**< of the frame, in milliseconds */
} np_arrival_t;

np_arrivals_t *np_arrivals_new(void);

/** Sets the sequence number of the stream's first byte. Without it, reading starts at the first segment added. */
void np_arrivals_begin_at(np_arrivals_t *arrivals, uint32_t sequence);

/** True if any byte in the range [begin, end) is new. */
bool np_arrivals_are_new(const np_arrivals_t *arrivals, uint32_t begin, uint32_t end);

void np_arrivals_add(np_arrivals_t *arrivals, const np_arrival_t *arrival);

/** Notes that the receiver has acknowledged all bytes before this sequence number. */
void np_arrivals_acknowledge(np_arrivals_t *arrivals, uint32_t sequence, int64_t time);

/**
 * Takes the next payload in stream order; its bytes are valid until the next call. Returns false if the next bytes have
 * not arrived.
 */
bool np_arrivals_take(np_arrivals_t *arrivals, np_payload_t *payload);

/** True if segments are stored behind a hole. Only meaningful after np_arrivals_take() returned false. */
bool np_arrivals_wait(const np_arrivals_t *arrivals);

/**
 * Like np_arrivals_wait(), but only if the receiver acknowledged the missing bytes, which the capture lacks or has out
 * of order.
 */
bool np_arrivals_are_acknowledged(const np_arrivals_t *arrivals);

/** Bytes missing in the current hole; 0 if there is none. */
uint32_t np_arrivals_missing(const np_arrivals_t *arrivals);

/** Copies up to size contiguous bytes that follow the current hole. Returns how many. */
size_t np_arrivals_copy_run(const np_arrivals_t *arrivals, uint8_t *bytes, size_t size);

/** True if the current hole will probably not be filled. is_over: the sender will send nothing more. */
bool np_arrivals_wait_in_vain(const np_arrivals_t *arrivals, int64_t time, bool is_over);

void np_arrivals_give_up(np_arrivals_t *arrivals);

#endif /* NP_CONTROL_ARRIVALS_H */
