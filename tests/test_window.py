# SPDX-License-Identifier: GPL-2.0-or-later
"""The Wireshark window: each screen on which Naver Phone shows is opened, read and pictured."""

import os
import re
import shutil
import subprocess
import time

import mutations
import pytest

from harness import BUILD, ROOT
from window import Desktop, Window, missing, wait

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no window can be driven without {', '.join(missing())}")

STORY = "naverphone && naverphone.event != 61"       # the README's
PROFILE = "Naver Phone"


@pytest.fixture(scope="module")
def desktop(shark):
    with Desktop(shark) as made:
        yield made


@pytest.fixture
def window(desktop):
    with Window(desktop, "recorded-call") as opened:
        yield opened


# ---- main window ----------------------------------------------------------------------------

def test_the_main_window_shows_the_story_and_the_call_in_the_details(window, shark):
    window.filter(STORY)
    count = len(shark.frames("recorded-call", STORY, two_pass=True))
    wait(lambda: window.displayed == count, f"{count} packets displayed")
    window.packets.select(window.packets.row("INVITE"))
    ours = window.details.row("[Naver Phone, Signalling: Invite, session 1, call 1]")
    window.details.select(ours)
    window.menu("View", "Expand Subtrees")
    shown = wait(lambda: len(window.details.rows) > ours + 1 and window.details.rows, "tree expanded")
    for line in ("[Session: 1]", "[Identity: hongtest]", "[Logged in (frame 15)]", "[Evidence: SIP domain, known peer]",
                 "[.... .... .... .... .... .... ..0. .... = Decode As: No]", "[Call: 1]", "[Service: Collect call]",
                 "[E.164: +821012345678]", "[Outcome: Released (5)]"):
        assert [line] in shown
    window.screenshot("window", window.main)


@pytest.mark.parametrize("item", ["Naver Phone session", "Naver Phone call"])
@pytest.mark.parametrize("packet, shown", [("INVITE", "[Naver Phone, Signalling: Invite, session 1, call 1]"),
                                           ("PT=", "[Naver Phone, Media: Media start, session 1, call 1]")])
def test_a_conversation_filter_shows_the_session_or_call_alone(window, shark, item, packet, shown):
    window.packets.select(window.packets.row(packet))
    window.details.row(shown)
    window.menu("Analyze", "Conversation Filter", item)
    field = f"naverphone.{item.split()[-1]}"
    count = len(shark.frames("recorded-call", f"{field} == 1", two_pass=True))
    wait(lambda: window.displayed == count, f"{count} packets displayed")
    assert re.fullmatch(rf"{field} (==|eq) 1", window.filter_line.text)


def test_the_profile_is_imported_from_its_zip_file(desktop, stage):
    subprocess.run(["cmake", "--build", str(BUILD), "--target", "profile-zip"], check=True, capture_output=True)
    archive = shutil.copy(BUILD / "naverphone-profile.zip", stage.folder)
    os.chmod(archive, 0o644)
    with Window(desktop, "recorded-call") as window:
        dialog = window.open("Edit", "Configuration Profiles…")
        dialog.find("button menu", "Import").act("ShowMenu")
        chooser = window.opened(desktop.key, "Down", "Return")      # From zip file...
        chooser.find("text", "File name:").type(archive)
        message = window.opened(chooser.find("button", "Open").press)
        message.find("button", "OK").press()
        imported = window.configuration / "profiles" / PROFILE
        ours = sorted((ROOT / "profile" / PROFILE).iterdir())
        wait(lambda: all((imported / file.name).exists() for file in ours), "files of the profile")
        assert [(imported / file.name).read_text() for file in ours] == [file.read_text() for file in ours]


def test_the_profile_chosen_in_the_window_shows_its_columns(desktop):
    window = Window(desktop, "recorded-call")
    shutil.copytree(ROOT / "profile" / PROFILE, window.configuration / "profiles" / PROFILE)
    with window:
        dialog = window.open("Edit", "Configuration Profiles…")
        profiles = dialog.find("tree")
        window.desktop.click(profiles.cells[profiles.row(PROFILE)][0])
        window.screenshot("profiles", dialog)
        dialog.find("button", "OK").press()
        wait(lambda: {"Session", "Call", "Leg", "Event"} <= set(window.packets.titles), "columns of the profile")
        first = dict(zip(window.packets.titles, window.packets.rows[0]))
        assert (first["Session"], first["Leg"], first["Event"]) == ("1", "Control", "Connect")
        window.filter(STORY)
        wait(lambda: window.displayed < 244, "story alone")
        window.packets.select(window.packets.row("INVITE"))
        window.screenshot("profile", window.main)


