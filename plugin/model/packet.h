/* packet.h
 * Packets and SIP messages as the legs pass them to the model
 *
 * Valid only during the packet: addresses and spans must be copied to keep them.
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

/** Bits of naverphone.evidence: why a frame is taken as Naver Phone. */
typedef enum {
    NP_EVIDENCE_PORT = 0x01,    /**< the server's port is configured */
    NP_EVIDENCE_NETWORK = 0x02, /**< the server is in a configured network */
    NP_EVIDENCE_HOST = 0x04,    /**< HTTP Host is a login host */
    NP_EVIDENCE_DOMAIN = 0x08,  /**< a SIP host is in a SIP domain */
    NP_EVIDENCE_PEER = 0x10,    /**< client or server is that of an accepted leg */
    NP_EVIDENCE_USER = 0x20     /**< chosen by Decode As */
} np_evidence_t;

typedef struct {
    uint32_t frame;
    nstime_t time; /**< absolute */
    const address *src, *dst;
    uint16_t src_port, dst_port;
} np_packet_t;

typedef struct {
    const np_packet_t *packet;
    const np_sip_t *sip;
    const address *client; /**< NULL: between servers */
    bool sent;             /**< by the client */
    uint32_t evidence;     /**< NP_EVIDENCE_ bits */
    np_record_t *record;
    struct np_transaction *transaction;  /**< set by np_signalling_process() */
    const struct np_transaction *invite; /**< of an ACK or CANCEL: the INVITE with its branch; NULL: not seen */
} np_sip_message_t;

/** True if the client sent this request, or the request that this response answers. */
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
