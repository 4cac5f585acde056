# SPDX-License-Identifier: GPL-2.0-or-later
"""Several of our packets in one frame, and packets in tunnels: frames that have more than one transport layer.

All frames are IEEE 802.11, where an A-MSDU holds any number of packets.
"""

import struct

import mutations
import stories
from mutations import IPV4, UDP, Packet
from stories import Flow, datagram, ethernet, flow_of, network_of

WLAN = 105      # link type
ADDRESSES = bytes.fromhex("020000000001 020000000002 020000000003 0000")
IPIP, ICMP, GRE, ICMP6, IPV6, SCTP = 4, 1, 47, 58, 41, 132
IPV6_TYPE = b"\x86\xdd"
ONE_IN = 4      # one packet in this many starts a group that is joined
SOON = 20       # the group is chosen from this many packets after it
OUTER = Flow(UDP, (bytes([198, 51, 100, 1]), 2152), (bytes([198, 51, 100, 2]), 2152))


def kind_of(packet: bytes) -> bytes:
    return IPV4 if packet[0] >> 4 == 4 else IPV6_TYPE


def link(packet: bytes) -> bytes:
    """LLC header and payload."""
    return b"\xaa\xaa\x03\x00\x00\x00" + kind_of(packet) + packet


# ---- tunnels ------------------------------------------------------------------------------------------

def outer_of(chance, packet: bytes) -> Flow:
    """The tunnel's addresses and ports: other ones, or those of the packet inside."""
    width, at = (4, 12) if packet[0] >> 4 == 4 else (16, 8)
    inner = Flow(UDP, (packet[at:at + width], 2152), (packet[at + width:at + 2 * width], 2152))
    return chance.choice((OUTER, OUTER, inner))


def gtp(chance, packet):
    return datagram(outer_of(chance, packet), struct.pack(">BBHI", 0x30, 0xFF, len(packet), 7) + packet)


def gre(chance, packet):
    return network_of(outer_of(chance, packet), GRE, b"\0\0" + kind_of(packet) + packet)


def bridged(chance, packet):
    return network_of(outer_of(chance, packet), GRE, b"\0\0\x65\x58" + ethernet(packet))


def erspan(chance, packet):
    return network_of(outer_of(chance, packet), GRE, b"\x10\0\x88\xbe\0\0\0\1" + b"\x10\0\0\1\0\0\0\0" + ethernet(packet))


def ipip(chance, packet):
    return network_of(outer_of(chance, packet), IPIP if kind_of(packet) == IPV4 else IPV6, packet)


def vxlan(chance, packet):
    flow = outer_of(chance, packet)
    flow = flow._replace(destination=(flow.destination[0], 4789))
    return datagram(flow, b"\x08\0\0\0\0\0\x01\0" + ethernet(packet))


def quoted(chance, packet):
    """An ICMP error from the receiver or from a router between."""
    flow = outer_of(chance, packet).turned()
    length = chance.choice((len(packet), len(packet), 28, 48))
    if len(flow.source[0]) == 16:
        return network_of(flow, ICMP6, b"\1\4" + bytes(6) + packet[:length])
    return network_of(flow, ICMP, b"\3\3" + bytes(6) + packet[:length])


def as_it_is(chance, packet):
    return packet


TUNNELS = [gtp, gre, bridged, erspan, ipip, vxlan, quoted]


# ---- several packets in one frame ---------------------------------------------------------------------

def parts(packet: bytes) -> tuple:
    """The flow and payload of an IP packet, or None without TCP or UDP."""
    frame = ethernet(packet)
    place = mutations.place_of(frame)
    return (flow_of(frame, place), frame[place.payload:]) if place else None


def bundle(chance, group: list) -> bytes:
    """One SCTP packet with a DATA chunk for each payload."""
    found = list(filter(None, map(parts, group)))
    if not found:
        return group[0]
    flow = found[0][0]
    ports = chance.choice((5060, flow.source[1])), chance.choice((5060, 80, flow.destination[1]))
    chunks = b""
    for number, (_, payload) in enumerate(found):
        payload = payload[:1400] or b"\0"
        chunks += struct.pack(">BBHIHHI", 0, 3, 16 + len(payload), number, 0, number, 0) + payload + bytes(-len(payload) % 4)
    return network_of(flow, SCTP, struct.pack(">HHII", *ports, 1, 0) + chunks)


def one_datagram(chance, group: list) -> bytes:
    """All payloads concatenated in one datagram: two RTP packets, or RTP and SIP."""
    found = list(filter(None, map(parts, group)))
    return datagram(found[0][0], b"".join(payload for _, payload in found)[:8000]) if found else group[0]


def channel(chance, group: list) -> bytes:
    """The payload in a TURN indication, as a relay sends it."""
    found = list(filter(None, map(parts, group)))
    if not found:
        return group[0]
    data = b"".join(struct.pack(">HH", 0x13, len(payload)) + payload + bytes(-len(payload) % 4)
                    for _, payload in found)[:8000]
    return datagram(found[0][0], struct.pack(">HH", 0x17, len(data)) + b"\x21\x12\xa4\x42" + bytes(12) + data)


def aggregate(group: list) -> bytes:
    """Several packets in one frame, as an A-MSDU."""
    frame = b"\x88\x01\0\0" + ADDRESSES + b"\x80\0"
    for number, packet in enumerate(group, 1):
        subframe = ADDRESSES[:12] + struct.pack(">H", len(link(packet))) + link(packet)
        frame += subframe + (bytes(-len(subframe) % 4) if number < len(group) else b"")
    return frame


def plain(packet: bytes) -> bytes:
    return b"\x08\x01\0\0" + ADDRESSES + link(packet)


def frame_of(chance, group: list) -> bytes:
    """One frame with several IP packets in random order, some of them in tunnels."""
    group = chance.sample(group, len(group))
    way = chance.choice((None, None, None, bundle, one_datagram, channel))
    if way:
        joined = way(chance, group)
        return plain(joined) if chance.randrange(2) else aggregate([joined, *group])
    tunnelled = []
    for packet in group:
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            packet = chance.choice(TUNNELS)(chance, packet)
        tunnelled.append(packet)
    return aggregate(tunnelled) if len(tunnelled) > 1 else plain(tunnelled[0])


def joined(chance, packets: list, payloads) -> tuple:
    """A story in which some packets are joined with later ones, or with a packet of another protocol."""
    story, count = [], 0
    packets = [packet for packet in packets if packet.frame[12:14] in (IPV4, IPV6_TYPE)]
    flows = stories.flows_of(packets)
    while packets:
        time, frame, _ = packets.pop(0)
        group = [frame[14:]]
        if chance.randrange(ONE_IN) == 0:
            for _ in range(min(chance.randrange(4), len(packets))):
                group.append(packets.pop(chance.randrange(min(len(packets), SOON))).frame[14:])
            if flows and chance.randrange(4) == 0:
                group.append(datagram(chance.choice(flows), payloads.choose(chance).data[:1400]))
            frame = frame_of(chance, group)
            count += 1
        else:
            frame = plain(group[0])
        story.append(Packet(time, frame, len(frame)))
    return story, count
