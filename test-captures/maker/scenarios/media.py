# SPDX-License-Identifier: GPL-2.0-or-later
"""RTP and RTCP: which way it flows, to which ports, and how it becomes known."""

import struct

from ..bytes import opaque
from ..media import Stream, both_ways
from ..places import ELSEWHERE, HONG, NAVER, Endpoint
from ..scenario import scenario
from ..session import Session
from ..sip import sdp

ILBC, EVENT = 97, 101
PRIVATE = "192.168.0.10"


def answered(capture, subscriber=HONG, service=NAVER, **details):
    return Session(capture, subscriber, service).register().call(**details).dial().ring().answer()


@scenario
def media_one_way(capture):
    """Only the client is heard."""
    call = answered(capture)
    call.up.send(10)
    call.release()


@scenario
def media_none(capture):
    """An answered call without a single RTP packet."""
    call = answered(capture)
    capture.wait(3)
    call.release()


@scenario
def media_after_release(capture):
    """The server goes on sending a second after the BYE."""
    call = answered(capture).talk().release()
    capture.wait(1)
    call.down.send(5)


@scenario
def media_under_way(capture):
    """The server sends 5 packets more right after the BYE, which were under way, and 5 a second later."""
    call = answered(capture).talk().release()
    call.down.send(5)
    capture.wait(1)
    call.down.send(5)


@scenario
def media_ssrc_collision(capture):
    """Both sides picked the same SSRC."""
    call = answered(capture)
    call.down.ssrc = call.up.ssrc
    call.talk().release()


@scenario
def media_rtcp(capture):
    """RTCP sender reports, each on the port after its stream's."""
    call = answered(capture).talk()
    call.up.sender_report()
    call.down.sender_report()
    call.talk().release()


@scenario
def media_in_turns(capture):
    """Two calls share ports and SSRCs; the one on hold is resumed by a re-INVITE each time, and so the media are its."""
    session = Session(capture).register()
    first, second = session.call(), session.call("021234567")
    second.up.ssrc, second.down.ssrc = first.up.ssrc, first.down.ssrc
    for call in (first, second):
        call.dial().ring().answer().talk(3)
    for call in (first, second):
        resume(call)
        call.talk(3).release()


def resume(call):
    again = call.asks("INVITE", body=sdp(call.client_media, version=2))
    call.acknowledges(again, call.replies(again, 200, body=sdp(call.server_media, version=2)))


@scenario
def media_nat(capture):
    """The client's SDP has its private address; its RTP comes from the public one, on another port."""
    call = Session(capture).register().call()
    call.dial(body=sdp(Endpoint(PRIVATE, HONG.media_port))).ring().answer()
    call.up.source = call.down.destination = HONG.at(61000)
    call.talk().release()


@scenario
def media_unsignalled(capture):
    """A control connection, and RTP between its client and a media server; no SDP was captured."""
    unsignalled(capture, NAVER.media)


@scenario
def media_unsignalled_foreign(capture):
    """As media-unsignalled, but with a foreign server: not ours."""
    unsignalled(capture, ELSEWHERE.media)


def unsignalled(capture, server):
    session = Session(capture).connect()
    client = HONG.at(HONG.media_port)
    both_ways(capture, Stream(capture, client, server), Stream(capture, server, client), 10)
    session.log_out()


@scenario
def media_dynamic_codec(capture):
    """iLBC as payload type 97, and one digit as telephone-event."""
    payloads = (f"{ILBC} iLBC/8000", f"{EVENT} telephone-event/8000")
    call = Session(capture).register().call()
    call.description = lambda by_caller: sdp(HONG.at(HONG.media_port) if by_caller else NAVER.media, payloads)
    call.dial().ring().answer()
    for stream in (call.up, call.down):
        stream.payload_type, stream.payload = ILBC, opaque("iLBC frame", 38)
    call.talk()
    press(call.up, 5)
    call.talk().release()


@scenario
def media_unknown_clock(capture):
    """The client sends RTP of a payload type whose clock the SDP does not tell; then RTP that is 5 ms late once."""
    call = Session(capture).register().call().dial().ring().answer()
    Stream(capture, call.up.source, call.up.destination, name="unknown clock", payload_type=EVENT + 1).send(10)
    call.down.send(2)
    call.up.send(5)
    capture.wait(0.005)
    call.up.send(5)
    call.release()


def press(stream, digit):
    """One digit as three telephone-event packets, all with the time of its start; the last says it ended."""
    start = stream.timestamp
    for duration, end in ((160, 0), (320, 0), (480, 0x80)):
        stream.timestamp = start
        stream.packet(EVENT, struct.pack("!BBH", digit, end | 10, duration))


@scenario
def sip_rtp_same_ports(capture):
    """SIP and RTP share one pair of ports, 50286 and 5060, as the public analysis draws it."""
    answered(capture, HONG._replace(media_port=HONG.sip_port), NAVER._replace(media=NAVER.sip)).talk().release()
