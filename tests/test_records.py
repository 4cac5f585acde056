# SPDX-License-Identifier: GPL-2.0-or-later
"""Each frame keeps what was decided for it, wherever it stands among others, and however far from what it shares."""

import sys

import pytest
from scapy.utils import RawPcapNgReader

from harness import ROOT

sys.path.insert(0, str(ROOT / "tests" / "fuzz"))

import bounds   # noqa: E402

CAPTURE = "call-complete"
FIELDS = ("naverphone.leg", "naverphone.event", "naverphone.session", "naverphone.call", "naverphone.media.phase",
          "naverphone.media.first_frame")
NOBODYS = bytes(12) + b"\x08\x06" + bytes(46)       # an empty ARP frame
SEARCHED = 255                      # of a stream's records, as many are looked through (MOST_RECORDS in plugin/media.c)
START, MEDIA = "60", "61"
CONNECTING, IN_CALL = "1", "5"
PASSES = pytest.mark.parametrize("two_pass", [False, True], ids=["one pass", "two passes"])


@pytest.fixture
def original(stage):
    """The frames of CAPTURE."""
    return [frame for frame, _ in RawPcapNgReader(stage.find(CAPTURE))]


def shown(shark, capture, **how):
    """What is shown of each frame of ours; the first of its stream by its place among them."""
    rows = shark.rows(capture, "frame.number", *FIELDS, **how)
    places = {row[0]: place for place, row in enumerate(rows)}
    return [(*row[1:-1], places.get(row[-1])) for row in rows]


def is_rtp(frame):
    return frame[23] == 17 and frame[42] >> 6 == 2


@PASSES
def test_frames_with_thousands_of_others_between_them_show_what_they_showed(shark, original, forged, two_pass):
    sparse = forged(data for frame in original for data in [frame] + [NOBODYS] * 300)
    assert shown(shark, sparse, two_pass=two_pass) == shown(shark, CAPTURE, two_pass=two_pass)


@PASSES
def test_media_behind_thousands_of_retransmissions_are_still_of_their_call(shark, original, forged, two_pass):
    """They share the record of the media before, far from those of the frames around."""
    ringing = next(frame for frame in original if b"SIP/2.0 180 " in frame)
    tenth = [number for number, frame in enumerate(original) if is_rtp(frame)][9]
    *media, last = original[tenth:]
    capture = forged([*original[:tenth], *[ringing] * 5000, *media, *[NOBODYS] * 5000, last])
    of_media = {"only": "naverphone.leg == 4", "two_pass": two_pass}
    assert shown(shark, capture, **of_media) == shown(shark, CAPTURE, **of_media)
    signalling = shark.frames(capture, "naverphone.leg == 3", two_pass=two_pass)
    assert len(signalling) > 5000 and signalling == shark.frames(capture, "sip")


@PASSES
def test_a_stream_whose_session_changed_its_state_again_and_again_tells_each_packets_state(shark, forged, two_pass):
    cycles = SEARCHED // 2 + 20
    *found, = shark.rows(forged(bounds.states(7 * cycles)), "naverphone.session.state", "naverphone.event",
                         "naverphone.media.first_frame", only="rtp", two_pass=two_pass)
    states = ([IN_CALL] * 2 + [CONNECTING] * 2) * cycles
    events = [START] + [MEDIA] * (len(states) - 1)
    assert [(state, event) for state, event, _ in found] == list(zip(states, events))
    assert len({first for *_, first in found}) == 1


@PASSES
def test_each_of_a_hundred_sip_messages_in_a_frame_is_shown(shark, forged, two_pass):
    registers = b"".join(bounds.sip("REGISTER", number, "register").replace(b"CSeq: 1 ", b"CSeq: %d " % number)
                         for number in range(1, 101))
    ((events,),) = shark.rows(forged(bounds.stream(bounds.SIP, registers, 1)), "naverphone.event", only="naverphone",
                              two_pass=two_pass)
    assert events.split(",") == ["30"] * 100


def test_a_frame_that_a_read_filter_drops_leaves_nothing_to_the_next_of_its_number(shark):
    kept = shown(shark, CAPTURE, options=("-R", "rtp"), two_pass=True)
    assert kept == shown(shark, CAPTURE, only="rtp", two_pass=True) and len(kept) == 40
