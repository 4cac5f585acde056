/* packet.h
 * Packets and SIP messages as the legs hand them to the model
 *
 * Nothing here outlives the packet: who wants to keep an address or a span copies it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_MODEL_PACKET_H
#define NP_MODEL_PACKET_H

#include "compat.h"

#include <epan/address.h>

#include "packet-naverphone.h"
#include "model/record.h"
#include "text/sip.h"

/** Why a frame is taken as Naver Phone; bits of naverphone.evidence. */
typedef enum {
    NP_EVIDENCE_PORT = 0x01,    /**< the server side has a configured port */
    NP_EVIDENCE_NETWORK = 0x02, /**< the server is in a configured network */
    NP_EVIDENCE_HOST = 0x04,    /**< the HTTP Host is a login host */
    NP_EVIDENCE_DOMAIN = 0x08,  /**< a SIP host is in a SIP domain */
    NP_EVIDENCE_PEER = 0x10,    /**< client or server are those of an accepted leg */
    NP_EVIDENCE_USER = 0x20     /**< the user said so (Decode As) */
} np_evidence_t;

/** A packet: its place in the capture and its ends. */
typedef struct {
    uint32_t frame;
    nstime_t time; /**< absolute */
    const address *src, *dst;
    uint16_t src_port, dst_port;
} np_packet_t;

/** A SIP message that a client sent or got, with the record that it fills. */
typedef struct {
    const np_packet_t *packet;
    const np_sip_t *sip;
    const address *client; /**< NULL: on its way between servers */
    bool sent;             /**< by the client */
    uint32_t evidence; /**< NP_EVIDENCE_ bits */
    np_record_t *record;
    struct np_transaction *transaction;  /**< set by np_signalling_process() */
    const struct np_transaction *invite; /**< ... of an ACK or CANCEL: the INVITE of its branch; NULL: not seen */
} np_sip_message_t;

/** Was the request sent by the client, which this message is or answers? */
static inline bool
np_sip_message_is_asked_by_client(const np_sip_message_t *message)
{
    return message->sent == message->sip->is_request;
}

/** The opposite direction. */
static inline naverphone_direction_t
np_other_way(naverphone_direction_t direction)
{
    return direction == NAVERPHONE_FROM_CLIENT ? NAVERPHONE_TO_CLIENT : NAVERPHONE_FROM_CLIENT;
}

#endif /* NP_MODEL_PACKET_H */
