# SPDX-License-Identifier: GPL-2.0-or-later
"""Truncated frames and lost packets: no crash, no warning, and no foreign frame becomes ours. script/fuzz properties
checks that the built-in dissection of damaged captures does not change.
"""

import concurrent.futures
import os
import pathlib
import subprocess

import pytest

from comparisons import Dissection, changed_frames
from test_every_capture import ALL, FOREIGN

# Ends of headers, and one byte less and more: TCP with and without options, UDP with RTP or RTCP; also positions in the
# first lines of SIP and HTTP and in the header of a control message
SNAP_LENGTHS = (34, 42, 46, 53, 54, 55, 60, 66, 74, 90, 118, 170)
DROPS = range(10)                   # every tenth packet, starting at each of the first ten
STATISTICS = ("-z", "naverphone,calls", "-z", "flow,naverphone,network", "-z", "expert")


class Damaged:
    """Damaged captures made with Wireshark's tools."""

    def __init__(self, stage):
        self.stage = stage
        self.everything = self.joined("everything", [path.stem for path in ALL])
        self.foreign = self.joined("foreign", FOREIGN)

    def joined(self, name, captures):
        """Concatenates captures."""
        return self.new(name, "mergecap", "-a", "-w", None, *map(self.stage.find, captures))

    def cut(self, capture, length):
        """Cuts every frame at the snap length."""
        return self.new(f"{name_of(capture)}-{length}", "editcap", "-s", length, self.stage.find(capture), None)

    def thinned(self, capture, first):
        """Drops every tenth packet."""
        listed = made("capinfos", "-c", "-M", "-T", "-r", self.stage.find(capture))
        return self.without(capture, range(first + 1, int(listed.split()[-1]) + 1, 10))

    def without(self, capture, frames):
        """Drops these frames. A short capture may not have any of them."""
        which = "-".join(map(str, [*frames][:2])) or "none"
        return self.new(f"{name_of(capture)}-less-{which}", "editcap", self.stage.find(capture), None, *frames)

    def new(self, name, program, *arguments):
        """Runs the program. It writes the new capture where the arguments have None."""
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


# ---- all captures joined -----------------------------------------------------------------------

def survives(shark, damage, *how):
    """Shows everything in two passes. The exit status must be 0 and standard error empty."""
    capture = damage(*how)
    shown = shark.read(capture, "-V", *STATISTICS, two_pass=True)
    capture.unlink()
    assert "Dissector bug" not in shown and "Malformed Packet: NaverPhone" not in shown


@pytest.fixture(scope="module")
def survivals(shark, damaged, pool):
    return {(damage, how): pool.submit(survives, shark, damage, damaged.everything, how)
            for damage, all_hows in ((damaged.cut, SNAP_LENGTHS), (damaged.thinned, DROPS)) for how in all_hows}


@pytest.mark.parametrize("length", SNAP_LENGTHS)
def test_cut_frames_cause_no_warning(survivals, damaged, length):
    survivals[damaged.cut, length].result()


@pytest.mark.parametrize("first", DROPS)
def test_lost_packets_cause_no_warning(survivals, damaged, first):
    survivals[damaged.thinned, first].result()


# ---- SIP on the ports of RTP -------------------------------------------------------------------

def changes(shark, bare, capture) -> dict:
    """Frames whose built-in dissection the plugin changed, in one pass or two."""
    return {"two passes" if two_pass else "one pass":
            changed_frames(*(Dissection(wireshark, capture, two_pass).frames for wireshark in (shark, bare)))
            for two_pass in (False, True)}


def test_sip_on_ports_of_rtp_without_sdp_stays_sip(shark, bare, damaged):
    frames_with_sdp = 3, 6
    found = changes(shark, bare, damaged.without("sip-rtp-same-ports", frames_with_sdp))
    assert found == {"one pass": [], "two passes": []}


# ---- foreign captures ------------------------------------------------------------------------------

@pytest.mark.parametrize("length", SNAP_LENGTHS)
def test_cut_foreign_frames_stay_foreign(shark, damaged, length):
    assert shark.frames(damaged.cut(damaged.foreign, length), "naverphone", two_pass=True) == []


@pytest.mark.parametrize("first", DROPS)
def test_foreign_frames_stay_foreign_after_loss(shark, damaged, first):
    assert shark.frames(damaged.thinned(damaged.foreign, first), "naverphone", two_pass=True) == []
