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

/** NULL: not ours. The first pass creates it. */
np_connection_t *np_tcp_connection(packet_info *pinfo);

/** For a login recognised by its Host, on any port; the client is the sender. */
np_connection_t *np_tcp_login_connection(packet_info *pinfo);

/** First pass: the highest acknowledgement by the packet's sender; 0: unknown. */
uint32_t np_tcp_acknowledged(packet_info *pinfo);

/** Notes a payload of pinfo's transport, which ICMP must not quote. data: struct tcpinfo, or NULL. */
np_noted_segment_t *np_tcp_note_payload(packet_info *pinfo, tvbuff_t *tvb, const void *data);

/** Finds a control record's payload again, and takes its top item: the next record has another. */
void np_tcp_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried);

/** A temporary record for a segment that has none stored. NULL: not ours. */
np_record_t *np_tcp_quiet_record(packet_info *pinfo);

/** First pass, if np_evidence_may_connect(). layers: 0 for a transport before the frame's last. noted: its payload, or
 *  NULL. control: the dissector for later payload. The caller closes the record; NULL: none, or not ours. */
np_record_t *np_tcp_observe(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted,
                            dissector_handle_t control);

#endif /* NP_LEGS_TCP_H */
