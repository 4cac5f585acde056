# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture under construction: a clock, the frames so far, and the resulting pcapng file."""

from contextlib import contextmanager
from fractions import Fraction
from ipaddress import ip_address

from scapy.layers.inet import ICMP, IP, TCP, UDP, fragment
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

from .pcapng import pcapng
from .wifi import IEEE_802_11, aggregate

START = 1194224400          # 5 November 2007, 10:00 in Seoul
STEP = 0.004                # seconds between frames, unless a scenario waits


class Capture:
    """Frames with their times. The clock can be set back to add simultaneous events."""

    def __init__(self):
        self.frames = []
        self.link_type = None   # Ethernet
        self.now = Fraction(START)
        self.set_back = []      # (when, by how many seconds)

    def wait(self, seconds):
        self.now += Fraction(str(seconds))

    def set_clock_back(self, seconds):
        """From now on, the capturing host's clock is behind by this much more."""
        self.set_back.append((self.now, seconds))

    def shown(self, time):
        """The time of a frame by the capturing host's clock."""
        return time - sum(seconds for when, seconds in self.set_back if when <= time)

    @contextmanager
    def meanwhile(self, after=0):
        """Frames added inside are simultaneous with those added afterwards."""
        start = self.now
        self.wait(after)
        yield
        self.now = start

    def add(self, source, destination, transport, payload=b"", step=STEP):
        """Adds a frame from one endpoint to another. transport is its TCP, UDP or ICMP header."""
        packet = ethernet(source, destination) / network(source, destination) / transport
        self.frames.append((self.now, packet / Raw(payload) if payload else packet))
        self.wait(step)

    def datagram(self, source, destination, payload, step=STEP):
        self.add(source, destination, UDP(sport=source.port, dport=destination.port), payload, step)

    def icmp_port_unreachable(self, source, destination, sender, receiver, payload):
        """Adds an ICMP message from source about a datagram from sender to receiver."""
        quoted = network(sender, receiver) / UDP(sport=sender.port, dport=receiver.port) / Raw(payload)
        self.add(source, destination, ICMP(type=3, code=3), bytes(quoted))

    def icmp_time_exceeded(self, source, side, payload):
        """Adds an ICMP message from source about the last segment of this side of a TCP connection."""
        sender, receiver = side.endpoint, side.other.endpoint
        header = TCP(sport=sender.port, dport=receiver.port, seq=side.sequence - len(payload), ack=side.other.sequence,
                     flags="PA", window=65535)
        quoted = network(sender, receiver) / header / Raw(payload)
        self.add(source, sender, ICMP(type=11, code=0), bytes(quoted))

    @contextmanager
    def joined(self):
        """Packets added inside become one 802.11 frame. All other packets become an 802.11 frame each."""
        self.link_type = IEEE_802_11
        begin = len(self.frames)
        yield
        packets = [packet for _, packet in self.frames[begin:]]
        self.frames[begin:] = [(self.frames[begin][0], packets)]

    @contextmanager
    def in_fragments(self, size):
        """IPv4 packets added inside are sent in fragments of this many bytes, the last one first."""
        begin = len(self.frames)
        yield
        self.frames[begin:] = [(time, Ether(src=packet.src, dst=packet.dst) / piece)
                               for time, packet in self.frames[begin:] for piece in reversed(pieces(packet[IP], size))]

    @contextmanager
    def on_vlan(self, number):
        """Frames added inside belong to this VLAN (802.1Q)."""
        begin = len(self.frames)
        yield
        self.frames[begin:] = [(time, Ether(src=packet.src, dst=packet.dst) / Dot1Q(vlan=number) / packet.payload)
                               for time, packet in self.frames[begin:]]

    @contextmanager
    def lost(self):
        """Frames added inside were sent, but the capture missed them."""
        seen = len(self.frames)
        yield
        del self.frames[seen:]

    def write(self, path, comment):
        """Writes the frames in the order of time."""
        sent = {}
        in_order = sorted(self.frames, key=lambda frame: frame[0])
        if self.link_type:
            frames = ((self.shown(time), aggregate([bytes(numbered(packet, sent)) for packet in packets_of(frame)]))
                      for time, frame in in_order)
            path.write_bytes(b"".join(pcapng(frames, comment, self.link_type)))
            return
        frames = ((self.shown(time), bytes(numbered(packet, sent))) for time, packet in in_order)
        path.write_bytes(b"".join(pcapng(frames, comment)))


def packets_of(frame):
    """The packets of a joined frame, or the only packet of another one."""
    return frame if isinstance(frame, list) else [frame]


def ethernet(source, destination):
    return Ether(src=hardware(source.address), dst=hardware(destination.address), type=ethertype(source))


def hardware(address):
    """A locally administered Ethernet address for each host."""
    last = ip_address(address).packed[-4:]
    return "02:00:" + ":".join(f"{byte:02x}" for byte in last)


def ethertype(endpoint):
    return 0x86DD if ip_address(endpoint.address).version == 6 else 0x0800


def network(source, destination):
    if ip_address(source.address).version == 6:
        return IPv6(src=source.address, dst=destination.address, hlim=64)
    return IP(src=source.address, dst=destination.address, ttl=64, flags="DF", id=0)


def pieces(packet, size):
    """An IPv4 packet's fragments."""
    packet.flags, packet.id = "", 0xF000
    return fragment(packet, size)


def is_fragment(packet):
    return packet[IP].flags == "MF" or packet[IP].frag > 0


def numbered(packet, sent):
    """Sets an IPv4 packet's identification to its host's next one. That of a fragment is set already."""
    if IP in packet and not is_fragment(packet):
        source = packet[IP].src
        sent[source] = sent.get(source, 0) + 1
        packet[IP].id = sent[source] & 0xFFFF
    return packet
