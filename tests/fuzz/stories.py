# SPDX-License-Identifier: GPL-2.0-or-later
"""Our captures mixed with other traffic: foreign frames between ours, and several packets in one frame.

A story is a list of packets. Many stories are written into one capture, so each gets its own client, Call-IDs and
sequence numbers.
"""

import ipaddress
import random
import re
import struct
from typing import NamedTuple

import fuzz_prefixes
import mutations
from mutations import IPV4, TCP, UDP, Packet

CLIENT = "220.69.240.206"
NAMED_END = re.compile(rb"c=IN IP4 ([\d.]+).*?m=\w+ (\d+) ", re.DOTALL)
THIRD = ipaddress.ip_address("198.51.100.77").packed
ACK, PUSH = 0x10, 0x08
FLAGS, SYN_FIN = 13, 0x03
MOST_KINDS = 8          # inserted into a story, up to four payloads each
WITHOUT_GAP = 7         # insertions of eight into TCP streams that shift later sequence numbers


class Flow(NamedTuple):
    """One direction between two addresses and ports."""
    protocol: int
    source: tuple       # address as on the wire, port
    destination: tuple

    def turned(self):
        return Flow(self.protocol, self.destination, self.source)


def network_of(flow: Flow, protocol: int, content: bytes) -> bytes:
    """An IP packet from the flow's source to its destination."""
    source, destination = flow.source[0], flow.destination[0]
    if len(source) == 16:
        return struct.pack(">IHBB", 6 << 28, len(content), protocol, 64) + source + destination + content
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(content), 0, 0, 64, protocol, 0) + source + destination + content


def ethernet(packet: bytes) -> bytes:
    """An IP packet as an Ethernet frame."""
    kind, ends = (IPV4, packet[12:20]) if packet[0] >> 4 == 4 else (b"\x86\xdd", packet[20:24] + packet[36:40])
    return b"\x02\x00" + ends[4:] + b"\x02\x00" + ends[:4] + kind + packet


def datagram(flow: Flow, payload: bytes) -> bytes:
    return network_of(flow, UDP, struct.pack(">HHHH", flow.source[1], flow.destination[1], 8 + len(payload), 0) + payload)


def segment(flow: Flow, payload: bytes, sequence: int, acknowledged: int) -> bytes:
    return network_of(flow, TCP, struct.pack(">HHIIBBHHH", flow.source[1], flow.destination[1], sequence % 2 ** 32,
                                             acknowledged % 2 ** 32, 0x50, ACK | PUSH, 65535, 0, 0) + payload)


def flow_of(frame: bytes, place) -> Flow:
    at, width = (26, 4) if frame[12:14] == IPV4 else (22, 16)
    ports = struct.unpack_from(">HH", frame, place.transport)
    return Flow(place.protocol, (frame[at:at + width], ports[0]), (frame[at + width:at + 2 * width], ports[1]))


def moved(packets: list, number: int) -> list:
    """The same story with another client address, in headers and texts."""
    client = f"220.69.{200 + number % 56}.{100 + number // 56 % 156}"
    changes = [(ipaddress.ip_address(CLIENT).packed, ipaddress.ip_address(client).packed), (CLIENT.encode(), client.encode())]
    changed = []
    for packet in packets:
        frame = packet.frame
        for old, new in changes:
            frame = frame.replace(old, new)
        changed.append(packet._replace(frame=frame))
    return changed


# ---- other payloads between our packets ---------------------------------------------------------------

def flows_of(packets: list) -> list:
    """The flows between all addresses and ports that a story uses or that its SDP names. Media and RTCP come last."""
    used, named = {}, {}
    for packet in packets:
        place = mutations.place_of(packet.frame)
        if place:
            used[flow_of(packet.frame, place)] = None
            for address, port in NAMED_END.findall(packet.frame[place.payload:]):
                try:
                    named[ipaddress.ip_address(address.decode()).packed, int(port) % 2 ** 16] = None
                except ValueError:
                    pass        # not an address
    media = [Flow(UDP, source, destination) for source in named for destination in named if source[0] != destination[0]]
    media += [Flow(UDP, *((address, (port + 1) % 2 ** 16) for address, port in (flow.source, flow.destination)))
              for flow in media]
    return [*used, *media]


