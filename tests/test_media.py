# SPDX-License-Identifier: GPL-2.0-or-later
"""The media leg: the call, direction and phase of RTP and RTCP."""

import pathlib
import re
import xml.etree.ElementTree as xml

import pytest
from scapy.utils import RawPcapNgReader

EARLY, IN_CALL, AFTER_RELEASE = "1", "2", "3"
FROM_CLIENT, TO_CLIENT = "1", "2"
START, MEDIA, UNSIGNALLED = "60", "61", "62"
CHAT, NOTE, WARN = 0x200000, 0x400000, 0x600000

# Captures in which all RTP belongs to calls; the number of packets from the client and to it.
CALLS = {"call-complete": (20, 20), "call-reinvite": (20, 20), "call-incoming": (10, 10), "call-two-in-row": (20, 20),
         "call-two-at-once": (30, 30), "call-id-at-two-clients": (40, 40), "two-clients": (20, 20),
         "nat-two-sessions": (20, 20), "sip-tcp": (10, 10), "sip-port-5070": (10, 10), "lost-frames": (10, 10),
         "media-one-way": (10, 0), "media-after-release": (10, 15), "media-ssrc-collision": (10, 10),
         "media-rtcp": (20, 20), "media-nat": (10, 10), "media-dynamic-codec": (23, 20), "sip-rtp-same-ports": (10, 10),
         "media-multipart": (5, 5),
         "documented-call": (175, 225), "recorded-call": (101, 101)}
PORTS_OF_THE_SERVER = {"41000", "5060"}


def packets(shark, capture, *fields, **how) -> list:
    """The RTP packets: source port, destination port and address, SSRC, then our fields. SIP on their ports counts as
    RTP, too."""
    return shark.rows(capture, "udp.srcport", "udp.dstport", "ip.dst", "rtp.ssrc", "frame.number", *fields,
                      only="rtp && !sip", **how)


@pytest.mark.parametrize("capture", CALLS)
def test_all_rtp_of_a_call_is_media_with_one_start_a_stream(shark, capture):
    first = {}
    for *stream, frame, leg, event, first_frame in packets(
            shark, capture, "naverphone.leg", "naverphone.event", "naverphone.media.first_frame", two_pass=True):
        start = first.setdefault(tuple(stream), frame)
        assert (leg, event, first_frame) == ("4", START if start == frame else MEDIA, start), frame


@pytest.mark.parametrize("capture", CALLS)
def test_the_direction_of_media_is_from_the_client_or_to_it(shark, capture):
    found = packets(shark, capture, "naverphone.media.direction")
    for source, *_, direction in found:
        assert direction == (TO_CLIENT if source in PORTS_OF_THE_SERVER else FROM_CLIENT)
    directions = [packet[-1] for packet in found]
    assert (directions.count(FROM_CLIENT), directions.count(TO_CLIENT)) == CALLS[capture]


@pytest.mark.parametrize("capture", sorted(set(CALLS) - {"documented-call", "media-after-release", "lost-frames"}))
def test_media_between_answer_and_release_is_in_call(shark, capture):
    assert {packet[-1] for packet in packets(shark, capture, "naverphone.media.phase")} == {IN_CALL}


def test_media_before_the_answer_is_early(shark):
    phases = {int(packet[4]): packet[-1] for packet in packets(shark, "documented-call", "naverphone.media.phase")}
    assert phases == {frame: EARLY if frame < 448 else IN_CALL for frame in phases}
    assert sum(phase == EARLY for phase in phases.values()) == 50
    assert shark.frames("documented-call", "naverphone.call.early_media") == [397]     # once per call


def test_one_direction_alone_shows_no_early_media(shark):
    assert shark.frames("media-client-heard-alone", "naverphone.call.early_media || naverphone.call.post_dial_delay",
                        two_pass=True) == []


def test_the_answers_loss_leaves_media_early(shark):
    assert {packet[-1] for packet in packets(shark, "lost-frames", "naverphone.media.phase")} == {EARLY}


