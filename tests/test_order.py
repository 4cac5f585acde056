# SPDX-License-Identifier: GPL-2.0-or-later
"""Reordered segments of the control connection: no message is lost or shown twice.

Each stream is a connection from its own client port to a server whose address stands for the framing. One capture has
all of them, so tshark starts once per pass.
"""

import itertools
import random
import struct
import sys
from ipaddress import ip_address
from typing import NamedTuple

import bounds
import pytest

from harness import CAPTURES

sys.path.insert(0, str(CAPTURES))
from maker.scenarios.framing import FORMATS, alone, anywhere, cut, mostly_alone, sent     # noqa: E402

SEED = 20091230
CLIENT = ip_address("220.69.240.206")
PORT = 10500
FRAMINGS = {        # of the client's stream
    "framing-u16be": "u16be@0+2", "framing-u16le": "u16le@0+2", "framing-u16le-whole": "u16le@4+0",
    "framing-u16be-less": "u16be@2-2", "framing-u24le": "u24le@0+4", "framing-u32be": "u32be@0+4",
    "framing-u32le": "u32le@0+4", "framing-u32be-at-4": "u32be@4+8", "framing-u32be-at-8": "u32be@8+24",
    "framing-u8": "u8@1+2", "framing-u8-at-2": "u8@2+8", "framing-fixed": "fixed 16", "framing-crlf": "lines crlf",
    "framing-lf": "lines lf", "framing-nul": "nul", "framing-alone": "u16be@2+4",
}
UNSURE = {"framing-u24le", "framing-u8", "framing-u8-at-2",     # another framing fits as well, or none is sure
          "framing-fixed", "framing-nul"}                       # not found where segments do not end with messages


def in_thirties(messages):
    return cut(b"".join(messages), 30)


WAYS = (alone, mostly_alone, anywhere, in_thirties)
FIRST = 0xffffff00      # the sequence numbers of each stream wrap around
LOST = "naverphone.control.framing_lost"


class Stream(NamedTuple):
    """A stream from the client: its messages, and its segments with their times of arrival."""
    name: str
    messages: list
    arrivals: list      # (milliseconds, offset in the stream, bytes)
    whole: list = None  # the complete messages, if not all are


def server_of(name):
    return ip_address("222.122.50.1") + list(FRAMINGS).index(name)


def placed(segments, step=5) -> list:
    """Sends the segments in order, one every few milliseconds."""
    offsets = itertools.accumulate(map(len, segments), initial=0)
    return [(number * step, offset, data) for number, (offset, data) in enumerate(zip(offsets, segments))]


def reordered(arrivals, order, first) -> list:
    """Permutes the segments from the first on."""
    changed = list(arrivals)
    for place, number in enumerate(order):
        changed[first + place] = (arrivals[first + place][0], *arrivals[first + number][1:])
    return changed


def frames_of(stream, port):
    """Yields (milliseconds, frame) of a whole connection."""
    server, length = server_of(stream.name), sum(map(len, stream.messages))
    last = max(time for time, _, _ in stream.arrivals)

    def client(time, offset, flags, data=b"", acknowledges=1):
        return time, bounds.tcp(CLIENT, port, server, PORT, FIRST + offset, flags, data, acknowledges)

    def answers(time, offset, flags, acknowledged):
        return time, bounds.tcp(server, PORT, CLIENT, port, offset, flags, b"", FIRST + acknowledged)
    yield client(-30, -1, bounds.SYN, acknowledges=0)
    yield answers(-20, 0, bounds.SYN | bounds.ACK, 0)
    yield client(-10, 0, bounds.ACK)
    for time, offset, data in stream.arrivals:
        yield client(time, offset, bounds.PUSH_ACK, data)
    yield client(last + 10, length, bounds.ACK | 1)
    yield answers(last + 20, 1, bounds.ACK | 1, length + 1)
    yield client(last + 30, length + 1, bounds.ACK, acknowledges=2)


