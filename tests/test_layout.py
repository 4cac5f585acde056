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
    """Direction to offset to (width, byte order, kind)."""
    found = {UP: {}, DOWN: {}}
    for line in printed(shark, capture, **how):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 9 and cells[1] in found:
            _, direction, offset, width, order, kind, *_ = cells
            found[direction][int(offset)] = (width, order, kind)
    return found


def lines_for(shark, capture, table) -> list:
    """What is printed to be put into a table's file."""
    lines = iter(printed(shark, capture))
    next(line for line in lines if line == f"Rows for the table {table}")
    return list(itertools.takewhile(lambda line: line.startswith(('"', "#")), lines))


def rows_for(shark, capture, table) -> list:
    return [line for line in lines_for(shark, capture, table) if line.startswith('"')]


# ---- real protocols ---------------------------------------------------------------------------------------

MODBUS = {0: ("2", "be", "Sequence"), 4: ("2", "be", "Length"), 7: ("1", "-", "Type")}


@pytest.mark.parametrize("direction", [UP, DOWN])
def test_of_modbus_it_names_sequence_length_and_type(shark, direction):
    found = fields(shark, "modbus")[direction]
    assert {offset: found[offset] for offset in MODBUS} == MODBUS


def test_of_mysql_it_names_the_servers_length_sequence_and_type(shark):
    found = fields(shark, "mysql")[DOWN]
    assert [found[offset] for offset in (0, 3, 4)] == [("2", "le", "Length"), ("1", "-", "Sequence"),
                                                       ("1", "-", "Type")]


@pytest.mark.parametrize("direction", [UP, DOWN])
def test_of_dns_it_names_the_length_and_the_identifier_that_is_echoed(shark, direction):
    found = fields(shark, "dns")[direction]
    assert (found[0], found[2]) == (("2", "be", "Length"), ("2", "be", "Transaction"))


def test_of_bgp_it_names_the_marker_the_length_and_the_type(shark):
    for found in fields(shark, "bgp").values():
        assert [found[offset] for offset in (0, 16, 18)] == [("16", "-", "Constant"), ("2", "be", "Length"),
                                                             ("1", "-", "Type")]


def test_of_random_bytes_it_claims_no_field(shark):
    kinds = {kind for found in fields(shark, "random").values() for _, _, kind in found.values()}
    assert kinds <= {"Unknown", "High entropy"}


@pytest.mark.parametrize("capture", ["modbus", "mysql", "framing-u16be-at-2"])
def test_one_pass_and_two_show_the_same_layout_of_a_decided_stream(shark, capture):
    one, two = (fields(shark, capture, two_pass=two_pass) for two_pass in (False, True))
    assert {direction: {offset for offset, (_, _, kind) in found.items() if kind in ("Length", "Type")}
            for direction, found in one.items()} == {
        direction: {offset for offset, (_, _, kind) in found.items() if kind in ("Length", "Type")}
        for direction, found in two.items()}


def test_a_connection_without_framing_does_not_hide_the_layout_of_one_beside_it(shark):
    found = fields(shark, "framing-side-by-side", two_pass=True)
    assert [found[direction][2] for direction in (UP, DOWN)] == [("2", "be", "Length")] * 2


# ---- the way to named messages --------------------------------------------------------------------------

def test_the_printed_lines_are_rows_that_the_tables_take(shark):
    framing, *_ = rows_for(shark, "modbus", FRAMINGS)
    names = rows_for(shark, "modbus", NAMES)
    options = [*decode_as("modbus"), *(part for table, row in [(FRAMINGS, framing), *((NAMES, name) for name in names)]
                                       for part in ("-o", f"uat:{table}:{row}"))]
    shown = shark.rows("modbus", "naverphone.control.framing_origin", "naverphone.control.type",
                       "naverphone.control.type_name", only="naverphone.control.message", options=options)
    assert {origin for origin, _, _ in shown} == {"1"}
    assert all(name == f"TYPE {number}" for _, number, name in shown)


def test_the_printed_lines_are_a_file_that_wireshark_reads(shark, stage):
    folder = stage.home / "config" / "wireshark" / "profiles" / "layout"
    folder.mkdir(parents=True, exist_ok=True)
    for table in (FRAMINGS, NAMES):
        (folder / table).write_text("\n".join(lines_for(shark, "modbus", table)) + "\n")
    subprocess.run(["chmod", "-R", "a+rwX", stage.home / "config"], check=True)
    types = shark.column("modbus", "naverphone.control.type_name", only="naverphone.control.type_name",
                         options=("-C", "layout", *decode_as("modbus")))
    assert types and all(name.startswith("TYPE ") for name in types)


# ---- the window -------------------------------------------------------------------------------------------

def test_the_window_gets_the_same_table(shark):
    with shark.sharkd("framing-u16be-at-2") as session:
        [tap] = session.ask("tap", tap0=f"nstat:{LAYOUT}")["taps"]
    rows = [row for table in tap["tables"][:1] for row in table["i"]]
    shown = [[cell.strip() for cell in line.split("|")][:-1] for line in printed(shark, "framing-u16be-at-2")
             if line.count("|") == 8 and (UP in line or DOWN in line)]
    assert rows == shown
