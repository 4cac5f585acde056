#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens our captures mixed with other traffic, with a sanitized plugin.

insert: payloads of other protocols between the packets of each call, on all its addresses and ports.
join: several of our packets in one frame, and tunnels.
Each round writes many such stories into one capture and opens it in one pass, in two, and in sharkd in random order. It
compares the layers of some stories with those that tshark shows without the plugin. A failing story is reduced to the
packets needed to fail, and kept.
"""

import concurrent.futures
import itertools
import os
import pathlib
import sys

import fuzz_prefixes
import joins
import mutations
import stories
from findings import Findings, add_seed, parser_of
from opening import NONE_IS_OURS, Opening
from payloads import Payloads, foreign_payloads
from reducing import Search
from harness import CAPTURES, Stage

KINDS = {"insert": (stories.inserted, 1), "join": (joins.joined, joins.WLAN)}       # with the link type
STORIES = 120           # per capture
COMPARED = 10           # stories per round whose layers are compared with tshark without the plugin


class Company:
    """Rounds of insert or join."""

    def __init__(self, chosen, stage):
        self.chosen = chosen
        self.opening = Opening(stage, chosen.released)
        self.change, link_type = KINDS[chosen.kind]
        self.findings = Findings(chosen.keep)
        self.search = Search(stage, self.findings, link_type, chosen.failures)
        captures = mutations.read_all(chosen.captures or sorted(CAPTURES.rglob("*.pcapng")))
        self.captures = list(map(fuzz_prefixes.without_the_middle_of_streams, captures))
        foreign = foreign_payloads(self.opening.bare, chosen.foreign) if chosen.foreign else {}
        self.payloads = Payloads(self.captures, foreign)
        self.frames = self.changed = 0

    def stories(self, number) -> tuple:
        """The stories of a round, and how many of their frames are inserted or joined."""
        found = [stories.story_of(self.change, self.captures, self.payloads, self.chosen.seed, number * STORIES + each)
                 for each in range(STORIES)]
        return [story for story, _ in found if story], sum(count for _, count in found)

    def round(self, number) -> tuple:
        told, changed = self.stories(number)
        name, opening = f"{self.chosen.kind}-{self.chosen.seed}-{number}", self.opening
        for way, what_is_wrong in (
                ("tshark -r {} -V:", lambda capture: opening.in_tshark(capture, "-V")),
                ("wmem strict, tshark -r {} -2 -V:", lambda capture: opening.in_tshark(capture, "-2", "-V", wmem="strict")),
                ("sharkd, frames of {} in random order:", opening.at_random)):
            self.search.check(told, name, way, what_is_wrong)
        self.search.check(told[:COMPARED], name, "layers of {} with the plugin and without:",
                          lambda capture: opening.changed(capture, follow=False).replace(NONE_IS_OURS, ""))
        return sum(map(len, told)), changed

    def run(self) -> int:
        workers = os.cpu_count()
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            numbers = itertools.count()
            while self.changed < self.chosen.frames and self.findings.count < self.chosen.failures:
                for frames, changed in pool.map(self.round, itertools.islice(numbers, workers)):
                    self.frames += frames
                    self.changed += changed
                self.findings.progress(f"{self.chosen.kind}: {self.changed} frames of {self.frames}")
        return self.findings.end(f"{self.chosen.kind}: {self.changed} frames of {self.frames}, each shown in one pass, in two "
                                 "and in sharkd")


def main() -> int:
    parser = parser_of(__doc__, "captures to take (all of test-captures)")
    parser.add_argument("--frames", type=int, default=1000, help="how many inserted or joined frames at least (1000)")
    parser.add_argument("--released", action="store_true", help="the plugin is built without sanitizers")
    parser.add_argument("--foreign", type=pathlib.Path, help="folder of captures whose payloads are inserted, too")
    parser.add_argument("--failures", type=int, default=10, help="ends after so many failures (10)")
    parser.add_argument("kind", choices=KINDS)
    add_seed(parser)
    with Stage() as stage:
        return Company(parser.parse_args(), stage).run()


if __name__ == "__main__":
    sys.exit(main())
