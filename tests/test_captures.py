# SPDX-License-Identifier: GPL-2.0-or-later
"""The test captures are reproducible, and the README describes each."""

import re
import subprocess
import sys

import pytest

from harness import CAPTURES

README = (CAPTURES / "README.md").read_text()
RECORDED = CAPTURES / "recorded-call.pcapng"
FOUND = re.findall(r"^\| `([\w-]+)` \|", README.partition("\n## Found by fuzzing\n")[2].partition("\n## ")[0], re.M)
MADE = sorted(path.relative_to(CAPTURES) for path in CAPTURES.rglob("*.pcapng")
              if path != RECORDED and path.parent.name != "framing" and path.stem not in FOUND)
SMALL = README.partition("\n## Small captures\n")[2].partition("\n## Adding a scenario\n")[0]
NAMED = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", SMALL, re.M)


def maker(*arguments) -> str:
    return subprocess.run([sys.executable, "-B", CAPTURES / "make_captures.py", *arguments], capture_output=True,
                          text=True, check=True, timeout=300).stdout


@pytest.fixture(scope="module")
def made_again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("captures")
    maker("-o", folder)
    return folder


@pytest.fixture(scope="module")
def sentences():
    """The descriptions of captures in make_captures.py."""
    return dict(re.split(r"\s+", line, maxsplit=1) for line in maker("--list").splitlines())


def test_captures_are_reproducible(made_again):
    assert [str(capture) for capture in MADE
            if (made_again / capture).read_bytes() != (CAPTURES / capture).read_bytes()] == []


def test_every_capture_of_the_maker_exists(made_again):
    assert sorted(path.relative_to(made_again) for path in made_again.rglob("*.pcapng")) == MADE


def test_readme_names_each_small_capture_once(sentences):
    assert sorted(name for name, _ in NAMED) == sorted(path.stem for path in MADE
                                                      if path.parent.name in ("small", "regress"))


def test_readme_has_the_makers_description_of_each_capture(sentences):
    assert {name: shows for name, shows in NAMED if sentences.get(name) != shows} == {}


def test_readme_names_every_capture():
    assert [path.name for path in CAPTURES.rglob("*.pcapng") if f"`{path.stem}" not in README] == []


@pytest.mark.parametrize("name", ["documented-call.pcapng", "recorded-call.pcapng"])
def test_readme_has_the_origin_of_both_large_captures(name):
    assert re.search(rf"^\| `{name}` \| (made|recorded)", README, re.M)


def test_made_captures_are_marked_as_not_recorded():
    told = subprocess.run(["capinfos", "-k", *(CAPTURES / capture for capture in MADE)], capture_output=True, text=True,
                          check=True).stdout
    assert {str(capture) for capture, said in zip(MADE, told.split("File name:")[1:], strict=True)
            if "Made by make_captures.py, not recorded." not in said} == set()
