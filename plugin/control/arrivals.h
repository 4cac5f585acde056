/* arrivals.h
 * Puts a direction's payload into stream order
 *
 * Bytes behind a hole are stored until it is filled or given up: its bytes were acknowledged but not captured, are
 * overdue, or too much is stored. If they come later, they are still handed out, as they may complete a message.
 *
 * TCP's own reassembly never gives up a hole, nor applies a framing found later.
 *
 * First pass, file scope, bounded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_ARRIVALS_H
#define NP_CONTROL_ARRIVALS_H

#include <stddef.h>

#include "control/segment.h"

#define NP_MAX_HOLES 8 /**< given up, but filled if their bytes come */

typedef struct np_arrivals np_arrivals_t;

typedef struct {
    uint32_t begin, end;  /**< sequence numbers; end is exclusive */
    const uint8_t *bytes; /**< NULL if captured is 0 */
    uint32_t captured;
    np_control_segment_t *segment;
    int64_t time; /**< milliseconds */
} np_arrival_t;

np_arrivals_t *np_arrivals_new(void);

/** Otherwise the first segment begins the stream. */
void np_arrivals_begin_at(np_arrivals_t *arrivals, uint32_t sequence);

bool np_arrivals_are_new(const np_arrivals_t *arrivals, uint32_t begin, uint32_t end);

void np_arrivals_add(np_arrivals_t *arrivals, const np_arrival_t *arrival);

void np_arrivals_acknowledge(np_arrivals_t *arrivals, uint32_t sequence, int64_t time);

/** False if the next bytes have not arrived. They are valid until the next call. */
bool np_arrivals_take(np_arrivals_t *arrivals, np_payload_t *payload);

/** True if segments wait behind a hole. Call np_arrivals_take() before. */
bool np_arrivals_wait(const np_arrivals_t *arrivals);

/** True if the hole's bytes were acknowledged. */
bool np_arrivals_are_acknowledged(const np_arrivals_t *arrivals);

uint32_t np_arrivals_missing(const np_arrivals_t *arrivals);

/** Copies contiguous bytes behind the hole; returns how many. */
size_t np_arrivals_copy_run(const np_arrivals_t *arrivals, uint8_t *bytes, size_t size);

/** is_over: the sender will send no more. */
bool np_arrivals_wait_in_vain(const np_arrivals_t *arrivals, int64_t time, bool is_over);

void np_arrivals_give_up(np_arrivals_t *arrivals);

#endif /* NP_CONTROL_ARRIVALS_H */
