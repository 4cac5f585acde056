# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes pcapng files, of Ethernet frames by default.

scapy's section header differs between Debian 12 and 13, but a capture must be the same on both.
"""

import struct

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
BYTE_ORDER, UNKNOWN_LENGTH = 0x1A2B3C4D, -1
ETHERNET, NO_LIMIT = 1, 0
COMMENT, END = 1, 0
MICROSECONDS = 1_000_000


def pcapng(frames, comment, link_type=ETHERNET):
    """The file's bytes, from (seconds, bytes) pairs and a comment for the file."""
    yield block(SECTION, struct.pack("<IHHq", BYTE_ORDER, 1, 0, UNKNOWN_LENGTH) + option(COMMENT, comment.encode()))
    yield block(INTERFACE, struct.pack("<HHI", link_type, 0, NO_LIMIT))
    for seconds, data in frames:
        high, low = divmod(int(seconds * MICROSECONDS), 2 ** 32)
        yield block(PACKET, struct.pack("<IIIII", 0, high, low, len(data), len(data)) + padded(data))


def block(kind, body):
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def option(code, value):
    return struct.pack("<HH", code, len(value)) + padded(value) + struct.pack("<HH", END, 0)


def padded(data):
    return data + bytes(-len(data) % 4)
