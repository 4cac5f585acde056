# SPDX-License-Identifier: GPL-2.0-or-later
"""Preferences have their effect, and invalid values are refused or named."""

import pathlib
import subprocess

import pytest

from harness import complaints_in

CONTROL, LOGIN, SIGNALLING, MEDIA = "1", "2", "3", "4"
HOSTS = ("login_hosts", "sip_domains")
PORTS = ("control_ports", "login_ports")
TABLE = "uat:naverphone_service_prefixes"
FOREIGN_NETWORK = "server_networks:198.51.100.0/24"


def options(*preferences) -> list:
    """-o naverphone.KEY:VALUE for each; -o uat:… unchanged."""
    return [part for preference in preferences
            for part in ("-o", preference if preference.startswith("uat:") else f"naverphone.{preference}")]


def legs(shark, capture, *preferences, **how) -> set:
    return set(shark.column(capture, "naverphone.leg", options=options(*preferences), two_pass=True, **how))


def complaints(shark, *arguments, capture="full-session", status=0) -> list:
    """The lines on standard error with these arguments."""
    command = shark.command("tshark", "-2", "-q", "-r", shark.stage.find(capture), *arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stderr
    return complaints_in(done.stderr)


@pytest.fixture
def profile(stage):
    """Makes a configuration profile from file names and texts. Returns the option that selects it."""
    def make(**files):
        folder = stage.home / "config" / "wireshark" / "profiles" / "damaged"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text)
        subprocess.run(["chmod", "-R", "a+rwX", stage.home / "config"], check=True)
        return "-C", "damaged"
    yield make
    for path in (stage.home / "config" / "wireshark" / "profiles").rglob("damaged/*"):
        path.unlink()


# ---- invalid values that are refused -----------------------------------------------------------

@pytest.mark.parametrize("key", PORTS)
@pytest.mark.parametrize("ports", ["70000", "10500,70000", "10500-70000", "99999999999", ":abc", "abc", "10500;8081"])
def test_invalid_port_range_is_refused_by_name(shark, key, ports):
    [message] = complaints(shark, *options(f"{key}:{ports}"), status=1)
    assert f"naverphone.{key}:{ports}" in message


@pytest.mark.parametrize("row, named", [
    ('"abc","X"', "Invalid service prefix 'abc'"),
    ('"7 70","X"', "Invalid service prefix '7 70'"),
    ('"","X"', "Invalid service prefix ''"),
    ('"770",""', "The service prefix '770' has no name"),
    ('"770"', '"770"'),
    ('770,X', "770,X"),
])
def test_invalid_service_prefix_row_is_refused_by_name(shark, row, named):
    [message] = complaints(shark, *options(f"{TABLE}:{row}"), status=1)
    assert "naverphone_service_prefixes" in message and named in message


def test_unknown_preference_is_refused(shark):
    [message] = complaints(shark, "-o", "naverphone.nonsense:1", status=1)
    assert "naverphone.nonsense" in message


# ---- invalid words that are ignored with a warning ---------------------------------------------

BAD_HOSTS = ["bad!host", ".naver.com", "a..b", "-x", "http://np.naver.com", "np.naver.com,x", "한국"]
BAD_NETWORKS = ["300.1.1.1", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/abc", "1.2.3.4/-1", "1.2.3.4/8/9", "1.2.3", "::/129",
                "2001:db8::g/32", "x/8", "naver.com", "/24"]


def assert_each_is_named(warnings, key, words):
    assert len(warnings) == len(words)
    for warning, word in zip(warnings, words):
        assert f"'{word}'" in warning and f"naverphone.{key}:" in warning


@pytest.mark.parametrize("key", HOSTS)
def test_invalid_host_is_named_once_and_valid_ones_apply(shark, key):
    value = " ".join([key + ":naver.com", *BAD_HOSTS, "good.example"])
    assert_each_is_named(complaints(shark, *options(value)), key, BAD_HOSTS)
    assert legs(shark, "full-session", value, stderr=BAD_HOSTS[0]) == {CONTROL, LOGIN, SIGNALLING, MEDIA}


def test_invalid_network_is_named_once_and_valid_ones_apply(shark):
    value = " ".join(["server_networks:" + BAD_NETWORKS[0], "198.51.100.0/24", *BAD_NETWORKS[1:]])
    assert_each_is_named(complaints(shark, *options(value)), "server_networks", BAD_NETWORKS)
    assert legs(shark, "control-other-port", "control_ports:12000", value, stderr=BAD_NETWORKS[0]) == {CONTROL}


@pytest.mark.parametrize("network, is_in", [
    ("220.95.236.226", True), ("220.95.236.227", False), ("220.95.236.224/30", True), ("220.95.236.228/30", False),
    ("220.95.236.0/25", False), ("220.95.0.0/16", True), ("220.80.0.0/12", True), ("224.0.0.0/4", False), ("::/0", False)])
