# SPDX-License-Identifier: GPL-2.0-or-later
"""The control connection: evidence, events, and how its payload is shown."""

import pytest

PORT, NETWORK, PEER, USER = 0x01, 0x02, 0x10, 0x20
DECODE_AS = ("-d", "tcp.port==12000,naverphone")
CONTROL = "naverphone.leg == 1"

CONNECT, ACCEPT, ESTABLISHED, MESSAGE, CLIENT_CLOSES, SERVER_CLOSES, CLOSED, RESET = range(1, 9)
OPENED = {1: [CONNECT], 2: [ACCEPT], 3: [ESTABLISHED]}
GREETED = OPENED | {4: [MESSAGE], 6: [MESSAGE]}
CLOSED_BY_CLIENT = {8: [CLIENT_CLOSES], 10: [SERVER_CLOSES], 11: [CLOSED]}

EVENTS = {
    "control-server-closes": GREETED | {8: [SERVER_CLOSES], 10: [CLIENT_CLOSES], 11: [CLOSED]},
    "control-network-http": GREETED | CLOSED_BY_CLIENT,
    "control-fin-with-data": GREETED | {8: [MESSAGE, CLIENT_CLOSES], 10: [MESSAGE, SERVER_CLOSES], 11: [CLOSED]},
    "control-half-closed": GREETED | {8: [CLIENT_CLOSES], 10: [MESSAGE], 12: [SERVER_CLOSES], 13: [CLOSED]},
    "control-simultaneous-close": GREETED | {8: [CLIENT_CLOSES], 9: [SERVER_CLOSES], 11: [CLOSED]},
    "control-reset": GREETED | {8: [RESET]},
    "control-reset-after-fin": GREETED | {8: [CLIENT_CLOSES], 9: [RESET]},
    "control-reset-in-call": GREETED | {42: [RESET]},
    "control-refused": {1: [CONNECT], 2: [RESET]},
    "control-retransmissions": {1: [CONNECT], 3: [ACCEPT], 5: [ESTABLISHED], 6: [MESSAGE], 9: [MESSAGE],
                                12: [CLIENT_CLOSES], 15: [SERVER_CLOSES], 17: [CLOSED]},
    "control-midstream": {1: [MESSAGE], 3: [MESSAGE], 5: [MESSAGE], 7: [MESSAGE], 9: [CLIENT_CLOSES],
                          11: [SERVER_CLOSES], 12: [CLOSED]},
    "control-midstream-syn-ack": {1: [ACCEPT], 2: [ESTABLISHED], 3: [MESSAGE], 5: [MESSAGE], 7: [CLIENT_CLOSES],
                                  9: [SERVER_CLOSES], 10: [CLOSED]},
    "control-syn-ack-missed": {1: [CONNECT], 2: [ESTABLISHED], 3: [MESSAGE], 5: [MESSAGE], 7: [CLIENT_CLOSES],
                               9: [SERVER_CLOSES], 10: [CLOSED]},
    "control-server-late": {1: [CONNECT], 2: [ESTABLISHED], 3: [ACCEPT], 4: [MESSAGE], 7: [MESSAGE],
                            8: [CLIENT_CLOSES], 11: [SERVER_CLOSES, CLOSED]},
    "control-client-late": {1: [ACCEPT], 2: [CONNECT], 3: [ESTABLISHED], 5: [MESSAGE], 6: [MESSAGE],
                            9: [CLIENT_CLOSES], 10: [SERVER_CLOSES], 11: [CLOSED]},
    "control-fast-open-refused": {1: [CONNECT, MESSAGE], 2: [ACCEPT], 3: [ESTABLISHED], 5: [CLIENT_CLOSES],
                                  7: [SERVER_CLOSES], 8: [CLOSED]},
    "control-midstream-fin": {1: [CLIENT_CLOSES], 3: [SERVER_CLOSES], 4: [CLOSED]},
    "control-gap-before-fin": GREETED | {8: [CLIENT_CLOSES], 10: [SERVER_CLOSES], 11: [CLOSED]},
    "control-two-in-row": {first + frame: events for first in (0, 11)
                           for frame, events in (GREETED | CLOSED_BY_CLIENT).items()},
    "control-stray-reset": GREETED | {9: [MESSAGE], 11: [MESSAGE], 14: [MESSAGE], 16: [MESSAGE], 18: [CLIENT_CLOSES],
                                      20: [SERVER_CLOSES], 21: [CLOSED]},
    "control-known-client": {2 + frame: events for frame, events in (GREETED | CLOSED_BY_CLIENT).items()},
    "logout-in-call": GREETED | {42: [CLIENT_CLOSES], 44: [SERVER_CLOSES], 45: [CLOSED]},
}

