# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts that could harm a terminal, line or format, in each place of a session that contains text."""

from .. import http
from ..bytes import wire
from ..places import HONG, NAVER
from ..scenario import scenario
from ..session import Session
from ..sip import sdp

# Without CR, LF and characters that end a user part, which would change the message.
HARM = {
    "format": "%n%s%08x%%",
    "escape": "\x1b[2J\x1b]0;x\x07",
    "control": "a\x01\x08\x0b\x0c\x7fb",
    "c1": "a\x9b2Jb\x85",
    "bidi": "a\u202eb\u2066c\u200fd\u061ce",
    "line": "a\u2028b\u2029c\ufeff\u200b",
    "invalid": b"a\xff\xfe\xc0\xafb\xed\xa0\x80".decode(errors="surrogateescape"),
    "cp949": "\ub124\uc774\ubc84".encode("cp949").decode(errors="surrogateescape"),
}


def harmful_session(capture, number, harm):
    """Puts the text in every place, and once in start lines, which may make the message invalid."""
    user, password = f"u{harm}", f"p{harm}"
    subscriber = HONG._replace(address=f"220.69.240.{10 + number}", user=user, password=password)
    session = Session(capture, subscriber).connect()
    session.control.client_sends(wire(f"HELLO {harm}\r\n"))
    form = wire(http.parameters(id=user, pw=password, **{f"n{harm}": harm}))
    session.log_in(http.request("POST", http.LOGIN_PATH, NAVER.login_host, form, http.FORM, [f"X-Text: {harm}"]))
    session.login.client_sends(http.request("GET", f"/{harm}?id={user}", f"{NAVER.login_host}"))
    session.login.server_sends(http.response(403, harm))
    session.register()
    harmful_call(session, harm, "sip:0212345678@pps.naver.com")
    refused = session.call(f"{harm}88", name=f"refused in {session.name}").dial()
    refusal = refused.reply(refused.invite, 486)
    refusal.start = f"SIP/2.0 486 {harm}"
    refused.send(refusal)
    session.log_out()


def harmful_call(session, harm, uri):
    call = session.call(f"77{harm}")
    call.call_id = f"id{harm}@{session.subscriber.address}"
    call.up.payload_type = call.down.payload_type = 97
    codec = [f"97 C{harm}/8000"]
    more = [f"User-Agent: {harm}", f'Contact: "{harm}" <sip:c{harm}@{session.subscriber.address}>']
    call.dial(body=sdp(call.client_media, codec), uri=uri, more=more)
    answer = call.replies(call.invite, 200, body=sdp(call.server_media, codec))
    call.acknowledges(call.invite, answer)
    call.talk(2).release(uri=uri, more=[f'Reason: SIP;cause=200;text="{harm}"'])


@scenario
def text_harmful(capture):
    """Sessions whose texts hold format directives, escapes, controls, bidi marks, line separators, bytes that are no
    UTF-8, and CP949."""
    for number, harm in enumerate(HARM.values()):
        harmful_session(capture, number, harm)
