# SPDX-License-Identifier: GPL-2.0-or-later
"""Damages captures: bits, lengths, order, and the texts of SIP, SDP and HTTP.

The same seed gives the same damage. Frames are Ethernet with IPv4 or IPv6, as in all captures here.
"""

import random
import re
import struct
import subprocess
import tempfile
from typing import NamedTuple

from scapy.utils import RawPcapReader, RawPcapWriter

CONTROL, LOGIN, SIP = 10500, 8081, 5060
TCP, UDP = 6, 17
IPV4 = b"\x08\x00"
# One packet in this many is damaged on its own. More would leave too little of the story to go wrong.
ONE_IN = 4

NUMBERS = [b"0", b"-1", b"1", b"65535", b"65536", b"2147483648", b"4294967295", b"99999999999999999999", b"1e9", b""]
TEXTS = [b"%n%s%x", b"\x00", b"\x1b[2J", b"\xff\xfe", b"\xb3\xd7\xc0\xcc\xb9\xf6", "\u202e".encode(), b"A" * 5000,
         b'"', b"<", b"@", b":", b";;", b"\r\n", b"\r\n\r\n", b"\n", b"%", b"%zz", b"=&="]
WORDS = [b"INVITE", b"ACK", b"BYE", b"CANCEL", b"REGISTER", b"INFO", b"UPDATE", b"PRACK", b"OPTIONS", b"GET", b"POST",
         b"HEAD", b"HTTP/1.1", b"SIP/2.0", b"100", b"180", b"183", b"200", b"302", b"401", b"407", b"408", b"486", b"487",
         b"503", b"naver.com", b"pps.naver.com", b"was.np.naver.com:8081", b"77001012345678", b"sendonly", b"inactive",
         b"recvonly", b"PCMU/8000", b"telephone-event/8000", b"RTP/SAVP", b"chunked", b"gzip",
         b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"application/sdp"]
TEXT = re.compile(rb"^(SIP/2\.0|HTTP/1\.[01]|[A-Z]{3,9}) ")


class Packet(NamedTuple):
    time: float
    frame: bytes
    length: int     # on the wire


class Place(NamedTuple):
    """Offsets of a frame's layers."""
    network: int
    transport: int
    payload: int
    protocol: int


def read(capture) -> list:
    """The packets of a capture of any format."""
    with tempfile.NamedTemporaryFile(suffix=".pcap") as plain:
        subprocess.run(["editcap", "-F", "pcap", str(capture), plain.name], check=True)
        packets = RawPcapReader(plain.name)
        try:
            return [Packet(of.sec + of.usec / 1e6, frame, of.wirelen) for frame, of in packets]
        finally:
            packets.close()


def read_all(captures) -> list:
    """The packets of each capture that is not empty."""
    return list(filter(None, map(read, captures)))


def write(path, packets, link_type=1) -> int:
    """Writes a capture that anybody may read and returns its number of packets. Link type 1 is Ethernet."""
    count = 0
    file = RawPcapWriter(str(path), linktype=link_type)
    try:
        file.write_header(None)
        for count, (time, frame, length) in enumerate(packets, 1):
            file.write_packet(frame, sec=int(time), usec=int(time % 1 * 1e6), caplen=len(frame),
                              wirelen=max(length, len(frame)))
    finally:
        file.close()
    path.chmod(0o644)
    return count


def place_of(frame: bytes):
    """None if the frame holds neither TCP nor UDP."""
    if len(frame) < 54:
        return None
    kind = frame[12:14]
    if kind == IPV4:
        protocol, transport = frame[23], 14 + 4 * (frame[14] & 15)
    elif kind == b"\x86\xdd":
        protocol, transport = frame[20], 54
    else:
        return None
    if protocol == UDP and len(frame) >= transport + 8:
        return Place(14, transport, transport + 8, UDP)
    if protocol == TCP and len(frame) >= transport + 20:
        return Place(14, transport, min(transport + 4 * (frame[transport + 12] >> 4), len(frame)), TCP)
    return None


def with_payload(frame: bytes, place: Place, payload: bytes) -> bytes:
    """The frame with another payload and matching lengths. Later TCP sequence numbers stay as they were."""
    changed = bytearray(frame[:place.payload] + payload[:65000 - place.payload])
    length = len(changed)
    if place.protocol == UDP:
        struct.pack_into(">H", changed, place.transport + 4, length - place.transport)
    if frame[12:14] == IPV4:
        struct.pack_into(">H", changed, 16, length - 14)
    else:
        struct.pack_into(">H", changed, 18, length - 54)
    return bytes(changed)


# ---- one packet --------------------------------------------------------------------------------------

def flip_bits(chance, frame, _):
    changed = bytearray(frame)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def flip_payload(chance, frame, place):
    if place.payload >= len(frame):
        return frame
    return frame[:place.payload] + flip_bits(chance, frame[place.payload:], None)


