#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what the plugin costs: CPU time, peak memory and instructions of tshark with it and without.

Both sides of a comparison run in turn, so that other load affects both, or side by side, which gives clearer results on
a busy machine. CPU time is user and system time.
"""

import argparse
import concurrent.futures
import datetime
import itertools
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import captures                                                         # noqa: E402
from harness import ROOT, Stage, Wireshark                              # noqa: E402
from limits import COMPARISONS, GROWTH, GROWTHS, UNUSUAL, holds, interval    # noqa: E402
from measure import apart, use_of                                       # noqa: E402

SAME_CHANCE = pathlib.Path(__file__).with_name("same_chance.c")
COUNTED = 3000, 9000        # packets of the captures for counting instructions; the cost of starting cancels out
SHORT = 0.1                 # of the packets
SHORT_ROUNDS = 1            # enough for memory, since the short form judges no time
SIDE_BY_SIDE_ROUNDS = 6     # enough, because these differ less
ORDERS = ("ours", "theirs"), ("theirs", "ours")     # alternating, because the machine's speed drifts
NOISE = 2                   # allowances that the short form accepts


class Bench:
    """Runs tshark on captures that are made when needed and deleted before the next one."""

    def __init__(self, stage, short, side_by_side):
        self.stage, self.short, self.side_by_side = stage, short, side_by_side
        self.processors = sorted(os.sched_getaffinity(0))[:2]
        if side_by_side and len(self.processors) < 2:
            raise SystemExit("Side by side takes two processors.")
        self.sharks = {plugin: Wireshark(stage, plugin) for plugin in (True, False)}
        self.latest = None
        self.counts = {}        # instructions by side and capture; some sides are compared more than once
        self.same_chance = self.stage.folder / "same_chance.so"
        flags = subprocess.run(["pkg-config", "--cflags", "glib-2.0"], capture_output=True, text=True, check=True).stdout.split()
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", *flags, SAME_CHANCE, "-o", self.same_chance], check=True)
        self.same_chance.chmod(0o755)

    def capture(self, wanted):
        """The path of a capture and its number of packets."""
        if self.latest and self.latest[0] == wanted:
            return self.latest[1:]
        if self.latest:
            self.latest[1].unlink()
        path = self.stage.new_capture("bench.pcap")
        self.latest = wanted, path, apart(captures.make, path, *wanted)
        return self.latest[1:]

    def start(self, side, path, processors=None):
        """Starts tshark on one of the processors; None: on any."""
        command = self.sharks[side.plugin].command("tshark", "-r", path, *side.options)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if processors:
            os.sched_setaffinity(process.pid, processors)
        return process

    @staticmethod
    def end(process):
        """(CPU seconds, peak memory in MB) of the process."""
        use = use_of(process)
        if use.status:
            raise SystemExit(f"{' '.join(map(str, process.args))} ended with {use.status}")
        return use.seconds, use.memory / 2 ** 20

    def run(self, side, path):
        """(CPU seconds, peak memory in MB) of a run of tshark."""
        return self.end(self.start(side, path))

    def pair(self, comparison, path, order):
        """[(ours, theirs)] of one round, run in that order."""
        done = {name: self.run(getattr(comparison, name), path) for name in order}
        return [(done["ours"], done["theirs"])]

    def swapped(self, comparison, path):
        """[(ours, theirs)] of one round side by side: both at once, then again with processors swapped."""
        sides = comparison.ours, comparison.theirs
        pairs = []
        for processors in (self.processors, self.processors[::-1]):
            started = [self.start(side, path, [processor]) for side, processor in zip(sides, processors)]
            pairs.append(tuple(map(self.end, started)))
        return pairs

    def compare(self, comparison):
        """A row of the results."""
        capture = comparison.capture.sized(SHORT) if self.short else comparison.capture
        path, packets = self.capture(capture)
        enough = SHORT_ROUNDS if self.short else SIDE_BY_SIDE_ROUNDS if self.side_by_side else comparison.rounds
        rounds = min(enough, comparison.rounds)
        self.run(comparison.theirs, path)       # loads the capture into the page cache
        done = [self.swapped(comparison, path) if self.side_by_side else self.pair(comparison, path, ORDERS[number % 2])
                for number in range(rounds)]
        ratios = [statistics.geometric_mean(ours[0] / theirs[0] for ours, theirs in pairs) for pairs in done]
        middle = [[statistics.median(side[what] for side in sides) for what in (0, 1)]
                  for sides in zip(*itertools.chain.from_iterable(done))]
        return {"name": comparison.name, "title": comparison.title, "packets": packets, "rounds": rounds,
                "seconds": [middle[0][0], middle[1][0]], "ratio": statistics.median(ratios), "limit": comparison.limit,
                "memory_limit": comparison.memory,
                "lowest": min(ratios), "highest": max(ratios), "between": interval(ratios),
                "memory": [middle[0][1], middle[1][1]], "memory_ratio": middle[0][1] / middle[1][1]}

    def instructions(self, side, path):
        """The number of instructions of a run of tshark."""
        valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        command = self.sharks[side.plugin].command("tshark", "-r", path, *side.options)
        at = command.index("tshark")
        done = subprocess.run([*command[:at], f"LD_PRELOAD={self.same_chance}", *valgrind, *command[at:]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True, errors="replace", check=True)
        return int(re.search(r"Collected : (\d+)", done.stderr)[1])

    def count(self, comparison, pool):
        """Instructions per packet of both sides: the difference between a larger and a smaller capture."""
        made = {}       # capture → its path and number of packets
        length = comparison.capture.length if comparison.sessions else min(comparison.capture.length, COUNTED[0] // 5)
        sizes = [sessions * length for sessions in comparison.sessions] or COUNTED
        for size in sizes if not self.short else [size // 3 for size in sizes]:
            path = self.stage.new_capture(f"counted-{size}.pcap")
            wanted = comparison.capture._replace(packets=size, length=length)
            made[wanted] = path, apart(captures.make, path, *wanted)
        sides = comparison.ours, comparison.theirs
        jobs = [(side, wanted) for side in sides for wanted in made if (side, wanted) not in self.counts]
        self.counts.update(zip(jobs, pool.map(lambda job: self.instructions(job[0], made[job[1]][0]), jobs)))
        for path, _ in made.values():
            path.unlink()
        few, more = made
        return [(self.counts[side, more] - self.counts[side, few]) / (made[more][1] - made[few][1]) for side in sides]


# ---- results -------------------------------------------------------------------------------------------------

def growth_of(rows, wanted):
    """How much faster time and memory grow on our side than on theirs; None if not measured."""
    before, after = (next((row for row in rows if row["name"] == name), None) for name in (wanted.before, wanted.after))
    if not (before and after):
        return None
    return {"title": wanted.title, "seconds": after["ratio"] / before["ratio"],
            "between": (after["between"][0] / before["between"][1], after["between"][1] / before["between"][0]),
            "memory": after["memory_ratio"] / before["memory_ratio"]}


def cannot_tell(row, limit):
    """True if the limit lies within the ratio's confidence interval."""
    low, high = row["between"]
    return low <= limit < high


