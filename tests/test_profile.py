# SPDX-License-Identifier: GPL-2.0-or-later
"""The Wireshark profile: columns, colours and filter buttons."""

import csv
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
BUTTONS = list(csv.reader(lines("dfilter_buttons")))
# A capture with a frame that each is for.
COLOURED = {"readable password": "login-query-plain", "warning": "control-reset", "call rejected": "call-busy",
            "control": "documented-call", "login": "documented-call", "signalling": "documented-call",
            "media": "documented-call"}
PRESSED = {"Naver Phone": "documented-call", "Story": "documented-call", "Logins": "documented-call",
           "Calls": "documented-call", "Signalling": "documented-call", "Rejected": "call-busy",
           "Warnings": "documented-call", "By port alone": "control-port-only"}
EXPERTS = {"error": {"naverphone.login.plaintext"}, "warn": {
    "naverphone.login.unencrypted", "naverphone.login.failed", "naverphone.control.reset",
    "naverphone.control.framing_lost", "naverphone.session.logout_in_call", "naverphone.call.not_acknowledged",
    "naverphone.media.one_way", "naverphone.media.none", "naverphone.media.ssrc_collision"}}


@pytest.fixture(scope="module")
def profile(stage):
    """The options that choose the profile, which lies where an import from the window puts it."""
    target = stage.home / "config" / "wireshark" / "profiles" / NAME
    shutil.copytree(FOLDER, target)
    yield ("-C", NAME)
    shutil.rmtree(target)


def test_every_colour_rule_and_button_is_tried():
    assert [name.removeprefix("Naver Phone: ") for name, _ in COLOURS] == list(COLOURED)
    assert [label for _, label, _, _ in BUTTONS] == list(PRESSED)


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


def test_the_warning_colour_is_for_all_that_the_contract_calls_a_warning():
    colours = dict(COLOURS)
    assert set(colours["Naver Phone: warning"].split(" || ")) == EXPERTS["warn"]
    assert {colours["Naver Phone: readable password"]} == EXPERTS["error"]
    [warnings] = [only for _, label, only, _ in BUTTONS if label == "Warnings"]
    assert set(warnings.split(" || ")) == EXPERTS["warn"] | EXPERTS["error"]


def test_no_severity_of_the_plugin_is_forgotten_here():
    told = {kind: {name for name, (severity, _) in severities().items() if severity == kind} for kind in EXPERTS}
    assert told == EXPERTS


def test_each_leg_has_its_colour_and_what_is_foreign_has_none(shark, profile):
    """Wireshark says which rule coloured a frame; a file it cannot read would be a word on standard error."""
    rows = shark.rows("documented-call", "naverphone.leg", "frame.coloring_rule.name", only="frame", two_pass=True,
                      options=(*profile, "--color"))
    named = {leg: {rule for number, rule in rows if number == leg} for leg in ("1", "2", "3", "4", "")}
    assert named == {"1": {"Naver Phone: control"}, "2": {"Naver Phone: login", "Naver Phone: warning"},
                     "3": {"Naver Phone: signalling"}, "4": {"Naver Phone: media"}, "": {""}}


def test_the_columns_show_session_call_leg_and_event_in_words(shark, profile):
    [line] = shark.read("documented-call", *profile, "-T", "tabs", "-Y", "frame.number == 395", two_pass=True).splitlines()
    assert line.split("\t")[5:10] == ["SIP/SDP", "1", "1", "Signalling", "Invite"]


def test_the_zip_for_the_window_holds_the_profile_in_its_folder():
    subprocess.run(["cmake", "--build", BUILD, "--target", "profile-zip"], check=True, capture_output=True)
    with zipfile.ZipFile(BUILD / "naverphone-profile.zip") as packed:
        names = {name for name in packed.namelist() if not name.endswith("/")}
        assert names == {f"{NAME}/{file.name}" for file in FOLDER.iterdir()}
        for name in names:
            assert packed.read(name) == (FOLDER.parent / name).read_bytes()
