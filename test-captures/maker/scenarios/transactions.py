# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls with unusual but legal SIP, which require matching transactions."""

import contextlib
import re

from ..links import Udp
from ..places import HONG, KIM, Endpoint
from ..scenario import scenario
from ..session import Session
from ..sip import Party


def calls_of(capture):
    """Returns a function that starts the next call of a registered client."""
    session = Session(capture).register()
    count = iter(range(1, 100))

    def begin(**details):
        capture.wait(1)
        return session.call(name=f"odd call {next(count)}", packets=3, **details)
    return begin


def uri(call):
    return call.callee.request_uri


@scenario
def transactions_releases(capture):
    """Calls in a row: a BYE is challenged and the callee ends the call; a BYE is challenged and repeated; two BYEs cross;
    a BYE is refused with 500; 481 to a re-INVITE; 481 to a BYE; 481 to an UPDATE."""
    begin = calls_of(capture)
    call = begin().dial().ring().answer().talk()
    call.challenges(call.asks("BYE"))
    call.talk().release(by_caller=False)
    call = begin().dial().ring().answer().talk()
    call.challenges(call.asks("BYE"))
    call.release(more=[call.credentials("BYE", uri(call), call.password)])
    call = begin().dial().ring().answer().talk()
    ours, theirs = call.asks("BYE"), call.asks("BYE", by_caller=False)
    call.replies(ours, 200)
    call.replies(theirs, 200)
    call = begin().dial().ring().answer().talk()
    call.replies(call.asks("BYE"), 500)
    call.talk().release()
    call = begin().dial().ring().answer().talk()
    again = call.asks("INVITE", body=call.description(True))
    call.acknowledges(again, call.replies(again, 481))
    call = begin().dial().ring().answer().talk()
    call.replies(call.asks("BYE"), 481)
    call = begin().dial().ring().answer().talk()
    call.replies(call.asks("UPDATE", by_caller=False), 481)


@scenario
def transactions_early(capture):
    """Calls in a row: BYE of one early dialog of two, then the other answers; BYE of the only early dialog, 487; PRACK, UPDATE
    and 199; CANCEL with a Reason and without 487; the ACK stands before its 200."""
    begin = calls_of(capture)
    call = begin().dial()
    call.replies(call.invite, 183, tag="first")
    call.replies(call.invite, 180, tag="second")
    call.callee = call.callee._replace(tag="first")
    call.replies(call.asks("BYE"), 200)
    call.callee = call.callee._replace(tag="second")
    call.acknowledges(call.invite, call.replies(call.invite, 200, tag="second", body=call.description(False)))
    call.talk().release()
    call = begin().dial()
    call.replies(call.invite, 180, tag="only")
    call.callee = call.callee._replace(tag="only")
    call.replies(call.asks("BYE"), 200)
    call.fail(487, tag="only")
    call = begin().dial()
    call.replies(call.invite, 183, tag="first")
    call.callee = call.callee._replace(tag="first")
    call.replies(call.asks("PRACK"), 200)
    call.replies(call.asks("UPDATE", body=call.description(True)), 200, body=call.description(False))
    call.replies(call.invite, 199, tag="first")
    call.replies(call.invite, 180, tag="second")
    call.callee = call.callee._replace(tag="second")
    call.acknowledges(call.invite, call.replies(call.invite, 200, tag="second", body=call.description(False)))
    call.talk().release()
    call = begin().dial().ring()
    cancel = call.request("CANCEL", sequence=call.invite.headers["CSeq"].split()[0],
                          branch=call.invite.headers["Via"].split("branch=")[1],
                          more=['Reason: SIP;cause=200;text="Call completed elsewhere"'])
    call.replies(call.send(cancel), 200)
    call = begin().dial()
    call.replies(call.invite, 180, tag="only")
    call.callee = call.callee._replace(tag="only")
    answer = call.reply(call.invite, 200, tag="only", body=call.description(False))
    call.acknowledges(call.invite, answer)
    call.send(answer)
    call.talk().release()


