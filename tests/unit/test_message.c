/* test_message.c
 * Naver Phone: tests of message.c, sip.c and sdp.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "spans.h"
#include "text/message.h"
#include "text/sdp.h"
#include "text/sip_body.h"
#include "text/sip.h"

#define INVITE_HEAD \
    "INVITE sip:77001012345678@pps.naver.com:5060 SIP/2.0\r\n" \
    "Via: SIP/2.0/UDP 220.69.240.206:50286;branch=z9hG4bK1\r\n" \
    "f: \"Hong\" <sip:hong@pps.naver.com>;tag=abc\r\n" \
    "TO : <sip:77001012345678@pps.naver.com>\r\n" \
    "i: 1@220.69.240.206\r\n" \
    "CSeq: 2 INVITE\r\n" \
    "Subject:\r\n"

static bool
next(np_message_syntax_t syntax, const char *text, size_t *offset, np_message_t *message)
{
    return np_message_next(syntax, (const uint8_t *)text, strlen(text), offset, message);
}

static void
sip_request_is_taken_apart(void)
{
    const char *text = INVITE_HEAD "Content-Length: 4\r\n\r\nv=0\n";
    size_t offset = 0;
    np_message_t message;

    g_assert_true(next(NP_MESSAGE_SIP, text, &offset, &message));
    assert_span(message.method, "INVITE");
    assert_span(message.uri, "sip:77001012345678@pps.naver.com:5060");
    assert_span(message.reason, NULL);
    g_assert_cmpuint(message.status, ==, 0);
    assert_span(np_message_header(&message, "From", 'f'), "\"Hong\" <sip:hong@pps.naver.com>;tag=abc");
    assert_span(np_message_header(&message, "to", 't'), "<sip:77001012345678@pps.naver.com>");
    assert_span(np_message_header(&message, "Call-ID", 'i'), "1@220.69.240.206");
    assert_span(np_message_header(&message, "Call-ID", 0), NULL);
    assert_span(np_message_header(&message, "Subject", 's'), "");
    assert_span(np_message_header(&message, "Reason", 0), NULL);
    assert_span(message.body, "v=0\n");
    g_assert_true(message.complete);
    g_assert_cmpuint(message.end, ==, strlen(text));
    g_assert_false(next(NP_MESSAGE_SIP, text, &offset, &message));
    g_assert_cmpuint(offset, ==, strlen(text));
}

static void
sip_response_has_status_and_reason(void)
{
    size_t offset = 0;
    np_message_t message;

    g_assert_true(next(NP_MESSAGE_SIP, "SIP/2.0 407 Proxy Authentication Required\r\nl: 0\r\n\r\n", &offset, &message));
    g_assert_cmpuint(message.status, ==, 407);
    assert_span(message.reason, "Proxy Authentication Required");
    assert_span(message.method, NULL);
    assert_span(message.uri, NULL);
    assert_span(message.body, NULL);
    g_assert_true(message.complete);
    offset = 0;
    g_assert_true(next(NP_MESSAGE_SIP, "SIP/2.0 200\n\n", &offset, &message));
    assert_span(message.reason, "");
    offset = 0;
    g_assert_false(
        next(NP_MESSAGE_SIP, "SIP/2.0 099 x\r\n\r\nSIP/2.0 700 x\r\n\r\nSIP/2.0 2000 x\r\n\r\n", &offset, &message));
}

static void
link_headers_may_precede_and_end_in_token_characters(void)
{
    static const char before[] = "\x00\x16\x08\x00"
                                 "E\x00\x11\xc4\x6e\x13\xc4\x01\x40"
                                 "aI";
    static const char blank[] = "\x00\x16\x08\x00\x01\x00\x11\x00 ";
    np_message_t message;

    for (size_t cut = 0; cut <= sizeof before - 1; cut++) {
        GByteArray *bytes = g_byte_array_new();
        size_t offset = 0;

        g_byte_array_append(bytes, (const uint8_t *)before, (guint)cut);
        g_byte_array_append(bytes, (const uint8_t *)"BYE sip:a SIP/2.0\r\n\r\n", 21);
        g_assert_true(np_message_next(NP_MESSAGE_SIP, bytes->data, bytes->len, &offset, &message));
        assert_span(message.method, "BYE");
        g_assert_cmpuint(message.start, ==, cut);
        g_byte_array_unref(bytes);
    }
    for (size_t i = 0; i < 2; i++) {
        GByteArray *bytes = g_byte_array_new();
        size_t offset = 0;

        g_byte_array_append(bytes, (const uint8_t *)blank, sizeof blank - 1);
        bytes->data[bytes->len - 1] = i ? ':' : ' ';
        g_byte_array_append(bytes, (const uint8_t *)"SIP/2.0 200 OK\r\n\r\n", 18);
        g_assert_true(np_message_next(NP_MESSAGE_SIP, bytes->data, bytes->len, &offset, &message));
        g_assert_cmpuint(message.start, ==, sizeof blank - 1);
        g_byte_array_unref(bytes);
    }
}

static void
what_only_resembles_a_start_line_is_none(void)
{
    /* clang-format off */
    static const char *const texts[] = {
        "Via: SIP/2.0/UDP 1.2.3.4\r\n\r\n", "Warning: SIP/2.0 200 OK\r\n\r\n", "FOO a SIP/2.0\r\n\r\n",
        "INVITE sip:a SIP/2.0 \r\n\r\n", "INVITE  SIP/2.0\r\n\r\n", "INVITE SIP/2.0\r\n\r\n", " sip:a SIP/2.0\r\n\r\n",
        "SIP/2.0", "SIP/2.0 ", "SIP/2.0 200", "SIP/2.0 200 OK", "INVITE sip:a SIP/2.0", "INVITE sip:a SIP/2.0\r",
        "To: FOO sip:a SIP/2.0\r\n", "INVITE sip:a sip/2.0\r\n", "GET / HTTP/1.1\r\n\r\n", "SIP/2.0200 OK\r\n", ""
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        np_message_t message;
        size_t offset = 0;
        uint8_t *copy;
        np_span_t bytes = tight(texts[i], strlen(texts[i]), &copy);

        g_assert_false(np_message_next(NP_MESSAGE_SIP, bytes.data, bytes.len, &offset, &message));
        g_assert_cmpuint(offset, ==, bytes.len);
        g_free(copy);
    }
}

