#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes our captures as inputs of fuzz_dissectors: per frame two bytes of length, big-endian, and the frame."""

import pathlib
import sys

import mutations

CAPTURES = pathlib.Path(__file__).resolve().parent.parent.parent / "test-captures"
MOST_FRAMES = 256       # what fuzz_dissectors reads


def main(folder: pathlib.Path):
    folder.mkdir(parents=True, exist_ok=True)
    for capture in sorted(CAPTURES.rglob("*.pcapng")):
        frames = [packet.frame for packet in mutations.read(capture)[:MOST_FRAMES]]
        seed = b"".join(len(frame).to_bytes(2, "big") + frame for frame in frames)
        (folder / capture.stem).write_bytes(seed)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
