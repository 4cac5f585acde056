/* signalling.c
 * Wireshark's SIP dissector does not publish request URI, tags or Reason, so the messages are read again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/signalling.h"

#include "legs/evidence.h"
#include "legs/packet.h"
#include "legs/rtp.h"
#include "model/session.h"
#include "model/signalling.h"
#include "model/store.h"
#include "settings/preferences.h"
#include "text/sip_message.h"

#define SIP_PORT 5060

/* Who sent the request, or the request that this response answers. */
static const address *
asking_side(const packet_info *pinfo, const np_sip_t *sip)
{
    return sip->is_request ? &pinfo->src : &pinfo->dst;
}

typedef struct {
    const address *host; /* pinfo's src or dst; NULL: sent between servers */
    np_client_rank_t rank;
} client_t;

/* An INVITE to a client goes to its contact, so that the request URI is the address of the destination (RFC 3261
 * 8.1.1.8). */
static bool
goes_to_contact(packet_info *pinfo, const np_sip_t *sip)
{
    address contact;

    return sip->is_request && np_sip_is_method(sip, "INVITE") && np_packet_read_address(pinfo, sip->uri.host, &contact)
        && addresses_equal(&contact, &pinfo->dst);
}

/* Guesses from ports, contact and Via. A server listens on port 5060; a client that did before is known by its port. */
static client_t
guess_client(packet_info *pinfo, const np_sip_t *sip)
{
    bool src_socket = np_sessions_have_socket(&pinfo->src, (uint16_t)pinfo->srcport);
    bool dst_socket = np_sessions_have_socket(&pinfo->dst, (uint16_t)pinfo->destport);
    bool src_sip = pinfo->srcport == SIP_PORT, dst_sip = pinfo->destport == SIP_PORT;

    if (src_socket != dst_socket) {
        return (client_t){ src_socket ? &pinfo->src : &pinfo->dst, NP_CLIENT_LIKELY };
    }
    if (src_sip != dst_sip) {
        return (client_t){ src_sip ? &pinfo->dst : &pinfo->src, NP_CLIENT_LIKELY };
    }
    if (goes_to_contact(pinfo, sip)) {
        return (client_t){ &pinfo->dst, NP_CLIENT_LIKELY };
    }
    if (sip->forwarded) {
        return (client_t){ sip->is_request ? &pinfo->dst : &pinfo->src, NP_CLIENT_LIKELY };
    }
    return (client_t){ asking_side(pinfo, sip), NP_CLIENT_GUESSED };
}

/* A registrar answers REGISTER with success or a challenge (RFC 3261 10.3); others, such as a scanned client,
 * refuse. */
static void
note_registrar(const packet_info *pinfo, const np_sip_t *sip)
{
    if (!sip->is_request && np_sip_is_method(sip, "REGISTER")
        && ((sip->status >= 200 && sip->status < 300) || np_sip_is_challenge(sip))) {
        np_sessions_note_registrar(&pinfo->src);
    }
}

/* True if a proxy passes a REGISTER on (RFC 3261 16.6) which the capture also has on its way from the client. */
static bool
is_hop_of_register(const packet_info *pinfo, const np_sip_t *sip)
{
    return sip->forwarded && np_sip_is_method(sip, "REGISTER") && np_signalling_knows(NULL, sip->call_id)
        && !np_signalling_knows(asking_side(pinfo, sip), sip->call_id);
}

/* A registrar, such as a PBX, may itself be a client of another one. Then it has sent a REGISTER, and is surely a
 * client. */
static bool
is_between_servers(const packet_info *pinfo, const np_sip_t *sip, bool src_server, bool dst_server)
{
    if (np_sip_is_method(sip, "REGISTER") && !(src_server && dst_server)) {
        return (sip->is_request ? src_server : dst_server) || is_hop_of_register(pinfo, sip);
    }
    return (src_server || np_sessions_is_registrar(&pinfo->src))
        && (dst_server || np_sessions_is_registrar(&pinfo->dst))
        && np_sessions_client_rank(&pinfo->src) != NP_CLIENT_SURE
        && np_sessions_client_rank(&pinfo->dst) != NP_CLIENT_SURE;
}

/* In this order: the address that is surely a client, the one that had this Call-ID before, the one that is more
 * probably a client, what the message suggests. */
static client_t
likely_client(packet_info *pinfo, const np_sip_t *sip)
{
    np_client_rank_t src_rank = np_sessions_client_rank(&pinfo->src), dst_rank = np_sessions_client_rank(&pinfo->dst);
    client_t known = { src_rank > dst_rank ? &pinfo->src : &pinfo->dst, MAX(src_rank, dst_rank) }, guess;
    bool src_has_id, dst_has_id;

    if (src_rank != dst_rank && known.rank == NP_CLIENT_SURE) {
        return known;
    }
    src_has_id = np_signalling_knows(&pinfo->src, sip->call_id);
    dst_has_id = np_signalling_knows(&pinfo->dst, sip->call_id);
    if (src_has_id != dst_has_id) {
        return (client_t){ src_has_id ? &pinfo->src : &pinfo->dst, NP_CLIENT_GUESSED };
    }
    guess = guess_client(pinfo, sip);
    return src_rank != dst_rank && known.rank >= guess.rank ? known : guess;
}

