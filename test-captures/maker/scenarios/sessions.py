# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions: several at once or in succession, over IPv6, with gaps, and captures without any."""

from ..filler import browse, resolve
from ..links import Connection
from ..places import ELSEWHERE, FOREIGN_WEB, HONG, HONG6, KIM, NAVER, NAVER6, Endpoint, Service
from ..scenario import scenario
from ..session import Session
from .control import client_hello


def whole_session(capture, subscriber=HONG, service=NAVER, name="", packets=10):
    """Control connection, login, registration, a call and the logout."""
    session = Session(capture, subscriber, service, name).start()
    session.call(packets=packets).whole()
    session.log_out()


@scenario
def full_session(capture):
    """Control connection, login, registration, a call and the logout: nothing unusual."""
    whole_session(capture)


@scenario
def two_clients(capture):
    """Two clients, each with a whole session, at the same time."""
    with capture.meanwhile(after=0.05):
        whole_session(capture, KIM)
    whole_session(capture, HONG)


@scenario
def nat_two_sessions(capture):
    """Two users behind one address, each with a whole session, at the same time."""
    with capture.meanwhile(after=0.05):
        whole_session(capture, KIM._replace(address=HONG.address))
    whole_session(capture, HONG)


@scenario
def session_after_logout(capture):
    """After the logout the client connects and logs in again: two sessions."""
    whole_session(capture, name="first")
    capture.wait(10)
    whole_session(capture, HONG._replace(control_port=50031, login_port=50032), name="second")


@scenario
def full_session_ipv6(capture):
    """A whole session over IPv6."""
    whole_session(capture, HONG6, NAVER6)


@scenario
def lost_frames(capture):
    """A whole session; the capture missed the control handshake, the 200 to the INVITE and its ACK."""
    session = Session(capture)
    with capture.lost():
        session.control.open()
    session.keep_alive()
    session.log_in().register()
    call = session.call().dial().ring()
    with capture.lost():
        call.answer()
    call.talk().release()
    session.log_out()


@scenario
def foreign_call_in_session(capture):
    """During a session the same client calls through another provider: that call is not ours."""
    session = Session(capture).start()
    Session(capture, HONG._replace(sip_port=5064, media_port=50320), ELSEWHERE).call("someone").whole()
    session.log_out()


@scenario
def foreign_mix(capture):
    """Name look-ups, a web page, SSH and a call with another provider: nothing is ours."""
    resolve(capture, KIM.at(1030), "www.example", FOREIGN_WEB)
    browse(capture, KIM.at(1031), Endpoint(FOREIGN_WEB, 80))
    shell = Connection(capture, KIM.at(1032), Endpoint(FOREIGN_WEB, 22)).open()
    shell.client_sends(b"SSH-2.0-MadeUp_1.0\r\n")
    shell.server_sends(b"SSH-2.0-MadeUp_2.0\r\n")
    shell.client_closes()
    Session(capture, KIM, ELSEWHERE).register().call("someone").whole()


@scenario
def foreign_softphones(capture):
    """Softphones of two other providers log in on port 8081 and keep a connection to port 10500, over TLS and XMPP."""
    other = Service(control=Endpoint("192.0.2.20", 10500), login=Endpoint("192.0.2.30", 8081), sip=Endpoint("192.0.2.40", 5060),
                    media=Endpoint("192.0.2.40", 41000), login_host="login.other.example", domain="other.example")
    with capture.meanwhile(after=0.05):
        foreign_session(Session(capture, KIM, ELSEWHERE), client_hello())
    foreign_session(Session(capture, HONG, other), b"<stream:stream to='other.example' version='1.0'>")


def foreign_session(session, greeting):
    session.control.open()
    session.control.client_sends(greeting)
    session.log_in().register()
    session.call("someone").whole()
    session.log_out()
