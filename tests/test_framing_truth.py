# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the framings inferred from recorded streams of real protocols with the true ones.

test-captures/framing/truth.tsv has the framing of each direction by the protocol's specification, and other framings
that split the same bytes alike. pytest -s prints a table: right, abstained or wrong.
"""

import csv
import typing

import pytest
from scapy.layers.inet import TCP
from scapy.utils import rdpcap, wrpcap

from harness import CAPTURES

SEGMENT, NONE = "segment", "none"
UP, DOWN = "1", "2"
CONFIDENT = 0.9
MANY = 20       # messages in a direction that suffice to infer the framing


class Truth(typing.NamedTuple):
    """A row of truth.tsv."""
    capture: str
    port: str
    direction: str
    framing: str
    preface: str
    messages: str
    length: str
    same_cuts: str
    note: str

    @property
    def alike(self) -> set:
        return {self.framing} | {framing.strip() for framing in self.same_cuts.split(",")}


class Verdict(typing.NamedTuple):
    truth: Truth
    framing: str
    confidence: float

    @property
    def word(self) -> str:
        if self.framing == SEGMENT:
            return "right" if self.truth.framing == NONE else "abstained"
        return "right" if self.framing in self.truth.alike else "wrong"


def truths() -> list:
    lines = (CAPTURES / "framing" / "truth.tsv").read_text().splitlines()
    return [Truth(*row) for row in csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t")]


TRUTHS = truths()
# Directions whose framing was not inferred when they were recorded. A known fault that is mended needs no line here.
FAULTS = {
    ("rsync", "client"): "abstained: 5 messages after lines",
    ("rsync", "server"): "abstained: 5 messages after lines",
}


def key(truth) -> tuple:
    return truth.capture, truth.direction


def unexpected(verdicts) -> list:
    """The wrong ones that are not known."""
    return [verdict for verdict in verdicts if verdict.word == "wrong" and key(verdict.truth) not in FAULTS]


def infer(shark, truth) -> Verdict:
    direction = UP if truth.direction == "client" else DOWN
    *_, (framing, confidence) = shark.rows(
        truth.capture, "naverphone.control.framing", "naverphone.control.confidence", two_pass=True,
        only=f"naverphone.control.framing && naverphone.control.direction == {direction}",
        options=("-d", f"tcp.port=={truth.port},naverphone"))
    return Verdict(truth, framing, float(confidence))


@pytest.fixture(scope="module")
def verdicts(shark):
    found = [infer(shark, truth) for truth in TRUTHS]
    for truth, framing, confidence in found:
        print(f"{truth.capture:20} {truth.direction:7} {truth.messages:>4} messages  {truth.framing:12} "
              f"{framing:12} {confidence:5.2f}  {Verdict(truth, framing, confidence).word}")
    return found


def test_framing_of_9_in_10_streams_is_right(verdicts):
    framed = [verdict.word for verdict in verdicts
              if verdict.truth.framing != NONE and int(verdict.truth.messages) >= MANY]
    assert len(framed) >= 25 and framed.count("right") >= 0.9 * len(framed)


@pytest.mark.parametrize("truth", [
    pytest.param(truth, id="-".join(key(truth)),
                 marks=[pytest.mark.xfail(reason=FAULTS[key(truth)])] if key(truth) in FAULTS else [])
    for truth in TRUTHS])
def test_direction_has_the_framing_of_its_protocol(verdicts, truth):
    assert [verdict.word for verdict in verdicts if verdict.truth == truth] == ["right"]


def test_no_wrong_framing_has_high_confidence(verdicts):
    assert [verdict for verdict in unexpected(verdicts) if verdict.confidence >= CONFIDENT] == []


@pytest.mark.parametrize("capture", ["ssh", "tls-application-data", "random", "gzip", "rfb"])
def test_unstructured_streams_have_no_framing(verdicts, capture):
    of_capture = [verdict for verdict in verdicts if verdict.truth.capture == capture]
    assert [(verdict.framing, verdict.confidence < 0.5) for verdict in of_capture] == [(SEGMENT, True)] * 2


@pytest.mark.parametrize("truth", [truth for truth in TRUTHS if truth.framing != NONE and truth.preface == "0"],
                         ids=lambda truth: f"{truth.capture}-{truth.direction}")
def test_user_row_splits_the_stream_into_its_messages(shark, truth):
    row = f'uat:naverphone_control_framing:"127.0.0.10","{truth.port}","{truth.framing}","0","0","0","0","0","be"'
    direction = UP if truth.direction == "client" else DOWN
    numbers = shark.column(truth.capture, "naverphone.control.message",
                           only=f"naverphone.control.message && naverphone.control.direction == {direction}",
                           options=("-d", f"tcp.port=={truth.port},naverphone", "-o", row))
    assert numbers[-1].split(",")[-1] == truth.messages


# ---- later connections to the same server ------------------------------------------------------------------

SERVER_PORT = 20900


def in_a_row(target, captures):
    """The recorded connections in succession, as if to one server."""
    packets, later = [], 0
    for turn, capture in enumerate(captures):
        port = next(int(truth.port) for truth in TRUTHS if truth.capture == capture)
        recorded = rdpcap(str(CAPTURES / "framing" / f"{capture}.pcapng"))
        for packet in recorded:
            tcp = packet[TCP]
            for field in ("sport", "dport"):
                setattr(tcp, field, SERVER_PORT if getattr(tcp, field) == port else 40000 + turn)
            packet.time += later - recorded[0].time
            del tcp.chksum
        later = packets[-1].time + 10 if packets else 10
        packets += recorded
    wrpcap(str(target), packets)
    target.chmod(0o644)


@pytest.mark.parametrize("captures", [("ldap-short", "ldap-short", "ldap"),
                                      ("mqtt-publisher", "mqtt-publisher", "mqtt-long")], ids=lambda names: names[-1])
def test_undecided_connections_give_the_next_one_no_framing(shark, stage, captures):
    target = stage.new_capture(f"{captures[-1]}-in-a-row.pcap")
    in_a_row(target, captures)
    confidences = shark.column(target, "naverphone.control.confidence", two_pass=True,
                               only="naverphone.control.framing && tcp.stream == 2",
                               options=("-d", f"tcp.port=={SERVER_PORT},naverphone"))
    assert confidences and max(map(float, confidences)) < CONFIDENT


def test_each_protocol_behind_one_port_is_judged_by_itself(shark, stage):
    """The connections of all recorded protocols, one after the other, as if they were to one server."""
    captures = list(dict.fromkeys(truth.capture for truth in TRUTHS))
    target = stage.new_capture("mixed.pcap")
    in_a_row(target, captures)
    found = {(int(stream), direction): (framing, float(confidence)) for stream, direction, framing, confidence in shark.rows(
        target, "tcp.stream", "naverphone.control.direction", "naverphone.control.framing", "naverphone.control.confidence",
        two_pass=True, only="naverphone.control.framing", options=("-d", f"tcp.port=={SERVER_PORT},naverphone"))}
    verdicts = [Verdict(truth, *found[captures.index(truth.capture), UP if truth.direction == "client" else DOWN])
                for truth in TRUTHS]
    assert unexpected(verdicts) == []
    assert [verdict for verdict in verdicts if verdict.word != "right" and key(verdict.truth) not in FAULTS] == []