@scenario
def transactions_releases_missed(capture):
    """Calls in a row: the capture missed the 407 to a BYE, which is repeated with credentials; a 407 stands before its BYE;
    it missed 200 and ACK of a fork whose second callee releases; it missed the BYE, but not its 481, or 408."""
    begin = calls_of(capture)
    call = begin().dial().ring().answer().talk()
    release = call.asks("BYE")
    with capture.lost():
        call.challenges(release)
    call.talk().release(more=[call.credentials("BYE", uri(call), call.password)])
    call = begin().dial().ring().answer().talk()
    release = call.request("BYE")
    call.challenges(release)
    call.send(release)
    call.talk().release(more=[call.credentials("BYE", uri(call), call.password)])
    call = begin().dial()
    call.replies(call.invite, 180, tag="first")
    call.replies(call.invite, 180, tag="second")
    with capture.lost():
        call.acknowledges(call.invite, call.replies(call.invite, 200, tag="second", body=call.description(False)))
    call.talk().release(by_caller=False)
    for status in 481, 408:
        call = begin().dial().ring().answer().talk()
        with capture.lost():
            goodbye = call.asks("BYE")
        call.replies(goodbye, status)


@scenario
def transactions_answers_missed(capture):
    """Calls in a row, 200 and ACK of each missed by the capture: the caller, then the callee offers media again, and media
    follow; a refusal was missed, but not its ACK, while it rang; a challenge's To tag stands in the INVITE that answers it."""
    begin = calls_of(capture)
    for by_caller in (True, False):
        call = begin().dial().ring()
        with capture.lost():
            call.answer()
        again = call.asks("INVITE", by_caller=by_caller, body=call.description(by_caller))
        call.acknowledges(again, call.replies(again, 200, body=call.description(not by_caller)))
        call.talk().release()
    call = begin().dial().ring()
    with capture.lost():
        busy = call.replies(call.invite, 486)
    call.acknowledges(call.invite, busy)
    call = begin().dial(trying=False)
    challenge = call.challenges(call.invite)
    call.acknowledges(call.invite, challenge)
    invite = call.request("INVITE", body=call.description(True), more=[call.credentials("INVITE", uri(call), call.password)])
    invite.headers["To"] = challenge.headers["To"]
    call.invite = call.send(invite)
    call.ring().answer().talk().release()


@scenario
def transactions_again(capture):
    """Calls in a row: a second challenge, and no more; a second challenge, and a third INVITE; 422, then a longer interval; the
    callee's re-INVITE has the caller's CSeq; the same Call-ID, tags and CSeq once more 300 s later; odd methods between."""
    begin = calls_of(capture)
    call = begin().dial(trying=False).dial_again_with_credentials()
    call.acknowledges(call.invite, call.challenges(call.invite))
    call = begin().dial(trying=False).dial_again_with_credentials().dial_again_with_credentials()
    call.ring().answer().talk().release()
    call = begin().dial(more=["Session-Expires: 60"])
    call.fail(422, more=["Min-SE: 90"])
    call.dial(more=["Session-Expires: 90"]).ring().answer().talk().release()
    call = begin().dial().ring().answer().talk()
    theirs = call.asks("INVITE", by_caller=False, sequence=call.invite.headers["CSeq"].split()[0],
                       body=call.description(False))
    call.acknowledges(theirs, call.replies(theirs, 200, body=call.description(True)))
    call.release()
    call = begin()
    callee, sequence = call.callee, dict(call.sequence)
    call.whole()
    capture.wait(300)
    call.callee, call.sequence = callee, sequence
    call.whole()
    for method in ("BENOTIFY", "my.own-method", "REINVITE"):
        call.replies(call.asks(method), 200)


def cut(capture, server):
    """One direction of a complete call and of a challenged one."""
    session = Session(capture).register()
    link = session.sip
    silent = "server_sends" if not server else "client_sends"
    setattr(link, silent, lambda *data: capture.wait(0.02))
    for name in ("plain", "challenged"):
        capture.wait(1)
        call = session.call(name=f"{name} call, one way", packets=3).dial(trying=False)
        if name == "challenged":
            call.dial_again_with_credentials()
        call.ring().answer().release()


@scenario
def transactions_from_client(capture):
    """Two calls of which the capture has only what the client sends; the second is challenged."""
    cut(capture, server=False)


@scenario
def transactions_from_server(capture):
    """The same two calls, with only what the server sends."""
    cut(capture, server=True)


def held(call, by_caller=True):
    return call.description(by_caller).replace(b"a=sendrecv", b"a=sendonly")


def changes(call, body, status=200, **details):
    """Sends a re-INVITE with this SDP, and the response."""
    again = call.asks("INVITE", body=body, **details)
    call.acknowledges(again, call.replies(again, status, **({"body": call.description(False)} if status == 200 else {})))


