#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes captures forged to exhaust time and memory, and compares tshark with the plugin to tshark without it.

Each capture is made at a quarter of its size and at full size, and read by tshark -V (some with -2). The plugin's
memory is limited per frame and per captured byte, and its time per frame must not grow with the number of frames.
"""

import argparse
import itertools
import pathlib
import random
import struct
import sys
from ipaddress import ip_address
from typing import Callable, NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import mutations                            # noqa: E402
from harness import Stage, Wireshark        # noqa: E402
from measure import apart, cost_of          # noqa: E402

CLIENT, SERVER = ip_address("10.1.2.3"), ip_address("220.95.236.226")
SYN, ACK, PUSH_ACK = 2, 16, 24
CONTROL, LOGIN, SIP = 10500, 8081, 5060
SEGMENT = 64000             # roughly the maximum in IPv4
NOISE = 3                   # allowed growth of the time per frame: larger tables leave the cache; quadratic time gives 4
READ_AGAIN = 3              # at most


# ---- frames ------------------------------------------------------------------------------------------

def ip(source, destination, protocol: int, rest: bytes) -> bytes:
    if source.version == 6:
        return bytes(12) + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(rest), protocol, 64) + source.packed + \
            destination.packed + rest
    return bytes(12) + b"\x08\x00" + struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(rest), 0, 0, 64, protocol, 0) + \
        source.packed + destination.packed + rest


def udp(source, source_port, destination, destination_port, payload: bytes) -> bytes:
    return ip(source, destination, 17,
              struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload)


def tcp(source, source_port, destination, destination_port, sequence, flags, payload=b"", acknowledges=1) -> bytes:
    return ip(source, destination, 6, struct.pack("!HHIIBBHHH", source_port, destination_port, sequence % 2 ** 32,
                                                  acknowledges % 2 ** 32, 0x50, flags, 65535, 0, 0) + payload)


def sip(method: str, number: int, call_id: str, body: str = "", user: str = "hong") -> bytes:
    kind = "Content-Type: application/sdp\r\n" if body else ""
    return (f"{method} sip:01012345678@pps.naver.com SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.2.3:5060;branch=z9hG4bK{number}\r\n"
            f"From: <sip:{user}@pps.naver.com>;tag=f{number}\r\nTo: <sip:01012345678@pps.naver.com>\r\n"
            f"Call-ID: {call_id}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
            f"{body}").encode()


def answer(request: bytes, status: bytes = b"200 OK") -> bytes:
    """The same headers and body behind a status line."""
    return b"SIP/2.0 " + status + request[request.index(b"\r\n"):]


def sdp(host, port: int) -> str:
    return (f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
            "a=rtpmap:8 PCMA/8000\r\n")


def rtp(number: int, ssrc: int) -> bytes:
    return struct.pack("!BBHII", 0x80, 8, number % 65536, number * 160 % 2 ** 32, ssrc) + bytes(20)


def stream(port: int, data: bytes, times: int):
    """A TCP connection to the server's port, on which the client sends the same segment repeatedly."""
    yield tcp(CLIENT, 40000, SERVER, port, 0, SYN)
    yield tcp(SERVER, port, CLIENT, 40000, 0, SYN | ACK)
    yield tcp(CLIENT, 40000, SERVER, port, 1, ACK)
    yield from segments(port, data, times)


def segments(port: int, data: bytes, times: int, sequence: int = 1):
    """Each segment is acknowledged, because Wireshark's TCP analysis searches all unacknowledged ones."""
    for turn in range(times):
        yield tcp(CLIENT, 40000, SERVER, port, sequence + turn * len(data), PUSH_ACK, data)
        yield tcp(SERVER, port, CLIENT, 40000, 1, ACK, acknowledges=sequence + (turn + 1) * len(data))


def log_in():
    """A REGISTER that identifies the client and the server."""
    yield udp(CLIENT, SIP, SERVER, SIP, sip("REGISTER", 0, "register"))


# ---- forged frames -----------------------------------------------------------------------------------

def clients(count):
    """Each client registers from its own address and is a session."""
    for number in range(count):
        yield udp(ip_address(0x0b000000 + number), SIP, SERVER, SIP, sip("REGISTER", number, f"r{number}"))


def users(count):
    """Users behind one NAT: each registers from its own port and is a session."""
    for number in range(count):
        yield udp(CLIENT, 1024 + number % 60000, SERVER, SIP, sip("REGISTER", number, f"r{number}", user=f"u{number}"))


