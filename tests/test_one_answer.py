# SPDX-License-Identifier: GPL-2.0-or-later
"""A frame has one answer: in one pass, in two, at random access in any order, and after loading again.

Only what lay ahead of a frame may be added later, never changed; but for control messages before their framing was
decided: one pass shows their segments.
"""

import collections
import concurrent.futures
import os
import random
import xml.etree.ElementTree as xml

import pytest

from harness import CAPTURES

NAMES = sorted(path.stem for path in CAPTURES.rglob("*.pcapng"))
SEED = 20091230     # the day the service closed

# What lies ahead of the first frames of a session or call
AHEAD = {
    "naverphone.identity", "naverphone.session.login_frame", "naverphone.session.register_frame",
    "naverphone.session.logout_frame", "naverphone.control.logout_frame", "naverphone.control.duration",
    "naverphone.login.response_frame", "naverphone.call.answer_frame", "naverphone.call.release_frame",
    "naverphone.call.post_dial_delay", "naverphone.call.setup_time", "naverphone.call.duration",
    "naverphone.call.released_by", "naverphone.call.cause", "naverphone.call.outcome",
    "naverphone.control.reassembled_in", "naverphone.control.refers_to", "naverphone.control.refers_to.frame",
}
LATER_ITEMS = {"naverphone.register.incomplete", "naverphone.call.not_acknowledged", "naverphone.call.unfinished",
               "naverphone.media.one_way", "naverphone.media.none"}
EXPERT = {"_ws.expert", "_ws.expert.message", "_ws.expert.severity", "_ws.expert.group"}


def trees(pdml: str) -> list:
    """The naverphone fields of each frame."""
    return [[field for tree in packet.iterfind("proto[@name='naverphone']") for field in tree.iter()]
            for packet in xml.fromstring(pdml).iterfind("packet")]


# What a control frame shows whether its framing is known or not
OF_EVERY_SEGMENT = {"naverphone.control.direction", "naverphone.control.connect_frame",
                    "naverphone.control.logout_frame", "naverphone.control.duration"}
SEGMENT = ("naverphone.control.framing_origin", "3")


def values(fields) -> collections.Counter:
    return collections.Counter((field.get("name"), field.get("show")) for field in fields)


def comparable(one, two) -> tuple:
    """The values of a frame in one pass and in two, but for the messages where one pass does not know them yet."""
    one, two = values(one), values(two)
    if SEGMENT in one and SEGMENT not in two:
        return tuple(collections.Counter({field: count for field, count in found.items() if is_of_segment(field[0])})
                     for found in (one, two))
    return one, two


def is_of_segment(name) -> bool:
    return name in OF_EVERY_SEGMENT or not (name.startswith("naverphone.control.") or name in EXPERT)


def labels(fields) -> list:
    """The lines of the tree, as the window has them."""
    return [field.get("showname") for field in fields if field.get("hide") != "yes"]


class Passes:
    """One capture in one pass and in two."""

    def __init__(self, shark, capture):
        self.one, self.two = (trees(shark.read(capture, "-T", "pdml", two_pass=two_pass)) for two_pass in (False, True))
        self.calls = [shark.table(capture, two_pass=two_pass) for two_pass in (False, True)]
        self.arrows = [shark.flow(capture, two_pass=two_pass) for two_pass in (False, True)]


class Accesses:
    """One capture in sharkd: frame number to what it shows, by the order in which the frames were asked for."""

    def __init__(self, shark, capture):
        with shark.sharkd(capture) as session:
            numbers = [int(frame["num"]) for frame in session.ask("frames")]
            shuffled = random.Random(f"{SEED} {capture}").sample(numbers, len(numbers))
            self.forwards = self.visit(session, numbers)
            self.backwards = self.visit(session, reversed(numbers))
            self.shuffled = self.visit(session, shuffled)
            session.ask("load", file=shark.stage.find(capture))
            self.loaded_again = self.visit(session, shuffled)

    @staticmethod
    def visit(session, numbers) -> dict:
        """Columns and our lines of each frame. The rest is others': HTTP's request URI depends on the order also
        without us."""
        return {number: (session.ask("frame", frame=number, columns=True)["col"], session.lines(number))
                for number in numbers}


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


def different(some: dict, others: dict) -> list:
    assert some.keys() == others.keys()
    return [number for number in some if some[number] != others[number]]


def test_two_passes_keep_every_field_of_one_pass(passes):
    lost = {}
    for number, frame in enumerate(zip(passes.one, passes.two), 1):
        one, two = comparable(*frame)
        if one - two:
            lost[number] = one - two
    assert lost == {}


def test_two_passes_add_only_what_lay_ahead(passes):
    added = {}
    for number, frame in enumerate(zip(passes.one, passes.two), 1):
        one, two = comparable(*frame)
        names = {name for name, _ in two - one}
        if names & LATER_ITEMS:
            names -= LATER_ITEMS | EXPERT
        if one and names - AHEAD:
            added[number] = names - AHEAD
    assert added == {}


def test_two_passes_claim_more_frames_only_of_control_and_login_connections(passes):
    for one, two in zip(passes.one, passes.two):
        if two and not one:
            assert dict(values(two).keys())["naverphone.leg"] in "12"


def test_the_whole_call_is_told_on_its_first_frame_alone(passes):
    for fields in passes.two:
        names = {field.get("name") for field in fields}
        assert ("naverphone.call.outcome" in names) == ("naverphone.call.first" in names)


def test_the_call_table_is_the_same_in_one_pass_and_two(passes):
    assert passes.calls[0] == passes.calls[1]


def test_the_flow_graph_of_one_pass_lacks_nothing_but_what_was_claimed_later(passes):
    one, two = passes.arrows
    claimed_later = any(two and not one for one, two in zip(passes.one, passes.two))
    assert (collections.Counter(one) <= collections.Counter(two)) if claimed_later else one == two


def test_backwards_gives_the_same_as_forwards(accesses):
    assert different(accesses.backwards, accesses.forwards) == []


def test_shuffled_gives_the_same_as_forwards(accesses):
    assert different(accesses.shuffled, accesses.forwards) == []


def test_loading_again_gives_the_same(accesses):
    assert different(accesses.loaded_again, accesses.forwards) == []


def test_random_access_gives_the_lines_of_two_passes(accesses, passes):
    shown = {number: lines for number, (_, lines) in accesses.forwards.items()}
    assert different(shown, {number: labels(fields) for number, fields in enumerate(passes.two, 1)}) == []
