# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the installed tshark and sharkd with the plugin that was just built, or without it.

As root, Wireshark does not load plugins from WIRESHARK_PLUGIN_DIR. So the plugin, the captures and a home folder are
copied to a stage that anybody may read, and root runs the programs as nobody.
"""

import contextlib
import json
import operator
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = ROOT / "test-captures"
BUILD = pathlib.Path(os.environ.get("NP_BUILD_DIR", ROOT / "build"))
QUICK = "NP_QUICK" in os.environ                    # set by script/test --quick
SERIES_ALONE = "NP_SERIES_ALONE" in os.environ      # tests that do not depend on Wireshark's series run with another one
TIMEOUT = 120
MOST_KEPT = 1 << 17     # characters of an output
LARGE_PAGES = "GLIBC_TUNABLES=glibc.malloc.top_pad=67108864:glibc.malloc.hugetlb=1"
SEPARATOR = "\x1f"      # occurs in no value
OFTEN_ASKED = ("frame.number", "tcp.len", "tcp.srcport", "sip", "rtp", "http", "icmp", "sip.Method")
# Printed by tshark even without the plugin; the last one by -z flow,any,network with more addresses than fit on a line
NOT_OURS = re.compile(r"Running as user| \*\* .*\[packet-(?!naverphone)\S+ (INFO|MESSAGE|WARNING)\]"
                      r"|.*g_string_erase: assertion")


def complaints_in(stderr: str) -> list:
    """Lines of standard error, except Wireshark's notices and other dissectors' logs."""
    return [line for line in stderr.splitlines() if not NOT_OURS.match(line)]


def built_plugin() -> pathlib.Path:
    """The plugin in the build folder: plugins/SERIES/epan/naverphone.so."""
    found = sorted(BUILD.glob("plugins/*/epan/naverphone.so"))
    assert len(found) == 1, f"expected one built plugin under {BUILD}/plugins, found {found}"
    return found[0]


def source_archive(build, folder) -> pathlib.Path:
    """The source archive of a build folder, made and unpacked in another folder."""
    subprocess.run(["cpack", "--config", build / "CPackSourceConfig.cmake", "-B", folder], check=True,
                   stdout=subprocess.DEVNULL)
    [archive] = folder.glob("naverphone-*.tar.xz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder)
    return folder / archive.name.removesuffix(".tar.xz")


class Stage:
    """A folder that anybody may read, with everything needed for a run. A context manager."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="naverphone-test-"))
        plugin = built_plugin()
        self.series = plugin.parent.parent.name
        self.plugins = self.folder / "plugins"
        target = self.plugins / self.series / "epan"
        target.mkdir(parents=True)
        shutil.copy(plugin, target)
        for name in ("no-plugins", "no-data"):
            (self.folder / name).mkdir()
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
        """A capture's path by name (documented-call; small ones by theirs). A path is returned unchanged."""
        if isinstance(capture, pathlib.Path):
            return str(capture)
        for folder in (self.captures, *(self.captures / name for name in ("small", "framing", "regress"))):
            path = folder / f"{capture}.pcapng"
            if path.exists():
                return str(path)
        raise FileNotFoundError(f"no capture {capture} in test-captures")

    def new_capture(self, name: str) -> pathlib.Path:
        """The path for a capture that a test writes and tshark reads."""
        return self.folder / name

    def copy(self, capture: pathlib.Path) -> pathlib.Path:
        """Copies any capture to where tshark may read it."""
        copied = self.new_capture(capture.name)
        shutil.copyfile(capture, copied)
        copied.chmod(0o644)
        return copied


