# SPDX-License-Identifier: GPL-2.0-or-later
"""Carriers of messages, a TCP connection or a pair of UDP ports, with the same four methods."""

from scapy.layers.inet import TCP

from .bytes import number


class Udp:
    """A pair of UDP ports."""

    transport = "UDP"

    def __init__(self, capture, client, server):
        self.capture, self.client, self.server = capture, client, server

    def client_sends(self, data):
        self.capture.datagram(self.client, self.server, data)

    def server_sends(self, data):
        self.capture.datagram(self.server, self.client, data)


class Side:
    """One side of a TCP connection."""

    def __init__(self, endpoint, name):
        self.endpoint = endpoint
        self.sequence = number(f"initial sequence number of {endpoint} {name}", 32)
        self.other = None


def span(flags, data):
    """How far a segment advances its side's sequence number."""
    return len(data) + ("S" in flags) + ("F" in flags)


class Connection:
    """A TCP connection with realistic sequence numbers, acknowledgements and checksums."""

    transport = "TCP"

    def __init__(self, capture, client, server, name=""):
        self.capture = capture
        self.client_side, self.server_side = Side(client, name), Side(server, name)
        self.client_side.other, self.server_side.other = self.server_side, self.client_side

    @property
    def client(self):
        return self.client_side.endpoint

    @property
    def server(self):
        return self.server_side.endpoint

    def open(self):
        self.segment(self.client_side, "S")
        self.segment(self.server_side, "SA")
        self.segment(self.client_side, "A")
        return self

    def client_sends(self, *segments):
        """Sends each piece as a segment; the other side acknowledges the last."""
        self.send(self.client_side, segments)

    def server_sends(self, *segments):
        self.send(self.server_side, segments)

    def client_closes(self):
        """FIN-ACK, ACK, FIN-ACK, ACK, starting with the client."""
        self.close(self.client_side)

    def server_closes(self):
        self.close(self.server_side)

    def client_resets(self):
        self.segment(self.client_side, "RA")

    def server_resets(self):
        self.segment(self.server_side, "RA")

    def send(self, side, segments):
        for data in segments:
            self.segment(side, "PA", data)
        self.segment(side.other, "A")

    def close(self, side):
        for closing in (side, side.other):
            self.segment(closing, "FA")
            self.segment(closing.other, "A")

    def segment(self, side, flags, data=b""):
        self.emit(side, side.sequence, flags, data)
        side.sequence = (side.sequence + span(flags, data)) % 2 ** 32

    def again(self, side, flags, data=b""):
        """Repeats the last segment of a side."""
        self.emit(side, (side.sequence - span(flags, data)) % 2 ** 32, flags, data)

    def emit(self, side, sequence, flags, data):
        options = [("MSS", 1460)] if "S" in flags else []
        acknowledges = side.other.sequence if "A" in flags else 0
        header = TCP(sport=side.endpoint.port, dport=side.other.endpoint.port, seq=sequence,
                     ack=acknowledges, flags=flags, window=65535, options=options)
        self.capture.add(side.endpoint, side.other.endpoint, header, data)
