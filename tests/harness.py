# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the installed tshark and sharkd with the plugin that was just built, or without it.

Wireshark run as root loads no plugin from WIRESHARK_PLUGIN_DIR. So all it needs (plugin,
captures, a home of its own) is copied to a stage that anybody may read, and as root it is
run as nobody.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = ROOT / "test-captures"
BUILD = pathlib.Path(os.environ.get("NP_BUILD_DIR", ROOT / "build"))
TIMEOUT = 120
# tshark's own, without the plugin, too: -z flow,any,network with more addresses than its lines hold
NOT_OURS = re.compile(r"Running as user| \*\* .*\[packet-(?!naverphone)\S+ (INFO|MESSAGE|WARNING)\]"
                      r"|.*g_string_erase: assertion")


def complaints_in(stderr: str) -> list:
    """The lines of a standard error but for notices of Wireshark itself and logs of its own dissectors."""
    return [line for line in stderr.splitlines() if not NOT_OURS.match(line)]


def built_plugin() -> pathlib.Path:
    """The plugin in the build folder: plugins/SERIES/epan/naverphone.so."""
    found = sorted(BUILD.glob("plugins/*/epan/naverphone.so"))
    assert len(found) == 1, f"expected one built plugin under {BUILD}/plugins, found {found}"
    return found[0]


class Stage:
    """A folder that anybody may read, with all that a run needs. A context manager."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="naverphone-test-"))
        plugin = built_plugin()
        self.series = plugin.parent.parent.name
        self.plugins = self.folder / "plugins"
        target = self.plugins / self.series / "epan"
        target.mkdir(parents=True)
        shutil.copy(plugin, target)
        (self.folder / "no-plugins").mkdir()
        shutil.copytree(CAPTURES, self.captures, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        self.home = self.folder / "home"
        self.home.mkdir()
        subprocess.run(["chmod", "-R", "a+rX", self.folder], check=True)
        self.home.chmod(0o777)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def captures(self) -> pathlib.Path:
        return self.folder / "captures"

    def find(self, capture) -> str:
        """A capture's path by its name (documented-call, small ones by theirs), or a path as it is."""
        if isinstance(capture, pathlib.Path):
            return str(capture)
        for folder in (self.captures, *(self.captures / name for name in ("small", "framing", "regress"))):
            path = folder / f"{capture}.pcapng"
            if path.exists():
                return str(path)
        raise FileNotFoundError(f"no capture {capture} in test-captures")

    def new_capture(self, name: str) -> pathlib.Path:
        """Where a test may write a capture that tshark shall read."""
        return self.folder / name

    def copy(self, capture: pathlib.Path) -> pathlib.Path:
        """Any capture, where tshark may read it."""
        copied = self.new_capture(capture.name)
        shutil.copyfile(capture, copied)
        copied.chmod(0o644)
        return copied


