#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads captures with the plugin and without it, in one pass, in two and at random access, and reports differences.

Captures named as arguments are read as they are. Then they, or ours if none is named, are read damaged, in rounds.
comparisons.py defines what the plugin may change and what later passes may add.
"""

import sys

import mutations
from findings import Findings, add_seed, parser_of
from sanitized import Sanitized
from comparisons import Accesses, Comparison, Passes
from harness import CAPTURES, Stage, Wireshark

ROUND = 500         # packets; sharkd shows each seven times
SHOWN = 5           # of each failure


def faults(shark, bare, capture) -> list:
    """A line for each violated property."""
    readings = [(f"{'-2' if two_pass else 'one pass'}: ", lambda two_pass=two_pass:
                 Comparison(shark, bare, capture, two_pass).faults()) for two_pass in (False, True)]
    readings += [("", lambda: Passes(shark, capture).faults()), ("sharkd: ", lambda: Accesses(shark, capture).faults(bare))]
    return [f"{way}{what}: {few(found)}" for way, reading in readings for what, found in attempted(reading).items() if found]


def attempted(reading) -> dict:
    """A reading that fails is a finding, too: a warning, a crash or a missing answer."""
    try:
        return reading()
    except Exception as failure:        # continue with the next rounds whatever it is
        return {type(failure).__name__: [str(failure)[:2000]]}


def few(found) -> str:
    shown = [*found.items()] if isinstance(found, dict) else found
    return f"{shown[:SHOWN]}{' and more' if len(shown) > SHOWN else ''}"


def main() -> int:
    parser = parser_of(__doc__, "captures to read as they are, and to damage (ours, which script/test reads as they are)")
    parser.add_argument("--packets", type=int,
                        help="how many damaged packets at least (5000; 0 where captures are named)")
    add_seed(parser)
    chosen = parser.parse_args()
    wanted = chosen.packets if chosen.packets is not None else 0 if chosen.captures else 5000
    findings = Findings(chosen.keep)
    with Stage() as stage:
        shark, bare = Sanitized(stage), Wireshark(stage, plugin=False)

        def check(capture):
            wrong = "\n".join(faults(shark, bare, capture))
            if wrong:
                findings.add(capture, "script/fuzz properties {}:", wrong)

        for number, capture in enumerate(chosen.captures, 1):
            check(stage.copy(capture))
            findings.progress(f"{number} captures")
        captures = mutations.read_all(chosen.captures or sorted(CAPTURES.rglob("*.pcapng"))) if wanted else []
        for capture in findings.rounds(stage, captures, wanted, chosen.seed, ROUND):
            check(capture)
    return findings.end(f"{len(chosen.captures)} captures as they are and {findings.packets} damaged packets")


if __name__ == "__main__":
    sys.exit(main())