@scenario
def call_hold(capture):
    """The client holds a call, the other side too, both resume; a hold is refused; one by the address 0.0.0.0."""
    call = calls_of(capture)().dial().ring().answer().talk()
    changes(call, held(call))
    changes(call, held(call, False), by_caller=False)
    changes(call, call.description(True))
    changes(call, call.description(False), by_caller=False)
    changes(call, held(call), status=488)
    address = str(call.client_media.address).encode()
    changes(call, call.description(True).replace(b"IP4 " + address + b"\r\nt=", b"IP4 0.0.0.0\r\nt="))
    call.release()


@scenario
def call_transferred(capture):
    """The server transfers the client: REFER, then an INVITE there; a call that replaces the first one; a call that was
    forwarded to the client; a 302 and the INVITE to its contact."""
    begin = calls_of(capture)
    first = begin().dial().ring().answer().talk()
    first.replies(first.asks("REFER", by_caller=False, more=[
        f"Refer-To: <sip:021234567@{first.domain}>", f"Referred-By: <{first.callee.uri}>"]), 200)
    second = begin(other="021234567").dial(more=[f"Referred-By: <{first.callee.uri}>"]).ring().answer()
    first.release()
    third = begin(other="0311234567", incoming=True).dial(more=[
        f"Replaces: {second.call_id};to-tag={second.callee.tag};from-tag={second.caller.tag}"]).answer()
    second.release()
    third.release()
    begin(other="0311234567", incoming=True).dial(more=[
        f"Diversion: <sip:07012345678@{first.domain}>;reason=unconditional"]).ring().answer().release()
    redirected = begin().dial()
    redirected.fail(302, more=[f"Contact: <sip:0162345678@{first.domain}>"])
    begin(other="0162345678").dial().ring().answer().release()


@scenario
def call_followed(capture):
    """A second client picks up the first one's call by Replaces; the first forwards a call to it by 302, under the same Call-ID;
    a 302 names two contacts, in two header fields, and the first client calls the second one under another Call-ID."""
    hong, kim = Session(capture).register(), Session(capture, KIM).register()
    ringing = hong.call(other="0311234567", incoming=True).dial(trying=False)
    ringing.replies(ringing.invite, 180, tag="ringing")
    kim.call(other=HONG.user, packets=3).dial(trying=False, more=[
        f"Replaces: {ringing.call_id};to-tag=ringing;from-tag={ringing.caller.tag};early-only"]).answer().talk().release()
    ringing.replies(ringing.cancels(ringing.invite), 200)
    ringing.fail(487)
    capture.wait(1)
    forwarded = hong.call(other="0311234567", incoming=True, name="forwarded").dial(trying=False)
    forwarded.fail(302, more=[f"Contact: <sip:{KIM.user}@{forwarded.domain}>"])
    onward = kim.call(other="0311234567", incoming=True, packets=3)
    onward.call_id, onward.caller = forwarded.call_id, forwarded.caller
    onward.dial(trying=False, more=[f"Diversion: <sip:{HONG.user}@{forwarded.domain}>"]).answer().talk().release()
    capture.wait(1)
    hong.call(name="redirected").dial(trying=False).fail(302, more=[
        "Contact: <sip:0212345678@pps.naver.com>;q=0.3", "Contact: \"B, x\" <sip:0162345678@pps.naver.com>;q=0.9"])
    hong.call(other="0162345678", packets=3).dial(trying=False).ring().answer().talk().release()


@scenario
def call_not_followed(capture):
    """A REFER is refused, another is accepted; of three calls there the second alone follows. A 302, and an hour later a call to
    its contact, which follows nothing."""
    begin = calls_of(capture)
    first = begin().dial().ring().answer().talk()
    for status in 603, 200:
        first.replies(first.asks("REFER", by_caller=False, more=[f"Refer-To: <sip:021234567@{first.domain}>"]), status)
        begin(other="021234567").dial().ring().answer().release()
    begin(other="021234567").dial().ring().answer().release()
    first.release()
    begin().dial().fail(302, more=[f"Contact: <sip:0162345678@{first.domain}>"])
    capture.wait(3600)
    begin(other="0162345678").dial().ring().answer().release()


@scenario
def transactions_same_cseq(capture):
    """The client repeats its INVITE with credentials under the CSeq of the first; challenge and answer have one To tag."""
    call = Session(capture).register().call(packets=3).dial(trying=False)
    challenge = call.replies(call.invite, 407, tag="one-tag", more=[f"Proxy-Authenticate: Digest {call.challenge()}"])
    call.acknowledges(call.invite, challenge)
    call.dial(trying=False, sequence=call.invite.headers["CSeq"].split()[0],
              more=[call.credentials("INVITE", uri(call), call.password)])
    call.acknowledges(call.invite, call.replies(call.invite, 200, tag="one-tag", body=call.description(False)))
    call.talk().release()