static void
any_token_is_a_sip_method(void)
{
    /* clang-format off */
    static const struct {
        const char *text, *method;
    } cases[] = {
        { "SERVICE sip:a SIP/2.0\r\nCSeq: 1 SERVICE\r\n\r\n", "SERVICE" },
        { "BENOTIFY sip:a SIP/2.0\r\nCSeq: 1 BENOTIFY\r\n\r\n", "BENOTIFY" },
        { "xyBENOTIFY sip:a SIP/2.0\r\nCSeq: 1 BENOTIFY\r\n\r\n", "BENOTIFY" },
        { "PRACK sip:a SIP/2.0\r\nCSeq: 1 PRACK\r\n\r\n", "PRACK" },
        { "xPRACK sip:a SIP/2.0\r\n", "PRACK" },
        { "my-own.1 sip:a SIP/2.0\r\n", "my-own.1" },
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t offset = 0;
        np_message_t message;

        g_assert_true(next(NP_MESSAGE_SIP, cases[i].text, &offset, &message));
        assert_span(message.method, cases[i].method);
    }
}

static void
several_messages_in_one_segment_are_found_one_after_another(void)
{
    const char *text = "SIP/2.0 100 Trying\r\nContent-Length: 0\r\n\r\nSIP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                       "ACK sip:a SIP/2.0\r\n\r\n";
    size_t offset = 0;
    np_message_t message;

    g_assert_true(next(NP_MESSAGE_SIP, text, &offset, &message));
    g_assert_cmpuint(message.status, ==, 100);
    g_assert_true(next(NP_MESSAGE_SIP, text, &offset, &message));
    g_assert_cmpuint(message.status, ==, 200);
    assert_span(message.body, "hi");
    g_assert_true(next(NP_MESSAGE_SIP, text, &offset, &message));
    assert_span(message.method, "ACK");
    g_assert_cmpuint(message.status, ==, 0);
    g_assert_false(next(NP_MESSAGE_SIP, text, &offset, &message));
}

