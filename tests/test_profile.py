# SPDX-License-Identifier: GPL-2.0-or-later
"""The Wireshark profile: columns, colours and filter buttons."""

import csv
import itertools
import math
import shutil
import subprocess
import zipfile

import pytest

from fields_doc import severities
from harness import BUILD, ROOT

NAME = "Naver Phone"
FOLDER = ROOT / "profile" / NAME


def lines(file: str) -> list:
    return [line for line in (FOLDER / file).read_text().splitlines() if line and not line.startswith("#")]


COLOURS = [line.split("@")[1:3] for line in lines("colorfilters")]
MENU = "Naver Phone//"        # Wireshark makes a menu of labels with the same beginning
BUTTONS = [(enabled, label.removeprefix(MENU), only, comment)
           for enabled, label, only, comment in csv.reader(lines("dfilter_buttons"))]
# For each rule or button, a capture with a matching frame.
COLOURED = {"readable password": "login-query-plain", "warning": "control-reset", "call rejected": "call-busy",
            "control": "documented-call", "login": "documented-call", "signalling": "documented-call",
            "media": "documented-call"}
PRESSED = {"All frames": "documented-call", "Story": "documented-call", "Logins": "documented-call",
           "Failed logins": "login-failed", "Calls": "documented-call", "Signalling": "documented-call",
           "Rejected": "call-busy", "Warnings": "login-query-plain", "By port alone": "control-port-only"}
EXPERTS = {kind: {name for name, (severity, _) in severities().items() if severity == kind} for kind in ("warn", "error")}

# How a linear RGB colour looks without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1).
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900))}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))     # of linear sRGB, D65
WHITE = (1.0, 1.0, 1.0)


def times(matrix, colour) -> tuple:
    return tuple(sum(part * value for part, value in zip(row, colour)) for row in matrix)


def shades() -> dict:
    """Background and text of each colour rule, in linear RGB."""
    def linear(numbers):
        values = [int(number) / 65535 for number in numbers.split(",")]
        return tuple(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values)
    rules = [line.split("@")[1:] for line in lines("colorfilters")]
    return {name: tuple(linear(part) for part in pair[1:-1].split("][")) for name, _, pair in rules}


def lab(colour, eyes) -> tuple:
    """The colour in CIE L*a*b*, where a distance of about 2 is just noticeable side by side."""
    seen = times(XYZ, [min(1, max(0, value)) for value in times(EYES[eyes], colour)])
    x, y, z = (math.cbrt(value / white) if value / white > 0.008856 else 7.787 * value / white + 16 / 116
               for value, white in zip(seen, times(XYZ, WHITE)))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.fixture(scope="module")
def profile(stage):
    """The options that select the profile, which is where the window would import it."""
    target = stage.home / "config" / "wireshark" / "profiles" / NAME
    shutil.copytree(FOLDER, target)
    yield ("-C", NAME)
    shutil.rmtree(target)


def test_every_colour_rule_and_button_is_tried():
    assert [name.removeprefix("Naver Phone: ") for name, _ in COLOURS] == list(COLOURED)
    assert [label for _, label, _, _ in BUTTONS] == list(PRESSED)


def test_the_buttons_are_one_menu():
    assert all(label.startswith(MENU) for _, label, _, _ in csv.reader(lines("dfilter_buttons")))


@pytest.mark.parametrize("name, only", COLOURS, ids=[name for name, _ in COLOURS])
def test_a_colour_rule_takes_frames_of_naver_phone_alone(shark, name, only):
    capture = COLOURED[name.removeprefix("Naver Phone: ")]
    taken = shark.frames(capture, only, two_pass=True)
    assert taken and set(taken) <= set(shark.frames(capture, "naverphone", two_pass=True))


@pytest.mark.parametrize("enabled, label, only, comment", BUTTONS, ids=[label for _, label, *_ in BUTTONS])
def test_a_button_takes_frames_of_naver_phone_alone(shark, enabled, label, only, comment):
    assert enabled == "TRUE" and comment
    taken = shark.frames(PRESSED[label], only, two_pass=True)
    assert taken and set(taken) <= set(shark.frames(PRESSED[label], "naverphone", two_pass=True))


def test_colour_rules_and_button_have_every_warning_and_error():
    colours = dict(COLOURS)
    assert set(colours["Naver Phone: warning"].split(" || ")) == EXPERTS["warn"]
    assert {colours["Naver Phone: readable password"]} == EXPERTS["error"]
    [warnings] = [only for _, label, only, _ in BUTTONS if label == "Warnings"]
    assert set(warnings.split(" || ")) == EXPERTS["warn"] | EXPERTS["error"]


def test_each_leg_has_its_colour_and_what_is_foreign_has_none(shark, profile):
    """Wireshark says which rule coloured a frame; a file it cannot read would be a word on standard error."""
    rows = shark.rows("documented-call", "naverphone.leg", "frame.coloring_rule.name", only="frame", two_pass=True,
                      options=(*profile, "--color"))
    named = {leg: {rule for number, rule in rows if number == leg} for leg in ("1", "2", "3", "4", "")}
    assert named == {"1": {"Naver Phone: control"}, "2": {"Naver Phone: login"},
                     "3": {"Naver Phone: signalling"}, "4": {"Naver Phone: media"}, "": {""}}


def test_the_text_of_each_colour_is_readable():
    """A contrast of 7 is the most that WCAG 2 asks of text."""
    for name, pair in shades().items():
        dark, light = sorted(times(XYZ, colour)[1] for colour in pair)
        assert (light + 0.05) / (dark + 0.05) >= 7, name


@pytest.mark.parametrize("eyes", EYES)
def test_the_colours_are_told_apart_by_all_eyes(eyes):
    seen = {name: lab(background, eyes) for name, (background, _) in {**shades(), "foreign": (WHITE, None)}.items()}
    near = {pair: round(math.dist(seen[pair[0]], seen[pair[1]])) for pair in itertools.combinations(seen, 2)}
    assert {pair: distance for pair, distance in near.items() if distance < 12} == {}


def test_the_columns_show_session_call_leg_and_event_in_words(shark, profile):
    [line] = shark.read("documented-call", *profile, "-T", "tabs", "-Y", "frame.number == 395",
                        two_pass=True).splitlines()
    assert line.split("\t")[5:10] == ["SIP/SDP", "1", "1", "Signalling", "Invite"]


def test_each_column_has_a_width_of_its_own():
    """Wireshark takes a width for a column by its format, a custom column's without occurrence and resolution."""
    columns = [line.split('"')[3].removesuffix(":0:R") for line in lines("preferences") if line.startswith("\t")]
    widths = [line.split('"')[1] for line in lines("recent") if line.startswith("\t")]
    assert widths == columns


def test_the_zip_for_the_window_holds_the_profile_in_its_folder():
    subprocess.run(["cmake", "--build", BUILD, "--target", "profile-zip"], check=True, capture_output=True)
    with zipfile.ZipFile(BUILD / "naverphone-profile.zip") as packed:
        names = {name for name in packed.namelist() if not name.endswith("/")}
        assert names == {f"{NAME}/{file.name}" for file in FOLDER.iterdir()}
        for name in names:
            assert packed.read(name) == (FOLDER.parent / name).read_bytes()