def test_media_after_the_release_is_noted_once_a_stream(shark):
    after = shark.frames("media-after-release", f"naverphone.media.phase == {AFTER_RELEASE}")
    assert after == [30, 31, 32, 33, 34]
    assert shark.frames("media-after-release", "naverphone.media.after_release") == [30]
    assert shark.frames("call-collect", "naverphone.media.after_release", two_pass=True) == []


def test_media_under_way_at_the_release_has_no_note(shark):
    after = shark.frames("media-under-way", f"naverphone.media.phase == {AFTER_RELEASE}")
    assert after == list(range(30, 40))
    assert shark.frames("media-under-way", "naverphone.media.after_release") == [35]


def test_preference_late_media_says_what_is_late(shark):
    noted = shark.frames("media-under-way", "naverphone.media.after_release", options=("-o", "naverphone.late_media:1500"))
    assert noted == []


# ---- the call of a packet --------------------------------------------------------------

@pytest.mark.parametrize("capture, ports", [
    ("call-two-at-once", {"50300": "1", "50320": "2"}),
    ("two-clients", {"50300": "1", "50400": "2"}),
    ("nat-two-sessions", {"50300": "1", "50400": "2"}),
    ("call-id-at-two-clients", {"50300": "1", "50400": "2"}),
])
def test_media_of_calls_at_the_same_time_is_told_apart_by_the_clients_end(shark, capture, ports):
    found = packets(shark, capture, "naverphone.call")
    assert {call for *_, call in found} == {"1", "2"}
    for source, destination, *_, call in found:
        assert call == ports.get(source, ports.get(destination))


def test_the_next_call_on_the_same_ports_has_its_own_streams(shark):
    calls = [(int(packet[4]) > 29, packet[-1]) for packet in packets(shark, "call-two-in-row", "naverphone.call")]
    assert set(calls) == {(False, "1"), (True, "2")}


def test_calls_that_share_ports_and_ssrcs_have_their_own_streams_each_time_they_are_resumed(shark):
    found = packets(shark, "media-in-turns", "naverphone.call", "naverphone.media.first_frame", two_pass=True)
    streams = [(call, first) for *_, call, first in found]
    turns = [[set(streams[begin + way:begin + 6:2]) for way in range(2)] for begin in range(0, 24, 6)]
    assert turns[:2] == turns[2:] and len(streams) == 24
    assert [call for turn in turns[:2] for stream in turn for call, _ in stream] == ["1", "1", "2", "2"]
    calls = shark.table("media-in-turns", two_pass=True)
    assert [(row["RTP out"], row["RTP in"]) for row in calls] == [("6", "6")] * 2


def test_each_of_600_sources_of_a_call_has_one_stream(shark, stage, forged, two_pass):
    media = shark.frames("call-complete", "rtp")
    frames = [frame for frame, _ in RawPcapNgReader(stage.find("call-complete"))]
    rtp = frames[media[-1] - 1]
    ssrc_at = len(rtp) - int(shark.rows("call-complete", "udp.length", only="rtp")[-1][0]) + 8 + 8
    sources = [rtp[:ssrc_at] + ssrc.to_bytes(4, "big") + rtp[ssrc_at + 4:] for ssrc in range(600)]
    capture = forged(frames[:media[-1]] + sources + sources + frames[media[-1]:])
    found = shark.column(capture, "naverphone.event", only="rtp.ssrc < 600", two_pass=two_pass)
    assert found == [START] * 600 + [MEDIA] * 600


def test_media_that_a_reinvite_moved_stays_the_calls(shark):
    moved = shark.rows("call-reinvite", "naverphone.call", only="rtp && udp.port == 50310")
    assert moved == [("1",)] * 20


def test_media_from_another_address_than_the_sdp_said_is_the_calls(shark, bare):
    assert "192.168.0.10" in bare.column("media-nat", "sdp.connection_info.address", only="sip.Method == INVITE")
    assert shark.rows("media-nat", "naverphone.call", only="rtp && udp.port == 61000") == [("1",)] * 20


