# SPDX-License-Identifier: GPL-2.0-or-later
"""Malformed preferences and table cells are refused or ignored, with a message that names them. A damaged file opens.

libwireshark accepts some values without asking the plugin: any boolean but TRUE is false; 1-2-3, - and 0x10 are ranges.
It drops an unfinished row at the end of a file, and prints what it does not understand to standard output.
"""

import re
import subprocess

import pytest

from harness import TIMEOUT, complaints_in

CAPTURE = "full-session"
LONG = "x" * 1000
NO_UTF8 = b"\xff\xfe".decode(errors="surrogateescape")
UNPRINTABLE = ["a\x1b[2J", "a\tb", "a\x07", "a\u202eb", "a\u2028b", NO_UTF8]

# Refused by libwireshark
RANGES = ["x", "70000", "1,,2", "1;2", "1,x", "99999999999", "1-70000", *UNPRINTABLE]
# Ignored, with a warning
WORDS = {
    "login_hosts": ["a!", "-a", ".a", "a..b", "a..", "한국", "a/b", "a:80", "[::1]", LONG, "\x1b[2J", "a\u202eb", NO_UTF8],
    "sip_domains": ["a!", "-a", ".a", "a..b", "a..", "한국", "sip:a", "a@b", LONG, "\x1b[2J", "a\u202eb", NO_UTF8],
    "server_networks": ["x", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/x",
                        "::/129", "::g", "1::2::3", "/8", "1.2.3.4-5", "1.2.3.4:80", LONG, "\x1b[2J", NO_UTF8],
}
NUMBERS = ["-1", "x", "1.5", "1e3", "0x10", "4294967296", "99999999999999999999", NO_UTF8]
# A valid row of each table, and invalid values of its columns
TABLES = {
    "naverphone_service_prefixes": {
        "prefix": ("81", ["", "x", "7 70", "+82", "７７０", LONG, *UNPRINTABLE]),
        "name": ("Other", ["", " ", *UNPRINTABLE]),
    },
    "naverphone_control_framing": {
        "network": ("222.122.50.0/24", ["", *WORDS["server_networks"]]),
        "port": ("10500", ["", "0", "65536", *NUMBERS]),
        "framing": ("u16be@2+4", ["", "x", "u16be", "u16be@2", "u16@0+0", "u7be@0+0", "u16be@x+0", "u16be@-1+0",
                                  "u16be@65536+0", "u16be@99999999999+0", "u16be@0+99999999999", "u16be@6+0", "fixed",
                                  "fixed 0", "fixed -1", "fixed x", "fixed 99999999999", "lines", "lines cr", "nul nul",
                                  "segments", LONG, *UNPRINTABLE]),
        "header_length": ("6", ["1", "65536", *NUMBERS]),
        "type_offset": ("0", ["5", "65536", *NUMBERS]),
        "type_width": ("2", ["5", "255", *NUMBERS]),
        "sequence_offset": ("4", ["5", "65536", *NUMBERS]),
        "sequence_width": ("2", ["3", "5", *NUMBERS]),
        "order": ("be", ["", "x", "be le", "0", "3", "-1", "little", LONG, *UNPRINTABLE]),
    },
    "naverphone_control_messages": {
        "direction": ("1", ["", "0", "3", "-1", "up", "1 2", LONG, *UNPRINTABLE]),
        "type": ("0x10", ["", "x", "-1", "+1", "1.5", "0x", "0xg", "1 1", " 1", "4294967296", "0x100000000", LONG,
                          *UNPRINTABLE]),
        "name": ("HELLO", ["", " ", *UNPRINTABLE]),
    },
}
GOOD = {table: [good for good, _ in columns.values()] for table, columns in TABLES.items()}
ROWS = {table: ",".join(f'"{cell}"' for cell in cells) for table, cells in GOOD.items()}
# A table's name in messages: its file name or its title
NAMED = {table: f"{table}|Naver Phone {title}" for table, title in zip(TABLES, (
    "Service Prefixes", "Control Framing", "Control Messages"))}
MALFORMED = [(table, number, value) for table, columns in TABLES.items()
             for number, (_, values) in enumerate(columns.values()) for value in values]