static void
message_cut_by_the_snap_length_gives_whole_headers_only(void)
{
    const char *text = INVITE_HEAD "\r\n";
    size_t start_line = (size_t)(strchr(text, '\n') - text) + 1;

    for (size_t len = 0; len <= strlen(text); len++) {
        uint8_t *copy;
        np_span_t bytes = tight(text, len, &copy);
        size_t offset = 0;
        np_message_t message;
        bool found = np_message_next(NP_MESSAGE_SIP, bytes.data, bytes.len, &offset, &message);

        g_assert_true(found == (len >= start_line));
        if (found) {
            np_span_t id = np_message_header(&message, "Call-ID", 'i');
            bool has_id = len >= (size_t)(strstr(text, "\r\nCSeq") - text) + 2;

            assert_span(id, has_id ? "1@220.69.240.206" : NULL);
            g_assert_true(message.complete == (len == strlen(text)));
            g_assert_cmpuint(message.end, ==, len);
        }
        g_free(copy);
    }
}

static void
sip_body_reaches_as_far_as_its_length_and_the_bytes(void)
{
    size_t offset = 0;
    np_message_t message;

    g_assert_true(next(NP_MESSAGE_SIP, "BYE sip:a SIP/2.0\r\nContent-Length: 10\r\n\r\nabc", &offset, &message));
    assert_span(message.body, "abc");
    g_assert_false(message.complete);
    offset = 0;
    g_assert_true(next(NP_MESSAGE_SIP, "BYE sip:a SIP/2.0\r\n\r\nabc", &offset, &message));
    assert_span(message.body, "abc");
    g_assert_true(message.complete);
    offset = 0;
    g_assert_true(
        next(NP_MESSAGE_SIP, "BYE sip:a SIP/2.0\r\nl: 99999999999999999999999\r\n\r\nabc", &offset, &message));
    assert_span(message.body, "abc");
    offset = 0;
    g_assert_true(next(NP_MESSAGE_SIP, "BYE sip:a SIP/2.0\r\nl: 18446744073709551615\r\n\r\nabc", &offset, &message));
    assert_span(message.body, "abc");
    g_assert_false(message.complete);
}

static void
folded_header_stays_as_it_is(void)
{
    size_t offset = 0;
    np_message_t message;

    g_assert_true(
        next(NP_MESSAGE_SIP, "BYE sip:a SIP/2.0\r\nReason: Q.850\r\n ;cause=16\r\nTo: x\r\n\r\n", &offset, &message));
    assert_span(np_message_header(&message, "Reason", 0), "Q.850\r\n ;cause=16");
    assert_span(np_message_header(&message, "To", 't'), "x");
}

static void
http_request_and_response_are_taken_apart(void)
{
    const char *text = "POST /login?x=1 HTTP/1.1\r\nHost: was.np.naver.com:8081\r\nContent-Length: 7\r\n\r\nid=hong"
                       "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHTTP/1.0 200 OK\r\n\r\nrest";
    size_t offset = 0;
    np_message_t message;

    g_assert_true(next(NP_MESSAGE_HTTP, text, &offset, &message));
    assert_span(message.method, "POST");
    assert_span(message.uri, "/login?x=1");
    assert_span(np_message_header(&message, "host", 0), "was.np.naver.com:8081");
    assert_span(message.body, "id=hong");
    g_assert_true(message.complete);
    g_assert_true(next(NP_MESSAGE_HTTP, text, &offset, &message));
    g_assert_cmpuint(message.status, ==, 304);
    assert_span(message.body, NULL);
    g_assert_true(next(NP_MESSAGE_HTTP, text, &offset, &message));
    g_assert_cmpuint(message.status, ==, 200);
    assert_span(message.body, "rest");
    g_assert_false(message.complete);
}

static void
http_request_without_length_has_no_body(void)
{
    size_t offset = 0;
    np_message_t message;

    g_assert_true(next(NP_MESSAGE_HTTP, "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n", &offset, &message));
    assert_span(message.body, NULL);
    g_assert_true(message.complete);
    g_assert_true(next(NP_MESSAGE_HTTP, "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n", &offset, &message));
    assert_span(message.uri, "/b");
}

