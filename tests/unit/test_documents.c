/* test_documents.c
 * Naver Phone: tests of documents.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/documents.h"
#include "spans.h"

/* All parameters of a body, "name=value" with '|' between them, names and values as sent. To be freed. */
static char *
parameters_of(np_document_t document, const char *body)
{
    GString *found = g_string_new("");
    np_parameter_t parameter;
    size_t offset = 0;

    while (np_document_next(document, np_span_of(body), &offset, &parameter)) {
        g_string_append_printf(found, "%s%.*s=%.*s", found->len ? "|" : "", (int)parameter.name.len,
                               parameter.name.len ? (const char *)parameter.name.data : "", (int)parameter.value.len,
                               parameter.value.len ? (const char *)parameter.value.data : "");
    }
    return g_string_free(found, FALSE);
}

static void
assert_parameters(np_document_t document, const char *body, const char *expected)
{
    char *found = parameters_of(document, body);

    g_assert_cmpint(np_document_of(np_span_of(body)), ==, document);
    g_assert_cmpstr(found, ==, expected);
    g_free(found);
}

static void
bodies_are_told_by_their_bytes(void)
{
    /* clang-format off */
    static const struct {
        const char   *body;
        np_document_t document;
    } cases[] = {
        { "id=hong&pw=secret", NP_DOCUMENT_FORM }, { "{\"id\":\"hong\"}", NP_DOCUMENT_JSON },
        { " \r\n[{\"id\":1}]", NP_DOCUMENT_JSON }, { "\xef\xbb\xbf{\"id\":1}", NP_DOCUMENT_JSON },
        { "<login id='hong'/>", NP_DOCUMENT_XML }, { "<?xml version=\"1.0\"?><id>hong</id>", NP_DOCUMENT_XML },
        { "--x\r\nContent-Disposition: form-data; name=id\r\n\r\nhong\r\n--x--", NP_DOCUMENT_MULTIPART },
        { "{}", NP_DOCUMENT_OPAQUE }, { "{\"a\"", NP_DOCUMENT_OPAQUE }, { "<a/>", NP_DOCUMENT_OPAQUE },
        { "--x\r\n\r\nhong\r\n--x--", NP_DOCUMENT_OPAQUE }, { "--", NP_DOCUMENT_OPAQUE }, { "", NP_DOCUMENT_OPAQUE },
        { " \r\n", NP_DOCUMENT_OPAQUE }, { "\x01\x02\x03", NP_DOCUMENT_OPAQUE }
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(np_document_of(np_span_of(cases[i].body)), ==, cases[i].document);
    }
}

static void
json_members_are_found_at_any_depth(void)
{
    assert_parameters(NP_DOCUMENT_JSON,
                      "{\"auth\" : {\"id\":\"hong\",\"list\":[1,{\"pw\":\"se\\\"cret\"}]},\"n\": 12,\"t\":true}",
                      "id=hong|pw=se\\\"cret|n=12|t=true");
    assert_parameters(NP_DOCUMENT_JSON, "[\"id\",\"hong\",{\"pw\":\"\"}]", "pw=");
    assert_parameters(NP_DOCUMENT_JSON, "{\"id\":\"hong\",\"pw\":\"cut", "id=hong");
    assert_parameters(NP_DOCUMENT_JSON, "{\"id\":\"hong\",\"pw\\", "id=hong");
}

static void
xml_has_attributes_and_elements_of_text(void)
{
    assert_parameters(NP_DOCUMENT_XML,
                      "<?xml version=\"1.0\"?><!-- <pw>no</pw> --><s:login s:id = 'hong' ><pw>secret</pw></s:login>",
                      "id=hong|pw=secret");
    assert_parameters(NP_DOCUMENT_XML, "<a><pw><![CDATA[a<b]]></pw><id kind=\"x\">hong</id><e></e><f/></a>",
                      "pw=a<b|kind=x|id=hong");
    assert_parameters(NP_DOCUMENT_XML, "<id>hong</id><pw>cut", "id=hong");
    assert_parameters(NP_DOCUMENT_XML, "<id>hong</id><pw a=\"cut", "id=hong");
    assert_parameters(NP_DOCUMENT_XML, "<id>hong</id><!-- <pw>x</pw>", "id=hong");
}

