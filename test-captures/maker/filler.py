# SPDX-License-Identifier: GPL-2.0-or-later
"""Plausible traffic unrelated to Naver Phone: DNS queries and web pages."""

from scapy.layers.dns import DNS, DNSQR, DNSRR

from . import http
from .bytes import number
from .capture import Capture
from .links import Connection
from .places import FOREIGN, FOREIGN_WEB, RESOLVER, Endpoint

WEB_SERVERS = ("192.0.2.10", "192.0.2.11", FOREIGN, FOREIGN_WEB)


def resolve(capture, client, name, address):
    """A DNS query and its response."""
    port = client.port
    query = DNSQR(qname=name)
    identity = number(f"DNS {name} {port}", 16)
    server = Endpoint(RESOLVER, 53)
    capture.datagram(client, server, bytes(DNS(id=identity, rd=1, qd=query)))
    answer = DNSRR(rrname=name, ttl=300, rdata=address)
    capture.datagram(server, client, bytes(DNS(id=identity, qr=1, rd=1, ra=1, qd=query, an=answer)))


def browse(capture, client, server, host="www.example", page="/"):
    """One page over HTTP, from SYN to the last ACK."""
    connection = Connection(capture, client, server).open()
    connection.client_sends(http.request("GET", page, host))
    connection.server_sends(http.response(body=b"<p>Nothing to see.</p>", kind="text/html"))
    connection.client_closes()


class Filler:
    """Filler frames for a capture with fixed frame numbers."""

    def __init__(self, capture, address):
        self.capture, self.frames = capture, self.traffic(address)

    def until(self, frame):
        """Adds frames so that the next one has this number."""
        while len(self.capture.frames) < frame - 1:
            self.capture.frames.append((self.capture.now, next(self.frames)))
            self.capture.wait(0.03)

    @staticmethod
    def traffic(address):
        """Generates traffic: looks up a host, fetches a page from it, and so on."""
        for turn, port in enumerate(range(49200, 50000)):
            scratch, web = Capture(), WEB_SERVERS[turn % len(WEB_SERVERS)]
            host = f"www{turn}.example"
            resolve(scratch, Endpoint(address, port), host, web)
            browse(scratch, Endpoint(address, port), Endpoint(web, 80), host)
            yield from (packet for _, packet in scratch.frames)