def test_the_button_of_the_profile_opens_a_menu_of_filters(desktop, shark):
    window = Window(desktop, "recorded-call")
    for file in (ROOT / "profile" / PROFILE).iterdir():
        if file.name != "recent":
            window.configure(file.name, file.read_text())
    with window:
        # Qt 5 publishes it as "button menu", Qt 6 as "button"
        [button] = wait(lambda: window.main.all("button menu", PROFILE) or window.main.all("button", PROFILE), "the button")
        window.desktop.click(button)
        window.desktop.key("Down", "Down")
        window.screenshot("filter-menu", window.main)
        window.desktop.key("Return")        # Story
        count = len(shark.frames("recorded-call", STORY, two_pass=True))
        wait(lambda: window.displayed == count, f"{count} packets displayed")
        assert window.filter_line.text == STORY


def test_the_expert_dialog_shows_the_items_in_full(window):
    dialog = window.open("Analyze", "Expert Information")
    items = dialog.find("tree")
    texts = lambda: [text for row in items.rows for text in row]    # noqa: E731
    wait(lambda: {"Note", "NaverPhone"} <= set(texts()), "our items")
    assert "Login over HTTP without encryption" in texts()
    window.screenshot("expert-information", dialog)


# ---- statistics and telephony ------------------------------------------------------------------

def summary(graph) -> tuple:
    """The numbers of nodes and items that a flow graph displays. Wireshark's versions write the plural differently."""
    [found] = [match for label in graph.all("label")
               if (match := re.fullmatch(r"(\d+) nodes?(?:\(s\))?, (\d+) items?(?:\(s\))?", label.name))]
    return tuple(map(int, found.groups()))


def colour_of(leg) -> tuple:
    """The background of the leg's rule in the profile: (red, green, blue)."""
    rules = (ROOT / "profile" / PROFILE / "colorfilters").read_text()
    [background] = re.findall(rf"^@Naver Phone: {leg}@.*?@\[([\d,]+)\]", rules, re.M)
    return tuple(int(part) >> 8 for part in background.split(","))


def test_the_flow_graph_has_a_flow_type_naver_phone(window, shark):
    graph = window.open("Statistics", "Flow Graph")
    window.choose(graph.find("combo box", "All Flows"), "Naver Phone")
    arrows = len(shark.flow("recorded-call", two_pass=True))
    wait(lambda: summary(graph) == (4, arrows), f"graph of 4 nodes and {arrows} items")
    window.screenshot("flow-graph", graph)
    legs = ("control", "login", "signalling", "media")
    assert {colour_of(leg) for leg in legs} <= window.colours(graph)


TABLES = pytest.mark.parametrize("title, statistic", [("Naver Phone Calls", "naverphone,calls"),
                                                      ("Naver Phone Sessions", "naverphone,sessions")])


@TABLES
def test_a_table_of_the_telephony_menu_holds_what_tshark_prints(window, shark, title, statistic):
    table = window.open("Telephony", title)
    expected = [list(row.values()) for row in shark.table("recorded-call", statistic, two_pass=True)]
    wait(lambda: table.find("tree").rows == expected, f"rows {expected}")
    assert table.find("tree").titles == list(shark.table("recorded-call", statistic)[0])
    window.desktop.resize(1350, 200)
    window.screenshot(title.lower().replace(" ", "-"), table)


def sort_by(window, table, column):
    """Reverses the order by a click on the title. Returns the column's values half a second later. Qt 6 makes new titles."""
    titles = [child for child in table.find("tree").children if "header" in child.role]
    window.desktop.click(titles[column])
    time.sleep(0.5)
    return [row[column] for row in table.find("tree").rows]


