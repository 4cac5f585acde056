# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose is it: clients, servers and their peers, and sessions that follow each other on the same sockets."""

from .. import http
from ..links import Connection, Udp
from ..places import ELSEWHERE, FOREIGN_WEB, HONG, KIM, NAVER, STAND_IN, Endpoint
from ..scenario import scenario
from ..session import Session
from ..sip import Dialog

GATEWAY = Endpoint("220.95.236.230", 5060)
PBX = Endpoint("198.51.100.20", 5060)


@scenario
def whose_server_side(capture):
    """At the SIP server: the client's call, and the same messages between proxy and gateway."""
    session = Session(capture)
    session.register()
    ping = Dialog(Udp(capture, NAVER.sip, GATEWAY), "proxy", "gateway")
    ping.replies(ping.asks("OPTIONS"), 200)
    call = session.call()
    call.dial(trying=False)
    hop = Dialog(Udp(capture, NAVER.sip, GATEWAY), call.caller.user, STAND_IN)
    hop.call_id, hop.caller = call.call_id, call.caller
    invite = hop.asks("INVITE", body=call.description(True))
    answer = hop.replies(invite, 200, body=call.description(False))
    call.answer()
    hop.acknowledges(invite, answer)
    call.talk()
    hop_bye = hop.request("BYE")
    bye = call.asks("BYE")
    hop.send(hop_bye)
    hop.replies(hop_bye, 200)
    call.replies(bye, 200)


@scenario
def whose_both_5060(capture):
    """Both ends on port 5060, a server that no preference names: a call that reaches the client, REGISTER, a call of it."""
    client = HONG._replace(sip_port=5060)
    session = Session(capture, client, ELSEWHERE._replace(domain=NAVER.domain))
    session.call(incoming=True).dial(trying=False, uri=f"sip:{HONG.user}@{HONG.address}:5060").ring().answer().talk().release()
    session.register()
    session.call().dial().ring().answer().talk().release()


@scenario
def whose_server_asks_first(capture):
    """Both ends on port 5060: the unknown server asks OPTIONS first; who registers then is the client."""
    client = HONG._replace(sip_port=5060)
    session = Session(capture, client, ELSEWHERE._replace(domain=NAVER.domain))
    ping = Dialog(session.sip, "proxy", HONG.user, incoming=True)
    ping.replies(ping.asks("OPTIONS"), 200)
    session.register()
    session.call().dial().ring().answer().talk().release()


@scenario
def whose_foreign_pbx(capture):
    """OPTIONS from our domain to a foreign PBX, then other clients of that PBX, which name another domain."""
    scan = Dialog(Udp(capture, HONG.at(HONG.sip_port), PBX), HONG.user, "100", domain=NAVER.domain)
    scan.asks("OPTIONS", uri=f"sip:100@{PBX.address}")
    for host in "10", "11":
        link = Udp(capture, Endpoint(f"192.0.2.{host}", 5062), PBX)
        registration = Dialog(link, f"u{host}", f"u{host}", domain="sip.example")
        registration.replies(registration.asks("REGISTER", uri="sip:sip.example"), 200)
        Dialog(link, f"u{host}", "9", domain="sip.example").asks("INVITE")


@scenario
def whose_web_proxy(capture):
    """A web proxy on port 8081: a request for our login host, then another machine's for a foreign host."""
    proxy = Endpoint(FOREIGN_WEB, NAVER.login.port)
    for user, host in (HONG, NAVER.login_host), (KIM, "www.example"):
        connection = Connection(capture, user.at(user.login_port), proxy).open()
        connection.client_sends(http.request("GET", f"http://{host}/", host))
        connection.server_sends(http.response(200, "OK", b"OK"))