def test_network_matches_its_leading_bits(shark, network, is_in):
    found = shark.column("call-complete", "naverphone.evidence.network", only="sip",
                         options=options(f"server_networks:{network}"))
    assert set(found) == {"1" if is_in else "0"}


def test_each_invalid_word_has_its_own_warning(shark):
    warnings = complaints(shark, *options("login_hosts:a! b!", "sip_domains:c!", "server_networks:d! e!"))
    assert [warning.split("'")[1] for warning in warnings] == ["a!", "b!", "c!", "d!", "e!"]


@pytest.mark.parametrize("value", ["login_hosts:a.example,b.example", "sip_domains:a.example;b.example",
                                   "server_networks:10.0.0.0/8,::1"])
def test_warning_of_a_list_with_commas_asks_for_blanks(shark, value):
    [warning] = complaints(shark, *options(value))
    assert warning.endswith("Words are separated by blanks.")


def test_lists_may_be_empty_and_have_any_blanks(shark):
    assert complaints(shark, *options("login_hosts:", "sip_domains:   ", "server_networks: 10.0.0.0/8 \t  ::1 ")) == []


def test_damaged_preference_file_gives_one_warning_per_word(shark, profile):
    chosen = profile(preferences="naverphone.sip_domains: naver.com bad!word\n")
    [warning] = complaints(shark, *chosen)
    assert "'bad!word'" in warning
    assert shark.frames("call-collect", "naverphone.evidence.domain == 1", options=chosen, stderr="bad!word") != []


def test_damaged_table_file_keeps_the_built_in_prefix(shark, profile):
    chosen = profile(naverphone_service_prefixes='"xyz","X"\n')
    [warning] = complaints(shark, *chosen)
    assert "Invalid service prefix 'xyz'" in warning
    assert services(shark, "call-collect", *chosen, stderr="xyz") == {("770", "Collect call")}


# ---- ports -------------------------------------------------------------------------------------

def test_control_ports_select_the_control_leg(shark):
    assert legs(shark, "control-midstream") == {CONTROL}
    assert legs(shark, "control-midstream", "control_ports:10501") == set()
    assert legs(shark, "control-other-port", "control_ports:12000", FOREIGN_NETWORK) == {CONTROL}


@pytest.mark.parametrize("ports", ["10499-10501", "1,10500", "10500,10500", "10400-", "-10500", "10600-10400"])
def test_ports_may_be_lists_and_reversed_ranges(shark, ports):
    assert legs(shark, "control-midstream", f"control_ports:{ports}") == {CONTROL}


def test_no_control_port_means_no_control_leg(shark):
    assert legs(shark, "control-midstream", "control_ports:") == set()


def test_login_ports_select_the_login_leg_of_a_known_server(shark):
    assert legs(shark, "login-query-plain", "login_hosts:") == {LOGIN}
    assert legs(shark, "login-query-plain", "login_hosts:", "login_ports:8082") == set()
    assert legs(shark, "http-web-8081", FOREIGN_NETWORK) == {LOGIN}


# ---- hosts, domains, networks ------------------------------------------------------------------

@pytest.mark.parametrize("hosts, found", [
    ("np.naver.com", {LOGIN}), ("was.np.naver.com", {LOGIN}), ("NAVER.Com", {LOGIN}), ("x.example naver.com", {LOGIN}),
    ("p.naver.com", set()), ("x.was.np.naver.com", set()), ("naver", set()), ("x.example", set()), ("", set()),
])
def test_login_hosts_match_themselves_and_their_subdomains(shark, hosts, found):
    assert legs(shark, "login-host-other-port", f"login_hosts:{hosts}") == found


@pytest.mark.parametrize("domains, found", [
    ("naver.com", {SIGNALLING, MEDIA}), ("pps.naver.com", {SIGNALLING, MEDIA}), ("COM", {SIGNALLING, MEDIA}),
    ("ps.naver.com", set()), ("x.pps.naver.com", set()), ("aver.com", set()), ("", set()),
])
def test_sip_domains_match_themselves_and_their_subdomains(shark, domains, found):
    assert legs(shark, "call-collect", f"sip_domains:{domains}", "server_networks:") == found


@pytest.mark.parametrize("domain, found", [("naver.com", set()), ("evilnaver.com", {SIGNALLING, MEDIA})])
def test_evilnaver_com_is_ours_only_if_configured(shark, domain, found):
    assert legs(shark, "sip-evil-domain", f"sip_domains:{domain}") == found


@pytest.mark.parametrize("host, found", [("np.naver.com", set()), ("evilnp.naver.com", {LOGIN})])
def test_evilnp_naver_com_is_ours_only_if_configured(shark, host, found):
    assert legs(shark, "login-evil-host", f"login_hosts:{host}") == found


