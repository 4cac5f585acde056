# SPDX-License-Identifier: GPL-2.0-or-later
"""The table printed by script/test --all-versions."""

import subprocess
import sys

import pytest

from harness import ROOT

PASSES = '<testcase name="{}"/>'
FAILS = '<testcase name="{}"><failure message="{}">more</failure></testcase>'
SKIPS = '<testcase name="{}"><skipped type="pytest.skip" message="{}"/></testcase>'


class Results:
    """Generated results of script/test --all-versions."""

    def __init__(self, folder):
        self.folder = folder
        self.runs = folder / "runs.tsv"
        self.runs.touch()

    def add(self, series, release, version, *cases, status=0, note="", entry="run"):
        """Adds a version with the pytest cases of its only ctest entry, calls. Without cases, nothing ran."""
        folder = self.folder / series
        if cases:
            folder.mkdir()
            (folder / "calls.xml").write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
            (folder / "ctest.xml").write_text(f'<testsuite><testcase name="calls" status="{entry}"/></testsuite>')
        with self.runs.open("a") as lines:
            print(series, release, version, status, 125, folder, note, sep="\t", file=lines)

    def table(self, *options) -> tuple:
        """The table's lines, with single blanks, and the exit status."""
        done = subprocess.run([sys.executable, "-B", ROOT / "script" / "versions_table.py", *options, self.runs],
                              capture_output=True, text=True)
        assert done.stderr == ""
        return [" ".join(line.split()) for line in done.stdout.splitlines()], done.returncode


@pytest.fixture
def results(tmp_path):
    return Results(tmp_path)


def test_each_version_has_a_row_and_the_last_line_the_total(results):
    results.add("4.0", "bookworm", "4.0.17", PASSES.format("a"), PASSES.format("b"))
    results.add("4.4", "trixie", "4.4.18", PASSES.format("a"), PASSES.format("b"), note="root not brought up to date")
    assert results.table() == ([
        "Wireshark Debian passed failed skipped time note",
        "4.0.17 bookworm 2 0 0 2:05",
        "4.4.18 trixie 2 0 0 2:05 root not brought up to date",
        "",
        "4 passed, 0 failed, 0 skipped"], 0)


def test_failed_test_is_named_with_its_message(results):
    cases = PASSES.format("a"), FAILS.format("b", "assert 1 == 2")
    results.add("4.0", "bookworm", "4.0.17", *cases, status=8, entry="fail")
    lines, status = results.table()
    assert lines[-2:] == ["failed on 4.0: calls: b (assert 1 == 2)", "1 passed, 1 failed, 0 skipped"]
    assert status == 1


def test_entry_without_results_fails(results):
    results.add("4.0", "bookworm", "4.0.17", PASSES.format("a"), status=8, entry="fail")
    (results.folder / "4.0" / "calls.xml").unlink()
    lines, status = results.table()
    assert lines[-2:] == ["failed on 4.0: calls (ended early)", "0 passed, 1 failed, 0 skipped"]
    assert status == 1


def test_version_may_skip_tests_of_missing_features(results):
    why = "the tap is there from Wireshark 4.4 on"
    results.add("4.0", "bookworm", "4.0.17", SKIPS.format("a", why))
    results.add("4.4", "trixie", "4.4.18", PASSES.format("a"))
    lines, status = results.table()
    assert lines[-2:] == [f"skipped on 4.0: calls: a ({why})", "1 passed, 0 failed, 1 skipped"]
    assert status == 0


def test_version_may_skip_tests_of_features_that_are_gone(results):
    why = "the number is there up to Wireshark 4.0"
    results.add("4.0", "bookworm", "4.0.17", PASSES.format("a"))
    results.add("4.4", "trixie", "4.4.18", SKIPS.format("a", why))
    lines, status = results.table()
    assert lines[-2:] == [f"skipped on 4.4: calls: a ({why})", "1 passed, 0 failed, 1 skipped"]
    assert status == 0


def test_tests_that_run_once_for_all_versions_are_counted(results):
    results.add("4.0", "bookworm", "4.0.17", PASSES.format("a"), PASSES.format("b"))
    results.add("4.4", "trixie", "4.4.18", *(SKIPS.format(name, "asked once for all versions") for name in "ab"))
    lines, status = results.table()
    assert lines[-2:] == ["skipped on 4.4: 2 tests that are run once for all versions", "2 passed, 0 failed, 2 skipped"]
    assert status == 0


@pytest.mark.parametrize("why", ["sipp is missing", "the tap is there from Wireshark 4.4 on",
                                 "the number is there up to Wireshark 4.4"])
def test_skip_for_any_other_reason_fails(results, why):
    results.add("4.0", "bookworm", "4.0.17", PASSES.format("a"))
    results.add("4.4", "trixie", "4.4.18", SKIPS.format("a", why))
    lines, status = results.table()
    assert f"left out on 4.4 though another version runs it: calls: a ({why})" in lines
    assert status == 1


def test_missing_test_of_one_version_is_reported(results):
    results.add("4.0", "bookworm", "4.0.17", PASSES.format("a"), PASSES.format("b"))
    results.add("4.4", "trixie", "4.4.18", PASSES.format("a"))
    lines, status = results.table()
    assert "left out on 4.4 though another version runs it: calls: b (no such test here)" in lines
    assert status == 1


@pytest.mark.parametrize("options, status", [((), 1), (("--may-miss", "4.4"), 1), (("--may-miss=4.6",), 0)])
def test_unavailable_version_is_reported_and_may_be_missing(results, options, status):
    results.add("4.0", "bookworm", "4.0.17", PASSES.format("a"))
    results.add("4.6", "sid", "", status=75, note="the Debian archive did not give what is needed")
    lines, ended = results.table(*options)
    assert "4.6 sid not run 2:05 the Debian archive did not give what is needed" in lines
    assert lines[-2:] == ["not run: Wireshark 4.6 (the Debian archive did not give what is needed)",
                          "1 passed, 0 failed, 0 skipped"]
    assert ended == status


def test_version_that_does_not_build_fails(results):
    results.add("4.6", "sid", "4.6.9", status=1)
    lines, status = results.table("--may-miss=4.6")
    assert "not run: Wireshark 4.6 (script/test ended with status 1)" in lines
    assert status == 1


def test_release_with_another_series_is_reported(results):
    results.add("4.6", "sid", "4.8.0", PASSES.format("a"))
    lines, _ = results.table()
    assert "4.8.0 sid 1 0 0 2:05 Debian sid has no Wireshark 4.6 any more" in lines


@pytest.mark.parametrize("words", [["calls"], ["--no-such-option"], ["--quick", "calls"], ["--all-versions", "--series", "3.6"],
                                   ["--all-versions", "--series"], ["--all-versions", "--may-miss", "sid"]])
def test_invalid_argument_prints_the_usage(words):
    done = subprocess.run([ROOT / "script" / "test", *words], capture_output=True, text=True, timeout=100)
    assert done.returncode == 2
    assert done.stderr.startswith("script/test: ") and words[-1] in done.stderr and "usage: script/test" in done.stderr
