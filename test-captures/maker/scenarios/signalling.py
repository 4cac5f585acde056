# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP outside calls, its transports and ports, and its owners."""

import struct

from .. import http
from ..links import Connection
from ..places import ELSEWHERE, HONG, KIM, NAVER, Endpoint
from ..scenario import scenario
from ..session import Session


def registered_call(capture, subscriber=HONG, service=NAVER):
    """A registration and a complete call, without control connection and login."""
    Session(capture, subscriber, service).register().call().whole()


@scenario
def sip_without_control(capture):
    """A registration and a call; neither control connection nor login is in the capture."""
    registered_call(capture)


@scenario
def sip_tcp(capture):
    """SIP over TCP: the INVITE comes in two segments, 100 and 180 come in one."""
    session = Session(capture)
    session.sip = Connection(capture, session.sip.client, session.sip.server).open()
    call = session.register().call()
    call.invite = call.request("INVITE", body=call.description(True))
    data = bytes(call.invite)
    session.sip.client_sends(data[:200], data[200:])
    call.send(call.reply(call.invite, 100), call.reply(call.invite, 180))
    call.answer().talk().release()
    session.sip.client_closes()


@scenario
def sip_port_5070(capture):
    """The SIP server uses port 5070."""
    registered_call(capture, service=NAVER._replace(sip=NAVER.sip._replace(port=5070)))


@scenario
def sip_evil_domain(capture):
    """SIP with foreign servers in a domain that merely ends like ours, evilnaver.com: not ours."""
    registered_call(capture, KIM, ELSEWHERE._replace(domain="evilnaver.com"))


@scenario
def sip_foreign_provider(capture):
    """Registration and call with another provider: not ours."""
    registered_call(capture, KIM, ELSEWHERE)


@scenario
def register_challenged(capture):
    """REGISTER, 407, REGISTER with credentials, 200."""
    session = Session(capture)
    registration = session.registration()
    registration.challenges(session.register_request(registration))
    credentials = registration.credentials("REGISTER", f"sip:{NAVER.domain}", HONG.password)
    registration.replies(session.register_request(registration, more=[credentials]), 200)


@scenario
def register_incomplete(capture):
    """REGISTER and 407, and no REGISTER with credentials."""
    session = Session(capture)
    registration = session.registration()
    registration.challenges(session.register_request(registration))


@scenario
def register_rejected(capture):
    """REGISTER and 403."""
    session = Session(capture)
    registration = session.registration()
    registration.replies(session.register_request(registration), 403)


@scenario
def options_message(capture):
    """OPTIONS and MESSAGE outside a call."""
    session = Session(capture).register()
    conversation = session.call()
    conversation.replies(conversation.asks("OPTIONS"), 200)
    text = "안녕하세요".encode()
    conversation.replies(conversation.asks("MESSAGE", body=text, kind="text/plain;charset=utf-8"), 200)


@scenario
def sip_behind_keep_alives(capture):
    """SIP behind the line ends of keep-alives: a call over UDP, and one over TCP with several messages in a segment."""
    lines = b"\r\n\r\n"
    session = Session(capture)
    call = session.call(packets=3)
    call.invite = call.request("INVITE", body=call.description(True))
    session.sip.client_sends(lines + bytes(call.invite))
    session.sip.server_sends(lines[:2] + bytes(call.reply(call.invite, 180)))
    call.answer().talk().release()
    capture.wait(1)
    session.sip = Connection(capture, HONG.at(HONG.sip_port), NAVER.sip).open()
    call = session.call(name="over TCP", packets=3)
    call.invite = call.request("INVITE", body=call.description(True))
    session.sip.client_sends(lines + bytes(call.invite))
    session.sip.server_sends(lines[:2] + bytes(call.reply(call.invite, 100)) + bytes(call.reply(call.invite, 180)))
    call.answer().talk().release()
    session.sip.client_closes()


class WebSocket:
    """Messages over a WebSocket (RFC 7118): a text frame each, those of one call of a verb in one segment."""

    transport = "WS"
    MASK = bytes((0x37, 0xfa, 0x21, 0x3d))

    def __init__(self, capture, client, server):
        self.connection, self.client, self.server = Connection(capture, client, server).open(), client, server
        self.connection.client_sends(http.request("GET", "/", NAVER.domain, headers=[
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: sip", "Sec-WebSocket-Version: 13"]))
        self.connection.server_sends(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                     b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n")

    def client_sends(self, *messages):
        self.connection.client_sends(b"".join(
            struct.pack("!BBH", 0x81, 0xfe, len(data)) + self.MASK
            + bytes(byte ^ self.MASK[place % 4] for place, byte in enumerate(data)) for data in map(bytes, messages)))

    def server_sends(self, *messages):
        self.connection.server_sends(b"".join(struct.pack("!BBH", 0x81, 126, len(data)) + data for data in map(bytes, messages)))


@scenario
def sip_websocket(capture):
    """SIP over WebSocket: ACK and INFO share a segment, and so do the client's two responses, which begin alike."""
    session = Session(capture)
    session.sip = WebSocket(capture, session.sip.client, Endpoint(NAVER.sip.address, 80))
    call = session.call(packets=3).dial().ring()
    answer = call.replies(call.invite, 200, body=call.description(False))
    ack = call.request("ACK", sequence=1)
    ack.headers["To"] = answer.headers["To"]
    information = call.request("INFO")
    session.sip.client_sends(ack, information)
    call.replies(information, 200)
    call.talk()
    questions = [call.request(method, by_caller=False) for method in ("INFO", "BYE")]
    session.sip.server_sends(*questions)
    session.sip.client_sends(*(call.reply(question, 200) for question in questions))