def events(shark, capture, **how) -> dict:
    """Frame number → events of the control connection."""
    rows = shark.rows(capture, "frame.number", "naverphone.event", only=f"{CONTROL} && naverphone.event", **how)
    return {int(frame): [int(event) for event in found.split(",")] for frame, found in rows}


def evidence(shark, capture, **how) -> set:
    """The evidence bits of the control connection's frames."""
    return {int(bits, 16) for bits in shark.column(capture, "naverphone.evidence", **{"only": CONTROL, **how})}


# ---- connection life ------------------------------------------------------------------------------

@pytest.mark.parametrize("capture", EVENTS)
def test_each_event_stands_once_and_on_its_own_frame(shark, capture):
    assert events(shark, capture, two_pass=True) == EVENTS[capture]


@pytest.mark.parametrize("option", ["tcp.no_subdissector_on_error:FALSE", "tcp.no_subdissector_on_error:TRUE",
                                    "tcp.reassemble_out_of_order:TRUE"])
def test_a_late_segment_is_a_message_where_it_came_whether_tcp_hands_it_on_or_not(shark, option, two_pass):
    how = {"options": ("-o", option), "two_pass": two_pass}
    assert events(shark, "control-out-of-order", **how) == GREETED | {
        8: [MESSAGE], 9: [MESSAGE], 10: [MESSAGE], 12: [CLIENT_CLOSES], 14: [SERVER_CLOSES], 15: [CLOSED]}
    assert shark.column("control-out-of-order", "naverphone.control.length", only="frame.number in {8..10}",
                        **how) == ["20", "20", "20"]


def test_a_frame_without_fin_closes_nothing(shark):
    assert shark.frames("control-fin-missed", "naverphone.event in {5, 6} && tcp.flags.fin == 0") == []


@pytest.mark.parametrize("capture", ["control-server-closes", "control-reset", "control-retransmissions",
                                     "control-out-of-order", "control-midstream", "control-fin-with-data"])
def test_every_frame_of_the_connection_belongs_to_the_session(shark, capture):
    rows = shark.rows(capture, "naverphone.leg", "naverphone.session", "naverphone.client", only="tcp",
                      two_pass=True)
    assert set(rows) == {("1", "1", "220.69.240.206")}


@pytest.mark.parametrize("option", ["tcp.no_subdissector_on_error:FALSE", "tcp.analyze_sequence_numbers:FALSE",
                                    "tcp.relative_sequence_numbers:FALSE", "tcp.reassemble_out_of_order:TRUE"])
def test_retransmitted_payload_is_no_second_message_whatever_tcp_is_told_to_do(shark, option):
    assert shark.frames("control-retransmissions", "naverphone.event == 4", options=("-o", option)) == [6, 9]


def test_the_info_column_is_never_empty(shark):
    rows = shark.list_columns("control-retransmissions", options=("-o", "tcp.analyze_sequence_numbers:FALSE"))
    assert all(info for _, info in rows)


