# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints test results by Wireshark version as a table, from the files of script/test --all-versions.

runs.tsv has one line per version: series, Debian release, version, exit status of its tests, seconds, results folder,
note. The folder holds ctest.xml (JUnit), and ENTRY.xml for each ctest entry run by pytest.
"""

import argparse
import csv
import dataclasses
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

ARCHIVE_GIVES_NOT = 75      # unavailable in script/lib.sh
ONCE = "once for all versions"
COLUMNS = "{:<10} {:<9} {:>7} {:>7} {:>8} {:>6}  {}"


@dataclasses.dataclass
class Run:
    """The tests of one version. failed, skipped and missing map names to reasons."""
    series: str
    release: str
    version: str
    status: int
    seconds: int
    note: str
    ran: bool = False
    passed: set = dataclasses.field(default_factory=set)
    failed: dict = dataclasses.field(default_factory=dict)
    skipped: dict = dataclasses.field(default_factory=dict)
    missing: dict = dataclasses.field(default_factory=dict)

    @property
    def done(self) -> set:
        return self.passed | set(self.failed)

    def add_note(self, text: str) -> None:
        self.note = "; ".join(part for part in (self.note, text) if part)


def message(element) -> str:
    return (element.get("message") or element.text or "").strip().partition("\n")[0]


def add_case(run: Run, name: str, case) -> None:
    broken = [child for child in case if child.tag in ("failure", "error")]
    skipped = case.find("skipped")
    if broken:
        run.failed[name] = message(broken[0])
        run.passed.discard(name)
    elif skipped is not None:
        run.skipped[name] = message(skipped)
    elif name not in run.failed:
        run.passed.add(name)


def add_entry(run: Run, entry, folder: pathlib.Path) -> None:
    """Adds the pytest cases of a ctest entry. Without such cases, or if only the entry failed, adds the entry
    itself."""
    name = entry.get("name")
    told = folder / f"{name}.xml"
    cases = list(ElementTree.parse(told).iter("testcase")) if told.exists() else []
    failed_before = len(run.failed)
    for case in cases:
        add_case(run, f"{name}: {case.get('name')}", case)
    if entry.get("status") != "run" and len(run.failed) == failed_before:
        run.failed[name] = next((message(child) for child in entry if child.get("message")), "ended early")
    elif not cases:
        run.passed.add(name)


def read_run(series, release, version, status, seconds, folder, note) -> Run:
    run = Run(series, release, version, int(status), int(seconds), note)
    summary = pathlib.Path(folder, "ctest.xml")
    run.ran = summary.exists()
    if run.ran:
        for entry in ElementTree.parse(summary).iter("testcase"):
            add_entry(run, entry, summary.parent)
    if run.status and not run.failed and run.status != ARCHIVE_GIVES_NOT:
        run.add_note(f"script/test ended with status {status}")
    if version and not version.startswith(f"{series}."):
        run.add_note(f"Debian {release} has no Wireshark {series} any more")
    return run


def lacks_feature(reason: str, series: str) -> bool:
    """True if by the skip reason the series lacks the feature: "... from Wireshark 4.4 on", "... up to Wireshark 4.0"."""
    here = tuple(map(int, series.split(".")))
    first, last = (re.search(words, reason) for words in (r"\bfrom Wireshark (\d+)\.(\d+) on\b",
                                                          r"\bup to Wireshark (\d+)\.(\d+)\b"))
    return bool(first and here < tuple(map(int, first.groups())) or last and here > tuple(map(int, last.groups())))


def is_excused(reason: str, series: str) -> bool:
    """True if the version lacks the feature, or the test runs "... once for all versions"."""
    return lacks_feature(reason, series) or ONCE in reason


def find_missing(runs: list) -> None:
    """Finds tests that another version ran and this version neither ran nor may skip."""
    done_anywhere = set().union(*(run.done for run in runs))
    for run in filter(lambda run: run.ran, runs):
        reasons = {name: run.skipped.get(name, "no such test here") for name in sorted(done_anywhere - run.done)}
        run.missing = {name: why for name, why in reasons.items() if not is_excused(why, run.series)}


def table(runs: list):
    yield COLUMNS.format("Wireshark", "Debian", "passed", "failed", "skipped", "time", "note")
    for run in runs:
        counts = [len(run.passed), len(run.failed), len(run.skipped)] if run.ran else ["not run", "", ""]
        time = f"{run.seconds // 60}:{run.seconds % 60:02}"
        yield COLUMNS.format(run.version or run.series, run.release, *counts, time, run.note).rstrip()


def remarks(runs: list):
    for run in runs:
        yield from (f"failed on {run.series}: {name} ({why})" for name, why in run.failed.items())
        once = [name for name, why in run.skipped.items() if ONCE in why]
        yield from (f"skipped on {run.series}: {name} ({why})" for name, why in run.skipped.items() if name not in once)
        if once:
            yield f"skipped on {run.series}: {len(once)} tests that are run {ONCE}"
        yield from (f"left out on {run.series} though another version runs it: {name} ({why})"
                    for name, why in run.missing.items())
        if not run.ran:
            yield f"not run: Wireshark {run.series} ({run.note})"


def total(runs: list) -> str:
    counts = {kind: sum(len(getattr(run, kind)) for run in runs) for kind in ("passed", "failed", "skipped")}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def is_good(run: Run, may_miss: list) -> bool:
    if not run.ran:
        return run.status == ARCHIVE_GIVES_NOT and run.series in may_miss
    return run.status == 0 and not run.failed and not run.missing


def main() -> int:
    parser = argparse.ArgumentParser(description="The tests' results by Wireshark version")
    parser.add_argument("--may-miss", action="append", default=[], metavar="SERIES")
    parser.add_argument("runs", help="runs.tsv")
    arguments = parser.parse_args()
    with open(arguments.runs, newline="") as lines:
        runs = [read_run(*row) for row in csv.reader(lines, "excel-tab")]
    find_missing(runs)
    print(*table(runs), "", *remarks(runs), sep="\n")
    print(total(runs))
    return 0 if all(is_good(run, arguments.may_miss) for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
