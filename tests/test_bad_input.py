# SPDX-License-Identifier: GPL-2.0-or-later
"""Truncated frames and lost packets: no crash, no warning, and the built-in dissection stays as it was."""

import concurrent.futures
import os
import random
import subprocess

import pytest

from test_transparency import FOREIGN, NAMES, changed_frames, frames_of

SNAP_LENGTHS = range(54, 201)       # from the end of a TCP header without options on
DROPS = range(10)                   # every tenth packet, from each of the first ten on
SEED = 20091230
STATISTICS = ("-z", "naverphone,calls", "-z", "flow,naverphone,network", "-z", "expert")


def made(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


class Damaged:
    """Captures of the test's own, made with Wireshark's tools."""

    def __init__(self, stage):
        self.stage = stage
        self.everything = self.new("everything", "mergecap", "-a", "-w", None, *map(stage.find, NAMES))

    def new(self, name, program, *arguments):
        """Runs the program, which writes the new capture where the arguments say None."""
        path = self.stage.new_capture(f"damaged-{name}.pcapng")
        made(program, *(path if argument is None else argument for argument in arguments))
        path.chmod(0o644)
        return path

    def cut(self, capture, length):
        """Every frame cut at the snap length."""
        name = getattr(capture, "stem", capture)
        return self.new(f"{name}-{length}", "editcap", "-s", length, self.stage.find(capture), None)

    def thinned(self, capture, first):
        """Every tenth packet dropped."""
        count = len(subprocess.run(["tshark", "-r", self.stage.find(capture), "-T", "fields", "-e", "frame.number"],
                                   capture_output=True, text=True, check=True).stdout.split())
        dropped = range(first + 1, count + 1, 10)
        return self.new(f"{capture}-less-{first}", "editcap", self.stage.find(capture), None, *dropped)


@pytest.fixture(scope="module")
def damaged(stage):
    return Damaged(stage)


@pytest.fixture(scope="module")
def pool():
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    yield pool
    pool.shutdown(cancel_futures=True)


def survives(shark, capture):
    """Everything shown in two passes. The harness wants exit status 0 and nothing on standard error."""
    shown = shark.read(capture, "-V", *STATISTICS, two_pass=True)
    capture.unlink()
    assert "Dissector bug" not in shown
    return shown


def changes(shark, bare, capture, two_pass) -> list:
    """Frames whose built-in dissection the plugin changed."""
    return changed_frames(*(frames_of(wireshark.read(capture, "-T", "pdml", two_pass=two_pass))
                            for wireshark in (shark, bare)))


# ---- every snap length, over all captures put one after the other ------------------------------

@pytest.fixture(scope="module")
def cut_everything(shark, damaged, pool):
    return {length: pool.submit(lambda length=length: survives(shark, damaged.cut(damaged.everything, length)))
            for length in SNAP_LENGTHS}


@pytest.mark.parametrize("length", SNAP_LENGTHS)
def test_every_capture_survives_being_cut(cut_everything, length):
    cut_everything[length].result()


# ---- every tenth packet dropped, from each of the first ten on -------------------------------

@pytest.fixture(scope="module")
def thinned(shark, damaged, pool):
    return {(name, first): pool.submit(lambda name=name, first=first: survives(shark, damaged.thinned(name, first)))
            for name in NAMES for first in DROPS}


@pytest.mark.parametrize("capture", NAMES)
def test_every_capture_survives_the_loss_of_every_tenth_packet(thinned, capture):
    for first in DROPS:
        thinned[capture, first].result()


# ---- the built-in dissection, at some snap lengths and drops of each capture -------------------

def chosen(capture):
    """A snap length among the shortest, one among the others, and a drop; each capture has its own."""
    choice = random.Random(f"{SEED} {capture}")
    return choice.choice(SNAP_LENGTHS[:40]), choice.choice(SNAP_LENGTHS[40:]), choice.choice(DROPS)


@pytest.fixture(scope="module")
def changed(shark, bare, damaged, pool):
    def all_changes(name):
        short, long, first = chosen(name)
        return {f"{path.stem} {two_pass=}": changes(shark, bare, path, two_pass)
                for path in (damaged.cut(name, short), damaged.cut(name, long), damaged.thinned(name, first))
                for two_pass in (False, True)}
    return {name: pool.submit(all_changes, name) for name in NAMES}


@pytest.mark.parametrize("capture", NAMES)
def test_built_in_dissection_of_damaged_captures_is_unchanged(changed, capture):
    found = changed[capture].result()
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("capture", FOREIGN)
def test_damage_makes_nothing_ours(shark, damaged, capture):
    for path in (*(damaged.cut(capture, length) for length in (54, 66, 90, 120, 160)),
                 *(damaged.thinned(capture, first) for first in DROPS)):
        assert shark.frames(path, "naverphone", two_pass=True) == []
