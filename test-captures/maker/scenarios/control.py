# SPDX-License-Identifier: GPL-2.0-or-later
"""The control connection: its start and end, and connections that only look like one."""

import struct
from fractions import Fraction

from scapy.layers.inet import IP

from .. import http
from ..bytes import opaque
from ..links import Connection
from ..places import COLLECT, ELSEWHERE, FOREIGN, HONG, NAVER, STAND_IN, Endpoint
from ..scenario import scenario
from ..session import Session

CLIENT = HONG.at(HONG.control_port)


def exchange(connection, to_server=opaque("binary question", 24), to_client=opaque("binary answer", 40)):
    """A complete connection: handshake, one message each way, close by the client."""
    connection.open()
    connection.client_sends(to_server)
    connection.server_sends(to_client)
    connection.client_closes()


@scenario
def control_server_closes(capture):
    """The server, not the client, closes the control connection."""
    Session(capture).connect().control.server_closes()


@scenario
def control_reset(capture):
    """The server ends the control connection with RST."""
    Session(capture).connect().control.server_resets()


@scenario
def control_reset_in_call(capture):
    """The server resets the control connection while a call is up; the call goes on to its BYE."""
    session = Session(capture).start()
    call = session.call().dial().ring().answer().talk()
    session.control.server_resets()
    call.talk().release()


@scenario
def control_midstream(capture):
    """The capture starts after the handshake: data, then the client closes."""
    session = Session(capture)
    with capture.lost():
        session.connect()
    session.keep_alive()
    session.keep_alive()
    session.log_out()


@scenario
def control_retransmissions(capture):
    """SYN, SYN-ACK, data each way and both FINs are each sent twice."""
    connection = Session(capture).control
    client, server = connection.client_side, connection.server_side
    for side, flags, data in ((client, "S", b""), (server, "SA", b""), (client, "A", b""),
                              (client, "PA", opaque("sent twice", 24)), (server, "A", b""),
                              (server, "PA", opaque("answered twice", 40)), (client, "A", b""),
                              (client, "FA", b""), (server, "A", b""),
                              (server, "FA", b""), (client, "A", b"")):
        connection.segment(side, flags, data)
        if flags != "A":
            capture.wait(0.3)
            connection.again(side, flags, data)


@scenario
def control_fin_with_data(capture):
    """The client's FIN carries the last control message, and so does the server's."""
    connection = Session(capture).connect().control
    for side in (connection.client_side, connection.server_side):
        connection.segment(side, "FPA", opaque("last words", 16))
        connection.segment(side.other, "A")


@scenario
def control_midstream_syn_ack(capture):
    """The capture missed the SYN alone."""
    session = Session(capture)
    with capture.lost():
        session.control.segment(session.control.client_side, "S")
    session.control.segment(session.control.server_side, "SA")
    session.control.segment(session.control.client_side, "A")
    session.keep_alive()
    session.log_out()


def delay(capture, address):
    """What this host sends reaches the capture 5 ms late, as from a tap with another clock."""
    capture.frames = [(time + Fraction(5, 1000) * (packet[IP].src == address), packet) for time, packet in capture.frames]


@scenario
def control_server_late(capture):
    """Two taps, the server's late: the client's first ACK comes before the SYN-ACK, its last one before the server's FIN."""
    session = Session(capture).connect()
    session.log_out()
    delay(capture, NAVER.control.address)


@scenario
def control_client_late(capture):
    """Two taps, the client's late: the SYN-ACK comes before the SYN."""
    session = Session(capture).connect()
    session.log_out()
    delay(capture, session.subscriber.address)


@scenario
def control_syn_ack_missed(capture):
    """The capture missed the SYN-ACK alone."""
    session = Session(capture)
    session.control.segment(session.control.client_side, "S")
    with capture.lost():
        session.control.segment(session.control.server_side, "SA")
    session.control.segment(session.control.client_side, "A")
    session.keep_alive()
    session.log_out()


@scenario
def control_fast_open_refused(capture):
    """The server does not accept the data in the SYN (TCP Fast Open); the client's ACK carries them again."""
    connection = Session(capture).control
    data = b"\x00\x0bsomething"
    connection.emit(connection.client_side, connection.client_side.sequence, "S", data)
    connection.client_side.sequence += 1
    connection.segment(connection.server_side, "SA")
    connection.client_sends(data)
    connection.client_closes()


@scenario
def control_midstream_fin(capture):
    """The capture starts with the client's FIN."""
    session = Session(capture)
    with capture.lost():
        session.connect()
    session.log_out()