def test_rtcp_is_media_without_an_event(shark, bare):
    reports = bare.frames("media-rtcp", "rtcp")
    assert len(reports) == 2
    assert shark.rows("media-rtcp", "frame.number", "naverphone.leg", "naverphone.event", "naverphone.call",
                      "naverphone.media.first_frame", only="rtcp") == [(str(frame), "4", "", "1", "")
                                                                       for frame in reports]


def test_sip_and_rtp_on_one_pair_of_ports_are_told_apart(shark, bare):
    rows = shark.rows("sip-rtp-same-ports", "frame.number", "naverphone.leg", two_pass=True)
    sip, rtp = (bare.frames("sip-rtp-same-ports", name, two_pass=False) for name in ("sip", "rtp"))
    # From 4.4 on, the RTP dissector keeps requests on its ports (frames 7 and 28) without dissecting them.
    assert {1, 2, 3, 4, 5, 6, 29} <= set(sip)
    assert rows == [(str(frame), "3" if frame in sip else "4") for frame in range(1, 30) if frame in {*sip, *rtp}]


FAULTLESS = "!(naverphone.media.one_way || naverphone.media.none || naverphone.media.ssrc_collision)"


def owned(shark, capture, *fields, **how) -> list:
    """The call and other fields of each RTP packet."""
    return shark.rows(capture, "naverphone.call", *fields, only="naverphone.media.first_frame", **how)


def test_packets_straight_between_two_clients_are_both_calls(shark, two_pass):
    capture = "media-between-clients"
    assert owned(shark, capture, "naverphone.media.direction", two_pass=two_pass) == [("1,2", "1,2"), ("1,2", "2,1")] * 10
    assert shark.frames(capture, f"naverphone && !({FAULTLESS})", two_pass=True) == []
    assert [row["Media"] for row in shark.table(capture, two_pass=two_pass)] == ["Both ways"] * 2
    labels = [label for label, _ in shark.flow(capture, two_pass=two_pass)]
    assert labels.count("RTP PCMA") == 2    # one arrow per stream


def test_event_tree_counts_a_shared_packet_once(shark):
    assert re.search(r"^Media +20 ", shark.read("media-between-clients", "-q", "-z", "naverphone,tree"), re.M)


def test_each_side_of_a_nat_has_its_own_packets(shark, two_pass):
    capture = "media-both-sides-of-nat"
    assert owned(shark, capture, two_pass=two_pass) == [("1",)] * 10 + [("2",)] * 10
    assert shark.frames(capture, f"naverphone && !({FAULTLESS})", two_pass=True) == []


def test_third_host_that_answers_the_clients_real_port_is_the_calls(shark):
    assert owned(shark, "media-symmetric", "naverphone.media.direction", two_pass=True) == [("1", "1"), ("1", "2")] * 10
    assert [row["Codec in"] for row in shark.table("media-symmetric", two_pass=True)] == ["iLBC"]


def test_packets_between_two_clients_on_one_machine_are_both_calls(shark, two_pass):
    capture = "media-loopback-between-clients"
    assert owned(shark, capture, "naverphone.media.direction", two_pass=two_pass) == [("1,2", "1,2"), ("1,2", "2,1")] * 5
    assert shark.frames(capture, f"naverphone && !({FAULTLESS})", two_pass=True) == []


def test_running_stream_and_late_packets_stay_with_their_call(shark):
    rows = owned(shark, "media-shared-port", "naverphone.media.phase", two_pass=True)
    assert rows == [("1", IN_CALL)] * 12 + [("1", AFTER_RELEASE)] * 3 + [("2", IN_CALL)] * 6


def test_port_after_one_with_rtcp_mux_is_another_calls(shark):
    assert owned(shark, "media-next-to-each-other", two_pass=True) == [("1",)] * 6 + [("2",)] * 6


def test_sound_and_picture_are_told_apart(shark):
    [row] = shark.table("media-video", two_pass=True)
    assert (row["Media"], row["RTP out"], row["Codec out"]) == ("Out only", "10", "opus")
    assert (row["RTP in"], row["Codec in"]) == ("0", "")
    assert row["Video out"].startswith("6 packets, VP8, 0 lost, jitter ")
    assert row["Video in"].startswith("7 packets, VP8, 0 lost, jitter ")
    assert len(shark.frames("media-video", "naverphone.media.one_way")) == 1


