# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads every capture in every way: built-in dissection does not change, and each frame is always shown the same.

Built-in dissectors show the same with the plugin as without it. Exceptions are control payload, which the plugin
dissects, and RTP without SDP, which it hands to the RTP dissector. In these frames everything up to TCP or UDP must be
the same.

A frame is shown the same in one pass, in two, at random access in any order, after another display filter, after
reloading, and after preferences were changed and restored. Later passes may only add what depends on later frames. They
may change control messages only before the framing is inferred, where one pass shows segments.

Starting Wireshark takes much longer than reading a capture. So most captures are joined into files, each with its own
client, sequence numbers and Call-IDs, and all tests share the readings. Failures name the passes and frames, and the
frames at which the captures of a file start.
"""

import collections
import concurrent.futures
import os
from typing import NamedTuple

import fuzz_prefixes
import mutations
import pytest
import stories

from comparisons import (STATISTICS, STATISTICS_OF_PAYLOAD, Accesses, Comparison, Dissection, Passes, columns_of, different,
                         labels, listed)
from harness import CAPTURES, QUICK, SERIES_ALONE

FOREIGN = ("foreign-mix", "sip-foreign-provider", "sip-evil-domain", "login-evil-host", "http-web-8081",
           "control-client-port", "control-other-port", "control-port-only-http", "control-port-only-ssh",
           "control-port-only-tls")
SAMPLE = ("full-session", "framing-u16be", "framing-midstream", "two-clients", "call-in-icmp",
          "media-after-release", "sip-tcp")
# Captures that are not joined: those without Ethernet, and those with RTP without SDP, because Wireshark's RTP then takes
# the same ports of any other client for RTP, too. A test wants the first by its name.
ALONE = ["framing-u16be", "call-midway", "media-unsignalled", *sorted({
    path.stem for pattern in ("*-in-one-frame", "media-*") for path in (CAPTURES / "regress").glob(f"{pattern}.pcapng")})]
# The recorded protocols are read with one series only, because other captures show the differences between series.
ALL = sorted(path for path in CAPTURES.rglob("*.pcapng") if not (SERIES_ALONE and path.parent.name == "framing"))
JOINED = [path for path in ALL if path.stem not in (*ALONE, *FOREIGN)]
FILES = 8           # of joined captures
RECORDED = 60       # packets of a recorded protocol: by then its framing is inferred
AT_ONCE = 4         # files per sharkd
WORDS = {False: "one pass", True: "two passes"}


def comparison_faults(comparison) -> dict:
    return {"built-in layers": comparison.changed_frames(), "columns": comparison.changed_columns(),
            "number of columns": len(comparison.columns) != len(comparison.bare_columns),
            "statistics": comparison.statistics != comparison.bare_statistics and (
                comparison.changed_statistics() or "in another order"),
            "taken": comparison.taken()}


def tells_the_call_elsewhere(fields) -> bool:
    names = {field.get("name") for field in fields}
    return ("naverphone.call.outcome" in names) != ("naverphone.call.first" in names)


def passes_faults(passes) -> dict:
    claimed = passes.claimed_later()
    return {"lost": passes.lost(), "added": passes.added(),
            "claimed": {number: leg for number, leg in claimed.items() if leg not in "12"},
            "first frame": [number for number, fields in enumerate(passes.two, 1) if tells_the_call_elsewhere(fields)],
            "calls": passes.calls[0] != passes.calls[1] and passes.calls,
            "lost arrows": passes.lost_arrows(),
            "arrows": not claimed and passes.arrows[0] != passes.arrows[1] and passes.arrows}


def accesses_faults(accesses, passes) -> dict:
    shown = {number: lines for number, (_, lines) in accesses.forwards.items()}
    return accesses.differences() | {
        "random access": different(shown, {number: labels(fields) for number, fields in enumerate(passes.two, 1)})}


def faults_of(shark, bare, sessions, file) -> dict:
    """(what, pass or none) → the fault. The sessions are of sharkd with the plugin and without it."""
    capture = file.capture
    dissections = {two_pass: Dissection(shark, capture, two_pass) for two_pass in (False, True)}
    passes, accesses = Passes(shark, capture, dissections.values()), Accesses(shark, capture, sessions[0])
    sessions[1].ask("load", file=bare.stage.find(capture))
    bare_columns = columns_of(sessions[1].ask("frames"))
    found = {(what, None): fault for faults in (passes_faults(passes), accesses_faults(accesses, passes))
             for what, fault in faults.items()}
    found["changed", None] = different(accesses.changed, accesses.forwards)
    for two_pass, ours in dissections.items():
        comparison = Comparison(shark, bare, capture, two_pass, ours,
                                (accesses.columns if two_pass else listed(shark, capture), bare_columns))
        if not two_pass and comparison.changed_columns():       # one pass may differ from two even without the plugin
            comparison.bare_columns = listed(bare, capture)
        found |= {(what, two_pass): fault for what, fault in comparison_faults(comparison).items()}
        found["foreign", two_pass] = file.is_foreign and [number for number, frame in enumerate(ours.frames, 1) if frame.ours]
    return found


class File(NamedTuple):
    """A file that is read as one."""
    capture: object     # path, or name of one of our captures
    name: str           # includes the first frame of each joined capture
    is_foreign: bool = False


def packets_of(capture) -> list:
    """The capture's packets, without the middle of media streams and the rest of recorded protocols, which are all alike."""
    packets = fuzz_prefixes.without_the_middle_of_streams(mutations.read(capture))
    return packets[:RECORDED] if capture.parent.name == "framing" else packets


