#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds leaks and invalid memory use of the plugin over load, read, close and reload. Fails if there are any.

valgrind's memcheck runs tshark, sharkd and fuzz_dissectors, with each wmem allocation made by malloc. Only reports with
the plugin in their stack count. fuzz_dissectors also opens a capture repeatedly, with the plugin and without.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import seeds                                                                # noqa: E402
from coverage import options, questions                                     # noqa: E402
from harness import BUILD, Stage, Wireshark                                 # noqa: E402
from measure import use_of                                                  # noqa: E402

MEMCHECK = ["valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible", "--keep-debuginfo=yes",
            "--num-callers=40", "--xml=yes"]
PLUGIN, DRIVER = "naverphone.so", BUILD / "fuzz_dissectors"
# Functions whose memcheck reports are not ours. The dynamic loader reads ahead for iconv, which memcheck recognises
# only with the loader's symbols. sharkd 4.0 does not free the frames of a capture that it closes, which leaks the data
# attached to them; fuzz_dissectors frees them.
LOADER, FRAMES = ("_dl_open", "do_dlopen"), ("p_add_proto_data",)
SETTINGS = [
    {},
    {"naverphone_control_framing": '"222.122.50.0/24","10500","u16be@2+4","6","0","2","4","2","be"',
     "naverphone_control_messages": '"1","1","HELLO"', "naverphone_service_prefixes": '"77","Other"',
     "naverphone.server_networks": "222.122.50.0/24 bad!", "naverphone.login_hosts": "np.naver.com bad!"},
]
CHOSEN = ["full-session", "text-harmful", "call-forked", "login-chunked", "framing-u16be-at-2",
          "framing-short-connections", "control-references"]
GROWING = 3         # captures that are opened FEW and MANY times
FEW, MANY = 10, 410
GROWTH = 512        # KiB of growth allowed beyond tshark without the plugin; malloc's reserve is as large


class Programs(Wireshark):
    """Wireshark's programs, and fuzz_dissectors, which opens, reads and closes the given captures."""

    def __init__(self, stage, plugin=True):
        super().__init__(stage, plugin)
        self.driver = stage.folder / DRIVER.name
        shutil.copy(DRIVER, self.driver)

    def command(self, program, *arguments):
        *before, first = super().command(program)
        extra = ["G_SLICE=always-malloc"]
        if program == self.driver:
            extra += seeds.environment(self.stage)
        if not self.plugin:
            extra.append("WITHOUT_PLUGIN=1")
        return [*before, *extra, first, *map(str, arguments)]

    def growth(self, seed) -> int:
        """KiB that the driver grows between FEW and MANY openings of a capture."""
        few, many = (self.greatest(seed, times) for times in (FEW, MANY))
        return many - few

    def greatest(self, seed, times) -> int:
        use = use_of(subprocess.Popen(self.command(self.driver, "-detect_leaks=0", *[seed] * times),
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        assert use.status == 0
        return use.memory // 1024


class Checked(Programs):
    """The same programs under memcheck, with each wmem allocation made by malloc."""

    def __init__(self, stage):
        super().__init__(stage)
        self.reports = stage.folder / "reports"
        self.reports.mkdir()
        self.reports.chmod(0o777)

    def command(self, program, *arguments):
        *before, first = super().command(program)
        return [*before, "WIRESHARK_DEBUG_WMEM_OVERRIDE=simple", *MEMCHECK, f"--xml-file={self.reports}/%p.xml", first,
                *map(str, arguments)]

    def faults(self, program, *arguments, others=LOADER, **how) -> list:
        """A text for each memcheck report about the plugin."""
        done = subprocess.run(self.command(program, *arguments), capture_output=True, text=True, errors="replace", **how)
        assert done.returncode == 0, done.stderr[-4000:]
        [report] = self.reports.iterdir()
        found = [fault_text(error) for error in xml.parse(report).iterfind("error") if is_ours(error, others)]
        report.unlink()
        return found


def is_ours(error, others) -> bool:
    """True if the stack contains the plugin and none of these functions."""
    frames = list(error.iter("frame"))
    return (any((frame.findtext("obj") or "").endswith(PLUGIN) for frame in frames)
            and not any(frame.findtext("fn") in others for frame in frames))


def fault_text(error) -> str:
    what = error.findtext("what") or error.findtext("xwhat/text")
    stack = [f"    {frame.findtext('fn')} ({frame.findtext('file')}:{frame.findtext('line')})"
             for frame in error.iter("frame")]
    return "\n".join([f"{error.findtext('kind')}: {what}", *stack])


def check_memory(stage, captures, inputs) -> list:
    """Loads all captures in one sharkd, and the first one again; opens each twice in the driver; reads the first in
    tshark with preferences and tables. tshark frees its own statistics only at exit, so they are left to sharkd."""
    checked = Checked(stage)
    asked = [{"jsonrpc": "2.0", "id": number, **request} for number, request in enumerate(
        (request for capture in [*captures, captures[0]] for request in questions(capture)), 1)]
    runs = {f"sharkd, {len(captures) + 1} captures loaded, {len(asked)} requests": lambda: checked.faults(
                "sharkd", "-", others=(*LOADER, *FRAMES), input="".join(json.dumps(request) + "\n" for request in asked)),
            f"fuzz_dissectors, {len(inputs)} captures, each opened twice": lambda: checked.faults(
                checked.driver, "-detect_leaks=0", *inputs, *inputs),
            **{f"tshark -2 -V {' '.join(options(settings))}": lambda settings=settings: checked.faults(
                "tshark", "-2", "-V", "-r", captures[0], *options(settings)) for settings in SETTINGS}}
    found = []
    for name, run in runs.items():
        faults = run()
        print(f"{name}: {len(faults)} faults of the plugin", flush=True)
        found += faults
    return found


def check_growth(stage, inputs) -> list:
    found = []
    for seed in inputs:
        ours, bare = (Programs(stage, plugin).growth(seed) for plugin in (True, False))
        print(f"{seed.name}: opened {MANY} times instead of {FEW} takes {ours} KiB more, without the plugin {bare}",
              flush=True)
        if ours > bare + GROWTH:
            found.append(f"{seed.name}: grows by {ours - bare} KiB more than without the plugin")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("captures", nargs="*", default=CHOSEN, help="names of our captures")
    chosen = parser.parse_args()
    with Stage() as stage:
        captures = [pathlib.Path(stage.find(capture)) for capture in chosen.captures]
        seeds.main(stage.folder / "seeds")
        subprocess.run(["chmod", "-R", "a+rX", stage.folder], check=True)
        stage.home.chmod(0o777)
        found = check_memory(stage, captures, sorted((stage.folder / "seeds").iterdir()))
        found += check_growth(stage, [stage.folder / "seeds" / capture.stem for capture in captures[:GROWING]])
    print("\n".join(found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
