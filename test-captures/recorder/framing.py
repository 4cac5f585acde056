# SPDX-License-Identifier: GPL-2.0-or-later
"""Splits streams into messages: a second implementation of the grammar in plugin/control/framing.h.

A message's length comes from a field (u16be@0+2: the field at offset 0, plus 2; u8@1+2 has no byte order) or is fixed
(fixed 4), or the message ends with a delimiter (lines crlf, lines lf, nul).
"""

import re

DELIMITERS = {"lines crlf": b"\r\n", "lines lf": b"\n", "nul": b"\0"}
FIELD = re.compile(r"u(?:8|(16|24|32)(be|le))@(\d+)([+-]\d+)")
FARTHEST = 31               # highest offset of a length field that is inferred
NONE = "none"


def cut(framing, stream):
    """The messages that fill a stream completely; ValueError if they do not."""
    length = length_by(framing)
    messages, begin = [], 0
    while begin < len(stream):
        end = begin + length(stream, begin)
        if not begin < end <= len(stream):
            raise ValueError(f"{framing} does not cut byte {begin} of {len(stream)} into messages")
        messages.append(stream[begin:end])
        begin = end
    return messages


def length_by(framing):
    """A function that returns the length of the message at an offset of a stream."""
    if framing in DELIMITERS:
        return delimited_by(DELIMITERS[framing])
    if framing.startswith("fixed "):
        return lambda stream, begin: int(framing.split()[1])
    bits, order, offset, more = FIELD.fullmatch(framing).groups()
    width = int(bits or 8) // 8
    return lambda stream, begin: number(stream[begin:], width, order, int(offset)) + int(more)


def delimited_by(delimiter):
    def length(stream, begin):
        found = stream.find(delimiter, begin)
        return found + len(delimiter) - begin if found >= 0 else 0
    return length


def number(message, width, order, offset):
    field = message[offset:offset + width]
    if len(field) < width:
        raise ValueError("a message is too short for its length field")
    return int.from_bytes(field, "little" if order == "le" else "big")


def same_cuts(framing, stream):
    """All other framings that split these bytes at the same places."""
    messages = cut(framing, stream)
    found = [other for other in DELIMITERS if is_cut_by(DELIMITERS[other], messages)]
    if len({len(message) for message in messages}) == 1:
        found.append(f"fixed {len(messages[0])}")
    return [other for other in [*found, *field_framings(messages)] if other != framing]


def is_cut_by(delimiter, messages):
    return all(message.find(delimiter) == len(message) - len(delimiter) for message in messages)


def field_framings(messages):
    """The framings of fields that all messages have and that differ from the length by a constant."""
    shortest = min(len(message) for message in messages)
    for width in (1, 2, 3, 4):
        for offset in range(min(FARTHEST, shortest - width) + 1):
            for order in ("be", "le") if width > 1 else ("",):
                more = {len(message) - number(message, width, order, offset) for message in messages}
                if len(more) == 1 and abs(min(more)) <= 0xffff:
                    yield f"u{width * 8}{order}@{offset}{more.pop():+d}"
