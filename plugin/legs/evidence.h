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
#include "model/packet.h"

/** By preference, or for control by Decode As. */
bool np_evidence_is_control_port(uint32_t port);
bool np_evidence_is_login_port(uint32_t port);

/** By Decode As. */
bool np_evidence_is_user_port(uint32_t port);

/** True if Decode As gives either port to another protocol or none. */
bool np_evidence_is_redirected_connection(uint32_t src_port, uint32_t dst_port);

/** For any dissector table; slower. */
bool np_evidence_is_redirected(const char *table, uint32_t port);

/** True if control or login legs may use either port. */
bool np_evidence_is_candidate(uint32_t src_port, uint32_t dst_port);

/** True if an end has a control port, or is a known server on a candidate port. */
bool np_evidence_may_connect(const packet_info *pinfo);

/** True if in a server network, or of a leg accepted on more than peer. */
bool np_evidence_is_server(const address *host);

/** False if neither addresses nor bytes name Naver Phone. */
bool np_evidence_may_signal(packet_info *pinfo);

/** Reads preferences and Decode As again. control: our handle. */
void np_evidence_init(dissector_handle_t control);

/** Adds the port of a login recognised by its Host, not as evidence. */
void np_evidence_watch_port(uint32_t port);

/** Return np_evidence_t bits, without NP_EVIDENCE_PEER if the hosts name somebody else, or nobody and the client is
 *  new. is_known: the Call-ID was accepted, which is peer evidence by itself. */
uint32_t np_evidence_control(const np_connection_t *connection);
uint32_t np_evidence_login(const address *server, uint16_t server_port, np_span_t host);
uint32_t np_evidence_signalling(const address *client, const address *server, const np_sip_t *sip, bool is_known);
uint32_t np_evidence_media(const address *server);

bool np_evidence_accepts_control(uint32_t evidence);
bool np_evidence_accepts_login(uint32_t evidence);
bool np_evidence_accepts_signalling(uint32_t evidence);

/** True if another known protocol begins so (HTTP, TLS, SSH, ...). */
bool np_evidence_is_foreign_payload(const uint8_t *bytes, size_t length);

#endif /* NP_LEGS_EVIDENCE_H */
