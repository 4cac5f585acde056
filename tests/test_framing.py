# SPDX-License-Identifier: GPL-2.0-or-later
"""The streams of the control connection: set or inferred framings, and the messages they contain."""

import functools
import re
import subprocess
import sys
from typing import NamedTuple

import pytest

from harness import CAPTURES, complaints_in

sys.path.insert(0, str(CAPTURES))
from maker.scenarios.framing import CHANGES, COUNT, FEW, LATE, MISSED, sent, sent_with_change    # noqa: E402

UP, DOWN = "1", "2"
SURE = 0.9      # one pass is less sure of a framing while later bytes may refute it
USER, INFERRED, SEGMENT = "1", "2", "3"
LOST = "naverphone.control.framing_lost"
PAYLOAD = "naverphone.control.direction"
FIRST_LATE = 3 + 2 * LATE + 1       # the first frame after the handshake and LATE messages each way

TRUE = {    # of both directions
    "framing-u16be": "u16be@0+2", "framing-u16le": "u16le@0+2", "framing-u16be-at-2": "u16be@2+4",
    "framing-u16le-whole": "u16le@4+0", "framing-u16be-less": "u16be@2-2", "framing-u32be": "u32be@0+4",
    "framing-u32le": "u32le@0+4", "framing-u32be-at-4": "u32be@4+8", "framing-u32be-at-8": "u32be@8+24",
    "framing-u8": "u8@1+2", "framing-u8-at-2": "u8@2+8", "framing-fixed": "fixed 16", "framing-crlf": "lines crlf",
    "framing-lf": "lines lf", "framing-nul": "nul", "framing-u24le": "u24le@0+4", "framing-u24be": "u24be@0+9",
    "framing-alone": "u16be@2+4", "framing-four-at-once": "u16be@2+4", "framing-cut-anywhere": "u16be@2+4",
    "framing-in-three": "u16be@2+4", "framing-retransmitted": "u16be@2+4",
}
FOUND = {capture: (framing, framing) for capture, framing in TRUE.items() if capture != "framing-u24be"} | {
    "framing-u24le": ("u16le@0+4", "u16le@0+4"),    # equivalent if the upper byte is always zero, and more common
    "framing-two-kinds": ("u16be@2+4", "u32le@0+4"),
}
DAMAGED = {     # the first frames that tell that a hole will not be filled, or those with garbage
    "framing-hole": [FIRST_LATE + 1, FIRST_LATE + 2], "framing-torn": [FIRST_LATE + 4, FIRST_LATE + 5],
    "framing-garbage": [FIRST_LATE, FIRST_LATE + 2], "framing-garbage-u32be": [FIRST_LATE, FIRST_LATE + 2],
    "framing-garbage-split": [FIRST_LATE + 1, FIRST_LATE + 4],
}


def fields(*names) -> list:
    return [f"naverphone.control.{name}" for name in names]


def row(framing, header=0, type_at=(0, 0), sequence_at=(0, 0), order="be", network="222.122.50.0/24", port=10500):
    """The option that adds a row to the user's table of framings."""
    cells = (network, port, framing, header, *type_at, *sequence_at, order)
    return "-o", "uat:naverphone_control_framing:" + ",".join(f'"{cell}"' for cell in cells)


def name(direction, kind, text):
    """The option that adds a row to the user's table of message names."""
    return "-o", f'uat:naverphone_control_messages:"{direction}","{kind}","{text}"'


def numbered(*ways) -> list:
    """(direction, number, length, bytes) of each message of both directions, as returned by shown()."""
    return [(way, str(number), str(len(message)), message.hex())
            for way, messages in zip((UP, DOWN), ways) for number, message in enumerate(messages, 1)]


class Frame(NamedTuple):
    """The values of a frame with payload. Several values are joined by commas."""
    number: str
    way: str
    messages: str
    lengths: str
    payloads: str
    first_frame: str
    framing: str
    origin: str
    confidence: str
    reassembled_in: str


@functools.cache
def by_frame(shark, capture, two_pass=True, options=(), only=PAYLOAD) -> list:
    names = fields("direction", "message", "length", "payload", "first_frame", "framing", "framing_origin",
                   "confidence", "reassembled_in")
    return [Frame(*cells) for cells in shark.rows(capture, "frame.number", *names, only=only, options=options,
                                                  two_pass=two_pass)]


