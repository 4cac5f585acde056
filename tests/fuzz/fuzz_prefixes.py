#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts each capture's frames at every byte, ends it after every packet and leaves out each packet in turn.

tshark with a sanitized plugin opens all of it in one pass and in two. Of each RTP stream only the first and last
packets are used, because the others are alike. Many damaged captures are joined into one, each with its own sequence
numbers and Call-IDs so that none is mistaken for another.
"""

import itertools
import re
import struct
import sys

import mutations
from findings import Findings, parser_of
from sanitized import Sanitized
from harness import CAPTURES, Stage

WAYS = ["-V"], ["-2", "-V"]
ROUND = 5000        # packets
ENDS = 3            # packets kept at the start and end of an RTP stream
CALL_ID = re.compile(rb"(?i)^(Call-ID: *)[^@\r\n]{0,8}", re.MULTILINE)
# One packet in this many is cut while the others are whole.
ONE_IN = 10


# ---- damage ------------------------------------------------------------------------------------------

def without_the_middle_of_streams(packets: list) -> list:
    """Keeps only the ends of each RTP stream."""
    streams = {}
    for number, packet in enumerate(packets):
        place = mutations.place_of(packet.frame)
        if place and place.protocol == mutations.UDP and packet.frame[place.payload:place.payload + 1] == b"\x80":
            streams.setdefault((packet.frame[26:38], packet.frame[place.payload + 8:place.payload + 12]), []).append(number)
    middle = {number for numbers in streams.values() for number in numbers[ENDS:-ENDS]}
    return [packet for number, packet in enumerate(packets) if number not in middle]


def cut(packet, length):
    return packet._replace(frame=packet.frame[:length])


def cut_at_every_byte(packets: list):
    for length in range(longest(packets)):
        yield [cut(packet, length) for packet in packets]


def one_in_ten_cut_at_every_byte(packets: list):
    """Cuts each packet at every tenth byte. The same message in another capture is cut at other bytes."""
    for length in range(longest(packets)):
        yield [cut(packet, length) if (number + length) % ONE_IN == 0 else packet
               for number, packet in enumerate(packets)]


def ended_after_every_packet(packets: list):
    for end in range(1, len(packets)):
        yield packets[:end]


def each_packet_lost(packets: list):
    for lost in range(len(packets)):
        yield packets[:lost] + packets[lost + 1:]


def longest(packets: list) -> int:
    return max(len(packet.frame) for packet in packets)


DAMAGE = [cut_at_every_byte, one_in_ten_cut_at_every_byte, ended_after_every_packet, each_packet_lost]


# ---- rounds ------------------------------------------------------------------------------------------

def told_apart(packets: list, number: int) -> list:
    """The same story with its own sequence numbers and Call-IDs."""
    return [packet._replace(frame=marked(packet.frame, number)) for packet in packets]


def marked(frame: bytes, number: int) -> bytes:
    place = mutations.place_of(frame)
    if place is None:
        return frame
    changed = bytearray(frame)
    if place.protocol == mutations.TCP:
        numbers = struct.unpack_from(">II", frame, place.transport + 4)
        struct.pack_into(">II", changed, place.transport + 4, *((each + number * 100003) % 2 ** 32 for each in numbers))
    name = b"%08x" % number
    payload = CALL_ID.sub(lambda found: found[1] + name[:len(found[0]) - len(found[1])], frame[place.payload:])
    return bytes(changed[:place.payload]) + payload


def rounds(stories):
    """Joins stories into rounds."""
    gathered, count = [], 0
    for number, packets in enumerate(stories):
        gathered.append(told_apart(packets, number))
        count += len(packets)
        if count >= ROUND:
            yield mutations.joined(gathered)
            gathered, count = [], 0
    yield mutations.joined(gathered)


def main() -> int:
    parser = parser_of(__doc__, "captures to damage (all of test-captures)")
    parser.add_argument("--every", type=int, default=1, help="only one of so many damaged captures (1)")
    chosen = parser.parse_args()
    findings = Findings(chosen.keep)
    captures = mutations.read_all(chosen.captures or sorted(CAPTURES.rglob("*.pcapng")))
    captures = list(map(without_the_middle_of_streams, captures))
    with Stage() as stage:
        shark = Sanitized(stage)
        packets_read = stories_read = 0
        for damage in DAMAGE:
            for number, packets in enumerate(rounds(itertools.islice(
                    itertools.chain.from_iterable(map(damage, captures)), 0, None, chosen.every)), 1):
                capture = stage.new_capture(f"{damage.__name__}-{number}.pcap")
                packets_read += mutations.write(capture, packets)
                for options in WAYS:
                    wrong = shark.what_is_wrong(capture, options)
                    if wrong:
                        findings.add(capture, f"tshark -r {{}} {' '.join(options)}:", wrong)
                capture.unlink()
                findings.progress(f"{damage.__name__}: round {number}, {packets_read} packets")
    return findings.end(f"{packets_read} packets of damaged captures, each shown in one pass and in two")


if __name__ == "__main__":
    sys.exit(main())
