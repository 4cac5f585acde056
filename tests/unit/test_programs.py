# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs each test of the unit test program in NP_UNIT_PROGRAM."""

import os
import subprocess

import pytest

PROGRAM = os.environ["NP_UNIT_PROGRAM"]
ALL_SKIPPED = 77        # exit status of g_test_run()


def run(*options):
    return subprocess.run([PROGRAM, *options], capture_output=True, text=True, errors="replace")


def scenarios() -> list:
    lines = [line.removeprefix("# ") for line in run("-l").stdout.splitlines()]     # newer versions of GLib print TAP
    listed = [line for line in lines if line.startswith("/")]
    assert listed, f"{PROGRAM} lists no tests"
    return listed


@pytest.mark.parametrize("scenario", scenarios())
def test_unit(scenario):
    done = run("-p", scenario)
    if done.returncode == ALL_SKIPPED:
        pytest.skip(done.stdout.partition("# SKIP")[2].strip())
    assert done.returncode == 0, done.stdout + done.stderr
