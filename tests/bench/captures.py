# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes large captures in seconds, reproducibly for a seed. The maker of our test captures (test-captures/maker) makes
one session, and each client gets a copy with its own addresses, ports, names and SSRCs.

Checksums are those of the first session. Wireshark does not check them by default.
"""

import pathlib
import random
import re
import struct
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "test-captures"))

from maker import http                                                      # noqa: E402
from maker.bytes import token                                               # noqa: E402
from maker.capture import Capture                                           # noqa: E402
from maker.places import COLLECT, NAVER, STAND_IN, Endpoint, Service, Subscriber    # noqa: E402
from maker.scenarios.framing import USUAL, exchange, mostly_alone, sides    # noqa: E402
from maker.session import Session                                           # noqa: E402

# The same lengths as Naver Phone's, so that both captures have the same size.
FOREIGN = Service(control=Endpoint("198.51.100.20", 10600), login=Endpoint("198.51.100.30", 8082),
                  sip=Endpoint("198.51.100.140", 5070), media=Endpoint("198.51.100.140", 41000),
                  login_host="www.shop.example", domain="pbx12.example")
CLIENT = Subscriber(address="10.101.102.103", user="u1234567", control_port=50023, login_port=50024, sip_port=50286,
                    media_port=50300)
MEDIA_PORTS = range(10000, 60000, 2)    # five digits, as in the first session's SDP
HEADER = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1)
RECORD = struct.Struct("<IIII")
START = 1194224400.0                    # 5 November 2007, 10:00 in Seoul
NEXT_SESSION = 5e-7                     # seconds between the same frame of two sessions
UDP = 17
TRANSPORT = 14 + 20                     # offset of a frame's ports: after Ethernet and IPv4 without options
CONTROL_SERVERS = [f"222.122.50.{host}" for host in range(30, 40)]     # the framing of each is inferred separately
CALLS = {"first call": STAND_IN, "second call": COLLECT}


class Place(NamedTuple):
    """Where a frame has a value of its client."""
    begin: int
    end: int
    value: str


class Frame(NamedTuple):
    seconds: float
    data: bytes
    places: list


# ---- one session ---------------------------------------------------------------------------------------------

def framed_messages(session, count):
    """Control messages with a length in their header, half of them in each direction."""
    ways = [[USUAL.message(f"bench {way}", turn) for turn in range(count // 2)] for way in ("up", "down")]
    exchange(session.control, *map(mostly_alone, ways))
    session.control.segment(sides(session.control)[0], "A")


def stay_with_calls(session, packets):
    """About this many packets: 12 control messages, login, registration, and two calls with media for the rest."""
    session.control.open()
    framed_messages(session, 12)
    session.log_in().register()
    session.login.client_closes()
    rest = packets - len(session.capture.frames) - len(CALLS) * 8 - 4
    for name, number in CALLS.items():
        session.call(number, name=name).dial().ring().answer().talk(max(rest // len(CALLS) // 2, 2)).release()
    session.log_out()


def stay_with_messages(session, packets):
    """A control connection alone, with this many messages."""
    session.control.open()
    framed_messages(session, packets)
    session.log_out()


def web_pages(session, packets):
    """A connection to a web server that sends page after page."""
    session.login.open()
    while len(session.capture.frames) < packets - 4:
        page = len(session.capture.frames)
        session.login.client_sends(http.request("GET", f"/page/{page}?id=reader&pw=none", session.service.login_host))
        session.login.server_sends(http.response(body=b"<p>Nothing to see.</p>" * 50, kind="text/html"))
    session.login.client_closes()


KINDS = {"naver": (stay_with_calls, NAVER), "foreign": (stay_with_calls, FOREIGN),
         "control": (stay_with_messages, NAVER), "web": (web_pages, FOREIGN._replace(login=Endpoint("198.51.100.30", 8081)))}


def session_frames(kind, packets):
    """The frames of a session in the order of time, with the places to overwrite."""
    story, service = KINDS[kind]
    session = Session(Capture(), CLIENT, service)
    story(session, packets)
    made = sorted(session.capture.frames, key=lambda frame: frame[0])
    frames = [(float(time - made[0][0]), bytes(packet)) for time, packet in made]
    own = own_bytes([data for _, data in frames])
    return [Frame(seconds, data, places_in(data, own)) for seconds, data in frames]


def packed(address):
    return bytes(map(int, address.split(".")))


def is_rtp(data):
    return data[23] == UDP and data[TRANSPORT + 8] == 0x80


def own_bytes(frames):
    """The client's own values by name."""
    streams = sorted({data[50:54] for data in frames if is_rtp(data)})
    return {packed(CLIENT.address): "address", CLIENT.address.encode(): "address_text",
            packed(NAVER.control.address): "control_server",
            CLIENT.user.encode(): "user", b"m=audio %d " % NAVER.media.port: "server_media",
            b"m=audio %d " % CLIENT.media_port: "client_media",
            **{ssrc: f"ssrc{order}" for order, ssrc in enumerate(streams)}}


