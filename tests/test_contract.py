# SPDX-License-Identifier: GPL-2.0-or-later
"""The names that users type exist, with the right types."""

from harness import ROOT

CONTRACT = ROOT / "tests" / "contract-fields.txt"


def offered(shark) -> dict:
    """Name → type, from tshark -G fields."""
    types = {}
    for line in shark.run("-G", "fields").splitlines():
        columns = line.split("\t")
        if columns[0] == "P":
            types[columns[2]] = "protocol"
        elif columns[0] == "F":
            types[columns[2]] = columns[3]
    return types


def agreed() -> list:
    return [tuple(line.split("\t")) for line in CONTRACT.read_text().splitlines()]


def test_all_names_exist_with_their_types(shark):
    types = offered(shark)
    wanted = {name: {"expert": "FT_NONE"}.get(kind, kind) for name, kind in agreed()}
    assert len(wanted) == 91
    assert {name: types.get(name) for name in wanted} == wanted
