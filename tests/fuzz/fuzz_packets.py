#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens damaged captures in tshark with a sanitized plugin and reports failures.

Each round damages captures (mutations.py, seeded by the round's number) until there are enough packets, and shows them
in each of the ways below. A failing capture is kept and printed with the command that reproduces the failure.
"""

import sys

import mutations
from findings import Findings, add_seed, parser_of
from sanitized import Sanitized
from harness import CAPTURES, Stage

STATISTICS = [part for name in ("naverphone,calls", "naverphone,sessions", "naverphone,layout", "naverphone,tree",
                                "flow,naverphone,network", "expert") for part in ("-z", name)]
# (wmem allocator, options): strict finds writes beyond an allocation, simple lets the sanitizer check each allocation.
WAYS = [("simple", ["-V", *STATISTICS]), ("strict", ["-2", "-V", *STATISTICS]), ("simple", ["-2", "-T", "json"]),
        ("simple", ["-2", "-Y", "naverphone.call || naverphone.control.payload", "-T", "fields", "-e", "naverphone.session"])]
ROUND = 5000        # packets


def main() -> int:
    parser = parser_of(__doc__, "captures to damage (all of test-captures)")
    parser.add_argument("--packets", type=int, default=10000, help="how many damaged packets at least (10000)")
    add_seed(parser)
    chosen = parser.parse_args()
    findings = Findings(chosen.keep)
    captures = mutations.read_all(chosen.captures or sorted(CAPTURES.rglob("*.pcapng")))
    with Stage() as stage:
        shark = Sanitized(stage)
        for capture in findings.rounds(stage, captures, chosen.packets, chosen.seed, ROUND):
            for shark.wmem, options in WAYS:
                wrong = shark.what_is_wrong(capture, options)
                if wrong:
                    findings.add(capture, f"wmem {shark.wmem}, tshark -r {{}} {' '.join(options)}:", wrong)
    return findings.end(f"{findings.packets} damaged packets, each shown in {len(WAYS)} ways")


if __name__ == "__main__":
    sys.exit(main())