def test_missing_sound_of_a_video_call_is_called_audio(shark):
    [text] = shark.column("media-video", "_ws.expert.message", only="naverphone.media.one_way")
    assert text == "Answered call has audio RTP one way only"


def test_unconfirmed_register_claims_nothing_beyond_the_capture(shark):
    [text] = shark.column("register-incomplete", "_ws.expert.message", only="naverphone.register.incomplete")
    assert text == "REGISTER challenged, no confirmation in the capture"


def test_service_number_item_names_the_kinds_it_covers(shark):
    texts = set(shark.column("call-numbers", "_ws.expert.message", only="naverphone.call.service_number"))
    assert texts == {"Service prefix, or a premium, emergency or international number"}


def test_packets_seen_twice_count_once(shark):
    [row] = shark.table("media-seen-twice", two_pass=True)
    assert (row["RTP in"], row["Lost in"], row["Seen twice"]) == ("6", "1", "6")


def test_stun_dtls_and_zrtp_are_media_without_an_event(shark):
    rows = shark.rows("media-companions", "naverphone.leg", "naverphone.event", "naverphone.call",
                      only="stun || dtls || zrtp", two_pass=True)
    assert rows == [("4", "", "1")] * 3


def test_rtcp_is_found_where_sdp_says(shark, two_pass):
    rows = shark.rows("media-rtcp-elsewhere", "naverphone.leg", "naverphone.call", "naverphone.event",
                      "naverphone.media.direction", only="udp.port == 53020", two_pass=two_pass)
    assert rows == [("4", "1", "", FROM_CLIENT), ("4", "1", "", TO_CLIENT)]


def test_bundled_sound_and_picture_are_told_apart(shark, two_pass):
    [row] = shark.table("media-bundle", two_pass=two_pass)
    assert (row["Media"], row["RTP out"], row["Codec out"]) == ("Both ways", "6", "opus")
    assert row["Video out"].startswith("4 packets, VP8, 0 lost, jitter ")
    assert shark.rows("media-bundle", "naverphone.leg", "naverphone.call", only="rtcp", two_pass=two_pass) == [("4", "1")]


def test_media_between_ice_candidates_are_the_calls(shark, two_pass):
    rows = shark.rows("media-ice", "naverphone.leg", "naverphone.call", "naverphone.media.direction",
                      only="udp.port == 49000", two_pass=two_pass)
    assert rows == [("4", "1", FROM_CLIENT), ("4", "1", TO_CLIENT)] * 6
    assert shark.frames("media-ice", f"naverphone && !({FAULTLESS})", two_pass=True) == []


def test_media_that_the_capture_could_not_show_are_not_missed(shark):
    assert shark.frames("media-out-of-sight", "naverphone.media.none", two_pass=True) == []
    assert [row["Media"] for row in shark.table("media-out-of-sight")] == [""]


def test_one_way_that_both_sides_agreed_on_is_no_fault(shark):
    assert shark.frames("media-announcement", "naverphone.media.direction", two_pass=True) == list(range(8, 13))
    assert shark.frames("media-announcement", "naverphone.media.one_way || naverphone.media.none", two_pass=True) == []


# ---- without SDP -------------------------------------------------------------------------

def test_media_without_sdp_is_accepted_after_two_packets_that_agree(shark):
    fields = ("frame.number", "naverphone.event", "naverphone.media.direction", "naverphone.session", "naverphone.call",
              "naverphone.media.first_frame")
    rows = shark.rows("media-unsignalled", *fields, only="naverphone.leg == 4", two_pass=True)
    assert [int(row[0]) for row in rows] == list(range(10, 28))     # 8 and 9 are the first in each direction
    assert rows[:2] == [("10", UNSIGNALLED, FROM_CLIENT, "1", "", "10"), ("11", UNSIGNALLED, TO_CLIENT, "1", "", "11")]
    assert {row[1] for row in rows[2:]} == {MEDIA}
    assert shark.frames("media-unsignalled", "rtp", two_pass=True) == list(range(10, 28))


