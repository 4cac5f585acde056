# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures the processor time and memory of processes."""

import concurrent.futures
import multiprocessing
import os
import subprocess
import tempfile
from typing import NamedTuple

from harness import complaints_in


def apart(function, *arguments):
    """Calls the function in a separate process. A process inherits its parent's peak memory, which would distort the
    measurement."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(function, *arguments).result()


class Use(NamedTuple):
    seconds: float      # processor time, user and system
    memory: int         # bytes, peak resident size
    status: int


def use_of(process: subprocess.Popen) -> Use:
    """Waits for the process to end."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Use(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, process.returncode)


class Cost(NamedTuple):
    seconds: float      # as in Use
    memory: int
    lines: int          # of standard output
    said: str           # standard error without Wireshark's notices
    status: int


class Running:
    """A running tshark. A wc counts its output, which is discarded."""

    def __init__(self, shark, *arguments):
        self.stderr = tempfile.TemporaryFile("w+", errors="replace")
        self.tshark = subprocess.Popen(shark.command("tshark", *arguments), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=self.stderr)
        self.counter = subprocess.Popen(["wc", "-l"], stdin=self.tshark.stdout, stdout=subprocess.PIPE, text=True)
        self.tshark.stdout.close()

    def cost(self) -> Cost:
        """Waits for tshark to end."""
        use = use_of(self.tshark)
        lines = int(self.counter.communicate()[0])
        with self.stderr:
            self.stderr.seek(0)
            said = "\n".join(complaints_in(self.stderr.read()))
        return Cost(use.seconds, use.memory, lines, said, use.status)


def cost_of(shark, *arguments) -> Cost:
    return Running(shark, *arguments).cost()
