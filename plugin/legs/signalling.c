/* signalling.c
 * The signalling leg: SIP that the built-in dissector dissects
 *
 * The SIP dissector finds its messages on whatever port; what it publishes lacks the request URI,
 * the tags and the Reason, so the message is read here again from the packet's bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/signalling.h"

#include "legs/evidence.h"
#include "legs/rtp.h"
#include "model/session.h"
#include "model/signalling.h"
#include "model/store.h"
#include "settings/preferences.h"
#include "text/sip_body.h"

#define SIP_PORT 5060

static bool
read_sip(const np_message_t *message, np_sip_t *sip)
{
    enum { CALL_ID, FROM, TO, CSEQ, REASON, AUTHORIZATION, PROXY_AUTHORIZATION, VIA, CONTACT, REFER_TO,
           REFERRED_BY, REPLACES, DIVERSION, HISTORY_INFO, COUNT };
    np_header_t headers[COUNT] = {
        [CALL_ID] = { .name = "Call-ID", .compact = 'i' },
        [FROM]    = { .name = "From", .compact = 'f' },
        [TO]      = { .name = "To", .compact = 't' },
        [CSEQ]    = { .name = "CSeq" },
        [REASON]  = { .name = "Reason" },
        [AUTHORIZATION]       = { .name = "Authorization" },
        [PROXY_AUTHORIZATION] = { .name = "Proxy-Authorization" },
        [VIA]          = { .name = "Via", .compact = 'v' },
        [CONTACT]      = { .name = "Contact", .compact = 'm' },
        [REFER_TO]     = { .name = "Refer-To", .compact = 'r' },
        [REFERRED_BY]  = { .name = "Referred-By", .compact = 'b' },
        [REPLACES]     = { .name = "Replaces" },
        [DIVERSION]    = { .name = "Diversion" },
        [HISTORY_INFO] = { .name = "History-Info" },
    };

    np_message_headers(message, headers, COUNT);
    memset(sip, 0, sizeof *sip);
    sip->is_request = message->method.data != NULL;
    sip->status = message->status;
    sip->reason_phrase = message->reason;
    sip->call_id = headers[CALL_ID].value;
    np_sip_read_address(message->uri, &sip->uri);
    np_sip_read_address(headers[FROM].value, &sip->from);
    np_sip_read_address(headers[TO].value, &sip->to);
    sip->reason = headers[REASON].value;
    sip->contact = headers[CONTACT].value;
    sip->refer_to = headers[REFER_TO].value;
    sip->referred_by = headers[REFERRED_BY].value;
    sip->replaces = headers[REPLACES].value;
    sip->diversion = headers[headers[DIVERSION].value.data ? DIVERSION : HISTORY_INFO].value;
    sip->sdp = np_sip_body_sdp(message);
    sip->branch = np_sip_parameter(headers[VIA].value, "branch");
    sip->credentials = headers[AUTHORIZATION].value.data || headers[PROXY_AUTHORIZATION].value.data;
    if (!np_sip_read_cseq(headers[CSEQ].value, &sip->cseq, &sip->method) || sip->is_request)
        sip->method = message->method;
    /* A response that the capture cut before its CSeq is signalling, of which nobody knows what it answers. */
    return sip->method.data != NULL || !message->complete;
}

/* The side that asked: it sent the request, or gets the response. */
static const address *
asking_side(const packet_info *pinfo, const np_sip_t *sip)
{
    return sip->is_request ? &pinfo->src : &pinfo->dst;
}

/* The session's client where one is known, else who registers, else the side not on SIP's port, else the side that
 * is no server, else who asks. */
static const address *
client_of(const packet_info *pinfo, const np_sip_t *sip)
{
    bool src_known = np_sessions_have_client(&pinfo->src), dst_known = np_sessions_have_client(&pinfo->dst);
    bool src_server = np_preferences_is_server(&pinfo->src), dst_server = np_preferences_is_server(&pinfo->dst);

    if (src_known != dst_known)
        return src_known ? &pinfo->src : &pinfo->dst;
    if (np_span_equals(sip->method, "REGISTER"))
        return asking_side(pinfo, sip);
    if ((pinfo->srcport == SIP_PORT) != (pinfo->destport == SIP_PORT))
        return pinfo->srcport == SIP_PORT ? &pinfo->dst : &pinfo->src;
    if (src_server != dst_server)
        return src_server ? &pinfo->dst : &pinfo->src;
    return asking_side(pinfo, sip);
}

static void
observe_message(packet_info *pinfo, const np_message_t *text)
{
    const np_packet_t packet = np_source_packet(pinfo);
    np_sip_message_t message = { .packet = &packet };
    naverphone_direction_t sender;
    np_sip_t sip;

    if (!read_sip(text, &sip)) {
        return;
    }
    message.sip = &sip;
    message.client = client_of(pinfo, &sip);
    sender = message.client == &pinfo->src ? NAVERPHONE_FROM_CLIENT : NAVERPHONE_TO_CLIENT;
    message.sent = addresses_equal(&pinfo->src, message.client);
    message.evidence = np_evidence_signalling(sender == NAVERPHONE_FROM_CLIENT ? &pinfo->dst : &pinfo->src, &sip);
    if (!np_evidence_accepts_signalling(message.evidence)) {
        return;
    }
    message.record = np_record_new(pinfo, NAVERPHONE_LEG_SIGNALLING);
    np_signalling_process(&message);
    if (message.record->call && sip.sdp.data) {
        np_rtp_bind(pinfo, message.record->call, sender, sip.sdp);
    }
    np_record_close(message.record);
}

void
np_signalling_observe(packet_info *pinfo)
{
    wmem_array_t *messages;

    /* What np_evidence_signalling() asks for: without any of it there is nothing to read. */
    if (!np_evidence_may_signal(pinfo))
        return;
    messages = np_source_messages(pinfo, NP_MESSAGE_SIP, pinfo->ptype == PT_UDP);
    for (unsigned i = 0; i < wmem_array_get_count(messages); i++) {
        const np_source_message_t *found = (const np_source_message_t *)wmem_array_index(messages, i);

        observe_message(pinfo, &found->message);
    }
}