CLOSING = {  # connect frame, logout frame, frame of the end
    "control-server-closes": (1, 8, 11), "control-fin-with-data": (1, 8, 11), "control-half-closed": (1, 8, 13),
    "control-reset": (1, 8, 8), "control-reset-after-fin": (1, 8, 9), "control-refused": (1, 2, 2),
    "control-reset-in-call": (1, 42, 42), "logout-in-call": (1, 42, 45), "control-known-client": (3, 10, 13),
}


@pytest.mark.parametrize("capture", CLOSING)
def test_connect_frame_logout_frame_and_duration(shark, capture):
    connect, logout, closed = CLOSING[capture]
    times = [float(time) for time in shark.column(capture, "frame.time_relative", only="frame")]
    for frame, *links, duration in shark.rows(capture, "frame.number", "naverphone.control.connect_frame",
                                              "naverphone.control.logout_frame", "naverphone.session.logout_frame",
                                              "naverphone.control.duration", only=CONTROL, two_pass=False):
        told = str(logout) if int(frame) >= logout else ""
        assert links == [str(connect), told, told]
        if int(frame) >= closed:
            assert float(duration) == pytest.approx(times[closed - 1] - times[connect - 1])
        else:
            assert duration == ""


@pytest.mark.parametrize("capture", CLOSING)
def test_later_passes_add_the_logout_frame_to_all_and_the_duration_to_the_closing_frames(shark, capture):
    connect, logout, closed = CLOSING[capture]
    rows = shark.rows(capture, "naverphone.control.connect_frame", "naverphone.control.logout_frame", only=CONTROL,
                      two_pass=True)
    assert set(rows) == {(str(connect), str(logout))}
    closing = [frame for frame, found in EVENTS[capture].items() if set(found) & {5, 6, 7, 8}]
    with_duration = shark.frames(capture, "naverphone.control.duration", two_pass=True)
    assert set(closing) <= set(with_duration) and min(with_duration) == logout and closed in with_duration


@pytest.mark.parametrize("capture", ["control-midstream", "control-midstream-syn-ack"])
def test_without_the_syn_there_is_no_connect_frame_and_no_duration(shark, capture):
    assert shark.frames(capture, "naverphone.control.connect_frame || naverphone.control.duration",
                        two_pass=True) == []


EXPERTS = {
    "control-server-closes": [(8, "naverphone.session.logout")],
    "control-fin-with-data": [(8, "naverphone.session.logout")],
    "control-retransmissions": [(12, "naverphone.session.logout")],
    "control-two-in-row": [(8, "naverphone.session.logout"), (19, "naverphone.session.logout")],
    "control-reset": [(8, "naverphone.control.reset")],
    "control-refused": [(2, "naverphone.control.reset")],
    "control-reset-after-fin": [(8, "naverphone.session.logout"), (9, "naverphone.control.reset")],
    "control-reset-in-call": [(42, "naverphone.control.reset"), (42, "naverphone.session.logout_in_call")],
    "logout-in-call": [(42, "naverphone.session.logout"), (42, "naverphone.session.logout_in_call")],
    "full-session": [(44, "naverphone.session.logout")],
}


@pytest.mark.parametrize("capture", EXPERTS)
def test_the_end_of_the_connection_has_its_expert_items(shark, capture):
    assert [(frame, item) for frame, item in shark.experts(capture, two_pass=True)
            if item.startswith(("naverphone.control.", "naverphone.session.logout"))] == EXPERTS[capture]


# ---- evidence -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("capture, bits", [
    ("control-reset", PORT | NETWORK), ("control-network-http", PORT | NETWORK), ("control-midstream", PORT | NETWORK),
    ("control-known-client", PORT | PEER), ("control-port-only", PORT)])
def test_the_evidence_says_why_it_is_taken(shark, capture, bits):
    assert evidence(shark, capture, two_pass=True) == {bits}


@pytest.mark.parametrize("flag, bit", [("port", PORT), ("network", NETWORK), ("host", 0x04), ("domain", 0x08),
                                       ("peer", PEER)])
