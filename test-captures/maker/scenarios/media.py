# SPDX-License-Identifier: GPL-2.0-or-later
"""RTP and RTCP: directions, ports, and how the plugin learns of them."""

import struct

from ..bytes import opaque
from ..media import Stream, both_ways
from ..places import ELSEWHERE, HONG, HONG6, KIM, NAVER, NAVER6, Endpoint, Subscriber
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
    """The server's last 5 packets arrive right after the BYE, because they were on their way, and 5 more a second later."""
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
    """Two calls share ports and SSRCs; a re-INVITE resumes the one on hold each time, and the media then belong to that call."""
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
def media_between_clients(capture):
    """One client calls the other, and their media go straight between them: each packet belongs to both calls."""
    calling, called = Session(capture).register(), Session(capture, KIM).register()
    outgoing, incoming = calling.call(KIM.user), called.call(HONG.user, incoming=True)
    outgoing.description = incoming.description = lambda by_caller: sdp(
        HONG.at(HONG.media_port) if by_caller else KIM.at(KIM.media_port))
    outgoing.dial()
    incoming.dial().ring().answer()
    outgoing.ring().answer()
    outgoing.up.destination = outgoing.down.source = KIM.at(KIM.media_port)
    outgoing.talk().release()
    incoming.release()


@scenario
def media_client_heard_alone(capture):
    """The capture has only what the client sends: INVITE, media from the answer on, ACK, and a BYE."""
    call = Session(capture).register().call().dial(trying=False)
    with capture.lost():
        answer = call.replies(call.invite, 200, body=call.description(False))
    call.up.send(5)
    call.acknowledges(call.invite, answer)
    call.up.send(5)
    call.asks("BYE")


@scenario
def media_both_sides_of_nat(capture):
    """The packets of one client inside and outside of its NAT, which changes addresses in headers, not in SDP."""
    inside, outside = (Session(capture, HONG._replace(address=address)) for address in (PRIVATE, HONG.address))
    calls = [session.connect().register().call(name=name) for session, name in ((inside, "inside"), (outside, "outside"))]
    for call in calls:
        call.description = lambda by_caller: sdp(Endpoint(PRIVATE, HONG.media_port) if by_caller else NAVER.media)
        call.dial().ring().answer()
    calls[1].up.ssrc, calls[1].down.ssrc = calls[0].up.ssrc, calls[0].down.ssrc
    for call in calls:
        call.talk(5)
    for call in calls:
        call.release()


@scenario
def media_symmetric(capture):
    """SDP has the client's private address; a third host answers the client, in iLBC, where it really sends from."""
    payloads = (f"{ILBC} iLBC/8000",)
    call = Session(capture).register().call()
    call.description = lambda by_caller: sdp(Endpoint(PRIVATE, HONG.media_port) if by_caller else NAVER.media, payloads)
    call.dial().ring().answer()
    call.up.source = call.down.destination = HONG.at(61000)
    call.down.source = Endpoint("220.95.236.99", 9000)
    for stream in (call.up, call.down):
        stream.payload_type, stream.payload = ILBC, opaque("iLBC frame", 38)
    call.talk().release()


@scenario
def media_shared_port(capture):
    """A second call over the client's port, with another server: it begins while the first one runs and is late to end."""
    session = Session(capture).register()
    first, second = session.call(), session.call("021234567")
    other = Endpoint("220.95.236.11", 42000)
    second.description = lambda by_caller: sdp(HONG.at(HONG.media_port) if by_caller else other)
    second.up.destination = second.down.source = other
    first.dial().ring().answer().talk(3)
    second.dial()
    first.talk(3).release()
    first.down.send(3)
    second.ring().answer().talk(3).release()