def change_number(chance, frame, place):
    """Changes a header field: ports, sequence numbers, flags, lengths, or in RTP's header."""
    changed = bytearray(frame)
    at = chance.randrange(place.network, min(place.payload + 16, len(frame)))
    width = min(chance.choice((1, 2, 4)), len(frame) - at)
    changed[at:at + width] = chance.choice((b"\0" * width, b"\xff" * width, chance.randbytes(width)))
    return bytes(changed)


def change_port(chance, frame, place):
    changed = bytearray(frame)
    struct.pack_into(">H", changed, place.transport + chance.choice((0, 2)), chance.choice((CONTROL, LOGIN, SIP, 80, 49170)))
    return bytes(changed)


def turn_around(chance, frame, place):
    """Swaps sender and receiver."""
    changed = bytearray(frame)
    at, width = (26, 4) if frame[12:14] == IPV4 else (22, 16)
    changed[at:at + 2 * width] = frame[at + width:at + 2 * width] + frame[at:at + width]
    changed[place.transport:place.transport + 4] = frame[place.transport + 2:place.transport + 4] + \
        frame[place.transport:place.transport + 2]
    return bytes(changed)


def change_text(chance, frame, place):
    """Changes a word, number, header line or line end."""
    text = frame[place.payload:]
    if not TEXT.match(text):
        return flip_payload(chance, frame, place)
    lines = text.split(b"\r\n")
    number = chance.randrange(len(lines))
    way = chance.randrange(6)
    if way == 0:
        del lines[number]
    elif way == 1:
        lines.insert(chance.randrange(len(lines)), lines[number])
    elif way == 2:
        lines[number] = b" " + lines[number]
    elif way == 3:
        words = re.split(rb"([ ;=@:<>&,])", lines[number])
        words[chance.randrange(len(words))] = chance.choice(WORDS + TEXTS + NUMBERS)
        lines[number] = b"".join(words)
    elif way == 4:
        lines[number] = re.sub(rb"\d+", chance.choice(NUMBERS), lines[number], count=1)
    else:
        at = chance.randrange(len(lines[number]) + 1)
        lines[number] = lines[number][:at] + chance.choice(TEXTS) + lines[number][at:]
    return with_payload(frame, place, b"\r\n".join(lines))


def resize_payload(chance, frame, place):
    """Makes the payload shorter or longer, with matching headers."""
    payload = frame[place.payload:]
    cut = chance.randrange(len(payload) + 1)
    return with_payload(frame, place, chance.choice((payload[:cut], payload[cut:], payload + payload[:cut],
                                                     payload[:cut] + chance.randbytes(chance.randrange(64)))))


OF_A_PACKET = [flip_bits, flip_payload, change_number, change_port, turn_around, change_text, change_text, resize_payload]


def damaged(chance, packet: Packet) -> Packet:
    place = place_of(packet.frame)
    if place is None:
        return packet._replace(frame=flip_bits(chance, packet.frame, None)) if packet.frame else packet
    frame = chance.choice(OF_A_PACKET)(chance, packet.frame, place)
    return Packet(packet.time, frame, packet.length + len(frame) - len(packet.frame))


def truncated(chance, packet: Packet) -> Packet:
    return packet._replace(frame=packet.frame[:chance.randrange(len(packet.frame) + 1)])


# ---- all packets -------------------------------------------------------------------------------------

def shuffled(chance, packets: list) -> list:
    """Drops some packets, repeats some, and delays some by up to 100 ms."""
    found = []
    for packet in packets:
        way = chance.randrange(40)
        if way == 0:
            continue
        if way == 1:
            packet = packet._replace(time=packet.time + chance.random() / 10)
        found += [packet, packet] if way == 2 else [packet]
    return sorted(found, key=lambda packet: packet.time)


def spliced(chance, packets: list, others: list) -> list:
    """The start of one story, followed by the start or middle of another."""
    cut, start = chance.randrange(len(packets) + 1), chance.randrange(len(others))
    shift = (packets[cut - 1] if cut else packets[0]).time - others[start].time
    tail = [packet._replace(time=packet.time + shift) for packet in others[start:]]
    return sorted(packets[:cut + chance.randrange(10)] + tail, key=lambda packet: packet.time)


def mutated(seed, captures: list) -> list:
    """Packets of one of the captures (lists of packets), damaged according to the seed."""
    chance = random.Random(seed)
    packets = chance.choice(captures)
    if chance.randrange(4) == 0:
        packets = spliced(chance, packets, chance.choice(captures))
    packets = shuffled(chance, packets)
    return [chance.choice((damaged, damaged, damaged, truncated))(chance, packet) if chance.randrange(ONE_IN) == 0
            else packet for packet in packets]


def joined(stories: list) -> list:
    """Joins lists of packets, each starting a minute after the end of the previous one."""
    packets = []
    for story in filter(None, stories):
        shift = packets[-1].time + 60 - story[0].time if packets else 0
        packets += [packet._replace(time=packet.time + shift) for packet in story]
    return packets


def round_of(captures: list, seed: int, size: int) -> list:
    """At least size packets of damaged captures, determined by the seed."""
    stories, count = [], 0
    while count < size:
        stories.append(mutated(f"{seed} {len(stories)}", captures))
        count += len(stories[-1])
    return joined(stories)