def shown(shark, capture, **how) -> list:
    """The messages, the client's first."""
    found = [(frame.way, *message) for frame in by_frame(shark, capture, **how) if frame.messages
             for message in zip(*(cell.split(",") for cell in frame[2:5]), strict=True)]
    return sorted(found, key=lambda message: message[0])


def values(shark, capture, field, way, options) -> list:
    """The values of a field in one direction, in order."""
    found = shark.column(capture, f"naverphone.control.{field}", options=options, only=f"{PAYLOAD} == {way}")
    return [value for cell in found if cell for value in cell.split(",")]


def cuttings(shark, capture, way, **how) -> list:
    """(framing, origin) of each frame with payload in one direction."""
    return [(frame.framing, frame.origin) for frame in by_frame(shark, capture, **how) if frame.way == way]


def new_payload(bare, capture) -> list:
    """The frames with bytes that no earlier frame had."""
    frames, highest = [], {}
    for frame, port, sequence, length in bare.rows(capture, "frame.number", "tcp.srcport", "tcp.seq_raw", "tcp.len",
                                                   only="tcp.len > 0"):
        if int(sequence) + int(length) > highest.get(port, 0):
            frames.append(int(frame))
            highest[port] = int(sequence) + int(length)
    return frames


# ---- inference -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("capture", FOUND)
def test_later_passes_show_the_inferred_framing_on_all_frames(shark, capture):
    assert [set(cuttings(shark, capture, way, two_pass=True)) for way in (UP, DOWN)] == [
        {(framing, INFERRED)} for framing in FOUND[capture]]


@pytest.mark.parametrize("capture", FOUND)
def test_an_inferred_framing_is_sure(shark, capture):
    assert all(0.9 <= float(frame.confidence) <= 1 for frame in by_frame(shark, capture, two_pass=True))
    assert shark.frames(capture, "naverphone.control.confidence < 0.9", two_pass=True) == []


@pytest.mark.parametrize("capture", FOUND)
def test_one_pass_shows_segments_up_to_the_decision_and_the_framing_from_then_on(shark, capture):
    for way, framing in zip((UP, DOWN), FOUND[capture]):
        found = cuttings(shark, capture, way, two_pass=False)
        before = found.count(("segment", SEGMENT))
        assert found == [("segment", SEGMENT)] * before + [(framing, INFERRED)] * (len(found) - before)
        assert 0 < before < len(found)


@pytest.mark.parametrize("capture", [*FOUND, *DAMAGED, "framing-swapped", "framing-midstream"])
def test_from_the_decision_on_one_pass_and_two_show_the_same_messages(shark, capture):
    one, two = (by_frame(shark, capture, two_pass=two_pass) for two_pass in (False, True))
    decided = [(once[:-2], again[:-2]) for once, again in zip(one, two, strict=True) if once.origin == INFERRED]
    assert {frame.way for frame in one if frame.origin == INFERRED} == {UP, DOWN}
    assert all(once == again for once, again in decided)
    assert all(once.confidence == again.confidence for once, again in zip(one, two) if float(once.confidence) >= SURE)


@pytest.mark.parametrize("capture", FOUND)
def test_later_passes_show_every_message_as_it_was_sent(shark, capture):
    assert shown(shark, capture, two_pass=True) == numbered(*sent(capture))


@pytest.mark.parametrize("capture", FOUND)
def test_a_stream_that_fits_its_framing_loses_it_nowhere(shark, capture):
    assert shark.frames(capture, LOST, two_pass=True) == []


def test_strings_of_one_length_are_no_fixed_size(shark):
    for way in (UP, DOWN):
        assert set(cuttings(shark, "framing-nul-alike", way, two_pass=True)) == {("nul", INFERRED)}
    assert shown(shark, "framing-nul-alike", two_pass=True) == numbered(*sent("framing-nul-alike"))


# ---- frames and messages -------------------------------------------------------------------------------

