# SPDX-License-Identifier: GPL-2.0-or-later
"""The statistics besides flow graph and call rows: sessions, events, the quality of media, VoIP Calls."""

import collections
import re

import pytest

# ---- sessions ------------------------------------------------------------------------------

SESSION = ["Start", "First frame", "Session", "Client", "Identity", "Login time", "Login", "Registrations", "Calls",
           "Logout time", "End", "State"]
SESSIONS = {
    "documented-call": ["1.628 s|57|1|220.69.240.206|hongtest|1.826 s|Succeeded|0|1|15.452 s|Closed by client|Logged out"],
    "recorded-call": ["0.000 s|1|1|127.0.0.2|hongtest|0.022 s|Succeeded|1|1|5.472 s|Closed by client|Logged out"],
    "login-failed": ["0.000 s|1|1|220.69.240.206||0.048 s|Failed|0|0|0.056 s|Closed by client|Logged out"],
    "control-reset": ["0.000 s|1|1|220.69.240.206||||0|0|0.028 s|Reset by server|Aborted"],
    "control-server-closes": ["0.000 s|1|1|220.69.240.206||||0|0|0.028 s|Closed by server|Logged out"],
    "media-dynamic-codec": ["0.000 s|1|1|220.69.240.206|hongtest|||1|1|||Registered"],
}


@pytest.mark.parametrize("capture", SESSIONS)
def test_the_session_table_has_a_row_a_session(shark, capture):
    rows = shark.table(capture, "naverphone,sessions", two_pass=True)
    assert [list(row) for row in rows] == [SESSION] * len(rows)
    assert ["|".join(row.values()) for row in rows] == SESSIONS[capture]


def test_a_login_that_succeeds_after_one_that_failed_is_a_success(shark):
    [row] = shark.table("login-again", "naverphone,sessions")
    assert row["Login"] == "Succeeded"
    [frame] = set(shark.column("login-again", "naverphone.session.login_frame", only="naverphone.session.login_frame"))
    [when] = shark.column("login-again", "frame.time_relative", only=f"frame.number == {frame}")
    assert row["Login time"] == f"{float(when):.3f} s"


def test_a_session_whose_place_another_took_was_replaced(shark):
    rows = shark.table("whose-control-same-ends", "naverphone,sessions", two_pass=True)
    assert rows[0]["End"] == "Replaced"


@pytest.mark.parametrize("capture", ["two-clients", "nat-two-sessions", "session-after-logout"])
def test_the_session_table_has_as_many_rows_as_sessions(shark, capture):
    numbers = {row["Session"] for row in shark.table(capture, "naverphone,sessions")}
    assert numbers == set(shark.column(capture, "naverphone.session", two_pass=True)) and len(numbers) == 2


@pytest.mark.parametrize("capture, end", [
    ("whose-control-same-ends", "Replaced"), ("whose-half-open", "Replaced"), ("whose-newcomer-outlasts", "Closed by client")])
def test_one_pass_knows_the_end_of_a_session_that_another_follows(shark, capture, end):
    rows = shark.table(capture, "naverphone,sessions", two_pass=False)
    assert rows[0]["End"] == end
    assert rows == shark.table(capture, "naverphone,sessions", two_pass=True)


def test_the_session_table_takes_a_filter(shark):
    [row] = shark.table("two-clients", "naverphone,sessions,naverphone.session==2")
    assert (row["Session"], row["Identity"]) == ("2", "kimtest")


@pytest.mark.parametrize("statistic, column", [("calls", "Call"), ("sessions", "Session")])
def test_filtered_table_leaves_out_who_shares_packets(shark, statistic, column):
    """The calls of both clients have each RTP packet."""
    field = f"naverphone.{column.lower()}"
    for number in ("1", "2"):
        rows = shark.table("media-between-clients", f"naverphone,{statistic},{field}=={number}", two_pass=True)
        assert [row[column] for row in rows] == [number]


# ---- what all tables have in common -------------------------------------------------------------

def lines(shark, capture, statistic) -> list:
    """The titles and the rows of a table as tshark prints them."""
    return [line for line in shark.read(capture, "-q", "-z", statistic, two_pass=True).splitlines() if "|" in line]


@pytest.mark.parametrize("statistic", ["naverphone,calls", "naverphone,sessions", "naverphone,events"])
@pytest.mark.parametrize("capture", ["documented-call", "two-clients", "call-busy", "call-unfinished", "media-one-way"])
def test_the_columns_of_a_table_are_aligned(shark, capture, statistic):
    titles, *rows = lines(shark, capture, statistic)
    bars = [at for at, character in enumerate(titles) if character == "|"]
    assert rows and all([at for at, character in enumerate(row) if character == "|"] == bars for row in rows)


