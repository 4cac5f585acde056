# SPDX-License-Identifier: GPL-2.0-or-later
"""Ownership: clients, servers and peers, and successive sessions on the same sockets."""

from .. import http
from ..links import Connection, Udp
from ..places import ELSEWHERE, FOREIGN_WEB, HONG, KIM, NAVER, STAND_IN, Endpoint
from ..scenario import scenario
from ..session import Session
from ..sip import Dialog

GATEWAY = Endpoint("220.95.236.230", 5060)
PBX = Endpoint("198.51.100.20", 5060)
EARLIER_VIA = "Via: SIP/2.0/UDP 203.0.113.99:5060;branch=z9hG4bKearlier"


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
def whose_server_calls(capture):
    """Only the server, which no preference names, is on port 5060: a call that reaches the client, no REGISTER."""
    session = Session(capture, HONG, ELSEWHERE._replace(domain=NAVER.domain))
    session.call(incoming=True).dial(trying=False, uri=f"sip:{HONG.user}@{NAVER.domain}").ring().answer().talk().release()


@scenario
def whose_server_asks_first(capture):
    """Both ends on port 5060: the unknown server asks OPTIONS first; who registers then is the client."""
    client = HONG._replace(sip_port=5060)
    session = Session(capture, client, ELSEWHERE._replace(domain=NAVER.domain))
    ping = Dialog(session.sip, "proxy", HONG.user, incoming=True)
    ping.replies(ping.asks("OPTIONS"), 200)
    session.register()
    session.call().dial().ring().answer().talk().release()


UNLISTED = ELSEWHERE._replace(domain=NAVER.domain)


@scenario
def whose_registrar(capture):
    """At a server that no preference names, all ports 5060: one client registers, another is only pinged and called."""
    Session(capture, HONG._replace(sip_port=5060), UNLISTED).register()
    other = Session(capture, KIM._replace(sip_port=5060), UNLISTED)
    ping = Dialog(other.sip, "proxy", KIM.user, incoming=True)
    ping.replies(ping.asks("OPTIONS"), 200)
    other.call(incoming=True).dial(trying=False).ring().answer().talk().release()


@scenario
def whose_forwarded(capture):
    """Both ends on port 5060, a server that no preference names: a call with the Via of a proxy reaches the client."""
    session = Session(capture, HONG._replace(sip_port=5060), UNLISTED)
    session.call(incoming=True).dial(trying=False, more=[EARLIER_VIA]).ring().answer().talk().release()


@scenario
def whose_register_forwarded(capture):
    """A proxy that no preference names hands a client's REGISTER and call on to a registrar."""
    session = Session(capture, HONG, UNLISTED)
    registration, call = session.registration(), session.call()
    behind = Udp(capture, UNLISTED.sip, GATEWAY._replace(address="198.51.100.41"))
    hop = Dialog(behind, HONG.user, HONG.user)
    hop.call_id = registration.call_id
    request = session.register_request(registration)
    hop.replies(hop.asks("REGISTER", uri=f"sip:{UNLISTED.domain}", more=[EARLIER_VIA]), 200, more=[EARLIER_VIA])
    registration.replies(request, 200)
    call.dial(trying=False)
    hop = Dialog(behind, HONG.user, STAND_IN)
    hop.call_id = call.call_id
    hop.replies(hop.asks("INVITE", more=[EARLIER_VIA]), 200, more=[EARLIER_VIA])
    call.answer().release()


def scan_pbx(capture, domain):
    scan = Dialog(Udp(capture, HONG.at(HONG.sip_port), PBX), HONG.user, "100", domain=NAVER.domain)
    scan.asks("OPTIONS", uri=f"sip:100@{PBX.address}")
    for host in "10", "11":
        link = Udp(capture, Endpoint(f"192.0.2.{host}", 5062), PBX)
        registration = Dialog(link, f"u{host}", f"u{host}", domain=domain)
        registration.replies(registration.asks("REGISTER", uri=f"sip:{domain}"), 200)
        Dialog(link, f"u{host}", "9", domain=domain).asks("INVITE")


@scenario
def whose_foreign_pbx(capture):
    """OPTIONS from our domain to a foreign PBX, then other clients of that PBX, which name another domain."""
    scan_pbx(capture, "sip.example")


@scenario
def whose_web_proxy(capture):
    """A web proxy on port 8081: a request for our login host, then another machine's for a foreign host."""
    proxy = Endpoint(FOREIGN_WEB, NAVER.login.port)
    for user, host in (HONG, NAVER.login_host), (KIM, "www.example"):
        connection = Connection(capture, user.at(user.login_port), proxy).open()
        connection.client_sends(http.request("GET", f"http://{host}/", host))
        connection.server_sends(http.response(200, "OK", b"OK"))