def spans(bare, capture) -> list:
    """(direction, first frame, last frame) of each message, derived from the segments' bytes."""
    found = []
    for way, port, messages in zip((UP, DOWN), (50023, 10500), sent(capture)):
        segments = bare.rows(capture, "frame.number", "tcp.len", only=f"tcp.srcport == {port} && tcp.len > 0")
        frames = [int(frame) for frame, length in segments for _ in range(int(length))]
        at = 0
        for message in messages:
            found.append((way, frames[at], frames[at + len(message) - 1]))
            at += len(message)
    return found


@pytest.mark.parametrize("capture", ["framing-cut-anywhere", "framing-in-three"])
def test_a_message_is_shown_where_it_ends_and_names_the_frame_where_it_begins(shark, bare, capture):
    expected = [(way, last, str(first) if first < last else "") for way, first, last in spans(bare, capture)]
    found = []
    for frame in by_frame(shark, capture, two_pass=True):
        firsts = [frame.first_frame] + [""] * frame.messages.count(",")     # only the first can begin earlier
        found += [(frame.way, int(frame.number), first) for first in firsts if frame.messages]
    assert sorted(found, key=lambda message: message[0]) == expected
    assert {first == "" for _, _, first in expected} == ({False} if capture == "framing-in-three" else {False, True})


@pytest.mark.parametrize("capture", ["framing-cut-anywhere", "framing-in-three"])
def test_a_frame_whose_last_message_ends_later_names_the_frame_where(shark, bare, capture):
    ends = {(way, frame): str(last) for way, first, last in spans(bare, capture) for frame in range(first, last)}
    found = [(frame, frame.reassembled_in) for frame in by_frame(shark, capture, two_pass=True)]
    assert [later for _, later in found] == [ends.get((frame.way, int(frame.number)), "") for frame, _ in found]
    assert any(later for _, later in found)


@pytest.mark.parametrize("capture", [*DAMAGED, "framing-cut-anywhere", "framing-in-three", "framing-retransmitted",
                                     "framing-midstream"])
def test_each_frame_with_new_payload_has_the_event_once_also_inside_a_message(shark, bare, capture):
    rows = shark.rows(capture, "frame.number", "naverphone.event", only="naverphone.event == 4", two_pass=True)
    assert rows == [(str(frame), "4") for frame in new_payload(bare, capture)]


def test_a_retransmission_has_no_message(shark, bare):
    again = shark.frames("framing-retransmitted", f"tcp.len > 0 && !({PAYLOAD} && naverphone.control.message)",
                         two_pass=True)
    with_payload = bare.frames("framing-retransmitted", "tcp.len > 0")
    assert sorted(again + new_payload(bare, "framing-retransmitted")) == with_payload
    assert len(again) == 10


# ---- what is missing, late or foreign ------------------------------------------------------------------

def test_swapped_segments_lose_no_message_and_each_has_a_number_of_its_own(shark):
    messages = shown(shark, "framing-swapped", two_pass=True)
    for way, truth in zip((UP, DOWN), sent("framing-swapped")):
        found = [(int(number), payload) for direction, number, _, payload in messages if direction == way]
        assert sorted(number for number, _ in found) == list(range(1, COUNT + 1))
        assert sorted(payload for _, payload in found) == sorted(message.hex() for message in truth)


def test_swapped_segments_are_no_loss(shark, bare):
    assert len(bare.frames("framing-swapped", "tcp.analysis.lost_segment")) == 2
    assert shark.frames("framing-swapped", LOST, two_pass=True) == []


def test_a_capture_that_starts_in_a_message_shows_those_behind_it(shark):
    assert shown(shark, "framing-midstream", two_pass=True) == numbered(
        *(messages[MISSED + 1:] for messages in sent("framing-midstream")))


def test_a_capture_that_starts_in_a_message_has_lost_no_framing(shark):
    assert shark.frames("framing-midstream", LOST, two_pass=True) == []


@pytest.mark.parametrize("capture", ["framing-hole", "framing-torn"])
def test_behind_a_hole_all_messages_are_found_and_numbered_on(shark, capture):
    assert shown(shark, capture, two_pass=True) == numbered(
        *(messages[:LATE] + messages[LATE + 1:] for messages in sent(capture)))