def pcap(path, frames):
    """Writes (milliseconds, frame) of Ethernet to a capture."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 1 << 18, 1))
        for time, frame in frames:
            file.write(struct.pack("<IIII", time // 1000, time % 1000 * 1000, len(frame), len(frame)) + frame)
    path.chmod(0o644)
    return path


def written(stage, name, streams):
    """A capture with one stream after the other; the client's ports count from 1024."""
    frames, begin = [], 1194224400000
    for port, stream in enumerate(streams, 1024):
        frames += sorted(((begin + time, frame) for time, frame in frames_of(stream, port)), key=lambda frame: frame[0])
        begin = frames[-1][0] + 100
    return pcap(stage.new_capture(name), frames)


def rows_of(names) -> list:
    """Options that set the framings."""
    return [part for name in names for part in
            ("-o", f'uat:naverphone_control_framing:"{server_of(name)}","{PORT}","{FRAMINGS[name]}","0","0","0","0","0","be"')]


def shown(shark, capture, streams, options, two_pass) -> dict:
    """Client port → the sorted bytes of its messages, and how often its framing was lost."""
    found = {port: ([], []) for port in range(1024, 1024 + len(streams))}
    for port, frame, numbers, payloads, lost in shark.rows(
            capture, "tcp.srcport", "frame.number", "naverphone.control.message", "naverphone.control.payload", LOST,
            only=f"naverphone.control.message or {LOST}", options=options, two_pass=two_pass):
        messages, losses = found[int(port)]
        messages.extend(payloads.split(",") if numbers else [])
        losses.extend([frame] if lost else [])
    return {port: (sorted(messages), len(losses)) for port, (messages, losses) in found.items()}


def faults(shark, capture, streams, options, two_pass, losses=lambda stream: {0}) -> list:
    """A text per wrong stream: messages that are missing or too many, and losses of the framing."""
    wrong = []
    for (port, (messages, lost)), stream in zip(shown(shark, capture, streams, options, two_pass).items(), streams):
        truth = sorted(message.hex() for message in (stream.messages if stream.whole is None else stream.whole))
        if messages != truth or lost not in losses(stream):
            missing, more = set(truth) - set(messages), set(messages) - set(truth)
            wrong.append(f"{port} {stream.name}: {len(missing)} missing, {len(more)} wrong, "
                         f"{len(messages) - len(set(messages))} twice, lost {lost} times")
    return wrong


# ---- every order -----------------------------------------------------------------------------------------

