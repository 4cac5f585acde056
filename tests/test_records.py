# SPDX-License-Identifier: GPL-2.0-or-later
"""Each frame shows what was decided for it, whatever frames come before, between or after."""

from ipaddress import ip_address

import pytest
from scapy.utils import RawPcapNgReader

import bounds

CAPTURE = "call-complete"
FIELDS = ("naverphone.leg", "naverphone.event", "naverphone.session", "naverphone.call", "naverphone.media.phase",
          "naverphone.media.first_frame")
NOBODYS = bytes(12) + b"\x08\x06" + bytes(46)       # an empty ARP frame
START, MEDIA = "60", "61"
INVITE = "40"
CONNECTING, IN_CALL = "1", "5"


@pytest.fixture
def original(stage):
    """The frames of CAPTURE."""
    return [frame for frame, _ in RawPcapNgReader(stage.find(CAPTURE))]


def shown(shark, capture, **how):
    """The values of each of our frames, with the stream's first frame by its index among them."""
    rows = shark.rows(capture, "frame.number", *FIELDS, **how)
    places = {row[0]: place for place, row in enumerate(rows)}
    return [(*row[1:-1], places.get(row[-1])) for row in rows]


def is_rtp(frame):
    return frame[23] == 17 and frame[42] >> 6 == 2


def test_foreign_frames_between_ours_change_nothing(shark, original, forged, two_pass):
    sparse = forged(data for frame in original for data in [frame] + [NOBODYS] * 300)
    assert shown(shark, sparse, two_pass=two_pass) == shown(shark, CAPTURE, two_pass=two_pass)


def test_media_after_many_retransmissions_keep_their_call(shark, original, forged, two_pass):
    ringing = next(frame for frame in original if b"SIP/2.0 180 " in frame)
    tenth = [number for number, frame in enumerate(original) if is_rtp(frame)][9]
    *media, last = original[tenth:]
    capture = forged([*original[:tenth], *[ringing] * 5000, *media, *[NOBODYS] * 5000, last])
    of_media = {"only": "naverphone.leg == 4", "two_pass": two_pass}
    assert shown(shark, capture, **of_media) == shown(shark, CAPTURE, **of_media)
    signalling = shark.frames(capture, "naverphone.leg == 3", two_pass=two_pass)
    assert len(signalling) > 5000 and signalling == shark.frames(capture, "sip")


def test_retransmission_is_recognised_after_1000_messages(shark, forged, two_pass):
    messages = [bounds.udp(bounds.CLIENT, bounds.SIP, bounds.SERVER, bounds.SIP, bounds.sip("INVITE", number, f"c{number}"))
                for number in range(1000)]
    found = shark.rows(forged([*messages, messages[0], messages[500], messages[999]]), "naverphone.event", "naverphone.call",
                       two_pass=two_pass)
    assert found == [(INVITE, str(number + 1)) for number in range(1000)] + [("", "1"), ("", "501"), ("", "1000")]


def test_each_packet_shows_its_sessions_state_at_that_time(shark, forged, two_pass):
    cycles = 150
    *found, = shark.rows(forged(bounds.states(7 * cycles)), "naverphone.session.state", "naverphone.event",
                         "naverphone.media.first_frame", only="rtp", two_pass=two_pass)
    states = ([IN_CALL] * 2 + [CONNECTING] * 2) * cycles
    events = [START] + [MEDIA] * (len(states) - 1)
    assert [(state, event) for state, event, _ in found] == list(zip(states, events))
    assert len({first for *_, first in found}) == 1


def test_stream_between_two_clients_stays_with_their_calls(shark, forged, two_pass):
    ours, theirs, third = (ip_address(f"10.1.2.{number}") for number in (3, 4, 5))

    def invite(client, number, host, port):
        return bounds.udp(client, bounds.SIP, bounds.SERVER, bounds.SIP,
                          bounds.sip("INVITE", number, f"c{number}", bounds.sdp(host, port)))

    media = [bounds.udp(ours, 30000, theirs, 30002, bounds.rtp(number, 1)) for number in range(9)]
    capture = forged([invite(ours, 1, ours, 30000), *media[:3], invite(theirs, 2, theirs, 30002), *media[3:6],
                      invite(third, 3, theirs, 30002), *media[6:]])
    found = shark.rows(capture, "naverphone.call", "naverphone.media.first_frame", "naverphone.event", only="rtp",
                       two_pass=two_pass)
    assert found == [("1", "2", START), *[("1", "2", MEDIA)] * 2, ("1,2", "2,6", f"{MEDIA},{START}"),
                     *[("1,2", "2,6", f"{MEDIA},{MEDIA}")] * 5]