def test_media_without_sdp_is_noted_where_it_is_accepted(shark):
    assert shark.frames("media-unsignalled", "naverphone.media.unsignalled") == [10, 11]


def test_media_without_sdp_has_an_arrow_a_stream(shark):
    assert [arrow for arrow in shark.flow("media-unsignalled") if "RTP" in arrow[0]] == [
        ("RTP PCMA (no SDP)", "9 packets, 0.16 s, SSRC 0x4bd46f06"),
        ("RTP PCMA (no SDP)", "9 packets, 0.16 s, SSRC 0x3dcc1be5")]


def test_media_of_a_foreign_server_is_not_accepted(shark, bare):
    assert len(bare.frames("media-unsignalled-foreign", "udp")) == 20
    assert shark.frames("media-unsignalled-foreign", "udp && (naverphone || rtp)", two_pass=True) == []


def test_a_call_met_in_the_middle_has_media_without_sdp(shark):
    """There is no evidence before the first SIP message. Afterwards, two packets must agree."""
    assert shark.frames("call-midway", "naverphone.leg == 4") == list(range(25, 43))
    assert shark.frames("call-midway", f"naverphone.event == {UNSIGNALLED}") == [25, 26]


# ---- codecs and SSRCs -----------------------------------------------------------------------

@pytest.mark.parametrize("capture, codec", [("call-complete", "PCMA"), ("media-dynamic-codec", "iLBC"),
                                            ("recorded-call", "PCMA")])
def test_the_codec_has_its_rtpmap_name(shark, capture, codec):
    assert [(row["Codec out"], row["Codec in"]) for row in shark.table(capture)] == [(codec, codec)]
    assert [label for label, _ in shark.flow(capture) if "RTP" in label] == [f"RTP {codec}"] * 2


def test_a_static_type_needs_no_rtpmap_of_the_receivers(shark, stage):
    """Without one, the type's static name is used, not the sender's rtpmap."""
    rtpmap, unnamed, other = b"a=rtpmap:8 PCMA/8000", b"a=unknown:8 PCMA/800", b"a=rtpmap:8 pcma/4000"
    both = pathlib.Path(stage.find("call-complete")).read_bytes()
    edited = stage.new_capture("static-type.pcapng")
    edited.write_bytes(both.replace(rtpmap, unnamed, 2).replace(rtpmap, other))   # the INVITE is sent twice
    shown = [(row["Codec out"], row["Codec in"]) for row in shark.table(edited)]
    assert shown == [("pcma", "PCMA")]


def test_a_digit_pressed_is_of_the_same_stream(shark):
    rows = shark.rows("media-dynamic-codec", "naverphone.event", "naverphone.media.first_frame", only="rtpevent")
    assert rows == [(MEDIA, "8")] * 3


def test_one_ssrc_from_two_sources_is_noted_on_the_second_ones_first_frame(shark, bare):
    assert len(set(bare.column("media-ssrc-collision", "rtp.ssrc", only="rtp"))) == 1
    assert shark.frames("media-ssrc-collision", "naverphone.media.ssrc_collision") == [9]
    assert shark.column("media-ssrc-collision", "naverphone.media.first_frame", only="rtp")[:3] == ["8", "9", "8"]


@pytest.mark.parametrize("capture", ["call-complete", "call-reinvite", "media-nat", "call-two-in-row"])
def test_a_stream_that_moved_is_no_collision(shark, capture):
    assert shark.frames(capture, "naverphone.media.ssrc_collision", two_pass=True) == []


# ---- faults ------------------------------------------------------------------------------------

FAULTS = {"media-one-way": ("one_way", [18]), "media-none": ("none", [8]), "call-unfinished-one-way": ("one_way", [3]),
          "call-unfinished-silent": ("none", [3])}


@pytest.mark.parametrize("capture", FAULTS)
def test_one_way_and_no_media_are_noted_on_the_release_or_later_on_the_first_frame(shark, capture):
    name, frames = FAULTS[capture]
    assert shark.frames(capture, f"naverphone.media.{name}", two_pass=True) == frames
    assert shark.frames(capture, f"naverphone.media.{name}", two_pass=False) == ([] if "unfinished" in capture else frames)
    other = {"one_way": "none", "none": "one_way"}[name]
    assert shark.frames(capture, f"naverphone.media.{other}", two_pass=True) == []