def decisive(row, short):
    """(what, ratio) that decides a row. Instructions decide if they were counted and either the form is short or the
    times cannot tell whether the limit holds, because they do not depend on other load. The short form never judges
    times and returns (None, None)."""
    if "instructions" in row and (short or cannot_tell(row, row["limit"])):
        ours, theirs = row["instructions"]
        return "instructions", ours / theirs
    return (None, None) if short else ("time", row["ratio"])


def judged(result):
    """(what, ratio, limit) of everything that has a limit. Of unusually short sessions, the short form judges only
    memory and growth; doc/performance.md has their cost."""
    for row in result["rows"]:
        if not (result["short"] and row["name"] in UNUSUAL):
            what, ratio = decisive(row, result["short"])
            if what:
                yield f"{row['title']}: {what}", ratio, row["limit"]
        yield f"{row['title']}: memory", row["memory_ratio"], row["memory_limit"]
    for row in result["growth"]:
        for what, name in (("seconds", "time"), ("memory", "memory")):
            yield f"{row['title']}: growth of {name}", row[what], GROWTH


def failures(result):
    allowance = NOISE if result["short"] else 1
    return [f"{what} {ratio:.3f}, {limit:.4g} allowed" for what, ratio, limit in judged(result)
            if not holds(ratio, limit, allowance)]


def verdict(ratio, limit):
    return f"{limit:.4g} {'yes' if holds(ratio, limit) else '**no**'}"


def doubt(row, limit):
    return " (unsure)" if cannot_tell(row, limit) else ""


def row_verdict(row, short=False):
    """Names the deciding measure if it was not time, and reports when the times cannot tell."""
    what, ratio = decisive(row, short)
    if not what:
        return "not judged"
    return verdict(ratio, row["limit"]) + (f" ({what})" if what != "time" else doubt(row, row["limit"]))