COLUMNS = sorted({(table, number) for table, number, _ in MALFORMED})
# tshark is started for one value of each column, and for values that JSON cannot contain
OF_EACH_COLUMN = [(*column, next(value for *of_value, value in MALFORMED if tuple(of_value) == column)) for column in COLUMNS]
OF_EACH_COLUMN += [malformed for malformed in MALFORMED if malformed[2] == NO_UTF8]
REFUSED = -4005     # sharkd's error for a preference that cannot be set
# Damage to a row in a file, or to the file; libwireshark does not report an unfinished row
UNFINISHED = {
    "cut in a cell": lambda row: row[:len(row) // 2].encode(),
    "cut behind a comma": lambda row: row[:row.index(",") + 1].encode(),
    "without quotes": lambda row: row.replace('"', "").encode() + b"\n",
    "one line of 1 MB": lambda row: b"7" * (1 << 20) + b"\n",
}
DAMAGED = {
    "a cell too few": lambda row: row.rpartition(",")[0].encode() + b"\n",
    "binary": lambda row: bytes(range(256)) * 16,
    "no UTF-8": lambda row: b'"\xff\xfe",' + row.encode() + b"\n",
    "one cell of 1 MB": lambda row: b'"' + b"x" * (1 << 20) + b'"' + row[row.index(","):].encode() + b"\n",
}


def opened(shark, *options) -> tuple:
    """Shows a capture with these options. Returns the exit status, the output and the messages."""
    command = shark.command("tshark", "-2", "-r", shark.stage.find(CAPTURE), "-Y", "naverphone", "-T", "fields",
                            "-e", "frame.number")
    done = subprocess.run([*command, *(option.encode(errors="surrogateescape") for option in options)], timeout=TIMEOUT,
                          capture_output=True)
    return done.returncode, done.stdout.split(), complaints_in(done.stderr.decode(errors="surrogateescape"))


def is_fit(message, value) -> bool:
    """True if the message contains the value, or its start, and nothing harmful to a terminal."""
    shown = message.replace("...", "")
    return message.isprintable() and len(message) < 400 and ("\\" in shown or "\ufffd" in shown or value[:50] in shown)


@pytest.fixture(scope="module")
def shown(shark):
    """The output without options."""
    status, frames, said = opened(shark)
    assert (status, said) == (0, []) and frames
    return frames


def refused(session, setting, value) -> bool:
    """True if a running sharkd refuses the value. It uses the same libwireshark function as tshark, without a start for
    each."""
    answer = session.answer("setconf", name=setting, value=value)
    assert answer.get("error", {}).get("code", REFUSED) == REFUSED, answer
    return "error" in answer


@pytest.mark.parametrize("key", ["control_ports", "login_ports"])
def test_malformed_range_is_refused_by_name(shark, key):
    setting = f"naverphone.{key}"
    with shark.sharkd(CAPTURE) as session:
        assert [value for value in RANGES if value != NO_UTF8 and not refused(session, setting, value)] == []
    for value in (RANGES[0], NO_UTF8):
        status, frames, said = opened(shark, "-o", f"{setting}:{value}")
        assert status == 1 and frames == []
        assert f"{setting}:" in said[0]


@pytest.mark.parametrize("key", WORDS)
def test_malformed_word_is_ignored_by_name(shark, shown, key):
    good = {"login_hosts": "np.naver.com", "sip_domains": "naver.com", "server_networks": "222.122.50.0/24 220.95.236.0/24"}
    status, frames, warnings = opened(shark, "-o", f"naverphone.{key}:{' '.join(WORDS[key])} {good[key]}")
    assert (status, frames, len(warnings)) == (0, shown, len(WORDS[key]))
    assert [(word, warning) for word, warning in zip(WORDS[key], warnings)
            if not (f"naverphone.{key}:" in warning and is_fit(warning, word))] == []


def test_valid_row_of_each_table_is_accepted(shark, shown):
    for table, row in ROWS.items():
        assert opened(shark, "-o", f"uat:{table}:{row}") == (0, shown, [])


def row_with(table, number, value) -> list:
    """The valid row of the table with one cell replaced."""
    return [value if number == other else cell for other, cell in enumerate(GOOD[table])]


def test_malformed_cell_is_refused(shark):
    with shark.sharkd(CAPTURE) as session:
        taken = [(table, number, value) for table, number, value in MALFORMED if value != NO_UTF8 and not refused(
            session, f"uat:{table}", ",".join(f'"{cell}"' for cell in row_with(table, number, value)))]
    assert taken == []


@pytest.mark.parametrize("table, number, value", OF_EACH_COLUMN)
def test_malformed_cell_is_refused_by_name(shark, table, number, value):
    row = ",".join(f'"{cell}"' for cell in row_with(table, number, value))
    status, frames, said = opened(shark, "-o", f"uat:{table}:{row}")
    assert status == 1 and frames == []
    assert f"uat:{table}:" in "".join(said)


# ---- a profile's files -----------------------------------------------------------------------------------------------

@pytest.fixture
def profile(stage):
    """Writes a file into a new profile. Returns the option that selects it."""
    folder = stage.home / "config" / "wireshark" / "profiles" / "malformed"

    def write(name, content):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        subprocess.run(["chmod", "-R", "a+rwX", stage.home / "config"], check=True)
        return "-C", "malformed"
    yield write
    for path in folder.glob("*"):
        path.unlink()


def escaped(value) -> bytes:
    """The cell as libwireshark writes it into a file."""
    return b"".join(b"%c" % byte if 32 <= byte < 127 and byte not in b'"\\' else b"\\x%02x" % byte
                    for byte in value.encode(errors="surrogateescape"))


@pytest.mark.parametrize("table, number", COLUMNS)
def test_rows_with_malformed_cells_are_dropped_with_a_warning(shark, shown, profile, table, number):
    values = [value for of_table, of_column, value in MALFORMED if (of_table, of_column) == (table, number)]
    rows = (b",".join(b'"%s"' % escaped(cell) for cell in row_with(table, number, value)) + b"\n" for value in values)
    status, frames, said = opened(shark, *profile(table, b"".join(rows)))
    assert (status, frames) == (0, shown)
    assert len(said) == 1 and re.search(NAMED[table], said[0])


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("table", TABLES)
def test_damaged_file_gives_a_warning_and_shows_the_capture(shark, shown, profile, table, damage):
    status, frames, said = opened(shark, *profile(table, DAMAGED[damage](ROWS[table])))
    assert (status, frames[-1]) == (0, shown[-1]) and len(frames) >= len(shown)
    assert said and all(re.search(NAMED[table], line) and len(line) < 400 for line in said)


@pytest.mark.parametrize("damage", UNFINISHED)
@pytest.mark.parametrize("table", TABLES)
def test_unfinished_file_opens_and_shows_the_capture(shark, shown, profile, table, damage):
    status, frames, said = opened(shark, *profile(table, UNFINISHED[damage](ROWS[table])))
    assert (status, frames[-1], len(frames)) == (0, shown[-1], len(shown))
    assert all(re.search(NAMED[table], line) for line in said)