@scenario
def whose_foreign_pbx_address(capture):
    """OPTIONS from our domain to a foreign PBX, then other clients of that PBX, which name only its address."""
    scan_pbx(capture, PBX.address)


@scenario
def whose_web_proxy_targets(capture):
    """A web proxy on port 8081: our login host named by the request target alone, then a foreign target with our Host."""
    proxy = Endpoint(FOREIGN_WEB, NAVER.login.port)
    targets = (f"GET http://{NAVER.login_host}:8081{http.LOGIN_PATH}?id=hong&pw=made-up HTTP/1.0\r\n",
               f"GET http://www.example/ HTTP/1.1\r\nHost: {NAVER.login_host}\r\n")
    for client, target in zip((HONG, KIM), targets):
        connection = Connection(capture, client.at(client.login_port), proxy).open()
        connection.client_sends(target.encode() + b"\r\n")
        connection.server_sends(http.response(200, "OK", b"OK"))


def registered(capture):
    """A session with login and registration, and its registration."""
    session = Session(capture)
    session.connect().log_in()
    registration = session.registration()
    registration.replies(session.register_request(registration), 200)
    return session, registration


def reconnect(session, control_port, name):
    """Another control connection of the client, used by the session from here on."""
    client = session.subscriber.at(control_port)
    session.control = Connection(session.capture, client, session.service.control, name)
    return session.connect()


@scenario
def whose_relogin(capture):
    """Logout and another login; the REGISTER after it repeats the Call-ID of the first."""
    session, registration = registered(capture)
    session.log_out()
    capture.wait(60)
    session.login = Connection(capture, HONG.at(50032), NAVER.login)
    reconnect(session, 50031, "second").log_in()
    registration.replies(session.register_request(registration), 200)
    session.call().whole()
    session.log_out()


@scenario
def whose_register_missed(capture):
    """As whose-relogin, but the capture missed the second REGISTER; after the next logout, one that takes back, too."""
    session, registration = registered(capture)
    session.log_out()
    capture.wait(60)
    session.login = Connection(capture, HONG.at(50032), NAVER.login)
    reconnect(session, 50031, "second").log_in()
    for _ in range(2):
        with capture.lost():
            request = session.register_request(registration)
        registration.replies(request, 200)
        if session.control:
            session.log_out()
            session.control = None


@scenario
def whose_register_repeated(capture):
    """The client logs out while its second REGISTER is unanswered, and then sends it again."""
    session, registration = registered(capture)
    request = session.register_request(registration)
    capture.wait(0.3)
    session.log_out()
    registration.again(request)
    registration.replies(request, 200)


@scenario
def whose_login_kept_alive(capture):
    """The HTTP connection of the login outlives the logout, and carries the next login, too."""
    session = Session(capture)
    session.connect().log_in()
    session.log_out()
    capture.wait(5)
    reconnect(session, 50031, "second")
    session.login.client_sends(http.login(HONG, NAVER))
    session.login.server_sends(http.response(200, "OK", b"OK"))
    session.log_out()
    session.login.client_closes()


@scenario
def whose_control_same_ends(capture):
    """A new control connection with the addresses and ports of one that was never closed, and a REGISTER with the old Call-ID."""
    session, registration = registered(capture)
    capture.wait(120)
    reconnect(session, HONG.control_port, "second")
    registration.replies(session.register_request(registration), 200)
    session.log_out()


@scenario
def whose_number_and_account(capture):
    """One socket calls as a number, then registers an account, then calls as the number again: one session."""
    session = Session(capture)
    session.connect()
    session.call().dial().ring().answer().release()
    registration = Dialog(session.sip, "account", "account", name="account")
    registration.replies(registration.asks("REGISTER", uri=f"sip:{NAVER.domain}"), 200)
    session.call(other="0212345678").dial().ring().answer().release()
    session.log_out()


@scenario
def whose_newcomer_logs_in(capture):
    """A second control connection while the first is open and silent; the login on it begins a session of its own."""
    session = Session(capture).start()
    capture.wait(60)
    session.login = Connection(capture, HONG.at(50032), NAVER.login)
    reconnect(session, 50031, "second").log_in()
    session.call().whole()
    session.log_out()


