#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports which lines of the plugin run under the corpus. Fails if too few do.

The corpus: each of our captures in tshark and, with all requests of a window, in sharkd; captures with other
preferences and tables; damaged captures (mutations.py); and libFuzzer's corpora, with a few more runs. Lines are
counted by clang's source-based coverage.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import mutations                                                            # noqa: E402
import seeds                                                                # noqa: E402
from fuzz_packets import ROUND, STATISTICS                                  # noqa: E402
from harness import BUILD, ROOT, TIMEOUT, Stage, Wireshark, built_plugin    # noqa: E402

LEAST = 95          # percent of the lines of all files
ROOMS = ["fuzz_framing", "fuzz_layout", "fuzz_message", "fuzz_numbering", "fuzz_parameters"]
RUNS = 20000        # of libFuzzer, for each room
DISSECTORS = "fuzz_dissectors"
DAMAGED_ROUNDS = range(1, 4)
LEARNED = ROOT / "build" / "fuzz" / "corpus"     # libFuzzer's corpus on this machine
TAPS = ["seqa:naverphone", "nstat:naverphone,calls", "nstat:naverphone,sessions", "nstat:naverphone,events",
        "nstat:naverphone,layout",
        "stat:naverphone", "expert"]

FRAMING, MESSAGES, SERVICES = "naverphone_control_framing", "naverphone_control_messages", "naverphone_service_prefixes"
# Captures, and the preferences and table rows to read them with. tshark refuses some of these.
SETTINGS = {
    "framing-*": [
        {FRAMING: '"222.122.50.0/24","10500","u16be@2+4","6","0","2","4","2","be"', MESSAGES: '"1","0x1","HELLO"'},
        {FRAMING: '"222.122.50.30","10500","lines crlf","0","0","1","1","4","LE"', MESSAGES: '"Server to client","2","X"'},
        {FRAMING: '"0.0.0.0/0","10500","fixed 20","0","0","1","0","0","be"'},
        {FRAMING: '"222.122.50.0/24","10500","segment","0","0","0","0","0","be"'},
        {"naverphone.infer_framing": "FALSE"},
    ],
    "call-*": [
        {"naverphone.mark_sip_rtp": "FALSE", "naverphone.sip_domains": f"PPS.naver.com. bad!word  -x {'x' * 300}"},
        {SERVICES: '"77","Other"', "naverphone.server_networks": "220.95.236.226 1.2.3.4/99 x ::/0"},
        {"naverphone.server_networks": "", "naverphone.login_hosts": ""},
    ],
    "full-session*": [
        {"naverphone.server_networks": "2001:db8::/129 2001:db8:fffe::/47 198.51.100.0/24"},
        {"naverphone.control_ports": "", "naverphone.login_ports": "1-65535", "naverphone.accept_port_alone": "FALSE"},
        {FRAMING: '"2001:db8::/32","10500","nul","0","0","0","0","0","be"'},
    ],
    "control-other-port": [{"-d": "tcp.port==12000,naverphone"}],
    "documented-call": [
        {FRAMING: row} for row in (
            '"x","10500","nul","0","0","0","0","0","be"', '"::","0","nul","0","0","0","0","0","be"',
            '"::","1","u7be@0+0","0","0","0","0","0","be"', '"::","1","nul","70000","0","0","0","0","be"',
            '"::","1","nul","0","0","5","0","0","be"', '"::","1","nul","0","70000","1","0","0","be"',
            '"::","1","nul","4","4","4","0","0","be"', '"::","1","nul","4","0","0","4","4","be"',
            '"::","1","u32be@4+0","4","0","0","0","0","be"', '"::","1","nul","0","0","0","0","0","?"')
    ] + [{MESSAGES: '"1","x","X"'}, {MESSAGES: '"1","1",""'}, {SERVICES: '"x","X"'}, {SERVICES: '"1",""'}],
}


class Counting(Wireshark):
    """Wireshark's programs with the counting plugin. They run as nobody, so anybody may write to the folder of
    counts."""

    def __init__(self, stage):
        super().__init__(stage)
        self.counts = stage.folder / "counts"
        self.counts.mkdir()
        self.counts.chmod(0o777)

    def command(self, program, *arguments):
        *before, first = super().command(program)
        extra = seeds.environment(self.stage) if program == self.stage.folder / DISSECTORS else []
        return [*before, *extra, f"LLVM_PROFILE_FILE={self.counts}/%m.profraw", first, *map(str, arguments)]

    def done(self, program, *arguments, status=0, **how):
        """Runs the program. Its messages are ignored here because other harnesses check them."""
        ended = subprocess.run(self.command(program, *arguments), capture_output=True, timeout=TIMEOUT * 5, text=True,
                               errors="replace", **how)
        assert status is None or ended.returncode == status, (ended.args, ended.stderr[-4000:])
        return ended.stdout

    def shown(self, capture, *options, status=0):
        """Shows the capture in one pass and in two, as fuzzing does."""
        for passes in ([], ["-2"]):
            self.done("tshark", "-r", capture, *passes, "-V", *STATISTICS, *options, status=status)

    def open_in_window(self, captures):
        """Sends sharkd all requests of a window for one capture after the other, in one process: each load closes the previous
        capture."""
        requests = [request for capture in captures for request in questions(capture)]
        lines = "".join(json.dumps({"jsonrpc": "2.0", "id": number, **request}) + "\n"
                        for number, request in enumerate(requests, 1))
        self.done("sharkd", "-", input=lines)

    def with_settings(self):
        for pattern, all_settings in SETTINGS.items():
            for capture in sorted(self.stage.captures.rglob(f"{pattern}.pcapng")):
                for settings in all_settings:
                    self.shown(capture, *options(settings), status=None)

    def fuzzed(self, name, *arguments):
        """Runs a libFuzzer program on its corpus with these arguments."""
        program, corpus = self.stage.folder / name, self.stage.folder / f"corpus-{name}"
        shutil.copy(BUILD / name, program)
        known = LEARNED / name
        if known.exists():
            shutil.copytree(known, corpus)
        else:
            corpus.mkdir()
        subprocess.run(["chmod", "-R", "a+rwX", corpus], check=True)
        self.done(program, *arguments, corpus)


