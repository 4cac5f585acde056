/* sip_message.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/sip_message.h"

#include "text/sip_body.h"

bool
np_sip_read(const np_message_t *message, np_sip_t *sip)
{
    np_span_t from, to, cseq, via, credentials, proxy_credentials, history;
    /* clang-format off */
    const np_header_t headers[] = {
        { "Call-ID",             'i', &sip->call_id },
        { "From",                'f', &from },
        { "To",                  't', &to },
        { "CSeq",                0,   &cseq },
        { "Reason",              0,   &sip->reason },
        { "Authorization",       0,   &credentials },
        { "Proxy-Authorization", 0,   &proxy_credentials },
        { "Via",                 'v', &via },
        { "Refer-To",            'r', &sip->refer_to },
        { "Referred-By",         'b', &sip->referred_by },
        { "Replaces",            0,   &sip->replaces },
        { "Diversion",           0,   &sip->diversion },
        { "History-Info",        0,   &history },
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
    sip->forwarded = np_sip_is_forwarded(message->headers);
    sip->complete = message->complete;
    /* A response cut before its CSeq is still signalling. */
    return sip->method.data != NULL || !message->complete;
}
