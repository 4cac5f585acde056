# SPDX-License-Identifier: GPL-2.0-or-later
"""Framings of the control connection. sent() returns the messages as sent, for comparison in tests."""

import struct
from itertools import cycle, islice, zip_longest
from typing import NamedTuple

from ..bytes import number, opaque
from ..links import Connection
from ..places import HONG, NAVER
from ..scenario import scenario

COUNT = 24          # messages each way
LATE = 16           # index of a message that comes after the framing is known
FEW = 4             # messages each way, too few to infer a framing
MISSED = 3          # messages each way before a capture that starts in the middle of the next one


class Length(NamedTuple):
    """A length field. A type (1 to 4, one byte) and a counter (two bytes, in the field's byte order) follow a magic
    byte."""
    width: int
    order: str
    offset: int
    add: int
    most: int = 90          # maximum bytes of a body
    long_body: int = 0      # ... of the LATE message's body

    def message(self, label, turn):
        counter = (turn + 1).to_bytes(2, self.order)
        rest = (bytes((0x4E, turn % 4 + 1)) + counter).ljust(max(self.offset, self.add - self.width, 4), b"\0")
        body = noise(label, turn, self.long_body if self.long_body and turn == LATE else size(label, turn, self.most))
        value = self.width + len(rest) + len(body) - self.add
        return rest[:self.offset] + value.to_bytes(self.width, self.order) + rest[self.offset:] + body


class Fixed(NamedTuple):
    """Records of one size with the same header."""
    size: int

    def message(self, label, turn):
        return bytes((0x4E, turn % 4 + 1, 0, turn + 1)) + noise(label, turn, self.size - 4)


class Line(NamedTuple):
    """Text that ends with a delimiter."""
    end: bytes

    def message(self, label, turn):
        word, rest = ("OPEN", "PING", "STAT")[turn % 3], opaque(label, size(label, turn, 45)).hex()
        return f"{turn + 1} {word} {rest}".encode() + self.end


class Ping(NamedTuple):
    """Text of one length that ends with a delimiter."""
    end: bytes

    def message(self, label, turn):
        return f"PING {turn + 10} at {label[-2:]}".encode() + self.end


USUAL = Length(2, "big", 2, 4)
FORMATS = {     # of the client's and the server's stream; twice USUAL if missing
    "framing-u16be": [Length(2, "big", 0, 2)] * 2,
    "framing-u16le": [Length(2, "little", 0, 2)] * 2,
    "framing-u16le-whole": [Length(2, "little", 4, 0)] * 2,
    "framing-u16be-less": [Length(2, "big", 2, -2)] * 2,
    "framing-u24le": [Length(3, "little", 0, 4)] * 2,
    "framing-u24be": [Length(3, "big", 0, 9, long_body=66000), Length(3, "big", 0, 9)],
    "framing-u32be": [Length(4, "big", 0, 4)] * 2,
    "framing-u32le": [Length(4, "little", 0, 4)] * 2,
    "framing-u32be-at-4": [Length(4, "big", 4, 8)] * 2,
    "framing-u32be-at-8": [Length(4, "big", 8, 24)] * 2,
    "framing-u8": [Length(1, "big", 1, 2, most=220)] * 2,
    "framing-u8-at-2": [Length(1, "little", 2, 8, most=220)] * 2,
    "framing-fixed": [Fixed(16)] * 2,
    "framing-crlf": [Line(b"\r\n")] * 2,
    "framing-lf": [Line(b"\n")] * 2,
    "framing-nul": [Line(b"\0")] * 2,
    "framing-nul-alike": [Ping(b"\0")] * 2,
    "framing-two-kinds": [USUAL, Length(4, "little", 0, 4)],
    "framing-garbage-u32be": [Length(4, "big", 4, 8)] * 2,
    "framing-garbage-split": [Length(4, "big", 4, 8)] * 2,
}
CHANGES = {     # both streams: the first COUNT messages, and the next COUNT
    "framing-lines-then-u32be": (Line(b"\r\n"), Length(4, "big", 0, 4)),
    "framing-u16be-then-lines": (Length(2, "big", 0, 2), Line(b"\r\n")),
    "framing-two-protocols": (Line(b"\r\n"), Length(4, "big", 0, 4)),
}