@pytest.mark.parametrize("capture", ["call-complete", "call-busy", "call-cancelled", "lost-frames", "call-unfinished",
                                     "sip-rtp-same-ports", "media-nat"])
def test_media_both_ways_or_a_call_not_answered_is_no_fault(shark, capture):
    assert shark.frames(capture, "naverphone.media.one_way || naverphone.media.none", two_pass=True) == []


SEVERITIES = {  # of the expert items for calls and media, with a capture that has one
    "naverphone.register.incomplete": (NOTE, "register-incomplete"),
    "naverphone.call.challenged_answer": (NOTE, "documented-call"),
    "naverphone.call.not_acknowledged": (WARN, "call-not-acknowledged"),
    "naverphone.call.early_media": (CHAT, "documented-call"),
    "naverphone.call.unfinished": (NOTE, "call-unfinished"),
    "naverphone.call.service_number": (CHAT, "call-collect"),
    "naverphone.media.one_way": (WARN, "media-one-way"),
    "naverphone.media.none": (WARN, "media-none"),
    "naverphone.media.after_release": (NOTE, "media-after-release"),
    "naverphone.media.ssrc_collision": (WARN, "media-ssrc-collision"),
    "naverphone.media.unsignalled": (NOTE, "media-unsignalled"),
    "naverphone.session.login": (CHAT, "full-session"),
    "naverphone.session.logout": (CHAT, "full-session"),
    "naverphone.session.logout_in_call": (WARN, "logout-in-call"),
}


@pytest.mark.parametrize("item", SEVERITIES)
def test_an_expert_item_has_its_severity(shark, item):
    severity, capture = SEVERITIES[item]
    pdml = xml.fromstring(shark.read(capture, "-Y", item, "-T", "pdml", two_pass=True))
    found = {int(expert.find("field[@name='_ws.expert.severity']").get("show"))
             for expert in pdml.iter("field") if expert.find(f"field[@name='{item}']") is not None}
    assert found == {severity}


# ---- the flow graph ------------------------------------------------------------------------------

@pytest.mark.parametrize("capture, arrows", [
    ("call-complete", [("RTP PCMA", "20 packets, 0.39 s, SSRC 0xea881932"),
                       ("RTP PCMA", "20 packets, 0.39 s, SSRC 0x29bdef36")]),
    ("media-one-way", [("RTP PCMA", "10 packets, 0.18 s, SSRC 0xea881932")]),
    ("media-none", []),
    ("media-after-release", [("RTP PCMA", "10 packets, 0.18 s, SSRC 0xea881932"),
                             ("RTP PCMA", "15 packets, 1.28 s, SSRC 0x29bdef36")]),
    ("documented-call", [("RTP PCMA (early)", "225 packets, 4.52 s, SSRC 0x59e44d1e"),
                         ("RTP PCMA", "175 packets, 3.50 s, SSRC 0xaaed789b")]),
])
def test_a_stream_is_one_arrow_with_its_packets_and_seconds(shark, capture, arrows):
    assert [arrow for arrow in shark.flow(capture, two_pass=True) if arrow[0].startswith("RTP")] == arrows


@pytest.mark.parametrize("capture", ["call-complete", "media-after-release", "documented-call", "recorded-call"])
def test_packets_and_seconds_of_an_arrow_are_those_of_the_capture(shark, bare, capture):
    for label, comment in shark.flow(capture):
        if label.startswith("RTP"):
            ssrc = comment.split()[-1]
            times = [float(time) for time in bare.column(capture, "frame.time_relative", only=f"rtp.ssrc == {ssrc}")]
            assert comment == f"{len(times)} packets, {times[-1] - times[0]:.2f} s, SSRC {ssrc}"


@pytest.mark.parametrize("capture", ["media-out-of-reach", "media-misdescribed", "call-cut-at-answer",
                                     "call-cut-after-early-media", "call-cut-reordered", "transactions-cancel-crossing"])
