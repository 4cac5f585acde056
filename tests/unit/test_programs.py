# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit tests in C, one by one: each program lists its own (NP_UNIT_PROGRAM names it)."""

import os
import subprocess

import pytest

PROGRAM = os.environ["NP_UNIT_PROGRAM"]
ALL_SKIPPED = 77        # what g_test_run() then returns


def run(*options):
    return subprocess.run([PROGRAM, *options], capture_output=True, text=True, errors="replace")


def scenarios() -> list:
    lines = [line.removeprefix("# ") for line in run("-l").stdout.splitlines()]     # newer glibs write TAP here, too
    listed = [line for line in lines if line.startswith("/")]
    assert listed, f"{PROGRAM} lists no tests"
    return listed


@pytest.mark.parametrize("scenario", scenarios())
def test_unit(scenario):
    done = run("-p", scenario)
    if done.returncode == ALL_SKIPPED:
        pytest.skip(done.stdout.partition("# SKIP")[2].strip())
    assert done.returncode == 0, done.stdout + done.stderr
