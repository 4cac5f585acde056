# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions: which frames belong to one, and the state of its client."""

import subprocess

import pytest

STATES = {"1": "Connecting", "2": "Connected", "3": "Logged in", "4": "Registered", "5": "In call", "6": "Logged out",
          "7": "Aborted"}
HONG, KIM = "220.69.240.206", "203.0.113.77"


def state_changes(shark, capture, **how) -> list:
    """(frame, state) of each frame whose state differs from the previous one."""
    rows = shark.rows(capture, "frame.number", "naverphone.session.state", **how)
    return [(int(frame), STATES[state]) for (frame, state), (_, before)
            in zip(rows, [("", "")] + rows) if state != before]


# ---- states ------------------------------------------------------------------------------

WHOLE = [(1, "Connecting"), (3, "Connected"), (13, "Logged in"), (16, "Registered")]
CHANGES = {
    "full-session": WHOLE + [(20, "In call"), (42, "Registered"), (44, "Logged out")],
    "call-complete": WHOLE + [(23, "In call"), (67, "Registered"), (69, "Logged out")],
    "logout-in-call": WHOLE + [(20, "In call"), (42, "Logged out")],
    "control-reset-in-call": WHOLE + [(20, "In call"), (42, "Aborted")],
    "call-after-logout": WHOLE + [(20, "Logged out")],
    "control-reset": [(1, "Connecting"), (3, "Connected"), (8, "Aborted")],
    "control-midstream": [(1, "Connected"), (9, "Logged out")],
    "login-without-sip": [(1, "Connecting"), (3, "Connected"), (13, "Logged in"), (19, "Logged out")],
    "login-failed": [(1, "Connecting"), (3, "Connected"), (15, "Logged out")],
    "sip-without-control": [(1, "Connecting"), (2, "Registered"), (6, "In call"), (28, "Registered")],
    "register-challenged": [(1, "Connecting"), (4, "Registered")],
    "register-rejected": [(1, "Connecting")],
    "call-busy": [(1, "Connecting"), (2, "Registered")],
    "call-cancelled": [(1, "Connecting"), (2, "Registered")],
    "call-two-at-once": [(1, "Connecting"), (2, "Registered"), (6, "In call"), (75, "Registered")],
    "call-unfinished": [(1, "Connecting"), (2, "Registered"), (6, "In call")],
    "lost-frames": [(1, "Connected"), (10, "Logged in"), (13, "Registered"), (39, "Logged out")],
    "documented-call": [(57, "Connecting"), (59, "Connected"), (74, "Logged in"), (448, "In call"), (806, "Logged in"),
                        (812, "Logged out")],
}


@pytest.mark.parametrize("capture", CHANGES)
def test_session_state_follows_its_legs(shark, capture):
    assert state_changes(shark, capture, two_pass=True) == CHANGES[capture]


@pytest.mark.parametrize("capture", ["full-session-ipv6", "recorded-call"])
def test_frames_claimed_later_show_the_state_at_their_time(shark, capture):
    changes = state_changes(shark, capture, two_pass=True)
    assert [state for _, state in changes] == ["Connecting", "Connected", "Logged in", "Registered", "In call",
                                               "Registered", "Logged out"]


def test_session_starting_in_a_call_is_in_call_until_release(shark):
    assert state_changes(shark, "call-midway")[0] == (21, "In call")


def test_later_passes_link_login_register_and_logout_frames(shark):
    fields = [f"naverphone.session.{name}_frame" for name in ("login", "register", "logout")]
    assert set(shark.rows("full-session", *fields, two_pass=True)) == {("13", "16", "44")}
    assert shark.rows("full-session", *fields, only="frame.number == 20", two_pass=False) == [("13", "16", "")]


@pytest.mark.parametrize("capture, noted", [
    ("logout-in-call", [42]), ("control-reset-in-call", [42]), ("full-session", []), ("call-after-logout", []),
])
def test_logout_during_a_call_is_noted(shark, capture, noted):
    assert shark.frames(capture, "naverphone.session.logout_in_call") == noted


@pytest.mark.parametrize("capture, logins, logouts", [
    ("full-session", [13], [44]), ("session-after-logout", [13, 60], [44, 91]), ("login-failed", [], [15]),
    ("control-reset", [], []), ("sip-without-control", [], []), ("two-clients", [13, 32], [81, 91]),
])
def test_login_and_logout_are_noted(shark, capture, logins, logouts):
    assert shark.frames(capture, "naverphone.session.login") == logins
    assert shark.frames(capture, "naverphone.session.logout") == logouts


# ---- frames of a session ---------------------------------------------------------------------

def sessions(shark, capture, **how) -> dict:
    """Frame → session."""
    return {int(frame): session for frame, session in shark.rows(capture, "frame.number", "naverphone.session", **how)}


@pytest.mark.parametrize("capture", ["full-session", "call-complete", "call-after-logout", "logout-in-call",
                                     "control-reset-in-call", "call-collect", "media-rtcp", "lost-frames"])
def test_all_frames_belong_to_the_only_session(shark, capture):
    frames = shark.frames(capture, "frame")
    assert sessions(shark, capture, two_pass=True) == dict.fromkeys(frames, "1")


def test_two_clients_have_two_sessions(shark):
    of_kim = shark.frames("two-clients", f"ip.addr == {KIM}")
    assert sessions(shark, "two-clients", two_pass=True) == {
        frame: "2" if frame in of_kim else "1" for frame in shark.frames("two-clients", "frame")}
    assert len(of_kim) == 47
    assert shark.column("two-clients", "naverphone.client", two_pass=True) == [
        KIM if frame in of_kim else HONG for frame in shark.frames("two-clients", "frame")]


