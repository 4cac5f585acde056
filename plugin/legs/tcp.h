/* tcp.h
 * TCP connections of the control and login legs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_TCP_H
#define NP_LEGS_TCP_H

#include "legs/packet.h"
#include "model/carried.h"
#include "model/connection.h"

/** The connection of a packet, if it is on ports of ours; it need not be accepted. NULL: none. The first pass creates
 *  it. */
np_connection_t *np_tcp_connection(packet_info *pinfo);

/** The same for a login that was recognised by its Host, on any port. The sender is the client. */
np_connection_t *np_tcp_login_connection(packet_info *pinfo);

/** First pass: the receiver's bytes that the packet's sender has acknowledged so far; 0: unknown. */
uint32_t np_tcp_acknowledged(packet_info *pinfo);

/** First pass: true as long as the packet's sender has acknowledged no byte of payload. */
bool np_tcp_is_first_turn(packet_info *pinfo);

/** Notes a payload that TCP hands to one of our dissectors. data: struct tcpinfo, or NULL. Do not call it for a packet
 *  that ICMP quotes. */
np_noted_segment_t *np_tcp_note_payload(packet_info *pinfo, tvbuff_t *tvb, const void *data);

/** Finds the payload of a control record again, and takes its top item, so that the frame's next record gets the next
 *  one. */
void np_tcp_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried);

/** First pass, if np_evidence_may_connect(): accepts the connection if the evidence suffices, and applies the segment.
 *  Returns its record, which the caller closes; NULL: it has none, or is not ours. layers: np_packet_layers(), or 0 for
 *  a transport before the frame's last. noted: its payload, or NULL. control: the dissector for later payload. */
np_record_t *np_tcp_observe(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted,
                            dissector_handle_t control);

/** Makes a temporary record for a segment that has none stored, such as a bare ACK. NULL: the segment is not ours. */
np_record_t *np_tcp_quiet_record(packet_info *pinfo);

#endif /* NP_LEGS_TCP_H */
