# SPDX-License-Identifier: GPL-2.0-or-later
"""802.11 frames with several Ethernet frames (A-MSDU: IEEE 802.11-2020, 9.3.2.2)."""

import struct

IEEE_802_11 = 105               # link type
QOS_DATA, A_MSDU_PRESENT = 0x0088, 0x0080
LLC_SNAP = bytes.fromhex("aaaa03000000")
ADDRESSES = 12                  # bytes: destination and source


def aggregate(frames):
    """A QoS data frame with these Ethernet frames, in order."""
    destination, source = frames[0][:6], frames[0][6:12]
    header = struct.pack("<HH", QOS_DATA, 0) + destination + source + destination + struct.pack("<HH", 0, A_MSDU_PRESENT)
    return header + b"".join(subframe(frame, is_last=frame is frames[-1]) for frame in frames)


def subframe(frame, is_last):
    body = LLC_SNAP + frame[ADDRESSES:]
    whole = frame[:ADDRESSES] + struct.pack("!H", len(body)) + body
    return whole if is_last else whole + bytes(-len(whole) % 4)
