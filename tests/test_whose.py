# SPDX-License-Identifier: GPL-2.0-or-later
"""Ownership: clients, servers and peers, and the session of each message."""

import pytest

HONG = "220.69.240.206"
CONNECTING, ABORTED = "1", "7"      # naverphone.session.state
PROXY, GATEWAY = "220.95.236.226", "220.95.236.230"


# ---- clients --------------------------------------------------------------------------------

def test_server_of_the_networks_is_no_client(shark):
    assert set(shark.column("whose-server-side", "naverphone.client", two_pass=True)) == {HONG}
    assert not shark.frames("whose-server-side", "naverphone.media.one_way || naverphone.media.none", two_pass=True)


def test_hop_between_servers_has_the_call_and_no_event(shark):
    rows = shark.rows("whose-server-side", "naverphone.leg", "naverphone.call", "naverphone.event",
                      only=f"ip.addr == {GATEWAY} && sip.CSeq.method != \"OPTIONS\"", two_pass=True)
    assert set(rows) == {("3", "1", "")} and len(rows) == 5


def test_servers_among_themselves_are_nobodys(shark, two_pass):
    assert shark.frames("whose-servers-alone", "naverphone.client && naverphone.client != 220.69.240.206", two_pass=two_pass) == []
    assert shark.column("whose-servers-alone", "naverphone.event", only="naverphone.event", two_pass=two_pass) == ["30", "31"]


def test_hop_without_a_clients_call_id_is_nobodys(shark):
    assert not shark.frames("whose-server-side", "naverphone && sip.CSeq.method == \"OPTIONS\"", two_pass=True)


def test_contact_in_request_uri_is_the_client(shark):
    assert set(shark.column("whose-both-5060", "naverphone.client", only="sip", two_pass=True)) == {HONG}


def test_side_that_is_not_on_port_5060_is_the_client(shark):
    assert set(shark.column("whose-server-calls", "naverphone.client", two_pass=True)) == {HONG}


def test_register_replaces_a_guessed_client(shark):
    clients = shark.column("whose-server-asks-first", "naverphone.client", only="sip", two_pass=True)
    assert set(clients[2:]) == {HONG} and len(clients) > 8


def test_host_that_answers_register_is_no_client(shark):
    assert set(shark.column("whose-registrar", "naverphone.client", two_pass=True)) == {HONG, "203.0.113.77"}


def test_forwarded_request_goes_to_the_client(shark):
    assert set(shark.column("whose-forwarded", "naverphone.client", two_pass=True)) == {HONG}


def test_proxy_that_forwards_register_is_no_client(shark):
    rows = shark.rows("whose-register-forwarded", "naverphone.client", "naverphone.event", two_pass=True,
                      only="sip && ip.addr == 198.51.100.41")
    assert rows == [(HONG, "")] * 4


# ---- peers ----------------------------------------------------------------------------------

@pytest.mark.parametrize("capture, ours", [
    ("whose-foreign-pbx", [1]), ("whose-foreign-pbx-address", [1]), ("whose-web-proxy", [4, 6]),
    ("whose-web-proxy-targets", [4, 6])])
def test_host_that_names_somebody_else_is_no_peers(shark, capture, ours):
    assert shark.frames(capture, "naverphone.event || naverphone.leg == 3") == ours


# ---- sessions -------------------------------------------------------------------------------

def session_changes(shark, capture, **how) -> list:
    """(frame, session) of each frame whose session differs from the previous one."""
    rows = [(int(frame), session) for frame, session in shark.rows(capture, "frame.number", "naverphone.session", **how)]
    return [row for row, before in zip(rows, [(0, "")] + rows) if row[1] != before[1]]


@pytest.mark.parametrize("capture, changes", [
    ("whose-relogin", [(1, "1"), (21, "2")]), ("whose-register-missed", [(1, "1"), (21, "2")]), ("whose-login-kept-alive", [(1, "1"), (19, "2")]),
    ("whose-control-same-ends", [(1, "1"), (17, "2")]),
    ("whose-number-and-account", [(1, "1")]), ("whose-register-repeated", [(1, "1")]),
    ("whose-newcomer-logs-in", [(1, "1"), (27, "2")]), ("whose-newcomer-stays", [(1, "1")]),
    ("whose-newcomer-after-crash", [(1, "1"), (29, "2")]),
])
def test_session_begins_where_the_next_stay_does(shark, capture, changes):
    assert session_changes(shark, capture, two_pass=True) == changes


def test_port_used_again_after_a_half_open_connection_begins_one_session(shark):
    """From Wireshark 4.4 on, TCP has another conversation from the second SYN on."""
    sessions = {session for _, session in session_changes(shark, "whose-half-open", two_pass=True)}
    assert sessions - {""} == {"1", "2"}


@pytest.mark.parametrize("capture, state", [
    ("whose-relogin", "4"), ("whose-register-missed", "4"), ("whose-login-kept-alive", "3"), ("whose-control-same-ends", "4")])
def test_repeated_register_or_login_counts_for_the_session_online(shark, capture, state):
    assert state in shark.column(capture, "naverphone.session.state", only="naverphone.session == 2", two_pass=True)


def test_register_of_another_user_takes_the_connection_that_joined(shark):
    assert shark.rows("whose-newcomer-registers", "naverphone.session", "naverphone.identity", two_pass=True,
                      only="naverphone.event in {5, 31}") == [
        ("1", "hongtest"), ("2", "kimtest"), ("1", "hongtest"), ("2", "kimtest")]
    assert shark.column("whose-newcomer-registers", "naverphone.session.state", only="naverphone.event == 5") == ["6", "6"]


