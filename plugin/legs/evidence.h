/* evidence.h
 * What counts as evidence of Naver Phone, and what suffices
 *
 *   Control     Decode As; port with network or peer; by preference, the port alone if the payload is nobody else's
 *   Login       host; port with network or peer
 *   Signalling  domain; network; peer
 *   Media       SDP of a call; known client and known server, if two packets agree
 *
 * A peer is an end of a leg that was accepted by more than peer; a client only for control connections, since its
 * machine may run other softphones and browsers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_LEGS_EVIDENCE_H
#define NP_LEGS_EVIDENCE_H

#include "model/connection.h"
#include "text/sip.h"

/** For the init routine: reads the ports of the preferences and of Decode As. control: our dissector. */
void np_evidence_init(dissector_handle_t control);

/** True if the preferences name the TCP port; for a control port, also if Decode As does. */
bool np_evidence_is_control_port(uint32_t port);
bool np_evidence_is_login_port(uint32_t port);

/** True if Decode As gives one of the TCP ports to Naver Phone. */
bool np_evidence_is_user_connection(uint32_t src_port, uint32_t dst_port);

/** True if Decode As gives one of the TCP ports to another protocol, or to none. */
bool np_evidence_is_redirected_connection(uint32_t src_port, uint32_t dst_port);

/** The same for one port of any dissector table; slower. */
bool np_evidence_is_redirected(const char *table, uint32_t port);

/** True if a control or login connection may use one of the TCP ports. */
bool np_evidence_is_candidate(uint32_t src_port, uint32_t dst_port);

/** Makes a port a candidate: that of a login that was recognised by its Host. It is no evidence. */
void np_evidence_watch_port(uint32_t port);

/** True if the host is in a server network, or the server of a leg that was accepted by more than peer. */
bool np_evidence_is_server(const address *host);

/** True if the packet may belong to a control or login connection: one end has a control port, or is a known server
 *  with a port that such connections may use. */
bool np_evidence_may_connect(const packet_info *pinfo);

/** True if an address, or the bytes of the frame, may name Naver Phone. */
bool np_evidence_may_signal(packet_info *pinfo);

/* These return NP_EVIDENCE_ bits. NP_EVIDENCE_PEER is left out if a message names only hosts of somebody else; for SIP,
 * also if it names none of ours and its client is new. */
uint32_t np_evidence_control(const np_connection_t *connection);
uint32_t np_evidence_login(const address *server, uint16_t server_port, np_span_t host);
/** is_known: a message with this Call-ID was accepted, which by itself is NP_EVIDENCE_PEER. client may be NULL then. */
uint32_t np_evidence_signalling(const address *client, const address *server, const np_sip_t *sip, bool is_known);
uint32_t np_evidence_media(const address *server);

/* True if the evidence suffices for the leg. */
bool np_evidence_accepts_control(uint32_t evidence);
bool np_evidence_accepts_login(uint32_t evidence);
bool np_evidence_accepts_signalling(uint32_t evidence);

/** True if the payload begins like another known protocol's (HTTP, TLS, SSH, ...). */
bool np_evidence_is_foreign_payload(const uint8_t *bytes, size_t length);

#endif /* NP_LEGS_EVIDENCE_H */
