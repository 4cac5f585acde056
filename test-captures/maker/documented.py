# SPDX-License-Identifier: GPL-2.0-or-later
"""The call of the public packet analysis, frame by frame where that analysis gives a number."""

from . import http
from .filler import Filler, resolve
from .places import COLLECT, HONG, NAVER
from .scenario import scenario
from .session import Session

LOGIN_FRAME, REGISTER_FRAME, CHALLENGE_FRAME, INVITE_FRAME = 72, 354, 362, 395
SEQUENCE, TIMESTAMP, SSRC = 31010, 2618216904, 1508134174
EARLY = 50                  # packets before the answer: one second


def documented_call(capture):
    """One collect call of the Windows softphone, after a public student analysis; the other frames are filler."""
    session = Session(capture)
    filler = Filler(capture, HONG.address)
    log_in(session, filler)
    register(session, filler)
    filler.until(INVITE_FRAME)
    call_collect(session)
    session.keep_alive()
    session.log_out()


def log_in(session, filler):
    capture = session.capture
    filler.until(55)
    resolve(capture, HONG.at(1031), NAVER.login_host, NAVER.login.address)
    session.connect()
    filler.until(LOGIN_FRAME - 3)
    session.login.open()
    session.login.client_sends(http.login(HONG, NAVER))
    session.login.server_sends(http.response())
    session.login.client_closes()


def register(session, filler):
    """The REGISTER is challenged; the analysis shows no second one."""
    for frame in (150, 250, 340):
        filler.until(frame)
        session.keep_alive()
    filler.until(REGISTER_FRAME - 2)
    resolve(session.capture, HONG.at(1032), NAVER.domain, NAVER.sip.address)
    registration = session.registration()
    request = session.register_request(registration)
    filler.until(CHALLENGE_FRAME)
    registration.challenges(request)


def call_collect(session):
    """INVITE, 100, early media, a 407 that nobody acts on, 200, ACK, media, INFO, BYE."""
    call = session.call(COLLECT, name="documented call").dial()
    call.down.ssrc = SSRC
    call.down.sequence, call.down.timestamp = SEQUENCE - EARLY, TIMESTAMP - EARLY * 160
    call.down.send(EARLY // 2)
    call.challenges(call.invite)
    call.down.send(EARLY // 2)
    call.answer().talk(100)
    session.keep_alive()
    call.talk(50).inform().talk(25).release()


scenario(documented_call, folder="")
