# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls: how they are set up and how they end."""

from ..places import COLLECT, HONG, KIM, NAVER, STAND_IN
from ..scenario import scenario
from ..session import Session
from ..sip import Party, sdp

NUMBERS = (
    "01012345678",          # mobile
    "0162345678",           # legacy mobile
    "021234567",            # Seoul
    "0311234567",           # area
    "07012345678",          # internet phone
    "050112345678",         # personal
    "0801234567",           # toll-free
    "0601234567",           # premium
    "15881234",             # representative
    "112", "119",           # emergency
    "114",                  # short code
    "00112125550123",       # international, by one carrier
    "0127771234",           # pager
    "081021234567",         # carrier, then Seoul
    "hong",                 # a name
    "+821012345678",        # as in E.164
    "010-1234-5678",        # as on a card
    COLLECT,                # service prefix, then mobile
    "770",                  # service prefix, then nothing
)


def session_with_sip(capture, subscriber=HONG):
    return Session(capture, subscriber).register()


@scenario
def call_complete(capture):
    """A whole session with a call: the INVITE is challenged and repeated with credentials."""
    session = Session(capture).start()
    call = session.call().dial(trying=False).dial_again_with_credentials()
    call.ring().answer().talk().inform().talk().release()
    session.log_out()


@scenario
def call_invite_overtaken(capture):
    """The answer, its ACK and some media arrive before the INVITE."""
    call = session_with_sip(capture).call()
    with capture.meanwhile(after=0.09):
        call.dial(trying=False)
    call.answer().talk().release()


@scenario
def call_challenge_missed(capture):
    """The capture missed INVITE and challenge, but not their ACK; then the INVITE comes with credentials."""
    call = session_with_sip(capture).call()
    with capture.lost():
        call.dial(trying=False)
        challenge = call.challenges(call.invite)
    call.acknowledges(call.invite, challenge)
    call.dial(more=[call.credentials("INVITE", call.callee.request_uri, call.password)])
    call.ring().answer().talk().release()


@scenario
def call_cancelled(capture):
    """The caller gives up while it rings: CANCEL, 200, 487, ACK."""
    call = session_with_sip(capture).call().dial().ring()
    call.replies(call.cancels(call.invite), 200)
    call.fail(487)


@scenario
def call_incoming_cancelled(capture):
    """The client is called and rings, then the caller gives up: CANCEL comes from the server."""
    call = session_with_sip(capture).call("021234567", incoming=True).dial().ring()
    call.replies(call.cancels(call.invite), 200)
    call.fail(487)


@scenario
def call_busy(capture):
    """The callee is busy: 486."""
    session_with_sip(capture).call().dial().fail(486)


@scenario
def call_redirected(capture):
    """The call is sent elsewhere: 302."""
    session_with_sip(capture).call().dial().fail(302, more=["Contact: <sip:021234567@pps.naver.com>"])


@scenario
def call_declined(capture):
    """The callee declines while it rings: 603."""
    session_with_sip(capture).call().dial().ring().fail(603)


@scenario
def call_retransmitted(capture):
    """INVITE, 200, ACK and BYE are each sent twice."""
    call = session_with_sip(capture).call().dial(trying=False)
    capture.wait(0.5)
    call.again(call.invite)
    call.replies(call.invite, 100)
    call.ring()
    answer = call.replies(call.invite, 200, body=call.description(False))
    capture.wait(0.5)
    call.again(answer)
    acknowledge = call.acknowledges(call.invite, answer)
    call.again(acknowledge)
    call.talk()
    goodbye = call.asks("BYE")
    capture.wait(0.5)
    call.again(goodbye)
    call.replies(goodbye, 200)