@pytest.mark.parametrize("networks, found", [
    ("222.122.50.30", {CONTROL}), ("222.122.50.30/32", {CONTROL}), ("222.122.50.16/28", {CONTROL}),
    ("222.122.50.99/24", {CONTROL}), ("222.122.0.0/15", {CONTROL}),
    ("0.0.0.0/0", set()),      # the client would be a server, too
    ("222.122.50.31", set()), ("222.122.50.32/27", set()), ("222.122.50.28/31", set()), ("::/0", set()), ("", set()),
])
def test_ipv4_network_matches_by_its_prefix_length(shark, networks, found):
    assert legs(shark, "control-midstream", "accept_port_alone:FALSE", f"server_networks:{networks}") == found


@pytest.mark.parametrize("networks, found", [
    ("2001:db8:ffff::30", True), ("2001:db8:ffff::/48", True), ("2001:db8:fffe::/47", True),
    ("2001:db8:ffff::31", False), ("2001:db8:fffe::/48", False), ("0.0.0.0/0", False),
])
def test_ipv6_network_matches_by_its_prefix_length(shark, networks, found):
    evidence = shark.column("full-session-ipv6", "naverphone.evidence.network", only="naverphone.leg == Control",
                            options=options(f"server_networks:{networks}"), two_pass=True)
    assert set(evidence) == {"1" if found else "0"}


# ---- switches ----------------------------------------------------------------------------------

def test_accept_port_alone_off_requires_more_evidence(shark):
    assert legs(shark, "control-port-only") == {CONTROL}
    assert legs(shark, "control-port-only", "accept_port_alone:FALSE") == set()
    assert legs(shark, "control-port-only", "accept_port_alone:FALSE", FOREIGN_NETWORK) == {CONTROL}


def test_mark_sip_rtp_off_leaves_fields_on_control_and_login(shark):
    assert legs(shark, "full-session", "mark_sip_rtp:FALSE") == {CONTROL, LOGIN}


def test_mark_sip_rtp_off_keeps_call_table_and_flow_graph(shark):
    unmarked = ["-o", "naverphone.mark_sip_rtp:FALSE"]
    assert shark.read("full-session", *unmarked, "-q", "-z", "naverphone,calls", "-z", "flow,naverphone,network") \
        == shark.read("full-session", "-q", "-z", "naverphone,calls", "-z", "flow,naverphone,network")


@pytest.mark.parametrize("switch", ["accept_port_alone", "infer_framing", "mark_sip_rtp"])
def test_switches_are_on_by_default(shark, switch):
    assert f"#naverphone.{switch}: TRUE" in shark.run("-G", "currentprefs").splitlines()


# ---- service prefixes --------------------------------------------------------------------------

def services(shark, capture, *arguments, **how) -> set:
    rows = shark.rows(capture, "naverphone.call.service_prefix", "naverphone.call.service", two_pass=True,
                      only="naverphone.call.service", options=arguments, **how)
    return set(rows)


def test_row_adds_a_service(shark):
    rows = options(f'{TABLE}:"081","By carrier"')
    assert services(shark, "call-numbers", *rows) == {("770", "Collect call"), ("081", "By carrier")}


def test_row_renames_the_built_in_service(shark):
    assert services(shark, "call-collect", *options(f'{TABLE}:"770","Reversed charge"')) == {("770", "Reversed charge")}


def test_longer_of_two_matching_prefixes_applies(shark, stage):
    other = stage.new_capture("two-prefixes.pcapng")
    recorded = pathlib.Path(stage.find("call-collect")).read_bytes()
    other.write_bytes(recorded.replace(b"77001012345678", b"77770215881234"))
    short, longer = '"7777","Before 0215881234"', '"777702","Before 15881234"'
    for rows in ((short, longer), (longer, short)):
        assert services(shark, other, *options(*(f"{TABLE}:{row}" for row in rows))) == {("777702", "Before 15881234")}


def test_first_row_of_equal_prefixes_applies(shark):
    rows = options(f'{TABLE}:"770","First"', f'{TABLE}:"770","Second"')
    assert services(shark, "call-collect", *rows) == {("770", "First")}


# The names of the contract; new ones need no line here.
PREFERENCES = ["control_ports", "login_ports", "login_hosts", "sip_domains", "server_networks", "accept_port_alone",
               "infer_framing", "mark_sip_rtp", "late_media"]


def described(shark) -> dict:
    """The tool tips of our preferences by name, from the comments of tshark -G currentprefs."""
    tips, comment = {}, []
    for line in shark.run("-G", "currentprefs").splitlines():
        name = line.lstrip("#").split(":")[0]
        if name.startswith("naverphone."):
            tips[name.removeprefix("naverphone.")] = " ".join(comment)
        comment = [*comment, line.lstrip("# ")] if line.startswith("# ") else []
    return tips


def test_every_preference_has_a_tool_tip(shark):
    tips = described(shark)
    assert set(PREFERENCES) <= set(tips)
    assert [name for name, tip in tips.items() if len(tip.split()) < 10] == []


def test_disabled_protocol_shows_nothing(shark, two_pass):
    assert shark.read("full-session", "-Y", "naverphone", two_pass=two_pass) != ""
    assert shark.read("full-session", "--disable-protocol", "naverphone", "-Y", "naverphone", two_pass=two_pass) == ""