@scenario
def media_next_to_each_other(capture):
    """Two calls on ports next to each other, each with RTCP on the port of its RTP (rtcp-mux)."""
    session = Session(capture).register()
    first, second = session.call(), session.call("021234567")
    second.client_media = second.up.source = second.down.destination = HONG.at(HONG.media_port + 1)
    for call in (first, second):
        call.description = lambda by_caller, call=call: sdp(
            call.client_media if by_caller else NAVER.media).replace(b"a=sendrecv", b"a=rtcp-mux")
        call.dial().ring().answer()
    first.talk(3)
    resume(first)
    second.talk(3).release()
    first.release()


@scenario
def media_video(capture):
    """Sound and picture, both of payload type 96: opus and VP8, of which the server sends no sound."""
    call = Session(capture).register().call()

    def described(by_caller):
        media = HONG.at(HONG.media_port) if by_caller else NAVER.media
        return sdp(media, ["96 opus/48000/2"]) + b"m=video %d RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n" % (media.port + 2)

    call.description = described
    call.dial().ring().answer()
    streams = [Stream(capture, call.up.source, call.up.destination, "sound", payload_type=96)]
    beyond = [end._replace(port=end.port + 2) for end in (call.up.source, call.up.destination)]
    streams += [Stream(capture, *beyond, "picture up", payload_type=96),
                Stream(capture, *reversed(beyond), "picture down", payload_type=96)]
    for stream, packets in zip(streams, (10, 6, 7)):
        stream.send(packets)
    call.release()


@scenario
def media_seen_twice(capture):
    """Each RTP packet of the server is in the capture twice, as on a mirrored port; one is missing."""
    call = answered(capture)
    for number in range(6):
        call.up.send(1)
        state = call.down.sequence, call.down.timestamp
        call.down.send(1)
        call.down.sequence, call.down.timestamp = state
        call.down.send(1)
        if number == 2:
            call.down.sequence += 1
    call.release()


@scenario
def media_companions(capture):
    """STUN, DTLS and ZRTP between the ends of a call's media, before RTP."""
    call = answered(capture)
    ends = call.up.source, call.up.destination
    capture.datagram(*ends, struct.pack("!HHI", 1, 0, 0x2112a442) + opaque("STUN transaction", 12))
    capture.datagram(*ends, struct.pack("!BHHIHH", 22, 0xfefd, 0, 0, 0, 12) + opaque("DTLS handshake", 12))
    capture.datagram(*ends, struct.pack("!HHI", 0x1000, 1, 0x5a525450) + opaque("ZRTP", 20))
    call.talk(2).release()


@scenario
def media_out_of_sight(capture):
    """SIP only, with media at a host of which the capture has no packet: whether there were media is unknown."""
    call = Session(capture).register().call()
    call.server_media = Endpoint("220.95.236.11", 42000)
    call.dial().ring().answer().release()


@scenario
def media_announcement(capture):
    """The server's SDP is sendonly, and only the server sends: one-way media as agreed."""
    call = Session(capture).register().call()
    server = sdp(NAVER.media).replace(b"a=sendrecv", b"a=sendonly")
    call.description = lambda by_caller: sdp(HONG.at(HONG.media_port)) if by_caller else server
    call.dial().ring().answer()
    call.down.send(5)
    call.release(by_caller=False)


@scenario
def media_unsignalled(capture):
    """A control connection, and RTP between its client and a media server; no SDP was captured."""
    unsignalled(capture, NAVER.media)


@scenario
def media_unsignalled_foreign(capture):
    """As media-unsignalled, but with a foreign server: not ours."""
    unsignalled(capture, ELSEWHERE.media)


@scenario
def media_unsignalled_answered_late(capture):
    """As media-unsignalled, but the server's stream begins after two packets of the client's."""
    session = Session(capture).connect()
    client = HONG.at(HONG.media_port)
    Stream(capture, client, NAVER.media).send(2)
    Stream(capture, NAVER.media, client).send(3)
    session.log_out()


def unsignalled(capture, server):
    session = Session(capture).connect()
    client = HONG.at(HONG.media_port)
    both_ways(capture, Stream(capture, client, server), Stream(capture, server, client), 10)
    session.log_out()