HEADINGS = ("what", "packets", "CPU s", "ratio (95 %; spread)", "limit, holds", "peak MB", "ratio", "limit, holds",
            "instructions/packet", "ratio")


def cells(row, short=False):
    ours, theirs = row.get("instructions", (0, 0))
    return (row["title"], f"{row['packets']:,}", "{:.2f} / {:.2f}".format(*row["seconds"]),
            "{:.3f} ({:.3f}–{:.3f}; {:.3f}–{:.3f})".format(row["ratio"], *row["between"], row["lowest"], row["highest"]),
            row_verdict(row, short),
            "{:.0f} / {:.0f}".format(*row["memory"]), f"{row['memory_ratio']:.3f}",
            verdict(row["memory_ratio"], row["memory_limit"]),
            *((f"{ours:,.0f} / {theirs:,.0f}", f"{ours / theirs:.3f}") if theirs else ("", "")))


def line(texts):
    return "| " + " | ".join(texts) + " |"


def table(result):
    """The results as Markdown."""
    lines = [f"{result['date']}, {result['machine']}, tshark {result['tshark']}, {result['commit']}, {result['how']}", "", line(HEADINGS), line(["---"] * len(HEADINGS))]
    lines += [line(cells(row, result["short"])) for row in result["rows"]]
    lines += ["", line(("growth with the plugin over growth without", "CPU", "holds", "memory", "holds")),
              line(["---"] * 5)]
    for row in result["growth"]:
        lines.append(line((row["title"], "{:.3f} ({:.3f}–{:.3f})".format(row["seconds"], *row["between"]),
                           verdict(row["seconds"], GROWTH) + doubt(row, GROWTH),
                           f"{row['memory']:.3f}", verdict(row["memory"], GROWTH))))
    return "\n".join(lines)


# ---- running -------------------------------------------------------------------------------------------------

def processor():
    names = re.findall(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return f"{len(names)} × {names[0]}" if names else platform.machine()


def describe(shark, chosen):
    return {"date": datetime.date.today().isoformat(), "machine": processor(), "short": chosen.short,
            "how": "side by side" if chosen.side_by_side else "in turn",
            "tshark": re.search(r"[\d.]+\d", shark.run("--version"))[0],
            "commit": subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True,
                                     text=True).stdout.strip(),
            "rows": [], "growth": []}


def run(chosen, stage):
    """Runs the chosen comparisons and writes the results to the file as they come."""
    bench = Bench(stage, chosen.short, chosen.side_by_side)
    result = describe(bench.sharks[True], chosen)
    wanted = [comparison for comparison in COMPARISONS if re.fullmatch(chosen.only or ".*", comparison.name)
              and (comparison.short or not chosen.short)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for comparison in wanted:
            row = bench.compare(comparison)
            if comparison.counted and not chosen.no_count and not (chosen.short and comparison.name in UNUSUAL):
                row["instructions"] = bench.count(comparison, pool)
            result["rows"].append(row)
            result["growth"] = list(filter(None, (growth_of(result["rows"], wanted) for wanted in GROWTHS)))
            chosen.json.write_text(json.dumps(result, indent=1))
            print(line(cells(row, chosen.short)), flush=True)
    return result


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="few packets, one round; fails beyond twice an allowance")
    parser.add_argument("--side-by-side", action="store_true", help="both sides at once, a processor each")
    parser.add_argument("--only", metavar="NAME", help="only comparisons of this name, a regular expression")
    parser.add_argument("--no-count", action="store_true", help="do not count instructions")
    parser.add_argument("--json", type=pathlib.Path, default=pathlib.Path("bench.json"), metavar="FILE",
                        help="where results go (bench.json)")
    parser.add_argument("--plot", type=pathlib.Path, metavar="PICTURE", help="draw what is in FILE; measure nothing")
    return parser.parse_args()


def main():
    chosen = arguments()
    if chosen.plot:
        import plot     # needs matplotlib
        plot.draw(json.loads(chosen.json.read_text()), chosen.plot)
        return 0
    with Stage() as stage:
        assert Wireshark(stage).frames("documented-call", "naverphone.call") != [], "tshark does not load the plugin"
        result = run(chosen, stage)
    print(f"\n{table(result)}\n")
    beyond = failures(result)
    print("\n".join(beyond) or "All within their limits.")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
