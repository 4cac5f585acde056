# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's rooms: which rooms each may include, and the size of files and functions.

legs and show depend on the model, which depends on neither. Pure rooms depend on GLib at most.
"""

import re

import pytest

from harness import ROOT

PLUGIN = ROOT / "plugin"
SOURCES = sorted(path.relative_to(PLUGIN).as_posix() for path in PLUGIN.rglob("*.[ch]"))

# Each room, and the other rooms that its files may include
MAY_INCLUDE = {
    "text": set(),
    "control": {"text", "common"},
    "settings": {"text", "control", "common"},
    "model": {"text", "control", "common"},
    "show": {"model", "settings", "text", "control", "common"},
    "legs": {"model", "settings", "text", "control", "common"},
    "common": set(),
}
COMMON = {"compat.h", "printable.h", "printable.c", "plugin.c", "packet-naverphone.h"}
PURE = [source for source in SOURCES if source.startswith(
    ("text/", "control/framing.", "control/inference/", "control/layout/", "model/recent_packets.",
     "model/rtp_statistics."))]
PURE_HEADERS = {"glib.h", "math.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}

MODEL_OBJECTS = sorted({name for source in SOURCES if re.match(r"model/.*\.h$", source)
                        for name in re.findall(r"^(?:typedef )?struct (np_\w+)", (PLUGIN / source).read_text(), re.M)})

MAX_FILE, MAX_FUNCTION = 700, 60        # lines
MAX_PARAMETERS = 5
WITH_MORE_PARAMETERS = {"choice_check"}         # has the type of a libwireshark callback


def lines_of(source) -> list:
    return (PLUGIN / source).read_text().splitlines()


def includes(source, pattern) -> list:
    return [match[1] for line in lines_of(source) if (match := re.match(rf"#include {pattern}", line))]


def room_of(source) -> str:
    name = source.rpartition("../")[2]
    return "common" if name in COMMON else name.partition("/")[0] if "/" in name else "no room"


def function_lengths(source):
    begin = None
    for number, line in enumerate(lines_of(source)):
        if line == "{":
            begin = number
        elif line == "}" and begin is not None:
            yield number - begin - 1
            begin = None


def functions_with_more_parameters(source) -> set:
    heads = re.findall(r"^(\w+)\(([^(){};]*)\)\n\{", "\n".join(lines_of(source)), re.M)
    return {name for name, parameters in heads if len(re.findall(r",\s*\w", parameters)) >= MAX_PARAMETERS}


@pytest.mark.parametrize("source", SOURCES)
def test_room_includes_only_rooms_it_may_know(source):
    room = room_of(source)
    assert {room_of(included) for included in includes(source, r'"(.+)"')} <= {room, *MAY_INCLUDE[room]}


@pytest.mark.parametrize("source", PURE)
def test_pure_room_includes_glib_at_most(source):
    assert set(includes(source, "<(.+)>")) <= PURE_HEADERS
    assert {room_of(included) for included in includes(source, r'"(.+)"')} <= {"text", "control", "model"}


@pytest.mark.parametrize("source", SOURCES)
def test_file_and_functions_are_short(source):
    assert len(lines_of(source)) <= MAX_FILE
    assert max(function_lengths(source), default=0) <= MAX_FUNCTION


@pytest.mark.parametrize("source", SOURCES)
def test_functions_have_few_parameters(source):
    assert functions_with_more_parameters(source) <= WITH_MORE_PARAMETERS


def test_model_has_no_circular_includes():
    known = {}
    for source in SOURCES:
        if source.startswith("model/"):
            found = {included.rpartition(".")[0] for included in includes(source, r'"(model/.+)"')}
            known.setdefault(source.rpartition(".")[0], set()).update(found - {source.rpartition(".")[0]})
    while leaves := {name for name, others in known.items() if not others & known.keys()}:
        known = {name: others for name, others in known.items() if name not in leaves}
    assert not known


@pytest.mark.parametrize("source", [source for source in SOURCES if source.startswith("show/")])
def test_show_does_not_change_the_model(source):
    text = (PLUGIN / source).read_text()
    assert not re.findall(rf"(?<!const )\b(?:{'|'.join(MODEL_OBJECTS)})_t \*.*", text)
    # The compiler does not refuse this, since a const record points to what is not const.
    assert not re.findall(r"\brecord->[\w.>\[\]-]+(?:\+\+|--| [-+|&]?= ).*", text)


@pytest.mark.parametrize("header", [source for source in SOURCES if source.endswith(".h")])
def test_header_guard_is_named_by_its_path(header):
    guard = "NP_" + re.sub(r"\W", "_", header).upper()
    assert lines_of(header)[-1] == f"#endif /* {guard} */"
    assert f"#ifndef {guard}" in lines_of(header) and f"#define {guard}" in lines_of(header)


def test_cmake_lists_all_sources_by_room():
    listed = {f"{folder}/{name}".removeprefix("plugin/")
              for folder, names in re.findall(r"np_room\((plugin\S*)\n(.*?)\)", (ROOT / "CMakeLists.txt").read_text(), re.S)
              for name in names.split()}
    assert {name.removeprefix("/") for name in listed} == {source for source in SOURCES if source.endswith(".c")}