@scenario
def media_multipart(capture):
    """SDP is the second part of multipart bodies; the first is text with lines that look like SDP."""
    call = Session(capture).register().call()
    kind = 'multipart/mixed;boundary="part"'

    def body(by_caller):
        decoy = b"Call me back at\r\nc=IN IP4 198.51.100.77\r\nm=audio 9000 RTP/AVP 8\r\n"
        parts = [(b"text/plain", decoy), (b"application/sdp", call.description(by_caller))]
        return b"".join(b"--part\r\nContent-Type: %s\r\n\r\n%s\r\n" % part for part in parts) + b"--part--\r\n"

    call.dial(body=body(True), kind=kind).ring()
    call.acknowledges(call.invite, call.replies(call.invite, 200, body=body(False), kind=kind))
    call.talk(5).release()


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
    """The client sends RTP of a payload type whose clock rate is not in the SDP; then RTP of which one packet is 5 ms late."""
    call = Session(capture).register().call().dial().ring().answer()
    Stream(capture, call.up.source, call.up.destination, name="unknown clock", payload_type=EVENT + 1).send(10)
    call.down.send(2)
    call.up.send(5)
    capture.wait(0.005)
    call.up.send(5)
    call.release()


def press(stream, digit):
    """A digit as three telephone-event packets with the timestamp of its start; the last has the end bit."""
    start = stream.timestamp
    for duration, end in ((160, 0), (320, 0), (480, 0x80)):
        stream.timestamp = start
        stream.packet(EVENT, struct.pack("!BBH", digit, end | 10, duration))


@scenario
def sip_rtp_same_ports(capture):
    """SIP and RTP share one pair of ports, 50286 and 5060, as the public analysis draws it."""
    answered(capture, HONG._replace(media_port=HONG.sip_port), NAVER._replace(media=NAVER.sip)).talk().release()


def sender_report(capture, source, destination, ssrc):
    """RTCP, wherever it goes."""
    capture.datagram(source, destination, struct.pack("!BBHIIIIII", 0x80, 200, 6, ssrc, 1, 2, 3, 4, 5))


@scenario
def media_rtcp_elsewhere(capture):
    """a=rtcp names a port of its own for the client's RTCP, and a host of its own for the server's."""
    call = Session(capture).register().call(packets=3)
    mine, theirs = HONG.at(50999), Endpoint("220.95.236.227", 53020)
    call.description = lambda by_caller: (
        sdp(call.client_media) + b"a=rtcp:50999\r\n" if by_caller
        else sdp(call.server_media) + b"a=rtcp:53020 IN IP4 220.95.236.227\r\n")
    call.dial().ring().answer().talk()
    sender_report(capture, mine, theirs, call.up.ssrc)
    sender_report(capture, theirs, mine, call.down.ssrc)
    call.release()


@scenario
def media_bundle(capture):
    """Sound and picture on one port (BUNDLE), with RTCP there, too; the client's m= line of the picture has port 0, bundle-only."""
    call = Session(capture).register().call()
    bundle = b"a=group:BUNDLE 0 1\r\nm=audio"

    def described(by_caller):
        media, picture = (call.client_media, 0) if by_caller else (call.server_media, call.server_media.port)
        lines = sdp(media, ["111 opus/48000/2"]).replace(b"m=audio", bundle) + b"a=mid:0\r\na=rtcp-mux\r\n"
        lines += b"m=video %d RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=mid:1\r\na=rtcp-mux\r\n" % picture
        return lines + (b"a=bundle-only\r\n" if by_caller else b"")

    call.description = described
    call.dial().ring().answer()
    ends = call.up.source, call.up.destination
    for payload_type, packets in ((111, 6), (96, 4)):
        for source, destination in (ends, ends[::-1]):
            Stream(capture, source, destination, f"{payload_type} from {source}", payload_type=payload_type).send(packets)
    sender_report(capture, *ends, call.up.ssrc)
    call.release()


