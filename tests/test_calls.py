# SPDX-License-Identifier: GPL-2.0-or-later
"""The signalling leg: the event of each SIP message, the calls they form, and the call table."""

from decimal import Decimal

import pytest

from harness import CAPTURES

EVENTS = {"30": "Register", "31": "Registered", "32": "Challenge", "40": "Invite", "41": "Trying", "42": "Ringing",
          "43": "Answer", "44": "Acknowledge", "45": "Mid-call", "46": "Release", "47": "Cancel", "48": "Rejected",
          "49": "Confirmed", "": "-"}
STATES = {"1": "Setup", "2": "Proceeding", "3": "Ringing", "4": "Answered", "5": "Released", "6": "Cancelled",
          "7": "Rejected", "8": "Unfinished"}
CALLER, CALLEE, NETWORK = "1", "2", "3"

REGISTERED = "Register Registered"
RINGING = "Invite/Setup Trying/Proceeding Ringing/Ringing"
UP = f"{RINGING} Answer/Answered Acknowledge/Answered"
DOWN = "Release/Released Confirmed/Released"

# Every SIP message in order: its event and the state of its call afterwards.
STORIES = {
    "call-complete": f"{REGISTERED} Invite/Setup Challenge/Setup Acknowledge/Setup {UP}"
                     f" Mid-call/Answered Confirmed/Answered {DOWN}",
    "call-cancelled": f"{REGISTERED} {RINGING} Cancel/Ringing Confirmed/Ringing"
                      " Rejected/Cancelled Acknowledge/Cancelled",
    "call-incoming-cancelled": f"{REGISTERED} {RINGING} Cancel/Ringing Confirmed/Ringing"
                               " Rejected/Cancelled Acknowledge/Cancelled",
    "call-busy": f"{REGISTERED} Invite/Setup Trying/Proceeding Rejected/Rejected Acknowledge/Rejected",
    "call-redirected": f"{REGISTERED} Invite/Setup Trying/Proceeding Rejected/Rejected Acknowledge/Rejected",
    "call-declined": f"{REGISTERED} {RINGING} Rejected/Rejected Acknowledge/Rejected",
    "call-retransmitted": f"{REGISTERED} Invite/Setup -/Setup Trying/Proceeding Ringing/Ringing Answer/Answered"
                          " -/Answered Acknowledge/Answered -/Answered Release/Released -/Released Confirmed/Released",
    "call-forked-surplus": f"{REGISTERED} {RINGING} Ringing/Ringing Answer/Answered Answer/Answered"
                           " Acknowledge/Answered Acknowledge/Answered Release/Answered Confirmed/Answered"
                           f" {DOWN}",
    "call-reinvite": f"{REGISTERED} {UP} Mid-call/Answered Confirmed/Answered Acknowledge/Answered {DOWN}",
    "call-reinvite-refused": f"{REGISTERED} {UP} Mid-call/Answered Rejected/Answered Acknowledge/Answered {DOWN}",
    "call-incoming": f"{REGISTERED} {UP} {DOWN}",
    "call-released-by-callee": f"{REGISTERED} {UP} {DOWN}",
    "call-released-by-network": f"{REGISTERED} {UP} {DOWN}",
    "call-not-acknowledged": f"{REGISTERED} {RINGING} Answer/Answered {DOWN}",
    "call-unfinished": f"{REGISTERED} {UP}",
    "call-retry-same-id": f"{REGISTERED} Invite/Setup Trying/Proceeding Rejected/Rejected Acknowledge/Rejected"
                          f" {UP} {DOWN}",
    "call-invite-overtaken": f"{REGISTERED} Answer/Answered Acknowledge/Answered Invite/Answered {DOWN}",
    "call-challenge-missed": f"{REGISTERED} - {UP} {DOWN}",
    "call-in-icmp": f"{REGISTERED} Invite/Setup -/Setup Trying/Proceeding Ringing/Ringing Answer/Answered"
                    f" Acknowledge/Answered {DOWN}",
    "call-midway": f"Mid-call/Answered Confirmed/Answered {DOWN}",
    "call-two-in-row": f"{REGISTERED} {UP} {DOWN} {UP} {DOWN}",
    "call-two-at-once": f"{REGISTERED} {UP} {UP} {DOWN} {DOWN}",
    "call-after-logout": f"{REGISTERED} {UP} {DOWN}",
    "lost-frames": f"{REGISTERED} {RINGING} {DOWN}",
    "sip-without-control": f"{REGISTERED} {UP} {DOWN}",
    "sip-port-5070": f"{REGISTERED} {UP} {DOWN}",
    "sip-tcp": f"{REGISTERED} {UP} {DOWN}",
    "full-session-ipv6": f"{REGISTERED} {UP} {DOWN}",
    "register-challenged": "Register Challenge Register Registered",
    "register-incomplete": "Register Challenge",
    "register-rejected": "Register Rejected",
    "options-message": f"{REGISTERED} - Confirmed - Confirmed",
}