class Wireshark:
    """tshark and sharkd, with the plugin or without."""

    def __init__(self, stage: Stage, plugin: bool = True):
        self.stage = stage
        self.plugin = plugin

    def command(self, program: str, *arguments) -> list:
        plugins = self.stage.plugins if self.plugin else self.stage.folder / "no-plugins"
        environment = ["env", f"WIRESHARK_PLUGIN_DIR={plugins}", f"HOME={self.stage.home}",
                       f"XDG_CONFIG_HOME={self.stage.home}/config", "LC_ALL=C.UTF-8", "TZ=UTC"]
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        return [*user, *environment, program, *map(str, arguments)]

    def run(self, *arguments, stderr=None, status=0) -> str:
        """tshark's standard output. Its standard error must be empty, or hold the given text."""
        done = subprocess.run(self.command("tshark", *arguments), capture_output=True, text=True, timeout=TIMEOUT,
                              errors="replace")
        errors = "\n".join(complaints_in(done.stderr))
        if stderr is None:
            assert errors == "", f"tshark {arguments}: {errors}"
        else:
            assert stderr in errors, f"tshark {arguments}: no '{stderr}' in: {errors}"
        if status is not None:
            assert done.returncode == status, f"tshark {arguments} ended with {done.returncode}: {errors}"
        return done.stdout

    def read(self, capture, *arguments, two_pass=False, **expected) -> str:
        """tshark -r CAPTURE ARGUMENTS"""
        passes = ["-2"] if two_pass else []
        return self.run("-r", self.stage.find(capture), *passes, *arguments, **expected)

    def rows(self, capture, *fields, only="naverphone", two_pass=False, options=(), **expected) -> list:
        """One tuple of texts a frame that the display filter takes; several values are joined by commas."""
        wanted = [part for field in fields for part in ("-e", field)]
        text = self.read(capture, *options, "-Y", only, "-T", "fields", "-E", "separator=/t", *wanted,
                         two_pass=two_pass, **expected)
        return [tuple(_flag(value) if field in FLAGS else value for field, value in zip(fields, line.split("\t")))
                for line in text.splitlines()]

    def list_columns(self, capture, only="naverphone", options=(), **how) -> list:
        """(Protocol, Info) of each frame, as the packet list has them: the fields _ws.col.* are filled before any
        post-dissector runs, from Wireshark 4.4 on."""
        text = self.read(capture, *options, "-Y", only, "-T", "tabs",
                         "-o", 'gui.column.format:"Protocol","%p","Info","%i"', **how)
        return [tuple(line.split("\t")) for line in text.splitlines()]

    def column(self, capture, field, **how) -> list:
        """The values of one field, a text a frame."""
        return [row[0] for row in self.rows(capture, field, **how)]

    def frames(self, capture, only, **how) -> list:
        """The numbers of the frames that a display filter takes."""
        return [int(row[0]) for row in self.rows(capture, "frame.number", only=only, **how)]

    def table(self, capture, statistic="naverphone,calls", **how) -> list:
        """The rows of a statistics table, each a dict by column title."""
        lines = [line for line in self.read(capture, "-q", "-z", statistic, **how).splitlines() if "|" in line]
        titles = [cell.strip() for cell in lines[0].split("|")][:-1]
        return [dict(zip(titles, (cell.strip() for cell in line.split("|")))) for line in lines[1:]]

    def flow(self, capture, **how) -> list:
        """(label, comment) of each arrow of the flow graph."""
        arrows = []
        for line in self.read(capture, "-q", "-z", "flow,naverphone,network", **how).splitlines():
            cells = line.split("|")
            if len(cells) > 3 and cells[1].strip().replace(".", "").isdigit():
                arrows.append((" ".join(cell.strip() for cell in cells[2:-1] if cell.strip()), cells[-1].strip()))
        return arrows

    def experts(self, capture, **how) -> list:
        """(frame, abbreviation) of our expert items, in the order of the frames."""
        found = []
        for packet in json.loads(self.read(capture, "-Y", "naverphone", "-T", "json", "--no-duplicate-keys", **how)):
            layers = packet["_source"]["layers"]
            names = set(_keys(layers.get("naverphone", {})))
            found += [(int(layers["frame"]["frame.number"]), name)
                      for name in sorted(names) if name in EXPERT_ITEMS]
        return found

    @contextlib.contextmanager
    def sharkd(self, capture):
        """sharkd with the capture loaded."""
        with subprocess.Popen(self.command("sharkd", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, errors="replace") as process:
            try:
                session = Sharkd(process)
                session.ask("load", file=self.stage.find(capture))
                yield session
            finally:
                process.stdin.close()
                process.kill()


class Sharkd:
    """JSON-RPC with a running sharkd."""

    def __init__(self, process):
        self.process = process
        self.number = 0

    def ask(self, method: str, **parameters):
        self.number += 1
        request = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            assert line, f"sharkd ended at {method}"
            if not line.startswith("{"):
                continue
            answer = json.loads(line)
            assert "error" not in answer, answer
            return answer.get("result")

    def lines(self, frame: int) -> list:
        """The texts of the frame's Naver Phone trees, in order."""
        tree = self.ask("frame", frame=frame, proto=True)["tree"]
        return [text for node in tree if node.get("l", "").startswith("Naver Phone") for text in _texts(node)]


def _flag(values: str) -> str:
    """1 and 0, as Wireshark 4.0 writes them; later ones write True and False."""
    return values.replace("True", "1").replace("False", "0")


def _texts(node) -> list:
    return [node["l"], *(text for child in node.get("n", ()) for text in _texts(child))]


def _keys(node):
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from _keys(value)


def _contract(kind: str) -> set:
    lines = (ROOT / "tests" / "contract-fields.txt").read_text().splitlines()
    return {name for name, _, its_kind in (line.partition("\t") for line in lines) if its_kind == kind}


EXPERT_ITEMS = _contract("expert")
FLAGS = _contract("FT_BOOLEAN")