@scenario
def media_ice(capture):
    """ICE: STUN, then RTP between the client's private address and a relay of the server, both named as candidates alone."""
    client = Subscriber(address=PRIVATE)
    call = Session(capture, client).register().call(packets=5)
    relay, outside = Endpoint("220.95.236.250", 49000), Endpoint("203.0.113.7", 61000)

    def candidate(number, end, kind):
        return f"a=candidate:{number} 1 UDP 2130706431 {end.address} {end.port} typ {kind}\r\n".encode()

    call.description = lambda by_caller: (
        sdp(outside) + candidate(1, client.at(50300), "host") + candidate(2, outside, "srflx") if by_caller
        else sdp(call.server_media) + candidate(1, call.server_media, "host") + candidate(2, relay, "relay"))
    call.dial().ring().answer()
    call.up.destination = call.down.source = relay
    for ends in ((call.up.source, relay), (relay, call.up.source)):
        capture.datagram(*ends, struct.pack("!HHI", 1, 0, 0x2112a442) + opaque(f"STUN from {ends[0]}", 12))
    call.talk().release()


@scenario
def media_loopback_between_clients(capture):
    """Two clients on 127.0.0.1, one calls the other through a server there, and their media go straight between them."""
    here = "127.0.0.1"
    service = NAVER._replace(sip=Endpoint(here, 5060))
    users = [user._replace(address=here) for user in (HONG, KIM)]
    hong, kim = (Session(capture, user, service).register() for user in users)
    calls = [hong.call(other=KIM.user, packets=3), kim.call(other=HONG.user, incoming=True, packets=3)]
    ends = [user.at(user.media_port) for user in users]
    for call in calls:
        call.description = lambda by_caller: sdp(ends[not by_caller])
    for step in (lambda call: call.dial(trying=False), lambda call: call.ring(), lambda call: call.answer()):
        for call in calls:
            step(call)
    both_ways(capture, Stream(capture, *ends), Stream(capture, *ends[::-1]), 5)
    for call in calls:
        call.release()


def in_row(capture, *names):
    """Calls of one client with a control connection, by name."""
    session = Session(capture).connect().register()
    for name in names:
        capture.wait(1)
        yield name, session.call(name=name, incoming=name == "later")


@scenario
def media_out_of_reach(capture):
    """Calls in a row whose media the capture cannot show as RTP: the client's address follows later (trickle ICE); RTP over TCP; TURN;
    the calling server has no address yet."""
    ends = {"trickle": Endpoint("0.0.0.0", 9), "turn": Endpoint("198.51.100.99", 49152)}
    for name, call in in_row(capture, "trickle", "tcp", "turn", "later"):
        mine = sdp(ends.get(name, call.client_media))
        theirs = sdp(Endpoint("0.0.0.0", 41000) if name == "later" else call.server_media)
        if name == "tcp":
            mine, theirs = (side.replace(b"RTP/AVP", b"TCP/RTP/AVP") for side in (mine, theirs))
        elif name == "turn":
            mine += b"a=candidate:1 1 UDP 41885439 198.51.100.99 49152 typ relay raddr 220.69.240.206 rport 50300\r\n"
        call.description = lambda by_caller: mine if by_caller != call.incoming else theirs
        call.dial().ring().answer()
        if name == "turn":
            packet = struct.pack("!BBHII", 0x80, 8, 1, 160, call.up.ssrc) + bytes(160)
            capture.datagram(call.client_media, Endpoint("198.51.100.99", 3478), struct.pack("!HH", 0x4000, len(packet)) + packet)
        capture.wait(2)
        call.release()


