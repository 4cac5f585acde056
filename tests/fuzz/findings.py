# SPDX-License-Identifier: GPL-2.0-or-later
"""What the programs that damage captures have in common: how they are told, their rounds, and what they find."""

import argparse
import pathlib
import shutil
import sys

import mutations


def parser_of(program: str, captures: str) -> argparse.ArgumentParser:
    """program: its docstring. captures: what it does with those named, and without."""
    parser = argparse.ArgumentParser(description=program.splitlines()[0])
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("."), help="folder for captures that fail (.)")
    parser.add_argument("captures", nargs="*", type=pathlib.Path, help=captures)
    return parser


def add_seed(parser):
    parser.add_argument("--seed", type=int, default=1, help="number of the first round (1)")


class Findings:
    """What was found wrong. Its captures are kept in a folder."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.count = 0
        self.packets = 0        # of all rounds

    def rounds(self, stage, captures: list, wanted: int, seed: int, size: int):
        """Captures of so many damaged packets each, made of lists of packets, until there are as many as wanted."""
        number = seed
        while self.packets < wanted:
            capture = stage.new_capture(f"round-{number}-of-{size}.pcap")
            self.packets += mutations.write(capture, mutations.round_of(captures, number, size))
            yield capture
            capture.unlink()
            number += 1
            self.progress(f"{self.packets} packets of {number - seed} rounds")

    def add(self, capture: pathlib.Path, command: str, wrong: str):
        """Keeps the capture and says what is wrong and which command shows it again: {} in it is the capture kept."""
        self.count += 1
        kept = self.folder / capture.name
        if kept != capture:
            shutil.copy(capture, kept)
        print(f"{command.format(kept)}\n{wrong}\n", flush=True)

    def progress(self, done: str):
        print(f"{done}, {self.count} failures", file=sys.stderr, flush=True)

    def end(self, done: str) -> int:
        """The exit status."""
        print(f"{done}: {self.count} failures")
        return 1 if self.count else 0
