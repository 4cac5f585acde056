# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes doc/fields.md from the built plugin and the captures: NP_BUILD_DIR=BUILD python3 tests/fields_doc.py

Names, types and meanings come from tshark -G, examples from reading the captures in two passes. Values that one pass
never shows are marked "later". tshark does not list the severities of expert items, so they come from the source.
"""

import re

from harness import ROOT, Stage, Wireshark

PAGE = ROOT / "doc" / "fields.md"
# Captures for examples. The first one with a field or expert item provides the example.
CAPTURES = ["documented-call", "recorded-call", "control-references", "login-query-plain", "login-opaque",
            "login-failed", "full-session-ipv6", "framing-in-three", "framing-torn", "framing-u16be-at-2",
            "control-reset-in-call", "call-not-acknowledged", "call-unfinished", "media-one-way", "media-none",
            "media-after-release", "media-ssrc-collision", "media-unsignalled", "call-busy", "call-hold",
            "call-transferred"]
# Table rows for reading that capture.
OPTIONS = {"framing-u16be-at-2": [
    "-o", 'uat:naverphone_control_framing:"222.122.50.30","10500","u16be@2+4","6","1","1","4","2","be"',
    "-o", 'uat:naverphone_control_messages:"Client to server","1","HELLO"']}
LONGEST = 40        # characters of an example
TYPES = {"FT_UINT8": "number", "FT_UINT16": "number", "FT_UINT32": "number", "FT_FLOAT": "number",
         "FT_BOOLEAN": "yes or no", "FT_STRING": "text", "FT_STRINGZ": "text", "FT_BYTES": "bytes",
         "FT_IPv4": "IPv4 address", "FT_IPv6": "IPv6 address", "FT_FRAMENUM": "frame number",
         "FT_RELATIVE_TIME": "seconds", "FT_NONE": "label"}
SECTIONS = [("Control", "naverphone.control."), ("Login", "naverphone.login."), ("Calls", "naverphone.call"),
            ("Media", "naverphone.media."), ("Every frame of a session", "naverphone.")]
HEAD = """# Fields

