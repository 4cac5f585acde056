/* tcp.h
 * TCP connections of the control and login legs, as libwireshark's TCP shows them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_TCP_H
#define NAVERPHONE_TCP_H

#include "legs/source.h"
#include "model/carried.h"
#include "model/connection.h"

/**
 * Our connection of a TCP packet, made on the first pass where np_evidence_may_connect();
 * NULL where the packet's connection is none of a leg's. Not accepted ones have no session.
 */
np_connection_t *np_tcp_connection(packet_info *pinfo);

/** The same for a login leg found by its Host, on whatever port. The packet is the client's. */
np_connection_t *np_tcp_login_connection(packet_info *pinfo);

/** First pass: what the sender of the packet that pinfo describes has acknowledged so far; 0: TCP does not tell. */
uint32_t np_tcp_acknowledged(packet_info *pinfo);

/** Notes a TCP payload that a dissector of ours is shown, of the transport that pinfo describes. data: TCP's struct tcpinfo,
 *  may be NULL. What ICMP quotes is not to be noted. */
np_noted_segment_t *np_tcp_note_payload(packet_info *pinfo, tvbuff_t *tvb, const void *data);

/** Finds the payload of a control connection's record again in its frame, whether TCP handed it on or not, and takes the top
 *  item that was begun for it: the frame's next record gets one of its own. */
void np_tcp_carry(packet_info *pinfo, const np_record_t *record, np_carried_t *carried);

/** The record of the segment that pinfo describes, for as long as the packet lives: of an accepted connection's that does
 *  nothing, or that came before its connection was found (a login known by its Host alone). NULL: it is of none of ours. */
np_record_t *np_tcp_quiet_record(packet_info *pinfo);

/**
 * First pass: accepts, refuses or follows the connection of the transport that pinfo describes. To be called where
 * np_evidence_may_connect() holds, and there alone.
 * layers: np_source_layers(); 0 for a transport that is not the frame's last, of whose layers nothing is known.
 * noted: its payload; NULL where no dissector of ours was shown any.
 * control: the dissector that shall get its payload from now on.
 * Returns the frame's record, not closed yet; NULL where the frame is nobody's of ours, or does nothing.
 */
np_record_t *np_tcp_observe(packet_info *pinfo, unsigned layers, const np_noted_segment_t *noted, dissector_handle_t control);

#endif /* NAVERPHONE_TCP_H */