@scenario
def control_simultaneous_close(capture):
    """Both sides close at once: the FINs cross, then the ACKs."""
    connection = Session(capture).connect().control
    client, server = connection.client_side, connection.server_side
    before = client.sequence
    connection.segment(client, "FA")
    after, client.sequence = client.sequence, before    # the server has not received it yet
    connection.segment(server, "FA")
    client.sequence = after
    connection.segment(client, "A")
    connection.segment(server, "A")


@scenario
def control_half_closed(capture):
    """The server still sends a message after the client's FIN."""
    connection = Session(capture).connect().control
    connection.segment(connection.client_side, "FA")
    connection.segment(connection.server_side, "A")
    connection.server_sends(opaque("last words", 16))
    connection.segment(connection.server_side, "FA")
    connection.segment(connection.client_side, "A")


@scenario
def control_gap_before_fin(capture):
    """The capture missed the server's last message: there is a gap before its FIN."""
    connection = Session(capture).connect().control
    connection.segment(connection.client_side, "FA")
    connection.segment(connection.server_side, "A")
    with capture.lost():
        connection.server_sends(opaque("last words", 16))
    connection.segment(connection.server_side, "FA")
    connection.segment(connection.client_side, "A")


@scenario
def control_fin_missed(capture):
    """The capture missed the client's FIN, and has what follows."""
    connection = Session(capture).connect().control
    with capture.lost():
        connection.segment(connection.client_side, "FA")
    connection.segment(connection.server_side, "A")
    connection.segment(connection.server_side, "FA")
    connection.segment(connection.client_side, "A")


@scenario
def control_out_of_order(capture):
    """The second of three messages arrives last."""
    connection = Session(capture).connect().control
    client = connection.client_side
    connection.segment(client, "PA", opaque("first", 20))
    gap = client.sequence
    client.sequence += 20
    connection.segment(client, "PA", opaque("third", 20))
    end, client.sequence = client.sequence, gap
    connection.segment(client, "PA", opaque("second", 20))
    client.sequence = end
    connection.segment(connection.server_side, "A")
    connection.client_closes()


@scenario
def control_refused(capture):
    """The server answers the SYN with RST."""
    connection = Session(capture).control
    connection.segment(connection.client_side, "S")
    connection.server_resets()


@scenario
def control_reset_after_fin(capture):
    """The server answers the client's FIN with RST, twice."""
    connection = Session(capture).connect().control
    connection.segment(connection.client_side, "FA")
    connection.server_resets()
    connection.server_resets()


@scenario
def control_stray_reset(capture):
    """An RST beyond the client's window and one of numbers long acknowledged, as of an older connection; both are ignored."""
    session = Session(capture).connect()
    connection = session.control
    for side, distance in (connection.server_side, 100000), (connection.client_side, -20):
        connection.emit(side, (side.sequence + distance) % 2 ** 32, "R", b"")
        session.keep_alive()
    session.log_out()


@scenario
def control_known_client(capture):
    """A registered client speaks HTTP to port 10500 of a foreign server: ours, because the client is known."""
    Session(capture).register()
    exchange(Connection(capture, CLIENT, ELSEWHERE.control),
             http.request("GET", "/", "www.example:10500"), http.response())


@scenario
def control_port_only(capture):
    """Port 10500 of a foreign server, with bytes that no dissector knows: the port is the only evidence."""
    exchange(Connection(capture, CLIENT, ELSEWHERE.control))


@scenario
def control_port_only_http(capture):
    """Port 10500 of a foreign server, but it speaks HTTP."""
    exchange(Connection(capture, CLIENT, ELSEWHERE.control),
             http.request("GET", "/", "www.example:10500"), http.response())


@scenario
def control_port_only_tls(capture):
    """Port 10500 of a foreign server, but it speaks TLS."""
    alert = struct.pack("!BHHBB", 21, 0x0301, 2, 2, 40)
    exchange(Connection(capture, CLIENT, ELSEWHERE.control), client_hello(), alert)


@scenario
def control_port_only_ssh(capture):
    """Port 10500 of a foreign server, but it speaks SSH."""
    exchange(Connection(capture, CLIENT, ELSEWHERE.control), b"SSH-2.0-MadeUp_1.0\r\n", b"SSH-2.0-MadeUp_2.0\r\n")


@scenario
def control_client_port(capture):
    """Port 10500 is the client's own, picked by chance: no evidence."""
    exchange(Connection(capture, HONG.at(10500), Endpoint(FOREIGN, 4711)))


@scenario
def control_other_port(capture):
    """A foreign server's port 12000, for Decode As; its first payload looks like HTTP."""
    exchange(Connection(capture, CLIENT, Endpoint(FOREIGN, 12000)),
             b"GET ready, this is not HTTP", opaque("no HTTP either", 40))


@scenario
def control_network_http(capture):
    """A control server whose payload is HTTP: claimed by its address, it stays control."""
    exchange(Connection(capture, CLIENT, NAVER.control),
             http.request("GET", "/", "www.example:10500"), http.response())