@pytest.mark.parametrize("capture", ["framing-garbage", "framing-garbage-u32be", "framing-garbage-split"])
def test_behind_garbage_all_messages_are_found(shark, capture):
    assert shown(shark, capture, two_pass=True) == numbered(*sent(capture))


@pytest.mark.parametrize("capture", DAMAGED)
def test_the_framing_is_lost_where_a_hole_is_given_up_or_with_the_garbage(shark, capture):
    assert [(frame, item) for frame, item in shark.experts(capture, two_pass=True)
            if item.startswith("naverphone.control")] == [(frame, LOST) for frame in DAMAGED[capture]]


SNAPPED = 40            # bytes of payload that remain


@pytest.fixture(scope="module")
def snapped(stage):
    """framing-alone with a snap length that cuts messages."""
    target = stage.new_capture("framing-snapped.pcapng")
    subprocess.run(["editcap", "-s", str(54 + SNAPPED), stage.find("framing-alone"), target], check=True)
    target.chmod(0o644)
    return target


def test_a_message_that_the_snap_length_cuts_keeps_its_number_and_length(shark, snapped, two_pass):
    expected = [(way, number, length, data[:2 * SNAPPED])
                for way, number, length, data in numbered(*sent("framing-alone"))]
    options = row("u16be@2+4")
    assert shown(shark, snapped, options=options, two_pass=two_pass) == expected
    assert shark.frames(snapped, LOST, options=options, two_pass=two_pass) == []
    assert expected != numbered(*sent("framing-alone"))


def test_a_snap_length_leads_to_no_wrong_framing(shark, snapped, two_pass):
    for way in (UP, DOWN):
        assert {framing for framing, _ in cuttings(shark, snapped, way, two_pass=two_pass)} <= {"segment", "u16be@2+4"}
    assert [message[:3] for message in shown(shark, snapped, two_pass=two_pass)] == [
        message[:3] for message in numbered(*sent("framing-alone"))]
    assert shark.frames(snapped, LOST, two_pass=two_pass) == []


def test_the_second_connection_to_a_server_is_cut_from_its_start(shark, two_pass):
    how = {"only": f"{PAYLOAD} && naverphone.session == 2", "two_pass": two_pass}
    assert shown(shark, "framing-two-connections", **how) == numbered(
        *(messages[:FEW] for messages in sent("framing-two-connections")))
    for way in (UP, DOWN):
        assert cuttings(shark, "framing-two-connections", way, **how) == [("u16be@2+4", INFERRED)] * FEW


def test_inherited_framing_of_half_a_field_is_given_up(shark):
    for way in (UP, DOWN):
        assert cuttings(shark, "framing-halves", way, only=f"{PAYLOAD} && naverphone.session == 2", two_pass=True) == [
            ("u32be@0+4", INFERRED)] * COUNT


def test_connections_on_two_vlans_have_their_own_framings(shark):
    if shark.stage.series == "4.0":
        pytest.skip("the preference conversation_deinterlacing_key is there from Wireshark 4.4 on")
    key = ("-o", "protocols.conversation_deinterlacing_key:VM.")
    assert set(shark.rows("framing-two-vlans", "vlan.id", "naverphone.control.framing", only=PAYLOAD, options=key,
                          two_pass=True)) == {("10", "u16be@0+2"), ("20", "u32be@0+4")}


def test_short_connections_that_agree_make_the_framing_sure_for_those_after_them(shark):
    origins = [set(shark.column("framing-short-connections", "naverphone.control.framing_origin",
                                only=f"{PAYLOAD} && naverphone.session == {session}", two_pass=False))
               for session in (1, 4)]
    assert origins == [{SEGMENT}, {INFERRED}]


# ---- another protocol ------------------------------------------------------------------------------------

CHANGED = {"framing-lines-then-u32be": ("lines crlf", "u32be@0+4"),
           "framing-u16be-then-lines": ("u16be@0+2", "lines crlf")}


@pytest.mark.parametrize("capture", CHANGES)
def test_messages_before_and_after_a_change_of_protocol_are_numbered_on(shark, capture):
    assert shown(shark, capture, two_pass=True) == numbered(*sent_with_change(capture))