def test_media_that_no_capture_shows_are_not_missed(shark, capture):
    assert shark.frames(capture, "naverphone.media.none or naverphone.media.one_way", two_pass=True) == []


def test_address_that_follows_later_is_no_hold(shark):
    assert shark.rows("media-out-of-reach", "naverphone.call", "naverphone.call.hold", only="naverphone.call.hold") == [("4", "2")]


def test_sdp_of_capabilities_describes_no_media(shark):
    assert shark.frames("media-capabilities", "naverphone.media.one_way") == [25]


def test_stream_that_unseen_sdp_moved_is_no_collision(shark, two_pass):
    assert shark.frames("media-moved-unseen", "naverphone.media.ssrc_collision", two_pass=two_pass) == []


def test_stream_that_sdp_moved_to_another_host_is_no_collision(shark):
    assert shark.frames("media-moved-with-ssrc", "naverphone.media.ssrc_collision") == []
    assert len(shark.frames("media-moved-with-ssrc", "naverphone.call == 1 && naverphone.event in {60, 61}")) == 18


def test_fax_is_no_rtp(shark):
    assert shark.frames("media-fax", "t38 && naverphone", two_pass=True) == []


def test_ended_call_takes_no_media_of_its_servers_port(shark, two_pass):
    assert shark.frames("media-of-port-used-again", "naverphone.leg == 4", two_pass=two_pass) == []


def test_a_sender_that_begins_anew_has_lost_nothing(shark):
    row, = shark.table("media-begun-anew")
    assert (row["RTP in"], row["Lost in"]) == ("32", "0")
    assert float(row["Jitter in"].split()[0]) < 3


def test_rtp_between_further_addresses_in_sdp_is_the_calls(shark, two_pass):
    capture = "media-ice-dual-stack"
    media = shark.rows(capture, "naverphone.call", only="naverphone.leg == 4", two_pass=two_pass)
    assert media == [("1",)] * 17
    assert not shark.frames(capture, "naverphone.media.one_way || naverphone.media.none", two_pass=True)
    row, = shark.table(capture, two_pass=True)
    assert (row["Media"], row["RTP out"], row["RTP in"], row["Early in"]) == ("Both ways", "5", "5", "3")


def test_events_and_comfort_noise_are_no_codec_and_a_change_is_shown(shark):
    row, = shark.table("media-codecs")
    assert (row["Codec out"], row["Codec in"]) == ("PCMA, G729", "PCMA, G729")
    labels = [label for label, _ in shark.flow("media-codecs", two_pass=True) if "RTP" in label]
    assert labels == ["RTP CN", "RTP telephone-event"]


def test_rtp_at_addresses_that_no_sdp_names_is_the_calls_by_its_type(shark, two_pass):
    capture = "media-both-behind-nat"
    found = shark.rows(capture, "naverphone.call", "naverphone.event", "naverphone.media.direction",
                       only="rtp", two_pass=two_pass)
    starts = [packet for packet in found if packet[1] == START]
    assert sorted(starts) == [(call, START, way) for call in "12" for way in 2 * [FROM_CLIENT] + 2 * [TO_CLIENT]]
    assert {packet[:2] for packet in found if packet not in starts} == {("1", MEDIA), ("2", MEDIA)}
    calls = shark.table(capture, two_pass=True)
    assert [(row["Media"], row["Codec out"], row["Codec in"]) for row in calls] == 2 * [("Both ways", "opus", "opus")]
    assert [["VP8" in row[column] for column in ("Video out", "Video in")] for row in calls] == 2 * [[True, True]]
    assert not shark.frames(capture, "naverphone.media.none || naverphone.media.one_way", two_pass=True)


def test_copies_outside_the_nat_of_a_client_that_names_its_public_address_do_not_count(shark, two_pass):
    capture = "media-copied-outside-nat"
    row, = shark.table(capture, two_pass=two_pass)
    assert (row["RTP out"], row["RTP in"]) == ("5", "5")
    assert not shark.frames(capture, "naverphone.media.ssrc_collision", two_pass=two_pass)
