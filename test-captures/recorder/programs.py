# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that run for a while, and dumpcap among them."""

import signal
import subprocess
import time
from contextlib import contextmanager

PATIENCE = 15               # seconds that any single step may take


@contextmanager
def listening(output, wanted):
    """Let dumpcap write what passes on loopback and suits the capture filter, meanwhile."""
    with program("dumpcap", "-q", "-i", "lo", "-f", wanted, "-w", output, "-a", "duration:60") as dumpcap:
        wait_for(output.exists, dumpcap)
        time.sleep(0.5)     # between making the file and listening
        yield
        time.sleep(1)       # what was sent last is still in the kernel's buffer
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
    """A program running meanwhile; whatever happens, it is gone afterwards."""
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        try:
            yield process
        finally:
            process.kill()      # does nothing to one that has ended


def said(process):
    """What a program that failed wrote on standard error."""
    process.kill()
    return process.stderr.read().strip()