@pytest.mark.parametrize("capture", CHANGED)
def test_the_framing_changes_with_the_first_message_of_the_new_one(shark, capture):
    before, after = CHANGED[capture]
    for way in (UP, DOWN):
        frames = [frame for frame in by_frame(shark, capture, two_pass=True) if frame.way == way]
        for frame in frames:
            is_new = any(int(number) > COUNT for number in frame.messages.split(","))
            assert (frame.framing, frame.origin) == (after if is_new else before, INFERRED)
            assert float(frame.confidence) >= SURE


@pytest.mark.parametrize("capture", CHANGED)
def test_one_pass_doubts_the_framing_until_the_new_one_is_sure(shark, capture):
    before, after = CHANGED[capture]
    for way in (UP, DOWN):
        found = [(frame.framing, float(frame.confidence) >= SURE) for frame in by_frame(shark, capture, two_pass=False)
                 if frame.way == way]
        stages = [("segment", False), (before, True), (before, False), (after, True)]
        assert found == sorted(found, key=stages.index) and set(found) == set(stages)


@pytest.mark.parametrize("capture", CHANGES)
def test_a_change_of_protocol_is_no_lost_framing_on_later_passes(shark, capture):
    assert shark.frames(capture, LOST, two_pass=True) == []


# ---- no framing ----------------------------------------------------------------------------------------

def segments(bare, capture) -> list:
    """The values if each segment is a message."""
    rows = bare.rows(capture, "tcp.srcport", "tcp.payload", only="tcp.len > 0")
    return numbered(*([bytes.fromhex(payload) for source, payload in rows if source == port]
                      for port in ("50023", "10500")))


@pytest.mark.parametrize("capture", ["framing-random", "framing-few", "framing-no-length", "framing-equal-segments"])
def test_without_enough_to_tell_each_segment_is_a_message(shark, bare, capture):
    for way in (UP, DOWN):
        assert set(cuttings(shark, capture, way, two_pass=True)) == {("segment", SEGMENT)}
    assert all(float(frame.confidence) < 0.5 for frame in by_frame(shark, capture, two_pass=True))
    assert shown(shark, capture, two_pass=True) == segments(bare, capture)
    assert shark.frames(capture, LOST, two_pass=True) == []


@pytest.mark.parametrize("capture", ["framing-u16be-at-2", "framing-crlf"])
def test_without_inference_each_segment_is_a_message(shark, bare, capture, two_pass):
    how = {"options": ("-o", "naverphone.infer_framing:FALSE"), "two_pass": two_pass}
    for way in (UP, DOWN):
        assert set(cuttings(shark, capture, way, **how)) == {("segment", SEGMENT)}
    assert shown(shark, capture, **how) == segments(bare, capture)


# ---- the user's table of framings ----------------------------------------------------------------------

@pytest.mark.parametrize("capture", TRUE)
def test_a_row_sets_the_framing_from_the_first_frame_on(shark, capture):
    options = row(TRUE[capture])
    for way in (UP, DOWN):
        assert set(cuttings(shark, capture, way, options=options)) == {(TRUE[capture], USER)}
    assert shown(shark, capture, options=options) == numbered(*sent(capture))
    assert shark.frames(capture, LOST, options=options) == []


def test_a_framing_that_the_user_set_has_no_confidence(shark):
    assert shark.frames("framing-u16be", "naverphone.control.confidence", options=row("u16be@0+2")) == []


def test_a_row_counts_where_inference_is_off(shark, two_pass):
    options = (*row("u16be@2+4"), "-o", "naverphone.infer_framing:FALSE")
    assert shown(shark, "framing-u16be-at-2", options=options, two_pass=two_pass) == numbered(
        *sent("framing-u16be-at-2"))


def test_a_row_that_says_segment_forbids_inference(shark, bare, two_pass):
    how = {"options": row("segment"), "two_pass": two_pass}
    assert set(cuttings(shark, "framing-u16be-at-2", UP, **how)) == {("segment", USER)}
    assert shown(shark, "framing-u16be-at-2", **how) == segments(bare, "framing-u16be-at-2")


@pytest.mark.parametrize("other", [{"network": "222.122.51.0/24"}, {"network": "222.122.50.31"}, {"port": 10501},
                                   {"network": "220.69.240.206"}, {"network": "::/0"}])
