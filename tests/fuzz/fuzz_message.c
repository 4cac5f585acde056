/* fuzz_message.c
 * Fuzzes the parsers of SIP, HTTP and SDP: they terminate, and each part lies within the bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/message.h"
#include "text/sdp.h"
#include "text/sip.h"

#include "input.h"

static void
read_headers(const np_message_t *message, np_span_t all)
{
    /* clang-format off */
    static const struct { const char *name; char compact; } headers[] = {
        { "From", 'f' }, { "To", 't' }, { "Contact", 'm' }, { "Call-ID", 'i' }, { "CSeq", 0 }, { "Content-Type", 'c' },
        { "Reason", 0 }
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        np_span_t value = np_message_header(message, headers[i].name, headers[i].compact);
        np_sip_address_t address;
        np_span_t method;
        uint32_t number;

        check_within(value, all);
        if (!value.data)
            continue;
        if (np_sip_read_address(value, &address)) {
            check_within(address.user, all);
            check_within(address.host, all);
            check_within(address.tag, all);
        }
        if (np_sip_read_cseq(value, &number, &method))
            check_within(method, all);
    }
}

static void
read_messages(np_message_syntax_t syntax, np_span_t all)
{
    size_t offset = 0, before = 0;
    np_message_t message;

    while (np_message_next(syntax, all.data, all.len, &offset, &message)) {
        PROMISED(offset > before && offset <= all.len);
        PROMISED(message.start <= message.end && message.end <= all.len);
        before = offset;
        check_within(message.method, all);
        check_within(message.uri, all);
        check_within(message.reason, all);
        check_within(message.headers, all);
        check_within(message.body, all);
        read_headers(&message, all);
        if (message.body.data) {
            GByteArray *body = np_message_dechunk(message.body);

            if (body) {
                PROMISED(body->len <= message.body.len);
                g_byte_array_free(body, TRUE);
            }
        }
    }
}

static void
read_media(np_span_t all)
{
    size_t offset = 0, before = 0;
    np_sdp_media_t media = { 0 };

    while (np_sdp_next_media(all, &offset, &media)) {
        PROMISED(offset > before && offset <= all.len);
        before = offset;
        check_within(media.kind, all);
        check_within(media.address, all);
        check_within(media.formats, all);
        check_within(media.section, all);
        for (unsigned type = 0; type < 128; type += 8) {
            np_sdp_encoding_name(media.section, type); /* points into the section, or to a constant */
            np_sdp_clock_rate(media.section, type);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    input_t input = { bytes, length };
    uint8_t *copy = take_bytes(&input, &length);
    np_span_t all = { copy, length };

    read_messages(NP_MESSAGE_SIP, all);
    read_messages(NP_MESSAGE_HTTP, all);
    read_media(all);
    g_free(copy);
    return 0;
}