def told(rows) -> str:
    """(events, call states) of frames as words. A frame of several messages has several of each."""
    messages = [message for events, states in rows
                for message in zip(events.split(","), states.split(",") if states else [""] * 9)]
    return " ".join(f"{EVENTS[event]}/{STATES[state]}" if state else EVENTS[event] for event, state in messages)


@pytest.mark.parametrize("capture", STORIES)
def test_each_message_has_its_event_and_its_call_the_state_after_it(shark, capture):
    rows = shark.rows(capture, "naverphone.event", "naverphone.call.state", only="naverphone.leg == 3",
                      two_pass=True)
    assert told(rows) == STORIES[capture]


@pytest.mark.parametrize("capture", STORIES)
def test_every_sip_message_is_signalling_but_those_quoted_in_icmp(shark, capture):
    assert shark.frames(capture, "naverphone.leg == 3") == shark.frames(capture, "sip && !icmp")


def test_two_messages_in_one_segment_are_two_events_of_one_frame(shark):
    assert shark.rows("sip-tcp", "naverphone.leg", "naverphone.event", "naverphone.call.state",
                      only="frame.number == 11") == [("3,3", "41,42", "2,3")]


# ---- messages of a call -------------------------------------------------------------

# For each call: its first frame, and the frames of INVITE, answer and release.
CALLS = {
    "call-complete": [("17", "17", "23", "67")],
    "call-cancelled": [("3", "3", "", "8")],
    "call-busy": [("3", "3", "", "5")],
    "call-retransmitted": [("3", "3", "7", "31")],
    "call-forked-surplus": [("3", "3", "7", "33")],
    "call-reinvite": [("3", "3", "6", "51")],
    "call-reinvite-refused": [("3", "3", "6", "51")],
    "call-incoming": [("3", "3", "6", "28")],
    "call-invite-overtaken": [("3", "14", "3", "26")],
    "call-challenge-missed": [("4", "4", "7", "29")],
    "call-in-icmp": [("3", "3", "8", "51")],
    "call-midway": [("21", "", "", "43")],
    "call-unfinished": [("3", "3", "6", "")],
    "call-retry-same-id": [("3", "3", "", "5"), ("7", "7", "10", "32")],
    "call-two-in-row": [("3", "3", "6", "28"), ("30", "30", "33", "55")],
    "call-two-at-once": [("3", "3", "6", "53"), ("28", "28", "31", "75")],
    "call-id-at-two-clients": [("5", "5", "11", "91"), ("8", "8", "18", "97")],
    "lost-frames": [("14", "14", "", "37")],
    "sip-tcp": [("9", "9", "13", "37")],
    "documented-call": [("395", "395", "448", "806")],
}


@pytest.mark.parametrize("capture", CALLS)
def test_a_call_is_one_from_its_first_invite_on_and_knows_its_frames(shark, capture):
    assert shark.rows(capture, "frame.number", "naverphone.call.invite_frame", "naverphone.call.answer_frame",
                      "naverphone.call.release_frame", only="naverphone.call.first", two_pass=True) == CALLS[capture]
    numbers = [int(number) for number in shark.column(capture, "naverphone.call", only="naverphone.call.first")]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("capture", ["call-complete", "call-forked-surplus", "call-reinvite", "call-in-icmp",
                                     "call-retransmitted"])