def test_an_ordinary_call_stands_in_160_columns_with_details_behind(shark):
    titles, row = lines(shark, "call-complete", "naverphone,calls")
    end = titles.index("Media") + len("Both ways")
    assert end < 160 and row[:end].endswith("Both ways")
    assert "RTP out" in titles[end:]


WIDTHS = {"Start": 12, "Post-dial delay": 11, "Setup": 11, "Duration": 11, "Jitter out": 12, "Jitter in": 12, "Lost out": 8,
          "Lost in": 8, "Login time": 12, "Logout time": 12}


@pytest.mark.parametrize("statistic, capture", [("calls", "documented-call"), ("calls", "call-busy"),
                                                ("sessions", "two-clients")])
def test_a_time_that_may_be_unknown_is_a_text_of_one_width(shark, statistic, capture):
    """The window compares texts by character, so it then sorts by value."""
    with shark.sharkd(capture) as session:
        [answer] = session.ask("tap", tap0=f"nstat:naverphone,{statistic}")["taps"]
    [table] = answer["tables"]
    titles = [field["c"].strip() for field in answer["fields"]]
    cells = [(title, value) for row in table["i"] for title, value in zip(titles, row)]
    widths = {(title, len(value)) for title, value in cells if title in WIDTHS and value}
    assert widths <= set(WIDTHS.items())
    assert (capture == "call-busy") == (widths == {("Start", 12)})


# ---- events ---------------------------------------------------------------------------------

def tree(shark, capture, **how) -> dict:
    """Counts by title, or by parent / title, of the statistics tree."""
    counts, parent = {}, None
    for line in shark.read(capture, "-q", "-z", "naverphone,tree", **how).splitlines():
        found = re.match(r"( ?)(\S.*?) +(\d+) ", line)
        if found and not found[1]:
            parent = found[2]
            counts[parent] = int(found[3])
        elif found:
            counts[f"{parent} / {found[2]}"] = int(found[3])
    return counts


@pytest.mark.parametrize("capture", ["documented-call", "call-numbers", "two-clients", "media-unsignalled"])
def test_the_event_tree_counts_what_the_event_field_tells(shark, capture):
    pairs = shark.rows(capture, "naverphone.leg", "naverphone.event", two_pass=True)
    legs = collections.Counter({"Control": 0, "Login": 0, "Signalling": 0, "Media": 0})
    for leg, events in pairs:
        legs[dict(zip("1234", legs))[leg.split(",")[0]]] += len([event for event in events.split(",") if event])
    counts = tree(shark, capture, two_pass=True)
    assert {leg: counts[leg] for leg in legs} == dict(legs)
    for leg, count in legs.items():
        assert count == sum(number for title, number in counts.items() if title.startswith(f"{leg} / "))


def test_the_event_tree_counts_calls_by_number_and_by_end(shark):
    counts = tree(shark, "call-numbers", two_pass=True)
    rows = shark.table("call-numbers", two_pass=True)
    kinds = collections.Counter(row["Kind"] for row in rows)
    assert counts["Calls by kind of number"] == len(rows)
    assert {kind: counts[f"Calls by kind of number / {kind}"] for kind in kinds} == dict(kinds)
    assert tree(shark, "call-busy", two_pass=True)["Calls by end / Rejected"] == 1


@pytest.mark.parametrize("capture", ["documented-call", "call-numbers", "media-between-clients"])
def test_the_event_table_has_the_counts_of_the_tree(shark, capture, two_pass):
    rows = shark.table(capture, "naverphone,events", two_pass=two_pass)
    counts = tree(shark, capture, two_pass=two_pass)
    assert {f"{row['Group']} / {row['Event']}": int(row["Count"]) for row in rows} == {
        title: count for title, count in counts.items() if "/" in title}


@pytest.mark.parametrize("capture", ["call-refused-then-answered", "transactions-releases", "sip-websocket"])
def test_each_call_ends_once_in_the_event_counts(shark, capture, two_pass):
    """An end may be revoked, and other messages of the call may be in its frame."""
    ends = collections.Counter(row["State"] for row in shark.table(capture, two_pass=True))
    ended = {state: ends[state] for state in ("Released", "Cancelled", "Rejected")}
    rows = shark.table(capture, "naverphone,events", two_pass=two_pass)
    table = {row["Event"]: int(row["Count"]) for row in rows if row["Group"] == "Calls by end"}
    counts = tree(shark, capture, two_pass=two_pass)
    assert {state: table.get(state, 0) for state in ended} == ended
    assert {state: counts.get(f"Calls by end / {state}", 0) for state in ended} == ended
    assert counts["Calls by end"] == sum(ended.values())


def test_event_tree_counts_a_challenged_call_once(shark):
    assert tree(shark, "call-complete")["Calls by kind of number"] == 1


# ---- the quality of media -----------------------------------------------------------------------

MEASURED = ["documented-call", "recorded-call", "call-complete", "call-reinvite", "media-dynamic-codec", "media-one-way",
            "media-after-release", "media-ssrc-collision", "lost-frames", "sip-rtp-same-ports"]


