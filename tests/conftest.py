# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: tshark and sharkd with the plugin under test."""

import hashlib
import pathlib
import sys

import pytest

from harness import BUILD, QUICK, ROOT, SERIES_ALONE, Stage, Wireshark, built_plugin, source_archive

sys.path.insert(0, str(ROOT / "tests" / "fuzz"))    # for all tests

import bounds   # noqa: E402


# Test files that do not depend on Wireshark's series
ONCE = {"archive", "bench", "build", "captures", "check", "fuzz", "package", "profile", "setup", "versions"}


def pytest_collection_modifyitems(items):
    if SERIES_ALONE:
        for item in items:
            if item.path.stem.removeprefix("test_") in ONCE:
                item.add_marker(pytest.mark.skip(reason="asked once for all versions"))


@pytest.fixture(scope="session")
def stage():
    with Stage() as made:
        yield made


@pytest.fixture(scope="session")
def shark(stage):
    """tshark and sharkd with the plugin. Fails unless the loaded plugin is the one just built."""
    wireshark = Wireshark(stage, fast=True)
    ours = [line.split("\t") for line in wireshark.run("-G", "plugins").splitlines() if line.startswith("naverphone.so")]
    assert len(ours) == 1, "tshark -G plugins lists no naverphone.so"
    loaded = pathlib.Path(ours[0][-1].strip())
    assert hashlib.sha256(loaded.read_bytes()).digest() == hashlib.sha256(built_plugin().read_bytes()).digest()
    return wireshark


@pytest.fixture(scope="session")
def bare(stage):
    """The same tshark without the plugin."""
    return Wireshark(stage, plugin=False, fast=True)


@pytest.fixture(params=[True] if QUICK else [False, True], ids=["two passes"] if QUICK else ["one pass", "two passes"])
def two_pass(request):
    """Runs a test in one pass and in two. Use it for settings and for captures that test_every_capture.py does not
    read. For the others, that file shows that the passes differ only in what depends on later frames."""
    return request.param


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The source archive, unpacked."""
    return source_archive(BUILD, tmp_path_factory.mktemp("source"))


@pytest.fixture
def forged(stage):
    """Makes a capture of forged frames."""
    def make(frames):
        path = stage.new_capture("forged.pcap")
        bounds.write(frames, path)
        return path
    return make