static void
request_target_names_the_host_before_the_header(void)
{
    static const char *const starts[][2] = {
        { "GET /a?u=http://c", "h:1" },
        { "GET http://u@a.example:8081/b?c@d", "a.example:8081" },
        { "GET http://a.example", "a.example" },
        { "CONNECT a.example:443", "a.example:443" },
        { "OPTIONS *", "h:1" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
        char *text = g_strdup_printf("%s HTTP/1.1\r\nHost: h:1\r\n\r\n", starts[i][0]);
        size_t offset = 0;
        np_message_t message;

        g_assert_true(next(NP_MESSAGE_HTTP, text, &offset, &message));
        assert_span(np_message_host(&message), starts[i][1]);
        g_free(text);
    }
}

static void
chunked_body_ends_with_its_trailer_and_is_decoded(void)
{
    const char *text = "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
                       "3;x=y\r\nid=\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\nGET /b HTTP/1.1\r\n\r\n";
    size_t offset = 0;
    np_message_t message;
    GByteArray *body;

    g_assert_true(next(NP_MESSAGE_HTTP, text, &offset, &message));
    g_assert_true(message.chunked);
    g_assert_true(message.complete);
    body = np_message_dechunk(message.body);
    assert_bytes(body, "id=0123456789", 13);
    g_byte_array_unref(body);
    g_assert_true(next(NP_MESSAGE_HTTP, text, &offset, &message));
    assert_span(message.uri, "/b");
    g_assert_false(message.chunked);
}

static void
damaged_chunks_give_what_was_decodable(void)
{
    /* clang-format off */
    static const struct {
        const char *body, *decoded;
    } cases[] = {
        { "3\r\nabc\r\n5\r\nde", "abcde" }, { "3\r\nabc\r\nzz\r\nde", "abc" }, { "3\r\nabc", "abc" }, { "3", "" },
        { "", "" }, { "ffffffffffffffffffff\r\nabc", "" }, { "fffffffffffffff\r\nabc", "abc" }, { "0\r\nx", "" },
        { "3\nabc\n0\n\n", "abc" }, { "-1\r\nabc", "" }
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t *copy;
        GByteArray *body = np_message_dechunk(tight(cases[i].body, strlen(cases[i].body), &copy));

        assert_bytes(body, cases[i].decoded, strlen(cases[i].decoded));
        g_byte_array_unref(body);
        g_free(copy);
    }
}

static void
addresses_of_all_forms_are_taken_apart(void)
{
    /* clang-format off */
    static const struct {
        const char *value, *user, *host, *tag;
    } cases[] = {
        { "\"Hong\" <sip:hong@pps.naver.com:5060;x=y>;tag=abc", "hong", "pps.naver.com", "abc" },
        { "sip:77001012345678@pps.naver.com:5060", "77001012345678", "pps.naver.com", NULL },
        { "sip:hong@pps.naver.com;tag=abc", "hong", "pps.naver.com", "abc" },
        { "Hong Kil <sips:hong:secret@naver.com>;x=1;TAG=t", "hong", "naver.com", "t" },
        { "\"a <sip:evil@x> \\\" b\" <SIP:hong@[2001:db8::1]:5060>;tag=1", "hong", "2001:db8::1", "1" },
        { "<sip:+821012345678;phone-context=+82@naver.com;user=phone>", "+821012345678;phone-context=+82", "naver.com", NULL },
        { "<tel:+82-10-1234-5678;phone-context=x>;tag=9", "+82-10-1234-5678", NULL, "9" },
        { "tel:01012345678;tag=2", "01012345678", NULL, "2" },
        { "sip:naver.com", NULL, "naver.com", NULL },
        { "<sip:naver.com;transport=udp;tag=not>", NULL, "naver.com", NULL },
        { "<sip:a@h>;x=\"q;tag=no\\\"\";tag=yes", "a", "h", "yes" },
        { "<sip:a@h>, <sip:b@i>;tag=no", "a", "h", NULL },
        { "  < sip:a@h?x=@y >  ; tag = q ", "a", "h", "q" },
        { "sip:@h", NULL, "h", NULL },
        { "<sip:a@h>;tag=", "a", "h", NULL },
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        np_sip_address_t address;
        uint8_t *copy;

        g_assert_true(np_sip_read_address(tight(cases[i].value, strlen(cases[i].value), &copy), &address));
        assert_span(address.user, cases[i].user);
        assert_span(address.host, cases[i].host);
        assert_span(address.tag, cases[i].tag);
        g_free(copy);
    }
}

static void
what_is_no_address_gives_no_parts(void)
{
    /* clang-format off */
    static const char *const values[] = {
        "", "hong", "<sip:", "<sip:a@h", "\"Hong <sip:a@h>", "sip:", "sip:a@", "<mailto:a@h>", "<sip:a@[::1>", "<>", "*",
        "<sip:a@[]>", "tel:", "\"\\"
    };
    /* clang-format on */
    np_span_t absent = { NULL, 0 };
    np_sip_address_t address;

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        uint8_t *copy;

        g_assert_false(np_sip_read_address(tight(values[i], strlen(values[i]), &copy), &address));
        g_assert_null(address.user.data);
        g_assert_null(address.host.data);
        g_assert_null(address.tag.data);
        g_free(copy);
    }
    g_assert_false(np_sip_read_address(absent, &address));
}