def connections(count):
    """Control connections with one word each."""
    yield from log_in()
    for number in range(count // 2):
        client, port = ip_address(0x0b000000 + number // 50000), 10000 + number % 50000
        yield tcp(client, port, SERVER, CONTROL, 0, SYN)
        yield tcp(client, port, SERVER, CONTROL, 1, PUSH_ACK, b"\x00\x04word")


def calls(count):
    """Each INVITE is another call of one client, with media at another port."""
    for number in range(count):
        yield udp(CLIENT, SIP, SERVER, SIP, sip("INVITE", number, f"c{number}", sdp(CLIENT, 1024 + number % 60000)))


def call_again(count):
    """INVITE and final response of one Call-ID, over and over."""
    refusal = answer(sip("INVITE", 0, "again"), b"486 Busy")
    for number in range(count // 2):
        yield udp(CLIENT, SIP, SERVER, SIP, sip("INVITE", number, "again"))
        yield udp(SERVER, SIP, CLIENT, SIP, refusal.replace(b"tag=f0", b"tag=f%d" % number))


def states(count):
    """A stream continues while calls of its client are answered and released: the state changes with every other
    packet."""
    yield udp(CLIENT, SIP, SERVER, SIP, sip("INVITE", 0, "media", sdp(CLIENT, 30000)))
    for number in range(count // 7):
        invite, release = (sip(method, number, f"s{number}") for method in ("INVITE", "BYE"))
        yield udp(CLIENT, SIP, SERVER, SIP, invite)
        yield udp(SERVER, SIP, CLIENT, SIP, answer(invite))
        for turn in range(4):
            if turn == 2:
                yield udp(CLIENT, SIP, SERVER, SIP, release)
            yield udp(SERVER, 40000, CLIENT, 30000, rtp(4 * number + turn, 1))


def streams(count):
    """Each RTP packet of one call has another SSRC."""
    yield udp(CLIENT, SIP, SERVER, SIP, sip("INVITE", 0, "streams", sdp(CLIENT, 30000)))
    for number in range(count):
        yield udp(SERVER, 20000, CLIENT, 30000, rtp(number, number * 2654435761 % 2 ** 32))


def unsignalled(count):
    """RTP without SDP, each packet between other ports."""
    yield from log_in()
    for number in range(count):
        yield udp(SERVER, 10000 + number // 50000 * 2, CLIENT, 10000 + number % 50000, rtp(number, number))


def colliding(count):
    """Calls of clients whose addresses collide in Wireshark's own hash function."""
    from collisions import same_hash        # needs numpy

    server = ip_address("2001:db8::1")
    for address in itertools.islice(same_hash(), count):
        yield udp(address, SIP, server, SIP, sip("INVITE", 0, "collision"))


def control_noise(count):
    """Control payload without any framing: as much as a connection carries, 64,000 bytes per frame."""
    yield from stream(CONTROL, random.Random(1).randbytes(SEGMENT), count)


def control_messages(count):
    """As many messages of 20 bytes, each with its length in front, as fit into 64,000 bytes."""
    yield from stream(CONTROL, (struct.pack("!H", 18) + b"\x01\x02 made up, this.") * (SEGMENT // 20), count)


def control_claims(count):
    """With a framing set by the user, each segment starts a message that claims to be 4 GiB long."""
    yield from stream(CONTROL, struct.pack("!I", 2 ** 32 - 16) + bytes(1396), count)


def control_holes(count):
    """Every second segment is lost."""
    yield from stream(CONTROL, b"", 0)
    for number in range(count):
        yield from segments(CONTROL, struct.pack("!H", 98) + bytes(98), 1, 1 + 200 * number)


def login_body(count):
    """A form of many megabytes of parameters: a=b&a=b&..."""
    head = (b"POST /made/login HTTP/1.1\r\nHost: was.np.naver.com:8081\r\nContent-Type: application/x-www-form-urlencoded"
            b"\r\nContent-Length: %d\r\n\r\n" % (count * 1575))
    yield from stream(LOGIN, head, 1)
    yield from segments(LOGIN, b"id=b&pw=" * 175, count, 1 + len(head))


def login_queries(count):
    """Login requests with as many parameters as fit into a segment."""
    yield from stream(LOGIN, b"GET /made/login?" + b"id=a&pw=b&" * 3000 +
                      b" HTTP/1.1\r\nHost: was.np.naver.com:8081\r\n\r\n", count)


def sip_in_a_stream(count):
    """SIP over TCP, a hundred messages per segment."""
    many = b"".join(sip("INVITE", number, f"s{number}") for number in range(100))
    yield from stream(SIP, many, count)


def methods(count):
    """Responses with one Call-ID that differ only in their CSeq's method."""
    for number in range(count):
        yield udp(SERVER, SIP, CLIENT, SIP, answer(sip(f"M{number}", 0, "methods")))


def long_call_ids(count):
    """Each message has another Call-ID of nearly 64 KiB."""
    for number in range(count):
        yield udp(CLIENT, SIP, SERVER, SIP, sip("INVITE", number, f"{number}" + "c" * 64000))


# ---- costs -------------------------------------------------------------------------------------------

class Forgery(NamedTuple):
    frames: Callable
    count: int                  # in the long form
    options: tuple = ()         # of tshark with the plugin only
    both: tuple = ()            # of tshark with the plugin and without
    per_byte: float = 0         # memory allowed per captured byte
    per_frame: int = 2048       # memory allowed per frame


FRAMING = ("-o", 'uat:naverphone_control_framing:"0.0.0.0/0","10500","u32be@0+4","0","0","0","0","0","be"')
FORGERIES = [
    # Each frame of these three begins a call, whose offered media, transaction and transfer are kept.
    Forgery(clients, 1000000, per_frame=3072), Forgery(users, 1000000, per_frame=3072), Forgery(calls, 1000000, per_frame=3072),
    Forgery(connections, 1000000, per_frame=6144),
    Forgery(call_again, 1000000), Forgery(states, 1000000, both=("-2",)), Forgery(streams, 1000000),
    Forgery(unsignalled, 1000000), Forgery(colliding, 20000), Forgery(control_noise, 16800),
    Forgery(control_messages, 16800, per_byte=3.5), Forgery(control_claims, 770000, FRAMING),
    Forgery(control_holes, 300000), Forgery(login_body, 75000), Forgery(login_queries, 3000),
    Forgery(sip_in_a_stream, 1000, per_byte=2), Forgery(methods, 60000), Forgery(long_call_ids, 10000, per_byte=2.5),
]


class Reading(NamedTuple):
    frames: int
    octets: int
    seconds: float          # with the plugin
    bare: float             # without the plugin
    memory: int             # bytes that the plugin adds
    bare_memory: int
    said: str

    @property
    def ours(self) -> float:
        return self.seconds - self.bare


def write(frames, path) -> tuple:
    """Writes a capture with a frame each millisecond. Returns the number of frames and bytes."""
    octets = 0

    def packets():
        nonlocal octets
        for number, frame in enumerate(frames, 1):
            octets += len(frame)
            yield mutations.Packet(number / 1000, frame, len(frame))

    return mutations.write(path, packets()), octets


def forge(frames, count, path) -> tuple:
    return write(frames(count), path)


def read(forgery, count, shark, bare, path) -> Reading:
    frames, octets = apart(forge, forgery.frames, count, path)
    try:
        ours, theirs = (cost_of(wireshark, "-r", path, "-V", *forgery.both, *(forgery.options if wireshark.plugin else ()))
                        for wireshark in (shark, bare))
    finally:
        path.unlink()
    said = [line for line in ours.said.splitlines() if message_of(line) not in map(message_of, theirs.said.splitlines())]
    if ours.status:
        said.append(f"ended with {ours.status}")
    return Reading(frames, octets, ours.seconds, theirs.seconds, ours.memory - theirs.memory, theirs.memory,
                   " ".join(said))


def message_of(line: str) -> str:
    """A log line without process and time."""
    return line.rpartition("] -- ")[2]


def with_least_time(first: Reading, again: Reading) -> Reading:
    return first._replace(seconds=min(first.seconds, again.seconds), bare=min(first.bare, again.bare))


def grows_faster(less: Reading, more: Reading) -> bool:
    """True if our time grows faster than the number of frames. A few milliseconds are ignored as noise."""
    grown = NOISE * (max(less.ours, 0) + 0.05 + 0.02 * less.bare) * more.frames / less.frames
    return more.ours > grown * max(1, more.bare / more.frames / (less.bare / less.frames))


def compare(read_part: Callable) -> tuple:
    """The readings of a quarter and of the whole. Other load only adds to a time, so if the time seems to grow, both
    are read again and the lowest times count."""
    less, more = map(read_part, (4, 1))
    for _ in range(READ_AGAIN):
        if not grows_faster(less, more):
            break
        less, more = (with_least_time(one, read_part(part)) for one, part in ((less, 4), (more, 1)))
    return less, more


def verdict(forgery, less: Reading, more: Reading) -> str:
    """Empty if the bounds hold. A few megabytes are ignored as noise."""
    wrong = [more.said] if more.said else []
    if more.memory > 4e6 + forgery.per_frame * more.frames + forgery.per_byte * more.octets:
        wrong.append("too much memory")
    if grows_faster(less, more):
        wrong.append("time grows faster than the frames")
    return ", ".join(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", type=int, default=1, help="make them smaller by so much (1)")
    parser.add_argument("names", nargs="*", help="which: " + ", ".join(one.frames.__name__ for one in FORGERIES))
    chosen = parser.parse_args()
    failed = False
    print("| forged | frames | MB | tshark: s | ours: s | tshark: bytes/frame | ours: bytes/frame | |\n" + "|---" * 8 + "|")
    with Stage() as stage:
        shark, bare = Wireshark(stage), Wireshark(stage, plugin=False)
        path = stage.new_capture("forged.pcap")
        for forgery in FORGERIES:
            name = forgery.frames.__name__
            if chosen.names and name not in chosen.names:
                continue
            count = max(forgery.count // chosen.part, 8)
            less, more = compare(lambda part: read(forgery, count // part, shark, bare, path))
            wrong = verdict(forgery, less, more)
            failed = failed or bool(wrong)
            print(f"| {name} | {more.frames} | {more.octets / 1e6:.0f} | {more.bare:.1f} | {more.ours:.1f} "
                  f"({less.ours:.1f} for {less.frames}) | {more.bare_memory / more.frames:.0f} | "
                  f"{more.memory / more.frames:.0f} | {wrong} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
