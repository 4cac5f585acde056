# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose is it: clients, servers and their peers, and which session a message belongs to."""

import pytest

HONG = "220.69.240.206"
PROXY, GATEWAY = "220.95.236.226", "220.95.236.230"


# ---- clients --------------------------------------------------------------------------------

def test_server_of_the_networks_is_no_client(shark, two_pass):
    assert set(shark.column("whose-server-side", "naverphone.client", two_pass=two_pass)) == {HONG}
    assert not shark.frames("whose-server-side", "naverphone.media.one_way || naverphone.media.none", two_pass=two_pass)


def test_hop_between_servers_has_the_call_and_no_event(shark, two_pass):
    rows = shark.rows("whose-server-side", "naverphone.leg", "naverphone.call", "naverphone.event",
                      only=f"ip.addr == {GATEWAY} && sip.CSeq.method != \"OPTIONS\"", two_pass=two_pass)
    assert set(rows) == {("3", "1", "")} and len(rows) == 5


def test_hop_without_a_clients_call_id_is_nobodys(shark, two_pass):
    assert not shark.frames("whose-server-side", "naverphone && sip.CSeq.method == \"OPTIONS\"", two_pass=two_pass)


def test_contact_in_request_uri_is_the_client(shark, two_pass):
    assert set(shark.column("whose-both-5060", "naverphone.client", only="sip", two_pass=two_pass)) == {HONG}


def test_register_replaces_a_guessed_client(shark, two_pass):
    clients = shark.column("whose-server-asks-first", "naverphone.client", only="sip", two_pass=two_pass)
    assert set(clients[2:]) == {HONG} and len(clients) > 8


# ---- peers ----------------------------------------------------------------------------------

@pytest.mark.parametrize("capture, ours", [("whose-foreign-pbx", [1]), ("whose-web-proxy", [4, 6])])
def test_host_that_names_somebody_else_is_no_peers(shark, capture, ours):
    assert shark.frames(capture, "naverphone.event || naverphone.leg == 3") == ours