def streams(shark, capture) -> dict:
    """Direction → packets, lost packets and mean jitter in tshark's RTP statistics, summed over streams."""
    ours = {(row[0], row[1], int(row[2], 16)): row[3] for row in shark.rows(
        capture, "udp.srcport", "udp.dstport", "rtp.ssrc", "naverphone.media.direction", only="naverphone.media.first_frame")}
    found = {"1": [0, 0, 0.0], "2": [0, 0, 0.0]}
    line = re.compile(r"\s*[\d.]+\s+[\d.]+\s+\S+\s+(\d+)\s+\S+\s+(\d+)\s+(0x\w+)\s+.+?\s+(\d+)\s+(-?\d+) \(.*?%\)"
                      r"\s+[\d.-]+\s+[\d.-]+\s+[\d.-]+\s+[\d.-]+\s+([\d.]+)")
    for matched in filter(None, map(line.match, shark.read(capture, "-q", "-z", "rtp,streams").splitlines())):
        source, destination, ssrc, packets, lost, jitter = matched.groups()
        sums = found[ours[source, destination, int(ssrc, 16)]]
        sums[0] += int(packets)
        sums[1] += int(lost)
        sums[2] += int(packets) * float(jitter)
    return found


@pytest.mark.parametrize("capture", MEASURED)
def test_packets_losses_and_jitter_agree_with_tsharks_own_rtp_statistics(shark, capture):
    [row] = shark.table(capture, two_pass=True)
    for direction, (packets, lost, jitter) in streams(shark, capture).items():
        way = {"1": "out", "2": "in"}[direction]
        assert int(row[f"RTP {way}"]) + int(row[f"Early {way}"]) == packets
        if packets:
            assert int(row[f"Lost {way}"]) == lost
            assert float(row[f"Jitter {way}"].removesuffix(" ms")) == pytest.approx(jitter / packets, abs=0.0011)
        else:
            assert (row[f"Lost {way}"], row[f"Jitter {way}"], row[f"Codec {way}"]) == ("", "", "")


def test_a_stream_without_a_known_clock_has_no_part_in_the_jitter(shark):
    [row] = shark.table("media-unknown-clock", two_pass=True)
    # what -z rtp,streams has for the other one
    assert (row["RTP out"], row["Jitter out"]) == ("20", "0.153 ms")


def test_media_before_the_answer_is_counted_apart(shark):
    [row] = shark.table("documented-call")
    assert (row["RTP in"], row["Early in"], row["Early out"]) == ("175", "50", "0")


@pytest.mark.parametrize("capture, ways", [
    ("call-complete", "Both ways"), ("media-one-way", "Out only"), ("media-none", "None"), ("call-busy", ""),
    ("call-cut-at-answer", ""), ("call-cut-after-early-media", "")])
def test_the_call_table_says_which_ways_the_sound_flowed(shark, capture, ways):
    assert [row["Media"] for row in shark.table(capture)] == [ways]


# ---- VoIP Calls -----------------------------------------------------------------------------------

def voip_calls(wireshark, capture) -> list:
    """The rows of Telephony → VoIP Calls, without their numbers."""
    if wireshark.stage.series == "4.0":
        pytest.skip("sharkd has the tap voip-calls from Wireshark 4.4 on")
    with wireshark.sharkd(capture) as session:
        [answer] = session.ask("tap", tap0="voip-calls")["taps"]
    return [{key: value for key, value in call.items() if key != "call"} for call in answer["calls"]]


@pytest.mark.parametrize("capture", ["documented-call", "recorded-call", "two-clients", "sip-rtp-same-ports"])
def test_voip_calls_keeps_the_rows_of_sip_as_they_are_without_the_plugin(shark, bare, capture):
    beside = [call for call in voip_calls(shark, capture) if call["protocol"] != "Naver Phone"]
    assert beside == voip_calls(bare, capture)
    assert beside or capture == "sip-rtp-same-ports"    # has no SIP row, even without the plugin


@pytest.mark.parametrize("capture, sessions", [
    ("recorded-call", [("hongtest", "127.0.0.3", "COMPLETED", "Session 1: Logged out")]),
    ("control-reset", [("220.69.240.206", "222.122.50.30", "CANCELLED", "Session 1: Aborted")]),
    ("control-midstream", [("220.69.240.206", "222.122.50.30", "COMPLETED", "Session 1: Logged out")]),
    ("sip-without-control", [("hongtest", "220.95.236.226", "IN CALL", "Session 1: Registered")]),
    ("call-midway", [])])
def test_voip_calls_has_a_row_a_session_whose_state_follows_it(shark, capture, sessions):
    ours = [call for call in voip_calls(shark, capture) if call["protocol"] == "Naver Phone"]
    assert [(call["from"], call["to"], call["state"], call["comment"]) for call in ours] == sessions