/* Which end is the client. In this order: both on one host, server networks, REGISTER, registrars, likely_client(). */
static client_t
client_of(packet_info *pinfo, const np_sip_t *sip)
{
    bool src_server = np_preferences_is_server(&pinfo->src), dst_server = np_preferences_is_server(&pinfo->dst);
    bool registers = np_sip_is_method(sip, "REGISTER"), src_registrar, dst_registrar;

    if (addresses_equal(&pinfo->src, &pinfo->dst)) {
        return registers ? (client_t){ asking_side(pinfo, sip), NP_CLIENT_SURE } : guess_client(pinfo, sip);
    }
    note_registrar(pinfo, sip);
    if (is_between_servers(pinfo, sip, src_server, dst_server)) {
        return (client_t){ NULL, NP_CLIENT_UNKNOWN };
    }
    if (src_server != dst_server) {
        return (client_t){ src_server ? &pinfo->dst : &pinfo->src, NP_CLIENT_SURE };
    }
    if (registers) {
        return (client_t){ asking_side(pinfo, sip), NP_CLIENT_SURE };
    }
    src_registrar = np_sessions_is_registrar(&pinfo->src);
    dst_registrar = np_sessions_is_registrar(&pinfo->dst);
    if (src_registrar != dst_registrar) {
        return (client_t){ src_registrar ? &pinfo->dst : &pinfo->src, NP_CLIENT_LIKELY };
    }
    return likely_client(pinfo, sip);
}

/* A message between servers is shown with its call, if the capture has the call at its client, too. */
static void
observe_hop(packet_info *pinfo, np_sip_message_t *message)
{
    if (!np_signalling_knows(NULL, message->sip->call_id)) {
        return;
    }
    message->evidence = np_evidence_signalling(NULL, &pinfo->dst, message->sip, true);
    message->record = np_record_new(pinfo, NAVERPHONE_LEG_SIGNALLING);
    np_signalling_process_hop(message);
    np_record_close(message->record, &pinfo->abs_ts);
}

/* True if the message may carry an offer or an answer (RFC 3264, RFC 6337 2). The SDP of a refusal or of a response to
 * OPTIONS lists capabilities. */
static bool
describes_session(const np_sip_t *sip)
{
    static const char *const methods[] = { "INVITE", "ACK", "PRACK", "UPDATE" };

    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (np_sip_is_method(sip, methods[i])) {
            return sip->status < 300;
        }
    }
    return false;
}

static void
observe_message(packet_info *pinfo, const np_message_t *text)
{
    const np_packet_t packet = np_packet_of(pinfo);
    np_sip_message_t message = { .packet = &packet };
    client_t client;
    np_sip_t sip;

    if (!np_sip_read(text, &sip)) {
        return;
    }
    message.sip = &sip;
    client = client_of(pinfo, &sip);
    if (!client.host) {
        observe_hop(pinfo, &message);
        return;
    }
    message.client = client.host;
    message.sent = client.host == &pinfo->src;
    message.evidence = np_evidence_signalling(client.host, message.sent ? &pinfo->dst : &pinfo->src, &sip,
                                              np_signalling_knows(client.host, sip.call_id));
    if (!np_evidence_accepts_signalling(message.evidence)) {
        return;
    }
    message.record = np_record_new(pinfo, NAVERPHONE_LEG_SIGNALLING);
    np_signalling_process(&message, client.rank);
    if (message.record->call && sip.sdp.data && describes_session(&sip)) {
        np_rtp_bind(pinfo, message.record->call, message.sent ? NAVERPHONE_FROM_CLIENT : NAVERPHONE_TO_CLIENT, sip.sdp);
    }
    np_record_close(message.record, &pinfo->abs_ts);
}

bool
np_signalling_may_be_missed(const packet_info *pinfo, unsigned layers)
{
    return (pinfo->srcport == SIP_PORT || pinfo->destport == SIP_PORT) && (layers & (NP_LAYER_TCP | NP_LAYER_UDP))
        && !(layers & (NP_LAYER_HTTP | NP_LAYER_RTP)) && np_packet_is_sip_enabled() && !np_packet_is_quoted(pinfo)
        && np_packet_begins_with_line_end(pinfo);
}

void
np_signalling_observe(packet_info *pinfo)
{
    wmem_array_t *messages;

    if (!np_evidence_may_signal(pinfo)) {
        return;
    }
    messages = np_packet_messages(pinfo, NP_MESSAGE_SIP, pinfo->ptype == PT_UDP);
    for (unsigned i = 0; i < wmem_array_get_count(messages); i++) {
        const np_packet_message_t *found = (const np_packet_message_t *)wmem_array_index(messages, i);

        observe_message(pinfo, &found->message);
    }
}