def test_a_duration_sorts_by_value(desktop, stage):
    """Two calls: of 2.08 seconds and of 10.4."""
    slowed = stage.new_capture("slowed.pcap")
    packets = mutations.read(stage.find("two-clients"))
    first = b"".join(map(int.to_bytes, (203, 0, 113, 77)))      # the client with the longer call
    times = [(packet.time - packets[0].time) * (50 if first in packet.frame else 10) for packet in packets]
    mutations.write(slowed, sorted(packet._replace(time=time) for packet, time in zip(packets, times)))
    with Window(desktop, slowed) as window:
        table = window.open("Telephony", "Naver Phone Calls")
        tree = table.find("tree")
        wait(lambda: len(tree.rows) == 2, "two rows")
        column = tree.titles.index("Duration")
        window.desktop.resize(1350, 200)
        for durations in (["2.080 s", "10.400 s"], ["10.400 s", "2.080 s"]):
            wait(lambda: sort_by(window, table, column) == durations, f"{durations}")
            window.screenshot("sorted-calls", table)


@TABLES
def test_a_table_follows_its_filter(desktop, title, statistic):
    with Window(desktop, "two-clients") as window:
        table = window.open("Telephony", title)
        rows = wait(lambda: len(table.find("tree").rows) == 2 and table.find("tree").rows, "two rows")
        table.find("text").type("naverphone.session == 2")
        table.find("button", "Apply").press()
        wait(lambda: table.find("tree").rows == rows[1:], "the second row alone")
        table.find("text").type("")
        table.find("button", "Apply").press()
        wait(lambda: table.find("tree").rows == rows, "both rows again")


@TABLES
def test_a_table_is_copied_to_the_clipboard(window, title, statistic):
    table = window.open("Telephony", title)
    [row] = wait(lambda: table.find("tree").rows, "a row")
    table.find("button", "Copy").press()
    wait(lambda: all(cell in window.desktop.clipboard for cell in row), "cells on the clipboard")


def test_the_control_layout_shows_the_fields_of_the_messages(desktop, shark):
    with Window(desktop, "documented-call") as window:
        table = window.open("Telephony", "Naver Phone Control Layout")
        expected = [list(row.values()) for row in shark.table("documented-call", "naverphone,layout", two_pass=True)
                    if "Confidence" in row]
        wait(lambda: all(row in table.find("tree").rows for row in expected), f"rows {expected}")
        assert [cell for row in table.find("tree").rows for cell in row if "\n" in cell] == []     # the window would cut it
        window.screenshot("naver-phone-control-layout", table)


def test_the_events_are_counted_in_a_table_of_the_same_menu(window, shark):
    table = window.open("Telephony", "Naver Phone Events")
    expected = {tuple(row.values()) for row in shark.table("recorded-call", "naverphone,events", two_pass=True)}
    wait(lambda: {tuple(row) for row in table.find("tree").rows} == expected, f"rows {expected}")
    window.screenshot("naver-phone-events", table)


# ---- VoIP Calls ------------------------------------------------------------------------------

def voip_calls(window):
    """The dialog, and its table as soon as it has all rows."""
    dialog = window.open("Telephony", "VoIP Calls")
    table = dialog.find("tree")
    table.row("SIP")
    return dialog, table


def test_voip_calls_show_the_session_beside_the_call_in_one_ladder(window, shark):
    dialog, table = voip_calls(window)
    session = table.rows[table.row("Naver Phone")]
    assert "COMPLETED" in session and "hongtest" in session
    ours = table.row("Naver Phone")
    shown = "naverphone.leg <= 2 || naverphone.event <= 33 && !naverphone.call"
    events = shark.rows("recorded-call", "naverphone.event", only=shown, two_pass=True)
    count = sum(len(row[0].split(",")) for row in events if row[0])
    items = []
    for rows in ((ours,), (1 - ours,), (0, 1)):
        table.select(*rows)
        ladder = window.opened(dialog.find("button", "Flow Sequence").press)
        items.append(wait(lambda: summary(ladder)[1], "items of the ladder"))
        if len(rows) < 2:
            ladder.find("button", "Close").press()
            wait(lambda: dialog.has("active"), "dialog active again")
    window.screenshot("voip-ladder", ladder)
    assert items[0] == count and 0 < items[1] and items[2] == items[0] + items[1]
    ladder.find("button", "Close").press()
    window.screenshot("voip-calls", dialog)


FIRST_RTP = {"32", "33"}        # one of each direction: the dialog adds them last


def is_enabled(button, table, row) -> bool:
    """Selects the row, on which the button depends. 4.6 forgets the row whenever packets are read again."""
    table.select(row)
    return button.has("enabled")


