# SPDX-License-Identifier: GPL-2.0-or-later
"""Shared by the programs that damage captures: options, rounds and findings."""

import argparse
import pathlib
import shutil
import sys

import mutations


def parser_of(program: str, captures: str) -> argparse.ArgumentParser:
    """program: its docstring. captures: help for the captures, named or default."""
    parser = argparse.ArgumentParser(description=program.splitlines()[0])
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("."), help="folder for captures that fail (.)")
    parser.add_argument("captures", nargs="*", type=pathlib.Path, help=captures)
    return parser


def add_seed(parser):
    parser.add_argument("--seed", type=int, default=1, help="number of the first round (1)")


class Findings:
    """The failures found. Their captures are kept in a folder."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.count = 0
        self.packets = 0        # of all rounds

    def rounds(self, stage, captures: list, wanted: int, seed: int, size: int):
        """Yields damaged captures of the given size, each made from lists of packets, until the wanted number of
        packets is reached."""
        number = seed
        while self.packets < wanted:
            capture = stage.new_capture(f"round-{number}-of-{size}.pcap")
            self.packets += mutations.write(capture, mutations.round_of(captures, number, size))
            yield capture
            capture.unlink()
            number += 1
            self.progress(f"{self.packets} packets of {number - seed} rounds")

    def add(self, capture: pathlib.Path, command: str, wrong: str):
        """Keeps the capture, and prints what is wrong and the command that reproduces it. {} in the command is the kept
        capture."""
        self.count += 1
        kept = self.folder / capture.name
        if kept != capture:
            shutil.copy(capture, kept)
        print(f"{command.format(kept)}\n{wrong}\n", flush=True)

    def progress(self, done: str):
        print(f"{done}, {self.count} failures", file=sys.stderr, flush=True)

    def end(self, done: str) -> int:
        """Prints the summary and returns the exit status."""
        print(f"{done}: {self.count} failures")
        return 1 if self.count else 0
