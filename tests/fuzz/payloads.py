# SPDX-License-Identifier: GPL-2.0-or-later
"""Payloads of other protocols, which fuzzing inserts between the packets of our calls."""

import re
import struct
import subprocess
from typing import NamedTuple

import mutations

CAPTURES = re.compile(r"\.pcap(ng)?(\.gz)?(\.\d)?$")
MAX_OF_A_PROTOCOL = 30      # of those found in foreign captures
COOKIE = bytes.fromhex("2112a442")
# Addresses and ports in an inserted SDP: those of a call, their neighbours, and an unused one.
NAMED = [(b"220.69.240.206", b"50300"), (b"220.95.236.226", b"41000"), (b"220.95.236.226", b"5060"),
         (b"222.122.50.30", b"10500"), (b"198.51.100.9", b"9"), (b"0.0.0.0", b"0")]


class Payload(NamedTuple):
    kind: str
    data: bytes
    port: int       # default port of the protocol, or 0


def rtp(chance) -> bytes:
    kind = chance.choice((0, 8, 8, 13, 18, 101, 101 | 128, 72, 127))
    return struct.pack(">BBHII", chance.choice((128, 128, 128, 144, 160, 129)), kind, chance.getrandbits(16),
                       chance.getrandbits(32), chance.choice((1508134174, chance.getrandbits(32)))) + \
        chance.randbytes(chance.choice((0, 4, 20, 160)))


def stun(chance) -> bytes:
    """A binding request or response, a TURN indication with RTP, or a request of the older RFC 3489."""
    kind = chance.choice((0x0001, 0x0001, 0x0101, 0x0111, 0x0016, 0x0017, 0x0003))
    inner = rtp(chance)
    attributes = {0x0016: struct.pack(">HH", 0x13, len(inner)) + inner + bytes(-len(inner) % 4),
                  0x0101: struct.pack(">HHBBH4s", 0x20, 8, 0, 1, 7000 ^ 0x2112, chance.randbytes(4))}.get(
        kind & ~1 if kind == 0x0017 else kind, chance.choice((b"", b"\x80\x22\x00\x04test")))
    cookie = chance.choice((COOKIE, COOKIE, COOKIE, chance.randbytes(4)))
    return struct.pack(">HH", kind, len(attributes)) + cookie + chance.randbytes(12) + attributes


def turn_channel(chance) -> bytes:
    inner = chance.choice((rtp, rtcp, stun))(chance)
    return struct.pack(">HH", 0x4000 + chance.randrange(0x4000), len(inner)) + inner


def dtls(chance) -> bytes:
    kind = chance.choice((20, 21, 22, 23))
    body = {20: b"\x01", 21: b"\x01\x00"}.get(kind, chance.randbytes(40))
    if kind == 22:      # ClientHello
        hello = b"\xfe\xfd" + chance.randbytes(32) + b"\x00\x00\x00\x02\xc0\x2f\x01\x00\x00\x07\x00\x0e\x00\x03\x00\x01\x00"
        body = b"\x01" + len(hello).to_bytes(3, "big") + bytes(5) + len(hello).to_bytes(3, "big") + hello
    return struct.pack(">BHHIHH", kind, 0xFEFD, kind == 23, 0, chance.getrandbits(8), len(body)) + body


def zrtp(chance) -> bytes:
    message = b"\x50\x5a\x00\x03" + chance.choice((b"HelloACK", b"Conf2ACK", b"ClearACK"))
    return b"\x10\x00" + chance.randbytes(2) + b"ZRTP" + chance.randbytes(4) + message + chance.randbytes(4)


def rtcp(chance) -> bytes:
    """A compound packet: sender or receiver report, source description, and perhaps a BYE."""
    source = struct.pack(">I", chance.choice((1508134174, chance.getrandbits(32))))
    report = chance.choice((b"\x80\xc8\x00\x06" + source + chance.randbytes(20), b"\x80\xc9\x00\x01" + source))
    name = b"\x81\xca\x00\x03" + source + b"\x01\x04name\x00\x00"
    end = chance.choice((b"", b"\x81\xcb\x00\x01" + source, b"\x80\xcc\x00\x02" + source + b"NAVR",
                         b"\x80\xcf\x00\x01" + source))
    return report + name[:chance.choice((0, 16))] + end


def t38(chance) -> bytes:
    return struct.pack(">HB", chance.getrandbits(8), 1) + chance.choice((b"\x00\x00", b"\x06\x00", b"\xc0\x01\x80\x00\xff"))


def dns(chance) -> bytes:
    return chance.randbytes(2) + chance.choice((b"\x01\x00", b"\x81\x80")) + b"\x00\x01\x00\x00\x00\x00\x00\x00" + \
        b"\x03pps\x05naver\x03com\x00\x00\x01\x00\x01"


