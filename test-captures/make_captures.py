#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the test captures, with the same bytes on every run. Needs python3-scapy."""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

from maker import documented, scenarios     # noqa: E402,F401  (they list themselves)
from maker.capture import Capture           # noqa: E402
from maker.scenario import SCENARIOS        # noqa: E402


def main():
    wanted = arguments()
    unknown = [name for name in wanted.names if name not in SCENARIOS]
    if unknown:
        sys.exit(f"make_captures.py: no such capture: {' '.join(unknown)} (--list names them all)")
    chosen = [SCENARIOS[name] for name in wanted.names or SCENARIOS]
    if wanted.list:
        print("\n".join(f"{scenario.name:28} {scenario.sentence}" for scenario in chosen))
    else:
        for scenario in chosen:
            make(scenario, wanted.output)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=HERE, metavar="DIR",
                        help="folder to write to (default: where this script is)")
    parser.add_argument("--list", action="store_true", help="say what each capture shows, and make none")
    parser.add_argument("names", nargs="*", metavar="NAME", help="captures to make (default: all)")
    return parser.parse_args()


def make(scenario, output):
    capture = Capture()
    scenario.write(capture)
    folder = output / scenario.folder
    folder.mkdir(parents=True, exist_ok=True)
    capture.write(folder / f"{scenario.name}.pcapng", f"Made by make_captures.py, not recorded. {scenario.sentence}")


if __name__ == "__main__":
    main()
