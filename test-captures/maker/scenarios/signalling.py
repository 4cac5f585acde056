# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP outside calls, its transports and ports, and its owners."""

from ..links import Connection
from ..places import ELSEWHERE, HONG, KIM, NAVER
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