@scenario
def media_capabilities(capture):
    """Only the client is heard; OPTIONS within the call and a re-INVITE to T.38, which is refused, are answered with the SDP of
    capabilities."""
    call = answered(capture)
    for by_caller, media in ((False, call.client_media), (True, call.server_media)):
        call.replies(call.asks("OPTIONS", by_caller=by_caller), 200, body=sdp(media._replace(port=0)))
    again = call.asks("INVITE", body=sdp(call.client_media._replace(port=0)) + b"m=image 50300 udptl t38\r\n")
    call.acknowledges(again, call.replies(again, 488, body=sdp(call.server_media._replace(port=0))))
    call.up.send(10)
    call.release()


@scenario
def media_moved_with_ssrc(capture):
    """A re-INVITE moves the server's media to another host, and ICE then to a candidate there; the SSRC stays."""
    call = answered(capture).talk(3)
    for host, candidate in (("220.95.236.227", None), ("220.95.236.228", "220.95.236.229")):
        body = sdp(Endpoint(host, 41000), version=2)
        if candidate:
            body += f"a=candidate:1 1 UDP 2130706431 {candidate} 41000 typ host\r\n".encode()
        again = call.asks("INVITE", body=body, by_caller=False)
        call.acknowledges(again, call.replies(again, 200, body=call.description(True)))
        call.up.destination = call.down.source = Endpoint(candidate or host, 41000)
        call.talk(3)
    call.release()


@scenario
def media_moved_unseen(capture):
    """The capture missed the re-INVITE that moves the server's media to another host; the SSRC stays, the sequence goes on."""
    call = answered(capture).talk(3)
    with capture.lost():
        again = call.asks("INVITE", body=sdp(Endpoint("220.95.236.227", 41000), version=2), by_caller=False)
    call.acknowledges(again, call.replies(again, 200, body=call.description(True)))
    call.up.destination = call.down.source = Endpoint("220.95.236.227", 41000)
    call.talk(3).release()


@scenario
def media_fax(capture):
    """A re-INVITE changes from sound to a fax by T.38, on the same ports; its sequence numbers look like version 2 of RTP."""
    call = answered(capture).talk(3)

    def fax(media):
        return sdp(media, version=2).split(b"m=audio")[0] + b"m=image %d udptl t38\r\n" % media.port

    again = call.asks("INVITE", body=fax(call.server_media), by_caller=False)
    call.acknowledges(again, call.replies(again, 200, body=fax(call.client_media)))
    for number in range(0x8000, 0x8004):
        for source, destination in ((call.client_media, call.server_media), (call.server_media, call.client_media)):
            capture.datagram(source, destination, struct.pack("!HBB", number, 1, 0xc0) + bytes(20))
    call.release()


@scenario
def media_misdescribed(capture):
    """The server's SDP has a private address, and the client sends from and receives at another port than it names."""
    call = Session(capture).register().call()
    described = call.description
    call.description = lambda by_caller: described(True) if by_caller else sdp(Endpoint(PRIVATE, 41000))
    call.dial().ring().answer()
    call.up.source = call.down.destination = HONG.at(61000)
    call.talk().release()


@scenario
def media_of_port_used_again(capture):
    """A call is cancelled after its 183; an hour later the server uses the port in a call of another client, whose setup the capture
    misses, and in one of the same client on another port."""
    call = Session(capture).register().call().dial(trying=False)
    call.replies(call.invite, 183, body=call.description(False))
    call.replies(call.cancels(call.invite), 200)
    call.fail(487)
    for other in KIM.at(KIM.media_port), HONG.at(50310):
        capture.wait(3600)
        both_ways(capture, Stream(capture, other, NAVER.media), Stream(capture, NAVER.media, other), 3)


@scenario
def media_begun_anew(capture):
    """The server's first two packets arrive in the wrong order; later its sequence numbers begin anew, and then its timestamps."""
    call = answered(capture)
    sequence, timestamp = call.down.sequence, call.down.timestamp
    for step in (1, 0):
        call.down.sequence, call.down.timestamp = sequence + step, timestamp + 160 * step
        call.down.send(1)
    call.down.sequence, call.down.timestamp = sequence + 2, timestamp + 320
    call.talk(10)
    call.down.sequence = (call.down.sequence + 30000) % 2 ** 16
    call.talk(10)
    call.down.timestamp = (call.down.timestamp + 2 ** 31 + 12345) % 2 ** 32
    call.talk(10).release()


