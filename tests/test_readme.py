# SPDX-License-Identifier: GPL-2.0-or-later
"""The README and the pages in doc/ show the plugin's real behaviour."""

import re
import shlex

import pytest

from harness import ROOT

README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
PAGES = [README, *(path.read_text() for path in sorted((ROOT / "doc").glob("*.md")) if not path.match("*.ko.md"))]
WALKTHROUGH, COOKBOOK = ((ROOT / "doc" / name).read_text() for name in ("walkthrough.md", "cookbook.md"))
TABLE_FILTERS = r"^\| [^|`]+ \| (`naverphone.*`) \|$"
FILTERS = [part for page in (README, WALKTHROUGH) for row in re.findall(TABLE_FILTERS, page, re.M)
           for part in re.findall(r"`([^`]+)`", row)]
LEFT_OUT = "…"      # such a line in an output stands for any number of lines
BLOCKS = [block for page in PAGES for block in re.findall(r"^```\n\$ tshark (.*)\n((?:(?!```).*\n)+)```", page, re.M)]


def code(page: str) -> list:
    """Commands and outputs: code blocks, and code in the last cell of a table row."""
    return re.findall(r"^```\n.*?^```$", page, re.M | re.S) + re.findall(r"^\| [^|]+ \| (`.*`) \|$", page, re.M)


def stripped(text: str) -> list:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def blocks(page: str) -> list:
    return re.findall(r"^```\n\$ tshark ", page, re.M)


def is_excerpt(output: list, lines: list) -> bool:
    """True if output has these lines in this order. Other lines are allowed only at LEFT_OUT."""
    pattern = "".join(r"(?:.*\n)*?" if line == LEFT_OUT else re.escape(line) + r"\n" for line in lines)
    return bool(re.fullmatch(pattern, "".join(line + "\n" for line in output)))


def test_pages_have_filters_and_real_output():
    assert len(FILTERS) > 10 and len(blocks(README)) == 1
    assert len(blocks(COOKBOOK)) > 20 and len(blocks(WALKTHROUGH)) > 10


@pytest.mark.parametrize("lines, is_one", [
    (["a", "b", "c"], True), (["…", "c"], True), (["a", "…"], True), (["a", "…", "c"], True), (["…", "b", "…"], True),
    (["a", "c"], False), (["b", "…"], False), (["…", "b"], False), (["c", "…", "a"], False), (["a.", "…"], False)])
def test_excerpt_skips_lines_only_at_the_mark(lines, is_one):
    assert is_excerpt(["a", "b", "c"], lines) == is_one


def test_readme_stays_short():
    assert len((ROOT / "README.md").read_bytes()) <= 12000


@pytest.mark.parametrize("english, korean", [("README.md", "README.ko.md"), ("doc/walkthrough.md", "doc/walkthrough.ko.md")])
def test_korean_page_has_the_same_commands_outputs_and_links(english, korean):
    english, korean = ((ROOT / name).read_text() for name in (english, korean))
    assert code(korean) == code(english)
    links = r"\]\(((?:doc|images)/[^)]+?)(?:\.ko)?(\.md|\.png)\)"
    assert sorted(re.findall(links, korean)) == sorted(re.findall(links, english))
    assert len(re.findall(r"^#+ ", korean, re.M)) == len(re.findall(r"^#+ ", english, re.M))


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *(ROOT / "doc").glob("*.md")]), ids=lambda page: page.name)
def test_linked_files_exist(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_filter_in_a_table_is_valid(shark):
    """tshark names invalid filters."""
    shark.read("documented-call", "-Y", " || ".join(f"({only})" for only in FILTERS))


@pytest.mark.parametrize("command, output", BLOCKS)
def test_every_output_is_current(shark, command, output):
    arguments = [shark.stage.find(word.removesuffix(".pcapng")) if word.endswith(".pcapng") else word
                 for word in shlex.split(command)]
    said = shark.run(*arguments)
    if shark.stage.series == "4.6":     # 4.6 prints all digits of a float
        said = re.sub(r"\b0\.9\d{8}\b", lambda number: f"{float(number[0]):g}", said)
    assert is_excerpt(stripped(said), stripped(output)), said


def test_files_named_in_contributing_exist():
    named = set(re.findall(r"`((?:\.\./)?[\w./-]+\.(?:c|h|py|md|txt)|"
                           r"(?:profile|script|tests|test-captures)/[\w./ -]+)`", CONTRIBUTING))
    files = {name if name.startswith("profile/") else name.split()[0] for name in named}     # commands have arguments
    assert len(files) > 30
    folders = (ROOT, ROOT / "plugin")
    assert [name for name in sorted(files) if not any((folder / name).exists() for folder in folders)] == []


def test_names_in_contributing_exist_in_the_source():
    named = set(re.findall(r"`([A-Za-z]\w*_\w+|EXPERTS|PREFERENCES)(?:\(\))?`", CONTRIBUTING))
    files = [path for pattern in ("*.[ch]", "plugin/**/*.[ch]", "tests/*.py", "script/*.sh") for path in ROOT.glob(pattern)]
    source = "\n".join(path.read_text() for path in files)
    assert len(named) > 5
    assert [name for name in sorted(named) if not re.search(rf"\b{name}\b", source)] == []