def test_an_evidence_flag_is_its_bit(shark, flag, bit):
    rows = [row for capture in ("control-known-client", "login-without-sip")
            for row in shark.rows(capture, "naverphone.evidence", f"naverphone.evidence.{flag}")]
    assert {shown for _, shown in rows} == {"0", "1"}
    assert all(bool(int(bits, 16) & bit) == (shown == "1") for bits, shown in rows)


def test_a_second_connection_to_the_same_server_has_the_first_as_evidence(shark):
    assert [evidence(shark, "control-two-in-row", only=f"naverphone.session == {number}") for number in (1, 2)] == [
        {PORT | NETWORK}, {PORT | NETWORK | PEER}]


@pytest.mark.parametrize("capture", ["control-network-http", "control-known-client"])
def test_on_address_evidence_it_is_claimed_from_its_syn_on_and_whatever_its_payload(shark, capture):
    assert shark.frames(capture, CONTROL) == shark.frames(capture, "tcp")
    assert shark.frames(capture, "http") == []


def test_on_port_evidence_alone_its_handshake_is_claimed_on_later_passes_only(shark):
    assert shark.frames("control-port-only", "naverphone", two_pass=False) == list(range(4, 12))
    assert shark.frames("control-port-only", "naverphone", two_pass=True) == list(range(1, 12))
    assert events(shark, "control-port-only", two_pass=True) == GREETED | CLOSED_BY_CLIENT
    one, two = (shark.rows("control-port-only", "naverphone.session.state", "naverphone.control.connect_frame",
                           two_pass=two_pass, only="frame.number in {4, 11}") for two_pass in (False, True))
    assert one == two == [("2", "1"), ("6", "1")]


@pytest.mark.parametrize("capture", ["control-port-only-http", "control-port-only-tls", "control-port-only-ssh",
                                     "control-client-port", "control-other-port"])
def test_what_is_another_protocols_or_has_no_server_port_of_ours_is_not_taken(shark, bare, capture):
    assert shark.frames(capture, "naverphone", two_pass=True) == []
    ours, theirs = (wireshark.column(capture, "frame.protocols", only="frame", two_pass=True)
                    for wireshark in (shark, bare))
    assert ours == theirs


def test_with_accept_port_alone_off_the_port_needs_further_evidence(shark, two_pass):
    off = ("-o", "naverphone.accept_port_alone:FALSE")
    assert shark.frames("control-port-only", "naverphone", options=off, two_pass=two_pass) == []
    for capture in ("control-reset", "control-known-client"):
        assert events(shark, capture, options=off, two_pass=two_pass) == EVENTS[capture]


def test_the_preference_control_ports_says_which_port_is_the_servers(shark, two_pass):
    options = ("-o", "naverphone.control_ports:4711")
    assert shark.frames("control-reset", "naverphone", options=options, two_pass=two_pass) == []
    assert events(shark, "control-client-port", options=options, two_pass=True) == GREETED | CLOSED_BY_CLIENT
    assert set(shark.column("control-client-port", "naverphone.control.direction", options=options, two_pass=two_pass,
                            only="tcp.srcport == 10500 && tcp.len > 0")) == {"1"}


@pytest.mark.parametrize("capture, option", [("control-other-port", DECODE_AS),
                                             ("control-port-only-http", ("-d", "tcp.port==10500,naverphone"))])
def test_decode_as_claims_every_frame_whatever_the_payload(shark, capture, option, two_pass):
    how = {"options": option, "two_pass": two_pass}
    assert shark.frames(capture, CONTROL, **how) == list(range(1, 12))
    assert events(shark, capture, **how) == GREETED | CLOSED_BY_CLIENT
    assert shark.frames(capture, "http", **how) == []
    (bits,) = evidence(shark, capture, **how)
    assert bits & ~PORT == USER
    assert set(shark.column(capture, "naverphone.evidence.user", **how)) == {"1"}