def options(settings) -> list:
    """tshark's options for preferences, table rows and Decode As."""
    found = []
    for key, value in settings.items():
        found += ["-d", value] if key == "-d" else ["-o", f"{key}:{value}" if "." in key else f"uat:{key}:{value}"]
    return found


def questions(capture) -> list:
    """Requests to sharkd. Frames are requested from the last to the first."""
    frames = [{"method": "frame", "params": {"frame": number, "proto": True, "columns": True}}
              for number in range(count_of(capture), 0, -1)]
    taps = [{"method": "tap", "params": {"tap0": tap}} for tap in TAPS]
    return [{"method": "load", "params": {"file": str(capture)}}, *frames, *taps,
            {"method": "frames", "params": {"filter": "naverphone.call"}}]


def count_of(capture) -> int:
    listed = subprocess.run(["capinfos", "-c", "-M", "-T", "-r", capture], capture_output=True, text=True, check=True)
    return int(listed.stdout.split()[-1])


def run_corpus(counting, stage):
    captures = sorted(stage.captures.rglob("*.pcapng"))
    for capture in captures:
        counting.shown(capture)
    counting.open_in_window(captures)
    counting.with_settings()
    packets = mutations.read_all(captures)
    damaged = stage.folder / "damaged.pcap"
    for seed in DAMAGED_ROUNDS:
        mutations.write(damaged, mutations.round_of(packets, seed, ROUND))
        counting.shown(damaged)
    for room in ROOMS:
        counting.fuzzed(room, "-seed=1", f"-runs={RUNS}", "-max_len=4000")
    seeds.main(stage.folder / "seeds")
    subprocess.run(["chmod", "-R", "a+rX", stage.folder / "seeds"], check=True)
    counting.fuzzed(DISSECTORS, "-runs=0", stage.folder / "seeds")


# ---- results ---------------------------------------------------------------------------------------------------------

class Counts(NamedTuple):
    """How often each line and each function of a file ran."""
    lines: dict
    functions: dict


def counts_of(counting) -> dict:
    """Counts by file. The rooms' programs share sources with the plugin."""
    merged = counting.counts / "all.profdata"
    subprocess.run(["llvm-profdata", "merge", "-o", merged, *counting.counts.glob("*.profraw")], check=True)
    programs = [part for room in ROOMS for part in ("-object", BUILD / room)]
    exported = subprocess.run(["llvm-cov", "export", "-format=lcov", f"-instr-profile={merged}", built_plugin(), *programs,
                               ROOT / "plugin", ROOT / "packet-naverphone.c"], capture_output=True, text=True, check=True)
    files = {}
    for key, _, value in (line.partition(":") for line in exported.stdout.splitlines()):
        if key == "SF":
            counts = files.setdefault(str(pathlib.Path(value).relative_to(ROOT)), Counts({}, {}))
        elif key == "DA":
            number, count = value.split(",")[:2]
            counts.lines[int(number)] = int(count)
        elif key == "FNDA":
            count, name = value.split(",")
            name = name.rpartition(":")[2]      # a static function of a header is in many files
            counts.functions[name] = max(int(count), counts.functions.get(name, 0))
    return files


def ranges(numbers) -> str:
    """3-5, 9"""
    found = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def report(files) -> float:
    """Prints a row per file with the lines and functions that did not run. Returns the percentage of all lines that
    ran."""
    total = ran = 0
    for name, counts in sorted(files.items()):
        missed = [number for number, count in counts.lines.items() if not count]
        uncalled = [function for function, count in counts.functions.items() if not count]
        total, ran = total + len(counts.lines), ran + len(counts.lines) - len(missed)
        share = 100 * (1 - len(missed) / len(counts.lines))
        print(f"{name:30} {len(counts.lines):5} lines {share:6.1f} %   {ranges(missed)}".rstrip())
        if uncalled:
            print(f"{'':30} not called: {', '.join(uncalled)}")
    print(f"{'all':30} {total:5} lines {100 * ran / total:6.1f} %")
    return 100 * ran / total


def main() -> int:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with Stage() as stage:
        counting = Counting(stage)
        run_corpus(counting, stage)
        share = report(counts_of(counting))
    if share < LEAST:
        print(f"fewer than {LEAST} % of the lines ran", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