@scenario
def call_hold_crossing(capture):
    """Both sides offer to hold the call at once, and refuse with 491; then the client holds and resumes it."""
    call = calls_of(capture)().dial().ring().answer().talk()
    ours, theirs = call.asks("INVITE", body=held(call)), call.asks("INVITE", body=held(call, False), by_caller=False)
    call.acknowledges(ours, call.replies(ours, 491))
    call.acknowledges(theirs, call.replies(theirs, 491))
    changes(call, held(call))
    changes(call, call.description(True))
    call.release()


def without(call, *parameters):
    """Removes these parameters from all messages of a call."""
    def send(message):
        data = re.sub(rb";(%s)=[^\r\n;]+" % "|".join(parameters).encode(), b"", bytes(message))
        (call.link.client_sends if message.from_client else call.link.server_sends)(data)
        return message
    call.send = send
    return call


@scenario
def transactions_untagged(capture):
    """Calls in a row, each with a re-INVITE: the callee has no tag; the calling server has none, nor branches; an emergency call to
    urn:service:sos."""
    begin = calls_of(capture)
    call = begin().dial(trying=False)

    def replies(request, status, **details):
        reply = call.reply(request, status, **details)
        reply.headers["To"] = request.headers["To"]
        return call.send(reply)

    call.acknowledges(call.invite, replies(call.invite, 200, body=call.description(False)))
    again = call.asks("INVITE", body=call.description(True))
    call.acknowledges(again, replies(again, 200, body=call.description(False)))
    replies(call.talk().asks("BYE"), 200)
    call = without(begin(incoming=True), "tag", "branch").dial(trying=False).answer()
    changes(call, call.description(False), by_caller=False)
    call.talk().release(by_caller=False)
    call = begin()
    call.callee = Party("urn:service:sos")
    call.dial(trying=False, uri="urn:service:sos").answer()
    changes(call, call.description(True), uri="sip:119@220.95.236.226")
    call.talk().release(uri="sip:119@220.95.236.226")


@scenario
def transactions_ring_group(capture):
    """Six phones ring; the caller ends the early dialog of the sixth, then the first answers."""
    call = calls_of(capture)().dial()
    for phone in range(1, 7):
        call.replies(call.invite, 180, tag=f"phone-{phone}")
    call.callee = call.callee._replace(tag="phone-6")
    call.replies(call.asks("BYE"), 200)
    call.callee = call.callee._replace(tag="phone-1")
    call.acknowledges(call.invite, call.replies(call.invite, 200, tag="phone-1", body=call.description(False)))
    call.talk().release()


@scenario
def transactions_refused_unseen(capture):
    """Two calls of which the capture has only what the caller sends, the client, then the server: each is refused."""
    session = Session(capture).register()
    for incoming in False, True:
        capture.wait(1)
        call = session.call(name=f"refused, incoming {incoming}", incoming=incoming).dial(trying=False)
        with capture.lost():
            refusal = call.replies(call.invite, 486)
        call.acknowledges(call.invite, refusal)


@scenario
def call_followed_rewritten(capture):
    """REFER to an escaped number at a host in capitals, then to a tel: URI; the client calls each number in plain."""
    begin = calls_of(capture)
    first = begin().dial().ring().answer().talk()
    for target, number in (("sip:%2B8221234567@PPS.naver.com", "+8221234567"), ("tel:+82311234567", "+82311234567")):
        first.replies(first.asks("REFER", by_caller=False, more=[f"Refer-To: <{target}>"]), 200)
        begin(other=number).dial().ring().answer().talk().release()
    first.release()


@scenario
def call_followed_overtaken(capture):
    """A 302; the capture has the 100 to the INVITE to its contact before that INVITE."""
    begin = calls_of(capture)
    begin().dial(trying=False).fail(302, more=["Contact: <sip:0212345678@pps.naver.com>"])
    call = begin(other="0212345678")
    call.invite = call.request("INVITE", body=call.description(True))
    call.replies(call.invite, 100)
    call.send(call.invite)
    call.ring().answer().talk().release()


@scenario
def call_cut_at_answer(capture):
    """The capture ends with the 200 to the INVITE."""
    call = calls_of(capture)().dial().ring()
    call.replies(call.invite, 200, body=call.description(False))