def test_what_repeats_an_invite_is_no_new_call(shark, bare, capture):
    assert len(bare.frames(capture, "sip.Method == INVITE || sip.Status-Code == 200 && sip.CSeq.method == INVITE")) > 2
    assert set(shark.column(capture, "naverphone.call", only="naverphone.call", two_pass=True)) == {"1"}


def test_one_call_id_at_two_clients_is_two_calls(shark):
    ids = shark.rows("call-id-at-two-clients", "naverphone.call.id", "naverphone.call", "naverphone.client",
                     only="naverphone.call.first")
    assert ids[0][0] == ids[1][0]
    assert [row[1:] for row in ids] == [("1", "220.69.240.206"), ("2", "203.0.113.77")]
    for client, call in (("220.69.240.206", "1"), ("203.0.113.77", "2")):
        frames = shark.column("call-id-at-two-clients", "naverphone.call", only=f"naverphone.call && ip.addr == {client}")
        assert set(frames) == {call} and len(frames) == 47


def test_a_retry_under_the_same_call_id_is_a_new_call(shark):
    ids = shark.rows("call-retry-same-id", "naverphone.call.id", "naverphone.call", only="naverphone.call.first")
    assert [row[1] for row in ids] == ["1", "2"] and ids[0][0] == ids[1][0]


def test_a_message_quoted_in_icmp_is_none(shark, bare):
    quoting = bare.frames("call-in-icmp", "icmp && sip")
    assert len(quoting) == 2
    assert not set(quoting) & set(shark.frames("call-in-icmp", "naverphone", two_pass=True))


def test_a_forked_call_is_released_by_its_bye(shark):
    assert told(shark.rows("call-forked", "naverphone.event", "naverphone.call.state", only="naverphone.leg == 3")) == (
        f"{REGISTERED} {RINGING} Ringing/Ringing Answer/Answered Answer/Answered"
        f" Acknowledge/Answered Acknowledge/Answered {DOWN}")


def test_a_forked_call_is_one_call_answered_by_the_first(shark):
    assert shark.rows("call-forked", "naverphone.call", "naverphone.call.answer_frame", only="naverphone.event == 43") \
        == [("1", "7"), ("1", "7")]


def test_client_that_never_registers_is_the_side_off_sips_port(shark):
    assert set(shark.column("call-midway", "naverphone.client")) == {"220.69.240.206"}


def test_forked_call_goes_on_with_the_second_branch(shark):
    releases = shark.rows("call-forked-moved", "naverphone.call.state", only="naverphone.event == 46", two_pass=True)
    assert releases == [("4",), ("5",)]     # still answered, then released


def test_bye_ends_fork_whose_second_answer_has_no_ack(shark):
    assert shark.rows("call-forked-unacknowledged", "naverphone.call.state", "naverphone.session.state",
                      only="naverphone.event == 46") == [("5", "4")]


def test_cause_tells_the_networks_releases_from_the_callees(shark):
    callee, network = "2", "3"
    assert shark.rows("call-release-reasons", "naverphone.call.cause", "naverphone.call.released_by",
                      only="naverphone.event == 46") == [
        ("Q.850;cause=33", callee), ("Q.850;cause=34", network), ("Q.850;cause=127", network),
        ("Q.850;cause=128", callee), ("SIP;cause=407", callee), ("SIP;cause=408", network),
        ("SIP;cause=499", callee), ("SIP;cause=500", network), ("SIP;cause=600", callee),
        ('SIP;cause=200;text="ok, then", Q.850;cause=38', network), ('SIP;cause=200;text="ok, then"', network)]


# ---- parties and numbers ---------------------------------------------------------------

WHO = ("naverphone.call.caller", "naverphone.call.dialled", "naverphone.identity")


@pytest.mark.parametrize("capture, who", [
    ("call-busy", ("hongtest", "01012345678", "hongtest")),
    ("call-incoming", ("021234567", "hongtest", "hongtest")),
    ("call-collect", ("hongtest", "77001012345678", "hongtest")),
])
def test_caller_and_dialled_are_as_sent_and_the_identity_is_the_clients(shark, capture, who):
    assert set(shark.rows(capture, *WHO, only="naverphone.call")) == {who}