@scenario
def whose_newcomer_outlasts(capture):
    """A second control connection, then the first one closes, then a login on the second: the first session ended by that close."""
    session = Session(capture).start()
    first = session.control
    session.login = Connection(capture, HONG.at(50032), NAVER.login)
    reconnect(session, 50031, "second")
    first.client_closes()
    session.log_in()
    session.log_out()


@scenario
def whose_newcomer_stays(capture):
    """A second control connection while the first is open; the first one sends again before a REGISTER follows: one session."""
    session = Session(capture).start()
    first = session.control
    reconnect(session, 50031, "second")
    first.client_sends(b"\x00\x04ping")
    session.register()
    session.log_out()
    first.client_closes()


@scenario
def whose_newcomer_after_crash(capture):
    """The client crashes and connects again; the server sends on the old connection, in vain, before the client logs in: two sessions."""
    session = Session(capture).start()
    crashed = session.control
    capture.wait(60)
    session.login = Connection(capture, HONG.at(50032), NAVER.login)
    reconnect(session, 50031, "second")
    crashed.segment(crashed.server_side, "PA", b"\x00\x04ping")
    capture.wait(0.3)
    crashed.again(crashed.server_side, "PA", b"\x00\x04ping")
    session.log_in().register()
    session.log_out()


@scenario
def whose_newcomer_registers(capture):
    """A second control connection; the first client sends before a login follows, then another user registers: two sessions."""
    first = Session(capture).start()
    second = Session(capture, KIM._replace(address=HONG.address)).connect()
    first.keep_alive()
    second.log_in().register()
    first.keep_alive()
    for session in first, second:
        session.log_out()


@scenario
def whose_newcomer_overtakes(capture):
    """A second control connection comes between a client's REGISTER, which the capture missed, and the 200 to it; then another user registers."""
    first = Session(capture).connect().log_in()
    second = Session(capture, KIM._replace(address=HONG.address))
    registration = first.registration()
    with capture.lost():
        request = first.register_request(registration)
    second.connect()
    registration.replies(request, 200)
    second.log_in().register()
    first.log_out()
    second.log_out()


@scenario
def whose_refused_reconnect(capture):
    """The server refuses two more control connections of a session; after the logout it accepts one: two sessions."""
    session = Session(capture).start()
    for port in 50031, 50032:
        refused = Connection(capture, HONG.at(port), NAVER.control)
        refused.segment(refused.client_side, "S")
        refused.server_resets()
    session.log_out()
    reconnect(session, 50033, "second")
    session.log_out()


def takes_back(session, registration, contact, more=()):
    """Sends a REGISTER with this Contact, and a 200 without any."""
    request = registration.request("REGISTER", uri=f"sip:{session.service.domain}", more=more)
    request.headers["Contact"] = contact or request.headers["Contact"]
    registration.send(request)
    reply = registration.reply(request, 200)
    del reply.headers["Contact"]
    registration.send(reply)


@scenario
def whose_unregister(capture):
    """A registration, a refresh, and Contact * with Expires 0; the same by expires=0; one of two contacts stays."""
    session = Session(capture)
    session.connect().log_in()
    registration = session.registration()
    for _ in range(2):
        registration.replies(session.register_request(registration), 200)
    takes_back(session, registration, "*", ["Expires: 0"])
    registration.replies(session.register_request(registration), 200)
    takes_back(session, registration, '"a, b;expires=60" <sip:hongtest@220.69.240.206:50286;expires=60>;expires=0', ["Expires: 3600"])
    registration.replies(session.register_request(registration), 200)
    takes_back(session, registration, "<sip:hongtest@192.0.2.1>;expires=0, <sip:hongtest@220.69.240.206:50286>", ["Expires: 60"])
    takes_back(session, registration, None, ["m: <sip:hongtest@192.0.2.1>", "expires:", " 0"])
    session.log_out()


@scenario
def whose_unregister_missed(capture):
    """The capture missed a REGISTER with Contact *; the 200 to it lists no contact, unlike the 200s before."""
    session = Session(capture)
    session.connect().log_in()
    registration = session.registration()
    registration.replies(session.register_request(registration), 200)
    with capture.lost():
        request = session.register_request(registration)
    reply = registration.reply(request, 200)
    del reply.headers["Contact"]
    registration.send(reply)
    session.log_out()


@scenario
def whose_two_accounts(capture):
    """One socket registers a user in two domains, and takes the registration in one of them back."""
    session = Session(capture)
    session.connect().log_in().register()
    other = Dialog(session.sip, HONG.user, HONG.user, domain=f"im.{NAVER.domain}")
    other.replies(session.register_request(other), 200)
    takes_back(session, other, "*", ["Expires: 0"])
    session.log_out()


