/* sip_message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/sip_message.h"

#include "text/sip_body.h"

bool
np_sip_read(const np_message_t *message, np_sip_t *sip)
{
    np_span_t from, to, cseq, via, second_via, credentials, proxy_credentials, history;
    /* clang-format off */
    const np_header_t headers[] = {
        { "Call-ID",             &sip->call_id,        'i', false },
        { "From",                &from,                'f', false },
        { "To",                  &to,                  't', false },
        { "CSeq",                &cseq,                0,   false },
        { "Reason",              &sip->reason,         0,   false },
        { "Authorization",       &credentials,         0,   false },
        { "Proxy-Authorization", &proxy_credentials,   0,   false },
        { "Via",                 &via,                 'v', false },
        { "Via",                 &second_via,          'v', true },
        { "Refer-To",            &sip->refer_to,       'r', false },
        { "Referred-By",         &sip->referred_by,    'b', false },
        { "Replaces",            &sip->replaces,       0,   false },
        { "Diversion",           &sip->diversion,      0,   false },
        { "History-Info",        &history,             0,   false },
    };
    /* clang-format on */

    memset(sip, 0, sizeof *sip);
    np_message_headers(message, headers, G_N_ELEMENTS(headers));
    sip->is_request = message->method.data != NULL;
    sip->status = message->status;
    sip->reason_phrase = message->reason;
    sip->headers = message->headers;
    np_sip_read_address(message->uri, &sip->uri);
    np_sip_read_address(from, &sip->from);
    np_sip_read_address(to, &sip->to);
    sip->branch = np_sip_parameter(via, "branch");
    sip->credentials = credentials.data || proxy_credentials.data;
    if (!sip->diversion.data) {
        sip->diversion = history;
    }
    sip->sdp = np_sip_body_sdp(message);
    if (!np_sip_read_cseq(cseq, &sip->cseq, &sip->method) || sip->is_request) {
        sip->method = message->method;
    }
    sip->takes_back = sip->is_request && np_sip_is_method(sip, "REGISTER") && np_sip_takes_back(message->headers);
    /* Each proxy adds its own (RFC 3261 16.6). Vias come first, so a capture of short packets may cut the second one. */
    sip->forwarded = np_sip_is_list(via) || np_sip_is_list(second_via) || (via.len > 0 && second_via.len > 0);
    sip->complete = message->complete;
    /* A response cut before its CSeq is still signalling. */
    return sip->method.data != NULL || !message->complete;
}
