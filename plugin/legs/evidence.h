/* evidence.h
 * What speaks for a frame being Naver Phone's, and what is enough: all of it, in one place
 *
 *   leg          evidence                                     enough
 *   Control      port, and network, peer or Decode As         the address evidence with the port, or
 *                                                             Decode As, at once; the port alone, where
 *                                                             the preference allows it, if the first
 *                                                             payload is nobody else's
 *   Login        host; port, and network or peer              the host; or the port at a known server
 *   Signalling   domain; network or peer (the server's)       any of them
 *   Media        SDP of a call; peer on both sides            the SDP; or client and known server, if two
 *                                                             packets agree
 *
 * "Known server" is one in a server network or of a leg that was accepted by more than being a peer: being a peer is not
 * handed on. Being the known client's is evidence for a control connection (with the port), never for SIP or HTTP: the same
 * machine may well run another softphone or a browser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_EVIDENCE_H
#define NAVERPHONE_EVIDENCE_H

#include "model/connection.h"
#include "model/packet.h"

/** Has this TCP port been named as one of control servers, by preference or Decode As? */
bool np_evidence_is_control_port(uint32_t port);
bool np_evidence_is_login_port(uint32_t port);

/** Has Decode As made this port's connections control connections? */
bool np_evidence_is_user_port(uint32_t port);

/** Has Decode As given one of these TCP ports to another protocol, or to none? Then that is obeyed. */
bool np_evidence_is_redirected_connection(uint32_t src_port, uint32_t dst_port);

/** The same of any port of a dissector table; slower, for what is asked seldom. */
bool np_evidence_is_redirected(const char *table, uint32_t port);

/** Could a TCP packet between these ports belong to a control or login leg? One array look-up. */
bool np_evidence_is_candidate(uint32_t src_port, uint32_t dst_port);

/**
 * Can a TCP packet belong to a connection of ours: is an end of it on a port of control servers, or a known server on a
 * login's port? Else there is no connection to look up: one that was accepted has made its server known.
 */
bool np_evidence_may_connect(const packet_info *pinfo);

/** Does anything speak for the address being a Naver Phone server: a preference, or a leg accepted by more than a peer? */
bool np_evidence_is_server(const address *host);

/**
 * Could any SIP message of the frame be ours, by its ends or because its bytes may name a domain of ours? False is
 * certain, and costs far less than to read the messages.
 */
bool np_evidence_may_signal(packet_info *pinfo);

/** Rebuilds what is known of the ports. control: the dissector that Decode As sets for ports that are ours. */
void np_evidence_init(dissector_handle_t control);

/** A login leg was found on this port, which no preference names: its packets are candidates, but it is no evidence. */
void np_evidence_watch_port(uint32_t port);

/** The np_evidence_t bits for a connection or message between a client and a server. A Host, or SIP hosts, that name somebody
 *  else leave no evidence by peer; is_known: the message's Call-ID is an accepted one's, whatever it names. */
uint32_t np_evidence_control(const np_connection_t *connection);
uint32_t np_evidence_login(const address *server, uint16_t server_port, np_span_t host);
uint32_t np_evidence_signalling(const address *server, const np_sip_t *sip, bool is_known);
uint32_t np_evidence_media(const address *server);

/** Are these bits enough by themselves? */
bool np_evidence_accepts_control(uint32_t evidence);
bool np_evidence_accepts_login(uint32_t evidence);
bool np_evidence_accepts_signalling(uint32_t evidence);

/** Is a first payload plainly another protocol's (HTTP, TLS, SSH and the like)? */
bool np_evidence_is_foreign_payload(const uint8_t *bytes, size_t length);

#endif /* NAVERPHONE_EVIDENCE_H */