def test_a_row_for_another_server_or_port_has_no_effect(shark, other, two_pass):
    with_row, without = (by_frame(shark, "framing-u16be-at-2", options=options, two_pass=two_pass)
                         for options in (row("u16be@2+5", **other), ()))
    assert with_row == without


def test_of_two_rows_for_a_server_the_first_one_counts(shark):
    options = (*row("u16be@2+4", network="222.122.50.30"), *row("u16le@2+4"))
    assert shown(shark, "framing-u16be-at-2", options=options) == numbered(*sent("framing-u16be-at-2"))


def test_a_row_wins_over_inference_even_where_it_is_wrong(shark, two_pass):
    how = {"options": row("u32be@0+4"), "two_pass": two_pass}
    for way in (UP, DOWN):
        assert set(cuttings(shark, "framing-alone", way, **how)) == {("u32be@0+4", USER)}
    assert {4, 5} <= set(shark.frames("framing-alone", LOST, **how))
    assert not set(shown(shark, "framing-alone", **how)) & set(numbered(*sent("framing-alone")))


HEADERS = {     # a row, and the type and sequence of a message with it
    "framing-u16be-at-2": (row("u16be@2+4", 6, (1, 1), (4, 2), "be"),
                           lambda data: (data[1], int.from_bytes(data[4:6], "big"))),
    "framing-u16le": (row("u16le@0+2", 6, (2, 2), (4, 2), "le"),
                      lambda data: (int.from_bytes(data[2:4], "little"), int.from_bytes(data[4:6], "little"))),
    "framing-u32be-at-4": (row("u32be@4+8", 8, (0, 3), (0, 4), "be"),
                           lambda data: (int.from_bytes(data[:3], "big"), int.from_bytes(data[:4], "big"))),
    "framing-u32le": (row("u32le@0+4", 8, (4, 3), (4, 4), "le"),
                      lambda data: (int.from_bytes(data[4:7], "little"), int.from_bytes(data[4:8], "little"))),
    "framing-in-three": (row("u16be@2+4", 6, (1, 1), (4, 2), "be"),
                         lambda data: (data[1], int.from_bytes(data[4:6], "big"))),
}


@pytest.mark.parametrize("capture", HEADERS)
def test_type_and_sequence_stand_where_the_row_says(shark, capture, two_pass):
    options, read = HEADERS[capture]
    how = {"options": options, "two_pass": two_pass}
    for way, messages in zip((UP, DOWN), sent(capture)):
        rows = shark.rows(capture, *fields("type", "sequence"), only=f"{PAYLOAD} == {way} && naverphone.control.type",
                          **how)
        found = [tuple(map(int, pair)) for cells in rows
                 for pair in zip(*(cell.split(",") for cell in cells), strict=True)]
        assert found == [read(message) for message in messages]


def test_the_payload_begins_behind_the_header(shark):
    found = values(shark, "framing-u16be-at-2", "payload", UP, row("u16be@2+4", 6))
    assert found == [message[6:].hex() for message in sent("framing-u16be-at-2")[0] if message[6:]]


def test_without_a_row_there_is_neither_type_nor_sequence(shark, two_pass):
    only = "naverphone.control.type || naverphone.control.sequence || naverphone.control.type_name"
    assert shark.frames("framing-u16be-at-2", only, options=name("Client to server", 1, "LOGIN"),
                        two_pass=two_pass) == []


def test_a_message_too_short_for_type_and_sequence_has_none(shark):
    options, (up, _) = row("u16be@2+4", 0, (6, 1), (7, 4)), sent("framing-u16be-at-2")
    assert values(shark, "framing-u16be-at-2", "type", UP, options) == [
        str(message[6]) for message in up if len(message) >= 7]
    assert values(shark, "framing-u16be-at-2", "sequence", UP, options) == [
        str(int.from_bytes(message[7:11], "big")) for message in up if len(message) >= 11]


# ---- the user's table of names -------------------------------------------------------------------------

