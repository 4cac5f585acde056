# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures of script/bench, and its verdicts on given numbers. No time is measured here."""

import os
import sys
from types import SimpleNamespace

import pytest

from harness import ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))

import bench        # noqa: E402
import captures     # noqa: E402
import limits       # noqa: E402

SESSIONS, LENGTH = 4, 100


@pytest.fixture
def make(stage, request):
    def made(kind, packets=SESSIONS * LENGTH, length=LENGTH, **how):
        path = stage.new_capture(f"bench-{kind}.pcap")
        request.addfinalizer(lambda: path.unlink(missing_ok=True))
        return path, captures.make(path, kind, packets, SESSIONS, length, **how)
    return made


def test_sessions_have_two_calls_with_media_both_ways(shark, make):
    path, _ = make("naver")
    sessions = shark.table(path, "naverphone,sessions", two_pass=True)
    assert [(row["Calls"], row["Login"], row["State"]) for row in sessions] == [("2", "Succeeded", "Logged out")] * SESSIONS
    assert len({row["Client"] for row in sessions}) == len({row["Identity"] for row in sessions}) == SESSIONS
    calls = shark.table(path, two_pass=True)
    assert [(row["State"], row["Media"]) for row in calls] == [("Released", "Both ways")] * 2 * SESSIONS


def test_middle_capture_has_running_and_new_sessions(shark, make):
    path, packets = make("naver", packets=2 * LENGTH, is_middle=True)
    sessions = shark.table(path, "naverphone,sessions", two_pass=True)
    assert packets == pytest.approx(2 * LENGTH, rel=0.3)
    assert {row["Login"] for row in sessions} == {"-", "Succeeded"}
    seconds = shark.column(path, "frame.time_epoch", only="frame")
    assert seconds == sorted(seconds)


def test_all_frames_of_the_capture_are_ours(shark, make):
    path, packets = make("naver")
    assert len(shark.frames(path, "naverphone || tcp.len == 0", two_pass=True)) == packets


def test_filters_select_the_third_call(shark, make):
    path, _ = make("naver")
    found = shark.frames(path, limits.THIRD_CALL)
    assert found != [] and found == shark.frames(path, "naverphone.call == 3 && sip")


@pytest.mark.parametrize("kind", ["foreign", "web"])
def test_no_frame_of_a_foreign_capture_is_ours(shark, make, kind):
    path, packets = make(kind)
    assert packets > 0 and shark.frames(path, "naverphone", two_pass=True) == []


def test_foreign_capture_has_the_same_packets_and_protocols(shark, make):
    twins = [shark.rows(make(kind)[0], "frame.len", "ip.proto", only="sip || rtp || http || tcp || udp")
             for kind in ("naver", "foreign")]
    assert twins[0] == twins[1]


def test_framing_of_the_control_capture_is_inferred(shark, make):
    path, _ = make("control", packets=140, length=100)
    messages = shark.rows(path, "naverphone.control.message", only="naverphone.control.message", two_pass=True)
    assert sum(len(row[0].split(",")) for row in messages) == 2 * 100
    assert shark.frames(path, 'naverphone.control.framing == "u16be@2+4"', two_pass=True) != []


def test_same_seed_gives_the_same_capture(make):
    contents = [make("naver", seed=seed)[0].read_bytes() for seed in (1, 1, 2)]
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.parametrize("ratio, limit, allowance, expected", [
    (1.01, 1.01, 1, True), (1.011, 1.01, 1, False), (0.9, 1.01, 1, True),
    (1.10, 1.05, 2, True), (1.101, 1.05, 2, False), (1.04, 1.01, 2, True), (1.041, 1.01, 2, False)])
def test_ratio_holds_up_to_a_multiple_of_its_allowance(ratio, limit, allowance, expected):
    assert limits.holds(ratio, limit, allowance) == expected


@pytest.mark.parametrize("rounds, expected", [(3, (1, 3)), (5, (1, 5)), (6, (1, 6)), (11, (2, 10)), (15, (4, 12)), (41, (14, 28)),
                                              (201, (87, 115))])
def test_interval_contains_the_true_median(rounds, expected):
    assert limits.interval(range(rounds, 0, -1)) == expected


