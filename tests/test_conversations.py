# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversations of other protocols, frames with several transport layers, disabled protocols and Decode As."""

import pytest

ALL_LEGS = {"1", "2", "3", "4"}


def legs(shark, capture, *options, two_pass=False):
    values = shark.column(capture, "naverphone.leg", options=options, two_pass=two_pass)
    return {value for joined in values for value in joined.split(",")}


def test_rtp_after_stun_belongs_to_its_call(shark):
    directions = shark.column("media-after-stun", "naverphone.media.direction", only="naverphone.leg == 4 and naverphone.event",
                              two_pass=True)
    assert directions == ["1", "2"] * 8


@pytest.mark.parametrize("capture", ["media-after-stun", "media-unsignalled-after-stun", "media-on-foreign-wildcard"])
def test_conversation_of_another_protocol_is_left_alone(shark, bare, capture):
    with_plugin, without = (which.column(capture, "frame.protocols", only="udp", two_pass=True)
                            for which in (shark, bare))
    assert with_plugin == without


def test_each_transport_of_a_frame_has_its_leg(shark):
    rows = shark.rows("media-and-control-in-one-frame", "naverphone.leg", "naverphone.event",
                      "naverphone.media.direction", "naverphone.control.message",
                      only="naverphone.event == 61 and frame.number > 29", two_pass=True)
    assert rows == [("1,4", "4,61", "2", "2"), ("1,4", "4,61", "1", "3"), ("4,4", "61,61", "1,2", "")]


def test_segment_quoted_in_icmp_has_no_tree(shark):
    assert shark.frames("control-in-icmp", "icmp", two_pass=True) != []
    assert shark.frames("control-in-icmp", "icmp and naverphone", two_pass=True) == []


@pytest.mark.parametrize("protocol, remaining", [
    ("snort", ALL_LEGS), ("rtp", ALL_LEGS), ("rtcp", ALL_LEGS), ("stun", ALL_LEGS), ("sdp", ALL_LEGS), ("http", ALL_LEGS),
    ("sip", {"1", "2", "4"}), ("tcp", {"3", "4"}), ("udp", {"1", "2"})])
def test_protocol_switched_off_leaves_the_other_legs(shark, two_pass, protocol, remaining):
    assert legs(shark, "full-session", "--disable-protocol", protocol, two_pass=two_pass) == remaining


@pytest.mark.parametrize("rule, remaining", [
    ("tcp.port==10500,echo", {"2", "3", "4"}), ("tcp.port==50023,echo", {"2", "3", "4"}),
    ("tcp.port==8081,echo", {"1", "3", "4"}), ("tcp.port==8081,http", ALL_LEGS),
    ("udp.port==5060,echo", {"1", "2", "4"})])
def test_decode_as_another_protocol_is_obeyed(shark, two_pass, rule, remaining):
    assert legs(shark, "full-session", "-d", rule, two_pass=two_pass) == remaining


def test_decode_as_another_protocol_shows_that_protocol(shark):
    assert shark.frames("full-session", "echo", options=("-d", "tcp.port==10500,echo")) != []


def test_decode_as_of_media_without_sdp_is_obeyed(shark, two_pass):
    rtp = ("-d", "udp.port==41000,echo")
    assert shark.frames("media-unsignalled", "rtp", options=rtp, two_pass=two_pass) == []


def test_sip_of_a_frame_belongs_to_its_last_datagram(shark):
    rows = shark.rows("calls-in-one-frame", "naverphone.client", "naverphone.event",
                      only="naverphone.event in {40, 46}", two_pass=True)
    assert rows == [("203.0.113.77", "40"), ("203.0.113.77,220.69.240.206", "61,46"), ("203.0.113.77", "46")]


def test_each_control_segment_of_a_frame_shows_its_message(shark):
    rows = shark.rows("control-segments-in-one-frame", "naverphone.control.direction", "naverphone.control.message",
                      "naverphone.control.length", only="wlan and naverphone.control.length == 71", two_pass=True)
    assert rows == [("1,2,1", "2,2,3", "24,71,57")]


def test_message_is_shown_beside_its_retransmission_in_one_frame(shark, two_pass):
    rows = shark.rows("control-sent-twice-in-one-frame", "naverphone.control.direction", "naverphone.control.length",
                      "_ws.malformed", only="naverphone.control.length == 45", two_pass=two_pass)
    assert rows == [("1", "45", ""), ("2", "45", "")]


def test_message_in_reordered_fragments_is_whole(shark, two_pass):
    lengths = shark.column("control-last-fragment-first", "naverphone.control.length",
                           only="naverphone.control.length and naverphone.control.direction == 1", two_pass=two_pass)
    assert lengths == ["24", "3002", "12"]


def test_control_segments_around_a_syn_show_their_own_bytes(shark):
    rows = shark.rows("control-opens-again-in-one-frame", "naverphone.control.direction", "naverphone.control.text",
                      only="naverphone.control.text and frame.number == 1", two_pass=True)
    assert rows == [("2,1,1", "1 OF THE LAST CONNECTION\\r\\n2 OF THE LAST CONNECTION\\r\\n3 OF THE LAST CONNECTION\\r\\n,"
                              "HELLO AGAIN\\r\\n,1 PING\\r\\n2 PING\\r\\n")]
