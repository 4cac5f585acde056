# SPDX-License-Identifier: GPL-2.0-or-later
"""The layout of control messages: a table of inferred fields, and lines for the user's tables."""

import itertools
import subprocess

import pytest

PORTS = {"modbus": "20502", "mysql": "20306", "dns": "20053", "bgp": "20179", "random": "20001"}
UP, DOWN = "Client to server", "Server to client"
LAYOUT = "naverphone,layout"
FRAMINGS, NAMES = "naverphone_control_framing", "naverphone_control_messages"


def decode_as(capture) -> list:
    return ["-d", f"tcp.port=={PORTS[capture]},naverphone"] if capture in PORTS else []


def printed(shark, capture, two_pass=True) -> list:
    return shark.read(capture, *decode_as(capture), "-q", "-z", LAYOUT, two_pass=two_pass).splitlines()


def fields(shark, capture, **how) -> dict:
    """Direction → offset → (width, byte order, kind)."""
    found = {UP: {}, DOWN: {}}
    for line in printed(shark, capture, **how):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 9 and cells[1] in found:
            _, direction, offset, width, order, kind, *_ = cells
            found[direction][int(offset)] = (width, order, kind)
    return found


def lines_for(shark, capture, table) -> list:
    """The printed lines for the table's file."""
    lines = iter(printed(shark, capture))
    next(line for line in lines if line == f"Rows for the table {table}")
    return list(itertools.takewhile(lambda line: line.startswith(('"', "#")), lines))


def rows_for(shark, capture, table) -> list:
    return [line for line in lines_for(shark, capture, table) if line.startswith('"')]


# ---- real protocols ---------------------------------------------------------------------------------------

MODBUS = {0: ("2", "be", "Sequence"), 4: ("2", "be", "Length"), 7: ("1", "-", "Type")}


@pytest.mark.parametrize("direction", [UP, DOWN])
def test_modbus_has_sequence_length_and_type(shark, direction):
    found = fields(shark, "modbus")[direction]
    assert {offset: found[offset] for offset in MODBUS} == MODBUS


def test_mysql_server_has_length_sequence_and_type(shark):
    found = fields(shark, "mysql")[DOWN]
    assert [found[offset] for offset in (0, 3, 4)] == [("2", "le", "Length"), ("1", "-", "Sequence"),
                                                       ("1", "-", "Type")]


@pytest.mark.parametrize("direction", [UP, DOWN])
def test_dns_has_length_and_echoed_identifier(shark, direction):
    found = fields(shark, "dns")[direction]
    assert (found[0], found[2]) == (("2", "be", "Length"), ("2", "be", "Transaction"))


def test_bgp_has_marker_length_and_type(shark):
    for found in fields(shark, "bgp").values():
        assert [found[offset] for offset in (0, 16, 18)] == [("16", "-", "Constant"), ("2", "be", "Length"),
                                                             ("1", "-", "Type")]


def test_random_bytes_have_no_field(shark):
    kinds = {kind for found in fields(shark, "random").values() for _, _, kind in found.values()}
    assert kinds <= {"Unknown", "High entropy"}


@pytest.mark.parametrize("capture", ["modbus", "mysql", "framing-u16be-at-2"])
def test_layout_of_decided_stream_is_the_same_in_both_passes(shark, capture):
    one, two = (fields(shark, capture, two_pass=two_pass) for two_pass in (False, True))
    assert {direction: {offset for offset, (_, _, kind) in found.items() if kind in ("Length", "Type")}
            for direction, found in one.items()} == {
        direction: {offset for offset, (_, _, kind) in found.items() if kind in ("Length", "Type")}
        for direction, found in two.items()}


def test_unframed_connection_does_not_hide_the_layout_of_another(shark):
    found = fields(shark, "framing-side-by-side", two_pass=True)
    assert [found[direction][2] for direction in (UP, DOWN)] == [("2", "be", "Length")] * 2


# ---- the table ----------------------------------------------------------------------------------------

def test_table_asked_for_twice_counts_each_message_once(shark):
    once = printed(shark, "framing-u16be")
    assert shark.read("framing-u16be", "-q", "-z", LAYOUT, "-z", LAYOUT, two_pass=True).splitlines() == 2 * once


def test_server_with_too_few_messages_has_a_row_for_each_direction(shark):
    rows = [[cell.strip() for cell in line.split("|")][1:8] for line in printed(shark, "framing-few") if "few" in line]
    assert rows == [[direction, "0", "rest", "-", "Unknown", "0.00", "too few messages: 2"] for direction in (UP, DOWN)]


# ---- from layout to named messages ----------------------------------------------------------------------

def test_printed_lines_are_valid_table_rows(shark):
    framing, *_ = rows_for(shark, "modbus", FRAMINGS)
    names = rows_for(shark, "modbus", NAMES)
    options = [*decode_as("modbus"), *(part for table, row in [(FRAMINGS, framing), *((NAMES, name) for name in names)]
                                       for part in ("-o", f"uat:{table}:{row}"))]
    shown = shark.rows("modbus", "naverphone.control.framing_origin", "naverphone.control.type",
                       "naverphone.control.type_name", only="naverphone.control.message", options=options)
    assert {origin for origin, _, _ in shown} == {"1"}
    assert all(name == f"TYPE {number}" for _, number, name in shown)


def test_printed_lines_are_a_valid_table_file(shark, stage):
    folder = stage.home / "config" / "wireshark" / "profiles" / "layout"
    folder.mkdir(parents=True, exist_ok=True)
    for table in (FRAMINGS, NAMES):
        (folder / table).write_text("\n".join(lines_for(shark, "modbus", table)) + "\n")
    subprocess.run(["chmod", "-R", "a+rwX", stage.home / "config"], check=True)
    types = shark.column("modbus", "naverphone.control.type_name", only="naverphone.control.type_name",
                         options=("-C", "layout", *decode_as("modbus")))
    assert types and all(name.startswith("TYPE ") for name in types)


# ---- the window -------------------------------------------------------------------------------------------

def test_window_shows_the_same_table(shark):
    with shark.sharkd("framing-u16be-at-2") as session:
        [tap] = session.ask("tap", tap0=f"nstat:{LAYOUT}")["taps"]
    rows = [row for table in tap["tables"][:1] for row in table["i"]]
    shown = [[cell.strip() for cell in line.split("|")][:-1] for line in printed(shark, "framing-u16be-at-2")
             if line.count("|") == 8 and (UP in line or DOWN in line)]
    assert rows == shown