static void
uris_of_other_schemes_have_a_tag_alone(void)
{
    /* clang-format off */
    static const char *const values[] = {
        "<urn:service:sos>;tag=1", "\"Help <a>;tag=0\" <urn:service:sos;tag=2> ;x=y; tag = 1", "urn:service:sos;tag=1"
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        np_sip_address_t address;
        uint8_t *copy;

        g_assert_false(np_sip_read_address(tight(values[i], strlen(values[i]), &copy), &address));
        g_assert_null(address.user.data);
        g_assert_null(address.host.data);
        assert_span(address.tag, "1");
        g_free(copy);
    }
}

static void
sdp_of_a_body_is_told_by_its_content_type(void)
{
    /* clang-format off */
    static const struct {
        const char *headers, *body, *sdp;
    } cases[] = {
        { "Content-Type: application/sdp\r\n", "v=0\r\n", "v=0\r\n" },
        { "c: Application/SDP ;x=1\r\n", "v=0\r\n", "v=0\r\n" },
        { "Content-Type: text/plain\r\n", "v=0\r\n", NULL },
        { "", "v=0\r\n", "v=0\r\n" },
        { "Content-Type: multipart/mixed;boundary=\"a b\"\r\n",
          "m=no\r\n--a b\r\nContent-Type: text/plain\r\n\r\nm=audio 1\r\n--a b\r\nc: application/sdp\r\n\r\nv=0\r\n"
          "--a b--\r\nend", "v=0\r\n" },
        { "Content-Type: multipart/mixed; x=y; BOUNDARY=q\r\n",
          "--q\r\nContent-Type: multipart/alternative;boundary=qq\r\n\r\n--qq\r\nContent-Type: application/sdp\r\n\r\n"
          "v=1\r\n--qq--\r\n--q--", "v=1\r\n" },
        { "Content-Type: multipart/mixed;boundary=q\r\n", "--q\r\n\r\nv=0\r\n--q--\r\n", NULL },
        { "Content-Type: multipart/mixed\r\n", "--q\r\n\r\nv=0\r\n--q--\r\n", NULL },
        { "Content-Type: multipart/mixed;boundary=\r\n", "--\r\nc: application/sdp\r\n\r\nv=0\r\n", NULL },
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *text = g_strconcat("INFO sip:a SIP/2.0\r\n", cases[i].headers, "\r\n", cases[i].body, NULL);
        size_t offset = 0;
        np_message_t message;

        g_assert_true(next(NP_MESSAGE_SIP, text, &offset, &message));
        assert_span(np_sip_body_sdp(&message), cases[i].sdp);
        g_free(text);
    }
}