@pytest.mark.parametrize("frame", [3, 8, 28])
def test_call_id_and_parties_stand_on_every_frame_of_the_call(shark, bare, frame):
    [call_id] = bare.column("call-collect", "sip.Call-ID", only="frame.number == 3")
    assert shark.rows("call-collect", "naverphone.call.id", "naverphone.call.number", "naverphone.call.service",
                      only=f"frame.number == {frame}") == [(call_id, "01012345678", "Collect call")]


MOBILE, SEOUL, AREA, INTERNET, PERSONAL, FREE, PREMIUM, REPRESENTATIVE = map(str, range(1, 9))
EMERGENCY, INTERNATIONAL, CARRIER, PAGER, SHORT, NAME, UNKNOWN = map(str, range(9, 16))

NUMBERS = [  # dialled, prefix, service, number, kind, E.164
    ("01012345678", "", "", "01012345678", MOBILE, "+821012345678"),
    ("0162345678", "", "", "0162345678", MOBILE, "+82162345678"),
    ("021234567", "", "", "021234567", SEOUL, "+8221234567"),
    ("0311234567", "", "", "0311234567", AREA, "+82311234567"),
    ("07012345678", "", "", "07012345678", INTERNET, "+827012345678"),
    ("050112345678", "", "", "050112345678", PERSONAL, "+8250112345678"),
    ("0801234567", "", "", "0801234567", FREE, "+82801234567"),
    ("0601234567", "", "", "0601234567", PREMIUM, "+82601234567"),
    ("15881234", "", "", "15881234", REPRESENTATIVE, "+8215881234"),
    ("112", "", "", "112", EMERGENCY, ""),
    ("119", "", "", "119", EMERGENCY, ""),
    ("114", "", "", "114", SHORT, ""),
    ("00112125550123", "", "", "00112125550123", INTERNATIONAL, "+12125550123"),
    ("0127771234", "", "", "0127771234", PAGER, "+82127771234"),
    ("081021234567", "", "", "081021234567", CARRIER, "+8221234567"),
    ("hong", "", "", "", NAME, ""),
    ("+821012345678", "", "", "01012345678", MOBILE, "+821012345678"),
    ("010-1234-5678", "", "", "01012345678", MOBILE, "+821012345678"),
    ("77001012345678", "770", "Collect call", "01012345678", MOBILE, "+821012345678"),
    ("770", "", "", "770", UNKNOWN, ""),
]


def numbers(shark, **how):
    return shark.rows("call-numbers", "naverphone.call.dialled", "naverphone.call.service_prefix",
                      "naverphone.call.service", "naverphone.call.number", "naverphone.call.number_kind",
                      "naverphone.call.number_e164", only="naverphone.call.first", **how)


def test_a_dialled_number_has_service_kind_and_e164(shark):
    assert numbers(shark) == NUMBERS


TABLE = "uat:naverphone_service_prefixes:"


@pytest.mark.parametrize("row, dialled, prefix, service", [
    ('"119","Other"', "119", "", ""),
    ('"771","Other"', "77001012345678", "770", "Collect call"),
    ('"770","Reverse charge"', "77001012345678", "770", "Reverse charge"),
    ('"7700","Longer"', "77001012345678", "770", "Collect call"),
    ('"081","By carrier"', "081021234567", "081", "By carrier"),
    ('"770","Reverse charge"', "770", "", ""),
])
def test_the_users_prefixes_join_the_built_in_one_and_count_where_a_number_follows(shark, row, dialled, prefix, service):
    [found] = [number for number in numbers(shark, options=["-o", TABLE + row]) if number[0] == dialled]
    assert found[1:3] == (prefix, service)


def test_calls_to_services_and_dear_numbers_are_noted_on_the_invite_alone(shark):
    noted = shark.column("call-numbers", "naverphone.call.dialled", only="naverphone.call.service_number")
    assert noted == ["0601234567", "112", "119", "00112125550123", "77001012345678"]