def joined(stage, name, paths, is_foreign=False) -> File:
    """Joins captures into one file."""
    path, first, begins, told = stage.new_capture(f"joined-{name}.pcap"), 1, [], []
    for place, capture in enumerate(paths, 1):
        told.append(stories.moved(fuzz_prefixes.told_apart(packets_of(capture), place), place))
        begins.append(f"{first} {capture.stem}")
        first += len(told[-1])
    mutations.write(path, mutations.joined(told))
    return File(path, f"{path.name} ({', '.join(begins)})", is_foreign)


@pytest.fixture(scope="module")
def foreign(stage):
    """All foreign captures."""
    return joined(stage, "foreign", [path for path in ALL if path.stem in FOREIGN], True)


def faults_of_some(shark, bare, files) -> dict:
    """File name → its faults. One sharkd reads all of the files."""
    with shark.sharkd(files[0].capture) as ours, bare.sharkd(files[0].capture) as theirs:
        return {file.name: faults_of(shark, bare, (ours, theirs), file) for file in files}


@pytest.fixture(scope="module")
def faults(shark, bare, foreign):
    """Returns a function: subject → faults by file and pass."""
    files = [foreign] if QUICK else [foreign, *(joined(shark.stage, number, JOINED[number::FILES]) for number in range(FILES))]
    files += [File(name, name) for name in (SAMPLE if QUICK else ALONE)]
    some = [files[number:number + AT_ONCE] for number in range(0, len(files), AT_ONCE)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(collections.ChainMap(*pool.map(lambda files: faults_of_some(shark, bare, files), some)))

    def over_all(subject) -> dict:
        assert all(any(what == subject for what, _ in of_file) for of_file in found.values())
        return {f"{name}, {WORDS[two_pass]}" if two_pass is not None else name: fault
                for name, of_file in found.items() for (what, two_pass), fault in of_file.items()
                if what == subject and fault}
    return over_all


# ---- with the plugin and without it -------------------------------------------------------------------

def test_built_in_layers_do_not_change(faults):
    assert faults("built-in layers") == {}


def test_columns_change_only_on_control_and_unsignalled_frames(faults):
    assert faults("number of columns") == {}
    assert faults("columns") == {}


def test_statistics_of_other_protocols_do_not_change(faults):
    assert faults("statistics") == {}


def test_weak_evidence_takes_no_frame_from_another_dissector(faults):
    assert faults("taken") == {}


def test_foreign_captures_have_no_naverphone_field(faults):
    assert faults("foreign") == {}


def test_foreign_captures_do_not_change_at_all(shark, bare, foreign, two_pass):
    options = ["-P", "-V", "-x", *(part for statistic in (*STATISTICS, *STATISTICS_OF_PAYLOAD, "rtp,streams")
                                   for part in ("-z", statistic))]
    text, bare_text = (wireshark.read(foreign.capture, *options, two_pass=two_pass) for wireshark in (shark, bare))
    assert text == bare_text, foreign.name


# ---- in one pass, in two and at random access ------------------------------------------------------------

def test_two_passes_keep_every_field_of_one_pass(faults):
    assert faults("lost") == {}


def test_two_passes_add_only_what_depends_on_later_frames(faults):
    assert faults("added") == {}


def test_two_passes_claim_more_of_control_and_login_only(faults):
    assert faults("claimed") == {}


def test_outcome_is_shown_on_the_first_frame_of_a_call_only(faults):
    assert faults("first frame") == {}


def test_call_table_is_the_same_in_one_pass_and_two(faults):
    assert faults("calls") == {}


def test_one_pass_flow_graph_lacks_only_frames_claimed_later(faults):
    assert faults("lost arrows") == {}
    assert faults("arrows") == {}


@pytest.mark.parametrize("way", Accesses.WAYS)
def test_every_way_of_access_shows_the_same(faults, way):
    assert faults(way) == {}


def test_changed_preferences_change_what_is_shown(faults):
    assert faults("changed")["framing-u16be"] != []


def test_random_access_shows_the_lines_of_two_passes(faults):
    assert faults("random access") == {}
