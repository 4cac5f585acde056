# SPDX-License-Identifier: GPL-2.0-or-later
"""Truncated frames and lost packets: no crash, no warning, and the built-in dissection stays as it was."""

import concurrent.futures
import os
import pathlib
import random
import subprocess

import pytest

from comparisons import changed_frames, frames_of
from test_transparency import FOREIGN, NAMES

SNAP_LENGTHS = range(54, 201)       # from the end of a TCP header without options on
DROPS = range(10)                   # every tenth packet, from each of the first ten on
SEED = 20091230
STATISTICS = ("-z", "naverphone,calls", "-z", "flow,naverphone,network", "-z", "expert")


class Damaged:
    """Captures of the test's own, made with Wireshark's tools."""

    def __init__(self, stage):
        self.stage = stage
        self.everything = self.joined("everything", NAMES)
        self.foreign = self.joined("foreign", FOREIGN)

    def joined(self, name, captures):
        """Captures one after the other."""
        return self.new(name, "mergecap", "-a", "-w", None, *map(self.stage.find, captures))

    def cut(self, capture, length):
        """Every frame cut at the snap length."""
        return self.new(f"{name_of(capture)}-{length}", "editcap", "-s", length, self.stage.find(capture), None)

    def thinned(self, capture, first):
        """Every tenth packet dropped."""
        listed = made("capinfos", "-c", "-M", "-T", "-r", self.stage.find(capture))
        return self.without(capture, range(first + 1, int(listed.split()[-1]) + 1, 10))

    def without(self, capture, frames):
        """Those frames dropped; a short capture may have none of them."""
        which = "-".join(map(str, [*frames][:2])) or "none"
        return self.new(f"{name_of(capture)}-less-{which}", "editcap", self.stage.find(capture), None, *frames)

    def new(self, name, program, *arguments):
        """Runs the program, which writes the new capture where the arguments say None."""
        path = self.stage.new_capture(f"damaged-{name}.pcapng")
        made(program, *(path if argument is None else argument for argument in arguments))
        path.chmod(0o644)
        return path


def made(program, *arguments) -> str:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def name_of(capture) -> str:
    return capture.stem if isinstance(capture, pathlib.Path) else capture


@pytest.fixture(scope="module")
def damaged(stage):
    return Damaged(stage)


@pytest.fixture(scope="module")
def pool():
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    yield pool
    pool.shutdown(cancel_futures=True)


# ---- all captures, one after the other ---------------------------------------------------------

def survives(shark, damage, *how):
    """Shows everything in two passes. The harness wants exit status 0 and nothing on standard error."""
    capture = damage(*how)
    shown = shark.read(capture, "-V", *STATISTICS, two_pass=True)
    capture.unlink()
    assert "Dissector bug" not in shown and "Malformed Packet: NaverPhone" not in shown


@pytest.fixture(scope="module")
def survivals(shark, damaged, pool):
    return {(damage, how): pool.submit(survives, shark, damage, damaged.everything, how)
            for damage, all_hows in ((damaged.cut, SNAP_LENGTHS), (damaged.thinned, DROPS)) for how in all_hows}


@pytest.mark.parametrize("length", SNAP_LENGTHS)
def test_frames_cut_at_any_length_do_no_harm(survivals, damaged, length):
    survivals[damaged.cut, length].result()


@pytest.mark.parametrize("first", DROPS)
def test_the_loss_of_every_tenth_packet_does_no_harm(survivals, damaged, first):
    survivals[damaged.thinned, first].result()


# ---- each capture on its own -------------------------------------------------------------------

def changes(shark, bare, damage, *how) -> dict:
    """Frames whose built-in dissection the plugin changed, in one pass or two."""
    capture = damage(*how)
    return {f"{capture.stem}, {'two passes' if two_pass else 'one pass'}":
            changed_frames(*(frames_of(wireshark.read(capture, "-T", "pdml", two_pass=two_pass))
                             for wireshark in (shark, bare)))
            for two_pass in (False, True)}


def chosen(capture) -> tuple:
    """A short snap length or a long one, and a drop: each capture has its own."""
    choice = random.Random(f"{SEED} {capture}")
    return choice.choice(choice.choice((SNAP_LENGTHS[:40], SNAP_LENGTHS[40:]))), choice.choice(DROPS)


@pytest.fixture(scope="module")
def all_changes(shark, bare, damaged, pool):
    return {name: [pool.submit(changes, shark, bare, damage, name, how)
                   for damage, how in zip((damaged.cut, damaged.thinned), chosen(name))]
            for name in NAMES}


@pytest.mark.parametrize("capture", NAMES)
def test_built_in_dissection_of_damaged_captures_is_unchanged(all_changes, capture):
    for found in all_changes[capture]:
        assert {name: frames for name, frames in found.result().items() if frames} == {}


def test_sip_on_the_ports_of_rtp_without_sdp_stays_sip(shark, bare, damaged):
    frames_with_sdp = 3, 6
    found = changes(shark, bare, damaged.without, "sip-rtp-same-ports", frames_with_sdp)
    assert {name: frames for name, frames in found.items() if frames} == {}


# ---- foreign captures ------------------------------------------------------------------------------

@pytest.mark.parametrize("length", SNAP_LENGTHS[::10])
def test_being_cut_makes_nothing_ours(shark, damaged, length):
    assert shark.frames(damaged.cut(damaged.foreign, length), "naverphone", two_pass=True) == []


@pytest.mark.parametrize("first", DROPS)
def test_loss_makes_nothing_ours(shark, damaged, first):
    assert shark.frames(damaged.thinned(damaged.foreign, first), "naverphone", two_pass=True) == []