Fields can be used in display filters, as columns and with tshark's `-e`. If the values of a field have
[names](#values-with-names), filters accept the number or the name: `naverphone.leg == 3`, `naverphone.leg == "Signalling"`.

*Later* marks what depends on frames after this one. It is shown on later passes only: in tshark with `-2`, in the window
always. The examples are from the captures in [test-captures](../test-captures/README.md).

`tests/fields_doc.py` makes this page from the plugin and a test compares the two, so do not edit it.
"""
STATISTICS = """## Statistics

| tshark `-z` | in the window | what |
|---|---|---|
| `flow,naverphone,network` | Statistics → Flow Graph, flow type *Naver Phone* | a ladder with an arrow for each event, and one for each RTP stream |
| `naverphone,sessions` | Telephony → Naver Phone Sessions | a row for each session: client, login, logout |
| `naverphone,calls` | Telephony → Naver Phone Calls | a row for each call: numbers, times, cause, transfers, RTP in each direction |
| `naverphone,events` | Telephony → Naver Phone Events | how often each event occurred; calls by kind of number and by end |
| `naverphone,tree` | – | the same with rates and shares |
| `naverphone,layout` | Telephony → Naver Phone Control Layout | guesses at the fields of control messages ([control.md](control.md)) |

Each takes a display filter after a comma, such as `-z naverphone,calls,naverphone.session==1`. The window also
has Telephony → VoIP Calls, with a row for each session that has a control connection, a login or a registration, and
Analyze → Conversation Filter → *Naver Phone session* and *Naver Phone call*.
"""
PREFERENCES = """## Preferences

Edit → Preferences → Protocols → NaverPhone, or `-o NAME:VALUE`. *Decode As* → *Naver Phone* on a TCP
port makes the connections of that port control connections. A switch is on if its value is `TRUE`; Wireshark takes
every other value for off.
"""
TABLES = """Three tables are there, too; on the command line, `-o 'uat:TABLE:"…","…"'` adds a row. [control.md](control.md) has an
example.

| table | columns |
|---|---|
| `naverphone_service_prefixes` | prefix, name of the service; `770`, `Collect call` is built in |
| `naverphone_control_framing` | server network, port, framing, header length, offset and width of the type, offset and width of the sequence number, byte order (`be` or `le`) |
| `naverphone_control_messages` | direction (`Client to server` or `Server to client`), type (decimal, or hexadecimal with `0x`), name |
"""


def fields(shark) -> list:
    """(name, title, type, meaning) of each of our fields, in the order of registration."""
    rows = [line.split("\t") for line in shark.run("-G", "fields").splitlines()]
    return [(row[2], row[1], row[3], row[7] if len(row) > 7 else "") for row in rows
            if row[0] == "F" and row[4] == "naverphone"]


def names(shark) -> dict:
    """The names of fields' values: {field: {1: "Control", 2: "Login"}}."""
    found = {}
    for line in shark.run("-G", "values").splitlines():
        row = line.split("\t")
        if row[0] == "V" and row[1].startswith("naverphone."):
            found.setdefault(row[1], {})[int(row[2], 0)] = row[3]
    return found


def severities() -> dict:
    """Expert items in the source: {name: (severity, meaning)}."""
    source = (ROOT / "plugin" / "show" / "fields.c").read_text()
    items = re.findall(r'\{ "(naverphone\.[\w.]+)",\s*PI_\w+,\s*PI_(\w+),\s*((?:"[^"]*"\s*)+),?\s*EXPFILL', source)
    return {name: (severity.lower(), "".join(re.findall(r'"([^"]*)"', text))) for name, severity, text in items}


def examples(shark, wanted, two_pass=True) -> dict:
    """The first occurrence of each field: {name: (value, capture, frame)}."""
    found = {}
    for capture in CAPTURES:
        options = ["-E", "occurrence=f", *OPTIONS.get(capture, ())]
        for frame, *row in shark.rows(capture, "frame.number", *wanted, two_pass=two_pass, options=options):
            for field, value in zip(wanted, row):
                if value:
                    found.setdefault(field, (value, capture, frame))
    return found


def preferences(shark) -> list:
    """(name, default, meaning) of each preference. tshark -G currentprefs has them in comments; the last one is the
    type."""
    found, comment = [], []
    for line in shark.run("-G", "currentprefs").splitlines():
        name, _, value = line.lstrip("#").partition(":")
        if name.startswith("naverphone."):
            found.append((name, value.strip(), " ".join(comment[:-1])))
        comment = [*comment, line.lstrip("# ")] if line.startswith("# ") else []
    return found


def example(value: str, kind: str, valued: dict) -> str:
    if not value:
        return "–"
    if kind == "FT_BOOLEAN":        # 1 and 0, or True and False, depending on the version
        return "`1`" if value in ("1", "True") else "`0`"
    if kind == "FT_FLOAT":
        return f"`{float(value):g}`"
    if valued:
        return f"`{value}` {valued[int(value, 0)]}"
    return f"`{value if len(value) <= LONGEST else value[:LONGEST] + '…'}`".replace("|", "\\|")


def table(rows, titles) -> list:
    return ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles),
            *("| " + " | ".join(row) + " |" for row in rows), ""]


def section_of(name: str) -> str:
    return next(title for title, prefix in SECTIONS if name.startswith(prefix))


def page(shark) -> str:
    """The whole text of doc/fields.md."""
    experts, valued = severities(), names(shark)
    ours = [field for field in fields(shark) if field[0] not in experts]
    wanted = [*(name for name, *_ in ours), *experts]
    seen, at_once = examples(shark, wanted), examples(shark, wanted, two_pass=False)

    def mark(name):
        return " (*later*)" if name in seen and name not in at_once else ""

    def where(name):
        return "`{1}`, frame {2}".format(*seen[name]) if name in seen else "–"

    lines = [HEAD]
    for title in ("Every frame of a session", "Control", "Login", "Calls", "Media"):
        rows = [(f"`{name}`", TYPES.get(kind, kind), (meaning or label) + mark(name),
                 example(seen.get(name, ("",))[0], kind, valued.get(name, {})))
                for name, label, kind, meaning in ours if section_of(name) == title]
        lines += [f"## {title}", "", *table(rows, ("field", "type", "what", "example"))]
    lines += ["## Values with names", "", *table(
        [(f"`{name}`", ", ".join(f"{value} {text}" for value, text in valued[name].items()))
         for name, *_ in ours if name in valued], ("field", "values"))]
    lines += ["## Expert items", "", "An expert item can be used as a filter, too.", "", *table(
        [(f"`{name}`", severity, meaning + mark(name), where(name)) for name, (severity, meaning) in experts.items()],
        ("item", "severity", "what", "example"))]
    lines += [STATISTICS, PREFERENCES, *table(
        [(f"`{name}`", f"`{default}`", meaning) for name, default, meaning in preferences(shark)],
        ("preference", "default", "what")), TABLES]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    with Stage() as stage:
        PAGE.write_text(page(Wireshark(stage)))
    print(f"made {PAGE}")
