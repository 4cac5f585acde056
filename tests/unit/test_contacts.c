/* test_contacts.c
 * Naver Phone: tests of what sip.c reads of contacts and Via
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text/sip.h"
#include "spans.h"

static void
registration_is_taken_back_where_all_contacts_expire_at_once(void)
{
    /* clang-format off */
    static const char *const back[] = {
        "Contact: *\r\nExpires: 0\r\n", "Expires: 0\r\nContact: <sip:a@x>\r\n", "m: <sip:a@x>;expires=0\r\n",
        "CONTACT: \"a, b\" <sip:a@x;expires=9>;q=1 ; Expires = 0\r\n", "Contact: <sip:a@x>;expires=0, sip:b@x;expires=0\r\n",
        "Contact: <sip:a@x>;expires=0\r\nExpires: 3600\r\n", "Contact: <sip:a@x>;\r\n expires=0\r\n",
        "Contact: <sip:a@x>;expires=0\r\nContact: <sip:b@x>;expires=00\r\n",
    };
    static const char *const not_back[] = {
        "", "Expires: 0\r\n", "Contact: <sip:a@x>\r\n", "Contact: <sip:a@x>\r\nExpires: 3600\r\n",
        "Contact: <sip:a@x;expires=0>\r\n", "Contact: \";expires=0\" <sip:a@x>\r\n",
        "Contact: <sip:a@x>;expires=0, <sip:b@x>;expires=600\r\n", "Contact: <sip:a@x>;expires=600\r\nExpires: 0\r\n",
        "Contact: <sip:a@x>;expires=0\r\nContact: <sip:b@x>\r\n", "Contact: <sip:a@x>;expires=\r\n",
        "X-Contact: *\r\nX-Expires: 0\r\n", "Contact: *\r\nExpires: none\r\n",
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(back); i++) {
        g_assert_true(np_sip_takes_back(np_span_of(back[i])));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(not_back); i++) {
        g_assert_false(np_sip_takes_back(np_span_of(not_back[i])));
    }
}

static void
contacts_are_found_in_all_header_fields(void)
{
    np_sip_values_t rest = {
        .headers = np_span_of(
            "Via: x\r\nContact: \"B, x\" <sip:b@x;a=1,2>;q=0.3 , sip:c@x;q=0.9\r\nTo: y\r\nm:\r\n <sip:d@x>\r\nContact: \r\n")
    };
    np_span_t contact;

    g_assert_true(np_sip_next_contact(&rest, &contact));
    assert_span(contact, "\"B, x\" <sip:b@x;a=1,2>;q=0.3");
    g_assert_true(np_sip_next_contact(&rest, &contact));
    assert_span(contact, "sip:c@x;q=0.9");
    g_assert_true(np_sip_next_contact(&rest, &contact));
    assert_span(contact, "<sip:d@x>");
    g_assert_false(np_sip_next_contact(&rest, &contact));
}

static void
cut_contacts_do_no_harm(void)
{
    const char *whole = "Contact: \"B\\\", x\" <sip:b@x>;expires=0;q=\"1,2\", <sip:c@x>;expires=0\r\nm: *\r\n";

    for (size_t len = 0; len <= strlen(whole); len++) {
        uint8_t *copy;
        np_sip_values_t rest = { .headers = tight(whole, len, &copy) };
        np_span_t contact;
        unsigned count = 0;

        np_sip_takes_back(rest.headers);
        while (np_sip_next_contact(&rest, &contact)) {
            count++;
        }
        g_assert_cmpuint(count, <=, 3);
        g_free(copy);
    }
}

static void
message_with_several_via_values_is_forwarded(void)
{
    /* clang-format off */
    static const char *const forwarded[] = {
        "Via: SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2\r\n", "Via: a\r\nTo: x\r\nv: b\r\n", "VIA: a,\r\n b\r\n",
    };
    static const char *const direct[] = {
        "", "Via: a\r\n", "Via: a;branch=\"1,2\";rport\r\n", "Via: a\r\nContact: b, c\r\n", "Via: \r\nVia: a\r\n",
    };
    /* clang-format on */

    for (size_t i = 0; i < G_N_ELEMENTS(forwarded); i++) {
        g_assert_true(np_sip_is_forwarded(np_span_of(forwarded[i])));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(direct); i++) {
        g_assert_false(np_sip_is_forwarded(np_span_of(direct[i])));
    }
}

#define ADD(scenario) g_test_add_func("/contacts/" #scenario, scenario)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(registration_is_taken_back_where_all_contacts_expire_at_once);
    ADD(contacts_are_found_in_all_header_fields);
    ADD(cut_contacts_do_no_harm);
    ADD(message_with_several_via_values_is_forwarded);
    return g_test_run();
}