TYPED = row("u16be@2+4", 6, (1, 1), (4, 2))
NAMED = [(way, kind, direction)
         for way, directions in ((UP, ("Client to server", "client TO server", "1")), (DOWN, ("Server to client", "2")))
         for direction in directions for kind in ("1", "0x1", "0X01")]


@pytest.mark.parametrize("way, kind, direction", NAMED)
def test_a_type_has_its_name_in_its_direction_alone(shark, way, kind, direction):
    rows = shark.rows("framing-alone", PAYLOAD, *fields("type", "type_name"), only=PAYLOAD,
                      options=(*TYPED, *name(direction, kind, "LOGIN")))
    assert len(rows) == 2 * COUNT
    assert all(found == ("LOGIN" if (direction, kind) == (way, "1") else "") for direction, kind, found in rows)


def test_each_type_has_its_own_name(shark):
    options = (*TYPED, *name(1, 1, "LOGIN"), *name(1, 2, "PING"), *name(2, 1, "WELCOME"))
    pairs = set(shark.rows("framing-alone", PAYLOAD, *fields("type", "type_name"), only=PAYLOAD, options=options))
    assert pairs == {("1", "1", "LOGIN"), ("1", "2", "PING"), ("1", "3", ""), ("1", "4", ""),
                     ("2", "1", "WELCOME"), ("2", "2", ""), ("2", "3", ""), ("2", "4", "")}


def test_of_two_names_for_a_type_the_first_one_counts(shark):
    options = (*TYPED, *name(1, 1, "FIRST"), *name(1, "0x01", "SECOND"))
    assert set(shark.column("framing-alone", "naverphone.control.type_name", only="naverphone.control.type_name",
                            options=options)) == {"FIRST"}


def test_a_name_of_a_wide_type(shark, two_pass):
    options = (*row("u16le@0+2", 6, (2, 2), (4, 2), "le"), *name(2, "0x014e", "HELLO"))
    rows = shark.rows("framing-u16le", PAYLOAD, "naverphone.control.type_name", options=options, two_pass=two_pass,
                      only="naverphone.control.type_name")
    assert {way for way, _ in rows} == {DOWN}
    assert sum(names.count("HELLO") for _, names in rows) == COUNT // 4


LOGIN = (*TYPED, *name("Client to server", 1, "LOGIN"))


def test_the_info_column_names_the_messages_of_a_frame(shark, two_pass):
    rows = shark.list_columns("framing-u16be-at-2", only=PAYLOAD, options=LOGIN, two_pass=two_pass)
    infos = [info for _, info in rows]
    up, down = (len(b"".join(messages[2:4])) for messages in sent("framing-u16be-at-2"))
    assert infos[0] == f"Control message 1 LOGIN, client to server, {len(sent('framing-u16be-at-2')[0][0])} bytes"
    assert infos[4] == f"Control message 3, 4, client to server, {up} bytes"
    assert infos[5] == f"Control message 3, 4, server to client, {down} bytes"
    assert [info.count("LOGIN") for info in infos[10:12]] == [1, 0] and "7, 8, 9 LOGIN, client" in infos[10]


def test_the_message_item_has_the_name_or_else_the_type(shark):
    lines = [line.strip() for line in shark.read("framing-alone", "-O", "naverphone", *LOGIN).splitlines()]
    items = [line for line in lines if line.startswith("[Message ")]
    up, down = sent("framing-alone")
    expected = [f"[Message {number}, {len(message)} bytes, "
                f"{'LOGIN' if message[1] == 1 and way is up else f'type {message[1]}'}]"
                for number, pair in enumerate(zip(up, down), 1) for way, message in zip((up, down), pair)]
    assert items == expected


def labels_of(shark, *options) -> list:
    graph = shark.read("framing-alone", *options, "-q", "-z", "flow,naverphone,network")
    return re.findall(r"^\|\d+\.\d+ \|\s*(.+?)\s*\|", graph, re.M)


def test_the_flow_graph_has_the_names_of_messages(shark):
    labels = labels_of(shark, *LOGIN)
    up, _ = sent("framing-alone")
    expected = [label for message in up
                for label in ("LOGIN" if message[1] == 1 else "Control message", "Control message")]
    assert labels[3:3 + 2 * COUNT] == expected