# ---- times, release, outcome -------------------------------------------------------------

DELAY, SETUP, DURATION = ("naverphone.call.post_dial_delay", "naverphone.call.setup_time", "naverphone.call.duration")
INVITES = "sip.Method == INVITE && !icmp"
RINGS = "sip.Status-Code == 180"
ANSWERS = "sip.Status-Code == 200 && sip.CSeq.method == INVITE"
BYES = "sip.Method == BYE && !icmp"


def times(bare, capture, only) -> list:
    return [Decimal(time) for time in bare.column(capture, "frame.time_relative", only=only)]


@pytest.mark.parametrize("capture, ring, bye", [
    ("call-complete", RINGS, 0), ("call-incoming", RINGS, 0), ("call-retransmitted", RINGS, 0),
    ("call-released-by-callee", RINGS, 0), ("call-reinvite", RINGS, 0), ("call-forked-surplus", RINGS, 1),
    ("call-in-icmp", RINGS, 0), ("sip-tcp", RINGS, 0), ("full-session-ipv6", RINGS, 0), ("recorded-call", RINGS, 0),
    ("documented-call", "rtp", 0),
])
def test_the_times_of_a_call_count_from_its_first_invite(shark, bare, capture, ring, bye):
    invite, answer = times(bare, capture, INVITES)[0], times(bare, capture, ANSWERS)[0]
    expected = (times(bare, capture, ring)[0] - invite, answer - invite, times(bare, capture, BYES)[bye] - answer)
    for two_pass, only in ((False, "naverphone.event == 46 && naverphone.call.state == 5"),
                           (True, "naverphone.call.first")):
        [shown] = shark.rows(capture, DELAY, SETUP, DURATION, only=only, two_pass=two_pass)
        assert tuple(map(Decimal, shown)) == expected


@pytest.mark.parametrize("capture, known", [
    ("call-busy", ""), ("call-declined", "delay"), ("call-cancelled", "delay"), ("lost-frames", "delay"),
    ("call-midway", ""), ("call-unfinished", "delay setup"), ("call-clock-set-back", ""), ("call-invite-overtaken", "duration"),
])
def test_a_time_is_absent_where_its_end_is(shark, capture, known):
    [shown] = shark.rows(capture, DELAY, SETUP, DURATION, only="naverphone.call.first", two_pass=True)
    assert [name for name, time in zip(("delay", "setup", "duration"), shown) if time] == known.split()


def test_the_first_pass_knows_answer_and_release_from_their_frames_on(shark):
    known_later = ("naverphone.call.answer_frame", "naverphone.call.release_frame", SETUP, DURATION)
    for frame, known in ((5, 0), (6, 2), (27, 2), (28, 4)):
        [row] = shark.rows("call-collect", *known_later, only=f"frame.number == {frame}", two_pass=False)
        assert len([value for value in row if value]) == known, frame


def test_no_time_is_negative_where_the_clock_is_set_back(shark, two_pass):
    capture = "call-clock-set-back"
    assert shark.frames(capture, f"{DELAY} < 0 || {SETUP} < 0 || {DURATION} < 0", two_pass=two_pass) == []
    [row] = shark.table(capture, two_pass=two_pass)
    assert [row[title] for title in ("Post-dial delay", "Setup", "Duration", "Released by")] == ["", "", "", "Caller"]
    arrows = shark.read(capture, "-q", "-z", "flow,naverphone,network", two_pass=two_pass)
    assert arrows.count("|6 packets, SSRC 0x") == 2


ENDS = {  # released by, cause, outcome
    "call-complete": (CALLER, "", "Released"),
    "call-incoming": (CALLEE, "", "Released"),
    "call-released-by-callee": (CALLEE, "", "Released"),
    "call-released-by-network": (NETWORK, 'Q.850;cause=16;text="Normal call clearing"', "Released"),
    "lost-frames": (CALLER, "", "Released"),
    "call-midway": ("", "", "Released"),
    "call-cancelled": ("", "487 Request Terminated", "Cancelled"),
    "call-incoming-cancelled": ("", "487 Request Terminated", "Cancelled"),
    "call-busy": ("", "486 Busy Here", "Rejected"),
    "call-redirected": ("", "302 Moved Temporarily", "Rejected"),
    "call-refused-without-reason": ("", "486", "Rejected"),
    "call-declined": ("", "603 Decline", "Rejected"),
    "call-reinvite-refused": (CALLER, "", "Released"),
    "call-unfinished": ("", "", "Unfinished"),
}