static void
multipart_names_its_parts(void)
{
    assert_parameters(NP_DOCUMENT_MULTIPART,
                      "--x\r\nContent-Disposition: form-data; name=\"id\"\r\nContent-Type: text/plain\r\n\r\nhong\r\n"
                      "--x\r\ncontent-disposition: form-data; filename=\"pw\"; name=file\r\n\r\n--y\r\n\r\n"
                      "--x\r\nContent-Type: text/plain\r\n\r\nnameless\r\n"
                      "--x\r\nContent-Disposition: form-data; name=pw\r\n\r\n\r\n--x--\r\n",
                      "id=hong|file=--y\r\n|pw=");
    assert_parameters(NP_DOCUMENT_MULTIPART, "--x\nContent-Disposition: form-data; name=id\n\nhong", "id=hong");
}

static void
values_lose_the_escapes_of_their_document(void)
{
    /* clang-format off */
    static const struct {
        np_document_t document;
        np_encoding_t encoding;
        const char   *sent, *meant;
    } cases[] = {
        { NP_DOCUMENT_FORM, NP_ENCODING_PERCENT, "a%26b", "a&b" },
        { NP_DOCUMENT_JSON, NP_ENCODING_PLAIN, "a%26b", "a%26b" },
        { NP_DOCUMENT_JSON, NP_ENCODING_PLAIN, "\\u0068\\n\\/\\\"\\\\", "h\n/\"\\" },
        { NP_DOCUMENT_JSON, NP_ENCODING_PLAIN, "\\ud55c\\ud83d\\ude00", "\xed\x95\x9c\xf0\x9f\x98\x80" },
        { NP_DOCUMENT_JSON, NP_ENCODING_PLAIN, "\\ud83dx\\u12", "x12" },
        { NP_DOCUMENT_JSON, NP_ENCODING_HEX, "61626364", "abcd" },
        { NP_DOCUMENT_XML, NP_ENCODING_PLAIN, "&lt;&amp;&#65;&#x42;&quot;&apos;&gt;", "<&AB\"'>" },
        { NP_DOCUMENT_XML, NP_ENCODING_PLAIN, "&none;&#; &", "&none;&#; &" },
        { NP_DOCUMENT_XML, NP_ENCODING_BASE64, "c2VjcmV0MQ==", "secret1" },
        { NP_DOCUMENT_MULTIPART, NP_ENCODING_PLAIN, "a&amp;%26", "a&amp;%26" },
        { NP_DOCUMENT_BASIC, NP_ENCODING_BASE64, "hong", "hong" },
        { NP_DOCUMENT_BASIC, NP_ENCODING_HEX, "61626364", "abcd" },
        { NP_DOCUMENT_DIGEST, NP_ENCODING_PLAIN, "hongtest", "hongtest" },
        { NP_DOCUMENT_DIGEST, NP_ENCODING_HEX, "61626364", "abcd" },
    };
    /* clang-format on */
    GByteArray *decoded = g_byte_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(np_document_decode(cases[i].document, np_span_of(cases[i].sent), decoded), ==,
                        cases[i].encoding);
        assert_bytes(decoded, cases[i].meant, strlen(cases[i].meant));
    }
    g_byte_array_unref(decoded);
}

static void
basic_credentials_are_user_and_password(void)
{
    GByteArray *decoded = g_byte_array_new();
    np_parameter_t parameter;
    size_t offset = 0;
    np_span_t pair;

    g_assert_true(np_basic_credentials(np_span_of("basic  aG9uZzpzZTpjcmV0"), decoded));
    pair = (np_span_t){ decoded->data, decoded->len };
    g_assert_true(np_document_next(NP_DOCUMENT_BASIC, pair, &offset, &parameter));
    g_assert_cmpint(parameter.role, ==, NP_ROLE_USER);
    assert_span(parameter.value, "hong");
    g_assert_true(np_document_next(NP_DOCUMENT_BASIC, pair, &offset, &parameter));
    g_assert_cmpint(parameter.role, ==, NP_ROLE_PASSWORD);
    assert_span(parameter.value, "se:cret");
    g_assert_false(np_document_next(NP_DOCUMENT_BASIC, pair, &offset, &parameter));
    g_assert_false(np_basic_credentials(np_span_of("Digest username=\"hong\""), decoded));
    g_assert_false(np_basic_credentials(np_span_of("Basic aG9uZw=="), decoded)); /* no ':' */
    g_assert_false(np_basic_credentials(np_span_of("Basic"), decoded));
    g_byte_array_unref(decoded);
}