def test_the_flow_graph_lists_no_message_without_a_name(shark):
    """Each byte is a message, many more than a label lists."""
    assert set(labels_of(shark, *row("fixed 1"))[3:3 + 2 * COUNT]) == {"Control message"}
    first = sent("framing-alone")[0][0][0]
    named = labels_of(shark, *row("fixed 1", type_at=(0, 1)), *name(1, first, "LOGIN"))
    assert {label.replace(", LOGIN", "") for label in named[3:3 + 2 * COUNT]} <= {"LOGIN", "Control message", "LOGIN, ..."}


def test_info_names_the_first_eight_messages_of_a_frame(shark):
    names = [part for kind in range(256) for part in name(1, kind, "LOGIN")]
    infos = [info for _, info in shark.list_columns("framing-alone", options=[*row("fixed 1", type_at=(0, 1)), *names])]
    assert max(info.count("LOGIN") for info in infos) == 8


# ---- rows that are refused -----------------------------------------------------------------------------

def complaint(shark, *arguments) -> str:
    """The error message if these arguments are refused."""
    done = subprocess.run(shark.command("tshark", "-r", shark.stage.find("framing-few"), *arguments),
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    return "\n".join(complaints_in(done.stderr))


@pytest.mark.parametrize("framing", ["u12be@0+2", "u16@0+2", "u16xe@0+2", "u8be@0+2", "u40be@0+2", "u16be@0",
                                     "u16be@300+2", "u16be@-1+2", "u16be@0+", "u16be@0+70000", "u16be@0+2 ",
                                     "U16be@0+2", "fixed 0", "fixed", "fixed -1", "fixed 70000", "lines", "lines cr",
                                     "NUL", "", "x"])
def test_what_is_no_framing_is_refused_by_name(shark, framing):
    said = complaint(shark, *row(framing))
    assert "naverphone_control_framing" in said and f"Invalid framing '{framing}'" in said


@pytest.mark.parametrize("network", ["x", "", "222.122.50.0/33", "222.122.50", "naver.com"])
def test_what_is_no_network_is_refused_by_name(shark, network):
    assert f"Invalid network '{network}'" in complaint(shark, *row("nul", network=network))


@pytest.mark.parametrize("port", [0, 65536, 70000])
def test_what_is_no_port_is_refused_by_name(shark, port):
    assert f"Invalid TCP port '{port}'" in complaint(shark, *row("nul", port=port))


@pytest.mark.parametrize("details, fault", [
    ({"order": "middle"}, "'middle'"), ({"order": ""}, "''"),
    ({"type_at": (0, 5)}, "type has a width of 5 bytes"), ({"sequence_at": (0, 5)}, "sequence has a width of 5 bytes"),
    ({"type_at": (4, 1), "header": 4}, "type (offset 4, 1 bytes) does not fit the header length 4"),
    ({"sequence_at": (3, 2), "header": 4}, "sequence (offset 3, 2 bytes) does not fit the header length 4"),
    ({"header": 3}, "length field of the framing (offset 2, 2 bytes) does not fit the header length 3"),
    ({"type_at": (70000, 1)}, "type has offset 70000"), ({"header": 70000}, "Invalid header length '70000'"),
])
def test_a_row_whose_numbers_do_not_fit_is_refused_with_the_fault(shark, details, fault):
    assert fault in complaint(shark, *row("u16be@2+4", **details))


@pytest.mark.parametrize("cells, fault", [
    ((1, "abc", "LOGIN"), "Invalid message type 'abc'"), ((1, "", "LOGIN"), "Invalid message type ''"),
    ((1, "-1", "LOGIN"), "Invalid message type '-1'"), ((1, "0x", "LOGIN"), "Invalid message type '0x'"),
    ((1, "4294967296", "LOGIN"), "Invalid message type '4294967296'"),
    (("up", 1, "LOGIN"), "'up'"), ((3, 1, "LOGIN"), "'3'"), (("", 1, "LOGIN"), "''"),
    ((1, 1, ""), "The message type '1' has no name"),
])
def test_a_bad_row_of_the_names_is_refused_with_the_fault(shark, cells, fault):
    said = complaint(shark, *name(*cells))
    assert "naverphone_control_messages" in said and fault in said