def sip(chance) -> bytes:
    address, port = chance.choice(NAMED)
    sdp = b"v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=%s %s %s\r\n" % (
        address, address, chance.choice((b"audio", b"audio", b"video", b"image")), port,
        chance.choice((b"RTP/AVP 8", b"RTP/AVP 8 0 101", b"udptl t38", b"TCP/RTP/AVP 8", b"RTP/SAVP 8")))
    body = chance.choice((b"", sdp, sdp))
    method = chance.choice((b"OPTIONS", b"INVITE", b"INVITE", b"REGISTER", b"BYE", b"ACK", b"UPDATE", b"NOTIFY"))
    first = chance.choice((method + b" sip:77001012345678@pps.naver.com:5060 SIP/2.0", b"SIP/2.0 200 OK", b"SIP/2.0 183 Go"))
    return b"\r\n".join((first, b"Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%d" % (address, chance.getrandbits(20)),
                         b"From: <sip:hongtest@pps.naver.com>;tag=%d" % chance.getrandbits(8),
                         b"To: <sip:77001012345678@pps.naver.com>", b"Call-ID: inserted%d" % chance.getrandbits(4),
                         b"CSeq: %d " % chance.getrandbits(3) + method, b"Content-Type: application/sdp",
                         b"Content-Length: %d" % len(body), b"", body))


def http(chance) -> bytes:
    return chance.choice((b"GET /login?id=6162&pw=6364 HTTP/1.1\r\nHost: was.np.naver.com:8081\r\n\r\n",
                          b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"HTTP/1.0 100 Continue\r\n\r\n",
                          b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                          b"Content-Length: 5\r\n\r\nid=ab"))


def control(chance) -> bytes:
    body = chance.randbytes(chance.randrange(40))
    return struct.pack(">HHHH", len(body) + 8, chance.randrange(1, 5), 0, chance.getrandbits(4)) + body


# Generators and default ports. Asphodel and TFTP create conversations with only one address and port.
MADE = {
    "stun": (stun, 3478), "turn_channel": (turn_channel, 3478), "dtls": (dtls, 4433), "zrtp": (zrtp, 0), "rtcp": (rtcp, 0),
    "t38": (t38, 0), "dns": (dns, 53), "zeros": (lambda chance: bytes(chance.randrange(2, 300)), 0),
    "one_byte": (lambda chance: chance.randbytes(1), 0), "nothing": (lambda chance: b"", 0), "sip": (sip, 5060),
    "rtp": (rtp, 0), "http": (http, 80), "control": (control, 0),
    "asphodel": (lambda chance: b"\x00\x01Asphodel\x00", 5760),
    "tftp": (lambda chance: b"\x00\x01file\x00octet\x00", 69),
}


class Payloads:
    """The payloads made above, those of our captures, and foreign ones if given; each protocol is equally likely."""

    def __init__(self, captures: list, foreign: dict):
        self.ours = [packet.frame[place.payload:] for packets in captures for packet in packets
                     for place in [mutations.place_of(packet.frame)] if place and len(packet.frame) > place.payload]
        self.foreign = foreign
        self.kinds = [*MADE, "ours", *["foreign"] * (len(MADE) // 4 if foreign else 0)]

    def choose(self, chance, kind="") -> Payload:
        kind = kind or chance.choice(self.kinds)
        if kind == "ours":
            return Payload(kind, chance.choice(self.ours), 0)
        if kind == "foreign":
            protocol = chance.choice(list(self.foreign))
            return Payload(protocol, *chance.choice(self.foreign[protocol]))
        make, port = MADE[kind]
        return Payload(kind, make(chance), port)


def foreign_payloads(shark, folder) -> dict:
    """tshark's protocol names → (payload, port) of some packets of the captures in a folder."""
    captures = sorted(path for path in folder.rglob("*") if CAPTURES.search(path.name) and path.stem != "empty")
    merged = shark.stage.new_capture("foreign.pcapng")
    subprocess.run(["mergecap", "-a", "-F", "pcapng", "-w", merged, *captures], check=True)
    merged.chmod(0o644)
    fields = [part for name in ("frame.protocols", "udp.dstport", "udp.payload", "tcp.dstport", "tcp.payload")
              for part in ("-e", name)]
    text = shark.run("-n", "-r", merged, "-Y", "udp || tcp.len > 0", "-T", "fields", *fields, stderr="", status=None)
    found = {}
    for protocols, *values in (line.split("\t") for line in text.splitlines()):
        udp_port, udp_data, tcp_port, tcp_data = (value.split(",")[0] for value in values)
        data, port = (udp_data, udp_port) if udp_data else (tcp_data, tcp_port)
        kept = found.setdefault(protocols, [])
        if data and len(kept) < MAX_OF_A_PROTOCOL:
            kept.append((bytes.fromhex(data.replace(":", "")), int(port)))
    merged.unlink()
    return {protocols: kept for protocols, kept in found.items() if kept}
