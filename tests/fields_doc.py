# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes doc/fields.md from the built plugin and the captures: NP_BUILD_DIR=BUILD python3 tests/fields_doc.py

Names, types and meanings are what tshark -G tells, examples what it shows of the captures in two passes. Only the
severities of expert items are read from the source: tshark has no list of them."""

import re

from harness import ROOT, Stage, Wireshark

PAGE = ROOT / "doc" / "fields.md"
# Where examples come from; the first capture that has a field gives it.
CAPTURES = ["documented-call", "recorded-call", "control-references", "login-query-plain", "login-opaque", "login-failed",
            "full-session-ipv6", "framing-in-three", "framing-torn", "call-busy", "media-after-release"]
LONGEST = 40        # characters of an example
TYPES = {"FT_UINT8": "number", "FT_UINT16": "number", "FT_UINT32": "number", "FT_BOOLEAN": "yes or no", "FT_FLOAT": "number",
         "FT_STRING": "text", "FT_STRINGZ": "text", "FT_BYTES": "bytes", "FT_IPv4": "IPv4 address", "FT_IPv6": "IPv6 address",
         "FT_FRAMENUM": "frame number", "FT_RELATIVE_TIME": "seconds", "FT_NONE": "label"}
SECTIONS = [("Control", "naverphone.control."), ("Login", "naverphone.login."), ("Calls", "naverphone.call"),
            ("Media", "naverphone.media."), ("Every frame of a session", "naverphone.")]
HEAD = """# Fields

What can be typed into a display filter, a column or `-e`. Made by `tests/fields_doc.py` from the plugin, and checked by its
tests: do not edit. Types are those of display filters; a number with names can be compared with either. The examples
are of the captures in [test-captures](../test-captures/README.md); a dash stands where it takes a row in a table of yours.

A field that needs what comes after its frame is there on later passes alone (`-2`, the window).
"""


def fields(shark) -> list:
    """(name, title, type, meaning) of each of ours, in the order in which they are registered."""
    rows = [line.split("\t") for line in shark.run("-G", "fields").splitlines()]
    return [(row[2], row[1], row[3], row[7] if len(row) > 7 else "") for row in rows
            if row[0] == "F" and row[4] == "naverphone"]


def names(shark) -> dict:
    """The names of a field's values: {field: "1 Control, 2 Login"}."""
    found = {}
    for line in shark.run("-G", "values").splitlines():
        row = line.split("\t")
        if row[0] == "V" and row[1].startswith("naverphone."):
            found.setdefault(row[1], []).append((int(row[2], 0), row[3]))
    return {field: ", ".join(f"{value} {name}" for value, name in values) for field, values in found.items()}


def severities() -> dict:
    """Of the expert items, as the source has them: {name: (severity, meaning)}."""
    source = (ROOT / "plugin" / "fields.c").read_text()
    items = re.findall(r'\{ "(naverphone\.[\w.]+)",\s*PI_\w+,\s*PI_(\w+),\s*((?:"[^"]*"\s*)+),?\s*EXPFILL', source)
    return {name: (severity.lower(), "".join(re.findall(r'"([^"]*)"', text))) for name, severity, text in items}


def examples(shark, wanted) -> dict:
    """A value of each field, from the first capture that has one."""
    found = {}
    for capture in CAPTURES:
        for row in shark.rows(capture, *wanted, two_pass=True, options=("-E", "occurrence=f")):
            for field, value in zip(wanted, row):
                if value:
                    found.setdefault(field, value)
    return found


def example(value: str, kind: str) -> str:
    if not value:
        return "–"
    if kind == "FT_BOOLEAN":        # 1 and 0, or True and False: as the version has it
        return "`1`" if value in ("1", "True") else "`0`"
    if kind == "FT_FLOAT":
        return f"`{float(value):g}`"
    return f"`{value if len(value) <= LONGEST else value[:LONGEST] + '…'}`".replace("|", "\\|")


def table(rows, titles) -> list:
    return ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles), *("| " + " | ".join(row) + " |" for row in rows), ""]


def section_of(name: str) -> str:
    return next(title for title, prefix in SECTIONS if name.startswith(prefix))


def page(shark) -> str:
    """The whole text of doc/fields.md."""
    experts, valued = severities(), names(shark)
    ours = [field for field in fields(shark) if field[0] not in experts]
    values = examples(shark, [name for name, *_ in ours])
    lines = [HEAD]
    for title in ("Every frame of a session", "Control", "Login", "Calls", "Media"):
        rows = [(f"`{name}`", TYPES[kind], meaning or label, example(values.get(name, ""), kind))
                for name, label, kind, meaning in ours if section_of(name) == title]
        lines += [f"## {title}", "", *table(rows, ("field", "type", "what", "example"))]
    lines += ["## Values with names", "", *table(
        [(f"`{name}`", valued[name]) for name, *_ in ours if name in valued], ("field", "values"))]
    lines += ["## Expert items", "", "Each is a filter, too.", "", *table(
        [(f"`{name}`", severity, meaning) for name, (severity, meaning) in experts.items()],
        ("item", "severity", "what it says"))]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    with Stage() as stage:
        PAGE.write_text(page(Wireshark(stage)))
    print(f"made {PAGE}")
