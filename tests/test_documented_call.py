# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin shows the documented call as the public analysis describes it."""

import pytest

CAPTURE = "documented-call"
CLIENT, CONTROL, SIP = "220.69.240.206", "222.122.50.30", "220.95.236.226"


def frame(shark, number, *fields, **how):
    [row] = shark.rows(CAPTURE, *fields, only=f"frame.number == {number}", **how)
    return row


@pytest.mark.parametrize("number, protocol, leg, event", [
    (72, "http", "2", "20"),    # login request
    (354, "sip", "3", "30"),    # REGISTER
    (362, "sip", "3", "32"),    # 407
    (395, "sip", "3", "40"),    # INVITE
])
def test_numbered_frames_match_the_analysis(shark, number, protocol, leg, event):
    protocols, *ours = frame(shark, number, "frame.protocols", "naverphone.leg", "naverphone.event")
    assert protocols.split(":")[4] == protocol and ours == [leg, event]


def test_login_has_hexadecimal_id_and_password(shark):
    host, encodings, user = frame(shark, 72, "naverphone.login.host", "naverphone.login.param.encoding",
                                  "naverphone.login.user")
    assert (host, encodings) == ("was.np.naver.com:8081", "3,3") and user


def test_client_opens_and_closes_the_control_connection(shark):
    rows = shark.rows(CAPTURE, "ip.src", "tcp.flags.str", "naverphone.event",
                      only="naverphone.leg == 1 && tcp.len == 0 && (tcp.seq < 2 && tcp.ack < 2 || frame.number > 811)")
    assert [(source, flags.replace("·", ""), event) for source, flags, event in rows] == [
        (CLIENT, "S", "1"), (CONTROL, "AS", "2"), (CLIENT, "A", "3"),
        (CLIENT, "AF", "5"), (CONTROL, "A", ""), (CONTROL, "AF", "6"), (CLIENT, "A", "7")]
    assert set(shark.rows(CAPTURE, "tcp.port", only="naverphone.leg == 1")) == {("50023,10500",), ("10500,50023",)}


def test_call_has_the_documented_order(shark):
    told = [label for label, _ in shark.flow(CAPTURE)]
    assert told[told.index("REGISTER"):] == [
        "REGISTER", "407", "INVITE 01012345678 (Collect call)", "100", "RTP PCMA (early)", "407", "200", "ACK", "RTP PCMA",
        "Control message", "Control message", "INFO", "200", "BYE", "200", "Control message", "Control message",
        "Client closes", "Server closes", "Closed"]


def test_sip_has_the_documented_addresses_and_ports(shark):
    rows = shark.rows(CAPTURE, "ip.src", "udp.srcport", "ip.dst", "udp.dstport", only="naverphone.leg == 3")
    assert set(rows) == {(CLIENT, "50286", SIP, "5060"), (SIP, "5060", CLIENT, "50286")}
    assert {domain for domain in shark.column(CAPTURE, "sip.to.host", only="naverphone.leg == 3")} == {"pps.naver.com"}


def test_collect_call_is_recognised_by_its_number(shark):
    assert frame(shark, 395, "naverphone.call.dialled", "naverphone.call.service_prefix", "naverphone.call.service",
                 "naverphone.call.number", "naverphone.call.number_e164", "naverphone.call.caller") == (
        "77001012345678", "770", "Collect call", "01012345678", "+821012345678", "hongtest")


def test_second_407_is_no_answer_and_invite_is_not_repeated(shark):
    assert frame(shark, 422, "naverphone.event", "naverphone.call.state") == ("32", "2")
    assert shark.frames(CAPTURE, "naverphone.event == 40") == [395]
    assert shark.frames(CAPTURE, "naverphone.event == 43") == [448]


def test_rtp_reaches_the_client_before_the_answer(shark):
    early = shark.rows(CAPTURE, "ip.dst", "naverphone.media.direction", "naverphone.call.state",
                       only="naverphone.leg == 4 && naverphone.media.phase == 1")
    assert set(early) == {(CLIENT, "2", "2")} and len(early) == 50
    assert shark.frames(CAPTURE, "naverphone.media.phase == 1")[-1] < 448


def test_documented_rtp_packet_belongs_to_the_call(shark):
    assert shark.rows(CAPTURE, "rtp.version", "rtp.cc", "rtp.p_type", "rtp.timestamp", "naverphone.leg",
                      "naverphone.call", "naverphone.media.phase",
                      only="rtp.seq == 31010 && rtp.ssrc == 1508134174") == [
        ("2", "0", "8", "2618216904", "4", "1", "2")]


def test_client_sends_info_and_bye(shark):
    assert shark.rows(CAPTURE, "frame.number", "ip.src", "sip.Method", only="naverphone.event in {45, 46}") == [
        ("754", CLIENT, "INFO"), ("806", CLIENT, "BYE")]


def test_expert_items_are_the_expected_ones(shark, two_pass):
    later = [(354, "naverphone.register.incomplete")] if two_pass else []
    assert shark.experts(CAPTURE, two_pass=two_pass) == [
        (72, "naverphone.login.unencrypted"), (74, "naverphone.session.login"), *later,
        (395, "naverphone.call.service_number"), (397, "naverphone.call.early_media"),
        (448, "naverphone.call.challenged_answer"), (812, "naverphone.session.logout")]


def test_call_table_shows_the_call(shark):
    assert shark.table(CAPTURE, two_pass=True) == [{
        "Start": "10.884 s", "First frame": "395", "Call": "1", "Session": "1", "Caller": "hongtest",
        "Dialled": "77001012345678", "State": "Released", "Post-dial delay": "0.008 s", "Setup": "1.012 s",
        "Duration": "3.532 s", "Released by": "Caller", "Media": "Both ways", "Cause": "", "Number": "01012345678",
        "Kind": "Mobile", "Service": "Collect call", "Follows call": "", "Transferred to": "",
        "Forwarded by": "", "Same Call-ID": "",
        "RTP out": "175", "Early out": "0", "Lost out": "0", "Jitter out": "0.128 ms", "Codec out": "PCMA",
        "RTP in": "175", "Early in": "50", "Lost in": "0", "Jitter in": "0.184 ms", "Codec in": "PCMA",
        "Seen twice": "0", "Video out": "", "Video in": ""}]


def test_filler_packets_are_foreign(shark, bare):
    filler = bare.frames(CAPTURE, "dns || ip.addr == 192.0.2.0/24 || ip.addr == 198.51.100.0/24")
    assert len(filler) > 300
    ours = shark.frames(CAPTURE, "naverphone", two_pass=True)
    assert sorted(filler + ours) == shark.frames(CAPTURE, "frame")
