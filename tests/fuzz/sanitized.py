# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark with a sanitized plugin, and its errors."""

import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness import TIMEOUT, Wireshark, complaints_in       # noqa: E402

GREETING = re.compile(r"Hello in child\.|load: filename=")     # of sharkd
WRONG = re.compile(r'Dissector bug, protocol \w+: [^"\\]*(?:\\?"[^"\\]*)?|Malformed Packet: NaverPhone|'
                   r'^.*(?:AddressSanitizer|runtime error|LeakSanitizer).*', re.MULTILINE)


class Sanitized(Wireshark):
    """tshark with the sanitizers' libraries, and with the plugin or without it. Leaks are ignored, because tshark has
    its own."""

    wmem = "simple"

    def __init__(self, stage, plugin=True):
        super().__init__(stage, plugin=plugin)
        self.runtime = subprocess.run(["clang", "-print-file-name=libclang_rt.asan-x86_64.so"], capture_output=True,
                                      text=True, check=True).stdout.strip()
        assert not plugin or self.frames("documented-call", "naverphone.call") != [], "tshark does not load the plugin"

    def command(self, program, *arguments):
        *before, first = super().command(program)
        return [*before, f"LD_PRELOAD={self.runtime}", "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1",
                "UBSAN_OPTIONS=print_stacktrace=1", "G_SLICE=always-malloc",
                f"WIRESHARK_DEBUG_WMEM_OVERRIDE={self.wmem}", first, *map(str, arguments)]

    def what_is_wrong(self, capture, options) -> str:
        return what_went_wrong(self, "tshark", "-r", capture, *options)


def ended(shark, program, *arguments, **how):
    """Runs the program to its end. Its processor time is limited; the clock time may be longer on a busy machine."""
    command = ["prlimit", f"--cpu={TIMEOUT}", *shark.command(program, *arguments)]
    return subprocess.run(command, capture_output=True, timeout=10 * TIMEOUT, **how)


def what_went_wrong(shark, program, *arguments, **how) -> str:
    """The program's messages and how it ended, or an empty text."""
    try:
        done = ended(shark, program, *arguments, **how)
    except subprocess.TimeoutExpired:
        return f"not done after {10 * TIMEOUT} seconds"
    shown, said = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    found = [*dict.fromkeys(WRONG.findall(shown))]
    found += [line for line in complaints_in(said) if not GREETING.match(line)]
    if done.returncode:
        found.append(f"ended with {done.returncode}")
    return "\n".join(found[:40])
