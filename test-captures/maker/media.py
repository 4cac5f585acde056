# SPDX-License-Identifier: GPL-2.0-or-later
"""RTP streams with audible payload, and RTCP sender reports."""

import struct
from math import pi, sin

from .bytes import number

PCMA = 8
PACKET_SECONDS = 0.02
SAMPLES = 160


class Stream:
    """One RTP stream from one endpoint to another."""

    def __init__(self, capture, source, destination, name=None, ssrc=None, sequence=None, timestamp=None,
                 payload_type=PCMA, payload=None):
        name = name or f"{source} to {destination}"
        self.capture, self.source, self.destination = capture, source, destination
        self.ssrc = number(f"SSRC of {name}", 32) if ssrc is None else ssrc
        self.sequence = number(f"sequence of {name}", 15) if sequence is None else sequence
        self.timestamp = number(f"timestamp of {name}", 31) if timestamp is None else timestamp
        self.payload_type, self.payload = payload_type, payload or tone(450)
        self.sent = 0

    def send(self, packets):
        """Sends packets, one every 20 milliseconds."""
        for _ in range(packets):
            self.packet(self.payload_type, self.payload)
        return self

    def packet(self, payload_type, payload):
        marker = 0x80 if self.sent == 0 else 0
        header = struct.pack("!BBHII", 0x80, marker | payload_type, self.sequence, self.timestamp, self.ssrc)
        self.capture.datagram(self.source, self.destination, header + payload, step=PACKET_SECONDS)
        self.sequence = (self.sequence + 1) % 2 ** 16
        self.timestamp = (self.timestamp + SAMPLES) % 2 ** 32
        self.sent += 1

    def sender_report(self):
        """Sends an RTCP sender report with the stream's name to the port after the stream's."""
        seconds = self.capture.now + 2208988800
        report = struct.pack("!BBHIIIIII", 0x80, 200, 6, self.ssrc, int(seconds),
                             int(seconds % 1 * 2 ** 32), self.timestamp, self.sent, self.sent * SAMPLES)
        name = b"made-up@example"
        chunk = struct.pack("!IBB", self.ssrc, 1, len(name)) + name
        chunk += bytes(4 - len(chunk) % 4)
        description = struct.pack("!BBH", 0x81, 202, len(chunk) // 4) + chunk
        after = (end._replace(port=end.port + 1) for end in (self.source, self.destination))
        self.capture.datagram(*after, report + description)


def both_ways(capture, first, second, packets):
    """Runs two streams at the same time."""
    with capture.meanwhile(after=0.007):
        second.send(packets)
    first.send(packets)


def tone(hertz):
    """Twenty milliseconds of a tone in A-law. Multiples of 50 Hz continue without a click."""
    return bytes(alaw(round(6000 * sin(2 * pi * hertz * sample / 8000))) for sample in range(SAMPLES))


def alaw(sample):
    """Converts a 16-bit sample to G.711 A-law."""
    sign, level = (0x80, sample) if sample >= 0 else (0, -sample - 1)
    level >>= 3
    segment = max(level.bit_length() - 5, 0)
    mantissa = (level >> max(segment, 1)) & 0x0F
    return (sign | segment << 4 | mantissa) ^ 0x55
