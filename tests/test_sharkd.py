# SPDX-License-Identifier: GPL-2.0-or-later
"""What the window requests, tested through sharkd: flow graph, call table, filters, trees with links."""

import pytest


@pytest.fixture(scope="module")
def complete(shark):
    """The capture call-complete, loaded."""
    with shark.sharkd("call-complete") as session:
        yield session


@pytest.fixture(scope="module")
def two_clients(shark):
    """The capture two-clients, loaded."""
    with shark.sharkd("two-clients") as session:
        yield session


def tap(session, name) -> dict:
    [answer] = session.ask("tap", tap0=name)["taps"]
    return answer


def calls(session) -> list:
    """The rows of the call table, as dicts by column title."""
    answer = tap(session, "nstat:naverphone,calls")
    titles = [field["c"] for field in answer["fields"]]
    return [dict(zip(titles, row)) for table in answer["tables"] for row in table["i"]]


def filtered(session, only) -> list:
    return [frame["num"] for frame in session.ask("frames", filter=only)]


def nodes(tree) -> list:
    return [each for node in tree for each in (node, *nodes(node.get("n", ())))]


def test_flow_graph_has_an_arrow_per_event_and_stream(shark, complete):
    flow = tap(complete, "seqa:naverphone")
    assert [arrow["c"] for arrow in flow["flows"]] == [comment for _, comment in shark.flow("call-complete")]
    assert sum("packets" in arrow["c"] for arrow in flow["flows"]) == 2


def test_flow_graph_has_a_line_per_host(complete):
    assert tap(complete, "seqa:naverphone")["nodes"] == ["220.69.240.206", "222.122.50.30", "222.122.50.31",
                                                         "220.95.236.226"]


def test_call_table_has_the_rows_printed_by_tshark(shark, two_clients):
    rows = [{title: str(value) for title, value in row.items()} for row in calls(two_clients)]
    assert rows == shark.table("two-clients", two_pass=True)
    assert [row["Caller"] for row in rows] == ["hongtest", "kimtest"]


def test_call_table_can_be_requested_again(two_clients):
    assert calls(two_clients) == calls(two_clients)


def test_window_offers_flow_graph_and_call_table(complete):
    offered = complete.ask("info")
    assert {"name": "Naver Phone", "tap": "seqa:naverphone"} in offered["seqa"]
    assert {"name": "Naver Phone Calls", "tap": "nstat:naverphone,calls"} in offered["nstat"]


@pytest.mark.parametrize("only", ["naverphone.call == 1", "naverphone.call == 2", "naverphone.session == 2",
                                  "naverphone.leg == Media", 'naverphone.event == "Answer"',
                                  "naverphone.evidence.network == 1", "naverphone.call.first"])
def test_display_filter_selects_the_same_frames_as_in_tshark(shark, two_clients, only):
    assert filtered(two_clients, only) == shark.frames("two-clients", only, two_pass=True) != []


def test_filter_names_are_completed(complete):
    names = {field["f"] for field in complete.ask("complete", field="naverphone.call.r")["field"]}
    assert {"naverphone.call.release_frame", "naverphone.call.released_by"} <= names


def test_signalling_and_media_trees_name_session_and_call(two_clients):
    for number in filtered(two_clients, "naverphone.call == 2"):
        lines = two_clients.lines(number)
        assert lines[0].endswith(", session 2, call 2")
        assert {"Session: 2", "Call: 2"} <= set(lines)


def test_control_and_login_trees_name_only_the_session(two_clients):
    for number in filtered(two_clients, "naverphone.session == 1 && naverphone.leg <= 2"):
        lines = two_clients.lines(number)
        assert lines[0].endswith(", session 1")
        assert "Session: 1" in lines and not any(line.startswith("Call") for line in lines)


def test_frame_links_lead_to_their_frames(complete):
    [first] = filtered(complete, "naverphone.call.first")
    tree = complete.ask("frame", frame=first, proto=True)["tree"]
    links = {node["f"].split()[0]: node["fnum"] for node in nodes(tree)
             if node.get("t") == "framenum" and node["f"].startswith("naverphone")}
    [answer] = filtered(complete, 'naverphone.event == "Answer"')
    [release] = filtered(complete, 'naverphone.event == "Release"')
    assert links["naverphone.call.answer_frame"] == answer
    assert links["naverphone.call.release_frame"] == release


def test_only_fields_on_the_wire_are_not_generated(complete):
    wire = {"naverphone", "naverphone.control.payload", "naverphone.control.text"}
    [number, *_] = filtered(complete, "naverphone.control.payload")
    tree = complete.ask("frame", frame=number, proto=True)["tree"]
    ours = nodes([node for node in tree if node["l"].startswith("Naver Phone")])
    assert {node["f"].split()[0] for node in ours if not node.get("g") and "f" in node} <= wire


def test_tree_selects_the_bytes_of_control_payload(complete):
    [number, *_] = filtered(complete, "naverphone.control.payload")
    tree = complete.ask("frame", frame=number, proto=True)["tree"]
    [payload] = [node for node in nodes(tree) if node.get("f", "").startswith("naverphone.control.payload")]
    [tcp_payload] = [node for node in nodes(tree) if node.get("f", "").startswith("tcp.payload")]
    assert payload["h"] == tcp_payload["h"]
