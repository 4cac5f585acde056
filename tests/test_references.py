# SPDX-License-Identifier: GPL-2.0-or-later
"""Cross references: control messages with values that other legs contain."""

import sys
import xml.etree.ElementTree as xml

import pytest

from harness import CAPTURES

sys.path.insert(0, str(CAPTURES))
from maker.capture import Capture               # noqa: E402
from maker import http                          # noqa: E402
from maker.places import COLLECT, NAVER, STAND_IN   # noqa: E402
from maker.scenarios.control import (           # noqa: E402
    CALL_ID, CLIENT_ADDRESS, DIALLED, LOGIN_PASSWORD, LOGIN_USER, SIP_USER, reference_messages)
from maker.session import Session               # noqa: E402

NAME = "control-references"
WANTED = [found for _, found in reference_messages(Session(Capture()).call(COLLECT))]
FROM_SERVER = "naverphone.control.direction == 2 && naverphone.control.message > 1"


def references(shark, only, two_pass, capture=NAME) -> list:
    """The references of each frame: (kind, their bytes, the frame where the value was first seen)."""
    packets = xml.fromstring(shark.read(capture, "-Y", only, "-T", "pdml", two_pass=two_pass)).iterfind("packet")
    return [[reference(field) for field in packet.iter("field")
             if field.get("name") == "naverphone.control.refers_to"] for packet in packets]


def reference(field) -> tuple:
    [frame] = [child.get("show") for child in field if child.get("name") == "naverphone.control.refers_to.frame"]
    return int(field.get("show")), bytes.fromhex(field.get("value")), int(frame)


@pytest.fixture
def written(stage):
    """Writes a new capture."""
    def write(capture):
        path = stage.new_capture("references.pcapng")
        capture.write(path, "references")
        path.chmod(0o644)
        return path
    return write


def test_known_values_are_found_on_their_exact_bytes_only(shark, two_pass):
    found = references(shark, FROM_SERVER, two_pass)
    assert [[(kind, stands) for kind, stands, _ in message] for message in found] == WANTED


@pytest.mark.parametrize("kind, event", [(CLIENT_ADDRESS, 1), (SIP_USER, 30), (DIALLED, 40), (LOGIN_USER, 20),
                                         (LOGIN_PASSWORD, 20), (CALL_ID, 40)])
def test_value_is_known_from_the_first_frame_with_it(shark, kind, event, two_pass):
    first, *_ = shark.frames(NAME, f"naverphone.event == {event}")
    assert {frame for message in references(shark, FROM_SERVER, two_pass)
            for found, _, frame in message if found == kind} == {first}


def test_value_known_later_is_found_on_later_passes(shark):
    soon = "naverphone.control.text contains \"soon\""
    assert references(shark, soon, two_pass=False) == [[]]
    [invite] = shark.frames(NAME, "naverphone.event == 40")
    assert references(shark, soon, two_pass=True) == [[(DIALLED, COLLECT.encode(), invite)]]


def test_filter_selects_messages_with_references(shark):
    dialled = shark.frames(NAME, "naverphone.control.refers_to == \"Dialled number\"", two_pass=True)
    assert len(dialled) == 2


def test_number_of_several_calls_is_known_from_the_first(shark, written, two_pass):
    session = Session(Capture()).start()
    for number, marks in ((STAND_IN, "!"), (STAND_IN, "!!"), (COLLECT, "!!!")):      # lengths that match no framing
        session.call(number).whole()
        session.control.server_sends(f"call{marks} {STAND_IN}".encode())
    capture = written(session.capture)
    first, *_ = shark.frames(capture, "naverphone.event == 40")
    found = references(shark, "naverphone.control.text contains \"call\"", two_pass, capture)
    assert found == [[(DIALLED, STAND_IN.encode(), first)]] * 3


def test_late_invite_provides_the_dialled_number(shark, written, two_pass):
    session = Session(Capture()).start()
    call = session.call()
    with session.capture.meanwhile(after=1):
        call.dial(trying=False)
    with session.capture.lost():
        call.answer()
    call.inform()
    session.control.server_sends(f"call {STAND_IN} {call.call_id}".encode())
    session.capture.wait(2)
    session.control.server_sends(f"call {STAND_IN} {call.call_id}".encode())
    capture = written(session.capture)
    [invite], [inform] = (shark.frames(capture, f"naverphone.event == {event}") for event in (40, 45))
    named = (DIALLED, STAND_IN.encode(), invite)
    found = [[hit for hit in message if hit[0] in (DIALLED, CALL_ID)]
             for message in references(shark, "naverphone.control.text contains \"call\"", two_pass, capture)]
    known = (CALL_ID, call.call_id.encode(), inform)
    assert inform < invite
    assert found == [[named, known] if two_pass else [known], [named, known]]


@pytest.mark.parametrize("count, wanted", [(64, "sent and decoded"), (128, "decoded"), (129, "")])
def test_login_parameter_of_up_to_128_bytes_is_known(shark, written, two_pass, count, wanted):
    value = bytes((7 * number + 1) % 256 for number in range(count))
    session = Session(Capture()).connect()
    query = http.parameters(id=value.hex())
    session.log_in(http.request("GET", f"{http.LOGIN_PATH}?{query}", f"{NAVER.login_host}:{NAVER.login.port}"))
    session.control.server_sends(b"\x01\x00" + value + b"\x00")
    session.control.server_sends(f"id {value.hex()}".encode())
    capture = written(session.capture)
    found = references(shark, FROM_SERVER, two_pass, capture)
    stands = [[bytes_of for kind, bytes_of, _ in message if kind == LOGIN_USER] for message in found]
    assert stands == [[value] if "decoded" in wanted else [], [value.hex().encode()] if "sent" in wanted else []]