static void
offer_holds_by_its_first_stream_that_is_not_refused(void)
{
    /* clang-format off */
    static const struct {
        const char *sdp;
        bool        holds;
    } cases[] = {
        { "v=0\nm=audio 4 RTP/AVP 8\na=sendonly\n", true }, { "v=0\nm=audio 4 RTP/AVP 8\na=inactive\n", true },
        { "v=0\nm=audio 4 RTP/AVP 8\na=recvonly\n", false }, { "v=0\nm=audio 4 RTP/AVP 8\n", false },
        { "v=0\na=sendonly\nm=audio 4 RTP/AVP 8\n", true }, { "a=sendonly\nm=audio 4 RTP/AVP 8\na=sendrecv\n", false },
        { "c=IN IP4 0.0.0.0\nm=audio 4 RTP/AVP 8\n", true }, { "c=IN IP6 ::\nm=audio 4 RTP/AVP 8\n", true },
        { "c=IN IP4 0.0.0.0\nm=audio 4 RTP/AVP 8\nc=IN IP4 1.2.3.4\n", false },
        { "c=IN IP4 1.2.3.4\nm=audio 4 RTP/AVP 8\nc=IN IP4 0.0.0.0\n", true },
        { "m=application 9 UDP/DTLS 0\na=inactive\nm=audio 4 RTP/AVP 8\n", false },
        { "m=audio 0 RTP/AVP 8\na=inactive\nm=video 6 RTP/AVP 96\n", false },
        { "m=audio 4 RTP/AVP 8\nm=video 6 RTP/AVP 96\na=sendonly\n", false },
        { "m=image 4 udptl t38\na=sendonly\n", false }, { "a=sendonly\n", false }, { "", false },
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(np_sdp_holds(np_span_of(cases[i].sdp)), ==, cases[i].holds);
    }
}

static void
cseq_is_number_and_method(void)
{
    static const char *const wrong[] = { "",          "INVITE", "314",      "314 ", "4294967296 INVITE",
                                         "-1 INVITE", "1 A B",  "x1 INVITE" };
    uint32_t number;
    np_span_t method;

    g_assert_true(np_sip_read_cseq(np_span_of(" 314 \t INVITE "), &number, &method));
    g_assert_cmpuint(number, ==, 314);
    assert_span(method, "INVITE");
    g_assert_true(np_sip_read_cseq(np_span_of("4294967295 BYE"), &number, &method));
    g_assert_cmpuint(number, ==, 4294967295U);
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_false(np_sip_read_cseq(np_span_of(wrong[i]), &number, &method));
    }
}

static void
sdp_media_have_address_ports_and_names(void)
{
    np_span_t sdp = np_span_of(
        "v=0\r\no=- 1 1 IN IP4 9.9.9.9\r\nc=IN IP4 220.69.240.206\r\nm=audio 50286 RTP/AVP 8 0 101\r\n"
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\nm=application 9 x y\r\nc=IN IP4 5.5.5.5\r\n"
        "m=video 4000/2 RTP/AVP 34 96\r\nc=IN IP6 2001:db8::1/127\r\na=rtcp:4100 IN IP4 1.1.1.1\r\na=rtpmap:96 H264/90000\r\n"
        "m=audio 0 RTP/AVP 8\n");
    np_sdp_media_t media;
    size_t offset = 0;

    g_assert_true(np_sdp_next_media(sdp, &offset, &media));
    assert_span(media.kind, "audio");
    assert_span(media.address, "220.69.240.206");
    g_assert_cmpuint(media.port, ==, 50286);
    g_assert_cmpuint(media.rtcp_port, ==, 50287);
    assert_span(media.formats, "8 0 101");
    assert_span(np_sdp_encoding_name(media.section, 8), "PCMA");
    assert_span(np_sdp_encoding_name(media.section, 0), "PCMU");
    assert_span(np_sdp_encoding_name(media.section, 101), "telephone-event");
    assert_span(np_sdp_encoding_name(media.section, 96), NULL);
    g_assert_true(np_sdp_next_media(sdp, &offset, &media));
    assert_span(media.kind, "video");
    assert_span(media.address, "2001:db8::1");
    g_assert_cmpuint(media.port, ==, 4000);
    g_assert_cmpuint(media.rtcp_port, ==, 4100);
    assert_span(np_sdp_encoding_name(media.section, 96), "H264");
    assert_span(np_sdp_encoding_name(media.section, 34), "H263");
    g_assert_true(np_sdp_next_media(sdp, &offset, &media));
    assert_span(media.address, "220.69.240.206");
    g_assert_cmpuint(media.port, ==, 0);
    g_assert_cmpuint(media.rtcp_port, ==, 0);
    g_assert_false(np_sdp_next_media(sdp, &offset, &media));
    g_assert_false(np_sdp_next_media(sdp, &offset, &media));
}

