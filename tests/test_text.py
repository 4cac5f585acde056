# SPDX-License-Identifier: GPL-2.0-or-later
"""Text from the network is escaped as in Wireshark before it reaches a terminal or column, and is never used as a
format.
"""

import re
import subprocess
import unicodedata

import pytest

from harness import TIMEOUT

CAPTURE = "text-harmful"
# Expected output for the texts in test-captures/maker/scenarios/text.py, which follow a letter for their place. How
# invalid UTF-8 is replaced and how ASCII is escaped depend on the version.
SHOWN = {
    "format": r"%n%s%08x%%",
    "escape": r"\\(033|x1b)\[2J\\(033|x1b)\]0;x\\(a|007|x07)",
    "control": r"a\\(001|x01)\\(b|x08)\\(v|x0b)\\(f|x0c)\\(177|x7f)b",
    "c1": r"a\\u009b2Jb\\u0085",
    "bidi": r"a\\u202eb\\u2066c\\u200fd\\u061ce",
    "line": r"a\\u2028b\\u2029c\\ufeff\\u200b",
    "invalid": "a\ufffd+b\ufffd+",
    "cp949": "\ufffd[^ -~]*\ufffd",
}
COLUMNS = ",".join(f'"{name}","%Cus:naverphone.{name}:0:R"' for name in (
    "identity", "control.text", "login.param", "login.param.value", "login.uri", "call.id", "call.caller", "call.dialled",
    "call.cause"))
STATISTICS = ("naverphone,calls", "naverphone,sessions", "naverphone,layout", "naverphone,tree", "flow,naverphone,network",
              "expert")
WAYS = {
    "details": ["-V"],
    "columns": ["-o", f'gui.column.format:"Protocol","%p",{COLUMNS}'],
    "tabs": ["-T", "tabs", "-o", f'gui.column.format:"Protocol","%p",{COLUMNS}'],
    "json": ["-T", "json", "-J", "naverphone"],
    "raw json": ["-T", "jsonraw", "-J", "naverphone"],
    "ek": ["-T", "ek", "-J", "naverphone"],
    "pdml": ["-T", "pdml", "-J", "naverphone"],
    **{statistic: ["-q", "-z", statistic] for statistic in STATISTICS},
}
SHOWS_OTHERS = ("details", "expert")


def string_fields(shark) -> list:
    rows = (line.split("\t") for line in shark.run("-G", "fields").splitlines() if line.startswith("F\t"))
    return [row[2] for row in rows if row[2].startswith("naverphone.") and row[3] == "FT_STRING"]


def is_harmful(line) -> bool:
    """True for control characters except tabs, bidi marks and other formats, line and paragraph separators, and invalid
    UTF-8."""
    return any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") and character != "\t"
               for character in line)


def harmful_lines(shark, *arguments) -> set:
    """The harmful lines of an output. Text messages of the control leg may contain line ends."""
    done = subprocess.run(shark.command("tshark", "-r", shark.stage.find(CAPTURE), *arguments), capture_output=True,
                          check=True, timeout=TIMEOUT)
    return set(filter(is_harmful, re.split("\r?\n", done.stdout.decode(errors="surrogateescape"))))


def values(shark, field) -> list:
    """The distinct values of a field, in order. From 4.6 on, -T fields doubles backslashes."""
    return list(dict.fromkeys(text.replace("\\\\", "\\") for text in shark.column(CAPTURE, field, only=field)))


def means(harm, text, before="", behind="") -> bool:
    return re.fullmatch(before + SHOWN[harm] + behind, text, re.I) is not None


@pytest.mark.parametrize("way", WAYS)
def test_no_output_has_harmful_text_of_ours(shark, bare, way, two_pass):
    passes = ["-2"] if two_pass else []
    of_others = harmful_lines(bare, *passes, *WAYS[way]) if way in SHOWS_OTHERS else set()
    assert harmful_lines(shark, *passes, *WAYS[way]) - of_others == set()


def test_no_field_has_harmful_text(shark):
    fields = string_fields(shark)
    assert len(fields) > 15
    options = [part for field in fields for part in ("-e", field)]
    assert harmful_lines(shark, "-2", "-T", "fields", *options) == set()


@pytest.mark.parametrize("field, before, behind", [
    ("naverphone.identity", "u", ""), ("naverphone.call.id", "id", r"@220\.69\.240\.\d+"),
])
def test_text_is_escaped_as_in_wireshark(shark, field, before, behind):
    shown = [text for text in values(shark, field) if re.match(before + r"(\D|$)", text)]
    assert [harm for harm in SHOWN if any(means(harm, text, before, behind) for text in shown)] == list(SHOWN)


def test_text_is_not_used_as_a_format(shark):
    table = shark.table(CAPTURE)
    assert {(row["Caller"], row["Cause"], row["Codec from client"]) for row in table if "%" in row["Caller"]} == {
        ("u%n%s%08x%%", 'SIP;cause=200;text="%n%s%08x%%"', "C%n%s%08x%%"), ("u%n%s%08x%%", "486 %n%s%08x%%", "-")}
    assert "INVITE %n%s%08x%%88" in [label for label, _ in shark.flow(CAPTURE)]
    details = shark.read(CAPTURE, "-V", "-Y", "naverphone.login.param")
    assert "Parameter: n%n%s%08x%%" in details


def test_korean_control_text_is_shown_in_korean(shark):
    assert "HELLO 네이버" in {text.replace("\\r\\n", "") for text in values(shark, "naverphone.control.text")}