@scenario
def control_text(capture):
    """Each way a message of UTF-8 Korean, CP949 Korean, ASCII, structured binary and high entropy."""
    connection = Session(capture).control.open()
    korean = "네이버폰에 오신 것을 환영합니다"
    records = b"".join(struct.pack("!HHII", 12, 1, turn, 0) for turn in range(6))
    for send, way in ((connection.client_sends, "up"), (connection.server_sends, "down")):
        for message in (korean.encode(), korean.encode("cp949"), f"ping {way}\r\n".encode(),
                        records, opaque(f"high entropy {way}", 512)):
            send(message)
    connection.client_closes()


@scenario
def control_two_in_row(capture):
    """The same client and the same ports twice, one after the other: two sessions."""
    for turn in ("first", "second"):
        exchange(Connection(capture, CLIENT, NAVER.control, turn))
        capture.wait(5)


@scenario
def logout_in_call(capture):
    """The client closes the control connection while a call is up, and ends the call only then."""
    session = Session(capture).start()
    call = session.call().dial().ring().answer().talk()
    session.log_out()
    call.talk().release()


def client_hello():
    """A TLS 1.0 ClientHello with one cipher suite."""
    body = struct.pack("!H", 0x0301) + opaque("TLS random", 32) + struct.pack("!BHHBB", 0, 2, 0x002F, 1, 0)
    handshake = struct.pack("!BBH", 1, 0, len(body)) + body
    return struct.pack("!BHH", 22, 0x0301, len(handshake)) + handshake


def bcd(digits):
    """Two digits per byte, the first in the upper half, padded with F."""
    return bytes.fromhex(digits + "f" * (len(digits) % 2))


def binary(endpoint, little=False):
    """An IPv4 address and a port in the same byte order."""
    numbers = struct.pack("!4BH", *map(int, endpoint.address.split(".")), endpoint.port)
    return numbers[3::-1] + numbers[:3:-1] if little else numbers


# Values of naverphone.control.refers_to
CLIENT_ADDRESS, SERVER_ADDRESS, PORT, SIP_USER, DIALLED, LOGIN_USER, LOGIN_PASSWORD, CALL_ID, SSRC = range(1, 10)


def reference_messages(call):
    """Messages with values from other legs: [(message, [(kind, the value's bytes)])]."""
    media, server = binary(call.client_media), binary(call.server_media, little=True)
    ssrc = struct.pack("!I", call.up.ssrc)
    sip = f"{NAVER.sip.address}:{NAVER.sip.port}"
    sent = http.encrypted(HONG.user)
    return [
        (b"\x01\x00" + media + b"\x00\x00", [(CLIENT_ADDRESS, media[:4]), (PORT, media[4:])]),
        (b"\x02\x00" + server + b"\x00\x00", [(SERVER_ADDRESS, server[:4]), (PORT, server[4:])]),
        (f"REG {sip} {HONG.user}".encode(),
         [(SERVER_ADDRESS, NAVER.sip.address.encode()), (PORT, b"5060"), (SIP_USER, HONG.user.encode())]),
        (b"\x03\x00" + bcd(STAND_IN) + b"\x01", [(DIALLED, bcd(STAND_IN))]),
        (b"\x04\x00" + bytes.fromhex(sent) + b"\x01", [(LOGIN_USER, bytes.fromhex(sent))]),
        (f"id={sent}".encode(), [(LOGIN_USER, sent.encode())]),
        (b"\x05\x00" + bytes.fromhex(http.encrypted(HONG.password)),
         [(LOGIN_PASSWORD, bytes.fromhex(http.encrypted(HONG.password)))]),
        (f"call {call.call_id}".encode(),       # the Call-ID contains the client's address
         [(CALL_ID, call.call_id.encode()), (CLIENT_ADDRESS, HONG.address.encode())]),
        (b"\x06\x00\x00" + ssrc + ssrc[::-1], [(SSRC, ssrc), (SSRC, ssrc[::-1])]),
        # equal by chance, or part of something else
        (b"\x07\x00" + media[4:] + b"\x00\x00", []),
        (f"{HONG.user}er {STAND_IN}9 {NAVER.sip.port} x{call.client_media.port}".encode(), []),
    ]


@scenario
def control_references(capture):
    """Control messages contain values from login, signalling and media, in binary and as text; the first one comes before these."""
    session = Session(capture).connect()
    session.control.client_sends(f"soon {COLLECT}".encode())
    session.log_in().register()
    call = session.call(COLLECT).dial().ring().answer().talk(3)
    for message, _ in reference_messages(call):
        session.control.server_sends(message)
    call.release()
    session.log_out()