def test_missed_register_of_the_older_client_keeps_the_newcomer(shark):
    assert shark.rows("whose-newcomer-overtakes", "naverphone.session", "naverphone.identity", two_pass=True,
                      only="naverphone.event in {5, 31}") == [
        ("1", "hongtest"), ("2", "kimtest"), ("1", "hongtest"), ("2", "kimtest")]


def test_refused_reconnect_makes_no_session(shark):
    assert session_changes(shark, "whose-refused-reconnect", two_pass=True) == [(1, "1"), (25, "2")]
    assert shark.frames("whose-refused-reconnect", "naverphone.event == 8", two_pass=True) == [18, 20]


def test_refused_try_of_an_offline_client_begins_no_session(shark, two_pass):
    assert shark.rows("whose-refused-first", "frame.number", "naverphone.event", "naverphone.session.state",
                      only="naverphone && !naverphone.session && frame.number in {1, 2, 21, 22}", two_pass=two_pass) == [
        ("1", "1", CONNECTING), ("2", "8", ABORTED), ("21", "1", CONNECTING), ("22", "8", ABORTED)]
    assert shark.column("whose-refused-first", "naverphone.session", only="naverphone.event in {2, 21}",
                        two_pass=two_pass) == ["1", "1", "2", "2"]


def test_reset_about_an_older_connection_ends_no_new_session(shark, two_pass):
    assert shark.rows("whose-half-open", "frame.number", "naverphone.session", only="naverphone.event in {2, 8}",
                      two_pass=two_pass) == [("2", "1"), ("21", "2"), ("36", "2")]


def test_session_begins_at_syn_ack_and_later_passes_show_it_on_the_syn(shark):
    only = "naverphone.event == 1 && naverphone.session"
    assert shark.frames("whose-refused-first", only, two_pass=False) == []
    assert shark.frames("whose-refused-first", only) == [3, 23]


def test_arrow_of_a_syn_names_the_session_that_it_began(shark, two_pass):
    arrows = shark.flow("whose-refused-first", two_pass=two_pass)
    assert [comment for label, comment in arrows if label == "Connect"] == [
        "No session", "Session 1", "No session", "Session 2"]


def test_logout_of_one_of_two_connections_is_no_logout(shark):
    assert set(shark.column("whose-newcomer-stays", "naverphone.session.logout_frame", two_pass=True)) == {"32"}


def test_who_registers_is_the_client_from_then_on(shark):
    rows = shark.rows("whose-number-and-account", "frame.number", "naverphone.identity", two_pass=True)
    register, = shark.frames("whose-number-and-account", "naverphone.event == 30")
    assert {(int(frame) >= register, name) for frame, name in rows if name} == {(False, "hongtest"), (True, "account")}


# ---- registrations --------------------------------------------------------------------------

def test_call_between_two_clients_at_one_address_is_two_calls(shark):
    releases = shark.rows("whose-two-behind-nat", "naverphone.session", "naverphone.call", "naverphone.call.state",
                          "naverphone.call.released_by", only="naverphone.event == 46")
    assert releases == [("2", "2", "5", "2"), ("1", "1", "5", "2")]
    assert shark.frames("whose-two-behind-nat", "naverphone.media.ssrc_collision") == []
    calls = shark.rows("whose-two-behind-nat", "naverphone.call", "udp.port", only="rtp")
    assert set(calls) == {("1", "50300,41000"), ("1", "41000,50300"), ("2", "50400,41002"), ("2", "41002,50400")}


def test_messages_left_over_from_a_session_begin_none(shark):
    rows = shark.rows("whose-left-over", "naverphone.event", "naverphone.session", "naverphone.session.state", only="sip")
    assert rows == [("30", "1", "3"), ("31", "1", "4"), ("", "1", "6"), ("49", "1", "6"), ("30", "1", "6"),
                    ("33", "1", "6"), ("30", "2", "1"), ("31", "2", "4")]


def test_call_that_was_appended_twice_is_one(shark):
    assert [row["Call"] for row in shark.table("whose-appended-twice")] == ["1"]


def test_session_that_was_appended_twice_is_one(shark):
    if shark.stage.series != "4.0":
        pytest.skip("TCP takes the first of the appended frames for a retransmission up to Wireshark 4.0 (doc/limits.md)")
    rows = shark.rows("whose-appended-twice", "frame.number", "naverphone.session", "naverphone.event", two_pass=True)
    half = len(rows) // 2
    assert {session for _, session, _ in rows} == {"1"}
    assert {event for _, _, event in rows[half:]} == {"", "61"}


def test_register_that_takes_every_contact_back_unregisters(shark):
    rows = shark.rows("whose-unregister", "naverphone.event", "naverphone.session.state", only="sip.Status-Code == 200",
                      two_pass=True)
    assert rows == [("31", "4"), ("31", "4"), ("33", "3"), ("31", "4"), ("33", "3"), ("31", "4"), ("31", "4"), ("33", "3")]


@pytest.mark.parametrize("capture, confirmed", [
    ("whose-unregister-missed", [("31", "4"), ("33", "3")]), ("whose-two-accounts", [("31", "4"), ("31", "4"), ("33", "4")])])
def test_registration_ends_when_no_contact_of_it_is_left(shark, capture, confirmed):
    assert shark.rows(capture, "naverphone.event", "naverphone.session.state", two_pass=True,
                      only="naverphone.event in {31, 33}") == confirmed


def test_port_alone_needs_the_begin_of_the_connection(shark):
    assert shark.frames("whose-port-midstream", "naverphone", two_pass=True) == []


# ---- both sides on one machine -----------------------------------------------------------------

def test_ports_tell_the_way_on_one_machine(shark):
    only = "naverphone.event == 46"
    assert shark.column("whose-loopback", "naverphone.call.released_by", only=only, two_pass=True) == ["2"]