def test_two_users_behind_one_address_have_two_sessions(shark, two_pass):
    of_kim = shark.frames("nat-two-sessions", "tcp.port in {1055, 1056} || udp.port in {5062, 50400}")
    assert len(of_kim) == 47
    login, = shark.frames("nat-two-sessions", "tcp.port == 1056 && naverphone.event == 20")
    of_kim = [frame for frame in of_kim if frame >= login]  # it joins the other session until its login
    begins = {} if two_pass else {1: ""}    # with the SYN-ACK
    assert sessions(shark, "nat-two-sessions", two_pass=two_pass) == {
        frame: "2" if frame in of_kim else "1" for frame in shark.frames("nat-two-sessions", "frame")} | begins
    for session, user in (("1", "hongtest"), ("2", "kimtest")):
        only = f"naverphone.session == {session}"
        assert set(shark.column("nat-two-sessions", "naverphone.identity", only=only, two_pass=True)) - {""} == {user}


def test_frame_in_a_session_by_its_client_has_that_evidence(shark):
    assert shark.column("nat-two-sessions", "naverphone.evidence.peer", only="frame.number in {1, 14}") == ["0", "1"]


def test_login_after_logout_starts_another_session(shark):
    assert sessions(shark, "session-after-logout", two_pass=True) == {
        frame: "1" if frame <= 47 else "2" for frame in shark.frames("session-after-logout", "frame")}


def test_successive_connections_on_same_ports_are_two_sessions(shark):
    found = sessions(shark, "control-two-in-row", two_pass=True)
    assert sorted(set(found.values())) == ["1", "2"]
    assert list(found.values()) == sorted(found.values())
    assert list(found) == shark.frames("control-two-in-row", "frame")


def test_call_after_logout_stays_in_its_session(shark):
    rows = shark.rows("call-after-logout", "naverphone.session", "naverphone.call", only="frame.number > 23",
                      two_pass=True)
    assert set(rows) == {("1", "1")} and len(rows) == 24


def test_ipv6_session_shows_its_client(shark, two_pass):
    rows = shark.rows("full-session-ipv6", "naverphone.client6", "naverphone.client", "naverphone.session",
                      two_pass=two_pass)
    assert set(rows) == {("2001:db8::10", "", "1")}
    assert len(rows) == (47 if two_pass else 41)    # both handshakes become ours only later


@pytest.mark.parametrize("capture, foreign", [
    ("foreign-mix", "sip || rtp || http || ssh || dns"), ("sip-foreign-provider", "sip || rtp"),
    ("sip-evil-domain", "sip || rtp"), ("foreign-softphones", "sip || rtp || http || tls || tcp.port == 10500"),
])
def test_frames_of_another_provider_are_not_ours(shark, bare, capture, foreign):
    assert len(bare.frames(capture, foreign)) > 20      # the capture contains foreign frames
    assert shark.frames(capture, "naverphone", two_pass=True) == []


def test_call_through_another_provider_is_not_ours(shark, bare):
    foreign = bare.frames("foreign-call-in-session", "ip.addr == 198.51.100.0/24")
    assert len(foreign) == 27
    ours = shark.frames("foreign-call-in-session", "naverphone", two_pass=True)
    assert ours == [frame for frame in bare.frames("foreign-call-in-session", "frame") if frame not in foreign]


@pytest.mark.parametrize("options, ours", [
    (["-o", "naverphone.sip_domains:evilnaver.com"], True), (["-o", "naverphone.sip_domains:Evilnaver.COM"], True),
    (["-o", "naverphone.sip_domains:com"], True), (["-o", "naverphone.sip_domains:naver.com lnaver.com"], False),
    (["-o", "naverphone.server_networks:198.51.100.40/32"], True),
    (["-o", "naverphone.server_networks:198.51.100.41/32"], False),
])
def test_domains_and_networks_are_preferences(shark, options, ours):
    """A domain matches itself and its subdomains, but not other domains with the same suffix."""
    assert bool(shark.frames("sip-evil-domain", "naverphone", options=options)) == ours


def test_sip_in_our_domain_is_ours_at_any_server(shark):
    options = ["-o", "naverphone.server_networks:192.0.2.0/24"]
    assert shark.frames("sip-without-control", "naverphone.leg == 3", options=options) == [1, 2, 3, 4, 5, 6, 7, 28, 29]
    evidence = shark.column("sip-without-control", "naverphone.evidence.network", options=options)
    assert set(evidence) == {"0"}


@pytest.mark.parametrize("capture", ["documented-call", "recorded-call", "full-session-ipv6"])
def test_our_frames_have_leg_session_and_evidence(shark, capture):
    rows = shark.rows(capture, "naverphone.leg", "naverphone.session", "naverphone.evidence", two_pass=True)
    assert rows and all(leg and session == "1" and int(evidence, 16) for leg, session, evidence in rows)


def test_connection_joins_the_session_that_began_between_its_syn_and_its_syn_ack(shark, stage, two_pass):
    parts = [stage.new_capture(f"sessions-handshake-{part}.pcapng") for part in ("syn", "register", "rest")]
    for part, frames in zip(parts, (["1"], ["15-16"], ["2-14"])):
        subprocess.run(["editcap", "-r", stage.find("full-session"), part, *frames], check=True)
    begun = stage.new_capture("sessions-handshake.pcapng")
    subprocess.run(["mergecap", "-a", "-w", begun, *parts], check=True)
    begun.chmod(0o644)
    rows = shark.rows(begun, "frame.number", "naverphone.session", only="tcp.port == 10500", two_pass=two_pass)
    assert {session for _, session in rows[1:]} == {"1"}
    assert rows[0] == ("1", "1" if two_pass else "")
