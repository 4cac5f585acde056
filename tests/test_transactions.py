# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP transactions: matching responses, retransmissions, and what a BYE or CANCEL ends."""

import pytest

REQUEST, RESPONSE = "sip.Method", "sip.Status-Code"
# The messages of each call as message/event/state; 32 Challenge, 40 Invite, 43 Answer, 46 Release, 49 Confirmed ...
TOLD = {
    "transactions-releases": {
        1: "BYE/46/5 407/32/4 BYE/46/5 200/49/5",
        2: "BYE/46/5 407/32/4 BYE/46/5 200/49/5",
        3: "BYE/46/5 BYE/46/5 200/49/5 200/49/5",
        4: "BYE/46/5 500/48/4 BYE/46/5 200/49/5",
        5: "INVITE/45/4 481/48/5 ACK/44/5",
        6: "BYE/46/5 481/48/5",
        7: "UPDATE/45/4 481/48/5"},
    "transactions-releases-missed": {
        1: "ACK/44/4 BYE/46/5 BYE/46/5 200/49/5",
        2: "ACK/44/4 407/32/4 BYE/46/4 BYE/46/5 200/49/5",
        3: "180/42/3 180/42/3 BYE/46/5 200/49/5",
        4: "ACK/44/4 481/48/5",
        5: "ACK/44/4 408/48/5"},
    "transactions-answers-missed": {
        1: "180/42/3 INVITE/45/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5",
        2: "180/42/3 INVITE/45/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5",
        4: "407/32/1 ACK/44/1 INVITE/40/1 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5"},
    "transactions-retries-missed": {
        1: "486/48/7 ACK/44/7",
        2: "100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        4: "INVITE/40/1 100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        5: "503/48/7 ACK/44/7",
        6: "100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        7: "INVITE/40/1 ACK/44/1",
        8: "INVITE/40/1 100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        10: "100/41/2 INVITE/40/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5"},
    "transactions-forks-missed": {
        1: "200/43/4 ACK/44/4 ACK/44/4 BYE/46/4 200/49/4 BYE/46/5 200/49/5",
        2: "200/43/4 200/43/4 ACK/44/4 BYE/46/5 200/49/5 BYE/46/5 200/49/5"},
    "transactions-early-release-refused": {
        1: "180/42/3 BYE/46/5 481/48/5 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        2: "180/42/3 481/48/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5"},
    "call-midway-refused": {
        1: "488/48/7 ACK/44/7 BYE/46/5 200/49/5",
        2: "491/48/4 ACK/44/4 INFO/45/4 200/49/4 BYE/46/5 200/49/5",
        3: "487/48/6 ACK/44/6 INVITE/45/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5"},
    "transactions-early": {
        1: "183/42/3 180/42/3 BYE/46/3 200/49/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        2: "180/42/3 BYE/46/5 200/49/5 487/48/6 ACK/44/6",
        3: "183/42/3 PRACK//3 200/49/3 UPDATE//3 200/49/3 199//3 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        4: "180/42/3 CANCEL/47/3 200/49/3",
        5: "180/42/3 ACK/44/4 200/43/4 BYE/46/5 200/49/5"},
    "transactions-again": {
        1: "INVITE/40/1 407/32/1 ACK/44/1 INVITE/40/1 100/41/2 407/32/7 ACK/44/7",
        2: "407/32/7 ACK/44/7 INVITE/40/2 100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        3: "422/48/7 ACK/44/7 INVITE/40/2 100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        4: "INVITE/45/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5",
        5: "INVITE/40/1 100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5",
        6: "INVITE/40/1 100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5 BENOTIFY//5 200/49/5 my.own-method//5 200/49/5"
           " REINVITE//5 200/49/5"},
    "transactions-untagged": {
        1: "INVITE/40/1 200/43/4 ACK/44/4 INVITE/45/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5",
        2: "INVITE/40/1 200/43/4 ACK/44/4 INVITE/45/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5",
        3: "INVITE/40/1 200/43/4 ACK/44/4 INVITE/45/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5"},
    "transactions-failover": {
        1: "INVITE/40/1 503/48/7 ACK/44/7",
        2: "INVITE/40/1 100/41/2 180/42/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5"},
    "transactions-branches": {1: "CANCEL/47/3 200/49/3 487/48/3 ACK/44/3 486/48/7 ACK/44/7"},
    "transactions-answer-missed": {1: "180/42/3 ACK/44/4 INFO/45/4 200/49/4 BYE/46/5 200/49/5"},
    "transactions-ring-group": {1: "180/42/3 BYE/46/3 200/49/3 200/43/4 ACK/44/4 BYE/46/5 200/49/5"},
    "transactions-begun": {1: "200/49/4", 2: "200/49/5", 3: "CANCEL/47/2 200/49/2 487/48/6 ACK/44/6", 4: "CANCEL/47/2 200/49/2"},
    "transactions-reinvite-missed": {
        1: "180/42/3 488/48/4 ACK/44/4 BYE/46/5 200/49/5", 2: "180/42/3 200/49/4 ACK/44/4 BYE/46/5 200/49/5",
        3: "180/42/3 200/49/4 ACK/44/4 BYE/46/5 200/49/5", 4: "180/42/3 481/48/5 ACK/44/5",
        5: "180/42/3 200/49/5 487/48/5 ACK/44/5"},
    "transactions-early-release-confirmed": {1: "180/42/3 BYE/46/5 200/49/5 ACK/44/6"},
    "transactions-cancel-crossing": {1: "180/42/3 CANCEL/47/3 200/43/4 200/49/4 ACK/44/4 BYE/46/5 200/49/5",
                                     2: "180/42/3 200/43/4 CANCEL/47/4 481/48/4 ACK/44/4 BYE/46/5 200/49/5"},
    "transactions-from-client": {1: "INVITE/40/1 ACK/44/4 BYE/46/5",
                                 2: "INVITE/40/1 ACK/44/1 INVITE/40/1 ACK/44/4 BYE/46/5"},
    "transactions-from-server": {1: "180/42/3 200/43/4 200/49/5", 2: "100/41/2 180/42/3 200/43/4 200/49/5"},
}
# Outcome, releaser and cause of each call
ENDS = {
    "transactions-releases": [("5", "2", ""), ("5", "1", ""), ("5", "1", ""), ("5", "1", ""),
                              ("5", "", "481 Call/Transaction Does Not Exist"), ("5", "1", ""),
                              ("5", "", "481 Call/Transaction Does Not Exist")],
    "transactions-releases-missed": [("5", "1", ""), ("5", "1", ""), ("5", "2", ""), ("5", "1", "481 Call/Transaction Does Not Exist"),
                                     ("5", "1", "408 Request Timeout")],
    "transactions-answers-missed": [("5", "1", ""), ("5", "1", ""), ("7", "", ""), ("5", "1", "")],
    "transactions-retries-missed": [(end, by, cause) for refused in ("486 Busy Here", "", "503 Service Unavailable", "",
                                                                     "486 Busy Here")
                                    for end, by, cause in (("7", "", refused), ("5", "1", ""))],
    "transactions-forks-missed": 2 * [("5", "1", "")],
    "transactions-early-release-refused": 2 * [("5", "2", "")],
    "call-midway-refused": [("5", "", "488 Not Acceptable Here"), ("5", "", ""), ("5", "", "487 Request Terminated")],
    "transactions-early": [("5", "1", ""), ("6", "", "487 Request Terminated"), ("5", "1", ""),
                           ("6", "", 'SIP;cause=200;text="Call completed elsewhere"'), ("5", "1", "")],
    "transactions-again": [("7", "", "407 Proxy Authentication Required")] + 5 * [("5", "1", "")],
    "transactions-untagged": [("5", "1", ""), ("5", "2", ""), ("5", "1", "")],
    "transactions-branches": [("7", "", "486 Busy Here")],
    "transactions-begun": [("8", "", ""), ("5", "", ""), ("6", "", "487 Request Terminated"), ("6", "", "")],
    "transactions-reinvite-missed": 3 * [("5", "1", "")] + [("5", "", "481 Call/Transaction Does Not Exist"), ("5", "2", "")],
    "transactions-early-release-confirmed": [("6", "", "")],
    "transactions-cancel-crossing": 2 * [("5", "1", "")],
    "transactions-refused-unseen": 2 * [("7", "", "")],
    "transactions-from-client": 2 * [("5", "1", "")],
    "transactions-from-server": 2 * [("5", "1", "")],
}


@pytest.mark.parametrize("capture", TOLD)
def test_each_message_has_its_event_and_state(shark, capture):
    rows = shark.rows(capture, "naverphone.call", REQUEST, RESPONSE, "naverphone.event", "naverphone.call.state",
                      only="sip and naverphone.call", two_pass=True)
    for call, told in TOLD[capture].items():
        seen = " ".join(f"{method or status}/{event}/{state}" for number, method, status, event, state in rows
                        if number == str(call))
        assert seen.endswith(told), call


@pytest.mark.parametrize("capture", ENDS)
def test_the_call_has_the_release_that_holds(shark, capture):
    assert shark.rows(capture, "naverphone.call.outcome", "naverphone.call.released_by", "naverphone.call.cause",
                      only="naverphone.call.first", two_pass=True) == ENDS[capture]


def test_a_frame_shows_the_release_of_its_time(shark):
    rows = shark.rows("transactions-releases", "naverphone.call.release_frame", "naverphone.call.released_by",
                      only="frame.number in {14, 15}", two_pass=True)
    assert rows == [("14", "1"), ("22", "2")]


@pytest.mark.parametrize("item", ["not_acknowledged", "challenged_answer"])
def test_one_direction_claims_nothing_of_the_other(shark, item):
    for capture in ("transactions-from-client", "transactions-from-server", "transactions-early", "call-cut-at-answer",
                    "transactions-failover"):
        assert shark.rows(capture, "frame.number", only=f"naverphone.call.{item}", two_pass=True) == []


def test_hold_is_by_whoever_offers_it_until_it_is_refused(shark):
    rows = shark.rows("call-hold", "frame.number", "naverphone.call.hold", only="naverphone.call.hold", two_pass=True)
    assert rows == [("14", "1"), ("17", "3"), ("20", "2"), ("23", "0"), ("26", "1"), ("29", "1")]


def test_crossing_holds_are_refused_one_by_one(shark):
    rows = shark.rows("call-hold-crossing", "frame.number", "naverphone.call.hold", only="naverphone.call.hold", two_pass=True)
    assert rows == [("14", "1"), ("15", "3"), ("20", "1"), ("23", "0")]


def test_acknowledged_refusal_leaves_no_call_unfinished(shark):
    assert shark.frames("transactions-refused-unseen", "naverphone.call.unfinished", two_pass=True) == []
    assert [row["State"] for row in shark.table("transactions-refused-unseen", two_pass=True)] == 2 * ["Rejected"]


def test_call_to_an_equal_uri_follows_its_refer(shark):
    assert shark.rows("call-followed-rewritten", "naverphone.call", "naverphone.call.related", only="naverphone.call.first",
                      two_pass=True) == [("1", ""), ("2", "1"), ("3", "1")]


def test_transfer_replacement_and_redirection_name_the_call_they_follow(shark):
    rows = shark.rows("call-transferred", "naverphone.call", "naverphone.call.related", only="naverphone.call.first",
                      two_pass=True)
    assert rows == [("1", ""), ("2", "1"), ("3", "2"), ("4", ""), ("5", ""), ("6", "5")]
    assert [(row["Follows call"], row["Transferred to"], row["Forwarded by"]) for row in shark.table("call-transferred")] == [
        ("", "021234567", ""), ("1", "", ""), ("2", "", ""), ("", "", "<sip:07012345678@pps.naver.com>;reason=unconditional"),
        ("", "", ""), ("5", "", "")]


def test_headers_of_transfers_stand_on_their_messages(shark):
    field = "naverphone.call."
    rows = shark.rows("call-transferred", "frame.number", field + "refer_to", field + "referred_by", field + "diversion",
                      only=f"{field}refer_to or {field}referred_by or {field}diversion")
    assert rows == [("14", "<sip:021234567@pps.naver.com>", "<sip:01012345678@pps.naver.com>", ""),
                    ("16", "", "<sip:01012345678@pps.naver.com>", ""),
                    ("31", "", "", "<sip:07012345678@pps.naver.com>;reason=unconditional")]
    assert shark.rows("call-transferred", "frame.number", only=f"{field}replaces") == [("23",)]


def test_pickup_forward_and_redirection_across_clients_are_followed(shark):
    rows = shark.rows("call-followed", "naverphone.session", "naverphone.call", "naverphone.call.related",
                      "naverphone.call.outcome", only="naverphone.call.first", two_pass=True)
    assert rows == [("1", "1", "", "6"), ("2", "2", "1", "5"), ("1", "3", "", "7"), ("2", "4", "3", "5"), ("1", "5", "", "7"),
                    ("1", "6", "5", "5")]


def test_call_that_nobody_sent_the_client_to_follows_nothing(shark):
    assert shark.rows("call-not-followed", "naverphone.call", "naverphone.call.related", only="naverphone.call.first",
                      two_pass=True) == [("1", ""), ("2", ""), ("3", "1"), ("4", ""), ("5", ""), ("6", "")]


def test_acks_of_one_cseq_are_told_apart_by_their_branch(shark):
    assert shark.column("transactions-same-cseq", "naverphone.event", only="sip", two_pass=True) == [
        "30", "31", "40", "32", "44", "40", "43", "44", "46", "49"]
    assert shark.frames("transactions-same-cseq", "naverphone.call.not_acknowledged || naverphone.call.challenged_answer",
                        two_pass=True) == []


def test_ack_proves_the_answer_that_the_capture_missed(shark):
    assert shark.frames("transactions-answer-missed", "naverphone.call.early_media or naverphone.media.phase == 1") == []


def test_call_of_a_fork_lasts_until_its_last_bye(shark):
    assert shark.column("transactions-forks-missed", "naverphone.call.duration", only="naverphone.call.first",
                        two_pass=True) == ["0.080000000", "0.080000000"]


def test_retry_whose_invite_was_missed_has_its_media(shark, two_pass):
    assert shark.rows("transactions-retries-missed", "naverphone.call", "naverphone.media.phase", only="rtp",
                      two_pass=two_pass) == [(str(call), "2") for call in (2, 4, 6, 8, 10) for _ in range(6)]


def test_challenged_bye_counts_from_its_repetition(shark):
    assert shark.column("transactions-releases-missed", "naverphone.call.duration", only="naverphone.call.first",
                        two_pass=True) == ["0.136000000", "0.136000000", "", "0.072000000", "0.072000000"]


def test_media_after_an_unseen_answer_are_in_call(shark, two_pass):
    capture = "transactions-answers-missed"
    assert shark.frames(capture, "rtp && naverphone.media.phase != 2", two_pass=two_pass) == []
    assert shark.frames(capture, "naverphone.call.early_media", two_pass=two_pass) == []


def test_invite_after_its_100_follows_the_redirected_call(shark, two_pass):
    assert shark.rows("call-followed-overtaken", "naverphone.call", "naverphone.call.related",
                      only="naverphone.event == 40", two_pass=two_pass) == [("1", ""), ("2", "1")]


def test_cancel_that_begins_a_call_names_its_parties(shark, two_pass):
    assert shark.rows("transactions-begun", "naverphone.call.caller", "naverphone.call.dialled",
                      only="naverphone.event == 47", two_pass=two_pass) == [("hongtest", "01012345678"), ("01012345678", "hongtest")]


def test_media_after_an_unseen_reinvite_are_in_call(shark, two_pass):
    assert shark.column("transactions-reinvite-missed", "naverphone.media.phase", only="rtp", two_pass=two_pass) == 18 * ["2"]