def prepared_frames(window, dialog, table, row) -> set:
    """The numbers of the frames that Prepare Filter names for the row."""
    button = dialog.find("button", "Prepare Filter")
    if is_enabled(button, table, row):
        button.act("Press")
    return set(re.findall(r"\d+", window.filter_line.text))


def test_the_row_of_sip_has_its_filter_and_plays_its_streams_as_without_the_plugin(desktop, shark, bare):
    found = {}
    for which in (shark, bare):
        with Window(desktop, "recorded-call", which) as window:
            dialog, table = voip_calls(window)
            row = table.row("SIP")
            # The filter first: a player that opens before the dialog has the call's RTP stays empty.
            wait(lambda: FIRST_RTP <= prepared_frames(window, dialog, table, row), "the call's RTP in the filter")
            text = window.filter_line.text
            play = dialog.find("button menu", "Play Streams")
            wait(lambda: is_enabled(play, table, row), "streams to play")
            player = window.opened(window.desktop.click, play)
            streams = wait(lambda: player.all("tree")[0].rows, "streams in the player")
            if which is shark:
                window.screenshot("rtp-player", player)
            found[which] = (table.rows[row], streams, text)
    assert len(streams) == 2 and found[shark] == found[bare]


# ---- settings -------------------------------------------------------------------------------

def test_decode_as_takes_a_tcp_port_as_naver_phone(desktop):
    with Window(desktop, "control-other-port") as window:
        assert "NaverPhone" not in [row[4] for row in window.packets.rows]
        window.packets.select(1)            # the server's, so that its port is offered
        window.details.row("Src Port: 12000")
        dialog = window.open("Analyze", "Decode As…")
        dialog.find("button", tip="Change the dissection behavior").press()
        rules = dialog.find("tree")
        wait(lambda: rules.rows[0][:2] == ["TCP port", "12000"], "row of the port")
        window.enter(rules.cells[0][4], "NaverPhone")
        window.desktop.click(rules.cells[0][0])         # closes the list of dissectors
        wait(lambda: rules.rows[0][4] == "NaverPhone", "dissector chosen")
        window.screenshot("decode-as", dialog)
        dialog.find("button", "OK").press()
        wait(lambda: {row[4] for row in window.packets.rows} == {"NaverPhone"}, "all packets as Naver Phone")


def preferences_page(window):
    """Our page of the preferences."""
    dialog = window.open("Edit", "Preferences…")
    pages = [tree for tree in dialog.all("tree") if ["Protocols"] in tree.rows][0]
    window.desktop.click(pages.cells[pages.row("Protocols")][0])
    window.desktop.key("Right")
    pages.row("NaverPhone")
    window.go_to(pages, "NaverPhone")
    return dialog


def test_each_preference_has_a_tool_tip(window, shark):
    dialog = preferences_page(window)
    dialog.find("text", tip="<span>TCP ports of the control servers")
    tips = [element.description for element in dialog.walk() if "naverphone." in element.description]
    keys = re.findall(r"^#?(naverphone\.\w+):", shark.run("-G", "currentprefs"), re.MULTILINE)
    assert len(keys) == 9, f"preferences that are no table: {keys}"
    for key in keys:
        [text] = {re.sub("<.*?>", "", tip).removesuffix(key) for tip in tips if tip.endswith(key)}
        assert len(text) > 30, f"{key} has no tool tip that explains it: {text}"
    for table in ("Prefixes that are dialled", "How the control connections of a server", "Your names for types"):
        dialog.find("button", "Edit…", tip=f"<span>{table}")
    window.screenshot("preferences", dialog)


def test_a_row_entered_in_a_table_changes_the_packets_at_once(window):
    window.filter('naverphone.call.service == "Payback"')
    wait(lambda: window.displayed == 0, "no such service")
    preferences = preferences_page(window)
    table = window.opened(preferences.find("button", "Edit…", tip="<span>Prefixes that are dialled").press)
    table.find("button", tip="Create a new entry.").press()
    rows = table.find("tree")
    for column, text in enumerate(("770", "Payback")):
        wait(lambda: rows.rows, "new row")
        window.enter(rows.cells[0][column], text)
        wait(lambda: rows.rows[0][column] == text, f"{text} entered")
    window.screenshot("service-prefixes", table)
    table.find("button", "OK").press()
    wait(lambda: preferences.has("active"), "preferences active again")
    preferences.find("button", "OK").press()
    wait(lambda: window.displayed > 0, "packets of the new service")