def sent(name):
    """The messages of a scenario's client and of its server."""
    return [[form.message(f"{name} {way}", turn) for turn in range(COUNT)]
            for way, form in zip(("up", "down"), FORMATS.get(name, [USUAL] * 2))]


def sent_with_change(name):
    """The messages of a scenario that changes its protocol: the client's and the server's."""
    return [[form.message(f"{name} {way}", turn) for form in CHANGES[name] for turn in range(COUNT)]
            for way in ("up", "down")]


def size(label, turn, most):
    """The length of a body; every eighth is empty."""
    return number(f"size {label} {turn}", 16) % (most + 1) if turn % 8 != 7 else 0


def noise(label, turn, length):
    """Random bytes, text and zeros in varying order."""
    part = length // 3 + 1
    text = f"{label} says {turn}, " * (part // 10 + 1)
    parts = [opaque(f"{label} {turn}", part), text.encode()[:part], bytes(part)]
    return b"".join(parts[turn % 3:] + parts[:turn % 3])[:length]


# ---- segments --------------------------------------------------------------------------------------------

def grouped(messages, sizes):
    """Segments with the numbers of messages in sizes, repeating."""
    rest, turns = iter(messages), cycle(sizes)
    return list(iter(lambda: b"".join(islice(rest, next(turns))), b""))


def mostly_alone(messages):
    return grouped(messages, (1, 1, 2, 1, 1, 3))


def alone(messages):
    return list(messages)


def four_at_once(messages):
    return grouped(messages, (4,))


def cut(data, length):
    return [data[start:start + length] for start in range(0, len(data), length)]


def in_three(messages):
    """Each message in three segments."""
    return [part for message in messages for part in cut(message, -(-len(message) // 3))]


def anywhere(messages):
    """Segments of 1 to 120 bytes, regardless of messages."""
    data, segments = b"".join(messages), []
    while data:
        length = number(f"cut {len(data)}", 16) % 120 + 1
        segments.append(data[:length])
        data = data[length:]
    return segments


def by_mtu(messages):
    return [part for message in messages for part in cut(message, 1400)]


# ---- conversations ---------------------------------------------------------------------------------------

def connection_of(capture, client_port=HONG.control_port):
    return Connection(capture, HONG.at(client_port), NAVER.control)


def sides(connection):
    return connection.client_side, connection.server_side


def exchange(connection, *ways):
    """Sends the segments of both sides in turn, each acknowledging the other's."""
    for segments in zip_longest(*ways):
        for side, data in zip(sides(connection), segments):
            if data:
                connection.segment(side, "PA", data)


def converse(capture, name, segments=mostly_alone):
    """A complete connection with the messages of a scenario."""
    connection = connection_of(capture).open()
    exchange(connection, *map(segments, sent(name)))
    connection.client_closes()


def around(connection, name, happens):
    """A complete connection with one message per segment; happens(side, message) handles each side's LATE message."""
    up, down = sent(name)
    connection.open()
    exchange(connection, up[:LATE], down[:LATE])
    for side, message in zip(sides(connection), (up[LATE], down[LATE])):
        happens(side, message)
    exchange(connection, up[LATE + 1:], down[LATE + 1:])
    connection.client_closes()


# ---- framings --------------------------------------------------------------------------------------------

@scenario
def framing_u16be(capture):
    """Control messages of u16be@0+2: the length comes first and counts what follows it."""
    converse(capture, "framing-u16be")


@scenario
def framing_u16le(capture):
    """Control messages of u16le@0+2: as framing-u16be, in little-endian order."""
    converse(capture, "framing-u16le")


@scenario
def framing_u16be_at_2(capture):
    """Control messages of u16be@2+4: the length follows magic number and type and counts what follows it."""
    converse(capture, "framing-u16be-at-2")


@scenario
def framing_u16le_whole(capture):
    """Control messages of u16le@4+0: the length counts the whole message."""
    converse(capture, "framing-u16le-whole")


@scenario
def framing_u16be_less(capture):
    """Control messages of u16be@2-2: the length counts two bytes more than the message has."""
    converse(capture, "framing-u16be-less")


@scenario
def framing_u24le(capture):
    """Control messages of u24le@0+4, all of them short: the length's upper byte is always zero."""
    converse(capture, "framing-u24le")


@scenario
def framing_u24be(capture):
    """Control messages of u24be@0+9, one of them too long for a 16-bit length."""
    converse(capture, "framing-u24be", by_mtu)


@scenario
def framing_u32be(capture):
    """Control messages of u32be@0+4: the length comes first and counts what follows it."""
    converse(capture, "framing-u32be")


@scenario
def framing_u32le(capture):
    """Control messages of u32le@0+4: as framing-u32be, in little-endian order."""
    converse(capture, "framing-u32le")


@scenario
def framing_u32be_at_4(capture):
    """Control messages of u32be@4+8: the length ends the header and counts what follows it."""
    converse(capture, "framing-u32be-at-4")


@scenario
def framing_u32be_at_8(capture):
    """Control messages of u32be@8+24: the length counts what follows a header of 24 bytes."""
    converse(capture, "framing-u32be-at-8")


@scenario
def framing_u8(capture):
    """Control messages of u8@1+2: a length of one byte, after the magic number."""
    converse(capture, "framing-u8")


@scenario
def framing_u8_at_2(capture):
    """Control messages of u8@2+8: a length of one byte that counts what follows a header of 8 bytes."""
    converse(capture, "framing-u8-at-2")


@scenario
def framing_fixed(capture):
    """Control messages of 16 bytes each."""
    converse(capture, "framing-fixed")


@scenario
def framing_crlf(capture):
    """Control messages are lines that end with CRLF."""
    converse(capture, "framing-crlf")


@scenario
def framing_lf(capture):
    """Control messages are lines that end with LF."""
    converse(capture, "framing-lf")


@scenario
def framing_nul(capture):
    """Control messages are text that ends with NUL."""
    converse(capture, "framing-nul")


@scenario
def framing_nul_alike(capture):
    """Control messages are text of one length that ends with NUL, in segments of 31 bytes."""
    converse(capture, "framing-nul-alike", lambda messages: cut(b"".join(messages), 31))


# ---- situations ------------------------------------------------------------------------------------------

@scenario
def framing_two_kinds(capture):
    """The client's control messages are of u16be@2+4, the server's of u32le@0+4."""
    converse(capture, "framing-two-kinds")


@scenario
def framing_alone(capture):
    """Control messages of u16be@2+4, each in a segment of its own."""
    converse(capture, "framing-alone", alone)


@scenario
def framing_four_at_once(capture):
    """Control messages of u16be@2+4, four in each segment."""
    converse(capture, "framing-four-at-once", four_at_once)


@scenario
def framing_cut_anywhere(capture):
    """Control messages of u16be@2+4 in segments of any size, wherever that cuts them."""
    converse(capture, "framing-cut-anywhere", anywhere)


@scenario
def framing_in_three(capture):
    """Control messages of u16be@2+4, each in three segments."""
    converse(capture, "framing-in-three", in_three)


@scenario
def framing_retransmitted(capture):
    """Control messages of u16be@2+4; some are sent again, alone or with the next one behind them."""
    connection = connection_of(capture).open()
    before = {side: b"" for side in sides(connection)}
    for turn, messages in enumerate(zip(*sent("framing-retransmitted"))):
        for side, message in zip(sides(connection), messages):
            repeated = before[side] if turn % 5 == 2 else b""
            connection.emit(side, side.sequence - len(repeated), "PA", repeated + message)
            side.sequence += len(message)
            if turn % 5 == 0:
                connection.again(side, "PA", message)
            before[side] = message
    connection.client_closes()


@scenario
def framing_swapped(capture):
    """Control messages of u16be@2+4, each in a segment of its own; two neighbouring segments each way are swapped."""
    connection = connection_of(capture).open()
    up, down = sent("framing-swapped")
    exchange(connection, up[:LATE], down[:LATE])
    for side, messages in zip(sides(connection), (up, down)):
        first, second = messages[LATE:LATE + 2]
        connection.emit(side, side.sequence + len(first), "PA", second)
        connection.emit(side, side.sequence, "PA", first)
        side.sequence += len(first + second)
    exchange(connection, up[LATE + 2:], down[LATE + 2:])
    connection.client_closes()


@scenario
def framing_midstream(capture):
    """Control messages of u16be@2+4; the capture starts in the middle of one, each way."""
    connection = connection_of(capture)
    up, down = sent("framing-midstream")
    halves = [cut(messages[MISSED], len(messages[MISSED]) // 2 + 1) for messages in (up, down)]
    with capture.lost():
        connection.open()
        exchange(connection, up[:MISSED], down[:MISSED])
        exchange(connection, *(half[:1] for half in halves))
    exchange(connection, *(half[1:] for half in halves))
    exchange(connection, up[MISSED + 1:], down[MISSED + 1:])
    connection.client_closes()


@scenario
def framing_hole(capture):
    """Control messages of u16be@2+4; the capture missed a whole one each way."""
    connection = connection_of(capture)

    def missed(side, message):
        with capture.lost():
            connection.segment(side, "PA", message)
    around(connection, "framing-hole", missed)


@scenario
def framing_torn(capture):
    """Control messages of u16be@2+4; the capture missed the middle one of a message's three segments, each way."""
    connection = connection_of(capture)

    def torn(side, message):
        begin, middle, end = in_three([message])
        connection.segment(side, "PA", begin)
        with capture.lost():
            connection.segment(side, "PA", middle)
        connection.segment(side, "PA", end)
    around(connection, "framing-torn", torn)


def garbage(capture, name):
    """Sends a segment without a message in each direction before the LATE message."""
    connection = connection_of(capture)

    def nonsense(side, message):
        connection.segment(side, "PA", opaque(f"garbage from {side.endpoint}", 50))
        connection.segment(side, "PA", message)
    around(connection, name, nonsense)


@scenario
def framing_garbage(capture):
    """Control messages of u16be@2+4; each way, one segment contains other bytes."""
    garbage(capture, "framing-garbage")


@scenario
def framing_garbage_u32be(capture):
    """As framing-garbage, with messages of u32be@4+8; the other bytes give an impossible length."""
    garbage(capture, "framing-garbage-u32be")


@scenario
def framing_garbage_split(capture):
    """Control messages of u32be@4+8; each way, two segments contain other bytes that give a length of 15 MiB."""
    connection = connection_of(capture)

    def nonsense(side, message):
        header = message[:4] + b"\x00\xf0\x00\x00" + b"end"
        for part in (header[:6], header[6:], message):
            connection.segment(side, "PA", part)
    around(connection, "framing-garbage-split", nonsense)


@scenario
def framing_side_by_side(capture):
    """Two control connections to one server at the same time; one looks encrypted, one has messages of u16be@2+4."""
    ways = sent("framing-side-by-side")
    opaque_one, framed_one = (connection_of(capture, HONG.control_port + turn).open() for turn in range(2))
    for messages in zip(*ways):
        exchange(opaque_one, *([opaque(message.hex(), len(message))] for message in messages))
        exchange(framed_one, *([message] for message in messages))
    for connection in (opaque_one, framed_one):
        connection.client_closes()


@scenario
def framing_random(capture):
    """Control payload that looks encrypted, without a framing."""
    connection = connection_of(capture).open()
    exchange(connection, *([opaque(message.hex(), len(message)) for message in messages]
                           for messages in sent("framing-random")))
    connection.client_closes()


@scenario
def framing_no_length(capture):
    """A control message per segment: a type, a counter and a clock that runs regularly, then random bytes, but no length."""
    def message(way, turn):
        header = struct.pack("<HHI", turn % 4, turn + 1, 1000000 + 90 * turn)
        return header + opaque(f"{way} {turn}", 2 + size(way, turn, 87))

    connection = connection_of(capture).open()
    exchange(connection, *([message(f"framing-no-length {way}", turn) for turn in range(COUNT)] for way in ("up", "down")))
    connection.client_closes()


@scenario
def framing_equal_segments(capture):
    """Seven segments each way with 160 bytes that look encrypted."""
    connection = connection_of(capture).open()
    exchange(connection, *([opaque(f"framing-equal-segments {way} {turn}", 160) for turn in range(7)]
                           for way in ("up", "down")))
    connection.client_closes()


@scenario
def framing_few(capture):
    """Two control messages each way: too few to infer their framing."""
    connection = connection_of(capture).open()
    exchange(connection, *(messages[:2] for messages in sent("framing-few")))
    connection.client_closes()


SHORT = 5       # messages each way, too few to make the framing sure


@scenario
def framing_short_connections(capture):
    """Four short control connections in a row to one server, each too short to infer the framing."""
    ways = sent("framing-short-connections")
    for turn in range(4):
        connection = connection_of(capture, HONG.control_port + turn).open()
        exchange(connection, *(messages[:SHORT] for messages in ways))
        connection.client_closes()
        capture.wait(5)


@scenario
def framing_two_connections(capture):
    """Two control connections in a row to one server; the second has the first one's first four messages."""
    ways = sent("framing-two-connections")
    for port, count in ((HONG.control_port, COUNT), (HONG.control_port + 10, FEW)):
        connection = connection_of(capture, port).open()
        exchange(connection, *(messages[:count] for messages in ways))
        connection.client_closes()
        capture.wait(5)


@scenario
def framing_halves(capture):
    """Two control connections to one server, u16be@0+2, then u32be@0+4, whose halves are two messages of the first."""
    for place, name in enumerate(("framing-u16be", "framing-u32be")):
        connection = connection_of(capture, HONG.control_port + 10 * place).open()
        exchange(connection, *sent(name))
        connection.client_closes()
        capture.wait(5)


@scenario
def framing_two_vlans(capture):
    """Two control connections with the same addresses and ports on VLANs 10 (u16be@0+2) and 20 (u32be@0+4), interleaved."""
    with capture.meanwhile(after=0.001), capture.on_vlan(10):
        converse(capture, "framing-u16be")
    with capture.on_vlan(20):
        converse(capture, "framing-u32be")


def converse_and_change(capture, name, segments):
    connection = connection_of(capture).open()
    exchange(connection, *map(segments, sent_with_change(name)))
    connection.client_closes()


@scenario
def framing_lines_then_u32be(capture):
    """Control messages are lines of CRLF and then, as after STARTTLS, of u32be@0+4."""
    converse_and_change(capture, "framing-lines-then-u32be", alone)


@scenario
def framing_u16be_then_lines(capture):
    """Control messages are of u16be@0+2 and then lines of CRLF; the change comes within a segment."""
    converse_and_change(capture, "framing-u16be-then-lines", lambda messages: grouped(messages, (1, 1, 3)))


@scenario
def framing_two_protocols(capture):
    """As framing-lines-then-u32be in segments of any size: the change comes before the first framing is sure."""
    converse_and_change(capture, "framing-two-protocols", anywhere)