@pytest.mark.parametrize("capture", ENDS)
def test_who_ended_the_call_and_why_and_its_outcome(shark, capture):
    by, cause, outcome = shark.rows(capture, "naverphone.call.released_by", "naverphone.call.cause",
                                    "naverphone.call.outcome", only="naverphone.call.first", two_pass=True)[0]
    assert (by, cause, STATES[outcome]) == ENDS[capture]


@pytest.mark.parametrize("capture", ENDS)
def test_the_outcome_is_told_on_the_first_frame_alone_and_on_later_passes_alone(shark, capture):
    [first] = shark.frames(capture, "naverphone.call.first")
    assert shark.frames(capture, "naverphone.call")[0] == first
    assert shark.frames(capture, "naverphone.call.outcome", two_pass=False) == []
    assert shark.frames(capture, "naverphone.call.outcome", two_pass=True) == [first]


# ---- expert items ----------------------------------------------------------------------------

CALL, LATER = "naverphone.call.", "later "
EXPERTS = {
    "call-complete": [], "call-cancelled": [], "call-busy": [], "call-redirected": [], "call-declined": [],
    "call-retransmitted": [], "call-forked-surplus": [], "call-reinvite": [], "call-reinvite-refused": [],
    "call-incoming": [], "call-in-icmp": [], "call-retry-same-id": [], "call-two-in-row": [], "call-two-at-once": [],
    "register-challenged": [], "register-rejected": [], "options-message": [], "sip-tcp": [],
    "call-collect": [(3, f"{CALL}service_number")],
    "call-not-acknowledged": [(6, f"{LATER}{CALL}not_acknowledged")],
    "call-unfinished": [(3, f"{LATER}{CALL}unfinished")],
    "call-unfinished-one-way": [(3, f"{LATER}{CALL}unfinished"), (3, f"{LATER}naverphone.media.one_way")],
    "call-unfinished-silent": [(3, f"{LATER}{CALL}unfinished"), (3, f"{LATER}naverphone.media.none")],
    "lost-frames": [(17, f"{CALL}early_media")],
    "register-incomplete": [(1, f"{LATER}naverphone.register.incomplete")],
}
OF_THE_SESSION = ("naverphone.login.", "naverphone.session.")


def noted(shark, capture, **how) -> list:
    return [item for item in shark.experts(capture, **how) if not item[1].startswith(OF_THE_SESSION)]


@pytest.mark.parametrize("capture", EXPERTS)
def test_expert_items_of_calls_and_those_that_need_what_follows_only_later(shark, capture):
    at_once = [item for item in EXPERTS[capture] if not item[1].startswith(LATER)]
    in_the_end = [(frame, name.removeprefix(LATER)) for frame, name in EXPERTS[capture]]
    assert noted(shark, capture, two_pass=False) == at_once
    assert noted(shark, capture, two_pass=True) == in_the_end


def test_a_call_answered_although_it_was_challenged_is_noted_on_the_answer(shark):
    assert shark.frames("documented-call", f"{CALL}challenged_answer") == [448]
    assert shark.frames("call-complete", f"{CALL}challenged_answer", two_pass=True) == []


# ---- the call table ------------------------------------------------------------------------------

COLUMNS = ["Call", "Session", "Caller", "Dialled", "State", "Post-dial delay", "Setup", "Duration", "Released by", "Media",
           "Cause", "Number", "Kind", "Service"]
