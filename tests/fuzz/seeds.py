#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs of fuzz_dissectors: writes our captures with a big-endian length of two bytes before each frame."""

import pathlib
import sys

import mutations

CAPTURES = pathlib.Path(__file__).resolve().parent.parent.parent / "test-captures"
MOST_FRAMES = 256       # limit of fuzz_dissectors


def environment(stage) -> list:
    """libwireshark reads the names of network card makers for each capture and never frees them, so none are installed
    here."""
    return [f"WIRESHARK_DATA_DIR={stage.folder}/no-plugins"]


def main(folder: pathlib.Path):
    folder.mkdir(parents=True, exist_ok=True)
    for capture in sorted(CAPTURES.rglob("*.pcapng")):
        frames = [packet.frame for packet in mutations.read(capture)[:MOST_FRAMES]]
        seed = b"".join(len(frame).to_bytes(2, "big") + frame for frame in frames)
        (folder / capture.stem).write_bytes(seed)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
