# SPDX-License-Identifier: GPL-2.0-or-later
"""A frame has one answer: in one pass, in two, at random access in any order, after another display filter, after
loading again, and after preferences were changed and changed back.

Only what lay ahead of a frame may be added later, never changed; but for control messages before their framing was
decided: one pass shows their segments.
"""

import concurrent.futures
import os

import pytest

from comparisons import Accesses, Passes, different, labels
from harness import CAPTURES

NAMES = sorted(path.stem for path in CAPTURES.rglob("*.pcapng"))


@pytest.fixture(scope="module")
def readings(shark):
    """capture → its passes and its accesses to be."""
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    yield {name: [pool.submit(reading, shark, name) for reading in (Passes, Accesses)] for name in NAMES}
    pool.shutdown(cancel_futures=True)


@pytest.fixture(params=NAMES, scope="module")
def capture(request):
    return request.param


@pytest.fixture(scope="module")
def passes(readings, capture):
    return readings[capture][0].result()


@pytest.fixture(scope="module")
def accesses(readings, capture):
    return readings[capture][1].result()


def test_two_passes_keep_every_field_of_one_pass(passes):
    assert passes.lost() == {}


def test_two_passes_add_only_what_lay_ahead(passes):
    assert passes.added() == {}


def test_two_passes_claim_more_frames_only_of_control_and_login_connections(passes):
    assert set(passes.claimed_later().values()) <= {"1", "2"}


def test_the_whole_call_is_told_on_its_first_frame_alone(passes):
    for fields in passes.two:
        names = {field.get("name") for field in fields}
        assert ("naverphone.call.outcome" in names) == ("naverphone.call.first" in names)


def test_the_call_table_is_the_same_in_one_pass_and_two(passes):
    assert passes.calls[0] == passes.calls[1]


def test_the_flow_graph_of_one_pass_lacks_nothing_but_what_was_claimed_later(passes):
    assert passes.lost_arrows() == []
    assert passes.claimed_later() or passes.arrows[0] == passes.arrows[1]


@pytest.mark.parametrize("way", Accesses.WAYS)
def test_every_access_gives_the_same_as_forwards(accesses, way):
    assert different(getattr(accesses, way), accesses.forwards) == []


def test_the_change_of_preferences_changes_what_is_shown(readings):
    accesses = readings["framing-u16be"][1].result()
    assert different(accesses.changed, accesses.forwards) != []


def test_random_access_gives_the_lines_of_two_passes(accesses, passes):
    shown = {number: lines for number, (_, lines) in accesses.forwards.items()}
    assert different(shown, {number: labels(fields) for number, fields in enumerate(passes.two, 1)}) == []
