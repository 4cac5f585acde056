#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens damaged captures in tshark with a plugin that was built with sanitizers, and says what it finds.

Each round damages captures as its number says (mutations.py) until there are enough packets, and shows them in each
of the ways below. What is wrong keeps its capture, and the command that shows it again.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import mutations                                                            # noqa: E402
from harness import CAPTURES, TIMEOUT, Stage, Wireshark, complaints_in      # noqa: E402

STATISTICS = [part for name in ("naverphone,calls", "naverphone,sessions", "naverphone,layout", "naverphone,tree",
                                "flow,naverphone,network", "expert") for part in ("-z", name)]
# (wmem allocator, options): strict finds writes beyond an allocation, simple lets the sanitizer see each one
WAYS = [("simple", ["-V", *STATISTICS]), ("strict", ["-2", "-V", *STATISTICS]), ("simple", ["-2", "-T", "json"]),
        ("simple", ["-2", "-Y", "naverphone.call || naverphone.control.payload", "-T", "fields", "-e", "naverphone.session"])]
WRONG = ("Dissector bug", "Malformed Packet: NaverPhone", "AddressSanitizer", "runtime error", "LeakSanitizer")
# tshark's own, without the plugin, too: -z flow,any,network with more addresses than its lines hold
NOT_OURS = "g_string_erase: assertion"
ROUND = 5000        # packets


class Sanitized(Wireshark):
    """tshark with the sanitizers that the plugin was built with. Leaks are not looked for: tshark has its own."""

    wmem = "simple"

    def __init__(self, stage):
        super().__init__(stage)
        self.runtime = subprocess.run(["clang", "-print-file-name=libclang_rt.asan-x86_64.so"], capture_output=True,
                                      text=True, check=True).stdout.strip()

    def command(self, program, *arguments):
        *before, first = super().command(program)
        return [*before, f"LD_PRELOAD={self.runtime}", "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1",
                "UBSAN_OPTIONS=print_stacktrace=1", "G_SLICE=always-malloc",
                f"WIRESHARK_DEBUG_WMEM_OVERRIDE={self.wmem}", first, *map(str, arguments)]


def what_is_wrong(shark, capture, wmem, options) -> str:
    """Empty, or what tshark said and how it ended."""
    shark.wmem = wmem
    done = subprocess.run(shark.command("tshark", "-r", capture, *options), capture_output=True, timeout=TIMEOUT)
    shown, said = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    found = [line for line in shown.splitlines() if any(word in line for word in WRONG)]
    found += [line for line in complaints_in(said) if NOT_OURS not in line]
    if done.returncode:
        found.append(f"ended with {done.returncode}")
    return "\n".join(found[:40])


def damaged_capture(captures, seed, path) -> int:
    """Writes the round's capture and returns its number of packets."""
    packets, part = [], 0
    while len(packets) < ROUND:
        some = mutations.mutated(f"{seed} {part}", captures)
        if packets and some:
            shift = packets[-1].time + 60 - some[0].time
            some = [packet._replace(time=packet.time + shift) for packet in some]
        packets += some
        part += 1
    mutations.write(path, packets)
    path.chmod(0o644)
    return len(packets)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packets", type=int, default=10000, help="how many damaged packets at least (10000)")
    parser.add_argument("--seed", type=int, default=1, help="number of the first round (1)")
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("."), help="folder for captures that fail (.)")
    parser.add_argument("captures", nargs="*", type=pathlib.Path, help="captures to damage (all of test-captures)")
    chosen = parser.parse_args()
    paths = chosen.captures or sorted(CAPTURES.rglob("*.pcapng"))
    with Stage() as stage:
        shark = Sanitized(stage)
        assert shark.frames("documented-call", "naverphone.call") != [], "tshark does not load the plugin"
        captures = list(filter(None, map(mutations.read, paths)))
        total, failed, seed = 0, 0, chosen.seed
        while total < chosen.packets:
            capture = stage.folder / f"round-{seed}.pcap"
            total += damaged_capture(captures, seed, capture)
            for wmem, options in WAYS:
                try:
                    wrong = what_is_wrong(shark, capture, wmem, options)
                except subprocess.TimeoutExpired:
                    wrong = f"not done after {TIMEOUT} seconds"
                if wrong:
                    failed += 1
                    kept = chosen.keep / capture.name
                    shutil.copy(capture, kept)
                    print(f"{kept} (wmem {wmem}, tshark -r {kept} {' '.join(options)}):\n{wrong}", flush=True)
            capture.unlink()
            seed += 1
            print(f"{total} packets of {seed - chosen.seed} rounds, {failed} failures", file=sys.stderr, flush=True)
    print(f"{total} damaged packets, each shown in {len(WAYS)} ways: {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