ROWS = {
    "call-complete": ["1 1 hongtest 01012345678 Released", "0.020 s|0.524 s|0.416 s", "Caller|Both ways|",
                      "01012345678|Mobile|"],
    "call-collect": ["1 1 hongtest 77001012345678 Released", "0.008 s|0.512 s|0.208 s", "Caller|Both ways|",
                     "01012345678|Mobile|Collect call"],
    "call-incoming": ["1 1 021234567 hongtest Released", "0.008 s|0.512 s|0.208 s", "Callee|Both ways|", "|Name|"],
    "call-busy": ["1 1 hongtest 01012345678 Rejected", "||", "||486 Busy Here", "01012345678|Mobile|"],
    "call-cancelled": ["1 1 hongtest 01012345678 Cancelled", "0.008 s||", "||487 Request Terminated",
                       "01012345678|Mobile|"],
    "call-unfinished": ["1 1 hongtest 01012345678 Answered", "0.008 s|0.512 s|", "|Both ways|", "01012345678|Mobile|"],
    "media-one-way": ["1 1 hongtest 01012345678 Released", "0.008 s|0.512 s|0.208 s", "Caller|Out only|",
                      "01012345678|Mobile|"],
    "media-dynamic-codec": ["1 1 hongtest 01012345678 Released", "0.008 s|0.512 s|0.468 s", "Caller|Both ways|",
                            "01012345678|Mobile|"],
    "media-after-release": ["1 1 hongtest 01012345678 Released", "0.008 s|0.512 s|0.208 s", "Caller|Both ways|",
                            "01012345678|Mobile|"],
}


@pytest.mark.parametrize("capture", ROWS)
def test_the_call_table_has_a_row_a_call(shark, capture):
    what, *others = ROWS[capture]
    cells = what.split() + "|".join(others).split("|")
    [row] = shark.table(capture, two_pass=True)
    assert list(row)[:2] == ["Start", "First frame"] and list(row)[2:2 + len(COLUMNS)] == COLUMNS
    assert [row[title] for title in COLUMNS] == cells


@pytest.mark.parametrize("capture", ["documented-call", "two-clients", "call-retry-same-id", "call-busy"])
def test_call_row_names_the_frame_that_begins_the_call(shark, capture):
    rows = {row["Call"]: (row["First frame"], row["Start"]) for row in shark.table(capture, two_pass=True)}
    begins = shark.rows(capture, "naverphone.call", "frame.number", "frame.time_relative", only="naverphone.call.first")
    assert rows == {call: (frame, f"{float(time):.3f} s") for call, frame, time in begins}


@pytest.mark.parametrize("capture, neighbours", [
    ("call-retry-same-id", ["2", "1"]), ("call-id-at-two-clients", ["2", "1"]), ("call-two-in-row", ["", ""])])
def test_calls_of_one_call_id_name_each_other(shark, capture, neighbours):
    assert [row["Same Call-ID"] for row in shark.table(capture, two_pass=True)] == neighbours


@pytest.mark.parametrize("capture, calls", [("call-retry-same-id", 2), ("call-numbers", 20), ("call-two-at-once", 2),
                                            ("two-clients", 2), ("options-message", 0), ("sip-foreign-provider", 0)])
def test_the_call_table_has_as_many_rows_as_calls(shark, capture, calls):
    assert [row["Call"] for row in shark.table(capture)] == [str(call) for call in range(1, calls + 1)]


def test_the_call_table_takes_a_filter(shark):
    rows = shark.table("two-clients", "naverphone,calls,naverphone.session==2")
    assert [(row["Call"], row["Session"], row["Caller"]) for row in rows] == [("2", "2", "kimtest")]
    assert rows[0] == shark.table("two-clients")[1]
    assert shark.table("two-clients", "naverphone,calls,naverphone.session==3") == []


# ---- the flow graph --------------------------------------------------------------------------------

def test_an_arrow_a_signalling_event_labelled_by_method_or_status(shark):
    labels = [label for label, _ in shark.flow("call-complete")]
    assert labels[7:] == ["REGISTER", "200", "INVITE 01012345678", "407", "ACK", "INVITE 01012345678", "100", "180",
                          "200", "ACK", "RTP PCMA", "RTP PCMA", "INFO", "200", "BYE", "200",
                          "Client closes", "Server closes", "Closed"]