@scenario
def call_cut_after_early_media(capture):
    """The capture ends with the 200 to the INVITE, after an announcement."""
    call = calls_of(capture)().dial()
    call.replies(call.invite, 183, body=call.description(False))
    call.down.send(5)
    call.replies(call.invite, 200, body=call.description(False))


@scenario
def call_cut_reordered(capture):
    """The capture ends with the 200 to the INVITE and a 180 that it overtook."""
    call = calls_of(capture)().dial()
    call.replies(call.invite, 200, tag="only", body=call.description(False))
    call.replies(call.invite, 180, tag="only")


@scenario
def call_midway_refused(capture):
    """Three calls of which the capture has only what follows a re-INVITE of the callee: a 488 and a BYE; a 491, INFO and a BYE;
    a 487, another re-INVITE and a BYE."""
    begin = calls_of(capture)
    for status in (488, 491, 487):
        call = begin()
        with capture.lost():
            call.dial().ring().answer()
            again = call.asks("INVITE", by_caller=False, body=call.description(False))
        call.acknowledges(again, call.replies(again, status))
        if status == 491:
            call.inform(by_caller=False)
        if status == 487:
            again = call.asks("INVITE", by_caller=False, body=call.description(False))
            call.acknowledges(again, call.replies(again, 200, body=call.description(True)))
        call.talk().release()


@scenario
def call_refused_without_reason(capture):
    """A 486 without a reason phrase."""
    call = calls_of(capture)().dial()
    busy = call.reply(call.invite, 486)
    busy.start = "SIP/2.0 486 "
    call.acknowledges(call.invite, call.send(busy))


@scenario
def call_clock_set_back(capture):
    """The clock is set back by an hour while it rings, and by a minute while they talk."""
    call = calls_of(capture)().dial()
    capture.set_clock_back(3600)
    call.ring().answer().talk()
    capture.set_clock_back(60)
    call.talk().release()


@scenario
def transactions_failover(capture):
    """A server refuses the INVITE with 503; the client sends it to another one, with another branch and the same CSeq."""
    call = calls_of(capture)().dial(trying=False).fail(503)
    call.link = Udp(capture, call.link.client, Endpoint("220.95.236.227", 5060))
    call.dial(sequence=call.invite.headers["CSeq"].split()[0]).ring().answer().talk().release()


@scenario
def transactions_retries_missed(capture):
    """Pairs of calls, each pair with one Call-ID: the capture missed the second INVITE; the 486 to the first one; the INVITE
    that follows a 503 at another server, with the same CSeq; that 503; it has the second INVITE after its 100."""
    begin = calls_of(capture)
    call = begin().dial().fail(486)
    with capture.lost():
        call.dial(trying=False)
    call.replies(call.invite, 100)
    call.ring().answer().talk().release()
    call = begin().dial()
    with capture.lost():
        busy = call.replies(call.invite, 486)
    call.acknowledges(call.invite, busy)
    call.dial().ring().answer().talk().release()
    for refusal_missed in (False, True):
        call = begin().dial(trying=False)
        refusal = call.reply(call.invite, 503)
        if not refusal_missed:
            call.send(refusal)
        call.acknowledges(call.invite, refusal)
        call.link = Udp(capture, call.link.client, Endpoint("220.95.236.227", 5060))
        again = call.request("INVITE", sequence=call.invite.headers["CSeq"].split()[0], body=call.description(True))
        if refusal_missed:
            call.send(again)
        call.invite = again
        call.replies(again, 100)
        call.ring().answer().talk().release()
    call = begin().dial().fail(486)
    call.invite = call.request("INVITE", body=call.description(True))
    call.replies(call.invite, 100)
    call.send(call.invite)
    call.ring().answer().talk().release()


@scenario
def transactions_forks_missed(capture):
    """Calls in a row; two phones answer each, the caller ends the first dialog and talks in the second. The capture missed
    the second answer, then the ACK to it."""
    begin = calls_of(capture)
    for missed in ("answer", "ACK"):
        call = begin().dial()
        for phone in ("first", "second"):
            call.replies(call.invite, 180, tag=phone)
        answers = [call.reply(call.invite, 200, tag=phone, body=call.description(False)) for phone in ("first", "second")]
        call.callee = call.callee._replace(tag="first")
        call.send(answers[0])
        if missed != "answer":
            call.send(answers[1])
        call.acknowledges(call.invite, answers[0])
        if missed != "ACK":
            call.acknowledges(call.invite, answers[1])
        call.replies(call.asks("BYE"), 200)
        call.callee = call.callee._replace(tag="second")
        call.talk().release()


