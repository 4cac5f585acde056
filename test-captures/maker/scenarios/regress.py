# SPDX-License-Identifier: GPL-2.0-or-later
"""Small captures of traffic that once ended tshark or was shown wrongly, modelled on public bug reports."""

import struct

from ..bytes import opaque
from ..links import Connection, Udp
from ..media import Stream, both_ways
from ..places import HONG, KIM, NAVER, Endpoint
from ..scenario import scenario
from ..session import Session

STUN_BINDING_REQUEST = struct.pack("!HHI12s", 0x0001, 0, 0x2112A442, b"made up here")
ASPHODEL_PORT = 5760
SILENCE = b"\xd5\xd5"             # short enough that Asphodel does not take it
ASPHODEL_INQUIRY = b"\0\1Asphodel\0"


def regress(write):
    return scenario(write, folder="regress")


def answered(capture):
    return Session(capture).start().call().dial().ring().answer()


@regress
def media_after_stun(capture):
    """STUN between the ends that a call's SDP named, before its RTP and amid it."""
    call = answered(capture)
    media = Udp(capture, call.client_media, call.server_media)
    for _ in range(2):
        media.client_sends(STUN_BINDING_REQUEST)
        media.server_sends(STUN_BINDING_REQUEST)
        call.talk(4)
    call.release()


@regress
def media_unsignalled_after_stun(capture):
    """STUN between a client and a media server, then RTP between the same ports; no SDP was captured."""
    session = Session(capture).connect()
    client = HONG.at(HONG.media_port)
    media = Udp(capture, client, NAVER.media)
    media.client_sends(STUN_BINDING_REQUEST)
    media.server_sends(STUN_BINDING_REQUEST)
    both_ways(capture, Stream(capture, client, NAVER.media), Stream(capture, NAVER.media, client), 10)
    session.log_out()


@regress
def media_on_foreign_wildcard(capture):
    """A protocol that waits for replies from any host, then RTP without SDP to the port where it waits."""
    session = Session(capture).connect().register()
    client = HONG.at(7000)
    capture.datagram(client, Endpoint("198.51.100.20", ASPHODEL_PORT), ASPHODEL_INQUIRY)
    for sequence in range(6):
        header = struct.pack("!BBHII", 0x80, 8, sequence, 160 * sequence, 0x1234)
        capture.datagram(client, Endpoint(NAVER.sip.address, 8000), header + SILENCE)
    session.log_out()


@regress
def media_and_control_in_one_frame(capture):
    """802.11 frames that hold several packets: RTP and a control message, in either order, and RTP of both directions."""
    session = Session(capture).start()
    call = session.call().dial().ring().answer().talk(4)
    with capture.joined():
        call.down.send(1)
        session.control.segment(session.control.client_side, "PA", opaque("after RTP", 24))
    with capture.joined():
        session.control.segment(session.control.client_side, "PA", opaque("before RTP", 24))
        call.up.send(1)
    with capture.joined():
        call.up.send(1)
        call.down.send(1)
    call.release()
    session.log_out()


@regress
def control_segments_in_one_frame(capture):
    """Three control messages of one connection share an 802.11 frame: two of the client's, one of the server's."""
    session = Session(capture).connect()
    client, server = session.control.client_side, session.control.server_side
    with capture.joined():
        session.control.segment(client, "PA", opaque("first in its frame", 24))
        session.control.segment(server, "PA", opaque("second in its frame", 71))
        session.control.segment(client, "PA", opaque("third in its frame", 57))
    session.log_out()


@regress
def control_sent_twice_in_one_frame(capture):
    """An 802.11 frame holds a control message and its retransmission, and so does another one, with a bare ACK before them."""
    session = Session(capture).connect()
    for side, flags in ((session.control.client_side, ("PA",)), (session.control.server_side, ("A", "PA"))):
        message = opaque(f"sent twice from {side.endpoint.address}", 45)
        with capture.joined():
            for flag in flags:
                session.control.segment(side, flag, message if flag == "PA" else b"")
            session.control.again(side, "PA", message)
    session.log_out()


@regress
def control_last_fragment_first(capture):
    """A control message of 3,002 bytes in IP fragments, the last one first."""
    session = Session(capture).connect()
    with capture.in_fragments(1480):
        session.control.segment(session.control.client_side, "PA", opaque("in fragments", 3002))
    session.control.segment(session.control.server_side, "A")
    session.keep_alive()
    session.log_out()


@regress
def control_opens_again_in_one_frame(capture):
    """An 802.11 frame holds a control connection's last messages, and the SYN and first message of the next one on its ports."""
    before, session = (Connection(capture, HONG.at(HONG.control_port), NAVER.control, name) for name in ("before", "after"))
    counted = [f"{number} OF THE LAST CONNECTION\r\n".encode() for number in range(1, 4)]
    with capture.joined():
        before.segment(before.server_side, "PA", b"".join(counted))
        session.segment(session.client_side, "S")
        session.segment(session.client_side, "PA", b"HELLO AGAIN\r\n")
        session.segment(session.client_side, "PA", b"1 PING\r\n2 PING\r\n")
    session.client_closes()


@regress
def calls_in_one_frame(capture):
    """Two clients' calls: their INVITEs share an 802.11 frame, and so do RTP and the first BYE."""
    first, second = (Session(capture, subscriber).start().call(number)
                     for subscriber, number in ((HONG, "01012345678"), (KIM, "021234567")))
    with capture.joined():
        first.dial(trying=False)
        second.dial(trying=False)
    for call in (first, second):
        call.ring().answer().talk(2)
    with capture.joined():
        second.up.send(1)
        goodbye = first.asks("BYE")
    first.replies(goodbye, 200)
    second.release()


@regress
def control_in_icmp(capture):
    """ICMP time exceeded quotes a control message of a connection that is accepted."""
    session = Session(capture).connect()
    side = session.control.client_side
    message = opaque("quoted", 24)
    session.control.segment(side, "PA", message)
    capture.icmp_time_exceeded(Endpoint("192.0.2.1", 0), side, message)
    session.control.segment(session.control.server_side, "A")
    session.log_out()