static void
rtpmaps_alone_tell_what_their_section_does(void)
{
    np_span_t section = np_span_of("m=audio 4000 RTP/AVP 8 97\r\na=ptime:20\r\na=rtpmap:8 PCMA/8000\r\na=rtcp:4001\r\n"
                                   "a=rtpmap:97 iLBC/16000");
    GByteArray *lines = g_byte_array_new();
    np_span_t rtpmaps;

    np_sdp_rtpmaps(section, lines);
    rtpmaps = (np_span_t){ lines->data, lines->len };
    assert_span(rtpmaps, "a=rtpmap:8 PCMA/8000\na=rtpmap:97 iLBC/16000\n");
    assert_span(np_sdp_encoding_name(rtpmaps, 97), "iLBC");
    g_assert_cmpuint(np_sdp_clock_rate(rtpmaps, 97), ==, 16000);
    g_byte_array_set_size(lines, 0);
    np_sdp_rtpmaps(np_span_of("m=audio 4000 RTP/AVP 8\r\n"), lines);
    np_sdp_rtpmaps((np_span_t){ NULL, 0 }, lines);
    g_assert_cmpuint(lines->len, ==, 0);
    g_byte_array_unref(lines);
}

static void
malformed_sdp_gives_no_media(void)
{
    static const char *const wrong[] = { "",
                                         "m=",
                                         "m=audio",
                                         "m=audio 1",
                                         "m=audio x RTP/AVP 8",
                                         "m=audio 65536 RTP/AVP 8",
                                         "xm=audio 1 RTP/AVP 8",
                                         "\r\n\r\n" };
    np_sdp_media_t media;

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        size_t offset = 0;
        uint8_t *copy;

        g_assert_false(np_sdp_next_media(tight(wrong[i], strlen(wrong[i]), &copy), &offset, &media));
        g_free(copy);
    }
    size_t offset = 0;
    g_assert_true(np_sdp_next_media(np_span_of("m=audio 7 RTP/AVP 8"), &offset, &media));
    assert_span(media.address, NULL);
    offset = 0;
    g_assert_true(
        np_sdp_next_media(np_span_of("c=IN IP4 1.2.3.4\nm=audio 7 RTP/AVP 8\nc=IN\na=rtcp:x\n"), &offset, &media));
    assert_span(media.address, "1.2.3.4");
    g_assert_cmpuint(media.rtcp_port, ==, 8);
    g_assert_cmpstr(np_static_encoding_name(18), ==, "G729");
    g_assert_null(np_static_encoding_name(1));
    g_assert_null(np_static_encoding_name(96));
}

/* Runs every parser on an exactly sized copy. */
static void
run_all(const uint8_t *data, size_t len)
{
    for (int syntax = NP_MESSAGE_SIP; syntax <= NP_MESSAGE_HTTP; syntax++) {
        np_message_t message;
        size_t offset = 0, before = 0;

        while (np_message_next((np_message_syntax_t)syntax, data, len, &offset, &message)) {
            np_sip_address_t address;
            np_sdp_media_t media;
            size_t at = 0;

            g_assert_cmpuint(offset, >, before);
            g_assert_cmpuint(offset, <=, len);
            before = offset;
            np_sip_read_address(np_message_header(&message, "From", 'f'), &address);
            np_sip_read_address(message.uri, &address);
            while (np_sdp_next_media(message.body, &at, &media)) {
                np_sdp_encoding_name(media.section, 8);
            }
            g_byte_array_unref(np_message_dechunk(message.body));
        }
        g_assert_cmpuint(offset, ==, len);
    }
}

