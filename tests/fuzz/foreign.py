#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks foreign captures: no frame is ours, and tshark's output is the same as without the plugin, letter by letter.
"""

import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import TIMEOUT, Stage, Wireshark       # noqa: E402

WAYS = [["-V"], ["-2", "-V"], ["-2", "-T", "json"],
        ["-q", *(part for name in ("io,phs", "conv,tcp", "conv,udp", "sip,stat", "http,tree", "rtp,streams", "expert")
                 for part in ("-z", name))]]


def shown(shark, *arguments) -> tuple:
    """tshark's output and exit status. With and without the plugin, it must refuse the same invalid or damaged
    files."""
    done = subprocess.run(shark.command("tshark", *arguments), capture_output=True, timeout=TIMEOUT)
    return done.stdout, done.returncode


def what_is_wrong(shark, bare, capture) -> list:
    wrong = [f"tshark -r {capture} {' '.join(way)}: not as without the plugin" for way in WAYS
             if shown(shark, "-r", capture, *way) != shown(bare, "-r", capture, *way)]
    claimed, _ = shown(shark, "-r", capture, "-2", "-Y", "naverphone", "-T", "fields", "-e", "frame.number")
    if claimed:
        wrong.append(f"{capture}: {len(claimed.splitlines())} frames are taken for ours")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("captures", nargs="+", type=pathlib.Path, help="captures, or folders of them")
    chosen = parser.parse_args()
    files = [file for path in chosen.captures
             for file in (sorted(filter(pathlib.Path.is_file, path.rglob("*"))) if path.is_dir() else [path])]
    frames = captures = failed = 0
    with Stage() as stage:
        shark, bare = Wireshark(stage), Wireshark(stage, plugin=False)
        for file in files:
            capture = stage.copy(file)
            count = len(shown(bare, "-r", capture, "-T", "fields", "-e", "frame.number")[0].splitlines())
            if count:
                captures += 1
                frames += count
                wrong = what_is_wrong(shark, bare, capture)
                failed += bool(wrong)
                print(*wrong, sep="\n", end="\n" if wrong else "", flush=True)
            capture.unlink()
    print(f"{captures} foreign captures with {frames} frames: {failed} claimed or changed")
    return 1 if failed or not captures else 0


if __name__ == "__main__":
    sys.exit(main())
