# SPDX-License-Identifier: GPL-2.0-or-later
"""Cross references: control messages that say what other legs said."""

import sys
import xml.etree.ElementTree as xml

import pytest

from harness import CAPTURES

sys.path.insert(0, str(CAPTURES))
from maker.capture import Capture               # noqa: E402
from maker.places import COLLECT                # noqa: E402
from maker.scenarios.control import (           # noqa: E402
    CALL_ID, CLIENT_ADDRESS, DIALLED, LOGIN_PASSWORD, LOGIN_USER, SIP_USER, reference_messages)
from maker.session import Session               # noqa: E402

PASSES = pytest.mark.parametrize("two_pass", [False, True], ids=["one pass", "two passes"])
NAME = "control-references"
WANTED = [found for _, found in reference_messages(Session(Capture()).call(COLLECT))]
FROM_SERVER = "naverphone.control.direction == 2 && naverphone.control.message > 1"


def references(shark, only, two_pass) -> list:
    """The references of each frame: (kind, the bytes they stand on, the frame they are known from)."""
    packets = xml.fromstring(shark.read(NAME, "-Y", only, "-T", "pdml", two_pass=two_pass)).iterfind("packet")
    return [[reference(field) for field in packet.iter("field")
             if field.get("name") == "naverphone.control.refers_to"] for packet in packets]


def reference(field) -> tuple:
    [frame] = [child.get("show") for child in field if child.get("name") == "naverphone.control.refers_to.frame"]
    return int(field.get("show")), bytes.fromhex(field.get("value")), int(frame)


@PASSES
def test_each_known_value_is_found_on_its_exact_bytes_and_nothing_by_chance(shark, two_pass):
    found = references(shark, FROM_SERVER, two_pass)
    assert [[(kind, stands) for kind, stands, _ in message] for message in found] == WANTED


@PASSES
@pytest.mark.parametrize("kind, event", [(CLIENT_ADDRESS, 1), (SIP_USER, 30), (DIALLED, 40), (LOGIN_USER, 20),
                                         (LOGIN_PASSWORD, 20), (CALL_ID, 40)])
def test_a_value_is_known_from_the_first_frame_that_says_it(shark, kind, event, two_pass):
    first, *_ = shark.frames(NAME, f"naverphone.event == {event}")
    assert {frame for message in references(shark, FROM_SERVER, two_pass)
            for found, _, frame in message if found == kind} == {first}


def test_a_value_that_is_known_later_is_found_on_later_passes(shark):
    soon = "naverphone.control.text contains \"soon\""
    assert references(shark, soon, two_pass=False) == [[]]
    [invite] = shark.frames(NAME, "naverphone.event == 40")
    assert references(shark, soon, two_pass=True) == [[(DIALLED, COLLECT.encode(), invite)]]


def test_a_filter_picks_the_messages_that_refer_to_something(shark):
    dialled = shark.frames(NAME, "naverphone.control.refers_to == \"Dialled number\"", two_pass=True)
    assert len(dialled) == 2