@scenario
def whose_left_over(capture):
    """After the logout, the server still asks OPTIONS and the client takes its registration back; then it registers anew."""
    session = Session(capture)
    session.connect().log_in()
    registration = session.registration()
    registration.replies(session.register_request(registration), 200)
    session.log_out()
    ping = Dialog(session.sip, "proxy", HONG.user, incoming=True)
    ping.replies(ping.asks("OPTIONS"), 200)
    takes_back(session, registration, "*", ["Expires: 0"])
    registration.replies(session.register_request(registration), 200)


@scenario
def whose_appended_twice(capture):
    """A session with a call, and the same frames again, as if mergecap had appended a file to itself: one session, one call."""
    begin = capture.now
    for _ in range(2):
        capture.set_clock_back(capture.now - begin)
        session = Session(capture).start()
        session.call().whole()
        session.log_out()


@scenario
def whose_two_behind_nat(capture):
    """Two clients behind one NAT call each other through the server, which relays media; the callee releases."""
    sessions = [Session(capture, subscriber) for subscriber in (HONG, KIM._replace(address=HONG.address))]
    for session in sessions:
        session.register()
    outgoing = sessions[0].call(KIM.user)
    incoming = sessions[1].call(HONG.user, incoming=True)
    incoming.call_id, incoming.caller, incoming.callee = outgoing.call_id, outgoing.caller, outgoing.callee
    incoming.server_media = incoming.up.destination = incoming.down.source = NAVER.media._replace(port=NAVER.media.port + 2)
    incoming.up.ssrc, incoming.down.ssrc = outgoing.down.ssrc, outgoing.up.ssrc
    for call in (outgoing, incoming):
        call.dial(trying=False)
    for call in (incoming, outgoing):
        call.answer()
    for call in (outgoing, incoming):
        call.talk()
    for call in (incoming, outgoing):
        call.release(by_caller=False)


@scenario
def whose_port_midstream(capture):
    """Port 10500 of an unknown server; the start of the connection is not in the capture: not ours."""
    session = Session(capture, service=ELSEWHERE)
    with capture.lost():
        session.control.open()
    session.control.client_sends(b"\x00\x0bsomething")
    session.log_out()


@scenario
def whose_loopback(capture):
    """Client and servers on 127.0.0.1: a call that the callee releases."""
    here = "127.0.0.1"
    service = NAVER._replace(**{leg: getattr(NAVER, leg)._replace(address=here) for leg in ("control", "login", "sip", "media")})
    session = Session(capture, HONG._replace(address=here), service).start()
    session.call().dial().ring().answer().talk().release(by_caller=False)
    session.log_out()


@scenario
def whose_refused_first(capture):
    """The server refuses a client that is offline, and accepts it a second later; the same after its logout: two sessions."""
    session = Session(capture)
    for port, name in (50031, "first"), (50041, "second"):
        refused = Connection(capture, HONG.at(port), NAVER.control, name)
        refused.segment(refused.client_side, "S")
        refused.server_resets()
        capture.wait(1)
        session.login = Connection(capture, HONG.at(port + 1), NAVER.login, name)
        reconnect(session, port + 2, name).log_in()
        session.log_out()
        capture.wait(1)


@scenario
def whose_half_open(capture):
    """After a crash the client takes the old port: the server answers with an ACK, the client with RST, and its next SYN is accepted."""
    session = Session(capture).start()
    old = session.control
    capture.wait(60)
    new = session.control = Connection(capture, old.client, old.server, "second")
    new.segment(new.client_side, "S")
    old.segment(old.server_side, "A")
    new.emit(new.client_side, old.client_side.sequence, "R", b"")
    capture.wait(1)
    new.again(new.client_side, "S")
    new.segment(new.server_side, "SA")
    new.segment(new.client_side, "A")
    session.keep_alive()
    session.login = Connection(capture, HONG.at(50032), NAVER.login)
    session.log_in().register()
    new.client_resets()


@scenario
def whose_servers_alone(capture):
    """Among servers: a control connection, a login, and a client's REGISTER that its proxy hands on to a registrar elsewhere."""
    front = HONG._replace(address="222.122.50.40")
    Session(capture, front).connect().log_in()
    session = Session(capture)
    registration = session.registration()
    request = session.register_request(registration)
    hop = Dialog(Udp(capture, NAVER.sip, PBX), HONG.user, HONG.user)
    hop.call_id, hop.caller = registration.call_id, registration.caller
    hop.replies(hop.asks("REGISTER", uri=f"sip:{NAVER.domain}"), 200)
    registration.replies(request, 200)