static void
hostile_bytes_do_no_harm(void)
{
    const char *seed = INVITE_HEAD
        "\r\nv=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 4 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nSIP/2.0 200 OK\r\nf: <sip:a@b>;tag=c\r\n\r\n";
    GRand *random = g_rand_new_with_seed(20091230);

    for (int round = 0; round < 20000; round++) {
        size_t len = (size_t)g_rand_int_range(random, 0, (gint32)strlen(seed) + 1);
        uint8_t *copy;
        int edits = g_rand_int_range(random, 0, 8);
        np_sip_address_t address;

        tight(seed, len, &copy);
        for (int i = 0; i < edits && len > 0; i++) {
            copy[g_rand_int_range(random, 0, (gint32)len)] =
                (uint8_t)(i % 2 ? g_rand_int(random) : (guint32) "\r\n \"<>@:;=,[]\\"[g_rand_int_range(random, 0, 15)]);
        }
        run_all(copy, len);
        np_sip_read_address((np_span_t){ copy, len }, &address);
        g_free(copy);
    }
    g_rand_free(random);
}

static void
time_is_linear_in_hostile_bytes(void)
{
    /* clang-format off */
    static const char *const units[] = {
        "SIP/2.0 200 ", "SIP/2.0 200 x", "SIP/2.0 ", " SIP/2.0\n", "INVITE a SIP/2.0\r", "HTTP/1.1 200 ", "m=audio 1 R 8\n", "\n", "a",
        "SIP/2.0 200 x\r\nl:0\r\n\r\n", "<\"", ";tag", "1\r\na\r\n"
    };
    /* clang-format on */
    const size_t len = 8 << 20;
    uint8_t *data = g_malloc(len);
    gint64 start = g_get_monotonic_time();

    for (size_t u = 0; u < G_N_ELEMENTS(units); u++) {
        np_span_t bytes = { data, len };
        np_sdp_media_t media;
        np_sip_address_t address;
        size_t offset = 0;

        for (size_t i = 0; i < len; i++) {
            data[i] = (uint8_t)units[u][i % strlen(units[u])];
        }
        run_all(data, len);
        np_sip_read_address(bytes, &address);
        memcpy(data, "v=0\n\n\n\n\n\n\n", 10);
        while (np_sdp_next_media(bytes, &offset, &media)) {
        }
        g_byte_array_unref(np_message_dechunk(bytes));
    }
    /* All parsers together take about a second if linear, minutes if one is quadratic. */
    g_assert_cmpint(g_get_monotonic_time() - start, <, 15 * G_TIME_SPAN_SECOND);
    g_free(data);
}

#define ADD(scenario) g_test_add_func("/message/" #scenario, scenario)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(sip_request_is_taken_apart);
    ADD(sip_response_has_status_and_reason);
    ADD(link_headers_may_precede_and_end_in_token_characters);
    ADD(what_only_resembles_a_start_line_is_none);
    ADD(any_token_is_a_sip_method);
    ADD(several_messages_in_one_segment_are_found_one_after_another);
    ADD(message_cut_by_the_snap_length_gives_whole_headers_only);
    ADD(sip_body_reaches_as_far_as_its_length_and_the_bytes);
    ADD(folded_header_stays_as_it_is);
    ADD(http_request_and_response_are_taken_apart);
    ADD(http_request_without_length_has_no_body);
    ADD(request_target_names_the_host_before_the_header);
    ADD(chunked_body_ends_with_its_trailer_and_is_decoded);
    ADD(damaged_chunks_give_what_was_decodable);
    ADD(addresses_of_all_forms_are_taken_apart);
    ADD(what_is_no_address_gives_no_parts);
    ADD(uris_of_other_schemes_have_a_tag_alone);
    ADD(sdp_of_a_body_is_told_by_its_content_type);
    ADD(offer_holds_by_its_first_stream_that_is_not_refused);
    ADD(cseq_is_number_and_method);
    ADD(sdp_media_have_address_ports_and_names);
    ADD(rtpmaps_alone_tell_what_their_section_does);
    ADD(malformed_sdp_gives_no_media);
    ADD(hostile_bytes_do_no_harm);
    ADD(time_is_linear_in_hostile_bytes);
    return g_test_run();
}