class Wireshark:
    """tshark and sharkd, with the plugin or without. They run without extcap programs, because one of these hangs if
    there is no capture source. fast leaves out Wireshark's data files (network card makers, Lua scripts), which take a
    third of a start, and uses large memory pages."""

    def __init__(self, stage: Stage, plugin: bool = True, fast: bool = False):
        self.stage = stage
        self.plugin = plugin
        self.fast = fast
        self.answers = {}       # kept by read()
        self.tables = {}        # kept by rows()
        self.asked = {*OFTEN_ASKED, *(CONTRACT if plugin else ())}

    def command(self, program: str, *arguments) -> list:
        plugins = self.stage.plugins if self.plugin else self.stage.folder / "no-plugins"
        environment = ["env", f"WIRESHARK_PLUGIN_DIR={plugins}", f"WIRESHARK_EXTCAP_DIR={self.stage.folder}/no-plugins",
                       f"HOME={self.stage.home}", f"XDG_CONFIG_HOME={self.stage.home}/config", "LC_ALL=C.UTF-8", "TZ=UTC"]
        if self.fast:
            environment += [f"WIRESHARK_DATA_DIR={self.stage.folder}/no-data", LARGE_PAGES]
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        return [*user, *environment, program, *map(str, arguments)]

    def run(self, *arguments, stderr=None, status=0) -> str:
        """tshark's standard output. Its standard error must be empty, or contain the given text."""
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

    def read(self, capture, *arguments, two_pass=True, **expected) -> str:
        """Output of tshark -r CAPTURE ARGUMENTS, by default in two passes like the window. Outputs are kept and
        reused."""
        passes = ["-2"] if two_pass else []
        command = ("-r", self.stage.find(capture), *passes, *map(str, arguments))
        if expected or not can_be_kept(capture, arguments):
            return self.run(*command, **expected)
        answer = self.answers.get(command) or self.run(*command)
        if len(answer) < MOST_KEPT:
            self.answers[command] = answer
        return answer

    def rows(self, capture, *fields, only="naverphone", two_pass=True, options=(), **expected) -> list:
        """A tuple of texts for each frame that matches the display filter. Several values are joined by commas."""
        options = tuple(map(str, options))
        if expected or not can_be_kept(capture, options):
            table = self.read_table(fields, capture, only, two_pass, options, **expected)
        elif (simple := SimpleFilter.parsed(only)) is not None:
            table = simple.taken(self.table_of({*fields, *simple.fields}, capture, "frame", two_pass, options))
        else:
            table = self.table_of(fields, capture, only, two_pass, options)
        return list(zip(*(table[field] for field in fields)))

    def table_of(self, fields, *question) -> dict:
        """Like read_table(), but reads all fields that tests use and keeps them, so that tshark runs only once."""
        table = self.tables.get(question)
        if table is None or not set(fields) <= table.keys():
            self.asked.update(fields)
            table = self.tables[question] = self.read_table(sorted(self.asked), *question)
        return table

    def read_table(self, fields, capture, only, two_pass, options, **expected) -> dict:
        """Field → its values, one text per frame."""
        wanted = [part for field in fields for part in ("-e", field)]
        text = self.run("-r", self.stage.find(capture), *(["-2"] if two_pass else []), *options, "-Y", only,
                        "-T", "fields", "-E", f"separator={SEPARATOR}", *wanted, **expected)
        rows = [line.split(SEPARATOR) for line in text.split("\n")[:-1]]
        assert all(len(row) == len(fields) for row in rows), f"{capture}: rows of other than {len(fields)} fields"
        columns = zip(*rows) if rows else [()] * len(fields)
        return {field: [*map(_flag, values)] if field in FLAGS else values for field, values in zip(fields, columns)}

    def list_columns(self, capture, only="naverphone", options=(), **how) -> list:
        """(Protocol, Info) of each frame, as in the packet list. From Wireshark 4.4 on, the fields _ws.col.* do not
        show changes made by post-dissectors."""
        text = self.read(capture, *options, "-Y", only, "-T", "tabs",
                         "-o", 'gui.column.format:"Protocol","%p","Info","%i"', **how)
        return [tuple(line.split("\t")) for line in text.splitlines()]

    def column(self, capture, field, **how) -> list:
        """The values of one field, one text per frame."""
        return [row[0] for row in self.rows(capture, field, **how)]

    def frames(self, capture, only, **how) -> list:
        """The numbers of the frames that match a display filter."""
        return [int(row[0]) for row in self.rows(capture, "frame.number", only=only, **how)]

    def table(self, capture, statistic="naverphone,calls", **how) -> list:
        """The rows of a statistics table, as dicts by column title."""
        return rows_in(self.read(capture, "-q", "-z", statistic, **how))

    def flow(self, capture, **how) -> list:
        """(label, comment) of each arrow of the flow graph."""
        return arrows_in(self.read(capture, "-q", "-z", "flow,naverphone,network", **how))

    def experts(self, capture, **how) -> list:
        """(frame, abbreviation) of our expert items, in frame order."""
        return [(int(number), name) for number, *values in self.rows(capture, "frame.number", *EXPERTS, **how)
                for name, value in zip(EXPERTS, values) if value]

    @contextlib.contextmanager
    def sharkd(self, capture):
        """sharkd with this capture loaded."""
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
        answer = self.answer(method, **parameters)
        assert "error" not in answer, answer
        return answer.get("result")

    def answer(self, method: str, **parameters) -> dict:
        """sharkd's answer, including an error."""
        self.number += 1
        request = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            assert line, f"sharkd ended at {method}"
            if not line.startswith("{"):
                continue
            return json.loads(line)

    def lines(self, frame: int) -> list:
        """The texts of the frame's Naver Phone trees, in order."""
        return self.columns_and_lines(frame)[1]

    def columns_and_lines(self, frame: int) -> tuple:
        """A frame's columns and our lines, as shown in the window."""
        answer = self.ask("frame", frame=frame, columns=True, proto=True)
        return answer["col"], [text for node in _ours(answer["tree"]) for text in _texts(node)]


