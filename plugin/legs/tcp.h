/* tcp.h
 * TCP connections of the control and login legs, from the data of Wireshark's TCP dissector
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_TCP_H
#define NAVERPHONE_TCP_H

#include "legs/source.h"
#include "model/carried.h"
#include "model/connection.h"

/** The packet's connection if it may be ours, else NULL. Created on the first pass if np_evidence_may_connect() is
 *  true. It has no session until it is accepted. */
np_connection_t *np_tcp_connection(packet_info *pinfo);

/** The same for a login recognised by its Host, on any port. The packet must be the client's. */
np_connection_t *np_tcp_login_connection(packet_info *pinfo);

/** First pass: the highest acknowledgement of the packet's sender; 0: unknown. */
uint32_t np_tcp_acknowledged(packet_info *pinfo);

/** Notes a payload that one of our dissectors got, from pinfo's transport. data: TCP's struct tcpinfo, or NULL. Not
 *  called for packets quoted by ICMP. */
np_noted_segment_t *np_tcp_note_payload(packet_info *pinfo, tvbuff_t *tvb, const void *data);

/** Finds the payload of a control record again, whether TCP passed it on or not, and takes the top item begun for
 *  it, so that the frame's next record gets its own. */
void np_tcp_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried);

/** A record for a segment without a stored one, living as long as the packet: it does nothing, or came before its
 *  connection was found (a login recognised by its Host). NULL: not ours. */
np_record_t *np_tcp_quiet_record(packet_info *pinfo);

/** First pass: accepts, refuses or updates the connection of pinfo's transport. Called only if
 *  np_evidence_may_connect() is true. layers: np_source_layers(), or 0 for a transport before the frame's last,
 *  whose layers are unknown. noted: the payload that one of our dissectors got, or NULL. control: the dissector for
 *  later payload. Returns the frame's record, which the caller closes; NULL: not ours, or nothing happened. */
np_record_t *np_tcp_observe(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted,
                            dissector_handle_t control);

#endif /* NAVERPHONE_TCP_H */