def fork(call):
    """Two phones ring and both answer. Returns the second one's 200."""
    call.dial()
    call.replies(call.invite, 180, tag="first-phone")
    call.replies(call.invite, 180, tag="second-phone")
    answers = [call.replies(call.invite, 200, tag=f"{phone}-phone", body=call.description(False))
               for phone in ("first", "second")]
    for answer in answers:
        call.acknowledges(call.invite, answer)
    return answers[1]


@scenario
def call_forked(capture):
    """Two phones ring and both answer, with different To tags: one call."""
    call = session_with_sip(capture).call()
    fork(call)
    call.talk().release()


@scenario
def call_forked_surplus(capture):
    """As call-forked, but the caller ends the second phone's dialog at once and talks on with the first."""
    call = session_with_sip(capture).call()
    second = fork(call)
    goodbye = call.request("BYE")
    goodbye.headers["To"] = second.headers["To"]
    call.replies(call.send(goodbye), 200)
    call.talk().release()


@scenario
def call_forked_moved(capture):
    """As call-forked, but the caller ends the first phone's dialog before any media and talks with the second."""
    call = session_with_sip(capture).call()
    second = fork(call)
    call.replies(call.asks("BYE"), 200)
    call.callee = call.callee._replace(tag=second.headers["To"].split(";tag=")[1])
    call.talk().release()


@scenario
def call_forked_unacknowledged(capture):
    """As call-forked without media, but the caller knows of no second answer, as baresip does: it acknowledges the first."""
    call = session_with_sip(capture).call().dial()
    call.replies(call.invite, 180, tag="first-phone")
    answers = [call.replies(call.invite, 200, tag=f"{phone}-phone", body=call.description(False))
               for phone in ("first", "second")]
    call.acknowledges(call.invite, answers[0])
    call.release()


@scenario
def call_reinvite(capture):
    """A re-INVITE inside the call moves the client's media to another port."""
    call = session_with_sip(capture).call().dial().ring().answer().talk()
    call.client_media = call.up.source = call.down.destination = HONG.at(50310)
    again = call.asks("INVITE", body=sdp(call.client_media, version=2))
    call.acknowledges(again, call.replies(again, 200, body=sdp(NAVER.media, version=2)))
    call.talk().release()


@scenario
def call_reinvite_refused(capture):
    """A re-INVITE inside the call is refused with 488; the call goes on as it was."""
    call = session_with_sip(capture).call().dial().ring().answer().talk()
    again = call.asks("INVITE", body=sdp(HONG.at(50310), version=2))
    call.acknowledges(again, call.replies(again, 488))
    call.talk().release()


@scenario
def call_incoming(capture):
    """The client is called, answers, and as the callee releases."""
    call = session_with_sip(capture).call("021234567", incoming=True)
    call.dial().ring().answer().talk().release(by_caller=False)


@scenario
def call_released_by_callee(capture):
    """The callee hangs up: its BYE comes from the server."""
    session_with_sip(capture).call().dial().ring().answer().talk().release(by_caller=False)


@scenario
def call_released_by_network(capture):
    """The network releases: a BYE from the server with the callee's tag, whose From names the domain
    and no user, and whose Reason is Q.850 cause 16."""
    call = session_with_sip(capture).call().dial().ring().answer().talk()
    call.callee = Party(f"sip:{NAVER.domain}", call.callee.tag)
    call.release(by_caller=False, more=['Reason: Q.850;cause=16;text="Normal call clearing"'])


@scenario
def call_release_reasons(capture):
    """Nine calls that the server releases in the callee's name, each BYE with a Reason on either side of where a cause
    becomes the network's; then two with a Reason for each protocol, in one header field and in two."""
    session = session_with_sip(capture)
    for reason in ("Q.850;cause=33", "Q.850;cause=34", "Q.850;cause=127", "Q.850;cause=128", "SIP;cause=407",
                   "SIP;cause=408", "SIP;cause=499", "SIP;cause=500", "SIP;cause=600"):
        session.call(name=reason).dial().ring().answer().talk(2).release(by_caller=False, more=[f"Reason: {reason}"])
    both = 'SIP;cause=200;text="ok, then"', "Q.850;cause=38"
    for reasons in [f"Reason: {both[0]}, {both[1]}"], [f"Reason: {reason}" for reason in both]:
        session.call(name=f"{reasons}").dial().ring().answer().talk(2).release(by_caller=False, more=reasons)


