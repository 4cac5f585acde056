# SPDX-License-Identifier: GPL-2.0-or-later
"""Addresses, ports and numbers of the generated captures.

The servers' networks, the client and its ports, and both documented servers are from the public analysis. All others
are in networks reserved for documentation.
"""

from typing import NamedTuple


class Endpoint(NamedTuple):
    address: str
    port: int


class Service(NamedTuple):
    """The servers of a Naver Phone network."""
    control: Endpoint = Endpoint("222.122.50.30", 10500)
    login: Endpoint = Endpoint("222.122.50.31", 8081)
    sip: Endpoint = Endpoint("220.95.236.226", 5060)
    media: Endpoint = Endpoint("220.95.236.226", 41000)
    login_host: str = "was.np.naver.com"
    domain: str = "pps.naver.com"


class Subscriber(NamedTuple):
    """An installation of the softphone: its address and its user."""
    address: str = "220.69.240.206"
    user: str = "hongtest"
    password: str = "made-up-secret"
    control_port: int = 50023
    login_port: int = 50024
    sip_port: int = 50286
    media_port: int = 50300

    def at(self, port):
        return Endpoint(self.address, port)


NAVER = Service()
NAVER6 = Service(*(Endpoint(f"2001:db8:ffff::{host}", port) for host, port in
                   (("30", 10500), ("31", 8081), ("226", 5060), ("226", 41000))))
HONG = Subscriber()
HONG6 = Subscriber(address="2001:db8::10")
KIM = Subscriber(address="203.0.113.77", user="kimtest", control_port=1055, login_port=1056,
                 sip_port=5062, media_port=50400)

ELSEWHERE = Service(
    control=Endpoint("198.51.100.20", 10500), login=Endpoint("198.51.100.30", 8081),
    sip=Endpoint("198.51.100.40", 5060), media=Endpoint("198.51.100.40", 41000),
    login_host="www.example", domain="sip.example")

FOREIGN = "198.51.100.20"
FOREIGN_WEB = "198.51.100.30"
RESOLVER = "198.51.100.53"

STAND_IN = "01012345678"
COLLECT = "770" + STAND_IN