def row(name, seconds, memory, **more):
    ratio = seconds[0] / seconds[1]
    return {"name": name, "title": name, "ratio": ratio, "between": (ratio, ratio), "limit": 1.05, "memory_limit": 1.03,
            "seconds": seconds, "memory": memory, "memory_ratio": memory[0] / memory[1], **more}


def test_apart_calls_in_another_process():
    assert bench.apart(os.getpid) != os.getpid()


def test_growth_is_ours_divided_by_theirs():
    rows = [row("few", [1.1, 1.0], [100, 100]), row("many", [22.0, 10.0], [400, 200])]
    growth = bench.growth_of(rows, limits.Growth("ten times", "few", "many"))
    assert growth == {"title": "ten times", "seconds": pytest.approx(2), "memory": pytest.approx(2),
                      "between": pytest.approx((2, 2))}
    assert bench.growth_of(rows[:1], limits.Growth("ten times", "few", "many")) is None


@pytest.mark.parametrize("between, expected", [
    ((1.06, 1.2), ("time", 1.1)), ((1.0, 1.04), ("time", 1.1)), ((1.04, 1.2), ("instructions", 1.02))])
def test_instructions_decide_when_times_cannot_tell(between, expected):
    unsure = row("unsure", [1.1, 1.0], [100, 100], between=between, instructions=[102, 100])
    assert bench.decisive(unsure, short=False) == (expected[0], pytest.approx(expected[1]))


@pytest.mark.parametrize("between, expected", [((1.0, 1.05), "1.05 yes"), ((1.0, 1.06), "1.05 yes (unsure)")])
def test_verdict_reports_when_times_cannot_tell(between, expected):
    assert bench.row_verdict(row("any", [1.04, 1.0], [100, 100], between=between)) == expected


def test_growth_has_the_uncertainty_of_both_ratios():
    rows = [row("few", [1.0, 1.0], [1, 1], between=(0.9, 1.1)), row("many", [1.0, 1.0], [1, 1], between=(0.8, 1.2))]
    growth = bench.growth_of(rows, limits.Growth("more", "few", "many"))
    assert growth["between"] == pytest.approx((0.8 / 1.1, 1.2 / 0.9))


def test_sides_alternate_in_running_first():
    ran = []
    machine = SimpleNamespace(run=lambda side, path: ran.append(side) or side)
    sides = SimpleNamespace(ours="ours", theirs="theirs")
    assert [bench.Bench.pair(machine, sides, "path", order) for order in bench.ORDERS] == [[("ours", "theirs")]] * 2
    assert ran == ["ours", "theirs", "theirs", "ours"]


def test_each_side_runs_on_both_processors_side_by_side():
    started = []
    machine = SimpleNamespace(processors=[4, 7], end=lambda side: side,
                              start=lambda side, path, processors: started.append((side, processors)) or side)
    sides = SimpleNamespace(ours="ours", theirs="theirs")
    assert bench.Bench.swapped(machine, sides, "path") == [("ours", "theirs")] * 2
    assert started == [("ours", [4]), ("theirs", [7]), ("ours", [7]), ("theirs", [4])]


def test_short_form_judges_instructions_and_memory_with_noise():
    rows = [row("noisy", [1.5, 1.0], [100, 100], instructions=[101, 100]), row("near", [1.09, 1.0], [105, 100])]
    beyond = row("beyond", [1.0, 1.0], [107, 100], instructions=[112, 100])
    assert bench.failures({"short": True, "rows": [beyond, row("slow", [9.0, 1.0], [100, 100])], "growth": []}) == [
        "beyond: instructions 1.120, 1.05 allowed", "beyond: memory 1.070, 1.03 allowed"]
    unusual = row("short", [1.5, 1.0], [100, 100])
    assert bench.failures({"short": True, "rows": [unusual], "growth": []}) == []
    assert len(bench.failures({"short": False, "rows": [unusual], "growth": []})) == 1
    assert bench.failures({"short": True, "rows": rows, "growth": []}) == []
    assert bench.failures({"short": False, "rows": rows, "growth": []}) == [
        "noisy: time 1.500, 1.05 allowed", "near: time 1.090, 1.05 allowed", "near: memory 1.050, 1.03 allowed"]
