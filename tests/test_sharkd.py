# SPDX-License-Identifier: GPL-2.0-or-later
"""What the Wireshark window asks for, asked of sharkd: flow graph, call table, filters, trees."""

import pytest


@pytest.fixture(scope="module")
def call_complete(shark):
    with shark.sharkd("call-complete") as session:
        yield session


@pytest.fixture(scope="module")
def two_clients(shark):
    with shark.sharkd("two-clients") as session:
        yield session


def tap(session, name, **more) -> dict:
    [answer] = session.ask("tap", tap0=name, **more)["taps"]
    return answer


def numbers(session, only) -> list:
    return [int(frame["num"]) for frame in session.ask("frames", filter=only)]


def calls(session, name="stat:naverphone,calls") -> list:
    """The rows of the call table, each a dict by column title."""
    [table] = tap(session, name)["tables"]
    return [dict(zip((column["n"] for column in table["columns"]), row)) for row in table["rows"]] \
        if isinstance(table["columns"][0], dict) else [dict(zip(table["columns"], row)) for row in table["rows"]]


def test_probe(call_complete, two_clients, shark):
    import json
    print(json.dumps(tap(call_complete, "seqa:naverphone"))[:3000])
    print(json.dumps(tap(call_complete, "stat:naverphone,calls"))[:3000])
    print(numbers(two_clients, "naverphone.call==1"), shark.frames("two-clients", "naverphone.call==1", two_pass=True))
    print(json.dumps(call_complete.ask("info"))[:200])
    print([k for k in json.dumps(call_complete.ask("info")).split('{') if "aver" in k])
    print(json.dumps(call_complete.ask("frames")[10:16]))
    assert 0
