# SPDX-License-Identifier: GPL-2.0-or-later
"""What the README shows is what the plugin does."""

import re

import pytest

from harness import ROOT

README = (ROOT / "README.md").read_text()
FILTERS = [part for row in re.findall(r"^\| [^|`]+ \| (`.*`) \|$", README, re.M) for part in re.findall(r"`([^`]+)`", row)]
BLOCKS = re.findall(r"^```\n\$ tshark -2 -r recorded-call.pcapng (.*)\n((?:(?!```).*\n)+)```", README, re.M)


def stripped(text: str) -> list:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def test_the_readme_has_filters_and_real_output():
    assert len(FILTERS) > 10 and len(BLOCKS) == 2


@pytest.mark.parametrize("only", FILTERS)
def test_every_filter_of_the_readme_is_one(shark, only):
    shark.read("documented-call", "-Y", only)


@pytest.mark.parametrize("arguments, output", BLOCKS)
def test_every_output_of_the_readme_is_real(shark, arguments, output):
    assert stripped(shark.read("recorded-call", *arguments.split(), two_pass=True)) == stripped(output)
