# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that run for a while, including dumpcap."""

import signal
import subprocess
import time
from contextlib import contextmanager

PATIENCE = 15               # maximum seconds of a single step


@contextmanager
def listening(output, wanted):
    """Captures loopback traffic that matches the capture filter with dumpcap."""
    with program("dumpcap", "-q", "-i", "lo", "-f", wanted, "-w", output, "-a", "duration:60") as dumpcap:
        wait_for(output.exists, dumpcap)
        time.sleep(0.5)     # dumpcap creates the file before it listens
        yield
        time.sleep(1)       # the last packets are still in the kernel's buffer
        dumpcap.send_signal(signal.SIGINT)
        dumpcap.wait(PATIENCE)


def wait_for(condition, running):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if running.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{running.args[0]} did not start: {said(running)}")
        time.sleep(0.05)


@contextmanager
def program(*command, folder=None):
    """Runs a program and makes sure that it ends."""
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        try:
            yield process
        finally:
            process.kill()      # does nothing if the program has ended


def said(process):
    """The standard error of a failed program."""
    process.kill()
    return process.stderr.read().strip()