def permuted():
    """Every order of four neighbouring segments, at the start, in the middle and at the end of a stream."""
    for name, cutting in itertools.product(FRAMINGS, (alone, in_thirties)):
        messages = sent(name)[0][:12]
        arrivals = placed(cutting(messages))
        for order in itertools.permutations(range(4)):
            for first in (0, len(arrivals) // 2, len(arrivals) - 4):
                yield Stream(name, messages, reordered(arrivals, order, first))


def jittered(names):
    """Each segment arrives up to 100 ms late."""
    chance = random.Random(SEED)
    for name, cutting, _ in itertools.product(sorted(names), WAYS, range(10)):
        arrivals = [(time + chance.randrange(100), offset, data) for time, offset, data in placed(cutting(sent(name)[0]))]
        yield Stream(name, sent(name)[0], arrivals)


def overlapping():
    """Segments are sent again with other lengths, in any order within 100 ms."""
    chance = random.Random(SEED + 1)
    for name, cutting, _ in itertools.product(FRAMINGS, WAYS, range(5)):
        data, arrivals = b"".join(sent(name)[0]), placed(cutting(sent(name)[0]))
        for _ in range(20):
            begin = chance.randrange(len(data))
            time = next(time for time, offset, _ in reversed(arrivals) if offset <= begin)
            arrivals.append((time, begin, data[begin:begin + chance.randrange(1, 200)]))
        yield Stream(name, sent(name)[0],
                     [(time + chance.randrange(100), offset, data) for time, offset, data in arrivals])


@pytest.mark.parametrize("made", [permuted, lambda: jittered(FRAMINGS), overlapping],
                         ids=["permuted", "jittered", "overlapping"])
def test_each_message_of_a_set_framing_is_shown_once_in_any_order(shark, stage, made, two_pass):
    streams = list(made())
    capture = written(stage, "order-set.pcap", streams)
    assert faults(shark, capture, streams, rows_of(FRAMINGS), two_pass) == []


def test_each_message_of_an_inferred_framing_is_shown_once_in_any_order(shark, stage):
    streams = list(jittered(FRAMINGS.keys() - UNSURE))
    capture = written(stage, "order-inferred.pcap", streams)
    assert faults(shark, capture, streams, (), True) == []


# ---- holes -----------------------------------------------------------------------------------------------

DELIMITERS = {"lines crlf": 2, "lines lf": 1, "nul": 1}     # bytes
KNOWN = 10      # messages after which the start of a message is recognised


def whole(messages, arrivals, delimiter) -> list:
    """The complete messages. A line also needs the delimiter before it, which tells where it begins."""
    there = {at for _, offset, data in arrivals for at in range(offset, offset + len(data))} | {-2, -1}
    ends = list(itertools.accumulate(map(len, messages)))
    return [message for message, end in zip(messages, ends)
            if there.issuperset(range(end - len(message) - delimiter, end))]


def first_known(messages, arrivals) -> int:
    """The index of the first segment after enough messages."""
    begin = sum(map(len, messages[:KNOWN]))
    return next(number for number, (_, offset, _) in enumerate(arrivals) if offset >= begin)


def with_a_hole():
    """One segment is missing, neither the first nor the last one."""
    for name, cutting in itertools.product(FRAMINGS, (alone, in_thirties)):
        messages = sent(name)[0]
        arrivals = placed(cutting(messages))
        for missing in range(1 if cutting is alone else first_known(messages, arrivals), len(arrivals) - 1):
            left = arrivals[:missing] + arrivals[missing + 1:]
            yield Stream(name, messages, left, messages[:missing] + messages[missing + 1:] if cutting is alone
                         else whole(messages, left, DELIMITERS.get(FRAMINGS[name], 0)))


def filled_late():
    """One segment comes at the end, after the wait for it has ended."""
    for name, cutting in itertools.product(FRAMINGS, (alone, in_thirties)):
        messages = sent(name)[0]
        arrivals = placed(cutting(messages), 120)
        for late in range(first_known(messages, arrivals), len(arrivals) - 10):
            yield Stream(name, messages, [*arrivals[:late], *arrivals[late + 1:], (arrivals[-1][0] + 10, *arrivals[late][1:])])


def test_behind_a_hole_each_message_is_shown_and_one_loss(shark, stage, two_pass):
    streams = list(with_a_hole())
    capture = written(stage, "order-holes.pcap", streams)
    assert faults(shark, capture, streams, rows_of(FRAMINGS), two_pass, lambda stream: {1}) == []


def test_hole_that_is_filled_after_it_was_given_up_loses_no_message(shark, stage, two_pass):
    streams = list(filled_late())
    capture = written(stage, "order-late.pcap", streams)
    assert faults(shark, capture, streams, rows_of(FRAMINGS), two_pass, lambda stream: {1}) == []


# ---- TCP's own bytes -------------------------------------------------------------------------------------

OPTIONS = ["tcp.analyze_sequence_numbers:FALSE", "tcp.relative_sequence_numbers:FALSE", "tcp.reassemble_out_of_order:TRUE",
           "tcp.desegment_tcp_streams:FALSE", "tcp.no_subdissector_on_error:FALSE", "tcp.check_checksum:TRUE",
           "tcp.try_heuristic_first:TRUE"]
FIN = 1
NAME = "framing-alone"


def conversation(stage, name, *segments):
    """A connection to a server: (by the client?, offset in its stream, flags, data, window)."""
    server, time, frames = server_of(NAME), 1194224400000, []
    client_first, server_first = FIRST, 1000
    opening = ((True, -1, bounds.SYN, b""), (False, -1, bounds.SYN | bounds.ACK, b""), (True, 0, bounds.ACK, b""))
    ends = {True: 0, False: 0}
    for from_client, offset, flags, data, *window in (*opening, *segments):
        source, destination = ((CLIENT, 1024), (server, PORT)) if from_client else ((server, PORT), (CLIENT, 1024))
        begin, acknowledged = (client_first, server_first) if from_client else (server_first, client_first)
        frame = bytearray(bounds.tcp(*source, *destination, begin + offset, flags, data,
                                     acknowledged + ends[not from_client] if flags & bounds.ACK else 0))
        if window:
            frame[48:50] = struct.pack("!H", *window)
        ends[from_client] = max(ends[from_client], offset + len(data) + bool(flags & FIN))
        frames.append((time, bytes(frame)))
        time += 5
    return pcap(stage.new_capture(name), frames)


def probed(stage):
    """A connection with keep-alives before and after its first message, and with a window that is closed and probed."""
    first, second, third = sent(NAME)[0][:3]
    end, after = len(first), len(first + second)
    return conversation(
        stage, "order-probes.pcap",
        (True, -1, bounds.ACK, b"\0"), (False, 0, bounds.ACK, b""), (True, 0, bounds.PUSH_ACK, first),
        (False, 0, bounds.ACK, b""), (True, end - 1, bounds.ACK, b"\0"), (False, 0, bounds.ACK, b"", 0),
        (True, end, bounds.ACK, second[:1]), (False, 0, bounds.ACK, b"", 0), (True, end - 1, bounds.ACK, b""),
        (False, 0, bounds.ACK, b""), (True, end, bounds.PUSH_ACK, second), (True, after, bounds.PUSH_ACK | FIN, third),
        (False, 0, bounds.ACK | FIN, b""), (True, after + len(third) + 1, bounds.ACK, b""))


@pytest.mark.parametrize("option", ["tcp.analyze_sequence_numbers:TRUE", *OPTIONS])
def test_keep_alives_and_window_probes_are_no_messages(shark, stage, two_pass, option):
    how = {"two_pass": two_pass, "options": ("-o", option, *rows_of([NAME]))}
    capture = probed(stage)
    assert shark.column(capture, "naverphone.control.payload", only="naverphone.control.message", **how) == [
        message.hex() for message in sent(NAME)[0][:3]]
    assert shark.frames(capture, LOST, **how) == []


@pytest.mark.parametrize("rows", [(), tuple(rows_of([NAME]))], ids=["segments", "messages"])
def test_frames_of_probes_have_no_event_and_no_words_of_messages(shark, stage, two_pass, rows):
    capture = probed(stage)
    assert shark.frames(capture, "naverphone.event == 4", options=rows, two_pass=two_pass) == [6, 14, 15]
    infos = [info for _, info in shark.list_columns(capture, options=rows, two_pass=two_pass)]
    assert [number for number, info in enumerate(infos, 1) if "Control message" in info] == [6, 14, 15]
    assert [info for info in infos if "Control message ," in info or "message 0" in info] == []


def test_segments_of_64_kib_are_cut(shark, stage, two_pass):
    """As captured on hosts whose network card does the segmentation."""
    messages = sent(NAME)[0] * 40
    data = b"".join(messages)
    parts = placed(cut(data, 65000))
    capture = conversation(stage, "order-large.pcap", *((True, offset, bounds.PUSH_ACK, part) for _, offset, part in parts))
    shown = shark.column(capture, "naverphone.control.payload", only="naverphone.control.message", options=rows_of([NAME]),
                         two_pass=two_pass)
    assert len(parts) == 1 + len(data) // 65000 and ",".join(shown).split(",") == [message.hex() for message in messages]


@pytest.mark.parametrize("option", OPTIONS)
def test_order_does_not_depend_on_preferences_of_tcp(shark, stage, two_pass, option):
    streams = list(jittered([NAME, "framing-crlf"]))
    capture = written(stage, "order-options.pcap", streams)
    options = [*rows_of(FRAMINGS), "-o", option]
    assert faults(shark, capture, streams, options, two_pass) == []
