# SPDX-License-Identifier: GPL-2.0-or-later
"""What a process costs: processor time and memory."""

import concurrent.futures
import multiprocessing
import os
import subprocess
import tempfile
from typing import NamedTuple

from harness import complaints_in


def apart(function, *arguments):
    """What it returns, called in a process of its own: the most memory that this one ever had would count as that of each
    process that it starts afterwards."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(function, *arguments).result()


class Use(NamedTuple):
    seconds: float      # of the processor, user and system
    memory: int         # bytes, the most that was resident
    status: int


def use_of(process: subprocess.Popen) -> Use:
    """Waits for its end."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Use(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, process.returncode)


class Cost(NamedTuple):
    seconds: float      # as in Use
    memory: int
    lines: int          # of standard output
    said: str           # standard error, but for notices of Wireshark itself
    status: int


class Running:
    """A tshark that runs. Its output is counted, by a wc of its own, and thrown away."""

    def __init__(self, shark, *arguments):
        self.stderr = tempfile.TemporaryFile("w+", errors="replace")
        self.tshark = subprocess.Popen(shark.command("tshark", *arguments), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=self.stderr)
        self.counter = subprocess.Popen(["wc", "-l"], stdin=self.tshark.stdout, stdout=subprocess.PIPE, text=True)
        self.tshark.stdout.close()

    def cost(self) -> Cost:
        """Waits for its end."""
        use = use_of(self.tshark)
        lines = int(self.counter.communicate()[0])
        with self.stderr:
            self.stderr.seek(0)
            said = "\n".join(complaints_in(self.stderr.read()))
        return Cost(use.seconds, use.memory, lines, said, use.status)


def cost_of(shark, *arguments) -> Cost:
    return Running(shark, *arguments).cost()