@scenario
def call_not_acknowledged(capture):
    """The 200 to the INVITE is never acknowledged, though media flows and a BYE follows."""
    call = session_with_sip(capture).call().dial().ring()
    call.replies(call.invite, 200, body=call.description(False))
    call.talk().release()


@scenario
def call_unfinished(capture):
    """The capture ends before the call does."""
    session_with_sip(capture).call().dial().ring().answer().talk()


@scenario
def call_unfinished_one_way(capture):
    """The capture ends before the call does, and only the client was heard."""
    call = session_with_sip(capture).call().dial().ring().answer()
    call.up.send(10)


@scenario
def call_unfinished_silent(capture):
    """The capture ends before the call does, and nobody was heard."""
    session_with_sip(capture).call().dial().ring().answer()


@scenario
def call_retry_same_id(capture):
    """After 486 the client tries again under the same Call-ID, with a higher CSeq and no To tag: two calls."""
    call = session_with_sip(capture).call().dial().fail(486)
    capture.wait(3)
    call.dial().ring().answer().talk().release()


@scenario
def call_id_at_two_clients(capture):
    """Two clients use the same Call-ID at the same time: two calls."""
    calls = [session_with_sip(capture, subscriber).call(packets=20) for subscriber in (HONG, KIM)]
    calls[1].call_id = calls[0].call_id
    with capture.meanwhile(after=0.05):
        calls[1].whole()
    calls[0].whole()


@scenario
def call_two_in_row(capture):
    """Two calls, one after the other, over the same media ports."""
    session = session_with_sip(capture)
    for number in (STAND_IN, "021234567"):
        session.call(number).whole()
        capture.wait(2)


@scenario
def call_two_at_once(capture):
    """While the client talks it is called, too: both calls are up until the first one ends."""
    session = session_with_sip(capture)
    first, second = session.call(), session.call("021234567", incoming=True)
    second.client_media = second.up.source = second.down.destination = HONG.at(50320)
    first.dial().ring().answer().talk()
    second.dial().ring().answer().talk()
    first.release()
    second.talk().release()


@scenario
def call_in_icmp(capture):
    """ICMP port unreachable quotes the INVITE, and later a BYE that was itself lost: no messages."""
    call = session_with_sip(capture).call()
    here, there = call.link.client, call.link.server
    call.dial(trying=False)
    capture.icmp_port_unreachable(there, here, here, there, bytes(call.invite))
    capture.wait(0.5)
    call.again(call.invite)
    call.replies(call.invite, 100)
    call.ring().answer().talk()
    goodbye = call.request("BYE")
    capture.icmp_port_unreachable(there, here, here, there, bytes(goodbye))
    call.talk()
    call.replies(call.send(goodbye), 200)


@scenario
def call_midway(capture):
    """The capture starts in the middle of a call: RTP, INFO, BYE."""
    with capture.lost():
        call = session_with_sip(capture).call().dial().ring().answer().talk()
    call.talk().inform().talk().release()


@scenario
def call_collect(capture):
    """A collect call, to 770 and the number."""
    session_with_sip(capture).call(COLLECT).whole()


@scenario
def call_numbers(capture):
    """Calls to numbers of every kind, all answered by 404."""
    session = session_with_sip(capture)
    for number in NUMBERS:
        session.call(number).dial(trying=False).fail(404)


@scenario
def call_after_logout(capture):
    """A call rings before the logout; answer, media and BYE come after it and stay the session's."""
    session = Session(capture).start()
    call = session.call().dial().ring()
    session.log_out()
    call.answer().talk().release()