static void
digest_credentials_are_user_and_response(void)
{
    np_span_t list =
        np_digest_credentials(np_span_of("digest  username=\"ho\\\"ng, k\",nc=00000001 , response = \"6629fae4\","));
    np_parameter_t parameter;
    size_t offset = 0;

    g_assert_true(np_document_next(NP_DOCUMENT_DIGEST, list, &offset, &parameter));
    g_assert_cmpint(parameter.role, ==, NP_ROLE_USER);
    assert_span(parameter.value, "ho\\\"ng, k");
    g_assert_true(np_document_next(NP_DOCUMENT_DIGEST, list, &offset, &parameter));
    g_assert_cmpint(parameter.role, ==, NP_ROLE_NONE);
    assert_span(parameter.value, "00000001");
    g_assert_true(np_document_next(NP_DOCUMENT_DIGEST, list, &offset, &parameter));
    g_assert_cmpint(parameter.role, ==, NP_ROLE_PASSWORD);
    assert_span(parameter.name, "response");
    assert_span(parameter.value, "6629fae4");
    g_assert_false(np_document_next(NP_DOCUMENT_DIGEST, list, &offset, &parameter));
    g_assert_null(np_digest_credentials(np_span_of("Basic aG9uZzpzZTpjcmV0")).data);
    g_assert_null(np_digest_credentials(NP_SPAN_ABSENT).data);
}

/* Reads a body in all ways. */
static void
read_all(np_span_t body, GByteArray *decoded)
{
    np_document_of(body);
    np_basic_credentials(body, decoded);
    for (np_document_t document = NP_DOCUMENT_OPAQUE; document <= NP_DOCUMENT_BASIC; document++) {
        np_parameter_t parameter;
        size_t offset = 0, before = 0;

        while (np_document_next(document, body, &offset, &parameter)) {
            g_assert_cmpuint(offset, >, before);
            before = offset;
            np_document_decode(document, parameter.value, decoded);
        }
    }
}

static void
hostile_bytes_do_no_harm(void)
{
    /* clang-format off */
    static const char *const seeds[] = {
        "{\"id\":\"\\ud83d\\ude00\",\"pw\":[1,\"x\"]}", "<a b='c' d=\"e\"><![CDATA[x]]></a><!-- --><p>&#x41;&lt;</p>",
        "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\nhong\r\n--x--\r\n", "Basic aG9uZzpzZWNyZXQ=", "id=hong&pw=%41"
    };
    /* clang-format on */
    GRand *random = g_rand_new_with_seed(20091230);
    GByteArray *decoded = g_byte_array_new();

    for (unsigned round = 0; round < 40000; round++) {
        const char *seed = seeds[round % G_N_ELEMENTS(seeds)];
        size_t len = (size_t)g_rand_int_range(random, 0, (gint32)strlen(seed) + 1);
        uint8_t *copy;
        np_span_t body = tight(seed, len, &copy);

        for (gint32 changes = g_rand_int_range(random, 0, 4); changes > 0 && len > 0; changes--) {
            copy[g_rand_int_range(random, 0, (gint32)len)] =
                (uint8_t)seeds[0][g_rand_int_range(random, 0, (gint32)strlen(seeds[0]))];
        }
        read_all(body, decoded);
        g_free(copy);
    }
    g_byte_array_unref(decoded);
    g_rand_free(random);
}

static void
time_is_linear_in_hostile_bytes(void)
{
    static const char *const units[] = { "\"", "\"a\":",  "<",     "<a>", "<!--", "<![CDATA[",
                                         "&",  "--x\r\n", "name=", "\\u", "a='" };
    gint64 start = g_get_monotonic_time();
    GByteArray *decoded = g_byte_array_new();
    size_t len = 1 << 20;
    uint8_t *data = g_malloc(len);

    for (size_t u = 0; u < G_N_ELEMENTS(units); u++) {
        for (size_t i = 0; i < len; i++) {
            data[i] = (uint8_t)units[u][i % strlen(units[u])];
        }
        read_all((np_span_t){ data, len }, decoded);
    }
    g_assert_cmpint(g_get_monotonic_time() - start, <, 15 * G_TIME_SPAN_SECOND);
    g_byte_array_unref(decoded);
    g_free(data);
}

#define ADD(scenario) g_test_add_func("/documents/" #scenario, scenario)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(bodies_are_told_by_their_bytes);
    ADD(json_members_are_found_at_any_depth);
    ADD(xml_has_attributes_and_elements_of_text);
    ADD(multipart_names_its_parts);
    ADD(values_lose_the_escapes_of_their_document);
    ADD(basic_credentials_are_user_and_password);
    ADD(digest_credentials_are_user_and_response);
    ADD(hostile_bytes_do_no_harm);
    ADD(time_is_linear_in_hostile_bytes);
    return g_test_run();
}
