/* packet.h
 * Packets and SIP messages from the legs
 *
 * Valid during the packet only: copy addresses and spans to keep them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_PACKET_H
#define NP_MODEL_PACKET_H

#include "compat.h"

#include <epan/address.h>

#include "model/record.h"
#include "packet-naverphone.h"
#include "text/sip.h"

/** Bits of naverphone.evidence; show/fields.c describes them. */
typedef enum {
    NP_EVIDENCE_PORT = 0x01,
    NP_EVIDENCE_NETWORK = 0x02,
    NP_EVIDENCE_HOST = 0x04,
    NP_EVIDENCE_DOMAIN = 0x08,
    NP_EVIDENCE_PEER = 0x10,
    NP_EVIDENCE_USER = 0x20
} np_evidence_t;

/** A packet, for the model. */
typedef struct {
    uint32_t frame;
    nstime_t time; /**< absolute */
    const address *src, *dst;
    uint16_t src_port, dst_port;
} np_packet_t;

/** A SIP message, for the model. */
typedef struct {
    const np_packet_t *packet;
    const np_sip_t *sip;
    const address *client; /**< src or dst of packet; NULL: sent between servers */
    bool sent;             /**< by the client */
    uint32_t evidence;     /**< NP_EVIDENCE_ bits */
    np_record_t *record;

    /* Set by np_signalling_process() */
    struct np_transaction *transaction;
    struct np_transaction *invite; /**< the INVITE that an ACK or CANCEL is about, by branch; NULL: not seen */
    bool in_dialog;                /**< of a request */
} np_sip_message_t;

/** What was captured of the buffer. */
static inline np_span_t
np_packet_bytes(tvbuff_t *tvb)
{
    size_t length = tvb_captured_length(tvb);
    np_span_t bytes = { length ? tvb_get_ptr(tvb, 0, (int)length) : NULL, length };

    return bytes;
}

/** True if the client sent the request, or the message answers a request that the client sent. */
static inline bool
np_sip_message_is_asked_by_client(const np_sip_message_t *message)
{
    return message->sent == message->sip->is_request;
}

static inline naverphone_direction_t
np_other_way(naverphone_direction_t direction)
{
    return direction == NAVERPHONE_FROM_CLIENT ? NAVERPHONE_TO_CLIENT : NAVERPHONE_FROM_CLIENT;
}

#endif /* NP_MODEL_PACKET_H */