def places_in(data, own):
    pattern = b"|".join(map(re.escape, own))
    places = [Place(*found.span(), own[found.group()]) for found in re.finditer(pattern, data)]
    if not is_rtp(data):
        return places
    for begin in (TRANSPORT, TRANSPORT + 2):
        is_client = int.from_bytes(data[begin:begin + 2], "big") == CLIENT.media_port
        places.append(Place(begin, begin + 2, "client_port" if is_client else "server_port"))
    return places


# ---- many sessions -------------------------------------------------------------------------------------------

def address_of(number):
    """A client's address by number; all have the same length as text."""
    return ".".join(map(str, (10, *(100 + number // 100 ** power % 100 for power in (2, 1, 0)))))


def call_id(name, number):
    """The Call-ID of a client's call."""
    return f"{token(name)}@{address_of(number)}"


def client_values(number, chance, control_servers):
    """The values of a client by number."""
    address = address_of(number)
    client, server = chance.choice(MEDIA_PORTS), chance.choice(MEDIA_PORTS)
    return {"address": packed(address), "address_text": address.encode(), "user": b"u%07d" % number,
            "control_server": packed(control_servers[number % len(control_servers)]),
            "client_media": b"m=audio %d " % client, "server_media": b"m=audio %d " % server,
            "client_port": client.to_bytes(2, "big"), "server_port": server.to_bytes(2, "big"),
            **{f"ssrc{order}": chance.randbytes(4) for order in range(2 * len(CALLS))}}


def own_copy(data, places, values):
    """A client's copy of a frame."""
    copy = bytearray(data)
    for begin, end, value in places:
        copy[begin:end] = values[value]
    return copy


def copies(frames, sessions, at_once, seed, control_servers):
    """Yields (seconds, bytes) of copies of a session: groups of at_once sessions run side by side, one group after
    another."""
    chance = random.Random(seed)
    start = START
    for first in range(0, sessions, at_once):
        group = [client_values(number, chance, control_servers)
                 for number in range(first, min(first + at_once, sessions))]
        for seconds, data, places in frames:
            for order, values in enumerate(group):
                yield start + seconds + order * NEXT_SESSION, own_copy(data, places, values)
        start += frames[-1].seconds + 1


def out_of_the_middle(frames, packets, at_once, seed, control_servers):
    """Yields (seconds, bytes) of about this many packets from a period with at_once concurrent sessions. They start at
    different moments, most before the first packet, and most end after the last."""
    chance = random.Random(seed)
    length = frames[-1].seconds
    window = length * packets / (at_once * len(frames))
    sessions = round(at_once * (length + window) / length)
    clients = [client_values(number, chance, control_servers) for number in range(sessions)]
    seen = []
    for number in range(sessions):
        begin = chance.uniform(-length, window)
        seen += ((begin + frame.seconds, number, order) for order, frame in enumerate(frames)
                 if 0 <= begin + frame.seconds < window)
    for seconds, number, order in sorted(seen):
        yield START + seconds, own_copy(frames[order].data, frames[order].places, clients[number])


def write(path, packets):
    """Writes a pcap file that anybody may read, and returns its number of packets."""
    count = 0
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(HEADER)
        for seconds, data in packets:
            whole = int(seconds)
            file.write(RECORD.pack(whole, int((seconds - whole) * 1000000), len(data), len(data)))
            file.write(data)
            count += 1
    path.chmod(0o644)
    return count


def make(path, kind, packets, at_once, length, is_middle=False, seed=1):
    """Makes a capture of one of the KINDS with about this many packets, in sessions of about this length, and returns
    its number of packets. The length of a control session is its number of messages. is_middle: the capture starts and
    ends amid sessions."""
    frames = session_frames(kind, length)
    servers = CONTROL_SERVERS if kind == "control" else CONTROL_SERVERS[:1]
    if is_middle:
        return write(path, out_of_the_middle(frames, packets, at_once, seed, servers))
    return write(path, copies(frames, round(packets / len(frames)), at_once, seed, servers))