@scenario
def transactions_early_release_refused(capture):
    """Calls in a row whose callee does not know of early dialogs: it refuses the caller's BYE with 481, then answers, and
    releases. The capture missed the second BYE."""
    begin = calls_of(capture)
    for is_captured in True, False:
        call = begin().dial()
        call.replies(call.invite, 180, tag="only")
        call.callee = call.callee._replace(tag="only")
        with contextlib.nullcontext() if is_captured else capture.lost():
            goodbye = call.asks("BYE")
        call.replies(goodbye, 481)
        capture.wait(1)
        call.acknowledges(call.invite, call.replies(call.invite, 200, tag="only", body=call.description(False)))
        call.talk().release(by_caller=False)


@scenario
def transactions_branches(capture):
    """Two INVITEs of a fork reach the client: the server cancels the first, and the client refuses the second."""
    call = calls_of(capture)(incoming=True).dial(trying=False)
    first = call.invite
    second = call.dial(trying=False, sequence=first.headers["CSeq"].split()[0]).invite
    for invite, phone in (first, "one"), (second, "two"):
        call.replies(invite, 180, tag=phone)
    call.replies(call.cancels(first), 200)
    call.acknowledges(first, call.replies(first, 487, tag="one"))
    call.acknowledges(second, call.replies(second, 486, tag="two"))


@scenario
def transactions_answer_missed(capture):
    """The capture missed the 200 to the INVITE, alone."""
    call = calls_of(capture)().dial().ring()
    with capture.lost():
        answer = call.replies(call.invite, 200, body=call.description(False))
    call.acknowledges(call.invite, answer)
    call.talk().inform().release()


@scenario
def transactions_begun(capture):
    """Calls in a row, of which the capture misses everything before the response to an INFO, the response to a BYE, the CANCEL, and
    the CANCEL of an incoming call, whose 487 it misses, too."""
    begin = calls_of(capture)
    for method in "INFO", "BYE":
        with capture.lost():
            call = begin().dial().ring().answer()
            request = call.asks(method)
        call.replies(request, 200)
    for incoming in False, True:
        with capture.lost():
            call = begin(incoming=incoming).dial().ring()
        call.replies(call.cancels(call.invite), 200)
        if not incoming:
            call.fail(487)


@scenario
def transactions_early_release_confirmed(capture):
    """A BYE ends the only early dialog; the capture misses the 487 to the INVITE, but not its ACK."""
    call = calls_of(capture)().dial()
    call.replies(call.invite, 180, tag="only")
    call.callee = call.callee._replace(tag="only")
    call.replies(call.asks("BYE"), 200)
    with capture.lost():
        refusal = call.replies(call.invite, 487, tag="only")
    call.acknowledges(call.invite, refusal)


@scenario
def transactions_cancel_crossing(capture):
    """Two calls in which CANCEL and answer cross, as seen at the caller and at the callee; the caller acknowledges and releases, and
    nobody has spoken."""
    begin = calls_of(capture)
    for incoming in False, True:
        call = begin(incoming=incoming).dial().ring()
        cancel = call.request("CANCEL", sequence=call.invite.headers["CSeq"].split()[0],
                              branch=call.invite.headers["Via"].split("branch=")[1])
        answer = call.reply(call.invite, 200, body=call.description(False))
        for message in (answer, cancel) if incoming else (cancel, answer):
            call.send(message)
        call.replies(cancel, 481 if incoming else 200)
        call.callee = call.callee._replace(tag=answer.headers["To"].split(";tag=")[1])
        call.acknowledges(call.invite, answer)
        call.release()


@scenario
def transactions_reinvite_missed(capture):
    """Calls in a row, answer and ACK of each missed by the capture, and a re-INVITE: the 488 to it is there, the 200 to it, the 200 to the
    callee's, the 481 to it; its 487, after the response to a BYE that it crossed."""
    begin = calls_of(capture)
    for by_caller, status in (True, 488), (True, 200), (False, 200), (True, 481), (True, 487):
        call = begin().dial().ring()
        with capture.lost():
            call.answer()
            again = call.asks("INVITE", by_caller=by_caller, body=call.description(by_caller))
            goodbye = call.request("BYE", by_caller=False)
        if status == 487:
            call.replies(goodbye, 200)
        call.acknowledges(again, call.replies(again, status))
        if status < 481 or status == 488:
            call.talk().release()