@scenario
def media_ice_dual_stack(capture):
    """ICE over both versions of IP: STUN and early media over IPv4, then RTP over IPv6, which the client names as a candidate."""
    call = Session(capture).connect().register().call()
    hosts = {True: (call.client_media, Endpoint(HONG6.address, HONG.media_port)), False: (NAVER.media, NAVER6.media)}

    def described(by_caller):
        candidates = "".join(f"a=candidate:{number} 1 UDP 2130706431 {end.address} {end.port} typ host\r\n"
                             for number, end in enumerate(hosts[by_caller]))
        return sdp(hosts[by_caller][0]) + candidates.encode()

    call.description = described
    call.dial()
    call.replies(call.invite, 183, body=described(False))
    for ends in zip(hosts[True], hosts[False]):
        for source, destination in (ends, ends[::-1]):
            capture.datagram(source, destination, struct.pack("!HHI", 1, 0, 0x2112a442) + opaque(f"STUN {source}", 12))
    call.down.send(3)
    call.answer()
    ends = hosts[True][1], hosts[False][1]
    both_ways(capture, Stream(capture, *ends), Stream(capture, *ends[::-1]), 5)
    call.release()


@scenario
def media_codecs(capture):
    """The server begins with comfort noise, the client with a digit; both then send PCMA, and G.729 after a while."""
    payloads = ("8 PCMA/8000", "18 G729/8000", f"{EVENT} telephone-event/8000")
    call = Session(capture).register().call()
    call.description = lambda by_caller: sdp(HONG.at(HONG.media_port) if by_caller else NAVER.media, payloads)
    call.dial().ring().answer()
    call.down.packet(13, b"\x20")
    press(call.up, 5)
    call.talk(5)
    for stream in (call.up, call.down):
        stream.payload_type, stream.payload = 18, opaque("G.729 frames", 20)
    call.talk(5)
    press(call.up, 6)
    call.talk(5).release()


@scenario
def media_both_behind_nat(capture):
    """Both sides' SDP has private addresses; sound (opus) and picture (VP8) flow between their public ones, in two calls in
    a row."""
    session = Session(capture).connect().register()

    def described(by_caller):
        media = Endpoint(PRIVATE, HONG.media_port) if by_caller else Endpoint("10.1.1.1", 41000)
        return sdp(media, ["111 opus/48000/2"]) + b"m=video %d RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n" % (media.port + 2)

    for name in "first", "second":
        call = session.call(name=name)
        call.description = described
        call.dial().ring().answer()
        for number, payload_type in ((0, 111), (2, 96)):
            ends = HONG.at(61000 + number), NAVER.media._replace(port=41000 + number)
            both_ways(capture, *(Stream(capture, *way, f"{name}, {way}", payload_type=payload_type)
                                 for way in (ends, ends[::-1])), 6)
        call.release()


@scenario
def media_copied_outside_nat(capture):
    """The client names its public address in SDP. SIP is captured inside its NAT, each media packet inside and outside."""
    call = Session(capture, HONG._replace(address=PRIVATE)).connect().register().call()
    public = HONG.at(61000)
    call.description = lambda by_caller: sdp(public if by_caller else NAVER.media)
    call.dial().ring().answer()
    outside = [Stream(capture, *ends, ssrc=stream.ssrc, sequence=stream.sequence, timestamp=stream.timestamp)
               for stream, ends in ((call.up, (public, NAVER.media)), (call.down, (NAVER.media, public)))]
    with capture.meanwhile(after=0.001):
        both_ways(capture, *outside, 5)
    call.talk(5).release()