def test_early_video_beside_audio_stays_with_its_call(shark, forged, two_pass):
    offered, answered = (bounds.sdp(host, 30000) + "m=video 30004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                         for host in (bounds.CLIENT, bounds.SERVER))
    invite, ok = (bounds.sip("INVITE", 1, "video", body) for body in (offered, answered))
    video = [bounds.udp(bounds.SERVER, 40004, bounds.CLIENT, 30004, bounds.rtp(number, 1)) for number in range(6)]
    capture = forged([bounds.udp(bounds.CLIENT, bounds.SIP, bounds.SERVER, bounds.SIP, invite), *video[:3],
                      bounds.udp(bounds.SERVER, bounds.SIP, bounds.CLIENT, bounds.SIP, bounds.answer(ok)), *video[3:]])
    assert shark.column(capture, "naverphone.media.phase", only="rtp", two_pass=two_pass) == ["1"] * 3 + ["2"] * 3


def test_media_to_an_address_answered_later_belongs_to_the_call(shark, forged, two_pass):
    """In later passes the conversation of the second answer begins with the offer, which must not count as a known SDP
    address."""
    client, server = bounds.CLIENT, bounds.SERVER
    offer, answered = (bounds.sip("INVITE", 1, "c1", bounds.sdp(*end)) for end in ((client, 30000), (server, 40000)))
    answers = [bounds.udp(server, bounds.SIP, client, bounds.SIP, bounds.answer(answered, status))
               for status in (b"183 Progress", b"200 OK")]
    media = [bounds.udp(client, 30000, server, 40000, bounds.rtp(number, 1)) for number in range(9)]
    capture = forged([bounds.udp(client, bounds.SIP, server, bounds.SIP, offer), *media[:3], answers[0], *media[3:6],
                      answers[1], *media[6:]])
    assert shark.column(capture, "naverphone.call", only="rtp", two_pass=two_pass) == ["1"] * 9


# Source and destination of media, and which of them a foreign SDP names.
FOREIGN_ENDS = {"source": ((bounds.SERVER, 40000), (bounds.CLIENT, 30010), (bounds.SERVER, 40000)),
                "destination": ((bounds.SERVER, 40010), (bounds.CLIENT, 30000), (bounds.CLIENT, 30000)),
                "source, no conversation": ((bounds.CLIENT, 30000), (bounds.SERVER, 40010), (bounds.CLIENT, 30000))}


@pytest.mark.parametrize("source, destination, named", FOREIGN_ENDS.values(), ids=FOREIGN_ENDS)
def test_media_at_foreign_sdp_address_is_the_same_in_two_passes(shark, forged, source, destination, named):
    """In later passes an answer that repeats an SDP address seems to apply from the offer on, which is too early."""
    client, server, foreign = bounds.CLIENT, bounds.SERVER, ip_address("10.9.9.9")

    def offer(number, port):
        return bounds.udp(client, bounds.SIP, server, bounds.SIP,
                          bounds.sip("INVITE", number, f"c{number}", bounds.sdp(client, port)))

    def answer(number, port):
        return bounds.udp(server, bounds.SIP, client, bounds.SIP,
                          bounds.answer(bounds.sip("INVITE", number, f"c{number}", bounds.sdp(server, port))))

    others = bounds.sip("INVITE", 3, "c3", bounds.sdp(*named)).replace(b"pps.naver.com", b"sip.other.org")
    media = [bounds.udp(*source, *destination, bounds.rtp(number, 1)) for number in range(9)]
    again = {server: source[1], client: destination[1]}[source[0]]
    capture = forged([offer(1, 30000), answer(1, 40000), *media[:3],
                      bounds.udp(foreign, bounds.SIP, foreign, bounds.SIP, others), offer(2, 30002), *media[3:6],
                      answer(2, again), *media[6:]])
    calls = shark.column(capture, "naverphone.call", only="rtp")
    assert calls[:3] == ["1"] * 3
    assert shark.column(capture, "naverphone.call", only="rtp", two_pass=True) == calls


def test_all_of_100_sip_messages_in_a_frame_are_shown(shark, forged, two_pass):
    registers = b"".join(bounds.sip("REGISTER", number, "register").replace(b"CSeq: 1 ", b"CSeq: %d " % number)
                         for number in range(1, 101))
    ((events,),) = shark.rows(forged(bounds.stream(bounds.SIP, registers, 1)), "naverphone.event", only="naverphone",
                              two_pass=two_pass)
    assert events.split(",") == ["30"] * 100


def test_dropped_frame_leaves_nothing_to_the_next_of_its_number(shark):
    kept = shown(shark, CAPTURE, options=("-R", "rtp"), two_pass=True)
    assert kept == shown(shark, CAPTURE, only="rtp", two_pass=True) and len(kept) == 40


def test_dropped_frame_offers_nothing_of_the_next_of_its_number(shark):
    dropped = ("-R", "tcp.flags.syn == 1 || tcp.len == 40")         # leaves out the payload that data dissects
    layers = shark.column("control-port-only", "frame.protocols", options=dropped, two_pass=True)
    assert layers == ["eth:ethertype:ip:tcp"] * 2 + ["eth:ethertype:ip:tcp:naverphone"]


def test_dropped_frame_accepts_no_media_of_the_next_of_its_number(shark):
    accepted = ("-R", "!(udp.srcport == 50300 && frame.number == {})".format(
        shark.frames("media-unsignalled-answered-late", "rtp")[0]))
    layers = shark.column("media-unsignalled-answered-late", "frame.protocols", only="udp", options=accepted, two_pass=True)
    assert layers == ["eth:ethertype:ip:udp:data", "eth:ethertype:ip:udp:data", *["eth:ethertype:ip:udp:rtp"] * 2]