def is_rtp(frame: bytes) -> bool:
    place = mutations.place_of(frame)
    return bool(place) and place.protocol == UDP and frame[place.payload:place.payload + 1] == b"\x80"


class Insertion(NamedTuple):
    flow: Flow
    payload: bytes
    gap: bool       # TCP: overlaps later bytes instead of shifting them


def insertions(chance, packets: list, payloads) -> dict:
    """Index in a story → what to insert there. A few protocols, before, during and after the media."""
    flows = flows_of(packets)
    if not flows:
        return {}
    media = [number for number, packet in enumerate(packets) if is_rtp(packet.frame)] or [0, len(packets)]
    parts = [(0, media[0]), (media[0], media[-1]), (media[-1], len(packets))]
    chosen = {}
    for _ in range(chance.randint(1, MOST_KINDS)):
        flow, kind = chance.choice(flows), chance.choice(payloads.kinds)
        for _ in range(chance.randint(1, 4)):
            payload = payloads.choose(chance, kind)
            way = flow if chance.randrange(2) else flow.turned()
            if chance.randrange(4) == 0 and way.protocol == UDP:    # to a third host, at the protocol's port
                way = way._replace(destination=(THIRD.rjust(len(way.source[0]), b"\0"), payload.port or way.destination[1]))
            way = way.turned() if chance.randrange(8) == 0 else way
            place = chance.randint(*chance.choice(parts))
            chosen.setdefault(place, []).append(Insertion(way, payload.data[:1400], chance.randrange(8) >= WITHOUT_GAP))
    return chosen


def inserted(chance, packets: list, payloads) -> tuple:
    """The story with its insertions, and their number. Later TCP sequence numbers are shifted."""
    chosen = insertions(chance, packets, payloads)
    story, shifts, following = [], {}, {}
    for number in range(len(packets) + 1):
        for insertion in chosen.get(number, ()):
            time = packets[min(number, len(packets) - 1)].time
            story.append(Packet(time, *sized(ethernet(made(insertion, shifts, following)))))
        if number < len(packets):
            story.append(shifted(packets[number], shifts, following))
    return story, sum(map(len, chosen.values()))


def sized(frame: bytes) -> tuple:
    return frame, len(frame)


def made(insertion: Insertion, shifts: dict, following: dict) -> bytes:
    flow, payload, gap = insertion
    if flow.protocol == UDP:
        return datagram(flow, payload)
    sequence = following.get(flow, 1)
    if not gap:
        shifts[flow] = shifts.get(flow, 0) + len(payload)
        following[flow] = sequence + len(payload)
    return segment(flow, payload, sequence, following.get(flow.turned(), 1))


def shifted(packet: Packet, shifts: dict, following: dict) -> Packet:
    """Our packet with TCP numbers shifted by the insertions before it."""
    place = mutations.place_of(packet.frame)
    if place is None or place.protocol != TCP:
        return packet
    flow = flow_of(packet.frame, place)
    sequence, acknowledged = struct.unpack_from(">II", packet.frame, place.transport + 4)
    sequence, acknowledged = sequence + shifts.get(flow, 0), acknowledged + shifts.get(flow.turned(), 0)
    frame = bytearray(packet.frame)
    struct.pack_into(">II", frame, place.transport + 4, sequence % 2 ** 32, acknowledged % 2 ** 32)
    flags = frame[place.transport + FLAGS]
    following[flow] = sequence + len(frame) - place.payload + bool(flags & SYN_FIN)
    return packet._replace(frame=bytes(frame))


def story_of(kind, captures: list, payloads, seed: int, number: int) -> tuple:
    """The story of that number, and how many of its frames are inserted or joined."""
    chance = random.Random(f"{seed} {number}")
    packets, count = kind(chance, fuzz_prefixes.told_apart(captures[number % len(captures)], number), payloads)
    return moved(packets, number), count
