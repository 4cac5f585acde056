# SPDX-License-Identifier: GPL-2.0-or-later
"""The rooms of the plugin: which ones each may include, and how long files and functions may be.

Dependencies point one way: legs and show know the model, the model knows neither. Pure rooms need GLib at most.
"""

import re

import pytest

from harness import ROOT

PLUGIN = ROOT / "plugin"
SOURCES = sorted(path.relative_to(PLUGIN).as_posix() for path in PLUGIN.rglob("*.[ch]"))

# Each room, and the rooms that its files may include besides their own
MAY_INCLUDE = {
    "text": set(),
    "control": {"text"},
    "settings": {"text", "control", "common"},
    "model": {"text", "control", "common"},
    "show": {"model", "settings", "text", "control", "common"},
    "legs": {"model", "settings", "text", "control", "common"},
    "common": set(),
}
COMMON = {"compat.h", "printable.h", "printable.c", "plugin.c", "packet-naverphone.h"}
PURE = [source for source in SOURCES if source.startswith(("text/", "control/", "model/rtp_statistics."))]
PURE_HEADERS = {"glib.h", "math.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}

MAX_FILE, MAX_FUNCTION = 700, 60        # lines
# Files that are in no room yet, or too long: each of these lists only gets shorter.
NOT_MOVED = set("""
    attached.c attached.h call.c connection.c control.c control.h conversation_filters.c conversation_filters.h ends.c ends.h event_tree.c
    event_tree.h evidence.c evidence.h fields.c fields.h flow.c flow.h keep.c keep.h layout_stats.c layout_stats.h login.c
    login.h observer.c observer.h reader.c reader.h record.c reference.c reference.h rtp.c rtp.h session.c
    session.h signalling.c signalling.h source.c source.h stats.c stats.h tcp.c tcp.h tree.c tree.h voip.c voip.h
""".split())
TOO_LONG = {"call.c", "reader.c"}


def lines_of(source) -> list:
    return (PLUGIN / source).read_text().splitlines()


def includes(source, pattern) -> list:
    return [match[1] for line in lines_of(source) if (match := re.match(rf"#include {pattern}", line))]


def room_of(source) -> str:
    name = source.rpartition("../")[2]
    return "common" if name in COMMON else name.partition("/")[0] if "/" in name else "none yet"


def function_lengths(source):
    begin = None
    for number, line in enumerate(lines_of(source)):
        if line == "{":
            begin = number
        elif line == "}" and begin is not None:
            yield number - begin - 1
            begin = None


@pytest.mark.parametrize("source", [source for source in SOURCES if source not in NOT_MOVED])
def test_room_includes_only_rooms_it_may_know(source):
    room = room_of(source)
    known = {room_of(included) for included in includes(source, r'"(.+)"')}
    assert known <= MAY_INCLUDE[room] | {room}


@pytest.mark.parametrize("source", PURE)
def test_pure_room_needs_glib_at_most(source):
    assert set(includes(source, "<(.+)>")) <= PURE_HEADERS
    assert {room_of(included) for included in includes(source, r'"(.+)"')} <= {"text", "control", "model"}


@pytest.mark.parametrize("source", SOURCES)
def test_file_and_functions_are_short(source):
    assert len(lines_of(source)) <= MAX_FILE or source in TOO_LONG
    assert max(function_lengths(source), default=0) <= MAX_FUNCTION


def test_exceptions_are_still_needed():
    assert NOT_MOVED == {source for source in SOURCES if room_of(source) == "none yet"}
    assert TOO_LONG == {source for source in SOURCES if len(lines_of(source)) > MAX_FILE}


def test_cmake_lists_all_sources_by_room():
    listed = {f"{folder}/{name}".removeprefix("plugin/")
              for folder, names in re.findall(r"np_room\((plugin\S*)\n(.*?)\)", (ROOT / "CMakeLists.txt").read_text(), re.S)
              for name in names.split()}
    assert {name.removeprefix("/") for name in listed} == {source for source in SOURCES if source.endswith(".c")}