def rows_in(text: str) -> list:
    """The rows of a statistics table printed by tshark."""
    lines = [line for line in text.splitlines() if "|" in line]
    titles = [cell.strip() for cell in lines[0].split("|")][:-1] if lines else []
    return [dict(zip(titles, (cell.strip() for cell in line.split("|")))) for line in lines[1:]]


def arrows_in(text: str) -> list:
    """The arrows of a flow graph printed by tshark."""
    arrows = []
    for line in text.splitlines():
        cells = line.split("|")
        if len(cells) > 3 and cells[1].strip().replace(".", "").isdigit():
            arrows.append((" ".join(cell.strip() for cell in cells[2:-1] if cell.strip()), cells[-1].strip()))
    return arrows


def _flag(values: str) -> str:
    """Converts True and False of later versions to 1 and 0, as in Wireshark 4.0."""
    return values.replace("True", "1").replace("False", "0")


def _ours(nodes):
    """Our trees, including those of packets nested in a packet (802.11 A-MSDU)."""
    for node in nodes:
        if node.get("l", "").startswith("Naver Phone"):
            yield node
        else:
            yield from _ours(node.get("n", ()))


def _texts(node) -> list:
    return [node["l"], *(text for child in node.get("n", ()) for text in _texts(child))]


class SimpleFilter:
    """A display filter made of field names and comparisons with numbers or words in capitals, joined by && and ||. It
    is applied here to all frames of a capture, so tshark need not be started."""

    TERM = re.compile(r"(!?)([a-z][\w.-]*)(?: (==|<=|>=|<|>) (\d+(?:\.\d+)?|[A-Z]+))?")
    COMPARE = {"==": operator.eq, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}

    def __init__(self, choices):
        self.choices = choices      # terms joined by &&, of which one list must hold
        self.fields = {field for terms in choices for _, field, _, _ in terms} - {"frame"}

    @classmethod
    def parsed(cls, text: str):
        """The parsed filter, or None if it is not simple."""
        choices = [[cls.TERM.fullmatch(term) for term in choice.split(" && ")] for choice in text.split(" || ")]
        if not all(term and not (term[1] and term[3]) for terms in choices for term in terms):
            return None
        return cls([[term.groups() for term in terms] for terms in choices])

    def taken(self, table: dict) -> dict:
        """The rows of the table that match."""
        frames = [number for number in range(len(table["frame.number"]))
                  if any(all(self.holds(table, number, *term) for term in terms) for terms in self.choices)]
        return {field: [values[number] for number in frames] for field, values in table.items()}

    def holds(self, table, frame, negated, field, comparison, wanted) -> bool:
        if field == "frame":
            return True
        values = [value for value in table[field][frame].split(",") if value]
        if not comparison:
            return bool(values) != bool(negated)
        if wanted.isalpha():
            return comparison == "==" and wanted in values
        return any(self.COMPARE[comparison](_number(value), _number(wanted)) for value in values)


def _number(text: str) -> float:
    return int(text, 0) if text.startswith("0x") else float(text)


def can_be_kept(capture, arguments) -> bool:
    """True if the output cannot depend on a capture or profile written by a test."""
    return not isinstance(capture, pathlib.Path) and "-C" not in arguments


CONTRACT = dict(line.split("\t") for line in (ROOT / "tests" / "contract-fields.txt").read_text().splitlines())
EXPERTS = sorted(name for name, kind in CONTRACT.items() if kind == "expert")
FLAGS = {name for name, kind in CONTRACT.items() if kind == "FT_BOOLEAN"}