def test_an_arrow_names_the_service_of_a_collect_call(shark):
    assert ("INVITE 01012345678 (Collect call)", "Session 1, call 1") in shark.flow("documented-call")


def test_a_retransmission_and_an_icmp_quote_are_no_arrow(shark):
    for capture in ("call-retransmitted", "call-in-icmp"):
        labels = [label for label, _ in shark.flow(capture)]
        assert [labels.count(label) for label in ("INVITE 01012345678", "ACK", "BYE")] == [1, 1, 1]


def test_a_reinvite_is_no_invite_of_a_number(shark):
    assert [label for label, _ in shark.flow("call-reinvite")].count("INVITE") == 1


# ---- the preference mark_sip_rtp -------------------------------------------------------------------

UNMARKED = ["-o", "naverphone.mark_sip_rtp:FALSE"]


def test_unmarked_sip_and_rtp_carry_no_field_and_no_expert_item_but_count_in_the_tables(shark, two_pass):
    how = {"two_pass": two_pass, "options": UNMARKED}
    assert set(shark.column("documented-call", "naverphone.leg", **how)) == {"1", "2"}
    assert shark.frames("documented-call", "naverphone && (sip || rtp)", **how) == []
    assert shark.frames("documented-call", "sip || rtp", **how) == shark.frames("documented-call", "sip || rtp")
    text = shark.read("documented-call", *UNMARKED, "-q", "-z", "naverphone,calls", two_pass=two_pass)
    assert text == shark.read("documented-call", "-q", "-z", "naverphone,calls")


PROFILE = "without-5060"


@pytest.fixture(scope="module")
def without_5060(shark):
    """Options for a profile in which Decode As has removed SIP from port 5060, as in the window. (-o only adds
    ports.)"""
    folder = shark.stage.home / "config" / "wireshark" / "profiles" / PROFILE
    folder.mkdir(parents=True)
    (folder / "decode_as_entries").write_text("decode_as_entry: udp.port,5060,SIP,(none)\n"
                                              "decode_as_entry: tcp.port,5060,SIP,(none)\n")
    for made in (folder, *list(folder.parents)[:3], folder / "decode_as_entries"):
        made.chmod(0o777)
    return ["-C", PROFILE]


@pytest.mark.parametrize("capture", ["call-busy", "call-complete", "sip-tcp", "sip-rtp-same-ports"])
def test_sip_is_found_although_5060_is_taken_from_it(shark, bare, without_5060, capture):
    off = ["--disable-heuristic", "sip_udp", "--disable-heuristic", "sip_tcp"]
    assert bare.frames(capture, "sip", options=without_5060 + off) == []     # the port is removed
    fields = ("frame.number", "naverphone.event", "naverphone.call.state", "naverphone.session")
    assert shark.rows(capture, *fields, options=without_5060) == shark.rows(capture, *fields)


@pytest.mark.parametrize("capture", sorted(path.stem for path in (CAPTURES / "small").glob("call-*.pcapng")))
def test_no_message_is_a_second_event(shark, capture):
    """Method, CSeq, status, tags and ends identify a message. No message has an event twice."""
    rows = shark.rows(capture, "sip.Call-ID", "sip.Method", "sip.CSeq", "sip.Status-Code", "sip.from.tag", "sip.to.tag",
                      "ip.src", "ip.dst", only="naverphone.leg == 3 && naverphone.event")
    assert len(rows) == len(set(rows))


def test_sip_behind_keep_alives_is_signalling(shark, two_pass):
    assert shark.column("sip-behind-keep-alives", "naverphone.event", only="naverphone.leg == 3", two_pass=two_pass) == [
        "40", "42", "43", "44", "46", "49", "40", "41,42", "43", "44", "46", "49"]
    assert shark.rows("sip-behind-keep-alives", "naverphone.call", only="naverphone.leg == 4", two_pass=two_pass) == [
        (call,) for call in "111111222222"]


def test_each_message_of_a_websocket_segment_counts(shark, two_pass):
    assert shark.column("sip-websocket", "naverphone.event", only="naverphone.leg == 3", two_pass=two_pass) == [
        "40", "41", "42", "43", "44,45", "49", "45,46", "49,49"]