# ---- payload ------------------------------------------------------------------------------------------

KOREAN = "네이버폰에 오신 것을 환영합니다"
TEXT, BINARY, HIGH_ENTROPY = "1", "2", "3"
UP, DOWN = "1", "2"
PAYLOADS = [(way, str(number), content, str(length), text)
            for way, ping in ((UP, r"ping up\r\n"), (DOWN, r"ping down\r\n"))
            for number, (content, length, text) in enumerate([
                (TEXT, 45, KOREAN), (TEXT, 31, KOREAN), (TEXT, len(ping) - 2, ping), (BINARY, 72, ""),
                (HIGH_ENTROPY, 512, "")], 1)]


def test_payload_is_measured_and_shown_as_text_where_it_is_text(shark):
    fields = [f"naverphone.control.{name}" for name in ("direction", "message", "content", "length", "text")]
    assert shark.rows("control-text", *fields, only="naverphone.control.payload", two_pass=True) == PAYLOADS


@pytest.mark.parametrize("capture", ["control-text", "control-network-http", "control-port-only",
                                     "control-fin-with-data"])
def test_the_payload_field_has_the_bytes_of_the_segment(shark, bare, capture):
    shown = shark.rows(capture, "frame.number", "naverphone.control.payload", only="tcp.len > 0", two_pass=True)
    assert shown == bare.rows(capture, "frame.number", "tcp.payload", only="tcp.len > 0")


def test_a_frame_without_payload_has_no_payload_fields(shark):
    fields = " || ".join(f"naverphone.control.{name}"
                         for name in ("payload", "length", "content", "direction", "message", "text"))
    assert shark.frames("control-text", f"tcp.len == 0 && ({fields})", two_pass=True) == []


def test_messages_are_numbered_within_their_direction(shark):
    rows = shark.rows("login-without-sip", "naverphone.control.direction", "naverphone.control.message",
                      only="naverphone.control.message", two_pass=True)
    assert rows == [(UP, "1"), (DOWN, "1"), (UP, "2"), (DOWN, "2")]


# ---- columns ------------------------------------------------------------------------------------------

def test_the_columns_say_what_a_control_frame_does(shark):
    rows = shark.list_columns("control-fin-with-data", two_pass=True)
    assert {protocol for protocol, _ in rows} == {"NaverPhone"}
    assert [info.partition(": ")[0] for _, info in rows if "[ACK] Seq" not in info or ": " in info] == [
        "Connect", "Accept", "Established",
        "Control message 1, client to server, 24 bytes", "Control message 1, server to client, 40 bytes",
        "Control message 2, client to server, 16 bytes, Client closes",
        "Control message 2, server to client, 16 bytes, Server closes", "Closed"]


@pytest.mark.parametrize("capture", ["control-reset", "control-server-closes", "control-retransmissions"])
def test_the_words_of_tcp_stay_behind_ours_where_there_is_no_payload(shark, bare, capture):
    ours, theirs = (wireshark.list_columns(capture, only="tcp.len == 0", two_pass=True)
                    for wireshark in (shark, bare))
    assert all(our == their or our.endswith(f": {their}")
               for (_, our), (_, their) in zip(ours, theirs, strict=True))


# ---- what fuzzing found ----------------------------------------------------------------------------------

def test_payload_from_before_the_connection_was_accepted_has_its_direction(shark):
    # Only 4.0 hands the payload of frame 2 to the plugin in a second pass.
    assert set(shark.column("control-unaccepted-payload", "naverphone.control.direction",
                            only="naverphone.control.direction", two_pass=True)) == {"1"}


def test_http_that_begins_what_is_seen_of_a_connection_stays_http_whoever_was_asked_first(shark, bare):
    # libwireshark tries the last matching heuristic first: after the opaque payload, that is ours.
    frames = shark.frames("control-http-midstream", "http", two_pass=True)
    assert frames == bare.frames("control-http-midstream", "http") and len(frames) == 2
